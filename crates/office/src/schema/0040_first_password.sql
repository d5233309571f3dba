-- 最初のパスワード: set by somebody else than its owner; the log-in leads to nothing but its change.
alter table staff add column must_change smallint not null default 0;
