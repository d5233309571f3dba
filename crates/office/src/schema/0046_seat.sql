-- 窓口拠点: where the holder of a session sits, chosen after log-in where the post names several places; '' is 本庁.
alter table session add column place text;
