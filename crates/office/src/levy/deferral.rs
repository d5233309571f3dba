//! 納付猶予 — instalments whose due day is put off, by postings that move them; no row is ever dated anew. The amount of
//! the year stays, so the decision is repeated with its reason; demand and late charges follow the ledger's due day.
//!
//! 根拠: 国民健康保険法 第77条、地方税法 第15条、条例（徴収猶予）

use super::book::{Booking, Circumstances, Relevied, write};
use super::decision::{self, Decision};
use super::relevy::{Books, preview};
use super::year_rules::YearRules;
use crate::acts::{self, Act, ActDetails, Acting};
use crate::error::OfficeError;
use crate::ledger::{self, Charged, Method};
use crate::rehearsal::rolled_back;
use crate::security::permit::{GrantRelief, Permit};
use db::{Conn, Row, Sql, Store, StoreError};
use law::levy::instalment::{Change, Instalment, Replan};
use law::{Date, FiscalYear, Refusal, Yen};

const INSERT: Sql = Sql {
    name: "levy.deferral.insert",
    text: "insert into deferral (deferral_id, household_id, levy_year, liable_id, instalment, fiscal_year, \
           from_due_on, to_due_on, decision_id, reason, act_id, withdraws) \
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
};
const LIST: Sql = Sql {
    name: "levy.deferral.list",
    text: "select d.deferral_id, d.household_id, d.levy_year, d.liable_id, d.instalment, d.fiscal_year, \
           d.from_due_on, d.to_due_on, d.reason, \
           (select count(*) from deferral w where w.withdraws = d.deferral_id) \
           from deferral d where d.household_id = $1 and d.withdraws is null order by d.deferral_id",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[INSERT, LIST];

/// What is asked to be put off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request<'a> {
    /// 国保世帯番号.
    pub household_id: i64,
    /// 相当年度.
    pub levy_year: FiscalYear,
    /// 納付義務者.
    pub liable_id: i64,
    /// 期別 as stored.
    pub instalments: &'a [i64],
    /// 猶予の期限: the day they are due then, before it moves over holidays.
    pub until: Date,
    /// 理由.
    pub reason: &'a str,
}

/// 猶予 of one instalment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deferral {
    /// Number.
    pub deferral_id: i64,
    /// 国保世帯番号.
    pub household_id: i64,
    /// 相当年度.
    pub levy_year: FiscalYear,
    /// 納付義務者.
    pub liable_id: i64,
    /// 期別 as stored.
    pub instalment: i64,
    /// 調定年度.
    pub fiscal_year: i64,
    /// Due day before.
    pub from_due_on: Date,
    /// Due day since.
    pub to_due_on: Date,
    /// 理由.
    pub reason: String,
    /// 取消済.
    pub withdrawn: bool,
}

/// 猶予の決定.
///
/// # Errors
/// [`OfficeError::Input`] without a reason; [`OfficeError::Refusal`] when an instalment does not stand, is withheld from a
/// pension, would not be put off, or a change of the household waits to be levied.
pub fn grant(
    store: &Store,
    books: &Books<'_>,
    permit: &Permit<GrantRelief>,
    acting: &Acting,
    request: &Request<'_>,
) -> Result<Relevied, OfficeError> {
    store.write(|conn| grant_in(conn, books, permit, acting, request))
}

/// What a deferral would do: the same code, and nothing of it is kept.
///
/// # Errors
/// As [`grant`].
pub fn preview_grant<R>(
    store: &Store,
    books: &Books<'_>,
    permit: &Permit<GrantRelief>,
    acting: &Acting,
    request: &Request<'_>,
    mut look: impl FnMut(&mut Conn, &Relevied) -> Result<R, OfficeError>,
) -> Result<R, OfficeError> {
    rolled_back(store, |conn| {
        let relevied = grant_in(conn, books, permit, acting, request)?;
        look(conn, &relevied)
    })
}

