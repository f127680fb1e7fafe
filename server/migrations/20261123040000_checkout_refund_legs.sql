-- Cash of a refund that its channel refuses is set aside by a person.
alter table checkout_leg drop constraint checkout_leg_state_check;
alter table checkout_leg add constraint checkout_leg_state_check check (state in (
  'idle', 'preparing', 'ready', 'asked', 'pending', 'unknown', 'absent', 'done', 'refused',
  'closing', 'undoing', 'undo_unknown', 'undone', 'releasing', 'released', 'stuck', 'suspended'
));
