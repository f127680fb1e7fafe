-- Most events are of what a terminal does at itself: the index of actors finds them already, and
-- one index less is written with each (R-SEC-02 at the cost of a visit).
drop index audit_event_terminal;
create index audit_event_terminal on audit_event (terminal_id, id)
  where terminal_id is distinct from actor_id;
