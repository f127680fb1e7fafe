-- Where somebody had the chain go on behind a fault: signed, written once, named by every check.
create table audit_break (
  number bigint primary key check (number > 0),
  at timestamptz not null,
  body text not null,
  signature bytea not null check (length(signature) = 64)
);
