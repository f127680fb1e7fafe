-- HMAC-SM3 over what the rows decide. Of organisations there may be rows of before, which are
-- adopted; of the others one without a tag is worth nothing.

alter table organisation add column tag bytea;
alter table rights_request add column tag bytea;
alter table console_session add column tag bytea;
alter table sign_in_attempt add column tag bytea;
alter table totp_factor add column tag bytea;
alter table recovery_code add column tag bytea;
