//! 届出・申告 — facts the levy hangs on, stated at the counter: shown before they are confirmed, carried out with the
//! re-levy that follows, and taken back as if they had never been.
//!
//! 根拠: 国民健康保険法施行令 第29条の7の2、国民健康保険法施行規則（特例対象被保険者等・出産被保険者の届出）、条例（簡易申告）

use super::book::{Circumstances, Relevied};
use super::declare_check::check;
pub use super::declare_whose::stated;
use super::declare_whose::{elsewhere, people, relevy_elsewhere};
use super::relevy::carry_out;
use super::year_rules::YearRules;
use crate::acts::{self, Act, ActDetails, ActId, Acting};
use crate::certificate::Task;
use crate::eligibility::Books;
use crate::error::OfficeError;
use crate::judgement::{Judged, changed};
use crate::registry::fact::{Kind, end, record, timeline};
use crate::registry::{
    CareExempt, FormerDependant, Maternity, Unemployment, YearIncome, year_span,
};
use crate::rehearsal::rolled_back;
use crate::security::permit::{Permit, RegisterFact};
use db::{Conn, Span, Sql, Store};
use law::{Date, FiscalYear};

const FIRST_STATED: Sql = Sql {
    name: "levy.declare.first_stated",
    text: "select min(day) from (select min(valid_from) as day from income_fact where act_id = $1 \
           union all select min(valid_from) from unemployment_fact where act_id = $1) stated",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[FIRST_STATED];

/// What is stated of one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Statement {
    /// 特例対象被保険者等（非自発的失業）.
    Unemployment(Unemployment),
    /// 出産被保険者.
    Maternity(Maternity),
    /// 旧被扶養者, from a day on.
    FormerDependant(Date),
    /// 介護適用除外施設: entered, left, name.
    CareExempt(Date, Option<Date>, String),
    /// 簡易申告・所得申告 for one fiscal year.
    Income(FiscalYear, Box<YearIncome>),
}

impl Statement {
    /// Name of the act.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Unemployment(_) => "levy.declare.unemployment",
            Self::Maternity(_) => "levy.declare.maternity",
            Self::FormerDependant(_) => "levy.declare.former_dependant",
            Self::CareExempt(..) => "levy.declare.care_exempt",
            Self::Income(..) => "levy.declare.income",
        }
    }

    /// As the clerk calls it.
    #[must_use]
    pub const fn label_ja(&self) -> &'static str {
        match self {
            Self::Unemployment(_) => "非自発的失業の届出",
            Self::Maternity(_) => "産前産後の届出",
            Self::FormerDependant(_) => "旧被扶養者の届出",
            Self::CareExempt(..) => "介護適用除外の届出",
            Self::Income(..) => "所得の申告",
        }
    }
}

/// What an act that stated something is called; `None` for any other act.
#[must_use]
pub fn label_of(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "levy.declare.unemployment" => "非自発的失業の届出",
        "levy.declare.maternity" => "産前産後の届出",
        "levy.declare.former_dependant" => "旧被扶養者の届出",
        "levy.declare.care_exempt" => "介護適用除外の届出",
        "levy.declare.income" => "所得の申告",
        "levy.declare.undo" => "届出・申告の取消",
        _ => return None,
    })
}

/// Of whom something is stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Whose {
    /// 国保世帯番号.
    pub household_id: i64,
    /// 宛名番号.
    pub person_id: i64,
}

/// What came of a statement.
#[derive(Clone, Debug)]
pub struct Declared {
    /// The act under which it stands.
    pub act_id: i64,
    /// The levies that change.
    pub relevied: Vec<Relevied>,
    /// 区分・負担割合 that change.
    pub judged: Vec<Judged>,
    /// 証 to issue, replace or collect because of it.
    pub tasks: Vec<Task>,
}

