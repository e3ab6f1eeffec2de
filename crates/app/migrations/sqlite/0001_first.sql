
create table mainstay_meta (
  "name" text not null,
  "content" text not null,
  primary key ("name")
);

create table journal_head (
  "id" integer not null,
  "epoch" integer not null,
  "first_position" integer not null,
  "frontier" blob not null,
  "recorded_at_ms" integer not null,
  "next_key" integer not null,
  "counters" text not null,
  primary key ("id")
);

create table journal_entry (
  "position" integer not null,
  "record" blob,
  "recorded_at_ms" integer not null,
  "leaf" blob not null,
  "body" blob not null,
  primary key ("position")
);

create index journal_entry_record on journal_entry ("record", "position");

create table journal_personal (
  "position" integer not null,
  "name" text not null,
  "subject" blob,
  "salt" blob not null,
  "content" text not null,
  primary key ("position", "name")
);

create index journal_personal_subject on journal_personal ("subject", "position");

create table journal_tile (
  "epoch" integer not null,
  "level" integer not null,
  "number" integer not null,
  "hash" blob not null,
  primary key ("epoch", "level", "number")
);

create table journal_epoch (
  "epoch" integer not null,
  "origin" text not null,
  "first_position" integer not null,
  primary key ("epoch")
);

create table journal_checkpoint (
  "epoch" integer not null,
  "size" integer not null,
  "made_at_ms" integer not null,
  "note" text not null,
  primary key ("epoch", "size")
);

create table record (
  "key" integer not null,
  "id" blob not null,
  "kind" text not null,
  "ref" text not null,
  "title" text,
  primary key ("key")
);

create unique index record_id on record ("id");

create unique index record_ref on record ("ref");

create table timeline (
  "position" integer not null,
  "record" blob not null,
  "occurred_at" integer not null,
  "state" text not null,
  "waiting_reason" text,
  "priority" integer,
  "agreement" blob,
  "reply" text,
  primary key ("position")
);

create index timeline_record on timeline ("record", "position");

create table clock (
  "record" blob not null,
  "goal" text not null,
  "due_at" integer,
  "wake_at" integer,
  "wake_percent" integer,
  "warned_percent" integer not null,
  "breached_at" integer,
  primary key ("record", "goal")
);

create index clock_wake_at on clock ("wake_at");

create index clock_due_at on clock ("due_at");

create table idempotency (
  "actor" text not null,
  "name" text not null,
  "request_sha256" blob not null,
  "answer" text not null,
  "recorded_at_ms" integer not null,
  primary key ("actor", "name")
);

create index idempotency_age on idempotency ("recorded_at_ms");

create table outbox (
  "id" integer not null,
  "topic" text not null,
  "once" text not null,
  "content" text not null,
  "due_at_ms" integer not null,
  "attempts" integer not null,
  "leased_until_ms" integer not null,
  "fence" integer not null,
  "done_at_ms" integer,
  "failure" text,
  primary key ("id")
);

create unique index outbox_once on outbox ("once");

create index outbox_due on outbox ("done_at_ms", "due_at_ms");

create table account (
  "person" blob not null,
  "password_hash" text,
  "password_set_at_ms" integer,
  "generation" integer not null,
  "disabled_at_ms" integer,
  "made_at_ms" integer not null,
  primary key ("person")
);

create table session (
  "id" blob not null,
  "token_sha256" blob not null,
  "person" blob not null,
  "generation" integer not null,
  "made_at_ms" integer not null,
  "seen_at_ms" integer not null,
  "proved_at_ms" integer not null,
  "address" text,
  "agent" text,
  "ended_at_ms" integer,
  primary key ("id")
);

create unique index session_token_sha256 on session ("token_sha256");

create index session_person on session ("person", "made_at_ms");

create table api_token (
  "id" blob not null,
  "token_sha256" blob not null,
  "person" blob not null,
  "name" text not null,
  "read_only" integer not null,
  "made_at_ms" integer not null,
  "expires_at_ms" integer not null,
  "used_at_ms" integer,
  "ended_at_ms" integer,
  primary key ("id")
);

create unique index api_token_token_sha256 on api_token ("token_sha256");

create index api_token_person on api_token ("person", "made_at_ms");

create table one_time_secret (
  "secret_sha256" blob not null,
  "purpose" text not null,
  "person" blob not null,
  "made_at_ms" integer not null,
  "expires_at_ms" integer not null,
  "used_at_ms" integer,
  primary key ("secret_sha256")
);

create index one_time_secret_person on one_time_secret ("person", "purpose");

create table known_device (
  "device_sha256" blob not null,
  "person" blob not null,
  "seen_at_ms" integer not null,
  primary key ("device_sha256", "person")
);

create table throttle (
  "subject" text not null,
  "failures" integer not null,
  "last_at_ms" integer not null,
  "until_ms" integer not null,
  primary key ("subject")
);

create index throttle_last_at_ms on throttle ("last_at_ms");

create table security_event (
  "id" integer not null,
  "at_ms" integer not null,
  "event" text not null,
  "person" blob,
  "address" text,
  "content" text not null,
  primary key ("id")
);

create index security_event_at_ms on security_event ("at_ms");

create index security_event_person on security_event ("person", "at_ms");

create table lease (
  "name" text not null,
  "holder" text not null,
  "fence" integer not null,
  "until_ms" integer not null,
  primary key ("name")
);

create table import_run (
  "file_sha256" text not null,
  "mapping" text not null,
  "state" text not null,
  "rows" integer not null,
  "rows_done" integer not null,
  "started_at_ms" integer not null,
  "finished_at_ms" integer,
  primary key ("file_sha256", "mapping")
);

