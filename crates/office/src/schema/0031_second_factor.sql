-- 二つ目の要素: what a member of staff has (a generator of one-time codes) or is (a passkey that asks for finger or face).
create table factor (
  factor_id bigint primary key,
  staff_id bigint not null,
  kind smallint not null,
  name text not null,
  -- A passkey's credential, hexadecimal; empty for a generator of codes.
  credential text not null,
  -- A passkey's public key as it gave it; a generator's secret, sealed.
  secret bytea not null,
  -- The last signature count, or the last step a code was taken for.
  counter bigint not null,
  made_at bigint not null,
  ended_at bigint,
  ended_by_act bigint
);
create index factor_by_staff on factor (staff_id);

-- ログインの途中: the password was right, the second factor is awaited. No page opens with it.
create table login_step (
  token_hash text primary key,
  staff_id bigint not null,
  terminal text not null,
  expires_at bigint not null
);
-- A challenge is answered once. The key is the digest of the token of a session or of a step.
create table factor_challenge (
  token_hash text primary key,
  challenge text not null,
  expires_at bigint not null
);
-- 登録コード: handed over in person; opens nothing but the registration of a factor.
create table factor_code (
  code_hash text primary key,
  staff_id bigint not null,
  made_at bigint not null,
  expires_at bigint not null,
  used_at bigint,
  act_id bigint not null
);
-- 1: only to register a factor.
alter table session add column stage smallint not null default 0;
-- Attempts with a 職員番号 that nobody has lock it like any other, so that a lock tells nothing.
create table unknown_login (
  login_hash text primary key,
  failed bigint not null,
  locked_until bigint not null,
  tried_at bigint not null
);
