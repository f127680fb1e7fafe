-- In-patients pay deposits, and get back what is left of them when their stay is settled.
alter table checkout_order drop constraint checkout_order_kind_check;
alter table checkout_order add constraint checkout_order_kind_check check (
  kind in ('bills', 'registration', 'deposit', 'refund')
);
alter table refund_request drop constraint refund_request_why_check;
alter table refund_request add constraint refund_request_why_check check (why in (
  'not_wanted', 'wrong_item', 'duplicate', 'doctor_changed', 'registration_cancelled', 'other',
  'discharged'
));
