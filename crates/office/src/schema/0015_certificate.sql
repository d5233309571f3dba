-- 証の申請.
create table certificate_application (
  application_id bigint primary key,
  kind text not null,
  person_id bigint not null,
  household_id bigint not null,
  applied_on text not null,
  applicant text not null,
  relation text not null,
  wish text not null,
  grounds text not null,
  act_id bigint not null
);
create index certificate_application_household on certificate_application (household_id);
create index certificate_application_act on certificate_application (act_id);

-- 審査・決定・却下・取下: each a row of its own, the latest stands.
create table certificate_ruling (
  application_id bigint not null,
  ruling_no smallint not null,
  step text not null,
  ruled_on text not null,
  reason_code text not null,
  reason text not null,
  detail text not null,
  act_id bigint not null,
  primary key (application_id, ruling_no)
);

-- 証: one row for each paper, with every value as printed. Never changed.
create table certificate (
  certificate_id bigint primary key,
  number text not null,
  copy_no smallint not null,
  kind text not null,
  family text not null,
  person_id bigint not null,
  household_id bigint not null,
  application_id bigint,
  division text not null,
  reason text not null,
  occurred_on text not null,
  applied_on text,
  issued_on text not null,
  effective_from text not null,
  expires_on text,
  class text not null,
  ratio smallint not null,
  ratio_from text,
  long_term_on text,
  disease smallint not null,
  ceiling_yen bigint not null,
  symbol text not null,
  number_on_face text not null,
  branch text not null,
  face_name text not null,
  face_kana text not null,
  real_name text,
  real_kana text,
  sex_on_back smallint not null,
  nondisclosure smallint not null,
  destination text not null,
  replaces bigint,
  form_stock text not null,
  face text not null,
  input_digest text not null,
  rule_hash text not null,
  run_id bigint not null,
  act_id bigint not null
);
create index certificate_by_number on certificate (number);
create index certificate_by_person on certificate (person_id, family);
create index certificate_by_act on certificate (act_id);

-- 証の出来事: printed, handed over, mailed, came back, collected, …; undoes: the event a row takes back.
create table certificate_event (
  certificate_id bigint not null,
  event_no smallint not null,
  kind text not null,
  occurred_on text not null,
  reason text not null,
  reason_arose_on text,
  detail text not null,
  undoes smallint,
  act_id bigint not null,
  primary key (certificate_id, event_no)
);
create index certificate_event_act on certificate_event (act_id);

-- 証の現在: made from the certificate and its events, written anew whenever they change.
create table certificate_standing (
  certificate_id bigint primary key,
  person_id bigint not null,
  household_id bigint not null,
  kind text not null,
  family text not null,
  disease smallint not null,
  place text not null,
  valid smallint not null,
  invalid_from text,
  effective_from text not null,
  expires_on text,
  outstanding smallint not null,
  return_requested_on text,
  collected_on text,
  inspected_on text,
  printed smallint not null,
  run_id bigint not null
);
create index certificate_standing_person on certificate_standing (person_id, family);
create index certificate_standing_household on certificate_standing (household_id);
create index certificate_standing_place on certificate_standing (outstanding, place, certificate_id);
create index certificate_standing_run on certificate_standing (run_id, place);

-- 承認: a second person's word on an application (kind 1) or on printing for someone under 支援措置 (kind 2).
create table certificate_approval (
  approval_id bigint primary key,
  kind smallint not null,
  subject bigint not null,
  reason text not null,
  staff_id bigint not null,
  act_id bigint not null
);
create index certificate_approval_subject on certificate_approval (kind, subject);

-- 証に関する通知: 返還通知, 却下通知, … with their words as sent.
create table certificate_letter (
  letter_id bigint primary key,
  kind text not null,
  household_id bigint not null,
  person_id bigint not null,
  certificate_id bigint,
  application_id bigint,
  made_on text not null,
  addressee text not null,
  body text not null,
  act_id bigint not null
);
create index certificate_letter_household on certificate_letter (household_id);

