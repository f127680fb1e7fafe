-- Persons in the console: found by blind index, seen where they were identified, erased on demand.

alter table patient add column phone_index bytea;
alter table patient add column erased_at timestamptz;
alter table patient alter column name_sealed drop not null;
alter table patient alter column id_number_sealed drop not null;
alter table patient alter column id_number_index drop not null;
create index patient_phone on patient (phone_index) where phone_index is not null;

-- Of the number printed on the card; value_index is of the chip's identifier.
alter table patient_credential add column number_index bytea;
create index patient_credential_number on patient_credential (number_index)
  where number_index is not null;
create index patient_credential_patient on patient_credential (patient_id);

-- Both go when the answer is no longer needed, or the person is erased.
alter table identification alter column request_index drop not null;
alter table identification alter column reply_sealed drop not null;
create index identification_patient on identification (patient_id);

create table patient_institution (
  patient_id uuid not null references patient (id),
  institution_id uuid not null,
  since timestamptz not null,
  primary key (patient_id, institution_id)
);

insert into patient_institution (patient_id, institution_id, since)
  select patient_id, institution_id, min(at) from identification
  group by patient_id, institution_id;

create table consent (
  id uuid not null,
  at timestamptz not null,
  patient_id uuid not null references patient (id),
  institution_id uuid not null,
  -- Of a terminal: in which visit.
  identification_id uuid,
  purpose text not null check (purpose in ('treatment', 'notification', 'face_verification')),
  decision text not null check (decision in ('given', 'withdrawn')),
  notice_version text not null,
  by_kind text not null check (by_kind in ('terminal', 'account')),
  by_id uuid not null,
  evidence text,
  primary key (id, at)
) partition by range (at);

create index consent_patient on consent (patient_id);
