-- 処理: nothing changes except through an act.
create table act (
  act_id bigint primary key,
  kind text not null,
  staff_id bigint not null,
  terminal text not null,
  purpose text not null,
  permission text not null,
  approved_by bigint,
  undoes_act_id bigint,
  request_id text,
  business_date text not null,
  recorded_at bigint not null,
  note text not null
);
create unique index act_by_request on act (request_id);

-- 規則: rule sets under their hash, so that a decision can be explained for ever.
create table rule_set (
  hash text primary key,
  municipality text not null,
  fiscal_year smallint not null,
  recorded_at bigint not null,
  body text not null
);