create table "incident" (
  "key" integer not null primary key,
  "id" blob not null,
  "ref" text not null,
  "title" text,
  "state" text not null,
  "version" integer not null,
  "created_at" integer not null,
  "updated_at" integer not null,
  "description" text,
  "service" blob,
  "customer" blob,
  "caller" blob,
  "contact_channel" text,
  "category" text,
  "subcategory" text,
  "impact" text,
  "urgency" text,
  "priority" integer,
  "matrix_priority" integer,
  "priority_reason" text,
  "major" integer,
  "management_told" blob,
  "assigned_team" blob,
  "assignee" blob,
  "reported_at" integer,
  "report_delay_reason" text,
  "acknowledged_at" integer,
  "waiting_reason" text,
  "waiting_until" integer,
  "resolution" text,
  "resolution_code" text,
  "resolved_at" integer,
  "first_resolved_at" integer,
  "closed_at" integer,
  "reopen_count" integer,
  "reopen_reason" text,
  "cancel_reason" text,
  "problem" blob,
  "parent" blob,
  "merged_into" blob,
  "agreement" blob,
  "external_key" text
);

create unique index incident_id on "incident" ("id");

create unique index incident_ref on "incident" ("ref");

create index incident_state on "incident" ("state", "key" desc);

create index incident_state_priority on "incident" ("state", "priority", "key" desc);

create index incident_assigned_team_state on "incident" ("assigned_team", "state", "key" desc);

create index incident_assignee_state on "incident" ("assignee", "state", "key" desc);

create unique index incident_external_key on "incident" ("external_key") where "external_key" is not null;

create index incident_service on "incident" ("service", "key") where "service" is not null;

create index incident_customer on "incident" ("customer", "key") where "customer" is not null;

create index incident_caller on "incident" ("caller", "key") where "caller" is not null;

create index incident_major on "incident" ("state", "key" desc) where "major" = true;

create index incident_reported_at on "incident" ("reported_at", "key");

create index incident_problem on "incident" ("problem", "key") where "problem" is not null;

create index incident_parent on "incident" ("parent", "key") where "parent" is not null;

create index incident_merged_into on "incident" ("merged_into", "key") where "merged_into" is not null;

create table "service_request" (
  "key" integer not null primary key,
  "id" blob not null,
  "ref" text not null,
  "title" text,
  "state" text not null,
  "version" integer not null,
  "created_at" integer not null,
  "updated_at" integer not null,
  "description" text,
  "request_model" blob,
  "answers" text,
  "category" text,
  "service" blob,
  "customer" blob,
  "requester" blob,
  "contact_channel" text,
  "priority" integer,
  "assigned_team" blob,
  "assignee" blob,
  "approval_needed" integer,
  "approver_role" text,
  "approved_at" integer,
  "reported_at" integer,
  "acknowledged_at" integer,
  "waiting_reason" text,
  "waiting_until" integer,
  "fulfilment" text,
  "fulfilled_at" integer,
  "closed_at" integer,
  "reopen_count" integer,
  "reopen_reason" text,
  "cancel_reason" text,
  "agreement" blob,
  "external_key" text
);

create unique index service_request_id on "service_request" ("id");

create unique index service_request_ref on "service_request" ("ref");

create index service_request_state on "service_request" ("state", "key" desc);

create index service_request_state_priority on "service_request" ("state", "priority", "key" desc);

create index service_request_assigned_team_state on "service_request" ("assigned_team", "state", "key" desc);

create index service_request_assignee_state on "service_request" ("assignee", "state", "key" desc);

create unique index service_request_external_key on "service_request" ("external_key") where "external_key" is not null;

create index service_request_request_model on "service_request" ("request_model", "key") where "request_model" is not null;

create index service_request_service on "service_request" ("service", "key") where "service" is not null;

create index service_request_customer on "service_request" ("customer", "key") where "customer" is not null;

create index service_request_requester on "service_request" ("requester", "key") where "requester" is not null;

create index service_request_reported_at on "service_request" ("reported_at", "key");

create table "request_model" (
  "key" integer not null primary key,
  "id" blob not null,
  "ref" text not null,
  "title" text,
  "state" text not null,
  "version" integer not null,
  "created_at" integer not null,
  "updated_at" integer not null,
  "description" text,
  "asks_for" text,
  "category" text,
  "service" blob,
  "owner" blob,
  "fulfilment_team" blob,
  "priority" integer,
  "instructions" text,
  "steps" text,
  "approval_needed" integer,
  "approver_role" text,
  "review_months" integer,
  "reviewed_on" text,
  "next_review" text,
  "external_key" text
);

create unique index request_model_id on "request_model" ("id");

create unique index request_model_ref on "request_model" ("ref");

create index request_model_state on "request_model" ("state", "key" desc);

create index request_model_service_state on "request_model" ("service", "state", "key" desc);

create unique index request_model_external_key on "request_model" ("external_key") where "external_key" is not null;

create index request_model_service on "request_model" ("service", "key") where "service" is not null;

create index request_model_owner on "request_model" ("owner", "key") where "owner" is not null;

create index request_model_fulfilment_team on "request_model" ("fulfilment_team", "key") where "fulfilment_team" is not null;

create index request_model_next_review on "request_model" ("next_review", "key");

