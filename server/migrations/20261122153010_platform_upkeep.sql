-- Passes over whole tables while the platform serves: sealing anew, checking the tags of rows.

create table upkeep_run (
  id uuid primary key,
  kind text not null check (kind in ('reseal', 'integrity')),
  state text not null check (state in ('running', 'paused', 'cancelled', 'done')),
  -- Of a reseal: the key version rows come under.
  version integer,
  -- The table it is at, and the key of the last row it has done there.
  table_name text,
  place text,
  tables_done integer not null,
  rows_done bigint not null,
  rows_broken bigint not null,
  started_by text not null,
  started_at timestamptz not null,
  changed_at timestamptz not null,
  ended_at timestamptz,
  claimed_until timestamptz,
  check ((version is not null) = (kind = 'reseal')),
  check ((ended_at is not null) = (state in ('cancelled', 'done')))
);

create unique index upkeep_run_open on upkeep_run (kind) where ended_at is null;
create index upkeep_run_started on upkeep_run (kind, started_at);

create table broken_row (
  run_id uuid not null references upkeep_run (id),
  table_name text not null,
  row_id text not null,
  why text not null check (why in ('changed', 'untagged')),
  found_at timestamptz not null,
  primary key (run_id, table_name, row_id)
);
