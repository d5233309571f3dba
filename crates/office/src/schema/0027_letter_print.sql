-- 文書の印刷: one run of the printer over letters of a kind. Only added to.
create table letter_batch (
  batch_id bigint primary key,
  kind text not null,
  decided bigint not null,
  printed bigint not null,
  held bigint not null,
  refused bigint not null,
  act_id bigint not null
);
-- What happened with a letter: allowed, printed, held, refused, mailed, answered, came_back. Only added to.
create table letter_step (
  letter_id bigint not null,
  step_no smallint not null,
  what text not null,
  note text not null,
  batch_id bigint,
  act_id bigint not null,
  primary key (letter_id, step_no)
);
create index letter_step_by_batch on letter_step (batch_id, letter_id);
create index letter_step_by_what on letter_step (what, letter_id);
create index eligibility_letter_by_kind on eligibility_letter (kind, letter_id);
-- 文書・証明書の版面: what was set on paper, kept as it was printed. Only added to.
create table eligibility_paper (
  paper_id bigint primary key,
  letter_id bigint,
  fiscal_year smallint,
  proof_no bigint,
  body text not null,
  act_id bigint not null
);
create index eligibility_paper_by_letter on eligibility_paper (letter_id);
create index eligibility_paper_by_proof on eligibility_paper (fiscal_year, proof_no);
-- 一括処理の承認: a second person's word on a bulk change. Only added to.
create table bulk_ruling (
  bulk_id bigint primary key,
  approved smallint not null,
  note text not null,
  act_id bigint not null
);
-- 一括処理の取消の経過: asked, approved, rejected, done. Only added to.
create table bulk_undo_step (
  bulk_id bigint not null,
  step_no smallint not null,
  what text not null,
  note text not null,
  act_id bigint not null,
  primary key (bulk_id, step_no)
);
