//! 判定の引渡しと引継ぎ — what stands written to a file, and the history of another system taken over from one.

use super::decision::{self, Decision, HOUSEHOLD};
use super::export::{over70_code, under70_code};
use crate::acts::{self, ActDetails, Acting};
use crate::error::OfficeError;
use crate::exports::JudgementTable;
use crate::provision::Cleared;
use crate::security::permit::{ExportData, ImportFile, Permit};
use db::{Conn, Store};
use exchange::{Catalogue, Row, Table, Writer};
use law::date::{next_day, previous_day};
use law::judgement::{Over70, Under70, Verdict};
use law::{Date, FiscalYear, Refusal, Yen};

/// Layout of the file.
pub const LAYOUT: &str = "judgement";
/// 事由 of a decision that was taken over; there is no rule set to run again behind it.
pub const TAKEN_OVER: &str = "前システムから引継ぎ";

/// Writes what stands of the households `keys.0..keys.1`, one line for each span.
///
/// # Errors
/// [`OfficeError::Refusal`] for a row that cannot be written.
pub fn write(
    store: &Store,
    catalogue: &Catalogue,
    (permit, _cleared): (&Permit<ExportData>, &Cleared<JudgementTable>),
    acting: &Acting,
    keys: (i64, i64),
) -> Result<Vec<u8>, OfficeError> {
    let layout = layout(catalogue)?;
    let all = store.write(|conn| {
        acts::begin(
            conn,
            acting,
            permit,
            "judgement.export",
            &ActDetails::default(),
        )?;
        decision::of_households(conn, keys, crate::levy::relevy::NOW, Date::MIN)
    })?;
    let mut writer = Writer::new(layout, catalogue.codes());
    for one in decision::painted(&all).into_iter().flatten() {
        let Some(verdict) = one.verdict else { continue };
        let household = one.household_id.to_string();
        let person = match one.subject_id {
            HOUSEHOLD => String::new(),
            id => id.to_string(),
        };
        let number = |number: i64| {
            if number == 0 {
                String::new()
            } else {
                number.to_string()
            }
        };
        let flag = |yes: bool| if yes { "1" } else { "0" };
        let row = [
            ("household_number", household),
            ("person_number", person),
            ("valid_from", one.from.to_string()),
            ("valid_until", previous_day(one.until).to_string()),
            ("class", class_text(verdict.class).to_owned()),
            ("tenths", number(verdict.tenths)),
            ("pending", number(verdict.pending)),
            ("judged_yen", verdict.judged.0.to_string()),
            ("taxed", flag(!verdict.untaxed).to_owned()),
            ("by_exception", flag(verdict.by_exception).to_owned()),
            ("income_year", verdict.income_year.to_string()),
            ("tax_year", verdict.tax_year.0.to_string()),
        ];
        let row: Vec<(&str, &str)> = row
            .iter()
            .map(|(name, text)| (*name, text.as_str()))
            .collect();
        writer
            .row(&row)
            .map_err(|error| Refusal::new("judgement.export.row", error.to_string()))?;
    }
    Ok(writer.finish())
}

fn class_text(code: i64) -> &'static str {
    Under70::from_code(code)
        .map(under70_code)
        .or_else(|| Over70::from_code(code).map(over70_code))
        .unwrap_or("")
}

fn class_code(text: &str) -> Option<i64> {
    let under = Under70::ALL
        .into_iter()
        .find(|class| under70_code(*class) == text);
    let over = Over70::ALL
        .into_iter()
        .find(|class| over70_code(*class) == text);
    under.map(Under70::code).or(over.map(Over70::code))
}