/// 登録 — states a fact, levies the household again and judges it again, under one act.
///
/// # Errors
/// [`OfficeError::Input`] beside the field that cannot be; a refusal of the rule; nothing is written then.
pub fn register(
    store: &Store,
    books: &Books<'_>,
    permit: &Permit<RegisterFact>,
    acting: &Acting,
    whose: Whose,
    statement: &Statement,
) -> Result<Declared, OfficeError> {
    store.write(|conn| state(conn, books, permit, acting, whose, statement))
}

/// What a registration would do: the same code, and nothing of it is kept. `look` sees the office as it would stand.
///
/// # Errors
/// As [`register`].
pub fn preview<R>(
    store: &Store,
    books: &Books<'_>,
    permit: &Permit<RegisterFact>,
    acting: &Acting,
    (whose, statement): (Whose, &Statement),
    mut look: impl FnMut(&mut Conn, &Declared) -> Result<R, OfficeError>,
) -> Result<R, OfficeError> {
    rolled_back(store, |conn| {
        let declared = state(conn, books, permit, acting, whose, statement)?;
        look(conn, &declared)
    })
}

/// 取消 — takes back what an act stated; what the levy of every household that counts it then says is booked under the act of
/// the undoing.
///
/// # Errors
/// [`OfficeError::Conflict`] when it was undone before; [`OfficeError::Refusal`] when the act stated nothing of this kind, or
/// of nobody of the household.
pub fn undo(
    store: &Store,
    books: &Books<'_>,
    permit: &Permit<RegisterFact>,
    acting: &Acting,
    household_id: i64,
    act_id: i64,
) -> Result<Declared, OfficeError> {
    store.write(|conn| take_back(conn, books, permit, acting, household_id, act_id))
}

/// What an undoing would do: the same code, and nothing of it is kept. `look` sees the office as it would stand.
///
/// # Errors
/// As [`undo`].
pub fn preview_undo<R>(
    store: &Store,
    books: &Books<'_>,
    permit: &Permit<RegisterFact>,
    acting: &Acting,
    (household_id, act_id): (i64, i64),
    mut look: impl FnMut(&mut Conn, &Declared) -> Result<R, OfficeError>,
) -> Result<R, OfficeError> {
    rolled_back(store, |conn| {
        let declared = take_back(conn, books, permit, acting, household_id, act_id)?;
        look(conn, &declared)
    })
}

fn state(
    conn: &mut Conn,
    books: &Books<'_>,
    permit: &Permit<RegisterFact>,
    acting: &Acting,
    whose: Whose,
    statement: &Statement,
) -> Result<Declared, OfficeError> {
    check(conn, acting.business_date, whose, statement)?;
    let details = ActDetails {
        note: format!("{} 宛名番号{}", statement.label_ja(), whose.person_id),
        ..ActDetails::default()
    };
    let act = acts::begin(conn, acting, permit, statement.kind(), &details)?;
    let subject = whose.person_id;
    let mut judged_from = None;
    match statement {
        Statement::Unemployment(fact) => {
            record(conn, &act, subject, fact.span(), fact)?;
            judged_from = Some(fact.span().from);
        }
        Statement::Maternity(fact) => {
            replace_expected(conn, &act, subject, fact)?;
            record(conn, &act, subject, fact.span(), fact)?;
        }
        Statement::FormerDependant(since) => record(
            conn,
            &act,
            subject,
            Span::since(*since),
            &FormerDependant { since: *since },
        )?,
        Statement::CareExempt(from, until, facility) => {
            let fact = CareExempt {
                facility: facility.clone(),
            };
            record(conn, &act, subject, Span::new(*from, *until), &fact)?;
        }
        Statement::Income(year, income) => {
            record(conn, &act, subject, year_span(*year), income.as_ref())?;
            judged_from = Some(year_span(*year).from);
        }
    }
    let of_one = [subject];
    let about = (whose.household_id, of_one.as_slice(), judged_from);
    follow(conn, books, &act, acting, about, statement.label_ja())
}

