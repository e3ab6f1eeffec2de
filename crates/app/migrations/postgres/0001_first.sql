
create table mainstay_meta (
  "name" text collate "C" not null,
  "content" text collate "C" not null,
  primary key ("name")
);

create table journal_head (
  "id" bigint not null,
  "epoch" bigint not null,
  "first_position" bigint not null,
  "frontier" bytea not null,
  "recorded_at_ms" bigint not null,
  "next_key" bigint not null,
  "counters" jsonb not null,
  primary key ("id")
);

create table journal_entry (
  "position" bigint not null,
  "record" uuid,
  "recorded_at_ms" bigint not null,
  "leaf" bytea not null,
  "body" bytea not null,
  primary key ("position")
);

create index journal_entry_record on journal_entry ("record", "position");

create table journal_personal (
  "position" bigint not null,
  "name" text collate "C" not null,
  "subject" uuid,
  "salt" bytea not null,
  "content" text collate "C" not null,
  primary key ("position", "name")
);

create index journal_personal_subject on journal_personal ("subject", "position");

create table journal_tile (
  "epoch" bigint not null,
  "level" bigint not null,
  "number" bigint not null,
  "hash" bytea not null,
  primary key ("epoch", "level", "number")
);

create table journal_epoch (
  "epoch" bigint not null,
  "origin" text collate "C" not null,
  "first_position" bigint not null,
  primary key ("epoch")
);

create table journal_checkpoint (
  "epoch" bigint not null,
  "size" bigint not null,
  "made_at_ms" bigint not null,
  "note" text collate "C" not null,
  primary key ("epoch", "size")
);

create table record (
  "key" bigint not null,
  "id" uuid not null,
  "kind" text collate "C" not null,
  "ref" text collate "C" not null,
  "title" text collate "C",
  primary key ("key")
);

create unique index record_id on record ("id");

create unique index record_ref on record ("ref");

create table timeline (
  "position" bigint not null,
  "record" uuid not null,
  "occurred_at" timestamptz not null,
  "state" text collate "C" not null,
  "waiting_reason" text collate "C",
  "priority" bigint,
  "agreement" uuid,
  "reply" text collate "C",
  primary key ("position")
);

create index timeline_record on timeline ("record", "position");

create table clock (
  "record" uuid not null,
  "goal" text collate "C" not null,
  "due_at" timestamptz,
  "wake_at" timestamptz,
  "wake_percent" bigint,
  "warned_percent" bigint not null,
  "breached_at" timestamptz,
  primary key ("record", "goal")
);

create index clock_wake_at on clock ("wake_at");

create index clock_due_at on clock ("due_at");

create table idempotency (
  "actor" text collate "C" not null,
  "name" text collate "C" not null,
  "request_sha256" bytea not null,
  "answer" text collate "C" not null,
  "recorded_at_ms" bigint not null,
  primary key ("actor", "name")
);

create index idempotency_age on idempotency ("recorded_at_ms");

create table outbox (
  "id" bigint not null,
  "topic" text collate "C" not null,
  "once" text collate "C" not null,
  "content" jsonb not null,
  "due_at_ms" bigint not null,
  "attempts" bigint not null,
  "leased_until_ms" bigint not null,
  "fence" bigint not null,
  "done_at_ms" bigint,
  "failure" text collate "C",
  primary key ("id")
);

create unique index outbox_once on outbox ("once");

create index outbox_due on outbox ("done_at_ms", "due_at_ms");

create table account (
  "person" uuid not null,
  "password_hash" text collate "C",
  "password_set_at_ms" bigint,
  "generation" bigint not null,
  "disabled_at_ms" bigint,
  "made_at_ms" bigint not null,
  primary key ("person")
);

create table session (
  "id" uuid not null,
  "token_sha256" bytea not null,
  "person" uuid not null,
  "generation" bigint not null,
  "made_at_ms" bigint not null,
  "seen_at_ms" bigint not null,
  "proved_at_ms" bigint not null,
  "address" text collate "C",
  "agent" text collate "C",
  "ended_at_ms" bigint,
  primary key ("id")
);

create unique index session_token_sha256 on session ("token_sha256");

create index session_person on session ("person", "made_at_ms");

create table api_token (
  "id" uuid not null,
  "token_sha256" bytea not null,
  "person" uuid not null,
  "name" text collate "C" not null,
  "read_only" boolean not null,
  "made_at_ms" bigint not null,
  "expires_at_ms" bigint not null,
  "used_at_ms" bigint,
  "ended_at_ms" bigint,
  primary key ("id")
);

create unique index api_token_token_sha256 on api_token ("token_sha256");

create index api_token_person on api_token ("person", "made_at_ms");

create table one_time_secret (
  "secret_sha256" bytea not null,
  "purpose" text collate "C" not null,
  "person" uuid not null,
  "made_at_ms" bigint not null,
  "expires_at_ms" bigint not null,
  "used_at_ms" bigint,
  primary key ("secret_sha256")
);

create index one_time_secret_person on one_time_secret ("person", "purpose");

create table known_device (
  "device_sha256" bytea not null,
  "person" uuid not null,
  "seen_at_ms" bigint not null,
  primary key ("device_sha256", "person")
);

create table throttle (
  "subject" text collate "C" not null,
  "failures" bigint not null,
  "last_at_ms" bigint not null,
  "until_ms" bigint not null,
  primary key ("subject")
);

create index throttle_last_at_ms on throttle ("last_at_ms");

create table security_event (
  "id" bigint not null,
  "at_ms" bigint not null,
  "event" text collate "C" not null,
  "person" uuid,
  "address" text collate "C",
  "content" jsonb not null,
  primary key ("id")
);

create index security_event_at_ms on security_event ("at_ms");

create index security_event_person on security_event ("person", "at_ms");

create table lease (
  "name" text collate "C" not null,
  "holder" text collate "C" not null,
  "fence" bigint not null,
  "until_ms" bigint not null,
  primary key ("name")
);

create table import_run (
  "file_sha256" text collate "C" not null,
  "mapping" text collate "C" not null,
  "state" text collate "C" not null,
  "rows" bigint not null,
  "rows_done" bigint not null,
  "started_at_ms" bigint not null,
  "finished_at_ms" bigint,
  primary key ("file_sha256", "mapping")
);

create table "incident" (
  "key" bigint not null primary key,
  "id" uuid not null,
  "ref" text collate "C" not null,
  "title" text collate "C",
  "state" text collate "C" not null,
  "version" bigint not null,
  "created_at" timestamptz not null,
  "updated_at" timestamptz not null,
  "description" text collate "C",
  "service" uuid,
  "customer" uuid,
  "caller" uuid,
  "contact_channel" text collate "C",
  "category" text collate "C",
  "subcategory" text collate "C",
  "impact" text collate "C",
  "urgency" text collate "C",
  "priority" bigint,
  "matrix_priority" bigint,
  "priority_reason" text collate "C",
  "major" boolean,
  "management_told" uuid,
  "assigned_team" uuid,
  "assignee" uuid,
  "reported_at" timestamptz,
  "report_delay_reason" text collate "C",
  "acknowledged_at" timestamptz,
  "waiting_reason" text collate "C",
  "waiting_until" timestamptz,
  "resolution" text collate "C",
  "resolution_code" text collate "C",
  "resolved_at" timestamptz,
  "first_resolved_at" timestamptz,
  "closed_at" timestamptz,
  "reopen_count" bigint,
  "reopen_reason" text collate "C",
  "cancel_reason" text collate "C",
  "problem" uuid,
  "parent" uuid,
  "merged_into" uuid,
  "agreement" uuid,
  "external_key" text collate "C"
);

