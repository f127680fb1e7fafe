-- last = unix second * 10000 + serial: never reused, also when a clock goes back.
create table insurance_message_number (
  institution_code text not null primary key check (length(institution_code) = 12),
  last bigint not null check (last > 0)
);

create table insurance_sign_in (
  institution_code text not null,
  operator_number text not null,
  day text not null,
  sign_no text not null,
  primary key (institution_code, operator_number)
);

create table insurance_message (
  id uuid not null,
  at timestamptz not null,
  institution_id text not null,
  order_id uuid,
  msgid text not null check (length(msgid) = 30),
  infno text not null,
  state text not null check (state in ('sent', 'answered')),
  outcome text check (outcome in ('done', 'refused', 'not_sent', 'unknown')),
  infcode text,
  refmsgid text,
  sent_at timestamptz not null,
  answered_at timestamptz,
  primary key (id, at),
  check ((state = 'answered') = (outcome is not null)),
  check ((state = 'answered') = (answered_at is not null))
) partition by range (at);

create table insurance_coverage (
  identification_id uuid not null,
  at timestamptz not null,
  institution_id text not null,
  psn_no_sealed bytea not null,
  certificate_type text not null check (certificate_type in ('01', '02', '03')),
  certificate_sealed bytea not null,
  insutype text not null,
  insuplc_admdvs text not null,
  psn_type text not null,
  balance_fen bigint not null,
  checked_at timestamptz not null,
  primary key (identification_id, at)
) partition by range (at);

create table insurance_claim (
  order_id uuid not null,
  at timestamptz not null,
  institution_id text not null,
  identification_id uuid not null,
  visit_number text not null,
  batch_number text not null,
  visit_asked boolean not null,
  details_asked boolean not null,
  mdtrt_id text,
  full_own_pay_fen bigint,
  over_limit_fen bigint,
  pre_self_pay_fen bigint,
  in_scope_fen bigint,
  settle_msgid text,
  setl_id text,
  total_fen bigint,
  fund_fen bigint,
  account_fen bigint,
  other_fen bigint,
  cash_fen bigint,
  balance_fen bigint,
  void_setl_id text,
  voided_at timestamptz,
  changed_at timestamptz not null,
  primary key (order_id, at),
  check (mdtrt_id is null or visit_asked),
  check (settle_msgid is null or in_scope_fen is not null),
  check (setl_id is null or settle_msgid is not null),
  check ((setl_id is null) = (total_fen is null)),
  check (void_setl_id is null or voided_at is not null)
) partition by range (at);
