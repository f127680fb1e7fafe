create table account (
  id uuid primary key,
  kind text not null check (kind in ('person', 'program')),
  login text not null unique,
  name_sealed bytea not null,
  organisation_id uuid not null references organisation (id),
  duty text not null check (duty in ('system', 'security', 'audit', 'business')),
  state text not null check (state in ('disabled', 'enabled', 'closed')),
  disabled_why text,
  created_by uuid references account (id),
  created_at timestamptz not null,
  changed_at timestamptz not null,
  expires_at timestamptz,
  last_used_at timestamptz,
  rights_version bigint not null,
  tag bytea not null,
  -- For the grants: nobody holds roles of two duties.
  unique (id, duty)
);

create index account_organisation on account (organisation_id);

create table role (
  id uuid primary key,
  name text not null unique,
  duty text not null check (duty in ('system', 'security', 'audit', 'business')),
  builtin boolean not null,
  permissions text not null,
  addresses text,
  changed_at timestamptz not null,
  tag bytea not null,
  unique (id, duty)
);

create table account_grant (
  id uuid primary key,
  account_id uuid not null,
  role_id uuid not null,
  duty text not null,
  organisation_id uuid not null references organisation (id),
  granted_by uuid references account (id),
  granted_at timestamptz not null,
  expires_at timestamptz,
  ended_at timestamptz,
  ended_by uuid references account (id),
  tag bytea not null,
  foreign key (account_id, duty) references account (id, duty),
  foreign key (role_id, duty) references role (id, duty),
  check (granted_by <> account_id)
);

create index account_grant_account on account_grant (account_id);
create index account_grant_role on account_grant (role_id);
create index account_grant_organisation on account_grant (organisation_id);
create unique index account_grant_once on account_grant (account_id, role_id, organisation_id)
  where ended_at is null;

create table rights_request (
  id uuid primary key,
  kind text not null check (kind in ('grant', 'end')),
  account_id uuid not null references account (id),
  role_id uuid not null references role (id),
  organisation_id uuid not null references organisation (id),
  grant_id uuid references account_grant (id),
  grant_expires_at timestamptz,
  reason text not null,
  requested_by uuid not null references account (id),
  requested_at timestamptz not null,
  state text not null check (state in ('waiting', 'approved', 'refused', 'withdrawn')),
  decided_by uuid references account (id),
  decided_at timestamptz,
  note text,
  check ((kind = 'end') = (grant_id is not null)),
  check ((decided_by is null) = (decided_at is null)),
  -- Nobody approves what he asked for, nor what he is to get.
  check (state <> 'approved' or (decided_by <> requested_by and decided_by <> account_id))
);

create index rights_request_waiting on rights_request (requested_at) where state = 'waiting';
create index rights_request_account on rights_request (account_id);
