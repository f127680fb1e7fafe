-- What was asked to be given back, by whom and why; the money moves under the checkout order of
-- the same id.
create table refund_request (
  id uuid not null,
  at timestamptz not null,
  institution_id uuid not null,
  -- The order that was paid.
  order_id uuid not null,
  -- Tells a resend from another request under the same id.
  request_digest bytea not null,
  -- Places of the lines that go back, as JSON; null for all that stood.
  lines text,
  why text not null check (why in (
    'not_wanted', 'wrong_item', 'duplicate', 'doctor_changed', 'registration_cancelled', 'other'
  )),
  note text,
  asked_by text not null check (asked_by in ('patient', 'staff')),
  terminal_id uuid,
  account_id uuid,
  -- What the lines cost, and the most that may go back in cash.
  value_fen bigint not null check (value_fen > 0),
  cash_fen bigint not null check (cash_fen >= 0),
  state text not null check (state in ('asked', 'begun', 'rejected', 'withdrawn')),
  decided_by uuid,
  decided_at timestamptz,
  decision_note text,
  changed_at timestamptz not null,
  tag bytea,
  primary key (id, at),
  check ((asked_by = 'patient') = (account_id is null)),
  check ((asked_by = 'patient') = (terminal_id is not null)),
  check ((decided_by is null) = (decided_at is null)),
  -- Nobody approves what he asked for.
  check (decided_by is null or state <> 'begun' or decided_by <> account_id)
) partition by range (at);

create index refund_request_order on refund_request (order_id);
create index refund_request_institution on refund_request (institution_id, id);
create index refund_request_waiting on refund_request (institution_id) where state = 'asked';

-- The last refund of an order: a new one takes the place of one that has ended, so that there is
-- never more than one open.
create table refund_last (
  order_id uuid primary key,
  refund_id uuid not null
);

-- What people do about a refund that stands; one asks with evidence, another decides.
create table refund_act (
  id uuid primary key,
  refund_id uuid not null,
  institution_id uuid not null,
  kind text not null check (kind in ('suspend', 'returned_by_hand', 'give_everything', 'pay_out')),
  amount_fen bigint check (amount_fen > 0),
  evidence text not null,
  asked_by uuid not null,
  asked_at timestamptz not null,
  state text not null check (state in ('asked', 'done', 'rejected')),
  decided_by uuid,
  decided_at timestamptz,
  tag bytea,
  check ((state = 'asked') = (decided_by is null)),
  check ((decided_by is null) = (decided_at is null)),
  check (decided_by is null or decided_by <> asked_by)
);

create unique index refund_act_once on refund_act (refund_id, kind) where state <> 'rejected';
