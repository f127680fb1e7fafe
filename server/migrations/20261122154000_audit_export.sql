-- Exports of audit events that were asked for: the file is streamed from the events themselves and
-- kept nowhere; this is how far it is, for whichever process is asked.
create table audit_export (
  id uuid primary key,
  account_id uuid not null,
  organisation_id uuid,
  query text not null,
  form text not null check (form in ('csv', 'xlsx')),
  from_at timestamptz not null,
  to_at timestamptz not null,
  state text not null check (state in ('waiting', 'running', 'done', 'cancelled', 'failed')),
  row_count bigint not null check (row_count >= 0),
  reached_at timestamptz,
  digest bytea check (length(digest) = 32),
  started_at timestamptz not null,
  expires_at timestamptz not null,
  changed_at timestamptz not null
);

create index audit_export_account on audit_export (account_id, id);
