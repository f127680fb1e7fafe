-- Rows found changed where money was about to move by them: each told once, listed until mended.

create table row_alarm (
  table_name text not null,
  row_id text not null,
  found_at timestamptz not null,
  primary key (table_name, row_id)
);
