-- More than one channel, and with it more ways to present oneself.
alter table payment_trade drop constraint payment_trade_channel_check;
alter table payment_trade add constraint payment_trade_channel_check check (
  channel in ('aggregate_pay', 'card_host', 'citizen_code', 'medical_mix')
);
alter table payment_trade drop constraint payment_trade_mode_check;
alter table payment_trade add constraint payment_trade_mode_check check (
  mode in ('show_code', 'scan_code', 'card', 'citizen_code', 'medical_mix')
);
alter table checkout_leg drop constraint checkout_leg_mode_check;
alter table checkout_leg add constraint checkout_leg_mode_check check (
  mode in ('show_code', 'scan_code', 'card', 'citizen_code', 'medical_mix')
);
alter table checkout_leg drop constraint checkout_leg_kind_check;
alter table checkout_leg add constraint checkout_leg_kind_check check (
  kind in (
    'insurance', 'tender', 'fulfilment', 'surplus',
    'fulfilment_return', 'insurance_return', 'cash_return'
  )
);
alter table checkout_order drop constraint checkout_order_kind_check;
alter table checkout_order add constraint checkout_order_kind_check check (
  kind in ('bills', 'registration', 'refund')
);
alter table payment_evidence drop constraint payment_evidence_source_check;
alter table payment_evidence add constraint payment_evidence_source_check check (
  source in ('aggregate_pay_notice', 'medical_notice', 'citizen_code_notice', 'card_message')
);