create unique index incident_id on "incident" ("id");

create unique index incident_ref on "incident" ("ref");

create index incident_state on "incident" ("state" asc nulls first, "key" desc nulls last);

create index incident_state_priority on "incident" ("state" asc nulls first, "priority" asc nulls first, "key" desc nulls last);

create index incident_assigned_team_state on "incident" ("assigned_team" asc nulls first, "state" asc nulls first, "key" desc nulls last);

create index incident_assignee_state on "incident" ("assignee" asc nulls first, "state" asc nulls first, "key" desc nulls last);

create unique index incident_external_key on "incident" ("external_key") where "external_key" is not null;

create index incident_service on "incident" ("service" asc nulls first, "key" asc nulls first) where "service" is not null;

create index incident_customer on "incident" ("customer" asc nulls first, "key" asc nulls first) where "customer" is not null;

create index incident_caller on "incident" ("caller" asc nulls first, "key" asc nulls first) where "caller" is not null;

create index incident_major on "incident" ("state" asc nulls first, "key" desc nulls last) where "major" = true;

create index incident_reported_at on "incident" ("reported_at" asc nulls first, "key" asc nulls first);

create index incident_problem on "incident" ("problem" asc nulls first, "key" asc nulls first) where "problem" is not null;

create index incident_parent on "incident" ("parent" asc nulls first, "key" asc nulls first) where "parent" is not null;

create index incident_merged_into on "incident" ("merged_into" asc nulls first, "key" asc nulls first) where "merged_into" is not null;

create table "service_request" (
  "key" bigint not null primary key,
  "id" uuid not null,
  "ref" text collate "C" not null,
  "title" text collate "C",
  "state" text collate "C" not null,
  "version" bigint not null,
  "created_at" timestamptz not null,
  "updated_at" timestamptz not null,
  "description" text collate "C",
  "request_model" uuid,
  "answers" text collate "C",
  "category" text collate "C",
  "service" uuid,
  "customer" uuid,
  "requester" uuid,
  "contact_channel" text collate "C",
  "priority" bigint,
  "assigned_team" uuid,
  "assignee" uuid,
  "approval_needed" boolean,
  "approver_role" text collate "C",
  "approved_at" timestamptz,
  "reported_at" timestamptz,
  "acknowledged_at" timestamptz,
  "waiting_reason" text collate "C",
  "waiting_until" timestamptz,
  "fulfilment" text collate "C",
  "fulfilled_at" timestamptz,
  "closed_at" timestamptz,
  "reopen_count" bigint,
  "reopen_reason" text collate "C",
  "cancel_reason" text collate "C",
  "agreement" uuid,
  "external_key" text collate "C"
);

create unique index service_request_id on "service_request" ("id");

create unique index service_request_ref on "service_request" ("ref");

create index service_request_state on "service_request" ("state" asc nulls first, "key" desc nulls last);

create index service_request_state_priority on "service_request" ("state" asc nulls first, "priority" asc nulls first, "key" desc nulls last);

create index service_request_assigned_team_state on "service_request" ("assigned_team" asc nulls first, "state" asc nulls first, "key" desc nulls last);

create index service_request_assignee_state on "service_request" ("assignee" asc nulls first, "state" asc nulls first, "key" desc nulls last);

create unique index service_request_external_key on "service_request" ("external_key") where "external_key" is not null;

create index service_request_request_model on "service_request" ("request_model" asc nulls first, "key" asc nulls first) where "request_model" is not null;

create index service_request_service on "service_request" ("service" asc nulls first, "key" asc nulls first) where "service" is not null;

create index service_request_customer on "service_request" ("customer" asc nulls first, "key" asc nulls first) where "customer" is not null;

create index service_request_requester on "service_request" ("requester" asc nulls first, "key" asc nulls first) where "requester" is not null;

create index service_request_reported_at on "service_request" ("reported_at" asc nulls first, "key" asc nulls first);

create table "request_model" (
  "key" bigint not null primary key,
  "id" uuid not null,
  "ref" text collate "C" not null,
  "title" text collate "C",
  "state" text collate "C" not null,
  "version" bigint not null,
  "created_at" timestamptz not null,
  "updated_at" timestamptz not null,
  "description" text collate "C",
  "asks_for" text collate "C",
  "category" text collate "C",
  "service" uuid,
  "owner" uuid,
  "fulfilment_team" uuid,
  "priority" bigint,
  "instructions" text collate "C",
  "steps" text collate "C",
  "approval_needed" boolean,
  "approver_role" text collate "C",
  "review_months" bigint,
  "reviewed_on" date,
  "next_review" date,
  "external_key" text collate "C"
);

create unique index request_model_id on "request_model" ("id");

create unique index request_model_ref on "request_model" ("ref");

create index request_model_state on "request_model" ("state" asc nulls first, "key" desc nulls last);

create index request_model_service_state on "request_model" ("service" asc nulls first, "state" asc nulls first, "key" desc nulls last);

create unique index request_model_external_key on "request_model" ("external_key") where "external_key" is not null;

create index request_model_service on "request_model" ("service" asc nulls first, "key" asc nulls first) where "service" is not null;

create index request_model_owner on "request_model" ("owner" asc nulls first, "key" asc nulls first) where "owner" is not null;

create index request_model_fulfilment_team on "request_model" ("fulfilment_team" asc nulls first, "key" asc nulls first) where "fulfilment_team" is not null;

create index request_model_next_review on "request_model" ("next_review" asc nulls first, "key" asc nulls first);

create table "problem" (
  "key" bigint not null primary key,
  "id" uuid not null,
  "ref" text collate "C" not null,
  "title" text collate "C",
  "state" text collate "C" not null,
  "version" bigint not null,
  "created_at" timestamptz not null,
  "updated_at" timestamptz not null,
  "description" text collate "C",
  "service" uuid,
  "category" text collate "C",
  "source" text collate "C",
  "impact" text collate "C",
  "urgency" text collate "C",
  "priority" bigint,
  "owner" uuid,
  "assigned_team" uuid,
  "assignee" uuid,
  "opened_at" timestamptz,
  "review_on" date,
  "investigation_method" text collate "C",
  "root_cause" text collate "C",
  "cause_unknown" boolean,
  "cause_found_at" timestamptz,
  "preventive_actions" text collate "C",
  "workaround" text collate "C",
  "no_workaround_reason" text collate "C",
  "workaround_at" timestamptz,
  "resolution" text collate "C",
  "configuration_altered" text collate "C",
  "resolving_change" uuid,
  "resolved_at" timestamptz,
  "recurrences" bigint,
  "effective" text collate "C",
  "closure_code" text collate "C",
  "closed_at" timestamptz,
  "reopen_reason" text collate "C",
  "reopen_count" bigint,
  "cancel_reason" text collate "C",
  "external_key" text collate "C"
);

