-- 提供・移転の記録: to whom something was given, on which ground and for which purpose, by whose request, how.
create table provision_record (
  record_id bigint primary key,
  code text not null,
  recipient text not null,
  purpose text not null,
  ground text not null,
  items text not null,
  method text not null,
  export_code text not null,
  request_number text not null,
  made_on text not null,
  recorded_at bigint not null,
  staff_id bigint not null,
  act_id bigint not null
);
create index provision_record_by_code on provision_record (code, made_on);

-- The files that went out under it; one that has none was given up.
create table provision_file (
  record_id bigint not null,
  file_no bigint not null,
  file_name text not null,
  lines bigint not null,
  bytes bigint not null,
  sha256 text not null,
  sealed smallint not null,
  medium_entry_id bigint,
  outbox_file_id bigint,
  recorded_at bigint not null,
  act_id bigint not null,
  primary key (record_id, file_no)
);
create index provision_file_by_outbox on provision_file (outbox_file_id);
