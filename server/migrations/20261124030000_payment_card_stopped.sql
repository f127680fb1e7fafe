-- A refund whose repeat the host refused: it is sent no more, and whether an earlier sending of it
-- was booked a person finds out. Nothing else stands in a row that is still open.
alter table card_message add column stopped_at timestamptz;
