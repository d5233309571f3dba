-- 減免申請 and what was ruled on it. Both are only added to; the latest ruling stands.
create table relief_application (
  application_id bigint primary key,
  household_id bigint not null,
  levy_year smallint not null,
  applied_on text not null,
  reason text not null,
  grounds text not null,
  act_id bigint not null
);
create index relief_application_by_household on relief_application (household_id, levy_year);
create table relief_ruling (
  application_id bigint not null,
  ruling_no smallint not null,
  outcome text not null,
  ruled_on text not null,
  relief text,
  reason text not null,
  act_id bigint not null,
  primary key (application_id, ruling_no)
);

-- 納付猶予: an instalment that moved from one due day to another. Going back is a row of its own.
create table deferral (
  deferral_id bigint primary key,
  household_id bigint not null,
  levy_year smallint not null,
  liable_id bigint not null,
  instalment smallint not null,
  fiscal_year smallint not null,
  from_due_on text not null,
  to_due_on text not null,
  decision_id bigint not null,
  reason text not null,
  act_id bigint not null,
  withdraws bigint
);
create index deferral_by_household on deferral (household_id, levy_year);

-- 賦課集計: frozen with the run whose results it counts.
create table levy_tally (
  run_id bigint not null,
  line_no smallint not null,
  component text not null,
  tenths smallint not null,
  kind text not null,
  units bigint not null,
  persons bigint not null,
  yen bigint not null,
  act_id bigint not null,
  primary key (run_id, line_no)
);
