-- Over what the order decides; null on rows of before, which are given theirs (row_adoption).
alter table insurance_mobile_order add column tag bytea;