fn grant_in(
    conn: &mut Conn,
    books: &Books<'_>,
    permit: &Permit<GrantRelief>,
    acting: &Acting,
    request: &Request<'_>,
) -> Result<Relevied, OfficeError> {
    if request.reason.trim().is_empty() {
        return Err(OfficeError::input(
            "猶予の理由",
            "猶予の理由を入れてください",
        ));
    }
    let rules = books.of(request.levy_year)?;
    let until = books.calendar.shift_to_open_day(request.until)?;
    let act = begin(conn, acting, permit, "deferral.grant", request.reason)?;
    let mut moves = Vec::new();
    for instalment in request.instalments {
        let row = standing_row(conn, request, *instalment)?;
        if until <= row.due_on {
            return Err(Refusal::new(
                "levy.deferral.not_later",
                format!(
                    "猶予の期限{until}が納期限{}より後ではありません",
                    row.due_on
                ),
            )
            .into());
        }
        moves.push((row, until));
    }
    let reason = format!("納付猶予（{}）", request.reason);
    let relevied = carry_out(
        conn,
        books,
        rules,
        &act,
        acting,
        (request.household_id, request.liable_id),
        &moves,
        &reason,
    )?;
    for (row, until) in &moves {
        let from_to = (row.due_on, *until);
        record(conn, &act, &relevied, row, from_to, request.reason, None)?;
    }
    Ok(relevied)
}

/// 猶予の取消 — the instalment goes back to the day it was due before.
///
/// # Errors
/// [`OfficeError::Refusal`] when the deferral is unknown or withdrawn, or its instalment no longer stands where it put it.
pub fn withdraw(
    store: &Store,
    books: &Books<'_>,
    permit: &Permit<GrantRelief>,
    acting: &Acting,
    household_id: i64,
    deferral_id: i64,
    reason: &str,
) -> Result<Relevied, OfficeError> {
    store.write(|conn| {
        let found = of_household(conn, household_id)?
            .into_iter()
            .find(|one| one.deferral_id == deferral_id && !one.withdrawn)
            .ok_or_else(|| {
                Refusal::new(
                    "levy.deferral.unknown",
                    format!("猶予{deferral_id}はないか、すでに取り消されています"),
                )
            })?;
        let rules = books.of(found.levy_year)?;
        let act = begin(conn, acting, permit, "deferral.withdraw", reason)?;
        let request = Request {
            household_id,
            levy_year: found.levy_year,
            liable_id: found.liable_id,
            instalments: &[],
            until: found.from_due_on,
            reason,
        };
        let row = standing_row(conn, &request, found.instalment)?;
        if row.due_on != found.to_due_on {
            return Err(Refusal::new(
                "levy.deferral.moved",
                format!(
                    "期別{}の納期限は{}に変わっています。今の猶予を取り消してください",
                    found.instalment, row.due_on
                ),
            )
            .into());
        }
        let moves = [(row, found.from_due_on)];
        let key = (household_id, found.liable_id);
        let relevied = carry_out(
            conn,
            books,
            rules,
            &act,
            acting,
            key,
            &moves,
            "納付猶予の取消",
        )?;
        let [(row, until)] = &moves;
        let from_to = (row.due_on, *until);
        record(
            conn,
            &act,
            &relevied,
            row,
            from_to,
            reason,
            Some(deferral_id),
        )?;
        Ok(relevied)
    })
}

/// The deferrals of a household in the order they were granted.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn of_household(conn: &mut Conn, household_id: i64) -> Result<Vec<Deferral>, OfficeError> {
    Ok(conn.query(&LIST, &[household_id.into()], read)?)
}

fn begin(
    conn: &mut Conn,
    acting: &Acting,
    permit: &Permit<GrantRelief>,
    kind: &str,
    note: &str,
) -> Result<Act, OfficeError> {
    let details = ActDetails {
        note: note.to_owned(),
        ..ActDetails::default()
    };
    acts::begin(conn, acting, permit, kind, &details)
}

/// The ordinary instalment that stands under a number.
fn standing_row(
    conn: &mut Conn,
    request: &Request<'_>,
    instalment: i64,
) -> Result<Charged, OfficeError> {
    let rows = ledger::charged(conn, request.household_id, request.levy_year.0)?;
    rows.into_iter()
        .find(|row| {
            row.debtor_id == request.liable_id
                && row.instalment == instalment
                && row.method == Method::Ordinary
                && !row.parts.is_zero()
        })
        .ok_or_else(|| {
            Refusal::new(
                "levy.deferral.no_instalment",
                format!("期別{instalment}に普通徴収の調定がありません。期別を確かめてください"),
            )
            .into()
        })
}

