-- 安全管理の設定: only added to, so that what held on a day can be told later.
create table security_setting (
  setting_no bigint primary key,
  key text not null,
  value text not null,
  set_at bigint not null,
  act_id bigint not null
);
create index security_setting_by_key on security_setting (key, set_at);

-- 二人目の承認を待つもの.
create table security_proposal (
  proposal_id bigint primary key,
  kind text not null,
  subject text not null,
  value text not null,
  reason text not null,
  proposed_by bigint not null,
  proposed_at bigint not null,
  act_id bigint not null
);
create table security_ruling (
  proposal_id bigint primary key,
  approved smallint not null,
  ruled_by bigint not null,
  ruled_at bigint not null,
  note text not null,
  act_id bigint not null
);

-- 緊急利用 (break-glass): a role for a while, by two people, looked at afterwards.
create table break_glass (
  use_id bigint primary key,
  staff_id bigint not null,
  role text not null,
  minutes bigint not null,
  reason text not null,
  asked_at bigint not null,
  act_id bigint not null
);
create table break_glass_step (
  use_id bigint not null,
  step_no bigint not null,
  what text not null,
  staff_id bigint not null,
  at bigint not null,
  until bigint not null,
  note text not null,
  act_id bigint not null,
  primary key (use_id, step_no)
);

-- 本人・親族の申告: the staff's own person number and those of relatives. The subject is the member of staff.
create table staff_relation (
  staff_id bigint not null,
  relation_no bigint not null,
  person_id bigint not null,
  relation text not null,
  declared_at bigint not null,
  act_id bigint not null,
  ended_at bigint,
  primary key (staff_id, relation_no)
);
create index staff_relation_by_person on staff_relation (person_id);
