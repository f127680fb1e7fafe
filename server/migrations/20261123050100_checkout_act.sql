-- What one member of the staff wants done about an order and another lets happen. The outcome of a
-- leg that a person states stands here with its evidence; orders' own history is never edited.
create table checkout_act (
  id uuid not null,
  order_id uuid not null,
  at timestamptz not null,
  institution_id uuid not null,
  kind text not null check (kind in ('close', 'settle')),
  leg integer,
  outcome text check (outcome in ('done', 'not_done', 'undone')),
  evidence text not null,
  evidence_number text,
  -- SM3 of a file kept elsewhere, in hex.
  evidence_digest text,
  asked_by uuid not null,
  asked_by_name text not null,
  asked_at timestamptz not null,
  state text not null check (state in ('asked', 'done', 'rejected')),
  decided_by uuid,
  decided_by_name text,
  decided_at timestamptz,
  tag bytea not null,
  primary key (id),
  check ((kind = 'settle') = (leg is not null)),
  check ((leg is null) = (outcome is null)),
  check ((state = 'asked') = (decided_by is null)),
  -- Four eyes: nobody decides on what he asked for himself.
  check (decided_by is null or decided_by <> asked_by)
);

create index checkout_act_order on checkout_act (order_id, asked_at);
