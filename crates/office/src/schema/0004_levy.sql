-- 賦課処理: one run of the levy; candidates are compared, one is approved and published.
create table levy_run (
  run_id bigint primary key,
  kind text not null,
  levy_year smallint not null,
  state text not null,
  known_at bigint not null,
  decided_on text not null,
  rule_hash text not null,
  households bigint not null,
  total_yen bigint not null,
  act_id bigint not null,
  approved_act_id bigint,
  published_act_id bigint,
  note text not null
);

-- 賦課の候補: what a run says, before it is published.
create table levy_candidate (
  run_id bigint not null,
  household_id bigint not null,
  liable_id bigint not null,
  tenths smallint not null,
  months smallint not null,
  flags smallint not null,
  medical_yen bigint not null,
  support_yen bigint not null,
  care_yen bigint not null,
  child_yen bigint not null,
  over_cap_yen bigint not null,
  input_digest bigint not null,
  primary key (run_id, household_id, liable_id)
);

-- 賦課決定: what stands. Never changed; the latest sequence of (household, liable, year) stands.
create table levy_decision (
  household_id bigint not null,
  levy_year smallint not null,
  liable_id bigint not null,
  sequence smallint not null,
  decision_id bigint not null,
  run_id bigint not null,
  act_id bigint not null,
  decided_on text not null,
  reason text not null,
  rule_hash text not null,
  tenths smallint not null,
  months smallint not null,
  flags smallint not null,
  medical_yen bigint not null,
  support_yen bigint not null,
  care_yen bigint not null,
  child_yen bigint not null,
  over_cap_yen bigint not null,
  barred_yen bigint not null,
  input_digest bigint not null,
  primary key (household_id, levy_year, liable_id, sequence)
);

-- 元帳: double entry, insert only. Balances are sums.
create table ledger (
  household_id bigint not null,
  levy_year smallint not null,
  entry_id bigint not null,
  act_id bigint not null,
  decision_id bigint not null,
  debtor_id bigint not null,
  fiscal_year smallint not null,
  instalment smallint not null,
  due_on text not null,
  method smallint not null,
  debit smallint not null,
  credit smallint not null,
  medical_yen bigint not null,
  support_yen bigint not null,
  care_yen bigint not null,
  child_yen bigint not null,
  primary key (household_id, levy_year, entry_id)
);

-- 通知: an outbox until someone proves that it went out.
create table notice (
  notice_id bigint primary key,
  decision_id bigint not null,
  household_id bigint not null,
  addressee_id bigint not null,
  levy_year smallint not null,
  kind text not null,
  state text not null,
  run_id bigint not null,
  running_number bigint not null,
  pages smallint not null,
  act_id bigint not null,
  printed_act_id bigint,
  posted_act_id bigint,
  hold_reason text
);
create index notice_by_household on notice (household_id, levy_year);
create index notice_by_run on notice (run_id, running_number);
