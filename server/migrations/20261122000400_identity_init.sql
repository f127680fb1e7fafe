create table patient (
  id uuid primary key,
  name_sealed bytea not null,
  id_number_sealed bytea not null,
  id_number_index bytea not null unique,
  phone_sealed bytea,
  created_at timestamptz not null
);

-- Every medium of a person leads to the one patient (R-IDN-02, R-IDN-11).
create table patient_credential (
  kind text not null check (
    kind in ('social_security_card', 'id_card', 'insurance_voucher', 'essc', 'health_code')
  ),
  value_index bytea not null,
  patient_id uuid not null references patient (id),
  last_seen_at timestamptz not null,
  primary key (kind, value_index)
);

create table identification (
  id uuid not null,
  at timestamptz not null,
  institution_id uuid not null,
  terminal_id uuid not null,
  -- Tells a resend from another credential under the same id.
  request_index bytea not null,
  credential_kind text not null,
  patient_id uuid not null references patient (id),
  -- Null while HIS has no record of the person here.
  his_patient_id text,
  -- The first answer, given again when the terminal asks again.
  reply_sealed bytea not null,
  can_create boolean not null,
  expires_at timestamptz not null,
  ended_at timestamptz,
  primary key (id, at)
) partition by range (at);