create table "problem" (
  "key" integer not null primary key,
  "id" blob not null,
  "ref" text not null,
  "title" text,
  "state" text not null,
  "version" integer not null,
  "created_at" integer not null,
  "updated_at" integer not null,
  "description" text,
  "service" blob,
  "category" text,
  "source" text,
  "impact" text,
  "urgency" text,
  "priority" integer,
  "owner" blob,
  "assigned_team" blob,
  "assignee" blob,
  "opened_at" integer,
  "review_on" text,
  "investigation_method" text,
  "root_cause" text,
  "cause_unknown" integer,
  "cause_found_at" integer,
  "preventive_actions" text,
  "workaround" text,
  "no_workaround_reason" text,
  "workaround_at" integer,
  "resolution" text,
  "configuration_altered" text,
  "resolving_change" blob,
  "resolved_at" integer,
  "recurrences" integer,
  "effective" text,
  "closure_code" text,
  "closed_at" integer,
  "reopen_reason" text,
  "reopen_count" integer,
  "cancel_reason" text,
  "external_key" text
);

create unique index problem_id on "problem" ("id");

create unique index problem_ref on "problem" ("ref");

create index problem_state on "problem" ("state", "key" desc);

create index problem_state_priority on "problem" ("state", "priority", "key" desc);

create index problem_assignee_state on "problem" ("assignee", "state", "key" desc);

create index problem_assigned_team_state on "problem" ("assigned_team", "state", "key" desc);

create unique index problem_external_key on "problem" ("external_key") where "external_key" is not null;

create index problem_service on "problem" ("service", "key") where "service" is not null;

create index problem_source on "problem" ("source", "key");

create index problem_owner on "problem" ("owner", "key") where "owner" is not null;

create index problem_assigned_team on "problem" ("assigned_team", "key") where "assigned_team" is not null;

create index problem_assignee on "problem" ("assignee", "key") where "assignee" is not null;

create index problem_opened_at on "problem" ("opened_at", "key");

create index problem_review_on on "problem" ("review_on", "key");

create index problem_resolving_change on "problem" ("resolving_change", "key") where "resolving_change" is not null;

create table "known_error" (
  "key" integer not null primary key,
  "id" blob not null,
  "ref" text not null,
  "title" text,
  "state" text not null,
  "version" integer not null,
  "created_at" integer not null,
  "updated_at" integer not null,
  "symptoms" text,
  "problem" blob,
  "service" blob,
  "root_cause" text,
  "workaround" text,
  "no_workaround_reason" text,
  "owner" blob,
  "support_team" blob,
  "fixing_change" blob,
  "review_months" integer,
  "reviewed_on" text,
  "next_review" text,
  "external_key" text
);

create unique index known_error_id on "known_error" ("id");

create unique index known_error_ref on "known_error" ("ref");

create index known_error_state on "known_error" ("state", "key" desc);

create index known_error_service_state on "known_error" ("service", "state", "key" desc);

create unique index known_error_external_key on "known_error" ("external_key") where "external_key" is not null;

create index known_error_problem on "known_error" ("problem", "key") where "problem" is not null;

create index known_error_service on "known_error" ("service", "key") where "service" is not null;

create index known_error_owner on "known_error" ("owner", "key") where "owner" is not null;

create index known_error_support_team on "known_error" ("support_team", "key") where "support_team" is not null;

create index known_error_fixing_change on "known_error" ("fixing_change", "key") where "fixing_change" is not null;

create index known_error_next_review on "known_error" ("next_review", "key");

create table "knowledge_article" (
  "key" integer not null primary key,
  "id" blob not null,
  "ref" text not null,
  "title" text,
  "state" text not null,
  "version" integer not null,
  "created_at" integer not null,
  "updated_at" integer not null,
  "text" text,
  "staff_text" text,
  "audience" text,
  "service" blob,
  "support_team" blob,
  "owner" blob,
  "author" blob,
  "review_months" integer,
  "published_at" integer,
  "reviewed_on" text,
  "next_review" text,
  "external_key" text
);

create unique index knowledge_article_id on "knowledge_article" ("id");

create unique index knowledge_article_ref on "knowledge_article" ("ref");

create index knowledge_article_state on "knowledge_article" ("state", "key" desc);

create index knowledge_article_service_state on "knowledge_article" ("service", "state", "key" desc);

create unique index knowledge_article_external_key on "knowledge_article" ("external_key") where "external_key" is not null;

create index knowledge_article_audience on "knowledge_article" ("audience", "key");

create index knowledge_article_service on "knowledge_article" ("service", "key") where "service" is not null;

create index knowledge_article_support_team on "knowledge_article" ("support_team", "key") where "support_team" is not null;

create index knowledge_article_owner on "knowledge_article" ("owner", "key") where "owner" is not null;

create index knowledge_article_next_review on "knowledge_article" ("next_review", "key");

create table "change" (
  "key" integer not null primary key,
  "id" blob not null,
  "ref" text not null,
  "title" text,
  "state" text not null,
  "version" integer not null,
  "created_at" integer not null,
  "updated_at" integer not null,
  "description" text,
  "reason" text,
  "category" text,
  "change_type" text,
  "change_model" blob,
  "service" blob,
  "customer" blob,
  "requester" blob,
  "owner" blob,
  "implementer" blob,
  "assigned_team" blob,
  "requested_at" integer,
  "urgency_reason" text,
  "priority" integer,
  "major_impact" text,
  "benefit" text,
  "feasibility" text,
  "financial_impact" text,
  "risk" text,
  "risk_description" text,
  "impact_on_services" text,
  "impact_on_people" text,
  "impact_on_plans" text,
  "impact_on_assurance" text,
  "impact_on_changes" text,
  "implementation_plan" text,
  "test_plan" text,
  "back_out_plan" text,
  "communication_plan" text,
  "planned_start" integer,
  "planned_end" integer,
  "assessed_by" blob,
  "assessed_at" integer,
  "authorised_at" integer,
  "refused_at" integer,
  "retrospective" integer,
  "test_result" text,
  "back_out_test" text,
  "window_reason" text,
  "actual_start" integer,
  "actual_end" integer,
  "outcome" text,
  "analysis" text,
  "configuration_note" text,
  "review_due_at" integer,
  "review" text,
  "reviewer" blob,
  "reviewed_at" integer,
  "closed_at" integer,
  "cancel_reason" text,
  "external_key" text
);

