create table sealing_key (
  kind text not null check (kind in ('data', 'index')),
  version integer not null check (version >= 1),
  -- Made under that key when it was first used here: says whether a process has the same one.
  proof bytea not null,
  created_at timestamptz not null,
  primary key (kind, version)
);
