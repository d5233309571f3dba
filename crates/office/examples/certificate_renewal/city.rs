//! Made-up households laid in bulk: persons, eligibility, cards, judgements.

use db::ColumnType::{Int, Text};
use db::{ColumnType, Conn, Store, Value};
use law::{Date, day};
use office::OfficeError;

const FACT: [(&str, ColumnType); 6] = [
    ("subject", Int),
    ("fact_no", Int),
    ("valid_from", Text),
    ("valid_until", Text),
    ("recorded_at", Int),
    ("act_id", Int),
];

/// Who lives in household `home`: 宛名番号 and day of birth.
fn people(home: i64) -> Vec<(i64, Date)> {
    let count = 1 + home % 2 + i64::from(home % 10 == 0);
    (0..count)
        .map(|place| {
            let year = 1951 + (home * 7 + place * 29) % 70;
            let month = 1 + (home + place) % 12;
            let born = day(
                i16::try_from(year).unwrap(),
                i8::try_from(month).unwrap(),
                i8::try_from(1 + home % 28).unwrap(),
            );
            (home * 10 + place, born)
        })
        .filter(|(_, born)| law::date::attains(*born, 75) >= day(2026, 8, 1))
        .collect()
}

pub fn lay(store: &Store, households: i64) -> i64 {
    let mut insured = 0;
    for from in (1..=households).step_by(5_000) {
        let homes: Vec<i64> = (from..(from + 5_000).min(households + 1)).collect();
        store
            .write(|conn| {
                insured += lay_stretch(conn, &homes)?;
                Ok::<_, OfficeError>(())
            })
            .unwrap();
    }
    insured
}

