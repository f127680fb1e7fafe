-- Bank cards through the card host. One row for each message that may move money, there before the
-- message leaves; its number is the terminal's, counted by card_terminal.
create table card_message (
  subject_id uuid not null,
  attempt integer not null check (attempt > 0),
  at timestamptz not null,
  kind text not null check (kind in ('sale', 'void', 'refund')),
  trade_id uuid not null,
  institution_id uuid not null,
  merchant text not null,
  terminal_number text not null,
  stan integer not null check (stan between 0 and 999999),
  batch integer not null check (batch between 0 and 999999),
  amount_fen bigint not null check (amount_fen > 0),
  pan_sealed bytea,
  pan_end text check (length(pan_end) = 4),
  card_sequence text,
  state text not null check (
    state in ('sending', 'approved', 'refused', 'unsent', 'reversing', 'reversed', 'closed')
  ),
  response_code text,
  fail_code text,
  fail_text text,
  reference text,
  approval text,
  host_date text,
  sent_at timestamptz not null,
  tried_at timestamptz not null,
  tries integer not null default 0 check (tries >= 0),
  claimed_until timestamptz,
  changed_at timestamptz not null,
  tag bytea,
  primary key (subject_id, attempt, at),
  check ((state = 'approved') = (reference is not null)),
  check ((state = 'refused') = (fail_code is not null)),
  check ((pan_sealed is null) = (pan_end is null)),
  check (state = 'closed' or stan > 0)
) partition by range (at);
create index card_message_open on card_message (state, tried_at)
  where state in ('sending', 'reversing');
create index card_message_batch on card_message (merchant, batch);
create index card_message_trade on card_message (trade_id);

-- The last number a terminal of a merchant gave; 999999 is followed by 1.
create table card_terminal (
  merchant text not null,
  terminal_number text not null,
  last_stan integer not null check (last_stan between 0 and 999999),
  primary key (merchant, terminal_number)
);

create table card_batch (
  merchant text not null,
  number integer not null check (number between 1 and 999999),
  state text not null check (state in ('open', 'closing', 'agreed', 'disagreed')),
  opened_at timestamptz not null,
  settled_at timestamptz,
  sale_count integer,
  sale_fen bigint,
  refund_count integer,
  refund_fen bigint,
  primary key (merchant, number),
  check ((state in ('agreed', 'disagreed')) = (settled_at is not null))
);

-- Work keys of the host, sealed under the root of the key ladder.
create table card_work_key (
  host text not null,
  purpose text not null check (purpose in ('pin', 'mac', 'data')),
  version integer not null check (version > 0),
  algorithm text not null check (algorithm in ('sm4', 'tdes')),
  state text not null check (state in ('pending', 'active', 'retiring', 'destroyed')),
  check_value bytea not null,
  root_label text not null,
  root_version integer not null,
  wrapped bytea,
  created_by text not null,
  created_at timestamptz not null,
  moves text not null,
  primary key (host, purpose, version),
  check ((state = 'destroyed') = (wrapped is null))
);

-- One process at a time signs in.
create table card_sign_in (
  host text not null primary key,
  claimed_until timestamptz not null
);

-- PIN blocks that did not open: a few dozen of them would narrow a PIN down.
create table card_pin_failure (
  terminal_number text not null,
  day text not null,
  failures integer not null check (failures > 0),
  primary key (terminal_number, day)
);
