-- What was due back to a patient after a stay, and over which deposits it was split; each part is
-- a refund of its own, whose id stands in `parts`.
create table inpatient_discharge (
  id uuid not null,
  at timestamptz not null,
  institution_id uuid not null,
  -- Tells a resend from another request under the same id.
  request_digest bytea not null,
  asked_by text not null check (asked_by in ('patient', 'staff')),
  terminal_id uuid,
  account_id uuid,
  due_fen bigint not null check (due_fen > 0),
  -- Of it, what was paid in elsewhere and is paid out at the window.
  elsewhere_fen bigint not null check (elsewhere_fen >= 0 and elsewhere_fen < due_fen),
  parts text not null,
  tag bytea not null,
  primary key (id, at),
  check ((asked_by = 'patient') = (account_id is null)),
  check ((asked_by = 'patient') = (terminal_id is not null))
) partition by range (at);
