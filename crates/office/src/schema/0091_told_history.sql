-- 履歴番号 of the row of another scheme that told of a fact: the same number again is a correction of it.
alter table company_insurance_fact add column told_history bigint;
alter table late_elderly_fact add column told_history bigint;
alter table care_certificate_fact add column told_history bigint;
