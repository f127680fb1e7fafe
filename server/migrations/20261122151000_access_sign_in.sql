create table account_password (
  account_id uuid primary key references account (id),
  algorithm text not null check (algorithm = 'pbkdf2_hmac_sm3'),
  iterations integer not null check (iterations > 0),
  salt bytea not null,
  hash bytea not null,
  is_one_time boolean not null,
  set_at timestamptz not null,
  expires_at timestamptz,
  tag bytea not null,
  check (not is_one_time or expires_at is not null)
);

create table former_password (
  id uuid primary key,
  account_id uuid not null references account (id),
  algorithm text not null check (algorithm = 'pbkdf2_hmac_sm3'),
  iterations integer not null check (iterations > 0),
  salt bytea not null,
  hash bytea not null,
  replaced_at timestamptz not null
);

create index former_password_account on former_password (account_id, replaced_at);

create table totp_factor (
  account_id uuid primary key references account (id),
  secret_sealed bytea not null,
  enrolled_at timestamptz not null,
  -- The newest time step a code was taken for; none of it or before is taken again.
  last_step bigint not null
);

create table recovery_code (
  account_id uuid not null references account (id),
  hash bytea not null,
  made_at timestamptz not null,
  used_at timestamptz,
  primary key (account_id, hash)
);

create table sign_in_attempt (
  id uuid primary key,
  ticket_hash bytea not null unique,
  account_id uuid not null references account (id),
  step text not null check (step in ('password_change', 'second_factor_enrolment', 'second_factor')),
  factors text not null,
  why_change text check (why_change in ('one_time', 'expired')),
  -- Of a second factor that is being enrolled.
  secret_sealed bytea,
  device_hash bytea not null,
  address text,
  started_at timestamptz not null,
  expires_at timestamptz not null
);

create index sign_in_attempt_account on sign_in_attempt (account_id);
create index sign_in_attempt_expiry on sign_in_attempt (expires_at);

create table sign_in_failure (
  kind text not null check (kind in ('account', 'address')),
  name text not null,
  failures integer not null check (failures >= 0),
  last_failed_at timestamptz not null,
  next_try_at timestamptz not null,
  locked_until timestamptz,
  primary key (kind, name)
);

create index sign_in_failure_lock on sign_in_failure (locked_until);
create index sign_in_failure_age on sign_in_failure (last_failed_at);

create table console_session (
  id uuid primary key,
  account_id uuid not null references account (id),
  token_hash bytea not null unique,
  device_hash bytea not null,
  agent text,
  address text,
  factors text not null,
  signed_in_at timestamptz not null,
  confirmed_at timestamptz,
  last_used_at timestamptz not null,
  expires_at timestamptz not null,
  rights_version bigint not null,
  -- Of a second factor that is being enrolled.
  secret_sealed bytea,
  ended_at timestamptz,
  ended_why text,
  check ((ended_at is null) = (ended_why is null))
);

create index console_session_account on console_session (account_id) where ended_at is null;
create index console_session_expiry on console_session (expires_at);

create table security_policy (
  kind text primary key check (kind in ('person', 'program')),
  value text not null,
  version bigint not null,
  changed_at timestamptz not null,
  changed_by uuid not null references account (id),
  tag bytea not null
);

create table rate_lease (
  name text primary key,
  -- Of the window the count is for.
  window_at timestamptz not null,
  taken integer not null check (taken >= 0)
);

create index rate_lease_age on rate_lease (window_at);
