-- What two persons stated, with evidence, of a refund's leg whose party never said what became of
-- it, and what the party said of it since. Few: rows of people's acts. Their legs carry `dropped`,
-- which is under the leg's own tag, so that a row that was taken away is missed.
create table checkout_stated_return (
  order_id uuid not null,
  at timestamptz not null,
  n integer not null,
  institution_id uuid not null,
  outcome text not null check (outcome in ('done', 'not_done')),
  reference text not null,
  answer text not null check (answer in ('open', 'confirmed', 'contradicted')),
  changed_at timestamptz not null,
  tag bytea not null,
  primary key (order_id, at, n)
);

create index checkout_stated_return_contradicted on checkout_stated_return (changed_at)
  where answer = 'contradicted';

alter table refund_act drop constraint refund_act_kind_check;
alter table refund_act add constraint refund_act_kind_check check (kind in (
  'suspend', 'returned_by_hand', 'give_everything', 'pay_out',
  'insurance_done', 'insurance_not_done', 'cash_done', 'cash_not_done'
));
