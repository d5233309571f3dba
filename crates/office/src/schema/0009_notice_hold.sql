-- 送付止め: who holds a notice back, why, and until when; a release is a row of its own. Only added to.
create table notice_hold (
  hold_id bigint primary key,
  notice_id bigint not null,
  state_before text not null,
  reason text not null,
  until_on text not null,
  releases bigint,
  act_id bigint not null
);
create index notice_hold_by_notice on notice_hold (notice_id);
