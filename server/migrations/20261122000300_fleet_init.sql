create table terminal (
  id uuid primary key,
  number text not null unique,
  institution_id uuid not null references organisation (id),
  state text not null check (state in ('active', 'suspended', 'retired'))
);

create table staff_call (
  id uuid not null,
  at timestamptz not null,
  institution_id uuid not null,
  terminal_id uuid not null,
  reason text not null,
  order_id uuid,
  primary key (id, at)
) partition by range (at);