/// Takes the history of another system over: decisions are written where nothing stands over their days; what was decided
/// here is never covered. Returns how many were written; the same file twice writes nothing.
///
/// # Errors
/// [`OfficeError::Refusal`] that names the line and the item; nothing is written then.
pub fn take_over(
    store: &Store,
    catalogue: &Catalogue,
    permit: &Permit<ImportFile>,
    acting: &Acting,
    bytes: &[u8],
) -> Result<usize, OfficeError> {
    let shape =
        |error: exchange::FileError| Refusal::new("judgement.import.shape", error.to_string());
    let table = Table::open(layout(catalogue)?, bytes).map_err(shape)?;
    let mut read = Vec::new();
    let rows = table.for_each(|row| {
        read.push((row.line, decision_of(&row, catalogue)));
        Ok::<_, exchange::FileError>(())
    });
    rows.map_err(shape)?;
    let mut decisions = Vec::with_capacity(read.len());
    for (line, decision) in read {
        decisions.push(decision.map_err(|message| {
            Refusal::new("judgement.import.row", format!("{line}行目 {message}"))
        })?);
    }
    store.write(|conn| {
        let act = acts::begin(
            conn,
            acting,
            permit,
            "judgement.take_over",
            &ActDetails::default(),
        )?;
        let mut new = Vec::new();
        for decision in &decisions {
            if !free(conn, decision)? {
                continue;
            }
            let mut decision = decision.clone();
            decision.decided_on = acting.business_date;
            decision.known_at = act.recorded_at;
            new.push(decision);
        }
        decision::insert(conn, &act, &mut new)?;
        Ok(new.len())
    })
}

/// Whether nothing stands over the days of a decision.
fn free(conn: &mut Conn, one: &Decision) -> Result<bool, OfficeError> {
    let keys = (one.household_id, one.household_id + 1);
    let all = decision::of_households(conn, keys, crate::levy::relevy::NOW, one.from)?;
    let mut standing = decision::painted(&all).into_iter().flatten();
    Ok(!standing.any(|before| {
        before.subject_id == one.subject_id && before.from < one.until && one.from < before.until
    }))
}

fn decision_of(row: &Row<'_>, catalogue: &Catalogue) -> Result<Decision, String> {
    let mut flaws = Vec::new();
    row.check(catalogue.codes(), &mut flaws);
    if let Some(flaw) = flaws.first() {
        return Err(format!("「{}」: {}", flaw.field, flaw.message));
    }
    let number = |name: &str| row.named(name).parse::<i64>().unwrap_or(0);
    let day = |name: &str, name_ja: &str| {
        let found = row.column(name).and_then(|column| row.date(column));
        found.ok_or_else(|| format!("「{name_ja}」: 日付ではありません"))
    };
    let from = day("valid_from", "適用開始年月日")?;
    let until = next_day(day("valid_until", "適用終了年月日")?);
    if from >= until {
        return Err("「適用終了年月日」: 適用開始年月日より前です".to_owned());
    }
    let text = row.named("class");
    let class = match text {
        "" => 0,
        text => class_code(text).ok_or_else(|| format!("「所得区分」: {text}は扱いません"))?,
    };
    let year = |name: &str| i16::try_from(number(name)).unwrap_or(0);
    Ok(Decision {
        household_id: number("household_number"),
        subject_id: number("person_number"),
        decision_id: 0,
        from,
        until,
        verdict: Some(Verdict {
            class,
            tenths: number("tenths"),
            pending: number("pending"),
            judged: Yen(number("judged_yen")),
            untaxed: row.named("taxed") == "0",
            by_exception: row.named("by_exception") == "1",
            income_year: year("income_year"),
            tax_year: FiscalYear(year("tax_year")),
        }),
        basis_on: from,
        reason: TAKEN_OVER.to_owned(),
        rule_hash: String::new(),
        input_digest: 0,
        decided_on: from,
        known_at: 0,
        run_id: 0,
        recorded_at: 0,
        act_id: 0,
    })
}

fn layout(catalogue: &Catalogue) -> Result<&exchange::Layout, OfficeError> {
    catalogue
        .layout(LAYOUT)
        .ok_or_else(|| OfficeError::Bug(format!("レイアウト{LAYOUT}がありません")))
}
