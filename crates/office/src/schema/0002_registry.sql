-- 宛名: a person is a number; everything else about them is dated.
create table person (
  person_id bigint primary key,
  kind smallint not null,
  act_id bigint not null
);

-- 国保世帯: apart from the household of the residents' register.
create table household (
  household_id bigint primary key,
  act_id bigint not null
);

-- 住民・住登外の記載. kind: 1 resident, 2 removed, 3 not a resident (住登外).
create table resident_fact (
  subject bigint not null,
  fact_no bigint not null,
  valid_from text not null,
  valid_until text,
  recorded_at bigint not null,
  superseded_at bigint,
  act_id bigint not null,
  superseded_by_act bigint,
  status smallint not null,
  name text not null,
  kana text not null,
  name_key text not null,
  kana_key text not null,
  latin_name text,
  alias text,
  former_surname text,
  birth_on text not null,
  birth_unknown smallint not null,
  sex smallint not null,
  register_household bigint,
  relationship text not null,
  postal_code text not null,
  address text not null,
  building text not null,
  ward text not null,
  resident_since text,
  withheld smallint not null,
  primary key (subject, fact_no)
);
create index resident_fact_act on resident_fact (act_id);
create index resident_by_name on resident_fact (name_key, subject);
create index resident_by_kana on resident_fact (kana_key, subject);
create index resident_by_birth on resident_fact (birth_on);

-- 世帯主 and 記号番号 of a 国保世帯.
create table household_fact (
  subject bigint not null,
  fact_no bigint not null,
  valid_from text not null,
  valid_until text,
  recorded_at bigint not null,
  superseded_at bigint,
  act_id bigint not null,
  superseded_by_act bigint,
  head_person_id bigint not null,
  symbol text not null,
  number text not null,
  primary key (subject, fact_no)
);
create index household_fact_act on household_fact (act_id);
create index household_by_number on household_fact (number);
create index household_by_head on household_fact (head_person_id);

-- 資格: valid_from is 適用開始日 (取得日), valid_until 喪失日.
create table insured_fact (
  subject bigint not null,
  fact_no bigint not null,
  valid_from text not null,
  valid_until text,
  recorded_at bigint not null,
  superseded_at bigint,
  act_id bigint not null,
  superseded_by_act bigint,
  household_id bigint not null,
  branch smallint not null,
  gain_cause text not null,
  gain_reported_on text,
  loss_cause text,
  loss_event_on text,
  loss_reported_on text,
  primary key (subject, fact_no)
);
create index insured_fact_act on insured_fact (act_id);
create index insured_by_household on insured_fact (household_id);

-- 特定同一世帯所属者.
create table former_insured_fact (
  subject bigint not null,
  fact_no bigint not null,
  valid_from text not null,
  valid_until text,
  recorded_at bigint not null,
  superseded_at bigint,
  act_id bigint not null,
  superseded_by_act bigint,
  household_id bigint not null,
  primary key (subject, fact_no)
);
create index former_insured_fact_act on former_insured_fact (act_id);
create index former_insured_by_household on former_insured_fact (household_id);
