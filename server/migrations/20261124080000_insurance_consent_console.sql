-- The account that took a relative's consent back at a counter; null where the people did it.
alter table insurance_consent add column withdrawn_by uuid;
create index insurance_consent_relative_index on insurance_consent (relative_index);