create unique index problem_id on "problem" ("id");

create unique index problem_ref on "problem" ("ref");

create index problem_state on "problem" ("state" asc nulls first, "key" desc nulls last);

create index problem_state_priority on "problem" ("state" asc nulls first, "priority" asc nulls first, "key" desc nulls last);

create index problem_assignee_state on "problem" ("assignee" asc nulls first, "state" asc nulls first, "key" desc nulls last);

create index problem_assigned_team_state on "problem" ("assigned_team" asc nulls first, "state" asc nulls first, "key" desc nulls last);

create unique index problem_external_key on "problem" ("external_key") where "external_key" is not null;

create index problem_service on "problem" ("service" asc nulls first, "key" asc nulls first) where "service" is not null;

create index problem_source on "problem" ("source" asc nulls first, "key" asc nulls first);

create index problem_owner on "problem" ("owner" asc nulls first, "key" asc nulls first) where "owner" is not null;

create index problem_assigned_team on "problem" ("assigned_team" asc nulls first, "key" asc nulls first) where "assigned_team" is not null;

create index problem_assignee on "problem" ("assignee" asc nulls first, "key" asc nulls first) where "assignee" is not null;

create index problem_opened_at on "problem" ("opened_at" asc nulls first, "key" asc nulls first);

create index problem_review_on on "problem" ("review_on" asc nulls first, "key" asc nulls first);

create index problem_resolving_change on "problem" ("resolving_change" asc nulls first, "key" asc nulls first) where "resolving_change" is not null;

create table "known_error" (
  "key" bigint not null primary key,
  "id" uuid not null,
  "ref" text collate "C" not null,
  "title" text collate "C",
  "state" text collate "C" not null,
  "version" bigint not null,
  "created_at" timestamptz not null,
  "updated_at" timestamptz not null,
  "symptoms" text collate "C",
  "problem" uuid,
  "service" uuid,
  "root_cause" text collate "C",
  "workaround" text collate "C",
  "no_workaround_reason" text collate "C",
  "owner" uuid,
  "support_team" uuid,
  "fixing_change" uuid,
  "review_months" bigint,
  "reviewed_on" date,
  "next_review" date,
  "external_key" text collate "C"
);

create unique index known_error_id on "known_error" ("id");

create unique index known_error_ref on "known_error" ("ref");

create index known_error_state on "known_error" ("state" asc nulls first, "key" desc nulls last);

create index known_error_service_state on "known_error" ("service" asc nulls first, "state" asc nulls first, "key" desc nulls last);

create unique index known_error_external_key on "known_error" ("external_key") where "external_key" is not null;

create index known_error_problem on "known_error" ("problem" asc nulls first, "key" asc nulls first) where "problem" is not null;

create index known_error_service on "known_error" ("service" asc nulls first, "key" asc nulls first) where "service" is not null;

create index known_error_owner on "known_error" ("owner" asc nulls first, "key" asc nulls first) where "owner" is not null;

create index known_error_support_team on "known_error" ("support_team" asc nulls first, "key" asc nulls first) where "support_team" is not null;

create index known_error_fixing_change on "known_error" ("fixing_change" asc nulls first, "key" asc nulls first) where "fixing_change" is not null;

create index known_error_next_review on "known_error" ("next_review" asc nulls first, "key" asc nulls first);

create table "knowledge_article" (
  "key" bigint not null primary key,
  "id" uuid not null,
  "ref" text collate "C" not null,
  "title" text collate "C",
  "state" text collate "C" not null,
  "version" bigint not null,
  "created_at" timestamptz not null,
  "updated_at" timestamptz not null,
  "text" text collate "C",
  "staff_text" text collate "C",
  "audience" text collate "C",
  "service" uuid,
  "support_team" uuid,
  "owner" uuid,
  "author" uuid,
  "review_months" bigint,
  "published_at" timestamptz,
  "reviewed_on" date,
  "next_review" date,
  "external_key" text collate "C"
);

create unique index knowledge_article_id on "knowledge_article" ("id");

create unique index knowledge_article_ref on "knowledge_article" ("ref");

create index knowledge_article_state on "knowledge_article" ("state" asc nulls first, "key" desc nulls last);

create index knowledge_article_service_state on "knowledge_article" ("service" asc nulls first, "state" asc nulls first, "key" desc nulls last);

create unique index knowledge_article_external_key on "knowledge_article" ("external_key") where "external_key" is not null;

create index knowledge_article_audience on "knowledge_article" ("audience" asc nulls first, "key" asc nulls first);

create index knowledge_article_service on "knowledge_article" ("service" asc nulls first, "key" asc nulls first) where "service" is not null;

create index knowledge_article_support_team on "knowledge_article" ("support_team" asc nulls first, "key" asc nulls first) where "support_team" is not null;

create index knowledge_article_owner on "knowledge_article" ("owner" asc nulls first, "key" asc nulls first) where "owner" is not null;

create index knowledge_article_next_review on "knowledge_article" ("next_review" asc nulls first, "key" asc nulls first);

create table "change" (
  "key" bigint not null primary key,
  "id" uuid not null,
  "ref" text collate "C" not null,
  "title" text collate "C",
  "state" text collate "C" not null,
  "version" bigint not null,
  "created_at" timestamptz not null,
  "updated_at" timestamptz not null,
  "description" text collate "C",
  "reason" text collate "C",
  "category" text collate "C",
  "change_type" text collate "C",
  "change_model" uuid,
  "service" uuid,
  "customer" uuid,
  "requester" uuid,
  "owner" uuid,
  "implementer" uuid,
  "assigned_team" uuid,
  "requested_at" timestamptz,
  "urgency_reason" text collate "C",
  "priority" bigint,
  "major_impact" text collate "C",
  "benefit" text collate "C",
  "feasibility" text collate "C",
  "financial_impact" text collate "C",
  "risk" text collate "C",
  "risk_description" text collate "C",
  "impact_on_services" text collate "C",
  "impact_on_people" text collate "C",
  "impact_on_plans" text collate "C",
  "impact_on_assurance" text collate "C",
  "impact_on_changes" text collate "C",
  "implementation_plan" text collate "C",
  "test_plan" text collate "C",
  "back_out_plan" text collate "C",
  "communication_plan" text collate "C",
  "planned_start" timestamptz,
  "planned_end" timestamptz,
  "assessed_by" uuid,
  "assessed_at" timestamptz,
  "authorised_at" timestamptz,
  "refused_at" timestamptz,
  "retrospective" boolean,
  "test_result" text collate "C",
  "back_out_test" text collate "C",
  "window_reason" text collate "C",
  "actual_start" timestamptz,
  "actual_end" timestamptz,
  "outcome" text collate "C",
  "analysis" text collate "C",
  "configuration_note" text collate "C",
  "review_due_at" timestamptz,
  "review" text collate "C",
  "reviewer" uuid,
  "reviewed_at" timestamptz,
  "closed_at" timestamptz,
  "cancel_reason" text collate "C",
  "external_key" text collate "C"
);

