-- 消去: whose numbers were erased under which erasure of the office, and how many rows.
create table number_erased (
  person_id bigint not null,
  erasure_id bigint not null,
  erased_at bigint not null,
  rows bigint not null,
  act_id bigint not null,
  primary key (person_id, erasure_id)
);
