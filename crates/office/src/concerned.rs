//! 処理の対象者 — whom an act was about: everybody of whom it wrote or stated something, and everybody of what it took back.
//! Asked before an act is opened by its own number.

use crate::error::OfficeError;
use db::{Conn, Sql};

/// Tables whose `subject` is somebody or a household.
macro_rules! subjects {
    ($($table:literal),+) => {
        concat!($("select subject as who from ", $table, " where act_id = $1 union "),+)
    };
}

/// Columns that name somebody or a household.
macro_rules! named {
    ($($table:literal . $column:literal),+) => {
        concat!($("select ", $column, " from ", $table, " where act_id = $1 union "),+)
    };
}

const OF_ACT: Sql = Sql {
    name: "concerned.of_act",
    text: concat!(
        "select distinct w.who from (",
        subjects!(
            "resident_fact",
            "resident_detail_fact",
            "household_fact",
            "insured_fact",
            "former_insured_fact",
            "prefecture_fact",
            "income_fact",
            "resident_tax_fact",
            "revenue_fact",
            "asset_tax_fact",
            "care_exempt_fact",
            "unemployment_fact",
            "maternity_fact",
            "former_dependant_fact",
            "pension_fact",
            "adjustment_fact",
            "relief_fact",
            "support_fact",
            "nonresident_fact",
            "destination_fact",
            "contact_fact",
            "account_fact",
            "representative_fact",
            "card_fact",
            "certificate_setting_fact",
            "sanction_fact",
            "student_fact",
            "facility_stay_fact",
            "stay_renewal_fact",
            "retired_fact",
            "whereabouts_fact",
            "company_insurance_fact",
            "late_elderly_fact",
            "care_certificate_fact",
            "public_assistance_fact",
            "exclusion_fact",
            "special_circumstances_fact",
            "online_status_fact",
            "hospital_stay_fact",
            "special_disease_fact",
            "paid_month_fact"
        ),
        named!(
            "resident_event"."person_id",
            "eligibility_event"."person_id",
            "eligibility_event"."household_id",
            "judgement_decision"."household_id",
            "certificate_application"."person_id",
            "certificate"."person_id",
            "levy_decision"."household_id",
            "relief_application"."household_id",
            "deferral"."household_id",
            "registry_proposal"."person_id",
            "registry_proposal"."other_id",
            "person_merge"."kept_id",
            "person_merge"."joined_id",
            "revenue_application"."household_id",
            "eligibility_letter"."person_id",
            "eligibility_proof"."person_id",
            "ex_officio"."person_id",
            "certificate_letter"."household_id",
            "long_stay_ruling"."person_id",
            "continuity"."household_id",
            "copay_relief"."household_id"
        ),
        "select c.person_id from certificate_event e join certificate c on c.certificate_id = e.certificate_id \
         where e.act_id = $1 union select c.person_id from certificate_correction k \
         join certificate c on c.certificate_id = k.certificate_id where k.act_id = $1 union select coalesce(i.person_id, i.household_id) from work_item_step t \
         join work_item i on i.item_id = t.item_id where t.act_id = $1 union select c.household_id from continuity_ruling u \
         join continuity c on c.continuity_id = u.continuity_id where u.act_id = $1",
        ") w where w.who is not null order by w.who limit $2"
    ),
};
const ACT: Sql = Sql {
    name: "concerned.act",
    text: "select undoes_act_id, note from act where act_id = $1",
};
/// Words before a number in the note of an act: the vault keeps its rows elsewhere and says there whom it was about.
const BEFORE: [&str; 2] = ["宛名番号", "世帯番号"];

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[OF_ACT, ACT];

/// The 宛名番号 and 世帯番号 an act was about, and those of the act it took back; at most `most` of either.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn of_act(conn: &mut Conn, act_id: i64, most: i64) -> Result<Vec<i64>, OfficeError> {
    let act = conn.query_opt(&ACT, &[act_id.into()], |row| {
        Ok((row.opt_int(0)?, row.text(1)?))
    })?;
    let (taken_back, note) = act.unwrap_or_default();
    let mut all = numbers_in(&note);
    for act in std::iter::once(act_id).chain(taken_back) {
        all.extend(conn.query(&OF_ACT, &[act.into(), most.into()], |row| row.int(0))?);
    }
    all.sort_unstable();
    all.dedup();
    Ok(all)
}

fn numbers_in(note: &str) -> Vec<i64> {
    let after = BEFORE.iter().flat_map(|word| note.split(word).skip(1));
    after
        .filter_map(|rest| {
            let end = rest
                .find(|letter: char| !letter.is_ascii_digit())
                .unwrap_or(rest.len());
            rest.get(..end)?.parse().ok()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        reason = "tests"
    )]

    use super::{OF_ACT, numbers_in};

    /// Facts about members of staff and facilities.
    const ABOUT_NOBODY: &[&str] = &["staff_post_fact", "usage_hours_fact", "facility_fact"];

    #[test]
    fn a_note_names_whom_it_is_about() {
        assert_eq!(numbers_in("宛名番号7000021"), [7_000_021]);
        assert_eq!(
            numbers_in("宛名番号12と国保世帯番号34（宛名番号なし）"),
            [12, 34]
        );
        assert!(numbers_in("7月の更正").is_empty());
    }

    #[test]
    fn every_table_of_facts_is_asked() {
        let store = db::testing::sqlite(crate::schema::MIGRATIONS).unwrap();
        let text = "select name from sqlite_master where type = 'table' and name like '%\\_fact' escape '\\'";
        let tables = store
            .read(|conn| conn.query_text(text, &[], |row| row.text(0)))
            .unwrap();
        assert!(tables.len() > 40, "{tables:?}");
        for table in tables {
            let asked = OF_ACT.text.contains(&format!("from {table} where"));
            assert!(
                asked != ABOUT_NOBODY.contains(&table.as_str()),
                "{table}: whom is an act that writes here about?"
            );
        }
    }
}
