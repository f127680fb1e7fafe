-- The address behind an order's one code (一码付): whoever holds it may pay this order while it waits
-- to be paid, and do nothing else. Rows go when their time is over.
create table checkout_pay_link (
  token_digest bytea not null,
  order_id uuid not null,
  order_at timestamptz not null,
  institution_id uuid not null,
  made_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (token_digest)
);

create index checkout_pay_link_expires on checkout_pay_link (expires_at);
