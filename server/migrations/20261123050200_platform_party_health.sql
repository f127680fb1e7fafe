-- What became of the calls to each party in the last minutes, as each process saw it; written every
-- few seconds, so that one page shows all processes.
create table party_health (
  process text not null,
  party text not null,
  calls integer not null,
  answered integer not null,
  not_sent integer not null,
  lost integer not null,
  mean_ms integer not null,
  max_ms integer not null,
  circuit text not null check (circuit in ('closed', 'open', 'half_open')),
  seen_at timestamptz not null,
  primary key (process, party)
);
