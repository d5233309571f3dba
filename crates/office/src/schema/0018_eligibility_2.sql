-- 修学中の者（マル学・マル遠）.
create table student_fact (
  subject bigint not null,
  fact_no bigint not null,
  valid_from text not null,
  valid_until text,
  recorded_at bigint not null,
  superseded_at bigint,
  act_id bigint not null,
  superseded_by_act bigint,
  kind bigint not null,
  school text not null,
  place text not null,
  course_end_on text not null,
  household_id bigint not null,
  reported_on text,
  primary key (subject, fact_no)
);
create index student_fact_act on student_fact (act_id);
create index student_fact_end on student_fact (superseded_by_act);
-- 住所地特例.
create table facility_stay_fact (
  subject bigint not null,
  fact_no bigint not null,
  valid_from text not null,
  valid_until text,
  recorded_at bigint not null,
  superseded_at bigint,
  act_id bigint not null,
  superseded_by_act bigint,
  facility_id bigint not null,
  insurer text not null,
  reported_on text,
  primary key (subject, fact_no)
);
create index facility_stay_fact_act on facility_stay_fact (act_id);
create index facility_stay_fact_end on facility_stay_fact (superseded_by_act);
-- 施設.
create table facility_fact (
  subject bigint not null,
  fact_no bigint not null,
  valid_from text not null,
  valid_until text,
  recorded_at bigint not null,
  superseded_at bigint,
  act_id bigint not null,
  superseded_by_act bigint,
  name text not null,
  kind bigint not null,
  municipality text not null,
  postal_code text not null,
  address text not null,
  primary key (subject, fact_no)
);
create index facility_fact_act on facility_fact (act_id);
create index facility_fact_end on facility_fact (superseded_by_act);
-- 退職被保険者等.
create table retired_fact (
  subject bigint not null,
  fact_no bigint not null,
  valid_from text not null,
  valid_until text,
  recorded_at bigint not null,
  superseded_at bigint,
  act_id bigint not null,
  superseded_by_act bigint,
  category bigint not null,
  reported_on text,
  primary key (subject, fact_no)
);
create index retired_fact_act on retired_fact (act_id);
create index retired_fact_end on retired_fact (superseded_by_act);
-- 居所不明.
create table whereabouts_fact (
  subject bigint not null,
  fact_no bigint not null,
  valid_from text not null,
  valid_until text,
  recorded_at bigint not null,
  superseded_at bigint,
  act_id bigint not null,
  superseded_by_act bigint,
  stage bigint not null,
  holds_notice smallint not null,
  holds_certificate smallint not null,
  ground text not null,
  address text not null,
  reported_on text,
  primary key (subject, fact_no)
);
create index whereabouts_fact_act on whereabouts_fact (act_id);
create index whereabouts_fact_end on whereabouts_fact (superseded_by_act);
-- 社会保険情報.
create table company_insurance_fact (
  subject bigint not null,
  fact_no bigint not null,
  valid_from text not null,
  valid_until text,
  recorded_at bigint not null,
  superseded_at bigint,
  act_id bigint not null,
  superseded_by_act bigint,
  insurer_number text not null,
  insurer_name text not null,
  symbol text not null,
  number text not null,
  relation bigint not null,
  source text not null,
  reported_on text,
  primary key (subject, fact_no)
);
create index company_insurance_fact_act on company_insurance_fact (act_id);
create index company_insurance_fact_end on company_insurance_fact (superseded_by_act);
-- 後期高齢者医療の被保険者.
create table late_elderly_fact (
  subject bigint not null,
  fact_no bigint not null,
  valid_from text not null,
  valid_until text,
  recorded_at bigint not null,
  superseded_at bigint,
  act_id bigint not null,
  superseded_by_act bigint,
  number text not null,
  gain_cause text not null,
  loss_cause text,
  reported_on text,
  primary key (subject, fact_no)
);
create index late_elderly_fact_act on late_elderly_fact (act_id);
create index late_elderly_fact_end on late_elderly_fact (superseded_by_act);
-- 介護保険の被保険者証番号.
create table care_certificate_fact (
  subject bigint not null,
  fact_no bigint not null,
  valid_from text not null,
  valid_until text,
  recorded_at bigint not null,
  superseded_at bigint,
  act_id bigint not null,
  superseded_by_act bigint,
  insurer text not null,
  number text not null,
  category bigint not null,
  reported_on text,
  primary key (subject, fact_no)
);
create index care_certificate_fact_act on care_certificate_fact (act_id);
create index care_certificate_fact_end on care_certificate_fact (superseded_by_act);
-- 生活保護.
create table public_assistance_fact (
  subject bigint not null,
  fact_no bigint not null,
  valid_from text not null,
  valid_until text,
  recorded_at bigint not null,
  superseded_at bigint,
  act_id bigint not null,
  superseded_by_act bigint,
  office text not null,
  case_number text not null,
  state bigint not null,
  medical smallint not null,
  reported_on text,
  primary key (subject, fact_no)
);
create index public_assistance_fact_act on public_assistance_fact (act_id);
create index public_assistance_fact_end on public_assistance_fact (superseded_by_act);
-- 適用除外.
create table exclusion_fact (
  subject bigint not null,
  fact_no bigint not null,
  valid_from text not null,
  valid_until text,
  recorded_at bigint not null,
  superseded_at bigint,
  act_id bigint not null,
  superseded_by_act bigint,
  item bigint not null,
  detail text not null,
  reported_on text,
  primary key (subject, fact_no)
);
create index exclusion_fact_act on exclusion_fact (act_id);
create index exclusion_fact_end on exclusion_fact (superseded_by_act);
-- 特別の事情.
create table special_circumstances_fact (
  subject bigint not null,
  fact_no bigint not null,
  valid_from text not null,
  valid_until text,
  recorded_at bigint not null,
  superseded_at bigint,
  act_id bigint not null,
  superseded_by_act bigint,
  ground text not null,
  evidence text not null,
  state bigint not null,
  ruled_on text,
  reported_on text,
  primary key (subject, fact_no)
);
create index special_circumstances_fact_act on special_circumstances_fact (act_id);
create index special_circumstances_fact_end on special_circumstances_fact (superseded_by_act);