-- マイナ保険証の利用登録: as a list said it.
create table card_fact (
  subject bigint not null,
  fact_no bigint not null,
  valid_from text not null,
  valid_until text,
  recorded_at bigint not null,
  superseded_at bigint,
  act_id bigint not null,
  superseded_by_act bigint,
  linked smallint not null,
  as_of text not null,
  source text not null,
  primary key (subject, fact_no)
);
create index card_fact_act on card_fact (act_id);
create index card_fact_end on card_fact (superseded_by_act);

-- マイナ保険証の一覧の受領: what was received, with its 基準日.
create table card_list (
  list_id bigint primary key,
  as_of text not null,
  source text not null,
  sha256 text not null,
  persons bigint not null,
  changed bigint not null,
  unmatched bigint not null,
  act_id bigint not null
);
create unique index card_list_hash on card_list (sha256);

-- 証の記載に関する本人の設定: 要配慮, 自己情報提供不可, 不開示, 原爆等, 通称の選択, 性別の裏面記載.
create table certificate_setting_fact (
  subject bigint not null,
  fact_no bigint not null,
  valid_from text not null,
  valid_until text,
  recorded_at bigint not null,
  superseded_at bigint,
  act_id bigint not null,
  superseded_by_act bigint,
  confirmation_asked smallint not null,
  card_blocked smallint not null,
  nondisclosure smallint not null,
  special_exempt smallint not null,
  name_choice text not null,
  alias_kana text,
  sex_on_back smallint not null,
  send_apart smallint not null,
  primary key (subject, fact_no)
);
create index certificate_setting_act on certificate_setting_fact (act_id);
create index certificate_setting_end on certificate_setting_fact (superseded_by_act);

-- 処分情報: 短期証・資格証明書・特別療養費 of a household. kind: 1 短期証, 2 資格証明書, 3 特別療養費.
create table sanction_fact (
  subject bigint not null,
  fact_no bigint not null,
  valid_from text not null,
  valid_until text,
  recorded_at bigint not null,
  superseded_at bigint,
  act_id bigint not null,
  superseded_by_act bigint,
  kind smallint not null,
  noticed_on text,
  answer_until text,
  circumstance smallint not null,
  ground text not null,
  primary key (subject, fact_no)
);
create index sanction_fact_act on sanction_fact (act_id);
create index sanction_fact_end on sanction_fact (superseded_by_act);

-- 一斉更新: frozen at a moment, calculated, approved, published.
create table certificate_run (
  run_id bigint primary key,
  state text not null,
  effective_from text not null,
  issued_on text not null,
  known_at bigint not null,
  card_as_of text,
  rule_hash text not null,
  persons bigint not null,
  refused bigint not null,
  act_id bigint not null,
  approved_act_id bigint,
  published_act_id bigint,
  note text not null
);

-- 更新の候補: what is to be issued to whom, or why it cannot be. mail: 1 普通, 2 特定記録, 3 簡易書留.
create table certificate_run_row (
  run_id bigint not null,
  household_id bigint not null,
  person_id bigint not null,
  kind text not null,
  reason_code text not null,
  reason text not null,
  mail smallint not null,
  apart smallint not null,
  postal_code text not null,
  expires_on text,
  class text not null,
  ratio smallint not null,
  before_ratio smallint not null,
  digest text not null,
  primary key (run_id, household_id, person_id)
);

-- 抜取: a person, or a whole household (person_id 0), kept out of a run. Taken back by a row that releases it.
create table certificate_pull (
  pull_id bigint primary key,
  run_id bigint not null,
  household_id bigint not null,
  person_id bigint not null,
  reason text not null,
  releases bigint,
  act_id bigint not null
);
create index certificate_pull_run on certificate_pull (run_id, household_id);

-- 封筒: one for a household, or apart for a person; in the order of postal codes within its kind of mail.
create table certificate_envelope (
  run_id bigint not null,
  envelope_no bigint not null,
  household_id bigint not null,
  person_id bigint not null,
  mail smallint not null,
  postal_code text not null,
  bag bigint not null,
  papers bigint not null,
  primary key (run_id, envelope_no)
);
create index certificate_envelope_household on certificate_envelope (run_id, household_id);

-- 封入の照合: which certificate was found in which envelope.
create table certificate_enclosure (
  run_id bigint not null,
  certificate_id bigint not null,
  envelope_no bigint not null,
  act_id bigint not null,
  primary key (run_id, certificate_id)
);
