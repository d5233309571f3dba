//! 条例減免 — applied for, granted or refused, withdrawn; each ruling is an act, and a grant is followed by a re-levy.
//!
//! 根拠: 国民健康保険法 第77条、地方税法 第717条、条例・減免取扱要綱
//!
//! What is granted stands as a dated fact of the household and fiscal year, so the levy reads it like any other fact,
//! and withdrawing it restores the amount by the same re-levy.

use super::book::Circumstances;
use super::book::Relevied;
use super::relevy::{Books, carry_out};
pub use super::relief_record::{Application, Ruled, STATEMENTS, TABLE, of_household};
use super::relief_record::{
    begin, head_on, insert, open_application, put, require, rule, standing,
};
use super::year_rules::YearRules;
use crate::acts::{self, ActDetails, Acting};
use crate::error::OfficeError;
use crate::notices::content::{NameAndAddress, person};
use crate::rehearsal::rolled_back;
use crate::security::permit::{GrantRelief, Permit, RegisterFact};
use db::{Conn, Store};
use law::Refusal;
use law::levy::relief::{Relief, ReliefKind, ReliefSize};
use law::rules::{ReliefReason, ReliefRules};

/// 減免申請の受理. Returns the number of the application.
///
/// # Errors
/// [`OfficeError::Input`] without grounds; [`OfficeError::Refusal`] where the ordinance knows no such relief.
pub fn apply(
    store: &Store,
    permit: &Permit<RegisterFact>,
    acting: &Acting,
    rules: &YearRules,
    household_id: i64,
    reason: ReliefReason,
    grounds: &str,
) -> Result<i64, OfficeError> {
    if grounds.trim().is_empty() {
        return Err(OfficeError::input(
            "申請の理由",
            "申請の理由を入れてください",
        ));
    }
    provision(rules, reason)?;
    store.write(|conn| {
        let act = acts::begin(conn, acting, permit, "relief.apply", &ActDetails::default())?;
        let key = (household_id, rules.year());
        insert(conn, &act, acting, key, reason, grounds)
    })
}

/// 減免決定 — grants what was applied for and levies the household again, under one act.
///
/// # Errors
/// [`OfficeError::Refusal`] when the application is ruled already or the relief goes beyond the ordinance.
pub fn grant(
    store: &Store,
    books: &Books<'_>,
    permit: &Permit<GrantRelief>,
    acting: &Acting,
    application_id: i64,
    relief: &Relief,
) -> Result<Vec<Relevied>, OfficeError> {
    store.write(|conn| grant_in(conn, books, permit, acting, (application_id, relief)))
}

/// What granting a relief would do: the same code, and nothing of it is kept. `look` sees the office as it would stand.
///
/// # Errors
/// As [`grant`].
pub fn preview_grant<R>(
    store: &Store,
    books: &Books<'_>,
    permit: &Permit<GrantRelief>,
    acting: &Acting,
    (application_id, relief): (i64, &Relief),
    mut look: impl FnMut(&mut Conn, &[Relevied]) -> Result<R, OfficeError>,
) -> Result<R, OfficeError> {
    rolled_back(store, |conn| {
        let relevied = grant_in(conn, books, permit, acting, (application_id, relief))?;
        look(conn, &relevied)
    })
}

fn grant_in(
    conn: &mut Conn,
    books: &Books<'_>,
    permit: &Permit<GrantRelief>,
    acting: &Acting,
    (application_id, relief): (i64, &Relief),
) -> Result<Vec<Relevied>, OfficeError> {
    let application = open_application(conn, application_id)?;
    let rules = books.of(application.levy_year)?;
    let provision = provision(rules, application.reason)?;
    within_ordinance(provision, relief)?;
    let act = begin(conn, acting, permit, "relief.grant", &provision.name_ja)?;
    let mut granted = standing(conn, &application)?;
    granted.push(relief.clone());
    put(conn, &act, &application, &granted)?;
    rule(
        conn,
        &act,
        acting,
        &application,
        Ruled::Granted,
        Some(relief),
        "",
    )?;
    let reason = format!("減免（{}）", relief.kind.label_ja());
    carry_out(
        conn,
        books,
        &act,
        acting.business_date,
        &[application.household_id],
        (&reason, Circumstances::default()),
    )
}

/// 減免不承認 — refuses an application with a reason; nothing is levied anew.
///
/// # Errors
/// [`OfficeError::Input`] without a reason; [`OfficeError::Refusal`] when it is ruled already.
pub fn refuse(
    store: &Store,
    permit: &Permit<GrantRelief>,
    acting: &Acting,
    application_id: i64,
    reason: &str,
) -> Result<(), OfficeError> {
    if reason.trim().is_empty() {
        return Err(OfficeError::input(
            "不承認の理由",
            "不承認の理由を入れてください。通知書に印字されます",
        ));
    }
    store.write(|conn| {
        let application = open_application(conn, application_id)?;
        let act = begin(conn, acting, permit, "relief.refuse", reason)?;
        rule(
            conn,
            &act,
            acting,
            &application,
            Ruled::Refused,
            None,
            reason,
        )
    })
}

/// 減免の取消 — takes a granted relief back and levies the household again.
///
/// # Errors
/// [`OfficeError::Refusal`] when it is not granted.
pub fn withdraw(
    store: &Store,
    books: &Books<'_>,
    permit: &Permit<GrantRelief>,
    acting: &Acting,
    application_id: i64,
    reason: &str,
) -> Result<Vec<Relevied>, OfficeError> {
    store.write(|conn| withdraw_in(conn, books, permit, acting, (application_id, reason)))
}