create unique index change_id on "change" ("id");

create unique index change_ref on "change" ("ref");

create index change_state on "change" ("state", "key" desc);

create index change_state_planned_start on "change" ("state", "planned_start", "key" desc);

create index change_category_state on "change" ("category", "state", "key" desc);

create index change_implementer_state on "change" ("implementer", "state", "key" desc);

create unique index change_external_key on "change" ("external_key") where "external_key" is not null;

create index change_category on "change" ("category", "key");

create index change_change_model on "change" ("change_model", "key") where "change_model" is not null;

create index change_service on "change" ("service", "key") where "service" is not null;

create index change_customer on "change" ("customer", "key") where "customer" is not null;

create index change_requester on "change" ("requester", "key") where "requester" is not null;

create index change_owner on "change" ("owner", "key") where "owner" is not null;

create index change_implementer on "change" ("implementer", "key") where "implementer" is not null;

create index change_assigned_team on "change" ("assigned_team", "key") where "assigned_team" is not null;

create index change_requested_at on "change" ("requested_at", "key");

create index change_planned_start on "change" ("planned_start", "key");

create index change_planned_end on "change" ("planned_end", "key");

create index change_actual_start on "change" ("actual_start", "key");

create index change_review_due_at on "change" ("review_due_at", "key");

create table "change_model" (
  "key" integer not null primary key,
  "id" blob not null,
  "ref" text not null,
  "title" text,
  "state" text not null,
  "version" integer not null,
  "created_at" integer not null,
  "updated_at" integer not null,
  "description" text,
  "applies_to" text,
  "service" blob,
  "owner" blob,
  "author" blob,
  "priority" integer,
  "risk" text,
  "risk_description" text,
  "benefit" text,
  "feasibility" text,
  "financial_impact" text,
  "impact_on_services" text,
  "impact_on_people" text,
  "impact_on_plans" text,
  "impact_on_assurance" text,
  "impact_on_changes" text,
  "implementation_plan" text,
  "test_plan" text,
  "back_out_plan" text,
  "communication_plan" text,
  "approved_afterwards" integer,
  "review_months" integer,
  "in_force_since" integer,
  "reviewed_on" text,
  "next_review" text
);

create unique index change_model_id on "change_model" ("id");

create unique index change_model_ref on "change_model" ("ref");

create index change_model_state on "change_model" ("state", "key" desc);

create index change_model_state_applies_to on "change_model" ("state", "applies_to", "key" desc);

create index change_model_applies_to on "change_model" ("applies_to", "key");

create index change_model_service on "change_model" ("service", "key") where "service" is not null;

create index change_model_owner on "change_model" ("owner", "key") where "owner" is not null;

create index change_model_next_review on "change_model" ("next_review", "key");

create table "maintenance_window" (
  "key" integer not null primary key,
  "id" blob not null,
  "ref" text not null,
  "title" text,
  "state" text not null,
  "version" integer not null,
  "created_at" integer not null,
  "updated_at" integer not null,
  "description" text,
  "freeze" integer,
  "service" blob,
  "starts_at" integer,
  "ends_at" integer,
  "owner" blob,
  "announced_at" integer,
  "used_as_announced" text,
  "cancel_reason" text,
  "external_key" text
);

create unique index maintenance_window_id on "maintenance_window" ("id");

create unique index maintenance_window_ref on "maintenance_window" ("ref");

create index maintenance_window_state on "maintenance_window" ("state", "key" desc);

create index maintenance_window_state_starts_at on "maintenance_window" ("state", "starts_at", "key" desc);

create unique index maintenance_window_external_key on "maintenance_window" ("external_key") where "external_key" is not null;

create index maintenance_window_service on "maintenance_window" ("service", "key") where "service" is not null;

create index maintenance_window_starts_at on "maintenance_window" ("starts_at", "key");

create index maintenance_window_ends_at on "maintenance_window" ("ends_at", "key");

create index maintenance_window_owner on "maintenance_window" ("owner", "key") where "owner" is not null;

create table "configuration_item" (
  "key" integer not null primary key,
  "id" blob not null,
  "ref" text not null,
  "title" text,
  "state" text not null,
  "version" integer not null,
  "created_at" integer not null,
  "updated_at" integer not null,
  "description" text,
  "class" text,
  "service" blob,
  "owner" blob,
  "support_team" blob,
  "controlled" integer,
  "criticality" text,
  "environment" text,
  "release" text,
  "location" text,
  "serial_number" text,
  "asset_tag" text,
  "no_relations_reason" text,
  "changed_by" blob,
  "verified_on" text,
  "verified_by" blob,
  "verification" text,
  "retired_on" text,
  "external_key" text
);

create unique index configuration_item_id on "configuration_item" ("id");

create unique index configuration_item_ref on "configuration_item" ("ref");

create index configuration_item_state on "configuration_item" ("state", "key" desc);

