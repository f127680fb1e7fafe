-- The keys of a terminal's PIN pad, sealed under the root of the key ladder.
create table terminal_pad_key (
  terminal_id uuid not null,
  purpose text not null check (purpose in ('master', 'pin', 'mac', 'data')),
  version integer not null check (version > 0),
  algorithm text not null check (algorithm in ('sm4', 'tdes')),
  state text not null check (state in ('pending', 'active', 'retiring', 'destroyed')),
  check_value bytea not null,
  root_label text not null,
  root_version integer not null,
  wrapped bytea,
  created_by text not null,
  created_at timestamptz not null,
  moves text not null,
  primary key (terminal_id, purpose, version),
  check ((state = 'destroyed') = (wrapped is null))
);
