//! 条例減免 — applied for, granted or refused, withdrawn; each ruling is an act, and a grant is followed by a re-levy.
//!
//! 根拠: 国民健康保険法 第77条、地方税法 第717条、条例・減免取扱要綱
//!
//! What is granted stands as a dated fact of the household and fiscal year, so the levy reads it like any other fact,
//! and withdrawing it restores the amount by the same re-levy.

use super::book::Relevied;
use super::relevy::{Books, carry_out};
use super::year_rules::YearRules;
use crate::acts::{self, Act, ActDetails, Acting};
use crate::error::OfficeError;
use crate::notices::content::{NameAndAddress, person};
use crate::registry::year_span;
use crate::security::permit::{GrantRelief, Permit, RegisterFact};
use db::{Conn, DatedTable, Row, Sql, Store, StoreError, Value};
use law::levy::relief::{Relief, ReliefKind, ReliefSize};
use law::rules::{ReliefReason, ReliefRules};
use law::{Date, FiscalYear, Refusal};

/// The table of reliefs granted: one list for each household and fiscal year.
pub const TABLE: DatedTable = DatedTable::new("relief_fact", &["relief"]);

const INSERT: Sql = Sql {
    name: "levy.relief.insert",
    text: "insert into relief_application (application_id, household_id, levy_year, applied_on, reason, grounds, act_id) \
           values ($1, $2, $3, $4, $5, $6, $7)",
};
const LIST: Sql = Sql {
    name: "levy.relief.list",
    text: "select a.application_id, a.household_id, a.levy_year, a.applied_on, a.reason, a.grounds, \
           r.outcome, r.ruled_on, r.relief, r.reason from relief_application a \
           left join relief_ruling r on r.application_id = a.application_id and r.ruling_no = \
           (select max(s.ruling_no) from relief_ruling s where s.application_id = a.application_id) \
           where a.household_id = $1 order by a.application_id desc",
};
const FIND: Sql = Sql {
    name: "levy.relief.find",
    text: "select a.application_id, a.household_id, a.levy_year, a.applied_on, a.reason, a.grounds, \
           r.outcome, r.ruled_on, r.relief, r.reason from relief_application a \
           left join relief_ruling r on r.application_id = a.application_id and r.ruling_no = \
           (select max(s.ruling_no) from relief_ruling s where s.application_id = a.application_id) \
           where a.application_id = $1",
};
const RULE: Sql = Sql {
    name: "levy.relief.rule",
    text: "insert into relief_ruling (application_id, ruling_no, outcome, ruled_on, relief, reason, act_id) \
           values ($1, (select coalesce(max(s.ruling_no), 0) + 1 from relief_ruling s where s.application_id = $1), \
           $2, $3, $4, $5, $6)",
};
const HEAD: Sql = Sql {
    name: "levy.relief.head",
    text: "select head_person_id from household_fact where subject = $1 and superseded_at is null \
           and valid_from <= $2 and (valid_until is null or valid_until > $2)",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[INSERT, LIST, FIND, RULE, HEAD];

/// 減免の裁定.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ruled {
    /// 決定.
    Granted,
    /// 不承認.
    Refused,
    /// 取消.
    Withdrawn,
}

impl Ruled {
    const NAMES: [(Self, &'static str, &'static str); 3] = [
        (Self::Granted, "granted", "減免決定"),
        (Self::Refused, "refused", "不承認"),
        (Self::Withdrawn, "withdrawn", "減免取消"),
    ];

    /// As shown.
    #[must_use]
    pub fn label_ja(self) -> &'static str {
        Self::NAMES
            .iter()
            .find(|row| row.0 == self)
            .map_or("", |row| row.2)
    }

    fn code(self) -> &'static str {
        Self::NAMES
            .iter()
            .find(|row| row.0 == self)
            .map_or("", |row| row.1)
    }

    fn read(code: &str) -> Option<Self> {
        Self::NAMES
            .iter()
            .find(|row| row.1 == code)
            .map(|row| row.0)
    }
}

/// 減免申請 with the latest ruling on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application {
    /// Number.
    pub application_id: i64,
    /// 国保世帯番号.
    pub household_id: i64,
    /// 相当年度.
    pub levy_year: FiscalYear,
    /// 申請日.
    pub applied_on: Date,
    /// 事由.
    pub reason: ReliefReason,
    /// 申請の理由 in the applicant's words.
    pub grounds: String,
    /// 裁定, its day and its reason.
    pub ruling: Option<(Ruled, Date, String)>,
    /// What was granted.
    pub relief: Option<Relief>,
}

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
        let id = conn.next_ids("relief_application", 1)?;
        let params = [
            id.into(),
            household_id.into(),
            i64::from(rules.year().0).into(),
            acting.business_date.into(),
            to_json(&reason)?.into(),
            grounds.into(),
            act.id.0.into(),
        ];
        conn.execute(&INSERT, &params)?;
        Ok(id)
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
    store.write(|conn| {
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
            &reason,
        )
    })
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
    store.write(|conn| {
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
            "減免の取消",
        )
    })
}

