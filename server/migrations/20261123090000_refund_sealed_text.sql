-- What staff writes about refunds and orders may name people: it is sealed. The index is what a
-- row's tag is over, so that the text can be sealed anew, and erased when its time is over.
alter table refund_request drop column note;
alter table refund_request add column note_sealed bytea;
alter table refund_request drop column decision_note;
alter table refund_request add column decision_note_sealed bytea;
alter table refund_act drop column evidence;
alter table refund_act add column evidence_sealed bytea;
alter table refund_act add column evidence_index bytea not null;
alter table checkout_act drop column evidence;
alter table checkout_act add column evidence_sealed bytea;
alter table checkout_act add column evidence_index bytea not null;
