-- 3割の判定: who is looked at for 基準収入額適用申請の勧奨.
create index judgement_three on judgement_decision (household_id, valid_from) where tenths = 3 and subject_id > 0;
