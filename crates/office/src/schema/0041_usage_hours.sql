-- 利用可能時間 from a day on: by role and weekday (1 Monday … 7 Sunday), or by role and one day; minutes since midnight in
-- Japan. The subject is a role and a day, numbered by the counter usage_hours.
create table usage_hours_fact (
  subject bigint not null,
  fact_no bigint not null,
  valid_from text not null,
  valid_until text,
  recorded_at bigint not null,
  superseded_at bigint,
  act_id bigint not null,
  superseded_by_act bigint,
  role text not null,
  day text not null,
  from_minute bigint not null,
  until_minute bigint not null,
  primary key (subject, fact_no)
);
create index usage_hours_fact_by_act on usage_hours_fact (act_id);
create index usage_hours_fact_by_end on usage_hours_fact (superseded_by_act);
create index usage_hours_fact_by_role on usage_hours_fact (role, day);
-- What was set before the days were asked for holds since ever.
insert into usage_hours_fact (subject, fact_no, valid_from, valid_until, recorded_at, superseded_at, act_id,
  superseded_by_act, role, day, from_minute, until_minute)
select row_number() over (order by h.role, h.day), 1, '1970-01-01', null, a.recorded_at, null, h.act_id,
  null, h.role, h.day, h.from_minute, h.until_minute
from usage_hours h join act a on a.act_id = h.act_id;
insert into counter (name, next_value) select 'usage_hours', 1 + count(*) from usage_hours having count(*) > 0;
drop table usage_hours;
