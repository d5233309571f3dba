-- 保留: who is not erased although the term has run out. It ends by a row of its own, never by itself.
create table retention_hold (
  hold_id bigint primary key,
  kind text not null,
  person_id bigint,
  household_id bigint,
  ground text not null,
  review_on text not null,
  placed_at bigint not null,
  staff_id bigint not null,
  act_id bigint not null
);
create table retention_hold_end (
  hold_id bigint primary key,
  reason text not null,
  ended_at bigint not null,
  staff_id bigint not null,
  act_id bigint not null
);

-- 消去の提案, what it would erase, and the answer of a second person.
create table erasure (
  erasure_id bigint primary key,
  class text not null,
  proposed_on text not null,
  proposed_at bigint not null,
  proposed_by bigint not null,
  years smallint not null,
  closed_before text not null,
  keys bigint not null,
  keys_digest text not null,
  reason text not null,
  act_id bigint not null
);
create table erasure_key (
  erasure_id bigint not null,
  anchor text not null,
  key1 bigint not null,
  key2 bigint not null,
  primary key (erasure_id, anchor, key1, key2)
);
create index erasure_key_by_key on erasure_key (anchor, key1, key2);
create table erasure_ruling (
  erasure_id bigint primary key,
  approved smallint not null,
  ruled_on text not null,
  ruled_at bigint not null,
  ruled_by bigint not null,
  note text not null,
  act_id bigint not null
);

-- 消去証明: how many rows of which table went, and the sums that later statistics need.
create table erasure_done (
  erasure_id bigint primary key,
  rows bigint not null,
  certificate_digest text not null,
  destroy_by text not null,
  done_at bigint not null,
  act_id bigint not null
);
create table erasure_count (
  erasure_id bigint not null,
  part text not null,
  table_name text not null,
  rows bigint not null,
  primary key (erasure_id, part, table_name)
);
create table erasure_sum (
  erasure_id bigint not null,
  levy_year smallint not null,
  fiscal_year smallint not null,
  debit smallint not null,
  credit smallint not null,
  entries bigint not null,
  medical_yen bigint not null,
  support_yen bigint not null,
  care_yen bigint not null,
  child_yen bigint not null,
  primary key (erasure_id, levy_year, fiscal_year, debit, credit)
);
create table erasure_levied (
  erasure_id bigint not null,
  levy_year smallint not null,
  households bigint not null,
  decisions bigint not null,
  medical_yen bigint not null,
  support_yen bigint not null,
  care_yen bigint not null,
  child_yen bigint not null,
  primary key (erasure_id, levy_year)
);

-- What two people agreed to erase and is not erased yet. Rows of tables that are only ever added to can be taken away
-- through this alone.
create view erasable_key as
  select k.anchor, k.key1, k.key2 from erasure_key k
  join erasure e on e.erasure_id = k.erasure_id
  join erasure_ruling r on r.erasure_id = k.erasure_id
  where r.approved = 1 and r.ruled_by <> e.proposed_by
  and not exists (select 1 from erasure_done d where d.erasure_id = k.erasure_id);
