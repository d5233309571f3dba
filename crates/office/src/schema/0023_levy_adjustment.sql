-- 調整額・独自減額: what the municipality takes off one component of a liable head's year, one list for each household and
-- fiscal year.
create table adjustment_fact (
  subject bigint not null,
  fact_no bigint not null,
  valid_from text not null,
  valid_until text,
  recorded_at bigint not null,
  superseded_at bigint,
  act_id bigint not null,
  superseded_by_act bigint,
  adjustments text not null,
  primary key (subject, fact_no)
);
create index adjustment_fact_act on adjustment_fact (act_id);
create index adjustment_fact_superseded on adjustment_fact (superseded_by_act);
