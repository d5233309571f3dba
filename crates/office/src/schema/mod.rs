//! The tables of one municipality, as migrations in order.

mod items;

pub use items::undeclared;

use db::Migration;

/// Every migration, oldest first.
pub const MIGRATIONS: &[Migration] = &[
    Migration::new("0001_acts", include_str!("0001_acts.sql")).insert_only(&["act", "rule_set"]),
    Migration::new("0002_registry", include_str!("0002_registry.sql")).insert_only(&[
        "person",
        "household",
        "resident_fact",
        "household_fact",
        "insured_fact",
        "former_insured_fact",
    ]),
    Migration::new("0003_levy_facts", include_str!("0003_levy_facts.sql")).insert_only(&[
        "income_fact",
        "asset_tax_fact",
        "care_exempt_fact",
        "unemployment_fact",
        "maternity_fact",
        "former_dependant_fact",
        "pension_fact",
        "relief_fact",
    ]),
    Migration::new("0004_levy", include_str!("0004_levy.sql")).insert_only(&[
        "levy_candidate",
        "levy_decision",
        "ledger",
    ]),
    Migration::new("0005_work", include_str!("0005_work.sql")).insert_only(&["access_log"]),
    Migration::new("0006_levy_depth", include_str!("0006_levy_depth.sql")).insert_only(&[
        "relief_application",
        "relief_ruling",
        "deferral",
        "levy_tally",
    ]),
    Migration::new("0007_levy_held", include_str!("0007_levy_held.sql"))
        .insert_only(&["levy_held"]),
    Migration::new(
        "0008_levy_candidate",
        include_str!("0008_levy_candidate.sql"),
    ),
    Migration::new("0009_notice_hold", include_str!("0009_notice_hold.sql"))
        .insert_only(&["notice_hold"]),
    Migration::new(
        "0010_levy_decision_arose",
        include_str!("0010_levy_decision_arose.sql"),
    ),
    Migration::new("0011_levy_later", include_str!("0011_levy_later.sql"))
        .insert_only(&["levy_candidate_later"]),
    Migration::new("0012_registry", include_str!("0012_registry.sql")).insert_only(&[
        "resident_event",
        "resident_event_undone",
        "resident_detail_fact",
        "support_fact",
        "nonresident_fact",
        "registry_slot",
        "destination_fact",
        "contact_fact",
        "account_fact",
        "representative_fact",
        "registry_proposal",
        "registry_ruling",
        "person_merge",
        "person_merge_undone",
    ]),
    Migration::new("0013_eligibility", include_str!("0013_eligibility.sql")).insert_only(&[
        "eligibility_event",
        "eligibility_event_undone",
        "prefecture_fact",
        "eligibility_proposal",
        "eligibility_ruling",
    ]),
    Migration::new("0014_judgement", include_str!("0014_judgement.sql")).insert_only(&[
        "resident_tax_fact",
        "revenue_fact",
        "revenue_application",
        "revenue_ruling",
        "judgement_candidate",
        "judgement_decision",
    ]),
    Migration::new("0015_certificate", include_str!("0015_certificate.sql")).insert_only(&[
        "certificate_application",
        "certificate_ruling",
        "certificate",
        "certificate_event",
        "certificate_approval",
        "certificate_letter",
        "card_fact",
        "card_list",
        "certificate_setting_fact",
        "sanction_fact",
        "certificate_pull",
        "certificate_enclosure",
    ]),
    Migration::new("0016_worklist", include_str!("0016_worklist.sql"))
        .insert_only(&["work_item_step"]),
    Migration::new("0018_eligibility_2", include_str!("0018_eligibility_2.sql")).insert_only(&[
        "student_fact",
        "facility_stay_fact",
        "facility_fact",
        "retired_fact",
        "whereabouts_fact",
        "company_insurance_fact",
        "late_elderly_fact",
        "care_certificate_fact",
        "public_assistance_fact",
        "exclusion_fact",
        "special_circumstances_fact",
        "online_status_fact",
        "whereabouts_entry",
        "transfer_slip",
        "age_move",
        "eligibility_letter",
        "ex_officio",
        "ex_officio_step",
        "eligibility_proof",
    ]),
    Migration::new("0020_judgement_2", include_str!("0020_judgement_2.sql")).insert_only(&[
        "hospital_stay_fact",
        "special_disease_fact",
        "paid_month_fact",
        "long_stay_ruling",
        "continuity",
        "continuity_ruling",
        "copay_relief",
    ]),
    Migration::new("0021_record_chain", include_str!("0021_record_chain.sql"))
        .insert_only(&["chain_link", "chain_seal"]),
    Migration::new("0022_access", include_str!("0022_access.sql"))
        .insert_only(&["staff_password", "staff_post_fact"]),
    Migration::new(
        "0023_levy_adjustment",
        include_str!("0023_levy_adjustment.sql"),
    )
    .insert_only(&["adjustment_fact"]),
    Migration::new("0024_registers", include_str!("0024_registers.sql")).insert_only(&[
        "register_entry",
        "register_step",
        "register_confirmation",
        "register_once",
    ]),
    Migration::new("0025_nightly", include_str!("0025_nightly.sql")),
    Migration::new("0026_outbox", include_str!("0026_outbox.sql")).insert_only(&["outbox_file"]),
    Migration::new("0027_letter_print", include_str!("0027_letter_print.sql")).insert_only(&[
        "letter_batch",
        "letter_step",
        "eligibility_paper",
        "bulk_ruling",
        "bulk_undo_step",
    ]),
    Migration::new(
        "0030_register_household",
        include_str!("0030_register_household.sql"),
    ),
    Migration::new("0031_second_factor", include_str!("0031_second_factor.sql")),
    Migration::new(
        "0032_security_setting",
        include_str!("0032_security_setting.sql"),
    )
    .insert_only(&[
        "security_setting",
        "security_proposal",
        "security_ruling",
        "break_glass",
        "break_glass_step",
    ]),
    Migration::new("0033_audit_alert", include_str!("0033_audit_alert.sql"))
        .insert_only(&["audit_alert", "audit_alert_review"]),
    Migration::new(
        "0034_support_release",
        include_str!("0034_support_release.sql"),
    )
    .insert_only(&["notice_release"]),
    Migration::new(
        "0037_namespace_owner",
        include_str!("0037_namespace_owner.sql"),
    )
    .insert_only(&["namespace_owner"]),
    Migration::new("0038_backup", include_str!("0038_backup.sql"))
        .insert_only(&["backup", "backup_end"]),
    Migration {
        name: "0039_retention",
        sql: include_str!("0039_retention.sql"),
        sqlite_only: include_str!("0039_retention.sqlite.sql"),
        postgres_only: include_str!("0039_retention.postgres.sql"),
        insert_only: &[
            "retention_hold",
            "retention_hold_end",
            "erasure",
            "erasure_ruling",
            "erasure_done",
            "erasure_count",
            "erasure_sum",
            "erasure_levied",
        ],
    },
    Migration::new(
        "0040_first_password",
        include_str!("0040_first_password.sql"),
    ),
    Migration::new("0041_usage_hours", include_str!("0041_usage_hours.sql"))
        .insert_only(&["usage_hours_fact"]),
    Migration::new("0043_provision", include_str!("0043_provision.sql"))
        .insert_only(&["provision_record", "provision_file"]),
    Migration::new("0044_act_subjects", include_str!("0044_act_subjects.sql")),
    Migration::new("0046_seat", include_str!("0046_seat.sql")),
    Migration::new(
        "0047_access_by_staff",
        include_str!("0047_access_by_staff.sql"),
    ),
    Migration::new("0050_stay_renewal", include_str!("0050_stay_renewal.sql"))
        .insert_only(&["stay_renewal_fact"]),
    // After the table has its triggers: the gate makes its exception in one of them.
    Migration {
        name: "0050_stay_renewal_gate",
        sql: include_str!("0050_stay_renewal_gate.sql"),
        sqlite_only: include_str!("0050_stay_renewal_gate.sqlite.sql"),
        postgres_only: include_str!("0050_stay_renewal_gate.postgres.sql"),
        insert_only: &[],
    },
    Migration::new(
        "0052_notice_by_addressee",
        include_str!("0052_notice_by_addressee.sql"),
    ),
    Migration::new(
        "0057_certificate_correction",
        include_str!("0057_certificate_correction.sql"),
    )
    .insert_only(&["certificate_correction"]),
    Migration {
        name: "0057_certificate_correction_gate",
        sql: include_str!("0057_certificate_correction_gate.sql"),
        sqlite_only: include_str!("0057_certificate_correction_gate.sqlite.sql"),
        postgres_only: include_str!("0057_certificate_correction_gate.postgres.sql"),
        insert_only: &[],
    },
    Migration::new(
        "0062_session_factor",
        include_str!("0062_session_factor.sql"),
    ),
    Migration::new("0063_letter_place", include_str!("0063_letter_place.sql")),
    Migration::new("0064_notice_place", include_str!("0064_notice_place.sql")),
    Migration {
        name: "0065_erasure_path",
        sql: include_str!("0065_erasure_path.sql"),
        sqlite_only: "",
        postgres_only: include_str!("0065_erasure_path.postgres.sql"),
        insert_only: &[],
    },
    Migration::new("0067_loaded_gain", include_str!("0067_loaded_gain.sql")),
    Migration::new(
        "0068_renewal_refused",
        include_str!("0068_renewal_refused.sql"),
    ),
    Migration::new(
        "0069_passed_through",
        include_str!("0069_passed_through.sql"),
    ),
    Migration::new("0080_three_tenths", include_str!("0080_three_tenths.sql")),
    Migration::new("0091_told_history", include_str!("0091_told_history.sql")),
];
