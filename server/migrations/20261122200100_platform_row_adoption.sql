-- Tables that had rows before they had tags: those rows are given one, once for each table.

create table row_adoption (
  table_name text primary key,
  -- Rows made since then have a tag of their own.
  made_before timestamptz not null,
  opened_at timestamptz not null,
  -- After it a row without a tag is a changed one, whether all were given one or not.
  open_until timestamptz not null,
  ended_at timestamptz,
  rows_adopted bigint not null,
  tag bytea not null
);

-- Said by each table's own adoption from now on.
alter table row_tag_start drop column tag;
