-- 警告: what was conspicuous in the record of access, and what an auditor found out about it.
create table audit_alert (
  alert_id bigint primary key,
  kind text not null,
  staff_id bigint not null,
  entry_id bigint not null,
  at bigint not null,
  detail text not null
);
create index audit_alert_by_staff on audit_alert (staff_id, kind, at);
create table audit_alert_review (
  alert_id bigint primary key,
  reviewed_by bigint not null,
  reviewed_at bigint not null,
  finding text not null,
  act_id bigint not null
);
create index access_log_by_staff on access_log (staff_id, at);
create index access_log_by_time on access_log (at, entry_id);