create index configuration_item_class_state on "configuration_item" ("class", "state", "key" desc);

create unique index configuration_item_asset_tag on "configuration_item" ("asset_tag") where "asset_tag" is not null;

create unique index configuration_item_external_key on "configuration_item" ("external_key") where "external_key" is not null;

create index configuration_item_class on "configuration_item" ("class", "key");

create index configuration_item_service on "configuration_item" ("service", "key") where "service" is not null;

create index configuration_item_owner on "configuration_item" ("owner", "key") where "owner" is not null;

create index configuration_item_support_team on "configuration_item" ("support_team", "key") where "support_team" is not null;

create index configuration_item_serial_number on "configuration_item" ("serial_number", "key");

create index configuration_item_changed_by on "configuration_item" ("changed_by", "key") where "changed_by" is not null;

create index configuration_item_verified_on on "configuration_item" ("verified_on", "key");

create table "service" (
  "key" integer not null primary key,
  "id" blob not null,
  "ref" text not null,
  "title" text,
  "state" text not null,
  "version" integer not null,
  "created_at" integer not null,
  "updated_at" integer not null,
  "description" text,
  "owner" blob,
  "customer_facing" integer,
  "criticality" text,
  "external_key" text
);

create unique index service_id on "service" ("id");

create unique index service_ref on "service" ("ref");

create index service_state on "service" ("state", "key" desc);

create unique index service_external_key on "service" ("external_key") where "external_key" is not null;

create index service_owner on "service" ("owner", "key") where "owner" is not null;

create table "service_level_agreement" (
  "key" integer not null primary key,
  "id" blob not null,
  "ref" text not null,
  "title" text,
  "state" text not null,
  "version" integer not null,
  "created_at" integer not null,
  "updated_at" integer not null,
  "service" blob,
  "customer" blob,
  "calendar" blob,
  "versions" text
);

create unique index service_level_agreement_id on "service_level_agreement" ("id");

create unique index service_level_agreement_ref on "service_level_agreement" ("ref");

create index service_level_agreement_state on "service_level_agreement" ("state", "key" desc);

create index service_level_agreement_service on "service_level_agreement" ("service", "key") where "service" is not null;

create index service_level_agreement_customer on "service_level_agreement" ("customer", "key") where "customer" is not null;

create index service_level_agreement_calendar on "service_level_agreement" ("calendar", "key") where "calendar" is not null;

create table "calendar" (
  "key" integer not null primary key,
  "id" blob not null,
  "ref" text not null,
  "title" text,
  "state" text not null,
  "version" integer not null,
  "created_at" integer not null,
  "updated_at" integer not null,
  "purpose" text,
  "versions" text
);

create unique index calendar_id on "calendar" ("id");

create unique index calendar_ref on "calendar" ("ref");

create index calendar_state on "calendar" ("state", "key" desc);

create table "customer_organisation" (
  "key" integer not null primary key,
  "id" blob not null,
  "ref" text not null,
  "title" text,
  "state" text not null,
  "version" integer not null,
  "created_at" integer not null,
  "updated_at" integer not null,
  "contact" blob,
  "external_key" text,
  "notes" text
);

create unique index customer_organisation_id on "customer_organisation" ("id");

create unique index customer_organisation_ref on "customer_organisation" ("ref");

create index customer_organisation_state on "customer_organisation" ("state", "key" desc);

create unique index customer_organisation_external_key on "customer_organisation" ("external_key") where "external_key" is not null;

create table "person" (
  "key" integer not null primary key,
  "id" blob not null,
  "ref" text not null,
  "title" text,
  "state" text not null,
  "version" integer not null,
  "created_at" integer not null,
  "updated_at" integer not null,
  "email" text,
  "phone" text,
  "customer" blob,
  "staff" integer,
  "external_key" text
);

create unique index person_id on "person" ("id");

create unique index person_ref on "person" ("ref");

create index person_state on "person" ("state", "key" desc);

create unique index person_email on "person" ("email") where "email" is not null;

create unique index person_external_key on "person" ("external_key") where "external_key" is not null;

create index person_customer on "person" ("customer", "key") where "customer" is not null;

create table "team" (
  "key" integer not null primary key,
  "id" blob not null,
  "ref" text not null,
  "title" text,
  "state" text not null,
  "version" integer not null,
  "created_at" integer not null,
  "updated_at" integer not null,
  "lead" blob,
  "email" text,
  "external_key" text
);

create unique index team_id on "team" ("id");

create unique index team_ref on "team" ("ref");

create index team_state on "team" ("state", "key" desc);

create unique index team_external_key on "team" ("external_key") where "external_key" is not null;

create table "role_assignment" (
  "key" integer not null primary key,
  "id" blob not null,
  "ref" text not null,
  "title" text,
  "state" text not null,
  "version" integer not null,
  "created_at" integer not null,
  "updated_at" integer not null,
  "person" blob,
  "role" text,
  "team" blob,
  "service" blob,
  "customer" blob,
  "valid_from" text,
  "valid_until" text
);

create unique index role_assignment_id on "role_assignment" ("id");

create unique index role_assignment_ref on "role_assignment" ("ref");

create index role_assignment_state on "role_assignment" ("state", "key" desc);

create index role_assignment_person on "role_assignment" ("person", "key") where "person" is not null;

create index role_assignment_role on "role_assignment" ("role", "key");

