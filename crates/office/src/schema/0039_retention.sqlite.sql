-- Made by the test retention_guards; see crates/office/src/retention/guards.rs.
drop trigger notice_hold_no_delete;
create trigger notice_hold_no_delete before delete on notice_hold when not (
  exists (select 1 from notice p join erasable_key k on k.anchor = 'levy_year' and k.key1 = p.household_id and k.key2 = p.levy_year where p.notice_id = old.notice_id)
) begin select raise(abort, 'notice_hold は追記専用です'); end;
drop trigger notice_release_no_delete;
create trigger notice_release_no_delete before delete on notice_release when not (
  exists (select 1 from notice p join erasable_key k on k.anchor = 'levy_year' and k.key1 = p.household_id and k.key2 = p.levy_year where p.notice_id = old.notice_id)
) begin select raise(abort, 'notice_release は追記専用です'); end;
drop trigger deferral_no_delete;
create trigger deferral_no_delete before delete on deferral when not (
  exists (select 1 from erasable_key k where k.anchor = 'levy_year' and k.key1 = old.household_id and k.key2 = old.levy_year)
) begin select raise(abort, 'deferral は追記専用です'); end;
drop trigger relief_ruling_no_delete;
create trigger relief_ruling_no_delete before delete on relief_ruling when not (
  exists (select 1 from relief_application p join erasable_key k on k.anchor = 'levy_year' and k.key1 = p.household_id and k.key2 = p.levy_year where p.application_id = old.application_id)
) begin select raise(abort, 'relief_ruling は追記専用です'); end;
drop trigger relief_application_no_delete;
create trigger relief_application_no_delete before delete on relief_application when not (
  exists (select 1 from erasable_key k where k.anchor = 'levy_year' and k.key1 = old.household_id and k.key2 = old.levy_year)
) begin select raise(abort, 'relief_application は追記専用です'); end;
drop trigger relief_fact_no_delete;
create trigger relief_fact_no_delete before delete on relief_fact when not (
  exists (select 1 from erasable_key k where k.anchor = 'levy_year' and k.key1 = old.subject and k.key2 = cast(substr(old.valid_from, 1, 4) as bigint))
) begin select raise(abort, 'relief_fact は追記専用です'); end;
drop trigger adjustment_fact_no_delete;
create trigger adjustment_fact_no_delete before delete on adjustment_fact when not (
  exists (select 1 from erasable_key k where k.anchor = 'levy_year' and k.key1 = old.subject and k.key2 = cast(substr(old.valid_from, 1, 4) as bigint))
) begin select raise(abort, 'adjustment_fact は追記専用です'); end;
drop trigger ledger_no_delete;
create trigger ledger_no_delete before delete on ledger when not (
  exists (select 1 from erasable_key k where k.anchor = 'levy_year' and k.key1 = old.household_id and k.key2 = old.levy_year)
) begin select raise(abort, 'ledger は追記専用です'); end;
drop trigger levy_decision_no_delete;
create trigger levy_decision_no_delete before delete on levy_decision when not (
  exists (select 1 from erasable_key k where k.anchor = 'levy_year' and k.key1 = old.household_id and k.key2 = old.levy_year)
) begin select raise(abort, 'levy_decision は追記専用です'); end;
drop trigger income_fact_no_delete;
create trigger income_fact_no_delete before delete on income_fact when not (
  exists (select 1 from erasable_key k where k.anchor = 'income_fact' and k.key1 = old.subject and k.key2 = old.fact_no)
  or exists (select 1 from erasable_key k where k.anchor = 'addressee' and k.key1 = old.subject and k.key2 = 0)
) begin select raise(abort, 'income_fact は追記専用です'); end;
drop trigger asset_tax_fact_no_delete;
create trigger asset_tax_fact_no_delete before delete on asset_tax_fact when not (
  exists (select 1 from erasable_key k where k.anchor = 'asset_tax_fact' and k.key1 = old.subject and k.key2 = old.fact_no)
  or exists (select 1 from erasable_key k where k.anchor = 'addressee' and k.key1 = old.subject and k.key2 = 0)
) begin select raise(abort, 'asset_tax_fact は追記専用です'); end;
drop trigger pension_fact_no_delete;
create trigger pension_fact_no_delete before delete on pension_fact when not (
  exists (select 1 from erasable_key k where k.anchor = 'pension_fact' and k.key1 = old.subject and k.key2 = old.fact_no)
  or exists (select 1 from erasable_key k where k.anchor = 'addressee' and k.key1 = old.subject and k.key2 = 0)
) begin select raise(abort, 'pension_fact は追記専用です'); end;
drop trigger resident_tax_fact_no_delete;
create trigger resident_tax_fact_no_delete before delete on resident_tax_fact when not (
  exists (select 1 from erasable_key k where k.anchor = 'resident_tax_fact' and k.key1 = old.subject and k.key2 = old.fact_no)
  or exists (select 1 from erasable_key k where k.anchor = 'addressee' and k.key1 = old.subject and k.key2 = 0)
) begin select raise(abort, 'resident_tax_fact は追記専用です'); end;
drop trigger revenue_fact_no_delete;
create trigger revenue_fact_no_delete before delete on revenue_fact when not (
  exists (select 1 from erasable_key k where k.anchor = 'revenue_fact' and k.key1 = old.subject and k.key2 = old.fact_no)
  or exists (select 1 from erasable_key k where k.anchor = 'addressee' and k.key1 = old.subject and k.key2 = 0)
) begin select raise(abort, 'revenue_fact は追記専用です'); end;
drop trigger judgement_decision_no_delete;
create trigger judgement_decision_no_delete before delete on judgement_decision when not (
  exists (select 1 from erasable_key k where k.anchor = 'judgement' and k.key1 = old.household_id and k.key2 = old.decision_id)
  or exists (select 1 from erasable_key k where k.anchor = 'insured_household' and k.key1 = old.household_id and k.key2 = 0)
) begin select raise(abort, 'judgement_decision は追記専用です'); end;
drop trigger revenue_ruling_no_delete;
create trigger revenue_ruling_no_delete before delete on revenue_ruling when not (
  exists (select 1 from revenue_application p join erasable_key k on k.anchor = 'revenue_application' and k.key1 = p.application_id and k.key2 = 0 where p.application_id = old.application_id)
  or exists (select 1 from revenue_application p join erasable_key k on k.anchor = 'insured_household' and k.key1 = p.household_id and k.key2 = 0 where p.application_id = old.application_id)
) begin select raise(abort, 'revenue_ruling は追記専用です'); end;
drop trigger revenue_application_no_delete;
create trigger revenue_application_no_delete before delete on revenue_application when not (
  exists (select 1 from erasable_key k where k.anchor = 'revenue_application' and k.key1 = old.application_id and k.key2 = 0)
  or exists (select 1 from erasable_key k where k.anchor = 'insured_household' and k.key1 = old.household_id and k.key2 = 0)
) begin select raise(abort, 'revenue_application は追記専用です'); end;
drop trigger certificate_event_no_delete;
create trigger certificate_event_no_delete before delete on certificate_event when not (
  exists (select 1 from erasable_key k where k.anchor = 'certificate' and k.key1 = old.certificate_id and k.key2 = 0)
  or exists (select 1 from certificate p join erasable_key k on k.anchor = 'insured' and k.key1 = p.person_id and k.key2 = 0 where p.certificate_id = old.certificate_id)
) begin select raise(abort, 'certificate_event は追記専用です'); end;
drop trigger certificate_enclosure_no_delete;
create trigger certificate_enclosure_no_delete before delete on certificate_enclosure when not (
  exists (select 1 from erasable_key k where k.anchor = 'certificate' and k.key1 = old.certificate_id and k.key2 = 0)
  or exists (select 1 from certificate p join erasable_key k on k.anchor = 'insured' and k.key1 = p.person_id and k.key2 = 0 where p.certificate_id = old.certificate_id)
) begin select raise(abort, 'certificate_enclosure は追記専用です'); end;
drop trigger certificate_no_delete;
create trigger certificate_no_delete before delete on certificate when not (
  exists (select 1 from erasable_key k where k.anchor = 'certificate' and k.key1 = old.certificate_id and k.key2 = 0)
  or exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = old.person_id and k.key2 = 0)
) begin select raise(abort, 'certificate は追記専用です'); end;
drop trigger levy_candidate_later_no_delete;
create trigger levy_candidate_later_no_delete before delete on levy_candidate_later when not (
  exists (select 1 from erasable_key k where k.anchor = 'levy_run' and k.key1 = old.run_id and k.key2 = 0)
) begin select raise(abort, 'levy_candidate_later は追記専用です'); end;
drop trigger levy_candidate_no_delete;
create trigger levy_candidate_no_delete before delete on levy_candidate when not (
  exists (select 1 from erasable_key k where k.anchor = 'levy_run' and k.key1 = old.run_id and k.key2 = 0)
) begin select raise(abort, 'levy_candidate は追記専用です'); end;
drop trigger levy_held_no_delete;
create trigger levy_held_no_delete before delete on levy_held when not (
  exists (select 1 from erasable_key k where k.anchor = 'levy_run' and k.key1 = old.run_id and k.key2 = 0)
) begin select raise(abort, 'levy_held は追記専用です'); end;
drop trigger judgement_candidate_no_delete;
create trigger judgement_candidate_no_delete before delete on judgement_candidate when not (
  exists (select 1 from erasable_key k where k.anchor = 'judgement_run' and k.key1 = old.run_id and k.key2 = 0)
) begin select raise(abort, 'judgement_candidate は追記専用です'); end;
drop trigger certificate_pull_no_delete;
create trigger certificate_pull_no_delete before delete on certificate_pull when not (
  exists (select 1 from erasable_key k where k.anchor = 'certificate_run' and k.key1 = old.run_id and k.key2 = 0)
) begin select raise(abort, 'certificate_pull は追記専用です'); end;
drop trigger letter_step_no_delete;
create trigger letter_step_no_delete before delete on letter_step when not (
  exists (select 1 from eligibility_letter p join erasable_key k on k.anchor = 'work_item' and k.key1 = p.item_id and k.key2 = 0 where p.letter_id = old.letter_id)
  or exists (select 1 from eligibility_letter p join erasable_key k on k.anchor = 'insured' and k.key1 = p.person_id and k.key2 = 0 where p.letter_id = old.letter_id)
) begin select raise(abort, 'letter_step は追記専用です'); end;
drop trigger eligibility_paper_no_delete;
create trigger eligibility_paper_no_delete before delete on eligibility_paper when not (
  exists (select 1 from eligibility_letter p join erasable_key k on k.anchor = 'work_item' and k.key1 = p.item_id and k.key2 = 0 where p.letter_id = old.letter_id)
  or exists (select 1 from eligibility_letter p join erasable_key k on k.anchor = 'insured' and k.key1 = p.person_id and k.key2 = 0 where p.letter_id = old.letter_id)
  or exists (select 1 from eligibility_proof p join erasable_key k on k.anchor = 'insured' and k.key1 = p.person_id and k.key2 = 0 where p.fiscal_year = old.fiscal_year and p.proof_no = old.proof_no)
) begin select raise(abort, 'eligibility_paper は追記専用です'); end;
drop trigger eligibility_letter_no_delete;
create trigger eligibility_letter_no_delete before delete on eligibility_letter when not (
  exists (select 1 from erasable_key k where k.anchor = 'work_item' and k.key1 = old.item_id and k.key2 = 0)
  or exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = old.person_id and k.key2 = 0)
) begin select raise(abort, 'eligibility_letter は追記専用です'); end;
drop trigger work_item_step_no_delete;
create trigger work_item_step_no_delete before delete on work_item_step when not (
  exists (select 1 from erasable_key k where k.anchor = 'work_item' and k.key1 = old.item_id and k.key2 = 0)
  or exists (select 1 from work_item p join erasable_key k on k.anchor = 'insured' and k.key1 = p.person_id and k.key2 = 0 where p.item_id = old.item_id)
  or exists (select 1 from work_item p join erasable_key k on k.anchor = 'insured_household' and k.key1 = p.household_id and k.key2 = 0 where p.item_id = old.item_id)
  or exists (select 1 from work_item p join erasable_key k on k.anchor = 'addressee' and k.key1 = p.person_id and k.key2 = 0 where p.item_id = old.item_id)
) begin select raise(abort, 'work_item_step は追記専用です'); end;
drop trigger eligibility_ruling_no_delete;
create trigger eligibility_ruling_no_delete before delete on eligibility_ruling when not (
  exists (select 1 from erasable_key k where k.anchor = 'eligibility_proposal' and k.key1 = old.proposal_id and k.key2 = 0)
) begin select raise(abort, 'eligibility_ruling は追記専用です'); end;
drop trigger eligibility_proposal_no_delete;
create trigger eligibility_proposal_no_delete before delete on eligibility_proposal when not (
  exists (select 1 from erasable_key k where k.anchor = 'eligibility_proposal' and k.key1 = old.proposal_id and k.key2 = 0)
) begin select raise(abort, 'eligibility_proposal は追記専用です'); end;
drop trigger outbox_file_no_delete;
create trigger outbox_file_no_delete before delete on outbox_file when not (
  exists (select 1 from erasable_key k where k.anchor = 'outbox_file' and k.key1 = old.file_id and k.key2 = 0)
) begin select raise(abort, 'outbox_file は追記専用です'); end;
drop trigger eligibility_event_undone_no_delete;
create trigger eligibility_event_undone_no_delete before delete on eligibility_event_undone when not (
  exists (select 1 from eligibility_event p join erasable_key k on k.anchor = 'insured' and k.key1 = p.person_id and k.key2 = 0 where p.event_id = old.event_id)
  or exists (select 1 from eligibility_event p join erasable_key k on k.anchor = 'insured_household' and k.key1 = p.household_id and k.key2 = 0 where p.event_id = old.event_id)
) begin select raise(abort, 'eligibility_event_undone は追記専用です'); end;
drop trigger eligibility_event_no_delete;
create trigger eligibility_event_no_delete before delete on eligibility_event when not (
  exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = old.person_id and k.key2 = 0)
  or exists (select 1 from erasable_key k where k.anchor = 'insured_household' and k.key1 = old.household_id and k.key2 = 0)
) begin select raise(abort, 'eligibility_event は追記専用です'); end;
drop trigger insured_fact_no_delete;
create trigger insured_fact_no_delete before delete on insured_fact when not (
  exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = old.subject and k.key2 = 0)
) begin select raise(abort, 'insured_fact は追記専用です'); end;
drop trigger former_insured_fact_no_delete;
create trigger former_insured_fact_no_delete before delete on former_insured_fact when not (
  exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = old.subject and k.key2 = 0)
) begin select raise(abort, 'former_insured_fact は追記専用です'); end;
drop trigger prefecture_fact_no_delete;
create trigger prefecture_fact_no_delete before delete on prefecture_fact when not (
  exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = old.subject and k.key2 = 0)
) begin select raise(abort, 'prefecture_fact は追記専用です'); end;
drop trigger care_exempt_fact_no_delete;
create trigger care_exempt_fact_no_delete before delete on care_exempt_fact when not (
  exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = old.subject and k.key2 = 0)
) begin select raise(abort, 'care_exempt_fact は追記専用です'); end;
drop trigger unemployment_fact_no_delete;
create trigger unemployment_fact_no_delete before delete on unemployment_fact when not (
  exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = old.subject and k.key2 = 0)
) begin select raise(abort, 'unemployment_fact は追記専用です'); end;
drop trigger maternity_fact_no_delete;
create trigger maternity_fact_no_delete before delete on maternity_fact when not (
  exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = old.subject and k.key2 = 0)
) begin select raise(abort, 'maternity_fact は追記専用です'); end;
drop trigger former_dependant_fact_no_delete;
create trigger former_dependant_fact_no_delete before delete on former_dependant_fact when not (
  exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = old.subject and k.key2 = 0)
) begin select raise(abort, 'former_dependant_fact は追記専用です'); end;
drop trigger student_fact_no_delete;
create trigger student_fact_no_delete before delete on student_fact when not (
  exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = old.subject and k.key2 = 0)
) begin select raise(abort, 'student_fact は追記専用です'); end;
drop trigger facility_stay_fact_no_delete;
create trigger facility_stay_fact_no_delete before delete on facility_stay_fact when not (
  exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = old.subject and k.key2 = 0)
) begin select raise(abort, 'facility_stay_fact は追記専用です'); end;
drop trigger retired_fact_no_delete;
create trigger retired_fact_no_delete before delete on retired_fact when not (
  exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = old.subject and k.key2 = 0)
) begin select raise(abort, 'retired_fact は追記専用です'); end;
drop trigger whereabouts_fact_no_delete;
create trigger whereabouts_fact_no_delete before delete on whereabouts_fact when not (
  exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = old.subject and k.key2 = 0)
) begin select raise(abort, 'whereabouts_fact は追記専用です'); end;
drop trigger whereabouts_entry_no_delete;
create trigger whereabouts_entry_no_delete before delete on whereabouts_entry when not (
  exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = old.person_id and k.key2 = 0)
) begin select raise(abort, 'whereabouts_entry は追記専用です'); end;
drop trigger company_insurance_fact_no_delete;
create trigger company_insurance_fact_no_delete before delete on company_insurance_fact when not (
  exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = old.subject and k.key2 = 0)
) begin select raise(abort, 'company_insurance_fact は追記専用です'); end;
drop trigger late_elderly_fact_no_delete;
create trigger late_elderly_fact_no_delete before delete on late_elderly_fact when not (
  exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = old.subject and k.key2 = 0)
) begin select raise(abort, 'late_elderly_fact は追記専用です'); end;
drop trigger care_certificate_fact_no_delete;
create trigger care_certificate_fact_no_delete before delete on care_certificate_fact when not (
  exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = old.subject and k.key2 = 0)
) begin select raise(abort, 'care_certificate_fact は追記専用です'); end;
drop trigger public_assistance_fact_no_delete;
create trigger public_assistance_fact_no_delete before delete on public_assistance_fact when not (
  exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = old.subject and k.key2 = 0)
) begin select raise(abort, 'public_assistance_fact は追記専用です'); end;
drop trigger exclusion_fact_no_delete;
create trigger exclusion_fact_no_delete before delete on exclusion_fact when not (
  exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = old.subject and k.key2 = 0)
) begin select raise(abort, 'exclusion_fact は追記専用です'); end;
drop trigger online_status_fact_no_delete;
create trigger online_status_fact_no_delete before delete on online_status_fact when not (
  exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = old.subject and k.key2 = 0)
) begin select raise(abort, 'online_status_fact は追記専用です'); end;
drop trigger transfer_slip_no_delete;
create trigger transfer_slip_no_delete before delete on transfer_slip when not (
  exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = old.person_id and k.key2 = 0)
) begin select raise(abort, 'transfer_slip は追記専用です'); end;
drop trigger age_move_no_delete;
create trigger age_move_no_delete before delete on age_move when not (
  exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = old.person_id and k.key2 = 0)
) begin select raise(abort, 'age_move は追記専用です'); end;
drop trigger ex_officio_step_no_delete;
create trigger ex_officio_step_no_delete before delete on ex_officio_step when not (
  exists (select 1 from ex_officio p join erasable_key k on k.anchor = 'insured' and k.key1 = p.person_id and k.key2 = 0 where p.case_id = old.case_id)
) begin select raise(abort, 'ex_officio_step は追記専用です'); end;
drop trigger ex_officio_no_delete;
create trigger ex_officio_no_delete before delete on ex_officio when not (
  exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = old.person_id and k.key2 = 0)
) begin select raise(abort, 'ex_officio は追記専用です'); end;
drop trigger eligibility_proof_no_delete;
create trigger eligibility_proof_no_delete before delete on eligibility_proof when not (
  exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = old.person_id and k.key2 = 0)
) begin select raise(abort, 'eligibility_proof は追記専用です'); end;
drop trigger hospital_stay_fact_no_delete;
create trigger hospital_stay_fact_no_delete before delete on hospital_stay_fact when not (
  exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = old.subject and k.key2 = 0)
) begin select raise(abort, 'hospital_stay_fact は追記専用です'); end;
drop trigger special_disease_fact_no_delete;
create trigger special_disease_fact_no_delete before delete on special_disease_fact when not (
  exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = old.subject and k.key2 = 0)
) begin select raise(abort, 'special_disease_fact は追記専用です'); end;
drop trigger long_stay_ruling_no_delete;
create trigger long_stay_ruling_no_delete before delete on long_stay_ruling when not (
  exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = old.person_id and k.key2 = 0)
) begin select raise(abort, 'long_stay_ruling は追記専用です'); end;
drop trigger card_fact_no_delete;
create trigger card_fact_no_delete before delete on card_fact when not (
  exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = old.subject and k.key2 = 0)
) begin select raise(abort, 'card_fact は追記専用です'); end;
drop trigger certificate_setting_fact_no_delete;
create trigger certificate_setting_fact_no_delete before delete on certificate_setting_fact when not (
  exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = old.subject and k.key2 = 0)
) begin select raise(abort, 'certificate_setting_fact は追記専用です'); end;
drop trigger certificate_letter_no_delete;
create trigger certificate_letter_no_delete before delete on certificate_letter when not (
  exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = old.person_id and k.key2 = 0)
  or exists (select 1 from erasable_key k where k.anchor = 'insured_household' and k.key1 = old.household_id and k.key2 = 0)
) begin select raise(abort, 'certificate_letter は追記専用です'); end;
drop trigger certificate_ruling_no_delete;
create trigger certificate_ruling_no_delete before delete on certificate_ruling when not (
  exists (select 1 from certificate_application p join erasable_key k on k.anchor = 'insured' and k.key1 = p.person_id and k.key2 = 0 where p.application_id = old.application_id)
) begin select raise(abort, 'certificate_ruling は追記専用です'); end;
drop trigger certificate_application_no_delete;
create trigger certificate_application_no_delete before delete on certificate_application when not (
  exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = old.person_id and k.key2 = 0)
) begin select raise(abort, 'certificate_application は追記専用です'); end;
drop trigger household_fact_no_delete;
create trigger household_fact_no_delete before delete on household_fact when not (
  exists (select 1 from erasable_key k where k.anchor = 'insured_household' and k.key1 = old.subject and k.key2 = 0)
) begin select raise(abort, 'household_fact は追記専用です'); end;
drop trigger sanction_fact_no_delete;
create trigger sanction_fact_no_delete before delete on sanction_fact when not (
  exists (select 1 from erasable_key k where k.anchor = 'insured_household' and k.key1 = old.subject and k.key2 = 0)
) begin select raise(abort, 'sanction_fact は追記専用です'); end;
drop trigger special_circumstances_fact_no_delete;
create trigger special_circumstances_fact_no_delete before delete on special_circumstances_fact when not (
  exists (select 1 from erasable_key k where k.anchor = 'insured_household' and k.key1 = old.subject and k.key2 = 0)
) begin select raise(abort, 'special_circumstances_fact は追記専用です'); end;
drop trigger paid_month_fact_no_delete;
create trigger paid_month_fact_no_delete before delete on paid_month_fact when not (
  exists (select 1 from erasable_key k where k.anchor = 'insured_household' and k.key1 = old.subject and k.key2 = 0)
) begin select raise(abort, 'paid_month_fact は追記専用です'); end;
drop trigger continuity_ruling_no_delete;
create trigger continuity_ruling_no_delete before delete on continuity_ruling when not (
  exists (select 1 from continuity p join erasable_key k on k.anchor = 'insured_household' and k.key1 = p.household_id and k.key2 = 0 where p.continuity_id = old.continuity_id)
) begin select raise(abort, 'continuity_ruling は追記専用です'); end;
drop trigger continuity_no_delete;
create trigger continuity_no_delete before delete on continuity when not (
  exists (select 1 from erasable_key k where k.anchor = 'insured_household' and k.key1 = old.household_id and k.key2 = 0)
) begin select raise(abort, 'continuity は追記専用です'); end;
drop trigger copay_relief_no_delete;
create trigger copay_relief_no_delete before delete on copay_relief when not (
  exists (select 1 from erasable_key k where k.anchor = 'insured_household' and k.key1 = old.household_id and k.key2 = 0)
) begin select raise(abort, 'copay_relief は追記専用です'); end;
drop trigger household_no_delete;
create trigger household_no_delete before delete on household when not (
  exists (select 1 from erasable_key k where k.anchor = 'insured_household' and k.key1 = old.household_id and k.key2 = 0)
) begin select raise(abort, 'household は追記専用です'); end;
drop trigger resident_event_undone_no_delete;
create trigger resident_event_undone_no_delete before delete on resident_event_undone when not (
  exists (select 1 from resident_event p join erasable_key k on k.anchor = 'addressee' and k.key1 = p.person_id and k.key2 = 0 where p.event_id = old.event_id)
) begin select raise(abort, 'resident_event_undone は追記専用です'); end;
drop trigger resident_event_no_delete;
create trigger resident_event_no_delete before delete on resident_event when not (
  exists (select 1 from erasable_key k where k.anchor = 'addressee' and k.key1 = old.person_id and k.key2 = 0)
) begin select raise(abort, 'resident_event は追記専用です'); end;
drop trigger resident_fact_no_delete;
create trigger resident_fact_no_delete before delete on resident_fact when not (
  exists (select 1 from erasable_key k where k.anchor = 'addressee' and k.key1 = old.subject and k.key2 = 0)
) begin select raise(abort, 'resident_fact は追記専用です'); end;
drop trigger resident_detail_fact_no_delete;
create trigger resident_detail_fact_no_delete before delete on resident_detail_fact when not (
  exists (select 1 from erasable_key k where k.anchor = 'addressee' and k.key1 = old.subject and k.key2 = 0)
) begin select raise(abort, 'resident_detail_fact は追記専用です'); end;
drop trigger support_fact_no_delete;
create trigger support_fact_no_delete before delete on support_fact when not (
  exists (select 1 from erasable_key k where k.anchor = 'addressee' and k.key1 = old.subject and k.key2 = 0)
) begin select raise(abort, 'support_fact は追記専用です'); end;
drop trigger nonresident_fact_no_delete;
create trigger nonresident_fact_no_delete before delete on nonresident_fact when not (
  exists (select 1 from erasable_key k where k.anchor = 'addressee' and k.key1 = old.subject and k.key2 = 0)
) begin select raise(abort, 'nonresident_fact は追記専用です'); end;
drop trigger registry_slot_no_delete;
create trigger registry_slot_no_delete before delete on registry_slot when not (
  exists (select 1 from erasable_key k where k.anchor = 'addressee' and k.key1 = old.person_id and k.key2 = 0)
) begin select raise(abort, 'registry_slot は追記専用です'); end;
drop trigger destination_fact_no_delete;
create trigger destination_fact_no_delete before delete on destination_fact when not (
  exists (select 1 from erasable_key k where k.anchor = 'addressee' and k.key1 = old.subject and k.key2 = 0)
) begin select raise(abort, 'destination_fact は追記専用です'); end;
drop trigger contact_fact_no_delete;
create trigger contact_fact_no_delete before delete on contact_fact when not (
  exists (select 1 from erasable_key k where k.anchor = 'addressee' and k.key1 = old.subject and k.key2 = 0)
) begin select raise(abort, 'contact_fact は追記専用です'); end;
drop trigger account_fact_no_delete;
create trigger account_fact_no_delete before delete on account_fact when not (
  exists (select 1 from erasable_key k where k.anchor = 'addressee' and k.key1 = old.subject and k.key2 = 0)
) begin select raise(abort, 'account_fact は追記専用です'); end;
drop trigger representative_fact_no_delete;
create trigger representative_fact_no_delete before delete on representative_fact when not (
  exists (select 1 from erasable_key k where k.anchor = 'addressee' and k.key1 = old.subject and k.key2 = 0)
) begin select raise(abort, 'representative_fact は追記専用です'); end;
drop trigger registry_ruling_no_delete;
create trigger registry_ruling_no_delete before delete on registry_ruling when not (
  exists (select 1 from registry_proposal p join erasable_key k on k.anchor = 'addressee' and k.key1 = p.person_id and k.key2 = 0 where p.proposal_id = old.proposal_id)
) begin select raise(abort, 'registry_ruling は追記専用です'); end;
drop trigger registry_proposal_no_delete;
create trigger registry_proposal_no_delete before delete on registry_proposal when not (
  exists (select 1 from erasable_key k where k.anchor = 'addressee' and k.key1 = old.person_id and k.key2 = 0)
) begin select raise(abort, 'registry_proposal は追記専用です'); end;
drop trigger person_merge_undone_no_delete;
create trigger person_merge_undone_no_delete before delete on person_merge_undone when not (
  exists (select 1 from person_merge p join erasable_key k on k.anchor = 'addressee' and k.key1 = p.joined_id and k.key2 = 0 where p.merge_id = old.merge_id)
) begin select raise(abort, 'person_merge_undone は追記専用です'); end;
drop trigger person_merge_no_delete;
create trigger person_merge_no_delete before delete on person_merge when not (
  exists (select 1 from erasable_key k where k.anchor = 'addressee' and k.key1 = old.joined_id and k.key2 = 0)
) begin select raise(abort, 'person_merge は追記専用です'); end;
drop trigger person_no_delete;
create trigger person_no_delete before delete on person when not (
  exists (select 1 from erasable_key k where k.anchor = 'addressee' and k.key1 = old.person_id and k.key2 = 0)
) begin select raise(abort, 'person は追記専用です'); end;
