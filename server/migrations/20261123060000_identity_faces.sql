-- A face that the insurance terminal authorised is a medium of its own.
alter table patient_credential drop constraint patient_credential_kind_check;
alter table patient_credential add constraint patient_credential_kind_check check (
  kind in (
    'social_security_card', 'id_card', 'insurance_voucher', 'insurance_face', 'essc', 'health_code'
  )
);
