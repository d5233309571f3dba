//! 消去の対象 — which rows of which tables go with a key of a class, children before their parents; and the tables from
//! which nothing is erased, each with its reason. Every table of the schema stands in one of the two lists (a test).

/// What a key of an erasure stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Target {
    /// The class.
    pub class: &'static str,
    /// What the key is of.
    pub anchor: &'static str,
    /// The table.
    pub table: &'static str,
    /// The table whose row it belongs to and the column both have, where the key is that row's.
    via: Option<(&'static str, &'static str)>,
    /// The key's columns; `{r}` is the row (or the row it belongs to).
    columns: &'static [&'static str],
}

const fn own(
    class: &'static str,
    anchor: &'static str,
    table: &'static str,
    columns: &'static [&'static str],
) -> Target {
    Target {
        class,
        anchor,
        table,
        via: None,
        columns,
    }
}

const fn below(
    class: &'static str,
    anchor: &'static str,
    (table, parent, link): (&'static str, &'static str, &'static str),
    columns: &'static [&'static str],
) -> Target {
    Target {
        class,
        anchor,
        table,
        via: Some((parent, link)),
        columns,
    }
}

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

/// Tables from which no class erases, and why.
pub const KEPT: &[(&str, &str)] = &[
    ("act", "処理の記録。鎖につながっている（区分 audit）"),
    ("access_log", "操作の記録。鎖につながっている（区分 audit）"),
    ("chain_link", "鎖（区分 audit）"),
    ("chain_seal", "封（区分 audit）"),
    (
        "audit_alert",
        "警告。個人は宛名番号も持たない（区分 audit）",
    ),
    ("audit_alert_review", "警告の点検（区分 audit）"),
    ("rule_set", "規則。個人の記録ではない"),
    ("levy_run", "賦課処理の件数と合計。個人の記録ではない"),
    ("levy_tally", "賦課集計。統計に要る"),
    ("judgement_run", "年次切替の件数。個人の記録ではない"),
    ("certificate_run", "一斉更新の件数。個人の記録ではない"),
    ("certificate_approval", "承認した人と日。個人の記録ではない"),
    ("card_list", "受領した一覧の件数と要約値"),
    ("online_status_list", "受領した一覧の件数"),
    ("bulk_change", "一括処理の件数"),
    ("facility_fact", "施設の名称と所在。個人の記録ではない"),
    (
        "import_file",
        "受領ファイルの名前・件数・要約値。二度取り込まないために要る",
    ),
    ("job", "処理の進み"),
    ("job_chunk", "処理の進み"),
    ("nightly_step", "夜間処理の進み"),
    ("counter", "採番。同じ番号を二度使わないために要る"),
    ("dated_undo", "取り消した処理の番号"),
    ("namespace_owner", "どの団体のものか"),
    ("staff", "職員。誰が処理したかを後から言うために要る"),
    ("staff_password", "職員のパスワードの履歴"),
    ("staff_post_fact", "職員の発令"),
    ("staff_relation", "職員の申告"),
    ("session", "ログイン。終わると消える"),
    ("factor", "職員の二つ目の要素"),
    ("login_step", "ログインの途中。終わると消える"),
    ("factor_challenge", "ログインの途中。終わると消える"),
    ("factor_code", "職員の登録コード"),
    ("unknown_login", "ログインの失敗"),
    ("terminal", "端末"),
    ("usage_hours", "利用可能時間"),
    ("security_setting", "安全管理の設定"),
    ("security_proposal", "安全管理の提案"),
    ("security_ruling", "安全管理の承認"),
    ("break_glass", "緊急利用"),
    ("break_glass_step", "緊急利用"),
    ("register_entry", "台帳。廃棄の記録を含み、保存する"),
    ("register_step", "台帳"),
    ("register_confirmation", "台帳"),
    ("register_once", "台帳"),
    ("backup", "バックアップの記録"),
    ("backup_end", "バックアップの記録"),
    ("retention_hold", "保留の記録"),
    ("retention_hold_end", "保留の記録"),
    ("erasure", "消去の記録"),
    ("erasure_key", "消去の提案の内訳。消去か却下のときに消える"),
    ("erasure_ruling", "消去の記録"),
    ("erasure_done", "消去証明"),
    ("erasure_count", "消去証明"),
    ("erasure_sum", "消去した元帳の合計。統計に要る"),
    ("erasure_levied", "消去した賦課決定の合計。統計に要る"),
];

