-- One value for a scope: an organisation of the tree, or one terminal; the nearest scope wins.
create table setting (
  scope_id uuid not null,
  name text not null,
  value text not null,
  changed_at timestamptz not null,
  primary key (scope_id, name)
);
