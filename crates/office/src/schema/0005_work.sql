-- 処理の実行: job, step, chunk, cursor, attempt.
create table job (
  job_id bigint primary key,
  kind text not null,
  params text not null,
  state text not null,
  total bigint not null,
  done bigint not null,
  act_id bigint not null,
  created_at bigint not null,
  heartbeat_at bigint not null,
  message text not null
);
create table job_chunk (
  job_id bigint not null,
  step text not null,
  chunk bigint not null,
  from_key bigint not null,
  until_key bigint not null,
  state text not null,
  attempt smallint not null,
  lease_until bigint not null,
  done bigint not null,
  yen bigint not null,
  primary key (job_id, step, chunk)
);

-- 取込: every file received, every row that waits.
create table import_file (
  file_id bigint primary key,
  sha256 text not null,
  layout text not null,
  file_name text not null,
  received_at bigint not null,
  act_id bigint not null,
  state text not null,
  rows_read bigint not null,
  rows_posted bigint not null,
  rows_same bigint not null,
  rows_held bigint not null,
  message text not null
);
create index import_file_by_hash on import_file (sha256);
create table import_row (
  file_id bigint not null,
  row_number bigint not null,
  state text not null,
  field text not null,
  code text not null,
  message text not null,
  body text not null,
  owner text not null,
  settled_act_id bigint,
  primary key (file_id, row_number)
);

-- 職員 and sessions.
create table staff (
  staff_id bigint primary key,
  login text not null,
  name text not null,
  password_hash text not null,
  roles text not null,
  ward text not null,
  disabled smallint not null,
  failed smallint not null,
  locked_until bigint not null,
  password_set_at bigint not null
);
create unique index staff_by_login on staff (login);
create table session (
  token_hash text primary key,
  staff_id bigint not null,
  terminal text not null,
  csrf text not null,
  created_at bigint not null,
  last_seen_at bigint not null,
  expires_at bigint not null
);

-- 操作の記録: views, searches, prints, refusals.
create table access_log (
  entry_id bigint primary key,
  staff_id bigint not null,
  terminal text not null,
  at bigint not null,
  what text not null,
  subject bigint,
  purpose text not null,
  outcome text not null
);
create index access_log_by_subject on access_log (subject, at);
