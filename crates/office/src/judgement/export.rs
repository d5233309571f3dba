//! 世帯所得区分情報 — one line for a household, the same as the page shows, without overlap or gap.

use super::decision::{self, Decision, HOUSEHOLD};
use crate::error::OfficeError;
use db::Conn;
use exchange::{Catalogue, Writer};
use law::date::previous_day;
use law::judgement::{Over70, Under70, benefit_year, benefit_year_start};
use law::{Date, Refusal};

/// Layout of the file.
pub const LAYOUT: &str = "household_class";

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassLine {
    /// 国保世帯番号.
    pub household_id: i64,
    /// 適用開始日.
    pub from: Date,
    /// First day after the end.
    pub until: Date,
    /// 70歳未満区分 (`A01`–`A05`).
    pub under70: &'static str,
    /// 70歳以上区分 (`B01`–`B06`), empty only where nobody is 70.
    pub over70: &'static str,
    /// 判定所得額.
    pub judged_yen: i64,
    /// 課税区分: 0 非課税, 1 課税.
    pub taxed: &'static str,
    /// 判定年度.
    pub tax_year: i16,
    /// When it was decided, microseconds since 1970 UTC.
    pub recorded_at: i64,
}

/// 適用区分 of a class under 70.
#[must_use]
pub const fn under70_code(class: Under70) -> &'static str {
    match class {
        Under70::A => "A01",
        Under70::B => "A02",
        Under70::C => "A03",
        Under70::D => "A04",
        Under70::E => "A05",
    }
}

/// 適用区分 of a class of 70 and over.
#[must_use]
pub const fn over70_code(class: Over70) -> &'static str {
    match class {
        Over70::Active3 => "B01",
        Over70::Active2 => "B02",
        Over70::Active1 => "B03",
        Over70::General => "B04",
        Over70::Low2 => "B05",
        Over70::Low1 => "B06",
    }
}

/// What can be sent, and what cannot yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outgoing {
    /// One line for each household whose classes are decided.
    pub lines: Vec<ClassLine>,
    /// 保留: households of which a class is held. They are left out and named, never sent with a blank.
    pub held: Vec<i64>,
}

/// The lines of the households `from..until` that hold on a day, one for each household in force.
///
/// # Errors
/// [`OfficeError::Refusal`] from [`guard`].
pub fn lines(conn: &mut Conn, keys: (i64, i64), on: Date) -> Result<Outgoing, OfficeError> {
    // From the beginning of the benefit year, where classes begin: what went before the day bounds its lines.
    let since = benefit_year_start(benefit_year(on));
    let all = decision::of_households(conn, keys, crate::levy::relevy::NOW, since)?;
    let standing: Vec<Decision> = decision::painted(&all).into_iter().flatten().collect();
    let mut outgoing = Outgoing::default();
    for household in standing.chunk_by(|one, two| one.household_id == two.household_id) {
        let on_the_day = |one: &&Decision| one.from <= on && on < one.until;
        let class = household
            .iter()
            .filter(on_the_day)
            .find(|one| one.subject_id == HOUSEHOLD);
        let Some(decision) = class else {
            continue;
        };
        let elders: Vec<Option<Over70>> = household
            .iter()
            .filter(on_the_day)
            .filter(|one| one.subject_id != HOUSEHOLD)
            .map(|one| Over70::from_code(one.verdict?.class))
            .collect();
        let (Some(verdict), false) = (decision.verdict, elders.contains(&None)) else {
            outgoing.held.push(decision.household_id);
            continue;
        };
        let elder = elders.first().copied().flatten();
        let (from, until) = said_over(household, decision, on);
        outgoing.lines.push(ClassLine {
            household_id: decision.household_id,
            from,
            until,
            under70: Under70::from_code(verdict.class).map_or("", under70_code),
            over70: elder.map_or("", over70_code),
            judged_yen: verdict.judged.0,
            taxed: if verdict.untaxed { "0" } else { "1" },
            tax_year: verdict.tax_year.0,
            recorded_at: decision.recorded_at,
        });
    }
    guard(&outgoing.lines)?;
    Ok(outgoing)
}

