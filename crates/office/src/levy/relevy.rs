//! 更正 — the levy of one household worked out again on what is known now, as a difference.
//!
//! The same step serves the counter (即時), the month's changes (随時・月次) and earlier years (過年度): run the
//! rule on the facts, subtract what stands, book the difference.

use super::book::{Booking, Circumstances, Differences, Relevied, differences_and_small, write};
use super::decide::outcomes;
use super::decision;
use super::load;
use super::year_rules::YearRules;
use crate::acts::{self, Act, ActDetails, Acting};
use crate::error::OfficeError;
use crate::ledger;
use crate::security::permit::{Permit, RunLevy};
use db::{Conn, Sql, Store};
use law::levy::{Assessor, Scratch};
use law::rules::Calendar;
use law::{Clause, Date, FiscalYear, Refusal, Statute};

/// Everything that is known now.
pub const NOW: i64 = i64::MAX - 1;

macro_rules! touched_people {
    ($($table:literal),*) => {
        concat!(
            "with touched as (",
            touched_people!(@tables $($table),*),
            ") select household_id from insured_fact where subject in (select subject from touched) ",
            "union select household_id from former_insured_fact where subject in (select subject from touched) ",
            "union select subject from household_fact where head_person_id in (select subject from touched) ",
            "union select subject from household_fact where recorded_at > $1 or superseded_at > $1 ",
            "union select subject from relief_fact where recorded_at > $1 or superseded_at > $1 ",
            "union select subject from adjustment_fact where recorded_at > $1 or superseded_at > $1 ",
            "order by 1"
        )
    };
    (@tables $first:literal $(, $rest:literal)*) => {
        concat!(
            "select subject from ", $first, " where recorded_at > $1 or superseded_at > $1",
            $(" union select subject from ", $rest, " where recorded_at > $1 or superseded_at > $1"),*
        )
    };
}

const TOUCHED: Sql = Sql {
    name: "levy.relevy.touched",
    text: touched_people!(
        "resident_fact",
        "insured_fact",
        "former_insured_fact",
        "income_fact",
        "asset_tax_fact",
        "care_exempt_fact",
        "unemployment_fact",
        "maternity_fact",
        "former_dependant_fact",
        "pension_fact"
    ),
};

const OPEN_YEARS: Sql = Sql {
    name: "levy.relevy.open_years",
    text: "select distinct levy_year from levy_run where state = 'published' and kind <> 'provisional' \
           order by levy_year",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[TOUCHED, OPEN_YEARS];

/// The rules a re-levy may need, one set for each year it looks at, oldest first.
#[derive(Clone, Copy, Debug)]
pub struct Books<'a> {
    /// Rule sets by year.
    pub rules: &'a [YearRules],
    /// 休日.
    pub calendar: &'a Calendar,
}

impl<'a> Books<'a> {
    /// The rules of one year.
    ///
    /// # Errors
    /// A [`Refusal`] when there are none.
    pub fn of(&self, year: FiscalYear) -> Result<&'a YearRules, Refusal> {
        let found = self.rules.iter().find(|rules| rules.year() == year);
        found.ok_or_else(|| {
            Refusal::new(
                "levy.rules.year",
                format!("{year}の規則がありません。規則を用意してから処理してください"),
            )
        })
    }
}

/// The years whose levy has been published here, oldest first. A year that was never levied here is not begun
/// by a correction: its households would get a first notice nobody decided to send.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn open_years(conn: &mut Conn) -> Result<Vec<FiscalYear>, OfficeError> {
    Ok(conn.query(&OPEN_YEARS, &[], |row| {
        let year = i16::try_from(row.int(0)?);
        year.map(FiscalYear)
            .map_err(|_| row.wrong(0, "年度ではありません".to_owned()))
    })?)
}

/// The households whose facts were written or closed after a moment.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn touched_since(conn: &mut Conn, moment: i64) -> Result<Vec<i64>, OfficeError> {
    Ok(conn.query(&TOUCHED, &[moment.into()], |row| row.int(0))?)
}

/// What a re-levy of one household would change in one year. Nothing is written.
///
/// # Errors
/// A refusal of the rule, with the household named.
pub fn preview(
    conn: &mut Conn,
    booking: &Booking<'_>,
    household_id: i64,
) -> Result<Vec<Relevied>, OfficeError> {
    Ok(preview_with_small(conn, booking, household_id)?.relevied)
}

/// What a re-levy of one household would change in one year, and the increases too small to be levied.
///
/// # Errors
/// As [`preview`].
pub fn preview_with_small(
    conn: &mut Conn,
    booking: &Booking<'_>,
    household_id: i64,
) -> Result<Differences, OfficeError> {
    let rules = booking.rules;
    let assessor = Assessor::new(&rules.levy)?;
    let mut scratch = Scratch::default();
    let mut new = Vec::new();
    let loaded = load::households(conn, household_id, household_id + 1, NOW, rules.year())?;
    for household in &loaded {
        new.extend(outcomes(rules, &assessor, &mut scratch, household)?);
    }
    let booking = &Booking {
        circumstances: booking.circumstances.borne_out(&loaded, rules.year()),
        ..*booking
    };
    let standing = decision::standing(conn, household_id, household_id + 1, rules.year())?;
    let charged = ledger::charged_between(conn, household_id, household_id + 1, rules.year().0)?;
    differences_and_small(booking, &new, &standing, &charged)
}

