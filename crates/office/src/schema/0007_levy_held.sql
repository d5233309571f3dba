-- 賦課保留: households a run could not levy, with the reason; they wait and are never left out unseen.
create table levy_held (
  run_id bigint not null,
  household_id bigint not null,
  code text not null,
  message text not null,
  primary key (run_id, household_id)
);