-- 居所不明の調査記録: what was tried and found. Only added to.
create table whereabouts_entry (
  entry_id bigint primary key,
  person_id bigint not null,
  found_on text not null,
  kind text not null,
  finding text not null,
  act_id bigint not null
);
create index whereabouts_entry_by_person on whereabouts_entry (person_id, found_on);

-- 連絡票: issued to or received from another municipality. Taking one back is a row of its own.
create table transfer_slip (
  slip_id bigint primary key,
  kind text not null,
  direction text not null,
  person_id bigint not null,
  household_id bigint not null,
  municipality text not null,
  made_on text not null,
  since text not null,
  until_on text,
  withdraws bigint,
  act_id bigint not null
);
create index transfer_slip_by_person on transfer_slip (person_id);

-- 年齢到達: what was confirmed for whom, once.
create table age_move (
  person_id bigint not null,
  age smallint not null,
  attained_on text not null,
  effective_on text not null,
  outcome text not null,
  note text not null,
  act_id bigint not null,
  primary key (person_id, age, attained_on)
);

-- 勧奨・照会の文書: which letter went to whom for which matter. Only added to.
create table eligibility_letter (
  letter_id bigint primary key,
  kind text not null,
  item_id bigint,
  person_id bigint not null,
  sent_on text not null,
  answer_by text,
  content text not null,
  act_id bigint not null
);
create index eligibility_letter_by_item on eligibility_letter (item_id);
create index eligibility_letter_by_person on eligibility_letter (person_id, sent_on);

-- 職権処理: a proposal of a gain or loss without a notification, its approval, and what became of it.
create table ex_officio (
  case_id bigint primary key,
  person_id bigint not null,
  household_id bigint,
  side text not null,
  cause text not null,
  event_on text not null,
  ground text not null,
  evidence text not null,
  item_id bigint,
  act_id bigint not null
);
create index ex_officio_by_person on ex_officio (person_id);
create table ex_officio_step (
  case_id bigint not null,
  step_no smallint not null,
  what text not null,
  note text not null,
  registered_act_id bigint,
  act_id bigint not null,
  primary key (case_id, step_no)
);

-- オンライン資格確認の資格重複: each row of the list under the month it is of.
create table overlap_row (
  row_id bigint primary key,
  as_of text not null,
  list_key text not null,
  person_id bigint,
  rank smallint not null,
  state text not null,
  body text not null,
  item_id bigint,
  act_id bigint not null
);
create unique index overlap_row_by_key on overlap_row (list_key);

-- マイナ保険証の利用登録: the latest list alone counts, under the day it is of.
create table online_status_list (
  list_id bigint primary key,
  as_of text not null,
  rows bigint not null,
  act_id bigint not null
);
create table online_status_fact (
  subject bigint not null,
  fact_no bigint not null,
  valid_from text not null,
  valid_until text,
  recorded_at bigint not null,
  superseded_at bigint,
  act_id bigint not null,
  superseded_by_act bigint,
  registered smallint not null,
  as_of text not null,
  primary key (subject, fact_no)
);
create index online_status_fact_act on online_status_fact (act_id);

-- 一括処理: what a bulk change did to whom.
create table bulk_change (
  bulk_id bigint primary key,
  kind text not null,
  params text not null,
  subjects bigint not null,
  act_id bigint not null
);

-- 資格の証明書: what was certified to whom, numbered by fiscal year, kept as it was issued. Only added to.
create table eligibility_proof (
  fiscal_year smallint not null,
  proof_no bigint not null,
  kind text not null,
  person_id bigint not null,
  issued_on text not null,
  copies smallint not null,
  handed_to text not null,
  content text not null,
  act_id bigint not null,
  primary key (fiscal_year, proof_no)
);
create index eligibility_proof_by_person on eligibility_proof (person_id, issued_on);
