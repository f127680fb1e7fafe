-- What became of releases on terminals, as each told it: a few rows a year and terminal, kept.
create table terminal_release_event (
  terminal_id uuid not null references terminal (id),
  -- The terminal's, by whose clock it happened.
  id uuid not null,
  outcome text not null check (outcome in (
    'staged', 'switched', 'trial_started', 'committed', 'left', 'declined', 'refused'
  )),
  version text not null,
  -- What the terminal is to run from then on, where that was told.
  now text,
  reason text not null,
  happened_at timestamptz not null,
  received_at timestamptz not null,
  primary key (terminal_id, id)
);

-- The last of them to come.
create table terminal_release (
  terminal_id uuid primary key references terminal (id),
  event_id uuid not null
);
