//! 減免の記録 — applications, rulings, and the dated fact of what is granted.

use crate::acts::{self, Act, ActDetails, Acting};
use crate::error::OfficeError;
use crate::names::{code_of, label_of, named};
use crate::registry::year_span;
use crate::security::permit::{GrantRelief, Permit};
use db::{Conn, DatedTable, Row, Sql, StoreError, Value};
use law::levy::relief::Relief;
use law::rules::ReliefReason;
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
        label_of(&Self::NAMES, self)
    }

    fn code(self) -> &'static str {
        code_of(&Self::NAMES, self)
    }

    fn read(code: &str) -> Option<Self> {
        named(&Self::NAMES, code)
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

/// Writes an application down. Returns its number.
pub(super) fn insert(
    conn: &mut Conn,
    act: &Act,
    acting: &Acting,
    (household_id, levy_year): (i64, FiscalYear),
    reason: ReliefReason,
    grounds: &str,
) -> Result<i64, OfficeError> {
    let id = conn.next_ids("relief_application", 1)?;
    let params = [
        id.into(),
        household_id.into(),
        i64::from(levy_year.0).into(),
        acting.business_date.into(),
        to_json(&reason)?.into(),
        grounds.into(),
        act.id.0.into(),
    ];
    conn.execute(&INSERT, &params)?;
    Ok(id)
}

/// The applications of a household, newest first.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn of_household(conn: &mut Conn, household_id: i64) -> Result<Vec<Application>, OfficeError> {
    Ok(conn.query(&LIST, &[household_id.into()], read)?)
}

/// 世帯主 on a day.
pub(super) fn head_on(
    conn: &mut Conn,
    household_id: i64,
    on: Date,
) -> Result<Option<i64>, OfficeError> {
    let params = [household_id.into(), on.into()];
    Ok(conn.query_opt(&HEAD, &params, |row| row.int(0))?)
}

/// The list of reliefs a fact holds.
///
/// # Errors
/// [`OfficeError::Bug`] when it cannot be read.
pub(super) fn read_granted(json: &str) -> Result<Vec<Relief>, OfficeError> {
    serde_json::from_str(json)
        .map_err(|error| OfficeError::Bug(format!("減免の記録が読めません: {error}")))
}

pub(super) fn begin(
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

pub(super) fn require(conn: &mut Conn, application_id: i64) -> Result<Application, OfficeError> {
    conn.query_opt(&FIND, &[application_id.into()], read)?
        .ok_or_else(|| {
            Refusal::new(
                "levy.relief.no_application",
                format!("減免申請{application_id}はありません。一覧から選んでください"),
            )
            .into()
        })
}

pub(super) fn open_application(
    conn: &mut Conn,
    application_id: i64,
) -> Result<Application, OfficeError> {
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
pub(super) fn standing(
    conn: &mut Conn,
    application: &Application,
) -> Result<Vec<Relief>, OfficeError> {
    let day = application.levy_year.assessment_day();
    let facts = TABLE.timeline(conn, application.household_id, None)?;
    let fact = facts.iter().find(|fact| fact.valid.holds(day));
    match fact.and_then(|fact| fact.values.first()) {
        Some(Value::Text(json)) => read_granted(json),
        _ => Ok(Vec::new()),
    }
}

pub(super) fn put(
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

pub(super) fn rule(
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

pub(super) fn to_json(value: &impl serde::Serialize) -> Result<String, OfficeError> {
    serde_json::to_string(value)
        .map_err(|error| OfficeError::Bug(format!("減免の記録を書けません: {error}")))
}

pub(super) fn read(row: &Row) -> Result<Application, StoreError> {
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
