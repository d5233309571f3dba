-- 在留期間の更新・在留資格の変更の申請（特例期間）.
create table stay_renewal_fact (
  subject bigint not null,
  fact_no bigint not null,
  valid_from text not null,
  valid_until text,
  recorded_at bigint not null,
  superseded_at bigint,
  act_id bigint not null,
  superseded_by_act bigint,
  stay_until text not null,
  applied_on text not null,
  refused_on text,
  reported_on text,
  primary key (subject, fact_no)
);
create index stay_renewal_fact_act on stay_renewal_fact (act_id);
create index stay_renewal_fact_end on stay_renewal_fact (superseded_by_act);
