-- Made by the test retention_guards; see crates/office/src/retention/guards.rs.
create or replace function erase_agreed(target text) returns bigint language plpgsql security definer
set search_path from current as $guard$
declare gone bigint;
begin
  case target
  when 'notice_hold' then delete from notice_hold r where
    exists (select 1 from notice p join erasable_key k on k.anchor = 'levy_year' and k.key1 = p.household_id and k.key2 = p.levy_year where p.notice_id = r.notice_id);
  when 'notice_release' then delete from notice_release r where
    exists (select 1 from notice p join erasable_key k on k.anchor = 'levy_year' and k.key1 = p.household_id and k.key2 = p.levy_year where p.notice_id = r.notice_id);
  when 'notice' then delete from notice r where
    exists (select 1 from erasable_key k where k.anchor = 'levy_year' and k.key1 = r.household_id and k.key2 = r.levy_year);
  when 'deferral' then delete from deferral r where
    exists (select 1 from erasable_key k where k.anchor = 'levy_year' and k.key1 = r.household_id and k.key2 = r.levy_year);
  when 'relief_ruling' then delete from relief_ruling r where
    exists (select 1 from relief_application p join erasable_key k on k.anchor = 'levy_year' and k.key1 = p.household_id and k.key2 = p.levy_year where p.application_id = r.application_id);
  when 'relief_application' then delete from relief_application r where
    exists (select 1 from erasable_key k where k.anchor = 'levy_year' and k.key1 = r.household_id and k.key2 = r.levy_year);
  when 'relief_fact' then delete from relief_fact r where
    exists (select 1 from erasable_key k where k.anchor = 'levy_year' and k.key1 = r.subject and k.key2 = cast(substr(r.valid_from, 1, 4) as bigint));
  when 'adjustment_fact' then delete from adjustment_fact r where
    exists (select 1 from erasable_key k where k.anchor = 'levy_year' and k.key1 = r.subject and k.key2 = cast(substr(r.valid_from, 1, 4) as bigint));
  when 'ledger' then delete from ledger r where
    exists (select 1 from erasable_key k where k.anchor = 'levy_year' and k.key1 = r.household_id and k.key2 = r.levy_year);
  when 'levy_decision' then delete from levy_decision r where
    exists (select 1 from erasable_key k where k.anchor = 'levy_year' and k.key1 = r.household_id and k.key2 = r.levy_year);
  when 'income_fact' then delete from income_fact r where
    exists (select 1 from erasable_key k where k.anchor = 'income_fact' and k.key1 = r.subject and k.key2 = r.fact_no)
    or exists (select 1 from erasable_key k where k.anchor = 'addressee' and k.key1 = r.subject and k.key2 = 0);
  when 'asset_tax_fact' then delete from asset_tax_fact r where
    exists (select 1 from erasable_key k where k.anchor = 'asset_tax_fact' and k.key1 = r.subject and k.key2 = r.fact_no)
    or exists (select 1 from erasable_key k where k.anchor = 'addressee' and k.key1 = r.subject and k.key2 = 0);
  when 'pension_fact' then delete from pension_fact r where
    exists (select 1 from erasable_key k where k.anchor = 'pension_fact' and k.key1 = r.subject and k.key2 = r.fact_no)
    or exists (select 1 from erasable_key k where k.anchor = 'addressee' and k.key1 = r.subject and k.key2 = 0);
  when 'resident_tax_fact' then delete from resident_tax_fact r where
    exists (select 1 from erasable_key k where k.anchor = 'resident_tax_fact' and k.key1 = r.subject and k.key2 = r.fact_no)
    or exists (select 1 from erasable_key k where k.anchor = 'addressee' and k.key1 = r.subject and k.key2 = 0);
  when 'revenue_fact' then delete from revenue_fact r where
    exists (select 1 from erasable_key k where k.anchor = 'revenue_fact' and k.key1 = r.subject and k.key2 = r.fact_no)
    or exists (select 1 from erasable_key k where k.anchor = 'addressee' and k.key1 = r.subject and k.key2 = 0);
  when 'judgement_decision' then delete from judgement_decision r where
    exists (select 1 from erasable_key k where k.anchor = 'judgement' and k.key1 = r.household_id and k.key2 = r.decision_id)
    or exists (select 1 from erasable_key k where k.anchor = 'insured_household' and k.key1 = r.household_id and k.key2 = 0);
  when 'revenue_ruling' then delete from revenue_ruling r where
    exists (select 1 from revenue_application p join erasable_key k on k.anchor = 'revenue_application' and k.key1 = p.application_id and k.key2 = 0 where p.application_id = r.application_id)
    or exists (select 1 from revenue_application p join erasable_key k on k.anchor = 'insured_household' and k.key1 = p.household_id and k.key2 = 0 where p.application_id = r.application_id);
  when 'revenue_application' then delete from revenue_application r where
    exists (select 1 from erasable_key k where k.anchor = 'revenue_application' and k.key1 = r.application_id and k.key2 = 0)
    or exists (select 1 from erasable_key k where k.anchor = 'insured_household' and k.key1 = r.household_id and k.key2 = 0);
  when 'certificate_event' then delete from certificate_event r where
    exists (select 1 from erasable_key k where k.anchor = 'certificate' and k.key1 = r.certificate_id and k.key2 = 0)
    or exists (select 1 from certificate p join erasable_key k on k.anchor = 'insured' and k.key1 = p.person_id and k.key2 = 0 where p.certificate_id = r.certificate_id);
  when 'certificate_correction' then delete from certificate_correction r where
    exists (select 1 from erasable_key k where k.anchor = 'certificate' and k.key1 = r.certificate_id and k.key2 = 0)
    or exists (select 1 from certificate p join erasable_key k on k.anchor = 'insured' and k.key1 = p.person_id and k.key2 = 0 where p.certificate_id = r.certificate_id);
  when 'certificate_enclosure' then delete from certificate_enclosure r where
    exists (select 1 from erasable_key k where k.anchor = 'certificate' and k.key1 = r.certificate_id and k.key2 = 0)
    or exists (select 1 from certificate p join erasable_key k on k.anchor = 'insured' and k.key1 = p.person_id and k.key2 = 0 where p.certificate_id = r.certificate_id);
  when 'certificate_standing' then delete from certificate_standing r where
    exists (select 1 from erasable_key k where k.anchor = 'certificate' and k.key1 = r.certificate_id and k.key2 = 0)
    or exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = r.person_id and k.key2 = 0);
  when 'certificate' then delete from certificate r where
    exists (select 1 from erasable_key k where k.anchor = 'certificate' and k.key1 = r.certificate_id and k.key2 = 0)
    or exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = r.person_id and k.key2 = 0);
  when 'levy_candidate_later' then delete from levy_candidate_later r where
    exists (select 1 from erasable_key k where k.anchor = 'levy_run' and k.key1 = r.run_id and k.key2 = 0);
  when 'levy_candidate' then delete from levy_candidate r where
    exists (select 1 from erasable_key k where k.anchor = 'levy_run' and k.key1 = r.run_id and k.key2 = 0);
  when 'levy_held' then delete from levy_held r where
    exists (select 1 from erasable_key k where k.anchor = 'levy_run' and k.key1 = r.run_id and k.key2 = 0);
  when 'judgement_candidate' then delete from judgement_candidate r where
    exists (select 1 from erasable_key k where k.anchor = 'judgement_run' and k.key1 = r.run_id and k.key2 = 0);
  when 'certificate_run_row' then delete from certificate_run_row r where
    exists (select 1 from erasable_key k where k.anchor = 'certificate_run' and k.key1 = r.run_id and k.key2 = 0);
  when 'certificate_envelope' then delete from certificate_envelope r where
    exists (select 1 from erasable_key k where k.anchor = 'certificate_run' and k.key1 = r.run_id and k.key2 = 0);
  when 'certificate_pull' then delete from certificate_pull r where
    exists (select 1 from erasable_key k where k.anchor = 'certificate_run' and k.key1 = r.run_id and k.key2 = 0);
  when 'letter_step' then delete from letter_step r where
    exists (select 1 from eligibility_letter p join erasable_key k on k.anchor = 'work_item' and k.key1 = p.item_id and k.key2 = 0 where p.letter_id = r.letter_id)
    or exists (select 1 from eligibility_letter p join erasable_key k on k.anchor = 'insured' and k.key1 = p.person_id and k.key2 = 0 where p.letter_id = r.letter_id);
  when 'eligibility_paper' then delete from eligibility_paper r where
    exists (select 1 from eligibility_letter p join erasable_key k on k.anchor = 'work_item' and k.key1 = p.item_id and k.key2 = 0 where p.letter_id = r.letter_id)
    or exists (select 1 from eligibility_letter p join erasable_key k on k.anchor = 'insured' and k.key1 = p.person_id and k.key2 = 0 where p.letter_id = r.letter_id)
    or exists (select 1 from eligibility_proof p join erasable_key k on k.anchor = 'insured' and k.key1 = p.person_id and k.key2 = 0 where p.fiscal_year = r.fiscal_year and p.proof_no = r.proof_no);
  when 'eligibility_letter' then delete from eligibility_letter r where
    exists (select 1 from erasable_key k where k.anchor = 'work_item' and k.key1 = r.item_id and k.key2 = 0)
    or exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = r.person_id and k.key2 = 0);
  when 'work_item_step' then delete from work_item_step r where
    exists (select 1 from erasable_key k where k.anchor = 'work_item' and k.key1 = r.item_id and k.key2 = 0)
    or exists (select 1 from work_item p join erasable_key k on k.anchor = 'insured' and k.key1 = p.person_id and k.key2 = 0 where p.item_id = r.item_id)
    or exists (select 1 from work_item p join erasable_key k on k.anchor = 'insured_household' and k.key1 = p.household_id and k.key2 = 0 where p.item_id = r.item_id)
    or exists (select 1 from work_item p join erasable_key k on k.anchor = 'addressee' and k.key1 = p.person_id and k.key2 = 0 where p.item_id = r.item_id);
  when 'work_item' then delete from work_item r where
    exists (select 1 from erasable_key k where k.anchor = 'work_item' and k.key1 = r.item_id and k.key2 = 0)
    or exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = r.person_id and k.key2 = 0)
    or exists (select 1 from erasable_key k where k.anchor = 'insured_household' and k.key1 = r.household_id and k.key2 = 0)
    or exists (select 1 from erasable_key k where k.anchor = 'addressee' and k.key1 = r.person_id and k.key2 = 0);
  when 'eligibility_ruling' then delete from eligibility_ruling r where
    exists (select 1 from erasable_key k where k.anchor = 'eligibility_proposal' and k.key1 = r.proposal_id and k.key2 = 0);
  when 'eligibility_proposal' then delete from eligibility_proposal r where
    exists (select 1 from erasable_key k where k.anchor = 'eligibility_proposal' and k.key1 = r.proposal_id and k.key2 = 0);
  when 'import_row' then delete from import_row r where
    exists (select 1 from erasable_key k where k.anchor = 'import_file' and k.key1 = r.file_id and k.key2 = 0);
  when 'outbox_file' then delete from outbox_file r where
    exists (select 1 from erasable_key k where k.anchor = 'outbox_file' and k.key1 = r.file_id and k.key2 = 0);
  when 'eligibility_event_undone' then delete from eligibility_event_undone r where
    exists (select 1 from eligibility_event p join erasable_key k on k.anchor = 'insured' and k.key1 = p.person_id and k.key2 = 0 where p.event_id = r.event_id)
    or exists (select 1 from eligibility_event p join erasable_key k on k.anchor = 'insured_household' and k.key1 = p.household_id and k.key2 = 0 where p.event_id = r.event_id);
  when 'eligibility_event' then delete from eligibility_event r where
    exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = r.person_id and k.key2 = 0)
    or exists (select 1 from erasable_key k where k.anchor = 'insured_household' and k.key1 = r.household_id and k.key2 = 0);
  when 'insured_fact' then delete from insured_fact r where
    exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = r.subject and k.key2 = 0);
  when 'former_insured_fact' then delete from former_insured_fact r where
    exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = r.subject and k.key2 = 0);
  when 'prefecture_fact' then delete from prefecture_fact r where
    exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = r.subject and k.key2 = 0);
  when 'care_exempt_fact' then delete from care_exempt_fact r where
    exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = r.subject and k.key2 = 0);
  when 'unemployment_fact' then delete from unemployment_fact r where
    exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = r.subject and k.key2 = 0);
  when 'maternity_fact' then delete from maternity_fact r where
    exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = r.subject and k.key2 = 0);
  when 'former_dependant_fact' then delete from former_dependant_fact r where
    exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = r.subject and k.key2 = 0);
  when 'student_fact' then delete from student_fact r where
    exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = r.subject and k.key2 = 0);
  when 'facility_stay_fact' then delete from facility_stay_fact r where
    exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = r.subject and k.key2 = 0);
  when 'stay_renewal_fact' then delete from stay_renewal_fact r where
    exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = r.subject and k.key2 = 0);
  when 'retired_fact' then delete from retired_fact r where
    exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = r.subject and k.key2 = 0);
  when 'whereabouts_fact' then delete from whereabouts_fact r where
    exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = r.subject and k.key2 = 0);
  when 'whereabouts_entry' then delete from whereabouts_entry r where
    exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = r.person_id and k.key2 = 0);
  when 'company_insurance_fact' then delete from company_insurance_fact r where
    exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = r.subject and k.key2 = 0);
  when 'late_elderly_fact' then delete from late_elderly_fact r where
    exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = r.subject and k.key2 = 0);
  when 'care_certificate_fact' then delete from care_certificate_fact r where
    exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = r.subject and k.key2 = 0);
  when 'public_assistance_fact' then delete from public_assistance_fact r where
    exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = r.subject and k.key2 = 0);
  when 'exclusion_fact' then delete from exclusion_fact r where
    exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = r.subject and k.key2 = 0);
  when 'online_status_fact' then delete from online_status_fact r where
    exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = r.subject and k.key2 = 0);
  when 'transfer_slip' then delete from transfer_slip r where
    exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = r.person_id and k.key2 = 0);
  when 'age_move' then delete from age_move r where
    exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = r.person_id and k.key2 = 0);
  when 'ex_officio_step' then delete from ex_officio_step r where
    exists (select 1 from ex_officio p join erasable_key k on k.anchor = 'insured' and k.key1 = p.person_id and k.key2 = 0 where p.case_id = r.case_id);
  when 'ex_officio' then delete from ex_officio r where
    exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = r.person_id and k.key2 = 0);
  when 'overlap_row' then delete from overlap_row r where
    exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = r.person_id and k.key2 = 0);
  when 'eligibility_proof' then delete from eligibility_proof r where
    exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = r.person_id and k.key2 = 0);
  when 'hospital_stay_fact' then delete from hospital_stay_fact r where
    exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = r.subject and k.key2 = 0);
  when 'special_disease_fact' then delete from special_disease_fact r where
    exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = r.subject and k.key2 = 0);
  when 'long_stay_ruling' then delete from long_stay_ruling r where
    exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = r.person_id and k.key2 = 0);
  when 'card_fact' then delete from card_fact r where
    exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = r.subject and k.key2 = 0);
  when 'certificate_setting_fact' then delete from certificate_setting_fact r where
    exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = r.subject and k.key2 = 0);
  when 'certificate_letter' then delete from certificate_letter r where
    exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = r.person_id and k.key2 = 0)
    or exists (select 1 from erasable_key k where k.anchor = 'insured_household' and k.key1 = r.household_id and k.key2 = 0);
  when 'certificate_ruling' then delete from certificate_ruling r where
    exists (select 1 from certificate_application p join erasable_key k on k.anchor = 'insured' and k.key1 = p.person_id and k.key2 = 0 where p.application_id = r.application_id);
  when 'certificate_application' then delete from certificate_application r where
    exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = r.person_id and k.key2 = 0);
  when 'outbox_message' then delete from outbox_message r where
    exists (select 1 from erasable_key k where k.anchor = 'insured_message' and k.key1 = r.subject and k.key2 = case when r.layout = 'kss_person' then 1 else 2 end);
  when 'household_fact' then delete from household_fact r where
    exists (select 1 from erasable_key k where k.anchor = 'insured_household' and k.key1 = r.subject and k.key2 = 0);
  when 'sanction_fact' then delete from sanction_fact r where
    exists (select 1 from erasable_key k where k.anchor = 'insured_household' and k.key1 = r.subject and k.key2 = 0);
  when 'special_circumstances_fact' then delete from special_circumstances_fact r where
    exists (select 1 from erasable_key k where k.anchor = 'insured_household' and k.key1 = r.subject and k.key2 = 0);
  when 'paid_month_fact' then delete from paid_month_fact r where
    exists (select 1 from erasable_key k where k.anchor = 'insured_household' and k.key1 = r.subject and k.key2 = 0);
  when 'continuity_ruling' then delete from continuity_ruling r where
    exists (select 1 from continuity p join erasable_key k on k.anchor = 'insured_household' and k.key1 = p.household_id and k.key2 = 0 where p.continuity_id = r.continuity_id);
  when 'continuity' then delete from continuity r where
    exists (select 1 from erasable_key k where k.anchor = 'insured_household' and k.key1 = r.household_id and k.key2 = 0);
  when 'copay_relief' then delete from copay_relief r where
    exists (select 1 from erasable_key k where k.anchor = 'insured_household' and k.key1 = r.household_id and k.key2 = 0);
  when 'household' then delete from household r where
    exists (select 1 from erasable_key k where k.anchor = 'insured_household' and k.key1 = r.household_id and k.key2 = 0);
  when 'resident_event_undone' then delete from resident_event_undone r where
    exists (select 1 from resident_event p join erasable_key k on k.anchor = 'addressee' and k.key1 = p.person_id and k.key2 = 0 where p.event_id = r.event_id);
  when 'resident_event' then delete from resident_event r where
    exists (select 1 from erasable_key k where k.anchor = 'addressee' and k.key1 = r.person_id and k.key2 = 0);
  when 'resident_fact' then delete from resident_fact r where
    exists (select 1 from erasable_key k where k.anchor = 'addressee' and k.key1 = r.subject and k.key2 = 0);
  when 'resident_detail_fact' then delete from resident_detail_fact r where
    exists (select 1 from erasable_key k where k.anchor = 'addressee' and k.key1 = r.subject and k.key2 = 0);
  when 'search_key' then delete from search_key r where
    exists (select 1 from erasable_key k where k.anchor = 'addressee' and k.key1 = r.person_id and k.key2 = 0);
  when 'support_fact' then delete from support_fact r where
    exists (select 1 from erasable_key k where k.anchor = 'addressee' and k.key1 = r.subject and k.key2 = 0);
  when 'nonresident_fact' then delete from nonresident_fact r where
    exists (select 1 from erasable_key k where k.anchor = 'addressee' and k.key1 = r.subject and k.key2 = 0);
  when 'registry_slot' then delete from registry_slot r where
    exists (select 1 from erasable_key k where k.anchor = 'addressee' and k.key1 = r.person_id and k.key2 = 0);
  when 'destination_fact' then delete from destination_fact r where
    exists (select 1 from erasable_key k where k.anchor = 'addressee' and k.key1 = r.subject and k.key2 = 0);
  when 'contact_fact' then delete from contact_fact r where
    exists (select 1 from erasable_key k where k.anchor = 'addressee' and k.key1 = r.subject and k.key2 = 0);
  when 'account_fact' then delete from account_fact r where
    exists (select 1 from erasable_key k where k.anchor = 'addressee' and k.key1 = r.subject and k.key2 = 0);
  when 'representative_fact' then delete from representative_fact r where
    exists (select 1 from erasable_key k where k.anchor = 'addressee' and k.key1 = r.subject and k.key2 = 0);
  when 'registry_ruling' then delete from registry_ruling r where
    exists (select 1 from registry_proposal p join erasable_key k on k.anchor = 'addressee' and k.key1 = p.person_id and k.key2 = 0 where p.proposal_id = r.proposal_id);
  when 'registry_proposal' then delete from registry_proposal r where
    exists (select 1 from erasable_key k where k.anchor = 'addressee' and k.key1 = r.person_id and k.key2 = 0);
  when 'person_merge_undone' then delete from person_merge_undone r where
    exists (select 1 from person_merge p join erasable_key k on k.anchor = 'addressee' and k.key1 = p.joined_id and k.key2 = 0 where p.merge_id = r.merge_id);
  when 'person_merge' then delete from person_merge r where
    exists (select 1 from erasable_key k where k.anchor = 'addressee' and k.key1 = r.joined_id and k.key2 = 0);
  when 'person' then delete from person r where
    exists (select 1 from erasable_key k where k.anchor = 'addressee' and k.key1 = r.person_id and k.key2 = 0);
  else raise exception 'not a table of which anything is erased: %', target;
  end case;
  get diagnostics gone = row_count;
  return gone;
end $guard$;
