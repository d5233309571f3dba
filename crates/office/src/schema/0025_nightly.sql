-- 夜間処理: one row for each step of each business day. The place it has come to moves in the transaction of its work.
create table nightly_step (
  run_on text not null,
  step text not null,
  covered_after text not null,
  known_after bigint not null,
  state text not null,
  after_key bigint not null,
  found bigint not null,
  opened bigint not null,
  settled bigint not null,
  written bigint not null,
  message text not null,
  first_act_id bigint not null,
  last_act_id bigint not null,
  begun_at bigint not null,
  heard_at bigint not null,
  primary key (run_on, step)
);
create index nightly_step_by_step on nightly_step (step, state, run_on);
