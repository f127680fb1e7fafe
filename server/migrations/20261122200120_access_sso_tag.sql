-- HMAC-SM3: whose account a way to a provider and back links.
alter table sso_attempt add column tag bytea;
