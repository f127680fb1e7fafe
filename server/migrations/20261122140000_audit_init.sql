-- What happened, written in the transaction of the change and never changed afterwards: the
-- application's role gets insert and select only (docs/operations.md).
create table audit_event (
  id uuid not null,
  at timestamptz not null,
  stream_id uuid not null,
  kind text not null check (kind like '%.%'),
  result text not null check (result in ('succeeded', 'refused', 'failed', 'unknown')),
  reason text,
  actor_kind text not null check (
    actor_kind in ('user', 'program', 'terminal', 'system', 'shell', 'nobody')
  ),
  actor_id uuid,
  actor_name text not null,
  actor_organisation_id uuid,
  session_id uuid,
  address text,
  trace_id text,
  object_id text,
  terminal_id uuid,
  patient_id uuid,
  order_id uuid,
  fields text not null,
  tag bytea not null check (length(tag) = 32),
  primary key (id, at)
) partition by range (at);

create index audit_event_stream on audit_event (stream_id, id);
create index audit_event_actor on audit_event (actor_id, id) where actor_id is not null;
create index audit_event_patient on audit_event (patient_id, id) where patient_id is not null;
create index audit_event_order on audit_event (order_id, id) where order_id is not null;
create index audit_event_terminal on audit_event (terminal_id, id) where terminal_id is not null;
