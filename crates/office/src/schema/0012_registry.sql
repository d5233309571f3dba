-- 住民異動: an event as it was stated; nothing of it is ever changed. items: the whole record after it, as JSON.
create table resident_event (
  event_id bigint primary key,
  person_id bigint not null,
  cause text not null,
  occurred_on text not null,
  occurred_text text not null,
  reported_on text,
  history_number bigint not null,
  branch_number bigint not null,
  refers_history bigint,
  refers_branch bigint,
  origin text not null,
  items text not null,
  act_id bigint not null
);
create index resident_event_person on resident_event (person_id);
create index resident_event_act on resident_event (act_id);

-- An event taken back by the office: a row of its own.
create table resident_event_undone (
  event_id bigint primary key,
  reason text not null,
  act_id bigint not null
);

-- The rarer items of a resident's record, beside resident_fact. items: what no column has, as JSON.
create table resident_detail_fact (
  subject bigint not null,
  fact_no bigint not null,
  valid_from text not null,
  valid_until text,
  recorded_at bigint not null,
  superseded_at bigint,
  act_id bigint not null,
  superseded_by_act bigint,
  history_number bigint not null,
  branch_number bigint not null,
  move_cause text not null,
  reported_on text,
  occurred_text text not null,
  town_code text not null,
  nationality_code text not null,
  article_30_45 text not null,
  residence_status text not null,
  stay_until text,
  items text not null,
  primary key (subject, fact_no)
);
create index resident_detail_fact_act on resident_detail_fact (act_id);
create index resident_detail_stay on resident_detail_fact (stay_until);

-- What else a person is found by: made from the facts, written anew whenever they change.
-- kind: 1 通称, 2 ローマ字, 3 旧氏, 4 漢字氏名, 5 電話番号; the keys of 氏名 and フリガナ stand in resident_fact.
create table search_key (
  search_key text not null,
  person_id bigint not null,
  kind smallint not null,
  primary key (search_key, person_id, kind)
);
create index search_key_person on search_key (person_id);

-- 支援措置: ends_on is what was granted; the address is given free by a row of kind 3 alone.
create table support_fact (
  subject bigint not null,
  fact_no bigint not null,
  valid_from text not null,
  valid_until text,
  recorded_at bigint not null,
  superseded_at bigint,
  act_id bigint not null,
  superseded_by_act bigint,
  kind smallint not null,
  ends_on text,
  history_number bigint not null,
  origin text not null,
  primary key (subject, fact_no)
);
create index support_fact_act on support_fact (act_id);

-- 住登外者: valid_until of the last row is the day after 住外期限.
create table nonresident_fact (
  subject bigint not null,
  fact_no bigint not null,
  valid_from text not null,
  valid_until text,
  recorded_at bigint not null,
  superseded_at bigint,
  act_id bigint not null,
  superseded_by_act bigint,
  business text not null,
  no_other_use smallint not null,
  suspended smallint not null,
  primary key (subject, fact_no)
);
create index nonresident_fact_act on nonresident_fact (act_id);

-- What a person has several of, each with its own dated facts: 送付先 by scheme and document, 口座 by use, ….
create table registry_slot (
  slot_id bigint primary key,
  person_id bigint not null,
  topic text not null,
  scheme text not null,
  detail text not null,
  act_id bigint not null
);
create unique index registry_slot_place on registry_slot (person_id, topic, scheme, detail);

-- 送付先.
create table destination_fact (
  subject bigint not null,
  fact_no bigint not null,
  valid_from text not null,
  valid_until text,
  recorded_at bigint not null,
  superseded_at bigint,
  act_id bigint not null,
  superseded_by_act bigint,
  addressee text not null,
  postal_code text not null,
  address_code text not null,
  address text not null,
  building text not null,
  place_key text not null,
  relation text not null,
  ground text not null,
  primary key (subject, fact_no)
);
create index destination_fact_act on destination_fact (act_id);
create index destination_by_place on destination_fact (place_key);

-- 連絡先.
create table contact_fact (
  subject bigint not null,
  fact_no bigint not null,
  valid_from text not null,
  valid_until text,
  recorded_at bigint not null,
  superseded_at bigint,
  act_id bigint not null,
  superseded_by_act bigint,
  contact text not null,
  remark text not null,
  primary key (subject, fact_no)
);
create index contact_fact_act on contact_fact (act_id);

-- 口座.
create table account_fact (
  subject bigint not null,
  fact_no bigint not null,
  valid_from text not null,
  valid_until text,
  recorded_at bigint not null,
  superseded_at bigint,
  act_id bigint not null,
  superseded_by_act bigint,
  bank text not null,
  branch text not null,
  account_kind smallint not null,
  account_number text not null,
  holder_kana text not null,
  public_account smallint not null,
  ground text not null,
  primary key (subject, fact_no)
);
create index account_fact_act on account_fact (act_id);

-- 代表相続人・納税管理人: someone of the registry, or a name and an address.
create table representative_fact (
  subject bigint not null,
  fact_no bigint not null,
  valid_from text not null,
  valid_until text,
  recorded_at bigint not null,
  superseded_at bigint,
  act_id bigint not null,
  superseded_by_act bigint,
  representative_id bigint,
  name text not null,
  postal_code text not null,
  address text not null,
  building text not null,
  relation text not null,
  ground text not null,
  primary key (subject, fact_no)
);
create index representative_fact_act on representative_fact (act_id);

-- 申出: what one person proposes and another confirms or turns down.
create table registry_proposal (
  proposal_id bigint primary key,
  kind text not null,
  person_id bigint not null,
  other_id bigint,
  body text not null,
  seen_version bigint not null,
  staff_id bigint not null,
  act_id bigint not null
);
create index registry_proposal_person on registry_proposal (person_id);
create table registry_ruling (
  proposal_id bigint primary key,
  approved smallint not null,
  note text not null,
  staff_id bigint not null,
  act_id bigint not null
);

-- 名寄せ: both numbers stay; joined_id is shown under kept_id.
create table person_merge (
  merge_id bigint primary key,
  kept_id bigint not null,
  joined_id bigint not null,
  reason text not null,
  proposal_id bigint,
  act_id bigint not null
);
create index person_merge_kept on person_merge (kept_id);
create index person_merge_joined on person_merge (joined_id);
create table person_merge_undone (
  merge_id bigint primary key,
  reason text not null,
  act_id bigint not null
);
