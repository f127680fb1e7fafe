-- What waits for another's decision is few among all that was ever decided.
create index checkout_act_waiting on checkout_act (order_id) where state = 'asked';
