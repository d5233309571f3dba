//! 記録の日: a business date is typed, so it makes no record older; a matter of long ago that is entered today is as old as its
//! entry.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod retention_support;
mod support;

use db::{ColumnType, dump};
use law::day;
use office::OfficeError;

use retention_support::*;

/// What is entered: class, table, and the columns that matter. `{id}` is the number of somebody nobody else has, `{act}` the
/// act and `{at}` its moment.
const ENTRIES: &[(&str, &str, &str)] = &[
    (
        "levy",
        "levy_decision",
        "household_id={id} levy_year=2026 liable_id={id} sequence=1 decided_on='2026-06-10' act_id={act}",
    ),
    (
        "levy",
        "ledger",
        "household_id={id} levy_year=2026 entry_id=1 debit=1 credit=2 due_on='2026-06-30' act_id={act}",
    ),
    (
        "tax",
        "income_fact",
        "subject={id} fact_no=1 valid_from='2025-04-01' valid_until='2026-04-01' recorded_at={at}",
    ),
    (
        "tax",
        "asset_tax_fact",
        "subject={id} fact_no=1 valid_from='2025-04-01' valid_until='2026-04-01' recorded_at={at}",
    ),
    (
        "tax",
        "revenue_fact",
        "subject={id} fact_no=1 valid_from='2025-04-01' valid_until='2026-04-01' recorded_at={at}",
    ),
    // Replaced today: what stood until now is history since today.
    (
        "tax",
        "pension_fact",
        "subject={id} fact_no=1 valid_from='2025-04-01' valid_until='2026-04-01' recorded_at=1 superseded_at={at}",
    ),
    (
        "judgement",
        "judgement_decision",
        "household_id={id} subject_id={id} decision_id={id} valid_from='2025-08-01' valid_until='2026-08-01' recorded_at={at}",
    ),
    (
        "judgement",
        "revenue_application",
        "application_id={id} household_id={id} benefit_year=2024 recorded_at={at}",
    ),
    (
        "certificate",
        "certificate",
        "certificate_id={id} person_id={id} household_id={id} expires_on='2026-07-31' act_id={act}",
    ),
    (
        "run",
        "levy_run,levy_candidate",
        "run_id={id} levy_year=2019 act_id={act}",
    ),
    (
        "run",
        "judgement_run,judgement_candidate",
        "run_id={id} decided_on='2019-06-01' act_id={act}",
    ),
    (
        "run",
        "certificate_run,certificate_run_row",
        "run_id={id} issued_on='2019-06-01' act_id=-1 published_act_id={act}",
    ),
    (
        "work",
        "work_item",
        "item_id={id} subject='{id}' state='settled' settled_act_id={act}",
    ),
    (
        "work",
        "eligibility_ruling",
        "proposal_id={id} act_id={act}",
    ),
    (
        "file",
        "import_file,import_row",
        "file_id={id} sha256='{id}' state='posted' act_id={act}",
    ),
    (
        "file",
        "outbox_file",
        "file_id={id} file_name='{id}' made_on='2026-06-01' act_id={act}",
    ),
    (
        "eligibility",
        "insured_fact",
        "subject={id} fact_no=1 valid_from='2020-04-01' valid_until='2026-04-01' recorded_at={at} household_id={id}",
    ),
    (
        "eligibility",
        "household_fact",
        "subject={id} fact_no=1 valid_from='2020-04-01' valid_until='2026-04-01' recorded_at={at} head_person_id={id}",
    ),
    (
        "addressee",
        "person,resident_fact",
        "person_id={id} subject={id} fact_no=1 valid_from='2020-04-01' valid_until='2026-04-01' status=1 recorded_at={at}",
    ),
];

impl Town {
    /// Inserts a row with the columns that are given and nothing in the others.
    fn row(&self, table: &str, given: &str) {
        let shapes = self.office.read(dump::shapes).unwrap();
        let shape = shapes.into_iter().find(|shape| shape.name == table);
        let columns = shape.unwrap().columns;
        let value = |name: &str, kind: ColumnType| {
            let said = given
                .split(' ')
                .filter_map(|pair| pair.split_once('='))
                .find(|(column, _)| *column == name);
            match said {
                Some((_, value)) => value.to_owned(),
                None if table.ends_with("_fact")
                    && (name.ends_with("_until") || name == "superseded_at") =>
                {
                    "null".to_owned()
                }
                None if kind == ColumnType::Int => "0".to_owned(),
                None => "''".to_owned(),
            }
        };
        let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
        let values: Vec<String> = columns
            .iter()
            .map(|(name, kind)| value(name, *kind))
            .collect();
        run(
            &self.office,
            &format!(
                "insert into {table} ({}) values ({})",
                names.join(", "),
                values.join(", ")
            ),
        );
    }

    /// How many of a class have outlived their term, held back or not.
    fn outlived(&self, class: &str) -> u64 {
        let due = self.due(class, LATE);
        u64::try_from(due.keys.len()).unwrap() + due.held.values().sum::<u64>()
    }
}

#[test]
fn what_is_entered_today_with_a_business_date_of_years_ago_is_not_old() {
    for town in towns() {
        // A clerk sits there on 20 March 2032 and types 1 April 2026 as the business date.
        let today = noon(day(2032, 3, 20));
        run(
            &town.office,
            &format!(
                "insert into act (act_id, kind, staff_id, terminal, purpose, permission, business_date, recorded_at, note) \
                 values (-2, 'test', 0, 'test', '試験', '', '2026-04-01', {today}, '')"
            ),
        );
        for (number, (class, tables, given)) in (1..).zip(ENTRIES) {
            let enter = |id: i64, act: i64, at: i64| {
                let given = given
                    .replace("{id}", &id.to_string())
                    .replace("{act}", &act.to_string())
                    .replace("{at}", &at.to_string());
                for table in tables.split(',') {
                    town.row(table, &given);
                }
            };
            let before = town.outlived(class);
            enter(900_000 + number, -2, today);
            assert_eq!(town.outlived(class), before, "{class} {tables}: today");
            // The same, entered at the time: it has outlived its term.
            enter(910_000 + number, -1, 1);
            assert!(town.outlived(class) > before, "{class} {tables}: then");
        }
    }
}

#[test]
fn a_certificate_of_which_something_was_entered_today_is_not_old() {
    for town in towns() {
        let before = town.outlived("certificate");
        let given = "certificate_id=900001 person_id=900001 household_id=900001 expires_on='2026-07-31' act_id=-1";
        town.row("certificate", given);
        assert_eq!(town.outlived("certificate"), before + 1);
        // Found invalid today as of years ago.
        let acting = town.acting(&town.clerk, day(2032, 3, 20));
        let permit = support::permit::<office::security::permit::ManageStaff>(&town.clerk);
        let act = town
            .office
            .write(|conn| {
                let details = office::acts::ActDetails::default();
                Ok::<_, OfficeError>(
                    office::acts::begin(conn, &acting, &permit, "test", &details)?
                        .id
                        .0,
                )
            })
            .unwrap();
        town.row(
            "certificate_event",
            &format!("certificate_id=900001 event_no=1 occurred_on='2026-05-01' act_id={act}"),
        );
        assert_eq!(town.outlived("certificate"), before);
    }
}
