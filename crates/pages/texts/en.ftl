# The words of the pages. Names of fields, kinds, states and moves come from the descriptors; they stand here only
# where the word of the descriptor would not do.

skip = To the content
nav = Main
nav-desk = Desk
nav-incidents = Incidents
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
welcome-sign-in = Sign in as { $name }
welcome-once = This link works once.
welcome = Welcome, { $name }
welcome-about = Set your password to sign in.
welcome-submit = Set password
welcome-reset = New password for { $name }
welcome-reset-about = Every other session ends.
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
saved-all = All
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
act-breached = missed the target of the clock { $goal }
act-warned = used { $percent } % of the time of the clock { $goal }
no-clock-agreement = No clock runs: no agreement covers this service and customer
no-clock-priority = No clock runs yet: it needs impact and urgency
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
did-password = Your password was changed; every other session has ended.
did-session = Ended.
did-token = The token was revoked.
did-vote = Your vote was counted, now { $state }.
signed-out = You have signed out.
sign-in-again = This changes who may do what, so show once more that it is you. Then you come back here.
session-this = this session
session-unknown = A program
token-new = New token
token-about = A program signs in with a token as you, with no more rights than you have.
token-make = Make the token
token-name = What it is for
token-name-help = A name by which you will know it again.
token-scope = What it may do
token-reads = read only
token-writes = read and change
token-days = Days until it ends
token-ends-soon = ends soon
password-change = Change password
password-about = Every other session ends. Tokens stay.
password-save = Change password
password-present = Present password
password-new = New password
password-least = At least { $count } characters; a short sentence is good.
tab-approvals = Approvals
tab-files = Files
tab-proof = Proof
vote = Vote
vote-about = Says yes or no to what is to be approved.
vote-approve = Approve
vote-reject = Reject
vote-approved = approved
vote-rejected = rejected
vote-comment = Why
vote-comment-help = Must be given with a rejection.
column-round = Round or voter
column-verdict = Verdict
column-says = Says
column-who = Who
column-when = When
column-why = Why
column-file = File
column-size = Size
column-visibility = Who may read it
approvals-none = Nobody has been asked yet
approvals-why = When the record waits for approval, a round opens. Those who are asked vote in it, and their votes decide what follows.
round-name = Round { $number }: { $stage }
round-asks = { $given } of { $count } needed; asked: { $roles }
file-add = Add a file
file-help = At most { $count } MB.
files-none = No files
files-why = Screenshots, logs and letters that belong to this record.
decimal-point = .
proof-checkpoint = The last checkpoint signs { $count } entries
proof-no-checkpoint = No checkpoint has been signed yet
proof-yes = included
proof-not-yet = not yet
sum-counted = Counted
sum-paused = In pauses, not counted
sum-target = Target
sum-left = Left
sum-over = Over the target
fact-target = Target
fact-agreement = Agreement
fact-calendar = Calendar
fact-from = Applies from
fact-start = Started
fact-due = Due
fact-breached = Breached
fact-stopped = Stopped
phase-running = Running
phase-paused = Paused
phase-stopped = Stopped
stretch-outside = outside working time
stretch-counted = counted
stretch-paused = paused, not counted
stretch-stopped = stopped, not counted
stretch-earlier-run = belongs to the run before the reopening
stretch-earlier-target = before the change from which the target in force counts
stretch-measured = measured on { $calendar } since { $agreement } counts from the start
strip-counted = { $time } counted.
strip-waited = { $time } in pauses.
strip-left = { $time } left.
strip-over = { $time } over the target.
check-adds-up = the stretches add up to it
check-adds-not-up = the stretches do not add up to it
check-kept-same = the same was kept at closure
check-kept-differs = something else was kept at closure
sla-heading = Service levels
sla-none = No agreement yet
sla-none-why = The report judges incidents by the targets of an agreement. Make one first.
sla-finding = { $breached } of { $count } incidents missed their target
sla-targets = Targets of
sla-agreement = Only incidents under
sla-as-agreed = as agreed
sla-all-agreements = all agreements
sla-own-calendar = its own calendar
sla-from = From
sla-to = Before
sla-incidents = Incidents
sla-met = Met
sla-breached = Breached
sla-undecided = Undecided
sla-elapsed = Counted h:mm
sla-returns = Came back
sla-total = All
sla-back = Figures
sla-cut = Only the first { $count } are shown; the file has all.
sla-note-own = Each incident is judged as its own agreement promised.
sla-note-targets = All incidents are judged by these targets, whatever was promised.
sla-note-clock = The resolution clock counts working time of the calendar; pauses that the agreement names do not count.
sla-note-period = An incident belongs to the period in which its clock was decided: the stop of a met clock, the breach of a breached one.
sla-excluded = { $count } not counted: { $reason }.
standing = Stands
standing-holds = holds
standing-fails = fails
standing-unconfirmed = to be confirmed by a person
standing-no-evidence = unknown because nothing happened yet
standing-not-built = cannot be checked in whole yet
standing-unknown = unknown because checks were not run lately
designed-approved = approved
designed-overdue = review overdue
designed-draft = draft
designed-none = no document
designed-unknown = not known
designed-not-asked = no document asked for
operating-pass = passes
operating-fail = fails
operating-error = could not be run
operating-stale = not run lately
operating-insufficient = not checked in whole
operating-no-population = nothing to judge
judged-none = nobody has judged
board-computed = { $checks } checks look at { $whole } of { $total } requirements in whole and at { $part } in part.
checks-run = Run the checks that are due
checks-run-help = Looks at the records as they are now and keeps what was found.
checks-ran = { $count ->
    [0] No check was due.
    [one] { $count } check was run.
   *[other] { $count } checks were run.
  }
check-not-run = not run yet
check-result = { $holds } of { $count } hold
exceptions-more = { $count ->
    [one] { $count } further record does not hold and is not named here.
   *[other] { $count } further records do not hold and are not named here.
  }
requirement-check = Check
tile-soon = Breaching soon
tile-unassigned = Unassigned
tile-mine = Waiting for me
tile-major = Major
desk-sentence = open work of mine and my team, by what is due
desk-unassigned = nothing waits for you or your team; this is what nobody has taken yet
desk-empty = Nothing is left to do
desk-empty-why = What you take or are given stands here, whatever its kind.
bulk-heading = { $count ->
    [one] { $move }: { $count } record
   *[other] { $move }: { $count } records
  }
bulk-will = { $count ->
    [one] { $count } record becomes { $state }: { $refs }.
   *[other] { $count } records become { $state }: { $refs }.
  }
bulk-not = { $count ->
    [one] { $count } is left out, because it does not allow this now: { $refs }.
   *[other] { $count } are left out, because they do not allow this now: { $refs }.
  }
bulk-done = done, now { $state }
bulk-finding = { $done } done, { $refused } refused
bulk-result = What happened
accounts = Accounts
accounts-count = { $count ->
    [one] { $count } account
   *[other] { $count } accounts
  }
account-new = Give an account
account-new-about = The person gets a link with which they set a password. It is shown to you once; hand it over yourself.
account-new-help = Type a part of the name or the ref.
account-stands = Account
account-enabled = may sign in
account-disabled = disabled
account-invited = no password yet
account-disable = Disable
account-enable = Enable
account-reset = Link to reset
account-invite = Link to invite
account-done = Done. Every session of this person has ended.
account-reset-link = Give this link to { $name }. It works once, for an hour: { $link }
account-invite-link = Give this link to { $name }. It works once, for three days: { $link }