create unique index change_id on "change" ("id");

create unique index change_ref on "change" ("ref");

create index change_state on "change" ("state" asc nulls first, "key" desc nulls last);

create index change_state_planned_start on "change" ("state" asc nulls first, "planned_start" asc nulls first, "key" desc nulls last);

create index change_category_state on "change" ("category" asc nulls first, "state" asc nulls first, "key" desc nulls last);

create index change_implementer_state on "change" ("implementer" asc nulls first, "state" asc nulls first, "key" desc nulls last);

create unique index change_external_key on "change" ("external_key") where "external_key" is not null;

create index change_category on "change" ("category" asc nulls first, "key" asc nulls first);

create index change_change_model on "change" ("change_model" asc nulls first, "key" asc nulls first) where "change_model" is not null;

create index change_service on "change" ("service" asc nulls first, "key" asc nulls first) where "service" is not null;

create index change_customer on "change" ("customer" asc nulls first, "key" asc nulls first) where "customer" is not null;

create index change_requester on "change" ("requester" asc nulls first, "key" asc nulls first) where "requester" is not null;

create index change_owner on "change" ("owner" asc nulls first, "key" asc nulls first) where "owner" is not null;

create index change_implementer on "change" ("implementer" asc nulls first, "key" asc nulls first) where "implementer" is not null;

create index change_assigned_team on "change" ("assigned_team" asc nulls first, "key" asc nulls first) where "assigned_team" is not null;

create index change_requested_at on "change" ("requested_at" asc nulls first, "key" asc nulls first);

create index change_planned_start on "change" ("planned_start" asc nulls first, "key" asc nulls first);

create index change_planned_end on "change" ("planned_end" asc nulls first, "key" asc nulls first);

create index change_actual_start on "change" ("actual_start" asc nulls first, "key" asc nulls first);

create index change_review_due_at on "change" ("review_due_at" asc nulls first, "key" asc nulls first);

create table "change_model" (
  "key" bigint not null primary key,
  "id" uuid not null,
  "ref" text collate "C" not null,
  "title" text collate "C",
  "state" text collate "C" not null,
  "version" bigint not null,
  "created_at" timestamptz not null,
  "updated_at" timestamptz not null,
  "description" text collate "C",
  "applies_to" text collate "C",
  "service" uuid,
  "owner" uuid,
  "author" uuid,
  "priority" bigint,
  "risk" text collate "C",
  "risk_description" text collate "C",
  "benefit" text collate "C",
  "feasibility" text collate "C",
  "financial_impact" text collate "C",
  "impact_on_services" text collate "C",
  "impact_on_people" text collate "C",
  "impact_on_plans" text collate "C",
  "impact_on_assurance" text collate "C",
  "impact_on_changes" text collate "C",
  "implementation_plan" text collate "C",
  "test_plan" text collate "C",
  "back_out_plan" text collate "C",
  "communication_plan" text collate "C",
  "approved_afterwards" boolean,
  "review_months" bigint,
  "in_force_since" timestamptz,
  "reviewed_on" date,
  "next_review" date
);

create unique index change_model_id on "change_model" ("id");

create unique index change_model_ref on "change_model" ("ref");

create index change_model_state on "change_model" ("state" asc nulls first, "key" desc nulls last);

create index change_model_state_applies_to on "change_model" ("state" asc nulls first, "applies_to" asc nulls first, "key" desc nulls last);

create index change_model_applies_to on "change_model" ("applies_to" asc nulls first, "key" asc nulls first);

create index change_model_service on "change_model" ("service" asc nulls first, "key" asc nulls first) where "service" is not null;

create index change_model_owner on "change_model" ("owner" asc nulls first, "key" asc nulls first) where "owner" is not null;

create index change_model_next_review on "change_model" ("next_review" asc nulls first, "key" asc nulls first);

create table "maintenance_window" (
  "key" bigint not null primary key,
  "id" uuid not null,
  "ref" text collate "C" not null,
  "title" text collate "C",
  "state" text collate "C" not null,
  "version" bigint not null,
  "created_at" timestamptz not null,
  "updated_at" timestamptz not null,
  "description" text collate "C",
  "freeze" boolean,
  "service" uuid,
  "starts_at" timestamptz,
  "ends_at" timestamptz,
  "owner" uuid,
  "announced_at" timestamptz,
  "used_as_announced" text collate "C",
  "cancel_reason" text collate "C",
  "external_key" text collate "C"
);

create unique index maintenance_window_id on "maintenance_window" ("id");

create unique index maintenance_window_ref on "maintenance_window" ("ref");

create index maintenance_window_state on "maintenance_window" ("state" asc nulls first, "key" desc nulls last);

create index maintenance_window_state_starts_at on "maintenance_window" ("state" asc nulls first, "starts_at" asc nulls first, "key" desc nulls last);

create unique index maintenance_window_external_key on "maintenance_window" ("external_key") where "external_key" is not null;

create index maintenance_window_service on "maintenance_window" ("service" asc nulls first, "key" asc nulls first) where "service" is not null;

create index maintenance_window_starts_at on "maintenance_window" ("starts_at" asc nulls first, "key" asc nulls first);

create index maintenance_window_ends_at on "maintenance_window" ("ends_at" asc nulls first, "key" asc nulls first);

create index maintenance_window_owner on "maintenance_window" ("owner" asc nulls first, "key" asc nulls first) where "owner" is not null;

create table "configuration_item" (
  "key" bigint not null primary key,
  "id" uuid not null,
  "ref" text collate "C" not null,
  "title" text collate "C",
  "state" text collate "C" not null,
  "version" bigint not null,
  "created_at" timestamptz not null,
  "updated_at" timestamptz not null,
  "description" text collate "C",
  "class" text collate "C",
  "service" uuid,
  "owner" uuid,
  "support_team" uuid,
  "controlled" boolean,
  "criticality" text collate "C",
  "environment" text collate "C",
  "release" text collate "C",
  "location" text collate "C",
  "serial_number" text collate "C",
  "asset_tag" text collate "C",
  "no_relations_reason" text collate "C",
  "changed_by" uuid,
  "verified_on" date,
  "verified_by" uuid,
  "verification" text collate "C",
  "retired_on" date,
  "external_key" text collate "C"
);

create unique index configuration_item_id on "configuration_item" ("id");

create unique index configuration_item_ref on "configuration_item" ("ref");

create index configuration_item_state on "configuration_item" ("state" asc nulls first, "key" desc nulls last);

create index configuration_item_class_state on "configuration_item" ("class" asc nulls first, "state" asc nulls first, "key" desc nulls last);

