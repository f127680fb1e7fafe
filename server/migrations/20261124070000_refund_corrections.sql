-- What two persons stated done and its party contradicts is taken out of the books again; and what
-- was so taken out may be stated done once more, should its party change its word.
alter table refund_act drop constraint refund_act_kind_check;
alter table refund_act add constraint refund_act_kind_check check (kind in (
  'suspend', 'returned_by_hand', 'give_everything', 'pay_out',
  'insurance_done', 'insurance_not_done', 'cash_done', 'cash_not_done',
  'insurance_corrected', 'cash_corrected'
));

-- A reversal by two persons, and what the leg moves after it: each once a leg and pair of accounts.
alter table ledger_posting drop constraint ledger_posting_cause_check;
alter table ledger_posting add constraint ledger_posting_cause_check
  check (cause in ('moved', 'moved_back', 'corrected', 'moved_again'));

drop index refund_act_once;
create unique index refund_act_once on refund_act (refund_id, kind)
  where state <> 'rejected' and kind <> 'insurance_done' and kind <> 'cash_done';
create unique index refund_act_waits on refund_act (refund_id, kind) where state = 'asked';