create table "major_incident_review" (
  "key" integer not null primary key,
  "id" blob not null,
  "ref" text not null,
  "title" text,
  "state" text not null,
  "version" integer not null,
  "created_at" integer not null,
  "updated_at" integer not null,
  "incident" blob,
  "problem" blob,
  "owner" blob,
  "due_on" text,
  "report" text,
  "what_went_well" text,
  "what_went_badly" text,
  "cause" text,
  "actions" text,
  "participants" text,
  "held_at" integer,
  "closed_at" integer
);

create unique index major_incident_review_id on "major_incident_review" ("id");

create unique index major_incident_review_ref on "major_incident_review" ("ref");

create index major_incident_review_state on "major_incident_review" ("state", "key" desc);

create index major_incident_review_incident on "major_incident_review" ("incident", "key") where "incident" is not null;

create index major_incident_review_problem on "major_incident_review" ("problem", "key") where "problem" is not null;

create index major_incident_review_owner on "major_incident_review" ("owner", "key") where "owner" is not null;

create index major_incident_review_due_on on "major_incident_review" ("due_on", "key");

create table "complaint" (
  "key" integer not null primary key,
  "id" blob not null,
  "ref" text not null,
  "title" text,
  "state" text not null,
  "version" integer not null,
  "created_at" integer not null,
  "updated_at" integer not null,
  "description" text,
  "customer" blob,
  "complainant" blob,
  "service" blob,
  "owner" blob,
  "received_at" integer,
  "due_at" integer,
  "response" text,
  "responded_at" integer,
  "escalation" text,
  "escalated_at" integer,
  "resolution" text,
  "settled_at" integer,
  "customer_told_at" integer,
  "closed_at" integer,
  "reopen_reason" text
);

create unique index complaint_id on "complaint" ("id");

create unique index complaint_ref on "complaint" ("ref");

create index complaint_state on "complaint" ("state", "key" desc);

create index complaint_customer_state on "complaint" ("customer", "state", "key" desc);

create index complaint_customer on "complaint" ("customer", "key") where "customer" is not null;

create index complaint_complainant on "complaint" ("complainant", "key") where "complainant" is not null;

create index complaint_service on "complaint" ("service", "key") where "service" is not null;

create index complaint_owner on "complaint" ("owner", "key") where "owner" is not null;

create index complaint_received_at on "complaint" ("received_at", "key");

create index complaint_due_at on "complaint" ("due_at", "key");

create table "satisfaction_result" (
  "key" integer not null primary key,
  "id" blob not null,
  "ref" text not null,
  "title" text,
  "state" text not null,
  "version" integer not null,
  "created_at" integer not null,
  "updated_at" integer not null,
  "cycle" text,
  "customer" blob,
  "service" blob,
  "respondent" blob,
  "incident" blob,
  "request" blob,
  "score" integer,
  "comment" text,
  "answered_at" integer
);

create unique index satisfaction_result_id on "satisfaction_result" ("id");

create unique index satisfaction_result_ref on "satisfaction_result" ("ref");

create index satisfaction_result_state on "satisfaction_result" ("state", "key" desc);

create index satisfaction_result_customer_state on "satisfaction_result" ("customer", "state", "key" desc);

create index satisfaction_result_cycle on "satisfaction_result" ("cycle", "key");

create index satisfaction_result_customer on "satisfaction_result" ("customer", "key") where "customer" is not null;

create index satisfaction_result_service on "satisfaction_result" ("service", "key") where "service" is not null;

create index satisfaction_result_respondent on "satisfaction_result" ("respondent", "key") where "respondent" is not null;

create index satisfaction_result_incident on "satisfaction_result" ("incident", "key") where "incident" is not null;

create index satisfaction_result_request on "satisfaction_result" ("request", "key") where "request" is not null;

create index satisfaction_result_answered_at on "satisfaction_result" ("answered_at", "key");

create table "service_report" (
  "key" integer not null primary key,
  "id" blob not null,
  "ref" text not null,
  "title" text,
  "state" text not null,
  "version" integer not null,
  "created_at" integer not null,
  "updated_at" integer not null,
  "report_id" text,
  "clauses" text,
  "purpose" text,
  "audience" text,
  "recipients" text,
  "customer" blob,
  "service" blob,
  "owner" blob,
  "period_from" text,
  "period_until" text,
  "due_on" text,
  "content" text,
  "sources" text,
  "targets_missed" text,
  "decisions" text,
  "issued_at" integer,
  "decided_at" integer
);

create unique index service_report_id on "service_report" ("id");

create unique index service_report_ref on "service_report" ("ref");

create index service_report_state on "service_report" ("state", "key" desc);

create index service_report_report_id_state on "service_report" ("report_id", "state", "key" desc);

create index service_report_report_id on "service_report" ("report_id", "key");

create index service_report_customer on "service_report" ("customer", "key") where "customer" is not null;

create index service_report_service on "service_report" ("service", "key") where "service" is not null;

create index service_report_owner on "service_report" ("owner", "key") where "owner" is not null;

create index service_report_period_until on "service_report" ("period_until", "key");

create index service_report_due_on on "service_report" ("due_on", "key");

create index service_report_issued_at on "service_report" ("issued_at", "key");

create table "supplier" (
  "key" integer not null primary key,
  "id" blob not null,
  "ref" text not null,
  "title" text,
  "state" text not null,
  "version" integer not null,
  "created_at" integer not null,
  "updated_at" integer not null,
  "description" text,
  "supplier_type" text,
  "customer" blob,
  "owner" blob,
  "manager" blob,
  "contacts" text,
  "handover_points" text,
  "escalation_path" text,
  "data_exchange" text,
  "controls" text,
  "review_months" integer,
  "reviewed_on" text,
  "next_review" text,
  "end_reason" text,
  "external_key" text
);

