//! 届出・申告 — facts the levy hangs on, stated at the counter: shown before they are confirmed, carried out with the
//! re-levy that follows, and taken back as if they had never been.
//!
//! 根拠: 国民健康保険法施行令 第29条の7の2、国民健康保険法施行規則（特例対象被保険者等・出産被保険者の届出）、条例（簡易申告）

use super::book::{Circumstances, Relevied};
use super::relevy::{Books, carry_out};
use super::year_rules::YearRules;
use crate::acts::{self, Act, ActDetails, ActId, Acting};
use crate::error::OfficeError;
use crate::registry::fact::{Kind, end, record, timeline};
use crate::registry::{
    CareExempt, FormerDependant, InsuredSpan, Maternity, Resident, Unemployment, YearIncome,
    year_span,
};
use crate::rehearsal::rolled_back;
use crate::security::permit::{Permit, RegisterFact};
use db::{Conn, Span, Store};
use law::levy::unemployment::CODES;
use law::{Date, FiscalYear, Refusal};

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
}

/// 登録 — states a fact and levies the household again, under one act.
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

/// 取消 — takes back what an act stated; what the levy then says is booked under the act of the undoing.
///
/// # Errors
/// [`OfficeError::Conflict`] when it was undone before; [`OfficeError::Refusal`] when the act stated nothing of this kind.
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
    match statement {
        Statement::Unemployment(fact) => record(conn, &act, subject, fact.span(), fact)?,
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
        }
    }
    follow(
        conn,
        books,
        &act,
        acting,
        whose.household_id,
        statement.label_ja(),
    )
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

/// Levies the household again, for the years that are published.
fn follow(
    conn: &mut Conn,
    books: &Books<'_>,
    act: &Act,
    acting: &Acting,
    household_id: i64,
    reason: &str,
) -> Result<Declared, OfficeError> {
    let open = super::relevy::open_years(conn)?;
    let rules: Vec<YearRules> = books
        .rules
        .iter()
        .filter(|rules| open.contains(&rules.year()))
        .cloned()
        .collect();
    let books = Books {
        rules: &rules,
        calendar: books.calendar,
    };
    let relevied = carry_out(
        conn,
        &books,
        act,
        acting.business_date,
        &[household_id],
        (reason, Circumstances::default()),
    )?;
    Ok(Declared {
        act_id: act.id.0,
        relevied,
    })
}

fn take_back(
    conn: &mut Conn,
    books: &Books<'_>,
    permit: &Permit<RegisterFact>,
    acting: &Acting,
    household_id: i64,
    act_id: i64,
) -> Result<Declared, OfficeError> {
    let stated = crate::trail::find(conn, act_id)?
        .filter(|done| done.kind.starts_with("levy.declare.") && done.kind != "levy.declare.undo");
    let Some(stated) = stated else {
        return Err(Refusal::new(
            "levy.declare.unknown",
            format!("処理{act_id}は届出・申告ではないため、ここでは取り消せません"),
        )
        .into());
    };
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
    follow(conn, books, &act, acting, household_id, &reason)
}

/// What cannot be, beside its field.
fn check(
    conn: &mut Conn,
    today: Date,
    whose: Whose,
    statement: &Statement,
) -> Result<(), OfficeError> {
    let residents = timeline::<Resident>(conn, whose.person_id, None)?;
    let Some(birth_on) = residents.last().map(|record| record.fact.birth_on) else {
        return Err(OfficeError::input(
            "対象者",
            "この宛名番号の人は登録されていません。対象者を選び直してください",
        ));
    };
    let insured = timeline::<InsuredSpan>(conn, whose.person_id, None)?;
    if insured.is_empty() && !matches!(statement, Statement::Income(..)) {
        return Err(OfficeError::input(
            "対象者",
            "国保に加入したことのない人です。加入の届出を先に登録してください",
        ));
    }
    let later =
        |field: &str| OfficeError::input(field, "業務日付より後の日です。日付を確かめてください");
    match statement {
        Statement::Unemployment(fact) => {
            if fact.left_on > today {
                return Err(later("離職年月日"));
            }
            if !u8::try_from(fact.leaving_code).is_ok_and(|code| CODES.contains(&code)) {
                let listed: Vec<String> = CODES.iter().map(ToString::to_string).collect();
                return Err(OfficeError::input(
                    "離職理由コード",
                    &format!(
                        "「{}」は特例の対象ではありません。雇用保険受給資格者証の離職理由（{}）を確かめてください",
                        fact.leaving_code,
                        listed.join("・")
                    ),
                ));
            }
            if law::date::attains(birth_on, 65) <= fact.left_on {
                return Err(OfficeError::input(
                    "離職年月日",
                    "離職の日に65歳以上の人は対象になりません（高年齢被保険者）",
                ));
            }
        }
        Statement::Maternity(fact) => {
            if fact.confirmed && fact.delivery_on > today {
                return Err(later("出産（予定）日"));
            }
        }
        Statement::FormerDependant(since) => {
            if law::date::attains(birth_on, 65) > *since {
                return Err(OfficeError::input(
                    "旧被扶養者となった日",
                    "旧被扶養者の減免は、資格を取得した日に65歳以上の人が対象です",
                ));
            }
        }
        Statement::CareExempt(from, until, facility) => {
            if until.is_some_and(|until| until <= *from) {
                return Err(OfficeError::input(
                    "退所日",
                    "入所日より後の日にしてください",
                ));
            }
            if facility.trim().is_empty() {
                return Err(OfficeError::input("施設名", "施設名を入力してください"));
            }
        }
        Statement::Income(_, income) => {
            if income.received_on > today {
                return Err(later("申告日"));
            }
        }
    }
    Ok(())
}
