-- 課税情報: one fact for a person and fiscal year. standing: 1 課税, 2 非課税, 3 免除. abroad: 賦課期日に国内に住所なし.
create table resident_tax_fact (
  subject bigint not null,
  fact_no bigint not null,
  valid_from text not null,
  valid_until text,
  recorded_at bigint not null,
  superseded_at bigint,
  act_id bigint not null,
  superseded_by_act bigint,
  standing smallint not null,
  taxable_income bigint,
  abroad smallint not null,
  adjust_under_16 smallint,
  adjust_under_19 smallint,
  source text not null,
  received_on text not null,
  primary key (subject, fact_no)
);
create index resident_tax_fact_act on resident_tax_fact (act_id);
create index resident_tax_fact_end on resident_tax_fact (superseded_by_act);

-- 基準収入額: one fact for a person and fiscal year.
create table revenue_fact (
  subject bigint not null,
  fact_no bigint not null,
  valid_from text not null,
  valid_until text,
  recorded_at bigint not null,
  superseded_at bigint,
  act_id bigint not null,
  superseded_by_act bigint,
  revenue bigint not null,
  by_record smallint not null,
  source text not null,
  received_on text not null,
  primary key (subject, fact_no)
);
create index revenue_fact_act on revenue_fact (act_id);
create index revenue_fact_end on revenue_fact (superseded_by_act);

-- 基準収入額適用申請: received, then granted or refused; a later ruling takes the place of an earlier one.
create table revenue_application (
  application_id bigint primary key,
  household_id bigint not null,
  benefit_year smallint not null,
  received_on text not null,
  recorded_at bigint not null,
  act_id bigint not null,
  note text not null
);
create index revenue_application_by_household on revenue_application (household_id);
create table revenue_ruling (
  application_id bigint not null,
  sequence smallint not null,
  granted smallint not null,
  decided_on text not null,
  reason text not null,
  recorded_at bigint not null,
  act_id bigint not null,
  primary key (application_id, sequence)
);

-- 年次切替: one run for a benefit year (from 1 August of it).
create table judgement_run (
  run_id bigint primary key,
  benefit_year smallint not null,
  state text not null,
  known_at bigint not null,
  decided_on text not null,
  rules text not null,
  households bigint not null,
  act_id bigint not null,
  approved_act_id bigint,
  published_act_id bigint,
  note text not null
);
create table judgement_candidate (
  run_id bigint not null,
  household_id bigint not null,
  subject_id bigint not null,
  valid_from text not null,
  valid_until text not null,
  class smallint not null,
  tenths smallint not null,
  pending smallint not null,
  judged_yen bigint not null,
  flags smallint not null,
  income_year smallint not null,
  tax_year smallint not null,
  basis_on text not null,
  rule_hash text not null,
  input_digest bigint not null,
  before_class smallint not null,
  before_tenths smallint not null,
  before_pending smallint not null,
  primary key (run_id, household_id, subject_id, valid_from)
);

-- 判定: never changed; of two over the same day the one with the higher number stands. subject_id: 0 the household
-- (70歳未満), otherwise a person (70歳以上). flags: 1 世帯非課税, 2 例外による, 4 no longer judged.
create table judgement_decision (
  household_id bigint not null,
  subject_id bigint not null,
  decision_id bigint not null,
  valid_from text not null,
  valid_until text not null,
  class smallint not null,
  tenths smallint not null,
  pending smallint not null,
  judged_yen bigint not null,
  flags smallint not null,
  income_year smallint not null,
  tax_year smallint not null,
  basis_on text not null,
  reason text not null,
  rule_hash text not null,
  input_digest bigint not null,
  decided_on text not null,
  known_at bigint not null,
  run_id bigint not null,
  recorded_at bigint not null,
  act_id bigint not null,
  primary key (household_id, subject_id, decision_id)
);
create index judgement_by_subject on judgement_decision (subject_id, household_id);
create index judgement_by_act on judgement_decision (act_id);
