-- 番号の金庫: a namespace of its own. No other namespace holds an individual number; this one holds nothing else.

-- Data keys, wrapped by the master key from outside the database. purpose: 1 sealing, 2 blind index.
create table vault_key (
  purpose smallint not null,
  version smallint not null,
  wrapped bytea not null,
  made_at bigint not null,
  primary key (purpose, version)
);

-- 紐付け: which number a person had when, where it came from and on what evidence.
create table number_fact (
  person_id bigint not null,
  entry_no bigint not null,
  source smallint not null,
  giver smallint not null,
  evidence smallint not null,
  form text not null,
  ground text not null,
  recorded_at bigint not null,
  act_id bigint not null,
  superseded_at bigint,
  superseded_by_act bigint,
  primary key (person_id, entry_no)
);

-- The value of an entry, sealed; found only through its blind index. Sealed again when keys change.
create table number_seal (
  person_id bigint not null,
  entry_no bigint not null,
  standing smallint not null,
  key_version smallint not null,
  sealed bytea not null,
  index_version smallint not null,
  index_hash text not null,
  primary key (person_id, entry_no)
);
create unique index number_seal_once on number_seal (index_version, index_hash) where standing = 1;
create index number_seal_found on number_seal (index_version, index_hash);
create index number_seal_by_key on number_seal (key_version, index_version, person_id, entry_no);

-- 番号紐付け確認リスト: kind 1 other number for the same person, 2 same number for another person, 3 no number.
create table number_link (
  link_id bigint primary key,
  kind smallint not null,
  person_id bigint not null,
  other_person_id bigint,
  source smallint not null,
  giver smallint not null,
  evidence smallint not null,
  form text not null,
  ground text not null,
  key_version smallint not null,
  sealed bytea,
  recorded_at bigint not null,
  act_id bigint not null
);
create index number_link_by_person on number_link (person_id);

-- What was proposed for a row of the list, and who agreed. step: 1 proposed, 2 agreed, 3 turned down.
create table number_link_step (
  link_id bigint not null,
  step_no bigint not null,
  step smallint not null,
  outcome smallint not null,
  reason text not null,
  staff_id bigint not null,
  recorded_at bigint not null,
  act_id bigint not null,
  primary key (link_id, step_no)
);
