-- 通知書の宛先: with which place a notice was printed; null for those that were printed before this was written down.
alter table notice add column place_digest text;
