create table organisation (
  id uuid primary key,
  parent_id uuid references organisation (id),
  kind text not null check (kind in ('city', 'town', 'centre', 'station')),
  code text not null unique,
  name text not null,
  staff_phone text,
  -- Ids from the city down to this node, each between slashes: rights and settings are inherited along it.
  path text not null unique,
  check ((kind = 'city') = (parent_id is null))
);
