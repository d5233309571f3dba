-- 国保資格取得年月日: the prefecture's day of a loaded span, which 適用開始 does not say.
alter table insured_fact add column gained_on text;
