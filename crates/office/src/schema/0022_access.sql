-- パスワードの履歴: what was used before is not used again.
create table staff_password (
  staff_id bigint not null,
  set_no bigint not null,
  password_hash text not null,
  set_at bigint not null,
  primary key (staff_id, set_no)
);

-- 発令: which roles a member of staff holds in which place from which day. The subject is the member of staff.
create table staff_post_fact (
  subject bigint not null,
  fact_no bigint not null,
  valid_from text not null,
  valid_until text,
  recorded_at bigint not null,
  superseded_at bigint,
  act_id bigint not null,
  superseded_by_act bigint,
  kind smallint not null,
  roles text not null,
  ward text not null,
  ground text not null,
  primary key (subject, fact_no)
);
create index staff_post_fact_act on staff_post_fact (act_id);

-- 端末台帳.
create table terminal (
  terminal_id bigint primary key,
  address text not null,
  name text not null,
  place text not null,
  ward text not null,
  wire_lock smallint not null,
  registered_at bigint not null,
  act_id bigint not null,
  ended_at bigint,
  ended_by_act bigint
);
create index terminal_by_address on terminal (address);

-- 利用可能時間: by role and weekday (1 Monday … 7 Sunday), or by role and day; minutes since midnight in Japan.
create table usage_hours (
  role text not null,
  day text not null,
  from_minute bigint not null,
  until_minute bigint not null,
  act_id bigint not null,
  primary key (role, day)
);
