-- 適用 of no day with which a 資格 of the prefecture ended: whoever came from within it and lost it on the same day. No insured_fact
-- tells of it; all four are empty otherwise.
alter table prefecture_fact add column household_id bigint;
alter table prefecture_fact add column branch bigint;
alter table prefecture_fact add column gain_cause text;
alter table prefecture_fact add column loss_cause text;
