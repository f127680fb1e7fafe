-- HMAC-SM3 over what a row decides, on rows money depends on. Rows of before have none.

alter table payment_trade add column tag bytea;
alter table payment_refund add column tag bytea;
alter table ledger_posting add column tag bytea;
alter table insurance_claim add column tag bytea;
alter table checkout_order add column tag bytea;
alter table checkout_leg add column tag bytea;
alter table setting add column tag bytea;

-- Rows of tables with tags made since then have one.
create table row_tag_start (
  only_row integer primary key check (only_row = 1),
  at timestamptz not null,
  -- Made at the first check: the time cannot be moved on unseen.
  tag bytea
);

insert into row_tag_start (only_row, at) values (1, current_timestamp);
