-- Asks to bind a terminal's keys; any number may be asked for, known or not. Swept some days after.
create table terminal_enrolment (
  id uuid primary key,
  terminal_number text not null,
  sign_key bytea not null,
  agree_key bytea not null,
  commitment bytea not null,
  -- The platform's keys of that time, which the code is made of.
  platform_sign_version integer not null,
  platform_agree_version integer not null,
  platform_nonce bytea not null,
  -- Once the terminal's number is known: what the approver types.
  code text,
  requested_at timestamptz not null,
  expires_at timestamptz not null,
  approved_at timestamptz,
  terminal_id uuid references terminal (id),
  check ((approved_at is null) = (terminal_id is null))
);

create index terminal_enrolment_expires on terminal_enrolment (expires_at);
create index terminal_enrolment_code on terminal_enrolment (code);

create table terminal_key (
  -- The enrolment's.
  id uuid primary key,
  terminal_id uuid not null references terminal (id),
  sign_key bytea not null,
  agree_key bytea not null,
  platform_sign_version integer not null,
  platform_agree_version integer not null,
  enrolled_at timestamptz not null,
  approved_by text not null,
  ended_at timestamptz,
  ended_why text check (ended_why in ('replaced', 'revoked', 'cloned')),
  -- Of the newest opening taken, and the time it named: a copy of the terminal falls behind.
  generation bigint not null check (generation >= 0),
  opened_time timestamptz,
  check ((ended_at is null) = (ended_why is null))
);

create index terminal_key_terminal on terminal_key (terminal_id, enrolled_at);
create unique index terminal_key_current on terminal_key (terminal_id) where ended_at is null;

create table line_session (
  id uuid primary key,
  terminal_id uuid not null references terminal (id),
  terminal_key_id uuid not null references terminal_key (id),
  generation bigint not null,
  -- Sealed under this version of line-wrap, so that every process can take them up.
  wrap_version integer not null,
  mac_key bytea not null,
  data_key bytea not null,
  opened_at timestamptz not null,
  expires_at timestamptz not null,
  -- Its first request, which shows that the terminal has the keys.
  used_at timestamptz,
  -- When a newer one was first used: by our clock, and as the terminal named it.
  superseded_at timestamptz,
  superseded_time timestamptz,
  highest bigint not null check (highest >= 0),
  -- Which of the 64 numbers up to the highest were used by writes; the lowest bit is the highest.
  seen bigint not null,
  writes bigint not null,
  reads bigint not null,
  check ((superseded_at is null) = (superseded_time is null))
);

create index line_session_terminal on line_session (terminal_id);

create table terminal_status (
  terminal_id uuid primary key references terminal (id),
  -- By the terminal's clock, and by ours.
  at timestamptz not null,
  received_at timestamptz not null,
  started_at timestamptz not null,
  version text not null,
  unsent_entries bigint not null,
  open_orders bigint not null,
  disk_free_bytes bigint not null
);

create table device_status (
  terminal_id uuid not null references terminal (id),
  device text not null,
  state text not null,
  detail text not null,
  changed_at timestamptz not null,
  primary key (terminal_id, device)
);

-- How far a terminal's journal is kept, for each key it was enrolled with: a new disk counts anew.
create table terminal_journal (
  terminal_id uuid not null references terminal (id),
  journal_id uuid not null,
  kept_up_to bigint not null,
  missing bigint not null,
  primary key (terminal_id, journal_id)
);

create table terminal_event (
  terminal_id uuid not null,
  id uuid not null,
  at timestamptz not null,
  source text not null check (source in ('terminal', 'platform')),
  -- Of the terminal's journal.
  number bigint,
  kind text not null check (kind like '%.%'),
  severity text not null check (severity in ('info', 'warning', 'error')),
  fields text not null,
  -- Who did it on the platform.
  actor text,
  happened_at timestamptz not null,
  received_at timestamptz not null,
  primary key (terminal_id, id, at)
) partition by range (at);
