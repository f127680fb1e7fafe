-- Who settles a claim; the ones of before were settled with the centre itself.
alter table insurance_claim add column route text not null default 'fsi';
alter table insurance_claim add constraint insurance_claim_route_check check (
  route in ('fsi', 'his', 'mobile')
);

-- An order at the centre for mobile payment (6201 to 6401), beside its claim.
create table insurance_mobile_order (
  order_id uuid not null,
  at timestamptz not null,
  institution_id text not null,
  pay_ord_id text not null,
  pay_token_sealed bytea not null,
  ord_stas integer not null,
  reported_stas integer,
  revs_token_sealed bytea,
  mix_trade_no text,
  mix_kind text check (mix_kind in ('insurance_only', 'cash_and_insurance')),
  quoted_fund_fen bigint,
  quoted_account_fen bigint,
  quoted_other_fen bigint,
  quoted_cash_fen bigint,
  changed_at timestamptz not null,
  primary key (order_id, at)
) partition by range (at);
