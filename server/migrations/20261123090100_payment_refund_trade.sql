-- A new refund looks at the references of its trade's others.
create index payment_refund_trade on payment_refund (trade_id);
