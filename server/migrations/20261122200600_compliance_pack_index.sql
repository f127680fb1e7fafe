create table compliance_pack_index (
  pack_id uuid primary key references compliance_pack (id),
  clauses text not null
);
