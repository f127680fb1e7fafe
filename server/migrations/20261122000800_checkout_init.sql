create table checkout_order (
  id uuid not null,
  at timestamptz not null,
  institution_id uuid not null,
  terminal_id uuid not null,
  identification_id uuid not null,
  -- Tells a resend from another order under the same id (rule 1).
  request_digest bytea not null,
  payable text not null,
  kind text not null check (kind in ('bills', 'registration')),
  settlement text not null check (settlement in ('insurance', 'self_pay')),
  number text not null,
  state text not null check (state in (
    'drafted', 'priced', 'presettled', 'confirmed', 'collecting', 'settling', 'fulfilling',
    'completed', 'unwinding', 'unwound', 'needs_attention'
  )),
  stop text,
  stop_code text,
  -- What HIS priced, and its receipt once posted: health data.
  priced_sealed bytea,
  fulfilled_sealed bytea,
  total_fen bigint,
  fund_fen bigint,
  account_fen bigint,
  other_fen bigint,
  cash_fen bigint,
  quote_version integer not null,
  agreed_version integer,
  deadline_at timestamptz,
  attempts integer not null,
  next_attempt_at timestamptz,
  claimed_by uuid,
  claimed_until timestamptz,
  changed_at timestamptz not null,
  completed_at timestamptz,
  primary key (id, at),
  check (total_fen is null or total_fen = fund_fen + account_fen + other_fen + cash_fen),
  check (total_fen is null or (
    total_fen > 0 and fund_fen >= 0 and account_fen >= 0 and other_fen >= 0 and cash_fen >= 0
  )),
  check (agreed_version is null or agreed_version <= quote_version),
  -- No order rests in a state that is not final without a next attempt.
  check (state in ('completed', 'unwound') or next_attempt_at is not null),
  check ((claimed_by is null) = (claimed_until is null))
) partition by range (at);

create index checkout_order_due on checkout_order (next_attempt_at)
  where next_attempt_at is not null;

create table checkout_leg (
  order_id uuid not null,
  at timestamptz not null,
  n integer not null,
  institution_id uuid not null,
  -- Where the leg stands in the order in which money moves.
  place integer not null,
  kind text not null check (kind in ('insurance', 'tender', 'fulfilment', 'surplus')),
  state text not null check (state in (
    'idle', 'preparing', 'ready', 'asked', 'pending', 'unknown', 'absent', 'done', 'refused',
    'closing', 'undoing', 'undo_unknown', 'undone', 'releasing', 'released', 'stuck'
  )),
  held boolean not null,
  amount_fen bigint check (amount_fen > 0),
  total_fen bigint,
  fund_fen bigint,
  account_fen bigint,
  other_fen bigint,
  cash_fen bigint,
  tries integer not null check (tries >= 0),
  last_ask_at timestamptz,
  dropped boolean not null,
  late boolean not null,
  reference text,
  -- Tender: the trade at the channel and how it is paid.
  trade_id uuid,
  mode text check (mode in ('show_code', 'scan_code')),
  -- Tender going back, or surplus: one refund id, whatever is resent.
  refund_id uuid,
  primary key (order_id, at, n)
) partition by range (at);

create table checkout_attempt (
  order_id uuid not null,
  at timestamptz not null,
  n integer not null,
  institution_id uuid not null,
  leg integer not null,
  ask text not null check (
    ask in ('prepare', 'perform', 'find', 'close', 'undo', 'find_undo', 'release')
  ),
  asked_at timestamptz not null,
  answered_at timestamptz,
  answer text check (
    answer in ('done', 'pending', 'absent', 'refused', 'not_sent', 'unknown')
  ),
  answer_note text,
  primary key (order_id, at, n),
  check ((answer is null) = (answered_at is null))
) partition by range (at);

-- The bills that an order in flight pays: a second order for one of them is refused. Rows go when
-- the order has ended.
create table checkout_bill (
  institution_id uuid not null,
  bill_id text not null,
  order_id uuid not null,
  primary key (institution_id, bill_id)
);
