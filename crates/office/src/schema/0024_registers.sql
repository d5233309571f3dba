-- 台帳: entries of every register, and the steps each entry has gone through.
create table register_entry (
  entry_id bigint primary key,
  register text not null,
  recorded_at bigint not null,
  act_id bigint not null
);
create index register_entry_by_register on register_entry (register, entry_id);
create table register_step (
  entry_id bigint not null,
  step_no bigint not null,
  step text not null,
  state text not null,
  given text not null,
  two_persons smallint not null,
  closes smallint not null,
  due_on text,
  staff_id bigint not null,
  business_date text not null,
  recorded_at bigint not null,
  act_id bigint not null,
  primary key (entry_id, step_no)
);
create table register_confirmation (
  entry_id bigint not null,
  step_no bigint not null,
  agreed smallint not null,
  reason text not null,
  staff_id bigint not null,
  recorded_at bigint not null,
  act_id bigint not null,
  primary key (entry_id, step_no)
);
-- What may be there once in a register: the number of a medium, of a contract.
create table register_once (
  register text not null,
  field text not null,
  value text not null,
  entry_id bigint not null,
  primary key (register, field, value)
);
