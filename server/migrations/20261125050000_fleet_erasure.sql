-- What became of a terminal that is no more: its erasure certificate, countersigned, kept for ever.
create table terminal_erasure (
  terminal_id uuid primary key references terminal (id),
  -- The certificate's.
  id uuid not null unique,
  -- JSON, as it is signed: the certificate with the terminal's signature, when and by whom it came.
  record text not null,
  countersignature bytea not null,
  -- SM3 of the platform's public key it fits, hex.
  platform_key text not null,
  recorded_at timestamptz not null,
  recorded_by text not null
);
