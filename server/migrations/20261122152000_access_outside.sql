-- What program accounts show themselves with.
create table program_key (
  id uuid primary key,
  account_id uuid not null references account (id),
  kind text not null check (kind in ('sm2', 'hmac')),
  -- 65 bytes; no key is given twice, not even to the same account.
  public_key bytea unique,
  -- Sealed by the provider under this version of program-wrap.
  secret bytea,
  wrap_version integer,
  created_by uuid not null references account (id),
  created_at timestamptz not null,
  expires_at timestamptz not null,
  last_used_at timestamptz,
  ended_at timestamptz,
  ended_why text check (ended_why in ('manual', 'expired')),
  ended_by uuid references account (id),
  tag bytea not null,
  check ((kind = 'sm2') = (public_key is not null)),
  check ((kind = 'hmac') = (secret is not null)),
  check ((secret is null) = (wrap_version is null)),
  check ((ended_at is null) = (ended_why is null))
);

create index program_key_account on program_key (account_id, created_at);
create index program_key_expires on program_key (expires_at) where ended_at is null;

-- A signed request counts once; swept when its time could not be taken any more.
create table program_nonce (
  key_id uuid not null references program_key (id),
  nonce bytea not null,
  expires_at timestamptz not null,
  primary key (key_id, nonce)
);

create index program_nonce_expires on program_nonce (expires_at);

create table account_certificate (
  id uuid primary key,
  account_id uuid not null references account (id),
  -- SM3 of the certificate.
  fingerprint bytea not null,
  -- DER in base64: it names a person.
  certificate_sealed bytea not null,
  not_after timestamptz not null,
  enrolled_at timestamptz not null,
  last_used_at timestamptz,
  removed_at timestamptz,
  removed_by uuid references account (id),
  tag bytea not null
);

create index account_certificate_account on account_certificate (account_id, enrolled_at);
create unique index account_certificate_once on account_certificate (fingerprint)
  where removed_at is null;

create table certificate_challenge (
  id uuid primary key,
  account_id uuid not null references account (id),
  purpose text not null check (purpose in ('enrol', 'sign_in')),
  -- The sign-in or session it was made for.
  bound_to text not null,
  text text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);

create index certificate_challenge_expires on certificate_challenge (expires_at);
create index certificate_challenge_account on certificate_challenge (account_id);

-- Who an identity provider's user is here; made by hand, never by the provider.
create table account_identity (
  id uuid primary key,
  account_id uuid not null references account (id),
  provider text not null check (provider in ('oidc', 'cas')),
  issuer text not null,
  subject_sealed bytea not null,
  subject_index bytea not null,
  linked_by uuid not null references account (id),
  linked_at timestamptz not null,
  last_used_at timestamptz,
  removed_at timestamptz,
  removed_by uuid references account (id),
  tag bytea not null
);

create index account_identity_account on account_identity (account_id, linked_at);
create unique index account_identity_once on account_identity (issuer, subject_index)
  where removed_at is null;

-- A way to a provider and back. The secret is the browser's cookie; state, nonce and verifier are
-- made of it.
create table sso_attempt (
  id uuid primary key,
  provider text not null check (provider in ('oidc', 'cas')),
  cookie_digest bytea not null unique,
  purpose text not null check (purpose in ('sign_in', 'link')),
  -- Of a link: who asked for it.
  account_id uuid references account (id),
  return_to text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  check ((purpose = 'link') = (account_id is not null))
);

create index sso_attempt_expires on sso_attempt (expires_at);
