create table outbox_event (
  id uuid not null,
  at timestamptz not null,
  type text not null check (type like '%.%'),
  key text not null,
  payload text not null,
  due_at timestamptz not null,
  tries integer not null check (tries >= 0),
  handled_at timestamptz,
  primary key (id, at)
) partition by range (at);

create index outbox_event_due on outbox_event (due_at) where handled_at is null;
