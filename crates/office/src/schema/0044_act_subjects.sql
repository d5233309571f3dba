-- 処理の対象者: whom an act was about is asked before it is opened by its own number.
create index levy_decision_act on levy_decision (act_id);
create index relief_application_act on relief_application (act_id);
create index deferral_act on deferral (act_id);
create index registry_proposal_act on registry_proposal (act_id);
create index person_merge_act on person_merge (act_id);
create index revenue_application_act on revenue_application (act_id);
create index eligibility_letter_act on eligibility_letter (act_id);
create index eligibility_proof_act on eligibility_proof (act_id);
create index ex_officio_act on ex_officio (act_id);
create index work_item_step_act on work_item_step (act_id);