create unique index configuration_item_asset_tag on "configuration_item" ("asset_tag") where "asset_tag" is not null;

create unique index configuration_item_external_key on "configuration_item" ("external_key") where "external_key" is not null;

create index configuration_item_class on "configuration_item" ("class" asc nulls first, "key" asc nulls first);

create index configuration_item_service on "configuration_item" ("service" asc nulls first, "key" asc nulls first) where "service" is not null;

create index configuration_item_owner on "configuration_item" ("owner" asc nulls first, "key" asc nulls first) where "owner" is not null;

create index configuration_item_support_team on "configuration_item" ("support_team" asc nulls first, "key" asc nulls first) where "support_team" is not null;

create index configuration_item_serial_number on "configuration_item" ("serial_number" asc nulls first, "key" asc nulls first);

create index configuration_item_changed_by on "configuration_item" ("changed_by" asc nulls first, "key" asc nulls first) where "changed_by" is not null;

create index configuration_item_verified_on on "configuration_item" ("verified_on" asc nulls first, "key" asc nulls first);

create table "service" (
  "key" bigint not null primary key,
  "id" uuid not null,
  "ref" text collate "C" not null,
  "title" text collate "C",
  "state" text collate "C" not null,
  "version" bigint not null,
  "created_at" timestamptz not null,
  "updated_at" timestamptz not null,
  "description" text collate "C",
  "owner" uuid,
  "customer_facing" boolean,
  "criticality" text collate "C",
  "external_key" text collate "C"
);

create unique index service_id on "service" ("id");

create unique index service_ref on "service" ("ref");

create index service_state on "service" ("state" asc nulls first, "key" desc nulls last);

create unique index service_external_key on "service" ("external_key") where "external_key" is not null;

create index service_owner on "service" ("owner" asc nulls first, "key" asc nulls first) where "owner" is not null;

create table "service_level_agreement" (
  "key" bigint not null primary key,
  "id" uuid not null,
  "ref" text collate "C" not null,
  "title" text collate "C",
  "state" text collate "C" not null,
  "version" bigint not null,
  "created_at" timestamptz not null,
  "updated_at" timestamptz not null,
  "service" uuid,
  "customer" uuid,
  "calendar" uuid,
  "versions" jsonb
);

create unique index service_level_agreement_id on "service_level_agreement" ("id");

create unique index service_level_agreement_ref on "service_level_agreement" ("ref");

create index service_level_agreement_state on "service_level_agreement" ("state" asc nulls first, "key" desc nulls last);

create index service_level_agreement_service on "service_level_agreement" ("service" asc nulls first, "key" asc nulls first) where "service" is not null;

create index service_level_agreement_customer on "service_level_agreement" ("customer" asc nulls first, "key" asc nulls first) where "customer" is not null;

create index service_level_agreement_calendar on "service_level_agreement" ("calendar" asc nulls first, "key" asc nulls first) where "calendar" is not null;

create table "calendar" (
  "key" bigint not null primary key,
  "id" uuid not null,
  "ref" text collate "C" not null,
  "title" text collate "C",
  "state" text collate "C" not null,
  "version" bigint not null,
  "created_at" timestamptz not null,
  "updated_at" timestamptz not null,
  "purpose" text collate "C",
  "versions" jsonb
);

create unique index calendar_id on "calendar" ("id");

create unique index calendar_ref on "calendar" ("ref");

create index calendar_state on "calendar" ("state" asc nulls first, "key" desc nulls last);

create table "customer_organisation" (
  "key" bigint not null primary key,
  "id" uuid not null,
  "ref" text collate "C" not null,
  "title" text collate "C",
  "state" text collate "C" not null,
  "version" bigint not null,
  "created_at" timestamptz not null,
  "updated_at" timestamptz not null,
  "contact" uuid,
  "external_key" text collate "C",
  "notes" text collate "C"
);

create unique index customer_organisation_id on "customer_organisation" ("id");

create unique index customer_organisation_ref on "customer_organisation" ("ref");

create index customer_organisation_state on "customer_organisation" ("state" asc nulls first, "key" desc nulls last);

create unique index customer_organisation_external_key on "customer_organisation" ("external_key") where "external_key" is not null;

create table "person" (
  "key" bigint not null primary key,
  "id" uuid not null,
  "ref" text collate "C" not null,
  "title" text collate "C",
  "state" text collate "C" not null,
  "version" bigint not null,
  "created_at" timestamptz not null,
  "updated_at" timestamptz not null,
  "email" text collate "C",
  "phone" text collate "C",
  "customer" uuid,
  "staff" boolean,
  "external_key" text collate "C"
);

create unique index person_id on "person" ("id");

create unique index person_ref on "person" ("ref");

create index person_state on "person" ("state" asc nulls first, "key" desc nulls last);

create unique index person_email on "person" ("email") where "email" is not null;

create unique index person_external_key on "person" ("external_key") where "external_key" is not null;

create index person_customer on "person" ("customer" asc nulls first, "key" asc nulls first) where "customer" is not null;

create table "team" (
  "key" bigint not null primary key,
  "id" uuid not null,
  "ref" text collate "C" not null,
  "title" text collate "C",
  "state" text collate "C" not null,
  "version" bigint not null,
  "created_at" timestamptz not null,
  "updated_at" timestamptz not null,
  "lead" uuid,
  "email" text collate "C",
  "external_key" text collate "C"
);

create unique index team_id on "team" ("id");

create unique index team_ref on "team" ("ref");

create index team_state on "team" ("state" asc nulls first, "key" desc nulls last);

create unique index team_external_key on "team" ("external_key") where "external_key" is not null;

create table "role_assignment" (
  "key" bigint not null primary key,
  "id" uuid not null,
  "ref" text collate "C" not null,
  "title" text collate "C",
  "state" text collate "C" not null,
  "version" bigint not null,
  "created_at" timestamptz not null,
  "updated_at" timestamptz not null,
  "person" uuid,
  "role" text collate "C",
  "team" uuid,
  "service" uuid,
  "customer" uuid,
  "valid_from" date,
  "valid_until" date
);

create unique index role_assignment_id on "role_assignment" ("id");

create unique index role_assignment_ref on "role_assignment" ("ref");

create index role_assignment_state on "role_assignment" ("state" asc nulls first, "key" desc nulls last);

create index role_assignment_person on "role_assignment" ("person" asc nulls first, "key" asc nulls first) where "person" is not null;

create index role_assignment_role on "role_assignment" ("role" asc nulls first, "key" asc nulls first);

create table "major_incident_review" (
  "key" bigint not null primary key,
  "id" uuid not null,
  "ref" text collate "C" not null,
  "title" text collate "C",
  "state" text collate "C" not null,
  "version" bigint not null,
  "created_at" timestamptz not null,
  "updated_at" timestamptz not null,
  "incident" uuid,
  "problem" uuid,
  "owner" uuid,
  "due_on" date,
  "report" text collate "C",
  "what_went_well" text collate "C",
  "what_went_badly" text collate "C",
  "cause" text collate "C",
  "actions" text collate "C",
  "participants" text collate "C",
  "held_at" timestamptz,
  "closed_at" timestamptz
);

