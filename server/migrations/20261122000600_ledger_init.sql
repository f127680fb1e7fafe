-- A posting moves one amount from one account to another, so that every posting, and with it every
-- journal of postings, sums to zero by its shape. Partitioned by the order's time.
create table ledger_posting (
  order_id uuid not null,
  at timestamptz not null,
  n integer not null,
  institution_id uuid not null,
  leg integer not null,
  cause text not null check (cause in ('moved', 'moved_back')),
  debit text not null,
  credit text not null,
  amount_fen bigint not null check (amount_fen > 0),
  business_day text not null,
  posted_at timestamptz not null,
  primary key (order_id, at, n),
  unique (order_id, at, leg, cause, debit, credit),
  check (debit <> credit)
) partition by range (at);

create index ledger_posting_day on ledger_posting (institution_id, business_day);