create unique index supplier_id on "supplier" ("id");

create unique index supplier_ref on "supplier" ("ref");

create index supplier_state on "supplier" ("state", "key" desc);

create index supplier_supplier_type_state on "supplier" ("supplier_type", "state", "key" desc);

create unique index supplier_external_key on "supplier" ("external_key") where "external_key" is not null;

create index supplier_supplier_type on "supplier" ("supplier_type", "key");

create index supplier_owner on "supplier" ("owner", "key") where "owner" is not null;

create index supplier_manager on "supplier" ("manager", "key") where "manager" is not null;

create index supplier_next_review on "supplier" ("next_review", "key");

create table "contract" (
  "key" integer not null primary key,
  "id" blob not null,
  "ref" text not null,
  "title" text,
  "state" text not null,
  "version" integer not null,
  "created_at" integer not null,
  "updated_at" integer not null,
  "supplier" blob,
  "contract_number" text,
  "owner" blob,
  "scope" text,
  "requirements" text,
  "targets" text,
  "responsibilities" text,
  "activities" text,
  "interfaces" text,
  "valid_from" text,
  "valid_until" text,
  "accepted_by" blob,
  "accepted_by_supplier" text,
  "predecessor" blob,
  "change" blob,
  "change_assessment" text,
  "alignment" text,
  "review_months" integer,
  "reviewed_on" text,
  "next_review" text,
  "review_note" text,
  "in_force_since" integer,
  "end_decision" text,
  "external_key" text
);

create unique index contract_id on "contract" ("id");

create unique index contract_ref on "contract" ("ref");

create index contract_state on "contract" ("state", "key" desc);

create index contract_supplier_state on "contract" ("supplier", "state", "key" desc);

create unique index contract_external_key on "contract" ("external_key") where "external_key" is not null;

create index contract_supplier on "contract" ("supplier", "key") where "supplier" is not null;

create index contract_contract_number on "contract" ("contract_number", "key");

create index contract_owner on "contract" ("owner", "key") where "owner" is not null;

create index contract_valid_until on "contract" ("valid_until", "key");

create index contract_predecessor on "contract" ("predecessor", "key") where "predecessor" is not null;

create index contract_change on "contract" ("change", "key") where "change" is not null;

create index contract_next_review on "contract" ("next_review", "key");

create table "supplier_review" (
  "key" integer not null primary key,
  "id" blob not null,
  "ref" text not null,
  "title" text,
  "state" text not null,
  "version" integer not null,
  "created_at" integer not null,
  "updated_at" integer not null,
  "supplier" blob,
  "contract" blob,
  "period_from" text,
  "period_until" text,
  "owner" blob,
  "due_on" text,
  "results" text,
  "targets_missed" text,
  "actions" text,
  "disputes" text,
  "conclusions" text,
  "reviewer" blob,
  "held_at" integer,
  "cancel_reason" text
);

create unique index supplier_review_id on "supplier_review" ("id");

create unique index supplier_review_ref on "supplier_review" ("ref");

create index supplier_review_state on "supplier_review" ("state", "key" desc);

create index supplier_review_supplier_state on "supplier_review" ("supplier", "state", "key" desc);

create index supplier_review_supplier on "supplier_review" ("supplier", "key") where "supplier" is not null;

create index supplier_review_contract on "supplier_review" ("contract", "key") where "contract" is not null;

create index supplier_review_period_until on "supplier_review" ("period_until", "key");

create index supplier_review_owner on "supplier_review" ("owner", "key") where "owner" is not null;

create index supplier_review_due_on on "supplier_review" ("due_on", "key");

create table "dispute" (
  "key" integer not null primary key,
  "id" blob not null,
  "ref" text not null,
  "title" text,
  "state" text not null,
  "version" integer not null,
  "created_at" integer not null,
  "updated_at" integer not null,
  "description" text,
  "supplier" blob,
  "contract" blob,
  "owner" blob,
  "due_on" text,
  "escalation" text,
  "escalated_at" integer,
  "settlement" text,
  "settled_at" integer
);

create unique index dispute_id on "dispute" ("id");

create unique index dispute_ref on "dispute" ("ref");

create index dispute_state on "dispute" ("state", "key" desc);

create index dispute_supplier_state on "dispute" ("supplier", "state", "key" desc);

create index dispute_supplier on "dispute" ("supplier", "key") where "supplier" is not null;

create index dispute_contract on "dispute" ("contract", "key") where "contract" is not null;

create index dispute_owner on "dispute" ("owner", "key") where "owner" is not null;

create index dispute_due_on on "dispute" ("due_on", "key");

create table "document" (
  "key" integer not null primary key,
  "id" blob not null,
  "ref" text not null,
  "title" text,
  "state" text not null,
  "version" integer not null,
  "created_at" integer not null,
  "updated_at" integer not null,
  "catalogue_id" text,
  "document_type" text,
  "purpose" text,
  "owner" blob,
  "author" blob,
  "classification" text,
  "audience" text,
  "language" text,
  "requirement_ids" text,
  "origin" text,
  "source" text,
  "source_version" text,
  "retention_months" integer,
  "review_months" integer,
  "reviewed_on" text,
  "next_review" text,
  "draft_text" text,
  "change_note" text,
  "text" text,
  "version_number" integer,
  "effective_since" integer,
  "versions" text,
  "withdraw_reason" text,
  "external_key" text
);

create unique index document_id on "document" ("id");

create unique index document_ref on "document" ("ref");