create unique index major_incident_review_id on "major_incident_review" ("id");

create unique index major_incident_review_ref on "major_incident_review" ("ref");

create index major_incident_review_state on "major_incident_review" ("state" asc nulls first, "key" desc nulls last);

create index major_incident_review_incident on "major_incident_review" ("incident" asc nulls first, "key" asc nulls first) where "incident" is not null;

create index major_incident_review_problem on "major_incident_review" ("problem" asc nulls first, "key" asc nulls first) where "problem" is not null;

create index major_incident_review_owner on "major_incident_review" ("owner" asc nulls first, "key" asc nulls first) where "owner" is not null;

create index major_incident_review_due_on on "major_incident_review" ("due_on" asc nulls first, "key" asc nulls first);

create table "complaint" (
  "key" bigint not null primary key,
  "id" uuid not null,
  "ref" text collate "C" not null,
  "title" text collate "C",
  "state" text collate "C" not null,
  "version" bigint not null,
  "created_at" timestamptz not null,
  "updated_at" timestamptz not null,
  "description" text collate "C",
  "customer" uuid,
  "complainant" uuid,
  "service" uuid,
  "owner" uuid,
  "received_at" timestamptz,
  "due_at" timestamptz,
  "response" text collate "C",
  "responded_at" timestamptz,
  "escalation" text collate "C",
  "escalated_at" timestamptz,
  "resolution" text collate "C",
  "settled_at" timestamptz,
  "customer_told_at" timestamptz,
  "closed_at" timestamptz,
  "reopen_reason" text collate "C"
);

create unique index complaint_id on "complaint" ("id");

create unique index complaint_ref on "complaint" ("ref");

create index complaint_state on "complaint" ("state" asc nulls first, "key" desc nulls last);

create index complaint_customer_state on "complaint" ("customer" asc nulls first, "state" asc nulls first, "key" desc nulls last);

create index complaint_customer on "complaint" ("customer" asc nulls first, "key" asc nulls first) where "customer" is not null;

create index complaint_complainant on "complaint" ("complainant" asc nulls first, "key" asc nulls first) where "complainant" is not null;

create index complaint_service on "complaint" ("service" asc nulls first, "key" asc nulls first) where "service" is not null;

create index complaint_owner on "complaint" ("owner" asc nulls first, "key" asc nulls first) where "owner" is not null;

create index complaint_received_at on "complaint" ("received_at" asc nulls first, "key" asc nulls first);

create index complaint_due_at on "complaint" ("due_at" asc nulls first, "key" asc nulls first);

create table "satisfaction_result" (
  "key" bigint not null primary key,
  "id" uuid not null,
  "ref" text collate "C" not null,
  "title" text collate "C",
  "state" text collate "C" not null,
  "version" bigint not null,
  "created_at" timestamptz not null,
  "updated_at" timestamptz not null,
  "cycle" text collate "C",
  "customer" uuid,
  "service" uuid,
  "respondent" uuid,
  "incident" uuid,
  "request" uuid,
  "score" bigint,
  "comment" text collate "C",
  "answered_at" timestamptz
);

create unique index satisfaction_result_id on "satisfaction_result" ("id");

create unique index satisfaction_result_ref on "satisfaction_result" ("ref");

create index satisfaction_result_state on "satisfaction_result" ("state" asc nulls first, "key" desc nulls last);

create index satisfaction_result_customer_state on "satisfaction_result" ("customer" asc nulls first, "state" asc nulls first, "key" desc nulls last);

create index satisfaction_result_cycle on "satisfaction_result" ("cycle" asc nulls first, "key" asc nulls first);

create index satisfaction_result_customer on "satisfaction_result" ("customer" asc nulls first, "key" asc nulls first) where "customer" is not null;

create index satisfaction_result_service on "satisfaction_result" ("service" asc nulls first, "key" asc nulls first) where "service" is not null;

create index satisfaction_result_respondent on "satisfaction_result" ("respondent" asc nulls first, "key" asc nulls first) where "respondent" is not null;

create index satisfaction_result_incident on "satisfaction_result" ("incident" asc nulls first, "key" asc nulls first) where "incident" is not null;

create index satisfaction_result_request on "satisfaction_result" ("request" asc nulls first, "key" asc nulls first) where "request" is not null;

create index satisfaction_result_answered_at on "satisfaction_result" ("answered_at" asc nulls first, "key" asc nulls first);

create table "service_report" (
  "key" bigint not null primary key,
  "id" uuid not null,
  "ref" text collate "C" not null,
  "title" text collate "C",
  "state" text collate "C" not null,
  "version" bigint not null,
  "created_at" timestamptz not null,
  "updated_at" timestamptz not null,
  "report_id" text collate "C",
  "clauses" text collate "C",
  "purpose" text collate "C",
  "audience" text collate "C",
  "recipients" text collate "C",
  "customer" uuid,
  "service" uuid,
  "owner" uuid,
  "period_from" date,
  "period_until" date,
  "due_on" date,
  "content" text collate "C",
  "sources" text collate "C",
  "targets_missed" text collate "C",
  "decisions" text collate "C",
  "issued_at" timestamptz,
  "decided_at" timestamptz
);

create unique index service_report_id on "service_report" ("id");

create unique index service_report_ref on "service_report" ("ref");

create index service_report_state on "service_report" ("state" asc nulls first, "key" desc nulls last);

create index service_report_report_id_state on "service_report" ("report_id" asc nulls first, "state" asc nulls first, "key" desc nulls last);

create index service_report_report_id on "service_report" ("report_id" asc nulls first, "key" asc nulls first);

create index service_report_customer on "service_report" ("customer" asc nulls first, "key" asc nulls first) where "customer" is not null;

create index service_report_service on "service_report" ("service" asc nulls first, "key" asc nulls first) where "service" is not null;

create index service_report_owner on "service_report" ("owner" asc nulls first, "key" asc nulls first) where "owner" is not null;

create index service_report_period_until on "service_report" ("period_until" asc nulls first, "key" asc nulls first);

create index service_report_due_on on "service_report" ("due_on" asc nulls first, "key" asc nulls first);

create index service_report_issued_at on "service_report" ("issued_at" asc nulls first, "key" asc nulls first);

create table "supplier" (
  "key" bigint not null primary key,
  "id" uuid not null,
  "ref" text collate "C" not null,
  "title" text collate "C",
  "state" text collate "C" not null,
  "version" bigint not null,
  "created_at" timestamptz not null,
  "updated_at" timestamptz not null,
  "description" text collate "C",
  "supplier_type" text collate "C",
  "customer" uuid,
  "owner" uuid,
  "manager" uuid,
  "contacts" text collate "C",
  "handover_points" text collate "C",
  "escalation_path" text collate "C",
  "data_exchange" text collate "C",
  "controls" text collate "C",
  "review_months" bigint,
  "reviewed_on" date,
  "next_review" date,
  "end_reason" text collate "C",
  "external_key" text collate "C"
);