/// Where the delivery has happened on another day than expected, the expected day stands no more.
fn replace_expected(
    conn: &mut Conn,
    act: &Act,
    person_id: i64,
    fact: &Maternity,
) -> Result<(), OfficeError> {
    /// So far apart an expected and a real day of one delivery can be.
    const APART: i32 = 150;
    if !fact.confirmed {
        return Ok(());
    }
    for other in timeline::<Maternity>(conn, person_id, None)? {
        let apart = other
            .fact
            .delivery_on
            .until(fact.delivery_on)
            .map_or(i32::MAX, |span| span.get_days().abs());
        if !other.fact.confirmed && apart <= APART {
            end::<Maternity>(conn, act, person_id, other.valid)?;
        }
    }
    Ok(())
}

/// Levies the household and every other in which the people count again, for the years that are published, and judges them
/// again from the first day of what changed.
///
/// 根拠: 国民健康保険法施行令 第27条の2・第29条の3第1項第2項
fn follow(
    conn: &mut Conn,
    books: &Books<'_>,
    act: &Act,
    acting: &Acting,
    (household_id, people, judged_from): (i64, &[i64], Option<Date>),
    reason: &str,
) -> Result<Declared, OfficeError> {
    let open = super::relevy::open_years(conn)?;
    let rules: Vec<YearRules> = books
        .levy
        .rules
        .iter()
        .filter(|rules| open.contains(&rules.year()))
        .cloned()
        .collect();
    let of_levy = super::relevy::Books {
        rules: &rules,
        calendar: books.levy.calendar,
    };
    let (day, given) = (acting.business_date, (reason, Circumstances::default()));
    let mut relevied = carry_out(conn, &of_levy, act, day, &[household_id], given)?;
    let others = elsewhere(conn, household_id, people)?;
    relevied.extend(relevy_elsewhere(conn, &of_levy, act, day, &others, given)?);
    let mut declared = Declared {
        act_id: act.id.0,
        relevied,
        judged: Vec::new(),
        tasks: Vec::new(),
    };
    if let Some(from) = judged_from {
        let rules = changed::Rules::of(books)?;
        for household_id in std::iter::once(household_id).chain(others) {
            let followed = changed::follow(conn, act, &rules, household_id, (from, day), reason)?;
            declared.judged.extend(followed.judged);
            declared.tasks.extend(followed.tasks);
        }
    }
    Ok(declared)
}

fn take_back(
    conn: &mut Conn,
    books: &Books<'_>,
    permit: &Permit<RegisterFact>,
    acting: &Acting,
    household_id: i64,
    act_id: i64,
) -> Result<Declared, OfficeError> {
    let stated = stated(conn, household_id, act_id)?;
    if stated.undone {
        return Err(OfficeError::Conflict(format!(
            "処理{act_id}は、すでに取り消されています"
        )));
    }
    let details = ActDetails {
        undoes: Some(ActId(act_id)),
        note: stated.note.clone(),
        ..ActDetails::default()
    };
    let act = acts::begin(conn, acting, permit, "levy.declare.undo", &details)?;
    let judged_from = first_stated(conn, act_id)?;
    for table in [
        Unemployment::TABLE,
        Maternity::TABLE,
        FormerDependant::TABLE,
        CareExempt::TABLE,
        YearIncome::TABLE,
    ] {
        table.undo(conn, act.stamp(), act_id)?;
    }
    let reason = format!("{}の取消", label_of(&stated.kind).unwrap_or("届出"));
    let people = people(conn, act_id)?;
    let about = (household_id, people.as_slice(), judged_from);
    follow(conn, books, &act, acting, about, &reason)
}

/// The first day of what an act stated and a judgement reads; none where it reads nothing of it.
fn first_stated(conn: &mut Conn, act_id: i64) -> Result<Option<Date>, OfficeError> {
    Ok(conn.query_one(&FIRST_STATED, &[act_id.into()], |row| row.opt_date(0))?)
}