/// Which years a decision day can touch: those with a rule set that have begun and whose levy was published.
fn open_rules<'a>(
    conn: &mut Conn,
    books: &Books<'a>,
    decided_on: Date,
) -> Result<Vec<&'a YearRules>, OfficeError> {
    let open = open_years(conn)?;
    let touched = |rules: &&YearRules| {
        rules.year() <= FiscalYear::of(decided_on) && open.contains(&rules.year())
    };
    Ok(books.rules.iter().filter(touched).collect())
}

/// 即時・随時・過年度: levies households again for every year that is open and has rules here, under one act.
///
/// # Errors
/// [`OfficeError`]; nothing is booked for any of the households when one is refused. A refusal where none of the years is
/// open.
pub fn relevy(
    store: &Store,
    books: &Books<'_>,
    permit: &Permit<RunLevy>,
    acting: &Acting,
    households: &[i64],
    reason: &str,
) -> Result<Vec<Relevied>, OfficeError> {
    let ordinary = Circumstances::default();
    relevy_under(store, books, permit, acting, households, reason, ordinary)
}

/// [`relevy`] where a clerk found what lengthens the limits of time. The act says what was found.
///
/// # Errors
/// As [`relevy`], a refusal where no year is of the kind the circumstances belong to, and [`OfficeError::Input`] where they
/// are given no reason.
pub fn relevy_under(
    store: &Store,
    books: &Books<'_>,
    permit: &Permit<RunLevy>,
    acting: &Acting,
    households: &[i64],
    reason: &str,
    circumstances: Circumstances,
) -> Result<Vec<Relevied>, OfficeError> {
    circumstances.suit(books.rules)?;
    let found = circumstances.label_ja();
    if !found.is_empty() && reason.trim().is_empty() {
        return Err(OfficeError::input(
            "理由",
            "期間制限を延ばす事情の理由を書いてください",
        ));
    }
    let note = if found.is_empty() {
        reason.to_owned()
    } else {
        format!("{reason} {found}")
    };
    store.write(|conn| {
        if open_rules(conn, books, acting.business_date)?.is_empty() {
            return Err(none_open(books));
        }
        let details = ActDetails {
            note: note.clone(),
            ..ActDetails::default()
        };
        let act = acts::begin(conn, acting, permit, "levy.relevy", &details)?;
        let given = (reason, circumstances);
        carry_out(conn, books, &act, acting.business_date, households, given)
    })
}

fn none_open(books: &Books<'_>) -> OfficeError {
    let years: Vec<String> = books
        .rules
        .iter()
        .map(|rules| rules.year().to_string())
        .collect();
    Refusal::new(
        "levy.relevy.not_open",
        format!(
            "{}の賦課はまだ確定していません。当初賦課を確定してから更正してください",
            years.join("・")
        ),
    )
    .into()
}

/// 被用者保険との調整 is taken of a household only where somebody lost the insurance by employees' insurance.
///
/// 根拠: 国民健康保険法 第110条の2第2項
fn adjustable(
    conn: &mut Conn,
    open: &[&YearRules],
    household_id: i64,
    circumstances: Circumstances,
) -> Result<(), OfficeError> {
    let Some(latest) = open.iter().map(|rules| rules.year()).max() else {
        return Ok(());
    };
    let loaded = load::households(conn, household_id, household_id + 1, NOW, latest)?;
    if circumstances
        .borne_out(&loaded, latest)
        .adjustment
        .is_some()
    {
        return Ok(());
    }
    Err(Refusal::new(
        "levy.circumstances.no_loss",
        format!(
            "世帯{household_id}に被用者保険の加入による喪失（喪失事由42）がありません。喪失を登録してから、調整を選んでください"
        ),
    )
    .under(Clause::new(Statute::NhiAct, "第110条の2第2項"))
    .into())
}

/// Levies households again under an act that is already begun, for every year that is open and has rules here.
///
/// # Errors
/// As [`relevy`].
pub(super) fn carry_out(
    conn: &mut Conn,
    books: &Books<'_>,
    act: &Act,
    decided_on: Date,
    households: &[i64],
    (reason, circumstances): (&str, Circumstances),
) -> Result<Vec<Relevied>, OfficeError> {
    let mut all = Vec::new();
    let open = open_rules(conn, books, decided_on)?;
    if circumstances.adjustment.is_some() {
        for household_id in households {
            adjustable(conn, &open, *household_id, circumstances)?;
        }
    }
    for rules in open {
        let booking = Booking {
            rules,
            calendar: books.calendar,
            act,
            run_id: 0,
            decided_on,
            reason,
            circumstances,
        };
        let mut relevied = Vec::new();
        for household_id in households {
            relevied.extend(preview(conn, &booking, *household_id)?);
        }
        if relevied.is_empty() {
            continue;
        }
        rules.keep(conn, act)?;
        write(conn, &booking, &mut relevied)?;
        all.append(&mut relevied);
    }
    Ok(all)
}
