-- The chain over the events and what shows that its end is missing. Links and checkpoints are
-- written once, as events are; heads and the one state row move and carry tags.
create table audit_link (
  -- When it was linked: one instant a batch, later in each, over all streams.
  at timestamptz not null,
  stream_id uuid not null,
  n bigint not null check (n > 0),
  event_id uuid not null,
  event_at timestamptz not null,
  genuine boolean not null,
  digest bytea not null check (length(digest) = 32),
  primary key (at, stream_id, n)
) partition by range (at);

create index audit_link_event on audit_link (event_id);

create table audit_head (
  stream_id uuid primary key,
  at timestamptz not null,
  n bigint not null,
  digest bytea not null check (length(digest) = 32),
  tag bytea not null check (length(tag) = 32)
);

create table audit_checkpoint (
  at timestamptz not null,
  number bigint not null check (number > 0),
  body text not null,
  digest bytea not null check (length(digest) = 32),
  signature bytea not null check (length(signature) = 64),
  primary key (at, number)
) partition by range (at);

create table audit_countersignature (
  checkpoint_number bigint not null,
  fingerprint text not null,
  party text not null,
  signature bytea not null check (length(signature) = 64),
  recorded_at timestamptz not null,
  primary key (checkpoint_number, fingerprint)
);

create table audit_chain_state (
  id integer primary key check (id = 1),
  at timestamptz not null,
  links bigint not null,
  checkpoint_number bigint not null,
  checkpoint_digest bytea not null check (length(checkpoint_digest) = 32),
  checkpoint_at timestamptz,
  -- Links when the last checkpoint was made.
  checkpoint_links bigint not null,
  scanned_to timestamptz not null,
  swept_at timestamptz not null,
  tag bytea not null check (length(tag) = 32)
);

create table audit_archive (
  month text primary key check (month like '____-__'),
  body text not null,
  signature bytea not null check (length(signature) = 64),
  events bigint not null,
  file_digest bytea not null check (length(file_digest) = 32),
  archived_at timestamptz not null,
  keep_until timestamptz not null
);

create table audit_deletion (
  id uuid primary key,
  month text not null references audit_archive (month),
  state text not null check (state in ('requested', 'confirmed', 'withdrawn', 'done')),
  reason text not null,
  requested_by uuid not null,
  requested_at timestamptz not null,
  confirmed_by uuid,
  confirmed_at timestamptz,
  done_at timestamptz,
  tag bytea not null check (length(tag) = 32),
  check (confirmed_by <> requested_by),
  check (state in ('requested', 'withdrawn') or confirmed_by is not null)
);

create unique index audit_deletion_once on audit_deletion (month) where state <> 'withdrawn';