/// Every statement that says a row belongs to another, checked before and after: an erasure leaves none without its parent.
pub(super) const REFERENCES: &[(&str, &str, &str, &str)] = &[
    ("levy_decision", "household_id", "household", "household_id"),
    ("levy_decision", "liable_id", "person", "person_id"),
    ("ledger", "household_id", "household", "household_id"),
    ("ledger", "debtor_id", "person", "person_id"),
    ("notice", "addressee_id", "person", "person_id"),
    ("notice_hold", "notice_id", "notice", "notice_id"),
    (
        "relief_ruling",
        "application_id",
        "relief_application",
        "application_id",
    ),
    ("insured_fact", "subject", "person", "person_id"),
    ("insured_fact", "household_id", "household", "household_id"),
    ("former_insured_fact", "subject", "person", "person_id"),
    ("household_fact", "subject", "household", "household_id"),
    ("household_fact", "head_person_id", "person", "person_id"),
    ("eligibility_event", "person_id", "person", "person_id"),
    (
        "eligibility_event",
        "household_id",
        "household",
        "household_id",
    ),
    ("resident_event", "person_id", "person", "person_id"),
    ("resident_fact", "subject", "person", "person_id"),
    ("income_fact", "subject", "person", "person_id"),
    (
        "judgement_decision",
        "household_id",
        "household",
        "household_id",
    ),
    ("certificate", "person_id", "person", "person_id"),
    (
        "certificate_event",
        "certificate_id",
        "certificate",
        "certificate_id",
    ),
    (
        "certificate_standing",
        "certificate_id",
        "certificate",
        "certificate_id",
    ),
    (
        "certificate_ruling",
        "application_id",
        "certificate_application",
        "application_id",
    ),
    (
        "representative_fact",
        "representative_id",
        "person",
        "person_id",
    ),
    ("person_merge", "kept_id", "person", "person_id"),
    ("work_item_step", "item_id", "work_item", "item_id"),
    ("support_fact", "subject", "person", "person_id"),
];

/// Where the keys are read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keys {
    /// What two people agreed on and is not done.
    Agreed,
    /// What one proposal (`$1`) would erase.
    Proposed,
}

impl Target {
    /// The condition under which a row belongs to one of the keys.
    pub(super) fn condition(&self, row: &str, keys: Keys) -> String {
        let (from, owner) = match self.via {
            None => (String::new(), row.to_owned()),
            Some((parent, _)) => (format!("{parent} p join "), "p".to_owned()),
        };
        let mut equal = format!("k.anchor = '{}'", self.anchor);
        for place in 0..2 {
            let column = self
                .columns
                .get(place)
                .map_or_else(|| "0".to_owned(), |column| column.replace("{r}", &owner));
            equal += &format!(" and k.key{} = {column}", place + 1);
        }
        let source = match keys {
            Keys::Agreed => "erasable_key k",
            Keys::Proposed => "erasure_key k",
        };
        let of = match keys {
            Keys::Agreed => "",
            Keys::Proposed => " and k.erasure_id = $1",
        };
        match self.via {
            None => format!("exists (select 1 from {source} where {equal}{of})"),
            Some((_, link)) => format!(
                "exists (select 1 from {from}{source} on {equal}{of} where p.{link} = {row}.{link})"
            ),
        }
    }
}

/// The targets of a class, in the order in which rows are taken away.
pub(super) fn of_class(class: &str) -> impl Iterator<Item = &'static Target> {
    TARGETS.iter().filter(move |target| target.class == class)
}

/// What the vault erases of a person, children before their parents.
pub(super) const VAULT_TARGETS: &[(&str, &str)] = &[
    (
        "number_link_step",
        "exists (select 1 from number_link p join number_erased k on k.person_id = p.person_id where p.link_id = {r}.link_id)",
    ),
    (
        "number_link",
        "exists (select 1 from number_erased k where k.person_id = {r}.person_id)",
    ),
    (
        "number_seal",
        "exists (select 1 from number_erased k where k.person_id = {r}.person_id)",
    ),
    (
        "number_fact",
        "exists (select 1 from number_erased k where k.person_id = {r}.person_id)",
    ),
];
