-- 処理待ち: what a person has to look at. The history of each item is only added to.
create table work_item (
  item_id bigint primary key,
  kind text not null,
  subject text not null,
  person_id bigint,
  household_id bigint,
  title text not null,
  detail text not null,
  source text not null,
  due_on text not null,
  owner_role text not null,
  owner_staff bigint,
  state text not null,
  outcome text not null,
  opened_act_id bigint not null,
  settled_act_id bigint,
  steps bigint not null
);
-- The same matter is opened once; one that fell away may come back.
create unique index work_item_once on work_item (kind, subject, source) where outcome <> 'withdrawn';
create index work_item_by_due on work_item (state, due_on, item_id);
create index work_item_by_person on work_item (person_id, state);
create index work_item_by_household on work_item (household_id, state);
create table work_item_step (
  item_id bigint not null,
  step_no bigint not null,
  what text not null,
  owner_role text not null,
  owner_staff bigint,
  due_on text not null,
  outcome text not null,
  note text not null,
  act_id bigint not null,
  primary key (item_id, step_no)
);