/// The days of a line: those around the day on which both of its classes stand, and nobody becomes 70 or leaves so that
/// another class of 70 and over, or none, stands beside the household's.
fn said_over(household: &[Decision], class: &Decision, on: Date) -> (Date, Date) {
    let elders: Vec<&Decision> = household
        .iter()
        .filter(|one| one.subject_id != HOUSEHOLD)
        .collect();
    let said = |day: Date| {
        let standing = elders.iter().find(|one| one.from <= day && day < one.until);
        standing.and_then(|one| one.verdict).map(|one| one.class)
    };
    let mut days: Vec<Date> = elders
        .iter()
        .flat_map(|one| [one.from, one.until])
        .collect();
    days.retain(|day| class.from < *day && *day < class.until);
    days.sort_unstable();
    let from = days
        .iter()
        .rfind(|day| **day <= on && said(previous_day(**day)) != said(on));
    let until = days
        .iter()
        .find(|day| on < **day && said(**day) != said(on));
    (
        from.copied().unwrap_or(class.from),
        until.copied().unwrap_or(class.until),
    )
}

/// 空欄と重なりの番: a line without a class is never sent, since a hospital would be shown a blank; and two lines of one household that overlap are never sent. A receiver that reads the last line and one that
/// reads all of them would understand two things.
///
/// # Errors
/// [`OfficeError::Refusal`] with the household.
pub fn guard(lines: &[ClassLine]) -> Result<(), OfficeError> {
    if let Some(line) = lines.iter().find(|line| line.under70.is_empty()) {
        return Err(Refusal::new(
            "judgement.export.blank",
            format!(
                "世帯{}の所得区分が空欄です。判定をやり直してから送ってください",
                line.household_id
            ),
        )
        .into());
    }
    let mut sorted: Vec<&ClassLine> = lines.iter().collect();
    sorted.sort_by_key(|line| (line.household_id, line.from));
    for pair in sorted.windows(2) {
        if let [one, two] = pair
            && one.household_id == two.household_id
            && two.from < one.until
        {
            return Err(Refusal::new(
                "judgement.export.overlap",
                format!(
                    "世帯{}の所得区分の期間が重なっています（{}から）。送る前に前の区分を取り消してください",
                    one.household_id, two.from
                ),
            )
            .into());
        }
    }
    Ok(())
}

/// Writes the file.
///
/// # Errors
/// [`OfficeError::Refusal`] for a line that overlaps or cannot be written.
pub fn write(
    catalogue: &Catalogue,
    insurer: &str,
    lines: &[ClassLine],
) -> Result<Vec<u8>, OfficeError> {
    guard(lines)?;
    let layout = catalogue
        .layout(LAYOUT)
        .ok_or_else(|| OfficeError::Bug(format!("レイアウト{LAYOUT}がありません")))?;
    let mut writer = Writer::new(layout, catalogue.codes());
    for line in lines {
        let month = |day: Date| format!("{:04}{:02}", day.year(), day.month());
        let household = line.household_id.to_string();
        let (from, until) = (month(line.from), month(previous_day(line.until)));
        let (judged, year) = (line.judged_yen.to_string(), line.tax_year.to_string());
        let updated = line.recorded_at.to_string();
        writer
            .row(&[
                ("insurer_number", insurer),
                ("household_number", &household),
                ("applied_from", &from),
                ("applied_until", &until),
                ("under_70_class", line.under70),
                ("over_70_class", line.over70),
                ("judged_yen", &judged),
                ("taxed", line.taxed),
                ("tax_year", &year),
                ("updated_at", &updated),
            ])
            .map_err(|error| Refusal::new("judgement.export.row", error.to_string()))?;
    }
    Ok(writer.finish())
}
