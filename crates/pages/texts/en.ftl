# The words of the pages. Names of fields, kinds, states and moves come from the descriptors; they stand here only
# where the word of the descriptor would not do.

skip = To the content
nav = Main
nav-desk = Desk
nav-services = Services
nav-changes = Changes
nav-knowledge = Knowledge
nav-conformity = Conformity
nav-reports = Reports
nav-more = More
breadcrumbs = Where you are
search = Search
theme = Light or dark
close = Close
cancel = Cancel
edit = Edit
must = must be filled in
serves-clause = Serves clause { $clause } of ISO/IEC 20000-1:2018.
request-failed = The server did not answer. Nothing was changed; try again.

sign-in = Sign in
sign-in-name = Mail address
sign-in-password = Password
sign-out = Sign out
licences = Licences

as-of-now = as of now
as-of-then = as of then
as-of-label = Show everything as it was at
as-of-help = Read only; leave it empty for now.
as-of-show = Show
as-of-band = Everything here is as it was at { $instant }. Nothing can be changed.
as-of-now-link = Back to now

keys = Keyboard
key-search = Search
key-walk = Down and up a list
key-open = Open the row
key-select = Select the row
key-comment = Write a comment
key-move = More moves
key-assign = Assign
key-help = Show this

unit-d = d
unit-h = h
unit-m = min
unit-s = s
when-day-time = { $day } { $month }, { $time }
when-date = { $day } { $month } { $year }
month-1 = Jan
month-2 = Feb
month-3 = Mar
month-4 = Apr
month-5 = May
month-6 = Jun
month-7 = Jul
month-8 = Aug
month-9 = Sep
month-10 = Oct
month-11 = Nov
month-12 = Dec

clocks = Clocks
clock-due = due in { $time }
clock-breached = breached { $time } ago
clock-left = { $time } left
clock-paused = paused, { $time } left
clock-met = met in { $time } of { $target }
clock-missed = missed: { $time } of { $target }
clock-target = target { $time }
explain = Explain

tiles = What needs you
filters = Filters
filters-saved = Saved filters
filter-add = Filter
filter-apply = Apply
filter-remove = Remove
filter-clear = Clear all
list-query = Words in this list
list-total = { $count ->
    [one] { $count } record
   *[other] { $count } records
  }
list-at-least = more than { $count } records
reference = Ref
select = Select
select-all = Select all
selected = Selected
pages = Pages
page-first = First page
page-next = Next page

tabs = Views of this record
fields = Fields
moves = What can be done
comment = Write a comment
comment-for = Who may read it
comment-add = Add
comment-internal = internal note
comment-from-customer = from the customer
older = Older
history = History
history-field = Field
history-before = Before
history-after = After
recorded = recorded
proof-about = Each entry's hash is a leaf of the journal's tree. The checkpoint signs the root of that tree, so no entry before it can be changed unseen.
proof-root = Root
proof-position = Entry
proof-at = Recorded
proof-says = Says
proof-hash = Hash
proof-included = In the checkpoint
proof-download = Proof as a file

form-more = More fields
form-leave = What you typed here is not saved. Leave anyway?
form-conflict = Somebody else changed this record while you were typing. What you typed is kept; choose again and save.
form-typed = Typed here
form-now = Saved by others
suggest-nothing = Nothing fits. Type a part of the name or the ref.

search-heading = Found for
search-kinds = Within

clause = Clause
designed = Designed
operating = Operating
judged = Judged
coverage = Coverage
requirement-text = What it asks
requirement-parts = Requirements
requirement-checks = Checks
requirement-exceptions = Records that do not hold
requirement-documents = Documents
requirement-no-documents = No document says how this is done.
requirement-judgements = Judgements
requirement-no-judgements = Nobody has judged this yet.
check-ran = ran

explain-heading = How the clocks came about:
explain-nothing = No clock runs on this record
explain-nothing-why = No agreement in force promises a time for its service and customer.
explain-from = From
explain-to = To
explain-doing = Clock
explain-note = Why
explain-working = Working time
explain-counted = Counted
explain-text = As text
strip-working = working hours
strip-running = running
strip-paused = paused

reports-others = Reports
report-notes = How the figures are made

sessions = Sessions and tokens
sessions-heading = Sessions
sessions-end-others = End all others
session-end = End
tokens-heading = Tokens for programs
tokens-none = No program signs in as you.
token-end = Revoke
token-made = Token { $name }
token-once = Copy it now. It is shown this once and kept only as a hash.
access-began = since
access-used = last used
access-ends = ends

error-reference = Reference for your administrator:

yes = yes
no = no
column-due = Due
column-relation = Relation
column-kind = Kind
column-record = Record
column-task = Task
new-record = New { $kind }
edit-record = Edit { $ref }
submit-create = Create
submit-save = Save
empty-filtered = Nothing fits these filters
empty-kind = Nothing here yet
filter-is = { $field } is { $value }
filter-me = me
filter-mine = one of my teams
saved-mine = Mine
saved-team = My team's
saved-unassigned = Unassigned
saved-open = Open
did-create = { $ref } was created.
did-edit = { $ref } was changed.
did-comment = Your comment was added.
did-move = { $move }: done, now { $state }.
group-details = Details
group-record = Record
recorded-first = Recorded
recorded-last = Last changed
tab-timeline = Timeline
tab-links = Links
tab-tasks = Tasks
tab-history = History
entry-file = attached { $name }
erased = (erased)
comment-public = to the customer
act-create = recorded it
act-history = in the system it came from
filter-open = open
act-edit = changed it
history-channel = by { $channel }
link-remove = Remove
link-add = Link a record
link-help = Type a ref or words of the title.
links-none = No links
links-why = Links show what belongs together: the problem behind incidents, the change that caused one, what a service stands on.
task-done = Done
task-open = Open again
task-add = Add a task
tasks-none = No tasks
tasks-why = A task is a step that somebody does for this record.
search-found = { $count ->
    [one] { $count } found
   *[other] { $count } found
  }
search-more = The newest { $count }; there are more
search-nothing = Nothing found
search-how = Type words, a ref, or conditions such as kind:incident state:new assignee:me.
search-all = Everything

kinds-role_assignments = Roles
kind-role_assignment = Role
kinds-customer_organisations = Customers
kind-customer_organisation = Customer
choice-email = Mail
