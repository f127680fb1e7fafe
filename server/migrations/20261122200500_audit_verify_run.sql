-- Checks of the chain that were asked for in the console. `live` is 1 while one waits or runs and
-- null afterwards: there is one at a time. What came out is an event of the trail besides.
create table audit_verify_run (
  id uuid primary key,
  live integer unique check (live = 1),
  state text not null check (
    state in ('waiting', 'running', 'done', 'cancelled', 'failed', 'interrupted')
  ),
  from_at timestamptz,
  to_at timestamptz,
  requested_by text not null,
  requested_at timestamptz not null,
  changed_at timestamptz not null,
  ended_at timestamptz,
  links bigint not null check (links >= 0),
  links_expected bigint not null check (links_expected >= 0),
  checkpoints integer not null check (checkpoints >= 0),
  verdict text check (verdict in ('intact', 'broken')),
  faults text not null,
  check ((live is null) = (state in ('done', 'cancelled', 'failed', 'interrupted'))),
  check ((state = 'done') = (verdict is not null))
);

-- Exports that nobody fetched in time, or whose process died while it wrote them.
alter table audit_export drop constraint audit_export_state_check;
alter table audit_export add constraint audit_export_state_check check (
  state in ('waiting', 'running', 'done', 'cancelled', 'failed', 'interrupted', 'expired')
);

create index audit_export_live on audit_export (state, changed_at)
  where state in ('waiting', 'running');
