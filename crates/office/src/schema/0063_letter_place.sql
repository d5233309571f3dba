-- 文書の宛先: for which place a letter under 支援措置 was allowed, and with which it was printed.
alter table letter_step add column place_digest text;
