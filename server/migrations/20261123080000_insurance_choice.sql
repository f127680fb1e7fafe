-- What else the person is insured as; JSON of all schemes in force, null on rows of before.
alter table insurance_coverage add column schemes text;

-- Under which scheme, and with whose account, the patient wants one order settled.
create table insurance_choice (
  order_id uuid not null,
  at timestamptz not null,
  institution_id text not null,
  consent_id uuid,
  insutype text,
  relative_fen bigint check (relative_fen >= 0),
  changed_at timestamptz not null,
  tag bytea,
  primary key (order_id, at)
) partition by range (at);

-- A relative lets the patient's fees be paid from his personal account (家庭共济).
create table insurance_consent (
  id uuid primary key,
  institution_id text not null,
  patient_id uuid not null,
  identification_id uuid not null,
  terminal_id uuid not null,
  relation text not null check (
    relation in ('spouse', 'parent', 'child', 'grandparent', 'grandchild', 'sibling')
  ),
  relative_patient_id uuid,
  relative_index bytea not null,
  relative_name_sealed bytea not null,
  relative_psn_no_sealed bytea not null,
  credential_kind text not null,
  notice_version text not null,
  given_at timestamptz not null,
  until_at timestamptz not null,
  withdrawn_at timestamptz,
  withdrawn_in uuid,
  tag bytea
);
create index insurance_consent_patient on insurance_consent (patient_id, given_at);
create index insurance_consent_relative on insurance_consent (relative_patient_id);
