-- 支援措置対象者の書類の承認: which notice may be printed, to which place; another place needs another word.
create table notice_release (
  release_id bigint primary key,
  notice_id bigint not null,
  place_digest text not null,
  reason text not null,
  staff_id bigint not null,
  act_id bigint not null
);
create index notice_release_by_notice on notice_release (notice_id, release_id);
