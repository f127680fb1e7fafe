-- A way to link lasts ten minutes at most: none is kept that does not say in which session it began.
delete from sso_attempt;

alter table sso_attempt add column session_id uuid;