#[allow(clippy::too_many_arguments, reason = "what a posting names")]
fn carry_out(
    conn: &mut Conn,
    books: &Books<'_>,
    rules: &YearRules,
    act: &Act,
    acting: &Acting,
    (household_id, liable_id): (i64, i64),
    moves: &[(Charged, Date)],
    reason: &str,
) -> Result<Relevied, OfficeError> {
    let booking = Booking {
        rules,
        calendar: books.calendar,
        act,
        run_id: 0,
        decided_on: acting.business_date,
        reason,
        circumstances: Circumstances::default(),
    };
    if !preview(conn, &booking, household_id)?.is_empty() {
        return Err(Refusal::new(
            "levy.deferral.pending",
            format!("世帯番号{household_id}に賦課していない異動があります。先に更正してください"),
        )
        .into());
    }
    let standing = decision::standing(conn, household_id, household_id + 1, rules.year())?;
    let before = standing
        .into_iter()
        .find(|decision| decision.outcome.liable_id == liable_id)
        .ok_or_else(|| OfficeError::Bug(format!("世帯番号{household_id}の決定がありません")))?;
    let mut replan = Replan {
        instalments: Vec::new(),
        changes: Vec::new(),
        no_longer_due: Vec::new(),
        past_due_reduction: Yen::ZERO,
    };
    for (row, until) in moves {
        let from = super::numbers::instalment(row)?;
        let nothing = vec![Yen::ZERO; from.parts.len()];
        replan.changes.push(Change {
            key: from.key,
            due_on: from.due_on,
            before: from.parts.clone(),
            after: nothing,
            past_due: from.due_on < acting.business_date,
        });
        replan.changes.push(Change {
            key: from.key,
            due_on: *until,
            before: Vec::new(),
            after: from.parts.clone(),
            past_due: false,
        });
        replan.instalments.push(Instalment {
            due_on: *until,
            ..from
        });
    }
    let mut relevied = [Relevied {
        after: Decision {
            decision_id: 0,
            sequence: before.sequence + 1,
            run_id: 0,
            decided_on: acting.business_date,
            reason: reason.to_owned(),
            rule_hash: rules.hash.clone(),
            ..before.clone()
        },
        before: Some(before),
        replan,
        withheld: Vec::new(),
    }];
    rules.keep(conn, act)?;
    write(conn, &booking, &mut relevied)?;
    let [relevied] = relevied;
    Ok(relevied)
}

fn record(
    conn: &mut Conn,
    act: &Act,
    relevied: &Relevied,
    row: &Charged,
    (from_due_on, to_due_on): (Date, Date),
    reason: &str,
    withdraws: Option<i64>,
) -> Result<(), OfficeError> {
    let decision = &relevied.after;
    let id = conn.next_ids("deferral", 1)?;
    let params = [
        id.into(),
        decision.outcome.household_id.into(),
        i64::from(decision.levy_year.0).into(),
        decision.outcome.liable_id.into(),
        row.instalment.into(),
        row.fiscal_year.into(),
        from_due_on.into(),
        to_due_on.into(),
        decision.decision_id.into(),
        reason.into(),
        act.id.0.into(),
        withdraws.into(),
    ];
    conn.execute(&INSERT, &params)?;
    Ok(())
}

fn read(row: &Row) -> Result<Deferral, StoreError> {
    let year =
        i16::try_from(row.int(2)?).map_err(|_| row.wrong(2, "年度ではありません".to_owned()))?;
    Ok(Deferral {
        deferral_id: row.int(0)?,
        household_id: row.int(1)?,
        levy_year: FiscalYear(year),
        liable_id: row.int(3)?,
        instalment: row.int(4)?,
        fiscal_year: row.int(5)?,
        from_due_on: row.date(6)?,
        to_due_on: row.date(7)?,
        reason: row.text(8)?,
        withdrawn: row.int(9)? > 0,
    })
}
