create table compliance_pack (
  id uuid primary key,
  profile text not null check (profile in ('mlps3')),
  period_from text not null,
  period_to text not null,
  state text not null check (
    state in ('waiting', 'running', 'made', 'cancelled', 'broken', 'expired')
  ),
  requested_by text not null,
  requested_at timestamptz not null,
  seen_at timestamptz,
  ended_at timestamptz,
  expires_at timestamptz,
  doing text not null,
  done integer not null,
  total integer not null,
  events bigint not null,
  file_bytes bigint,
  file_digest text,
  file_count integer,
  verdicts text,
  why text,
  check ((state in ('made', 'expired')) = (file_digest is not null)),
  check (state <> 'made' or expires_at is not null)
);

create index compliance_pack_live on compliance_pack (state, requested_at)
  where state in ('waiting', 'running', 'made');

create table compliance_pack_piece (
  pack_id uuid not null references compliance_pack (id),
  number integer not null,
  bytes bytea not null,
  primary key (pack_id, number)
);