/// The applications of a household, newest first.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn of_household(conn: &mut Conn, household_id: i64) -> Result<Vec<Application>, OfficeError> {
    Ok(conn.query(&LIST, &[household_id.into()], read)?)
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
    let params = [application.household_id.into(), ruled_on.into()];
    let head = conn.query_opt(&HEAD, &params, |row| row.int(0))?;
    let addressee = match head {
        Some(head) => person(conn, head, ruled_on)?,
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

/// The list of reliefs a fact holds.
///
/// # Errors
/// [`OfficeError::Bug`] when it cannot be read.
pub(super) fn read_granted(json: &str) -> Result<Vec<Relief>, OfficeError> {
    serde_json::from_str(json)
        .map_err(|error| OfficeError::Bug(format!("減免の記録が読めません: {error}")))
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

fn require(conn: &mut Conn, application_id: i64) -> Result<Application, OfficeError> {
    conn.query_opt(&FIND, &[application_id.into()], read)?
        .ok_or_else(|| {
            Refusal::new(
                "levy.relief.no_application",
                format!("減免申請{application_id}はありません。一覧から選んでください"),
            )
            .into()
        })
}

fn open_application(conn: &mut Conn, application_id: i64) -> Result<Application, OfficeError> {
    let application = require(conn, application_id)?;
    match &application.ruling {
        None => Ok(application),
        Some((ruled, ruled_on, _)) => Err(Refusal::new(
            "levy.relief.ruled",
            format!(
                "減免申請{application_id}は{}に{}しています。あらためて申請を受け付けてください",
                law::era::wareki(*ruled_on),
                ruled.label_ja()
            ),
        )
        .into()),
    }
}

/// What is granted to the household for the year as known now.
fn standing(conn: &mut Conn, application: &Application) -> Result<Vec<Relief>, OfficeError> {
    let day = application.levy_year.assessment_day();
    let facts = TABLE.timeline(conn, application.household_id, None)?;
    let fact = facts.iter().find(|fact| fact.valid.holds(day));
    match fact.and_then(|fact| fact.values.first()) {
        Some(Value::Text(json)) => read_granted(json),
        _ => Ok(Vec::new()),
    }
}

fn put(
    conn: &mut Conn,
    act: &Act,
    application: &Application,
    reliefs: &[Relief],
) -> Result<(), OfficeError> {
    let span = year_span(application.levy_year);
    let household = application.household_id;
    if reliefs.is_empty() {
        TABLE.close(conn, act.stamp(), household, span)?;
    } else {
        let values = [to_json(&reliefs)?.into()];
        TABLE.put(conn, act.stamp(), household, span, &values)?;
    }
    Ok(())
}

fn rule(
    conn: &mut Conn,
    act: &Act,
    acting: &Acting,
    application: &Application,
    ruled: Ruled,
    relief: Option<&Relief>,
    reason: &str,
) -> Result<(), OfficeError> {
    let relief = relief.map(to_json).transpose()?;
    let params = [
        application.application_id.into(),
        ruled.code().into(),
        acting.business_date.into(),
        relief.into(),
        reason.into(),
        act.id.0.into(),
    ];
    conn.execute(&RULE, &params)?;
    Ok(())
}

fn to_json(value: &impl serde::Serialize) -> Result<String, OfficeError> {
    serde_json::to_string(value)
        .map_err(|error| OfficeError::Bug(format!("減免の記録を書けません: {error}")))
}

fn read(row: &Row) -> Result<Application, StoreError> {
    let year =
        i16::try_from(row.int(2)?).map_err(|_| row.wrong(2, "年度ではありません".to_owned()))?;
    let reason =
        serde_json::from_str(&row.text(4)?).map_err(|error| row.wrong(4, error.to_string()))?;
    let ruling = match row.opt_str(6)? {
        None => None,
        Some(code) => {
            let ruled = Ruled::read(code)
                .ok_or_else(|| row.wrong(6, format!("裁定「{code}」を知りません")))?;
            Some((ruled, row.date(7)?, row.text(9)?))
        }
    };
    let relief = match row.opt_str(8)? {
        None => None,
        Some(json) => {
            Some(serde_json::from_str(json).map_err(|error| row.wrong(8, error.to_string()))?)
        }
    };
    Ok(Application {
        application_id: row.int(0)?,
        household_id: row.int(1)?,
        levy_year: FiscalYear(year),
        applied_on: row.date(3)?,
        reason,
        grounds: row.text(5)?,
        ruling,
        relief,
    })
}
