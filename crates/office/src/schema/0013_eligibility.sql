-- 資格異動: events are the facts, spans are their fold. origin: 1 registered here, 2 taken over from a loaded span.
create table eligibility_event (
  event_id bigint primary key,
  act_id bigint not null,
  recorded_at bigint not null,
  origin smallint not null,
  kind text not null,
  person_id bigint,
  household_id bigint,
  cause text not null,
  loaded_code text,
  occurred_on text not null,
  occurred_known smallint not null,
  reported_on text,
  fixed_on text,
  sequence bigint not null,
  branch bigint,
  elsewhere_from text,
  prefecture_since text,
  former_since text,
  head_person_id bigint,
  symbol text,
  number text,
  note text not null
);
create index eligibility_event_by_person on eligibility_event (person_id);
create index eligibility_event_by_household on eligibility_event (household_id);
create index eligibility_event_by_act on eligibility_event (act_id);

-- 取消: a row of its own, never a delete.
create table eligibility_event_undone (
  event_id bigint primary key,
  act_id bigint not null,
  recorded_at bigint not null
);
create index eligibility_undone_by_act on eligibility_event_undone (act_id);

-- 都道府県の資格: valid_from is 資格取得年月日, valid_until 資格喪失年月日.
create table prefecture_fact (
  subject bigint not null,
  fact_no bigint not null,
  valid_from text not null,
  valid_until text,
  recorded_at bigint not null,
  superseded_at bigint,
  act_id bigint not null,
  superseded_by_act bigint,
  since_known smallint not null,
  until_known smallint not null,
  primary key (subject, fact_no)
);
create index prefecture_fact_act on prefecture_fact (act_id);

-- 承認待ち: what one member of staff proposes and another approves.
create table eligibility_proposal (
  proposal_id bigint primary key,
  act_id bigint not null,
  recorded_at bigint not null,
  staff_id bigint not null,
  body text not null,
  why text not null
);
create table eligibility_ruling (
  proposal_id bigint primary key,
  act_id bigint not null,
  recorded_at bigint not null,
  approved smallint not null,
  note text not null
);
