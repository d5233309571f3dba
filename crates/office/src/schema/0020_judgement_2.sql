-- 入院: days in hospital of one person (長期該当).
create table hospital_stay_fact (
  subject bigint not null,
  fact_no bigint not null,
  valid_from text not null,
  valid_until text,
  recorded_at bigint not null,
  superseded_at bigint,
  act_id bigint not null,
  superseded_by_act bigint,
  hospital text not null,
  primary key (subject, fact_no)
);
create index hospital_stay_fact_act on hospital_stay_fact (act_id);
create index hospital_stay_fact_end on hospital_stay_fact (superseded_by_act);

-- 特定疾病の認定 of one person. disease: 1 人工透析, 2 血友病, 3 HIV.
create table special_disease_fact (
  subject bigint not null,
  fact_no bigint not null,
  valid_from text not null,
  valid_until text,
  recorded_at bigint not null,
  superseded_at bigint,
  act_id bigint not null,
  superseded_by_act bigint,
  disease smallint not null,
  applied_on text not null,
  primary key (subject, fact_no)
);
create index special_disease_fact_act on special_disease_fact (act_id);
create index special_disease_fact_end on special_disease_fact (superseded_by_act);

-- 高額療養費の支給月 of one household (valid over the month). paragraphs: bit n-1 for 第29条の2第n項. town: empty here,
-- otherwise the municipality that paid.
create table paid_month_fact (
  subject bigint not null,
  fact_no bigint not null,
  valid_from text not null,
  valid_until text,
  recorded_at bigint not null,
  superseded_at bigint,
  act_id bigint not null,
  superseded_by_act bigint,
  paragraphs smallint not null,
  town text not null,
  primary key (subject, fact_no)
);
create index paid_month_fact_act on paid_month_fact (act_id);
create index paid_month_fact_end on paid_month_fact (superseded_by_act);

-- 長期該当の決定.
create table long_stay_ruling (
  ruling_id bigint primary key,
  person_id bigint not null,
  applied_on text not null,
  window_from text not null,
  days bigint not null,
  days_not_counted bigint not null,
  granted smallint not null,
  reduced_from text not null,
  recorded_at bigint not null,
  act_id bigint not null
);
create index long_stay_ruling_by_person on long_stay_ruling (person_id);

-- 世帯継続性: a candidate with what is proposed, and the rulings on it. town: 市町村 before the move, empty within here.
create table continuity (
  continuity_id bigint primary key,
  household_id bigint not null,
  town text not null,
  changed_on text not null,
  proposed smallint not null,
  needs_decision smallint not null,
  reason text not null,
  recorded_at bigint not null,
  act_id bigint not null
);
create index continuity_by_household on continuity (household_id);
create table continuity_ruling (
  continuity_id bigint not null,
  sequence smallint not null,
  continues smallint not null,
  reason text not null,
  recorded_at bigint not null,
  act_id bigint not null,
  primary key (continuity_id, sequence)
);

-- 一部負担金の減免・徴収猶予. measure: 1 減額, 2 免除, 3 猶予, 0 却下.
create table copay_relief (
  relief_id bigint primary key,
  household_id bigint not null,
  reason text not null,
  applied_on text not null,
  measure smallint not null,
  percent smallint not null,
  valid_from text not null,
  valid_until text not null,
  permille bigint not null,
  note text not null,
  recorded_at bigint not null,
  act_id bigint not null
);
create index copay_relief_by_household on copay_relief (household_id);
