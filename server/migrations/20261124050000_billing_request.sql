-- What a hospital's own system asked a patient to pay, by the code on a prescription's slip. The
-- amount is HIS's, asked when a phone opens the page. What names the patient is sealed, and the
-- address too, so that the same request gets the same answer. Rows go some weeks after their end.
create table billing_request (
  id uuid not null,
  institution_id uuid not null,
  external_number text not null,
  account_id uuid not null,
  content_index bytea not null,
  token_digest bytea not null,
  content_sealed bytea not null,
  made_at timestamptz not null,
  expires_at timestamptz not null,
  withdrawn_at timestamptz,
  order_id uuid,
  identification_id uuid,
  tag bytea not null,
  primary key (id),
  unique (institution_id, external_number),
  unique (token_digest),
  check ((order_id is null) = (identification_id is null))
);

create index billing_request_expires on billing_request (expires_at);
create index billing_request_order on billing_request (order_id) where order_id is not null;
