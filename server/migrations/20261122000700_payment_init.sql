-- Every attempt to collect the cash part of an order; its id is the bank's order number.
create table payment_trade (
  id uuid not null,
  at timestamptz not null,
  order_id uuid not null,
  institution_id uuid not null,
  channel text not null check (channel in ('aggregate_pay')),
  mode text not null check (mode in ('show_code', 'scan_code')),
  merchant text not null,
  terminal_number text not null,
  amount_fen bigint not null check (amount_fen > 0),
  state text not null check (
    state in ('opening', 'waiting', 'password', 'paid', 'refused', 'closing', 'closed')
  ),
  code_text text,
  expires_at timestamptz,
  wallet text,
  channel_reference text,
  paid_fen bigint check (paid_fen > 0),
  paid_at timestamptz,
  refunded_fen bigint not null default 0,
  fail_code text,
  fail_text text,
  changed_at timestamptz not null,
  primary key (id, at),
  check ((state = 'paid') = (paid_fen is not null)),
  check ((paid_fen is null) = (channel_reference is null)),
  check (refunded_fen >= 0 and refunded_fen <= coalesce(paid_fen, 0))
) partition by range (at);

-- Money on its way back. payment_trade.refunded_fen is the sum of those that are not refused.
create table payment_refund (
  id uuid not null,
  at timestamptz not null,
  trade_id uuid not null,
  trade_at timestamptz not null,
  order_id uuid not null,
  institution_id uuid not null,
  amount_fen bigint not null check (amount_fen > 0),
  state text not null check (state in ('requested', 'refunded', 'refused')),
  channel_reference text,
  fail_code text,
  fail_text text,
  changed_at timestamptz not null,
  primary key (id, at),
  check ((state = 'refunded') = (channel_reference is not null))
) partition by range (at);

-- What outside parties told us, stored before it is judged; the institution is known only after.
create table payment_evidence (
  id uuid not null,
  at timestamptz not null,
  institution_id uuid,
  trade_id uuid,
  source text not null check (source in ('aggregate_pay_notice')),
  body_digest bytea not null,
  body_sealed bytea not null,
  headers text not null,
  verdict text check (
    verdict in ('reported', 'mismatch', 'bad_signature', 'unreadable', 'foreign_order', 'unknown_trade')
  ),
  primary key (id, at)
) partition by range (at);