create unique index supplier_id on "supplier" ("id");

create unique index supplier_ref on "supplier" ("ref");

create index supplier_state on "supplier" ("state" asc nulls first, "key" desc nulls last);

create index supplier_supplier_type_state on "supplier" ("supplier_type" asc nulls first, "state" asc nulls first, "key" desc nulls last);

create unique index supplier_external_key on "supplier" ("external_key") where "external_key" is not null;

create index supplier_supplier_type on "supplier" ("supplier_type" asc nulls first, "key" asc nulls first);

create index supplier_owner on "supplier" ("owner" asc nulls first, "key" asc nulls first) where "owner" is not null;

create index supplier_manager on "supplier" ("manager" asc nulls first, "key" asc nulls first) where "manager" is not null;

create index supplier_next_review on "supplier" ("next_review" asc nulls first, "key" asc nulls first);

create table "contract" (
  "key" bigint not null primary key,
  "id" uuid not null,
  "ref" text collate "C" not null,
  "title" text collate "C",
  "state" text collate "C" not null,
  "version" bigint not null,
  "created_at" timestamptz not null,
  "updated_at" timestamptz not null,
  "supplier" uuid,
  "contract_number" text collate "C",
  "owner" uuid,
  "scope" text collate "C",
  "requirements" text collate "C",
  "targets" text collate "C",
  "responsibilities" text collate "C",
  "activities" text collate "C",
  "interfaces" text collate "C",
  "valid_from" date,
  "valid_until" date,
  "accepted_by" uuid,
  "accepted_by_supplier" text collate "C",
  "predecessor" uuid,
  "change" uuid,
  "change_assessment" text collate "C",
  "alignment" text collate "C",
  "review_months" bigint,
  "reviewed_on" date,
  "next_review" date,
  "review_note" text collate "C",
  "in_force_since" timestamptz,
  "end_decision" text collate "C",
  "external_key" text collate "C"
);

create unique index contract_id on "contract" ("id");

create unique index contract_ref on "contract" ("ref");

create index contract_state on "contract" ("state" asc nulls first, "key" desc nulls last);

create index contract_supplier_state on "contract" ("supplier" asc nulls first, "state" asc nulls first, "key" desc nulls last);

create unique index contract_external_key on "contract" ("external_key") where "external_key" is not null;

create index contract_supplier on "contract" ("supplier" asc nulls first, "key" asc nulls first) where "supplier" is not null;

create index contract_contract_number on "contract" ("contract_number" asc nulls first, "key" asc nulls first);

create index contract_owner on "contract" ("owner" asc nulls first, "key" asc nulls first) where "owner" is not null;

create index contract_valid_until on "contract" ("valid_until" asc nulls first, "key" asc nulls first);

create index contract_predecessor on "contract" ("predecessor" asc nulls first, "key" asc nulls first) where "predecessor" is not null;

create index contract_change on "contract" ("change" asc nulls first, "key" asc nulls first) where "change" is not null;

create index contract_next_review on "contract" ("next_review" asc nulls first, "key" asc nulls first);

create table "supplier_review" (
  "key" bigint not null primary key,
  "id" uuid not null,
  "ref" text collate "C" not null,
  "title" text collate "C",
  "state" text collate "C" not null,
  "version" bigint not null,
  "created_at" timestamptz not null,
  "updated_at" timestamptz not null,
  "supplier" uuid,
  "contract" uuid,
  "period_from" date,
  "period_until" date,
  "owner" uuid,
  "due_on" date,
  "results" text collate "C",
  "targets_missed" text collate "C",
  "actions" text collate "C",
  "disputes" text collate "C",
  "conclusions" text collate "C",
  "reviewer" uuid,
  "held_at" timestamptz,
  "cancel_reason" text collate "C"
);

create unique index supplier_review_id on "supplier_review" ("id");

create unique index supplier_review_ref on "supplier_review" ("ref");

create index supplier_review_state on "supplier_review" ("state" asc nulls first, "key" desc nulls last);

create index supplier_review_supplier_state on "supplier_review" ("supplier" asc nulls first, "state" asc nulls first, "key" desc nulls last);

create index supplier_review_supplier on "supplier_review" ("supplier" asc nulls first, "key" asc nulls first) where "supplier" is not null;

create index supplier_review_contract on "supplier_review" ("contract" asc nulls first, "key" asc nulls first) where "contract" is not null;

create index supplier_review_period_until on "supplier_review" ("period_until" asc nulls first, "key" asc nulls first);

create index supplier_review_owner on "supplier_review" ("owner" asc nulls first, "key" asc nulls first) where "owner" is not null;

create index supplier_review_due_on on "supplier_review" ("due_on" asc nulls first, "key" asc nulls first);

create table "dispute" (
  "key" bigint not null primary key,
  "id" uuid not null,
  "ref" text collate "C" not null,
  "title" text collate "C",
  "state" text collate "C" not null,
  "version" bigint not null,
  "created_at" timestamptz not null,
  "updated_at" timestamptz not null,
  "description" text collate "C",
  "supplier" uuid,
  "contract" uuid,
  "owner" uuid,
  "due_on" date,
  "escalation" text collate "C",
  "escalated_at" timestamptz,
  "settlement" text collate "C",
  "settled_at" timestamptz
);

create unique index dispute_id on "dispute" ("id");

create unique index dispute_ref on "dispute" ("ref");

create index dispute_state on "dispute" ("state" asc nulls first, "key" desc nulls last);

create index dispute_supplier_state on "dispute" ("supplier" asc nulls first, "state" asc nulls first, "key" desc nulls last);

create index dispute_supplier on "dispute" ("supplier" asc nulls first, "key" asc nulls first) where "supplier" is not null;

create index dispute_contract on "dispute" ("contract" asc nulls first, "key" asc nulls first) where "contract" is not null;

create index dispute_owner on "dispute" ("owner" asc nulls first, "key" asc nulls first) where "owner" is not null;

create index dispute_due_on on "dispute" ("due_on" asc nulls first, "key" asc nulls first);

create table "document" (
  "key" bigint not null primary key,
  "id" uuid not null,
  "ref" text collate "C" not null,
  "title" text collate "C",
  "state" text collate "C" not null,
  "version" bigint not null,
  "created_at" timestamptz not null,
  "updated_at" timestamptz not null,
  "catalogue_id" text collate "C",
  "document_type" text collate "C",
  "purpose" text collate "C",
  "owner" uuid,
  "author" uuid,
  "classification" text collate "C",
  "audience" text collate "C",
  "language" text collate "C",
  "requirement_ids" text collate "C",
  "origin" text collate "C",
  "source" text collate "C",
  "source_version" text collate "C",
  "retention_months" bigint,
  "review_months" bigint,
  "reviewed_on" date,
  "next_review" date,
  "draft_text" text collate "C",
  "change_note" text collate "C",
  "text" text collate "C",
  "version_number" bigint,
  "effective_since" timestamptz,
  "versions" jsonb,
  "withdraw_reason" text collate "C",
  "external_key" text collate "C"
);