create index document_state on "document" ("state", "key" desc);

create index document_document_type_state on "document" ("document_type", "state", "key" desc);

create unique index document_external_key on "document" ("external_key") where "external_key" is not null;

create index document_catalogue_id on "document" ("catalogue_id", "key");

create index document_document_type on "document" ("document_type", "key");

create index document_owner on "document" ("owner", "key") where "owner" is not null;

create index document_next_review on "document" ("next_review", "key");

create table "nil_return" (
  "key" integer not null primary key,
  "id" blob not null,
  "ref" text not null,
  "title" text,
  "state" text not null,
  "version" integer not null,
  "created_at" integer not null,
  "updated_at" integer not null,
  "evidence_kind" text,
  "part" text,
  "service" blob,
  "period_from" text,
  "period_until" text,
  "owner" blob,
  "statement" text,
  "signed_at" integer,
  "withdrawal_reason" text
);

create unique index nil_return_id on "nil_return" ("id");

create unique index nil_return_ref on "nil_return" ("ref");

create index nil_return_state on "nil_return" ("state", "key" desc);

create index nil_return_evidence_kind_state on "nil_return" ("evidence_kind", "state", "key" desc);

create index nil_return_evidence_kind on "nil_return" ("evidence_kind", "key");

create index nil_return_period_until on "nil_return" ("period_until", "key");

create index nil_return_owner on "nil_return" ("owner", "key") where "owner" is not null;

create table "comment" (
  "key" integer not null primary key,
  "id" blob not null,
  "record" blob not null,
  "author" blob,
  "author_name" text,
  "from_customer" integer,
  "visibility" text not null,
  "body" text,
  "written_at" integer not null
);

create unique index comment_id on "comment" ("id");

create index comment_record on "comment" ("record", "key");

create table "link" (
  "key" integer not null primary key,
  "id" blob not null,
  "record" blob not null,
  "relation" text not null,
  "target" blob not null
);

create unique index link_id on "link" ("id");

create index link_record on "link" ("record", "key");

create index link_target on "link" ("target", "key");

create table "attachment" (
  "key" integer not null primary key,
  "id" blob not null,
  "record" blob not null,
  "author" blob,
  "name" text,
  "media_type" text,
  "bytes" integer not null,
  "sha256" text not null,
  "stored_as" text not null,
  "visibility" text not null,
  "added_at" integer not null
);

create unique index attachment_id on "attachment" ("id");

create index attachment_record on "attachment" ("record", "key");

create table "tag" (
  "key" integer not null primary key,
  "id" blob not null,
  "record" blob not null,
  "word" text not null
);

create unique index tag_id on "tag" ("id");

create index tag_record on "tag" ("record", "key");

create index tag_word on "tag" ("word", "key");

create table "task" (
  "key" integer not null primary key,
  "id" blob not null,
  "record" blob not null,
  "title" text not null,
  "state" text not null,
  "assignee" blob,
  "due_at" integer,
  "done_at" integer
);

create unique index task_id on "task" ("id");

create index task_record on "task" ("record", "key");

create table "clock_result" (
  "key" integer not null primary key,
  "id" blob not null,
  "record" blob not null,
  "goal" text not null,
  "agreement" text,
  "calendar" text,
  "target_seconds" integer,
  "elapsed_seconds" integer not null,
  "paused_seconds" integer not null,
  "verdict" text not null,
  "breached_at" integer,
  "decided_at" integer,
  "stopped_at" integer
);

create unique index clock_result_id on "clock_result" ("id");

create index clock_result_record on "clock_result" ("record", "key");

create table "approval_round" (
  "key" integer not null primary key,
  "id" blob not null,
  "record" blob not null,
  "number" integer not null,
  "stage" text not null,
  "policy" text not null,
  "roles" text not null,
  "quorum" integer not null,
  "content_sha256" text not null,
  "state" text not null,
  "opened_at" integer not null,
  "closed_at" integer
);

create unique index approval_round_id on "approval_round" ("id");

create index approval_round_record on "approval_round" ("record", "key");

create index approval_round_state on "approval_round" ("state", "key");

create table "approval_vote" (
  "key" integer not null primary key,
  "id" blob not null,
  "record" blob not null,
  "round" integer not null,
  "person" blob not null,
  "role" text not null,
  "verdict" text not null,
  "comment" text,
  "content_sha256" text not null,
  "voted_at" integer not null
);

create unique index approval_vote_id on "approval_vote" ("id");

create index approval_vote_record on "approval_vote" ("record", "key");

create index approval_vote_person on "approval_vote" ("person", "key");

create table "check_run" (
  "key" integer not null primary key,
  "id" blob not null,
  "record" blob not null,
  "check_id" text not null,
  "check_version" integer not null,
  "rule" text not null,
  "engine" integer not null,
  "position" integer not null,
  "evaluated_at" integer not null,
  "period_from" integer not null,
  "result" text not null,
  "looked_at" integer not null,
  "population" integer not null,
  "population_digest" text not null,
  "exceptions_total" integer not null,
  "exceptions_digest" text not null,
  "exceptions" text not null,
  "note" text
);

create unique index check_run_id on "check_run" ("id");

create index check_run_record on "check_run" ("record", "key");

create virtual table search using fts5("public", "internal", content='', contentless_delete=1, tokenize='ascii');

insert into search(search, rank) values ('automerge', 0);

insert into search(search, rank) values ('crisismerge', 256);

insert into search(search, rank) values ('usermerge', 4);

insert into search(search, rank) values ('secure-delete', 1);

