-- One row for every order with money paid for and neither posted by HIS nor given back; gone when it
-- is. Written with the postings it follows from, so that holds with their age are one small index.
create table ledger_hold (
  order_id uuid not null,
  at timestamptz not null,
  institution_id uuid not null,
  held_fen bigint not null check (held_fen > 0),
  since timestamptz not null,
  primary key (order_id)
);

create index ledger_hold_since on ledger_hold (since, order_id);

insert into ledger_hold (order_id, at, institution_id, held_fen, since)
select order_id, at, institution_id,
  sum(case when credit = 'patient:hold' then amount_fen
    when debit = 'patient:hold' then -amount_fen else 0 end),
  min(posted_at)
from ledger_posting
group by order_id, at, institution_id
having sum(case when credit = 'patient:hold' then amount_fen
  when debit = 'patient:hold' then -amount_fen else 0 end) > 0;

-- The day up to which the books are closed: nothing is posted into it or before it any more.
create table ledger_closing (
  name text not null check (name = 'books'),
  business_day text,
  closed_at timestamptz,
  primary key (name),
  check ((business_day is null) = (closed_at is null))
);

insert into ledger_closing (name, business_day, closed_at) values ('books', null, null);

-- Of every closed day, for every account there was up to then: what it began with, what moved, and
-- what it ended with (debits less credits). Never changed.
create table ledger_day_balance (
  business_day text not null,
  institution_id uuid not null,
  account text not null,
  opening_fen bigint not null,
  debit_fen bigint not null check (debit_fen >= 0),
  credit_fen bigint not null check (credit_fen >= 0),
  balance_fen bigint not null,
  closed_at timestamptz not null,
  tag bytea not null,
  primary key (business_day, institution_id, account),
  check (balance_fen = opening_fen + debit_fen - credit_fen)
);

-- By day first: a day is summed for all institutions, and shown for one.
create index ledger_posting_business_day on ledger_posting (business_day, institution_id);
drop index ledger_posting_day;