create unique index document_id on "document" ("id");

create unique index document_ref on "document" ("ref");

create index document_state on "document" ("state" asc nulls first, "key" desc nulls last);

create index document_document_type_state on "document" ("document_type" asc nulls first, "state" asc nulls first, "key" desc nulls last);

create unique index document_external_key on "document" ("external_key") where "external_key" is not null;

create index document_catalogue_id on "document" ("catalogue_id" asc nulls first, "key" asc nulls first);

create index document_document_type on "document" ("document_type" asc nulls first, "key" asc nulls first);

create index document_owner on "document" ("owner" asc nulls first, "key" asc nulls first) where "owner" is not null;

create index document_next_review on "document" ("next_review" asc nulls first, "key" asc nulls first);

create table "nil_return" (
  "key" bigint not null primary key,
  "id" uuid not null,
  "ref" text collate "C" not null,
  "title" text collate "C",
  "state" text collate "C" not null,
  "version" bigint not null,
  "created_at" timestamptz not null,
  "updated_at" timestamptz not null,
  "evidence_kind" text collate "C",
  "part" text collate "C",
  "service" uuid,
  "period_from" date,
  "period_until" date,
  "owner" uuid,
  "statement" text collate "C",
  "signed_at" timestamptz,
  "withdrawal_reason" text collate "C"
);

create unique index nil_return_id on "nil_return" ("id");

create unique index nil_return_ref on "nil_return" ("ref");

create index nil_return_state on "nil_return" ("state" asc nulls first, "key" desc nulls last);

create index nil_return_evidence_kind_state on "nil_return" ("evidence_kind" asc nulls first, "state" asc nulls first, "key" desc nulls last);

create index nil_return_evidence_kind on "nil_return" ("evidence_kind" asc nulls first, "key" asc nulls first);

create index nil_return_period_until on "nil_return" ("period_until" asc nulls first, "key" asc nulls first);

create index nil_return_owner on "nil_return" ("owner" asc nulls first, "key" asc nulls first) where "owner" is not null;

create table "comment" (
  "key" bigint not null primary key,
  "id" uuid not null,
  "record" uuid not null,
  "author" uuid,
  "author_name" text collate "C",
  "from_customer" boolean,
  "visibility" text collate "C" not null,
  "body" text collate "C",
  "written_at" timestamptz not null
);

create unique index comment_id on "comment" ("id");

create index comment_record on "comment" ("record" asc nulls first, "key" asc nulls first);

create table "link" (
  "key" bigint not null primary key,
  "id" uuid not null,
  "record" uuid not null,
  "relation" text collate "C" not null,
  "target" uuid not null
);

create unique index link_id on "link" ("id");

create index link_record on "link" ("record" asc nulls first, "key" asc nulls first);

create index link_target on "link" ("target" asc nulls first, "key" asc nulls first);

create table "attachment" (
  "key" bigint not null primary key,
  "id" uuid not null,
  "record" uuid not null,
  "author" uuid,
  "name" text collate "C",
  "media_type" text collate "C",
  "bytes" bigint not null,
  "sha256" text collate "C" not null,
  "stored_as" text collate "C" not null,
  "visibility" text collate "C" not null,
  "added_at" timestamptz not null
);

create unique index attachment_id on "attachment" ("id");

create index attachment_record on "attachment" ("record" asc nulls first, "key" asc nulls first);

create table "tag" (
  "key" bigint not null primary key,
  "id" uuid not null,
  "record" uuid not null,
  "word" text collate "C" not null
);

create unique index tag_id on "tag" ("id");

create index tag_record on "tag" ("record" asc nulls first, "key" asc nulls first);

create index tag_word on "tag" ("word" asc nulls first, "key" asc nulls first);

create table "task" (
  "key" bigint not null primary key,
  "id" uuid not null,
  "record" uuid not null,
  "title" text collate "C" not null,
  "state" text collate "C" not null,
  "assignee" uuid,
  "due_at" timestamptz,
  "done_at" timestamptz
);

create unique index task_id on "task" ("id");

create index task_record on "task" ("record" asc nulls first, "key" asc nulls first);

create table "clock_result" (
  "key" bigint not null primary key,
  "id" uuid not null,
  "record" uuid not null,
  "goal" text collate "C" not null,
  "agreement" text collate "C",
  "calendar" text collate "C",
  "target_seconds" bigint,
  "elapsed_seconds" bigint not null,
  "paused_seconds" bigint not null,
  "verdict" text collate "C" not null,
  "breached_at" timestamptz,
  "decided_at" timestamptz,
  "stopped_at" timestamptz
);

create unique index clock_result_id on "clock_result" ("id");

create index clock_result_record on "clock_result" ("record" asc nulls first, "key" asc nulls first);

create table "approval_round" (
  "key" bigint not null primary key,
  "id" uuid not null,
  "record" uuid not null,
  "number" bigint not null,
  "stage" text collate "C" not null,
  "policy" text collate "C" not null,
  "roles" jsonb not null,
  "quorum" bigint not null,
  "content_sha256" text collate "C" not null,
  "state" text collate "C" not null,
  "opened_at" timestamptz not null,
  "closed_at" timestamptz
);

create unique index approval_round_id on "approval_round" ("id");

create index approval_round_record on "approval_round" ("record" asc nulls first, "key" asc nulls first);

create index approval_round_state on "approval_round" ("state" asc nulls first, "key" asc nulls first);

create table "approval_vote" (
  "key" bigint not null primary key,
  "id" uuid not null,
  "record" uuid not null,
  "round" bigint not null,
  "person" uuid not null,
  "role" text collate "C" not null,
  "verdict" text collate "C" not null,
  "comment" text collate "C",
  "content_sha256" text collate "C" not null,
  "voted_at" timestamptz not null
);

create unique index approval_vote_id on "approval_vote" ("id");

create index approval_vote_record on "approval_vote" ("record" asc nulls first, "key" asc nulls first);

create index approval_vote_person on "approval_vote" ("person" asc nulls first, "key" asc nulls first);

create table "check_run" (
  "key" bigint not null primary key,
  "id" uuid not null,
  "record" uuid not null,
  "check_id" text collate "C" not null,
  "check_version" bigint not null,
  "rule" text collate "C" not null,
  "engine" bigint not null,
  "position" bigint not null,
  "evaluated_at" timestamptz not null,
  "period_from" timestamptz not null,
  "result" text collate "C" not null,
  "looked_at" bigint not null,
  "population" bigint not null,
  "population_digest" text collate "C" not null,
  "exceptions_total" bigint not null,
  "exceptions_digest" text collate "C" not null,
  "exceptions" jsonb not null,
  "note" text collate "C"
);

create unique index check_run_id on "check_run" ("id");

create index check_run_record on "check_run" ("record" asc nulls first, "key" asc nulls first);

create table search ("key" bigint not null primary key, "public" tsvector not null, "internal" tsvector not null);

create index search_public on search using gin ("public");

create index search_staff on search using gin (("public" || "internal"));

