-- 連携の送信箱: what 国保情報集約システム is to be told, decided in the act that changed the register.
create table outbox_message (
  message_id bigint primary key,
  layout text not null,
  subject bigint not null,
  valid_from text not null,
  division smallint not null,
  content text not null,
  told text not null,
  state text not null,
  decided_on text not null,
  act_id bigint not null,
  withdrawn_act_id bigint,
  file_id bigint,
  line_no bigint,
  sent_on text,
  result_act_id bigint,
  result_note text not null
);
create index outbox_message_by_subject on outbox_message (layout, subject, message_id);
create index outbox_message_by_state on outbox_message (state, message_id);
create index outbox_message_by_file on outbox_message (file_id, line_no);
create index outbox_message_by_act on outbox_message (act_id);
-- Of one thing at most one message waits.
create unique index outbox_message_once on outbox_message (layout, subject, valid_from) where state = 'waiting';

-- 送信ファイル, as it went out.
create table outbox_file (
  file_id bigint primary key,
  layout text not null,
  file_name text not null,
  lines bigint not null,
  sha256 text not null,
  body text not null,
  made_on text not null,
  act_id bigint not null
);
