-- A person's notices of payment over years, for his erasure.

create index payment_evidence_trade on payment_evidence (trade_id) where trade_id is not null;