/// What withdrawing a relief would do: the same code, and nothing of it is kept.
///
/// # Errors
/// As [`withdraw`].
pub fn preview_withdraw<R>(
    store: &Store,
    books: &Books<'_>,
    permit: &Permit<GrantRelief>,
    acting: &Acting,
    (application_id, reason): (i64, &str),
    mut look: impl FnMut(&mut Conn, &[Relevied]) -> Result<R, OfficeError>,
) -> Result<R, OfficeError> {
    rolled_back(store, |conn| {
        let relevied = withdraw_in(conn, books, permit, acting, (application_id, reason))?;
        look(conn, &relevied)
    })
}

fn withdraw_in(
    conn: &mut Conn,
    books: &Books<'_>,
    permit: &Permit<GrantRelief>,
    acting: &Acting,
    (application_id, reason): (i64, &str),
) -> Result<Vec<Relevied>, OfficeError> {
    let application = require(conn, application_id)?;
    let granted = matches!(application.ruling, Some((Ruled::Granted, _, _)));
    let Some(relief) = application.relief.clone().filter(|_| granted) else {
        return Err(Refusal::new(
            "levy.relief.not_granted",
            format!("減免申請{application_id}は決定されていないため、取り消せません"),
        )
        .into());
    };
    let act = begin(conn, acting, permit, "relief.withdraw", reason)?;
    let mut left = standing(conn, &application)?;
    if let Some(place) = left.iter().position(|one| *one == relief) {
        left.remove(place);
    }
    put(conn, &act, &application, &left)?;
    rule(
        conn,
        &act,
        acting,
        &application,
        Ruled::Withdrawn,
        None,
        reason,
    )?;
    carry_out(
        conn,
        books,
        &act,
        acting.business_date,
        &[application.household_id],
        ("減免の取消", Circumstances::default()),
    )
}

/// 不承認通知の中身.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusalLetter {
    /// The application with its ruling.
    pub application: Application,
    /// 世帯主.
    pub addressee: NameAndAddress,
    /// 理由.
    pub reason: String,
    /// 根拠 as the ordinance prints it.
    pub clause: String,
}

/// What a letter of refusal tells.
///
/// # Errors
/// [`OfficeError::Refusal`] when the application was not refused.
pub fn refusal_letter(
    conn: &mut Conn,
    rules: &YearRules,
    application_id: i64,
) -> Result<RefusalLetter, OfficeError> {
    let application = require(conn, application_id)?;
    let Some((Ruled::Refused, ruled_on, reason)) = application.ruling.clone() else {
        return Err(Refusal::new(
            "levy.relief.not_refused",
            format!("減免申請{application_id}は不承認ではありません"),
        )
        .into());
    };
    let addressee = match head_on(conn, application.household_id, ruled_on)? {
        Some(head) => person(conn, head, (ruled_on, ruled_on))?,
        None => NameAndAddress::default(),
    };
    let clause = provision(rules, application.reason)?.clause.clone();
    Ok(RefusalLetter {
        application,
        addressee,
        reason,
        clause,
    })
}

fn provision(rules: &YearRules, reason: ReliefReason) -> Result<&ReliefRules, OfficeError> {
    if reason == ReliefReason::FormerDependant {
        return Err(Refusal::new(
            "levy.relief.former_dependant",
            "旧被扶養者の減免は賦課の中で計算します。旧被扶養者として登録してください".to_owned(),
        )
        .into());
    }
    rules
        .reliefs
        .iter()
        .find(|one| one.reason == reason)
        .ok_or_else(|| {
            Refusal::new(
                "levy.relief.unknown",
                format!(
                    "{}の条例に「{}」の減免の定めがありません。事由を確かめてください",
                    rules.year(),
                    kind_of(reason).map_or("", ReliefKind::label_ja)
                ),
            )
            .into()
        })
}

/// 条例の割合を超えない.
fn within_ordinance(provision: &ReliefRules, relief: &Relief) -> Result<(), OfficeError> {
    let fits = match relief.size {
        ReliefSize::Percent(percent) if provision.shares.is_empty() => {
            percent <= provision.most_percent
        }
        ReliefSize::Percent(percent) => provision
            .shares
            .iter()
            .any(|share| share.percent == percent),
        ReliefSize::Amount(_) => provision.shares.is_empty(),
    };
    let kind = kind_of(provision.reason);
    if fits && kind == Some(relief.kind) {
        return Ok(());
    }
    Err(Refusal::new(
        "levy.relief.beyond_ordinance",
        format!(
            "{}の定め（{}）にない割合または事由です。割合と事由を確かめてください",
            provision.name_ja, provision.clause
        ),
    )
    .into())
}

/// The kind under which the rule knows a reason of the ordinance; `None` for 旧被扶養者, whom the levy itself relieves.
#[must_use]
pub fn kind_of(reason: ReliefReason) -> Option<ReliefKind> {
    match reason {
        ReliefReason::FormerDependant => None,
        ReliefReason::Disaster => Some(ReliefKind::Disaster),
        ReliefReason::IncomeDrop => Some(ReliefKind::IncomeDrop),
        ReliefReason::Poverty => Some(ReliefKind::Poverty),
        ReliefReason::Custody => Some(ReliefKind::Custody),
        ReliefReason::OwnScheme => Some(ReliefKind::Other),
    }
}