fn put(
    conn: &mut Conn,
    table: &'static str,
    own: &[(&'static str, ColumnType)],
    rows: &[(i64, Date, Vec<Value>)],
) -> Result<(), OfficeError> {
    let columns: Vec<(&'static str, ColumnType)> = FACT.iter().chain(own).copied().collect();
    let mut bulk = conn.bulk(table, &columns);
    for (subject, from, values) in rows {
        let mut row: Vec<Value> = vec![
            (*subject).into(),
            1_i64.into(),
            (*from).into(),
            Value::Null,
            1_i64.into(),
            Value::from(-1_i64),
        ];
        row.extend(values.iter().cloned());
        bulk.row(&row)?;
    }
    bulk.finish()?;
    Ok(())
}

fn lay_stretch(conn: &mut Conn, homes: &[i64]) -> Result<i64, OfficeError> {
    let since = day(2020, 4, 1);
    let everyone: Vec<(i64, usize, i64, Date)> = homes
        .iter()
        .flat_map(|home| {
            people(*home)
                .into_iter()
                .enumerate()
                .map(move |(place, (id, born))| (*home, place, id, born))
        })
        .collect();
    let mut bulk = conn.bulk("household", &[("household_id", Int), ("act_id", Int)]);
    for home in homes {
        bulk.row(&[(*home).into(), Value::from(-1_i64)])?;
    }
    bulk.finish()?;
    let mut bulk = conn.bulk(
        "person",
        &[("person_id", Int), ("kind", Int), ("act_id", Int)],
    );
    for (_, _, id, _) in &everyone {
        bulk.row(&[(*id).into(), 1_i64.into(), Value::from(-1_i64)])?;
    }
    bulk.finish()?;
    let heads: Vec<(i64, Date, Vec<Value>)> = homes
        .iter()
        .map(|home| {
            (
                *home,
                since,
                vec![(home * 10).into(), "港".into(), format!("{home:07}").into()],
            )
        })
        .collect();
    put(
        conn,
        "household_fact",
        &[("head_person_id", Int), ("symbol", Text), ("number", Text)],
        &heads,
    )?;
    let residents: Vec<(i64, Date, Vec<Value>)> = everyone
        .iter()
        .map(|(home, _, id, born)| {
            let name = format!("見本　{id}");
            let values = vec![
                1_i64.into(),
                name.as_str().into(),
                "ミホン".into(),
                name.as_str().into(),
                "ミホン".into(),
                (*born).into(),
                0_i64.into(),
                (id % 2 + 1).into(),
                (*home).into(),
                "02".into(),
                format!("105{:04}", home % 500).into(),
                format!("東京都港区見本{}丁目{}番地", home % 9 + 1, home % 97).into(),
                "".into(),
                "".into(),
                0_i64.into(),
            ];
            (*id, *born, values)
        })
        .collect();
    let columns = [
        ("status", Int),
        ("name", Text),
        ("kana", Text),
        ("name_key", Text),
        ("kana_key", Text),
        ("birth_on", Text),
        ("birth_unknown", Int),
        ("sex", Int),
        ("register_household", Int),
        ("relationship", Text),
        ("postal_code", Text),
        ("address", Text),
        ("building", Text),
        ("ward", Text),
        ("withheld", Int),
    ];
    put(conn, "resident_fact", &columns, &residents)?;
    let spans: Vec<(i64, Date, Vec<Value>)> = everyone
        .iter()
        .map(|(home, place, id, born)| {
            let branch = i64::try_from(*place).unwrap_or(0) + 1;
            (
                *id,
                since.max(*born),
                vec![(*home).into(), branch.into(), "01".into()],
            )
        })
        .collect();
    put(
        conn,
        "insured_fact",
        &[("household_id", Int), ("branch", Int), ("gain_cause", Text)],
        &spans,
    )?;
    let cards: Vec<(i64, Date, Vec<Value>)> = everyone
        .iter()
        .map(|(_, _, id, _)| {
            (
                *id,
                day(2026, 7, 1),
                vec![
                    i64::from(id % 3 != 0).into(),
                    day(2026, 7, 1).into(),
                    "計測".into(),
                ],
            )
        })
        .collect();
    put(
        conn,
        "card_fact",
        &[("linked", Int), ("as_of", Text), ("source", Text)],
        &cards,
    )?;
    judge(conn, homes, &everyone)?;
    Ok(i64::try_from(everyone.len()).unwrap_or(0))
}

fn judge(
    conn: &mut Conn,
    homes: &[i64],
    everyone: &[(i64, usize, i64, Date)],
) -> Result<(), OfficeError> {
    let columns = [
        ("household_id", Int),
        ("subject_id", Int),
        ("decision_id", Int),
        ("valid_from", Text),
        ("valid_until", Text),
        ("class", Int),
        ("tenths", Int),
        ("pending", Int),
        ("judged_yen", Int),
        ("flags", Int),
        ("income_year", Int),
        ("tax_year", Int),
        ("basis_on", Text),
        ("reason", Text),
        ("rule_hash", Text),
        ("input_digest", Int),
        ("decided_on", Text),
        ("known_at", Int),
        ("run_id", Int),
        ("recorded_at", Int),
        ("act_id", Int),
    ];
    let (from, until) = (day(2026, 8, 1), day(2027, 8, 1));
    let mut bulk = conn.bulk("judgement_decision", &columns);
    let elders = everyone
        .iter()
        .filter(|one| law::certificate::due::ratio_shown_from(one.3) <= from);
    let subjects = homes
        .iter()
        .map(|home| (*home, 0))
        .chain(elders.map(|one| (one.0, one.2)));
    for (home, subject) in subjects {
        let elder = subject != 0;
        bulk.row(&[
            home.into(),
            subject.into(),
            (home * 100 + subject % 10 + i64::from(elder)).into(),
            from.into(),
            until.into(),
            if elder { 14_i64 } else { 3 }.into(),
            if elder { 2_i64 } else { 0 }.into(),
            0_i64.into(),
            0_i64.into(),
            0_i64.into(),
            2025_i64.into(),
            2026_i64.into(),
            from.into(),
            "計測".into(),
            "".into(),
            0_i64.into(),
            from.into(),
            1_i64.into(),
            0_i64.into(),
            1_i64.into(),
            Value::from(-1_i64),
        ])?;
    }
    bulk.finish()?;
    Ok(())
}
