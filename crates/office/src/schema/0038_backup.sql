-- バックアップ: which were begun, and how each ended. Both are only added to.
create table backup (
  backup_id bigint primary key,
  name text not null,
  recipients text not null,
  begun_on text not null,
  begun_at bigint not null,
  act_id bigint not null
);
create unique index backup_by_name on backup (name);
-- outcome: 1 whole, 0 given up.
create table backup_end (
  backup_id bigint primary key,
  outcome smallint not null,
  sha256 text not null,
  bytes bigint not null,
  rows bigint not null,
  manifest text not null,
  entry_id bigint,
  ended_at bigint not null,
  act_id bigint not null
);
