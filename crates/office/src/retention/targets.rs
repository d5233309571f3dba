//! 消去の対象 — which rows of which tables go with a key of a class, children before their parents; and the tables from
//! which nothing is erased, each with its reason. Every table of the schema stands in one of the two lists (a test).

pub use super::condition::Target;
use super::condition::{below, own};

const HOUSEHOLD_YEAR: &[&str] = &["{r}.household_id", "{r}.levy_year"];
/// A fact of a household that holds for one fiscal year.
const SUBJECT_YEAR: &[&str] = &[
    "{r}.subject",
    "cast(substr({r}.valid_from, 1, 4) as bigint)",
];
const RUN: &[&str] = &["{r}.run_id"];
const FACT: &[&str] = &["{r}.subject", "{r}.fact_no"];
const PERSON: &[&str] = &["{r}.person_id"];
const HOUSEHOLD: &[&str] = &["{r}.household_id"];
const SUBJECT: &[&str] = &["{r}.subject"];
const ITEM: &[&str] = &["{r}.item_id"];

/// Every target, in the order in which rows are taken away.
pub const TARGETS: &[Target] = &[
    // 賦課・収納
    below(
        "levy",
        "levy_year",
        ("notice_hold", "notice", "notice_id"),
        HOUSEHOLD_YEAR,
    ),
    below(
        "levy",
        "levy_year",
        ("notice_release", "notice", "notice_id"),
        HOUSEHOLD_YEAR,
    ),
    own("levy", "levy_year", "notice", HOUSEHOLD_YEAR),
    own("levy", "levy_year", "deferral", HOUSEHOLD_YEAR),
    below(
        "levy",
        "levy_year",
        ("relief_ruling", "relief_application", "application_id"),
        HOUSEHOLD_YEAR,
    ),
    own("levy", "levy_year", "relief_application", HOUSEHOLD_YEAR),
    own("levy", "levy_year", "relief_fact", SUBJECT_YEAR),
    own("levy", "levy_year", "adjustment_fact", SUBJECT_YEAR),
    own("levy", "levy_year", "ledger", HOUSEHOLD_YEAR),
    own("levy", "levy_year", "levy_decision", HOUSEHOLD_YEAR),
    // 所得・課税
    own("tax", "income_fact", "income_fact", FACT),
    own("tax", "asset_tax_fact", "asset_tax_fact", FACT),
    own("tax", "pension_fact", "pension_fact", FACT),
    own("tax", "resident_tax_fact", "resident_tax_fact", FACT),
    own("tax", "revenue_fact", "revenue_fact", FACT),
    // 判定
    own(
        "judgement",
        "judgement",
        "judgement_decision",
        &["{r}.household_id", "{r}.decision_id"],
    ),
    below(
        "judgement",
        "revenue_application",
        ("revenue_ruling", "revenue_application", "application_id"),
        &["{r}.application_id"],
    ),
    own(
        "judgement",
        "revenue_application",
        "revenue_application",
        &["{r}.application_id"],
    ),
    // 証
    own(
        "certificate",
        "certificate",
        "certificate_event",
        &["{r}.certificate_id"],
    ),
    own(
        "certificate",
        "certificate",
        "certificate_correction",
        &["{r}.certificate_id"],
    ),
    own(
        "certificate",
        "certificate",
        "certificate_enclosure",
        &["{r}.certificate_id"],
    ),
    own(
        "certificate",
        "certificate",
        "certificate_standing",
        &["{r}.certificate_id"],
    ),
    own(
        "certificate",
        "certificate",
        "certificate",
        &["{r}.certificate_id"],
    ),
    // 一括処理の候補
    own("run", "levy_run", "levy_candidate_later", RUN),
    own("run", "levy_run", "levy_candidate", RUN),
    own("run", "levy_run", "levy_held", RUN),
    own("run", "judgement_run", "judgement_candidate", RUN),
    own("run", "certificate_run", "certificate_run_row", RUN),
    own("run", "certificate_run", "certificate_envelope", RUN),
    own("run", "certificate_run", "certificate_pull", RUN),
    // 処理待ち・文書
    below(
        "work",
        "work_item",
        ("letter_step", "eligibility_letter", "letter_id"),
        ITEM,
    ),
    below(
        "work",
        "work_item",
        ("eligibility_paper", "eligibility_letter", "letter_id"),
        ITEM,
    ),
    own("work", "work_item", "eligibility_letter", ITEM),
    own("work", "work_item", "work_item_step", ITEM),
    own("work", "work_item", "work_item", ITEM),
    own(
        "work",
        "eligibility_proposal",
        "eligibility_ruling",
        &["{r}.proposal_id"],
    ),
    own(
        "work",
        "eligibility_proposal",
        "eligibility_proposal",
        &["{r}.proposal_id"],
    ),
    // ファイルの中身
    own("file", "import_file", "import_row", &["{r}.file_id"]),
    own("file", "outbox_file", "outbox_file", &["{r}.file_id"]),
    // 資格: the person
    below(
        "eligibility",
        "insured",
        ("eligibility_event_undone", "eligibility_event", "event_id"),
        PERSON,
    ),
    own("eligibility", "insured", "eligibility_event", PERSON),
    own("eligibility", "insured", "insured_fact", SUBJECT),
    own("eligibility", "insured", "former_insured_fact", SUBJECT),
    own("eligibility", "insured", "prefecture_fact", SUBJECT),
    own("eligibility", "insured", "care_exempt_fact", SUBJECT),
    own("eligibility", "insured", "unemployment_fact", SUBJECT),
    own("eligibility", "insured", "maternity_fact", SUBJECT),
    own("eligibility", "insured", "former_dependant_fact", SUBJECT),
    own("eligibility", "insured", "student_fact", SUBJECT),
    own("eligibility", "insured", "facility_stay_fact", SUBJECT),
    own("eligibility", "insured", "stay_renewal_fact", SUBJECT),
    own("eligibility", "insured", "retired_fact", SUBJECT),
    own("eligibility", "insured", "whereabouts_fact", SUBJECT),
    own("eligibility", "insured", "whereabouts_entry", PERSON),
    own("eligibility", "insured", "company_insurance_fact", SUBJECT),
    own("eligibility", "insured", "late_elderly_fact", SUBJECT),
    own("eligibility", "insured", "care_certificate_fact", SUBJECT),
    own("eligibility", "insured", "public_assistance_fact", SUBJECT),
    own("eligibility", "insured", "exclusion_fact", SUBJECT),
    own("eligibility", "insured", "online_status_fact", SUBJECT),
    own("eligibility", "insured", "transfer_slip", PERSON),
    own("eligibility", "insured", "age_move", PERSON),
    below(
        "eligibility",
        "insured",
        ("letter_step", "eligibility_letter", "letter_id"),
        PERSON,
    ),
    below(
        "eligibility",
        "insured",
        ("eligibility_paper", "eligibility_letter", "letter_id"),
        PERSON,
    ),
    below(
        "eligibility",
        "insured",
        (
            "eligibility_paper",
            "eligibility_proof",
            "fiscal_year, proof_no",
        ),
        PERSON,
    ),
    own("eligibility", "insured", "eligibility_letter", PERSON),
    below(
        "eligibility",
        "insured",
        ("ex_officio_step", "ex_officio", "case_id"),
        PERSON,
    ),
    own("eligibility", "insured", "ex_officio", PERSON),
    own("eligibility", "insured", "overlap_row", PERSON),
    own("eligibility", "insured", "eligibility_proof", PERSON),
    own("eligibility", "insured", "hospital_stay_fact", SUBJECT),
    own("eligibility", "insured", "special_disease_fact", SUBJECT),
    own("eligibility", "insured", "long_stay_ruling", PERSON),
    own("eligibility", "insured", "card_fact", SUBJECT),
    own(
        "eligibility",
        "insured",
        "certificate_setting_fact",
        SUBJECT,
    ),
    below(
        "eligibility",
        "insured",
        ("certificate_event", "certificate", "certificate_id"),
        PERSON,
    ),
    below(
        "eligibility",
        "insured",
        ("certificate_correction", "certificate", "certificate_id"),
        PERSON,
    ),
    below(
        "eligibility",
        "insured",
        ("certificate_enclosure", "certificate", "certificate_id"),
        PERSON,
    ),
    own("eligibility", "insured", "certificate_standing", PERSON),
    own("eligibility", "insured", "certificate_letter", PERSON),
    own("eligibility", "insured", "certificate", PERSON),
    below(
        "eligibility",
        "insured",
        (
            "certificate_ruling",
            "certificate_application",
            "application_id",
        ),
        PERSON,
    ),
    own("eligibility", "insured", "certificate_application", PERSON),
    below(
        "eligibility",
        "insured",
        ("work_item_step", "work_item", "item_id"),
        PERSON,
    ),
    own("eligibility", "insured", "work_item", PERSON),
    own(
        "eligibility",
        "insured_message",
        "outbox_message",
        &[
            "{r}.subject",
            "case when {r}.layout = 'kss_person' then 1 else 2 end",
        ],
    ),
    // 資格: the household
    below(
        "eligibility",
        "insured_household",
        ("eligibility_event_undone", "eligibility_event", "event_id"),
        HOUSEHOLD,
    ),
    own(
        "eligibility",
        "insured_household",
        "eligibility_event",
        HOUSEHOLD,
    ),
    own(
        "eligibility",
        "insured_household",
        "household_fact",
        SUBJECT,
    ),
    own("eligibility", "insured_household", "sanction_fact", SUBJECT),
    own(
        "eligibility",
        "insured_household",
        "special_circumstances_fact",
        SUBJECT,
    ),
    own(
        "eligibility",
        "insured_household",
        "paid_month_fact",
        SUBJECT,
    ),
    below(
        "eligibility",
        "insured_household",
        ("continuity_ruling", "continuity", "continuity_id"),
        HOUSEHOLD,
    ),
    own("eligibility", "insured_household", "continuity", HOUSEHOLD),
    own(
        "eligibility",
        "insured_household",
        "copay_relief",
        HOUSEHOLD,
    ),
    own(
        "eligibility",
        "insured_household",
        "judgement_decision",
        HOUSEHOLD,
    ),
    below(
        "eligibility",
        "insured_household",
        ("revenue_ruling", "revenue_application", "application_id"),
        HOUSEHOLD,
    ),
    own(
        "eligibility",
        "insured_household",
        "revenue_application",
        HOUSEHOLD,
    ),
    own(
        "eligibility",
        "insured_household",
        "certificate_letter",
        HOUSEHOLD,
    ),
    below(
        "eligibility",
        "insured_household",
        ("work_item_step", "work_item", "item_id"),
        HOUSEHOLD,
    ),
    own("eligibility", "insured_household", "work_item", HOUSEHOLD),
    own("eligibility", "insured_household", "household", HOUSEHOLD),
    // 宛名
    below(
        "addressee",
        "addressee",
        ("resident_event_undone", "resident_event", "event_id"),
        PERSON,
    ),
    own("addressee", "addressee", "resident_event", PERSON),
    own("addressee", "addressee", "resident_fact", SUBJECT),
    own("addressee", "addressee", "resident_detail_fact", SUBJECT),
    own("addressee", "addressee", "search_key", PERSON),
    own("addressee", "addressee", "support_fact", SUBJECT),
    own("addressee", "addressee", "nonresident_fact", SUBJECT),
    own("addressee", "addressee", "registry_slot", PERSON),
    own("addressee", "addressee", "destination_fact", SUBJECT),
    own("addressee", "addressee", "contact_fact", SUBJECT),
    own("addressee", "addressee", "account_fact", SUBJECT),
    own("addressee", "addressee", "representative_fact", SUBJECT),
    below(
        "addressee",
        "addressee",
        ("registry_ruling", "registry_proposal", "proposal_id"),
        PERSON,
    ),
    own("addressee", "addressee", "registry_proposal", PERSON),
    below(
        "addressee",
        "addressee",
        ("person_merge_undone", "person_merge", "merge_id"),
        &["{r}.joined_id"],
    ),
    own("addressee", "addressee", "person_merge", &["{r}.joined_id"]),
    own("addressee", "addressee", "income_fact", SUBJECT),
    own("addressee", "addressee", "asset_tax_fact", SUBJECT),
    own("addressee", "addressee", "pension_fact", SUBJECT),
    own("addressee", "addressee", "resident_tax_fact", SUBJECT),
    own("addressee", "addressee", "revenue_fact", SUBJECT),
    below(
        "addressee",
        "addressee",
        ("work_item_step", "work_item", "item_id"),
        PERSON,
    ),
    own("addressee", "addressee", "work_item", PERSON),
    own("addressee", "addressee", "person", PERSON),
];
