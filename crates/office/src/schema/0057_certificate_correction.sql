-- 交付の記録の訂正: what has stood since; the certificate's own row is what was recorded when it was issued.
create table certificate_correction (
  certificate_id bigint not null,
  correction_no bigint not null,
  division text not null,
  reason text not null,
  occurred_on text not null,
  applied_on text,
  note text not null,
  act_id bigint not null,
  primary key (certificate_id, correction_no)
);
