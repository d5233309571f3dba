//! 一部負担金の減免・徴収猶予の決定 — judged by the municipality's table, granted or refused, kept and told by a notice.
//!
//! 根拠: 国民健康保険法 第44条第1項

use crate::acts::{self, ActDetails, Acting};
use crate::certificate::KeptRules;
use crate::certificate::relief_letter::{self, Decision, Told};
use crate::error::OfficeError;
use crate::security::permit::{Judge, Permit};
use db::{Conn, Row, Sql, Store, StoreError};
use law::judgement::copay_relief::{
    self, CopayReliefRules, HardshipReason, Measure, ReliefFacts, ReliefRuling,
};
use law::{Date, Span};

const INSERT: Sql = Sql {
    name: "judgement.copay.insert",
    text: "insert into copay_relief (relief_id, household_id, reason, applied_on, measure, percent, valid_from, \
           valid_until, permille, note, recorded_at, act_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
};
const LIST: Sql = Sql {
    name: "judgement.copay.list",
    text: "select r.relief_id, r.reason, r.applied_on, r.measure, r.percent, r.valid_from, r.valid_until, r.recorded_at, \
           r.note, l.letter_id from copay_relief r left join certificate_letter l \
           on l.household_id = r.household_id and l.act_id = r.act_id \
           where r.household_id = $1 order by r.relief_id desc",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[INSERT, LIST];

/// Every 特別の理由 as forms and notices name it.
pub const REASONS: [(HardshipReason, &str); 4] = [
    (
        HardshipReason::Disaster,
        "災害（死亡・障害・資産の重大な損害）",
    ),
    (HardshipReason::CropFailure, "農作物の不作・不漁"),
    (HardshipReason::LossOfWork, "事業の休廃止・失業"),
    (HardshipReason::Similar, "これらに類する事由"),
];

/// 特別の理由 in words.
#[must_use]
pub fn reason_ja(reason: HardshipReason) -> &'static str {
    REASONS
        .iter()
        .find(|row| row.0 == reason)
        .map_or("", |row| row.1)
}

/// What is decided on an application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ruling {
    /// 承認, by the table of the municipality.
    Granted(ReliefRuling),
    /// 不承認, with the reason that the notice gives.
    Refused(String),
}

/// 承認 by the municipality's table: kept, and told to the head of the household.
///
/// # Errors
/// [`OfficeError::Refusal`] that names what keeps it from being granted: nothing is written, and it can be refused.
pub fn grant(
    store: &Store,
    (rules, papers): (&CopayReliefRules, &KeptRules),
    permit: &Permit<Judge>,
    acting: &Acting,
    household_id: i64,
    facts: &ReliefFacts,
) -> Result<ReliefRuling, OfficeError> {
    let ruling = copay_relief::judge(rules, facts)?;
    let of = (facts.reason, facts.applied_on);
    decide(
        store,
        papers,
        permit,
        acting,
        household_id,
        (of, &Ruling::Granted(ruling)),
    )?;
    Ok(ruling)
}

/// 不承認: kept with its reason, and told to the head of the household.
///
/// # Errors
/// [`OfficeError::Input`] without a reason.
pub fn refuse(
    store: &Store,
    papers: &KeptRules,
    permit: &Permit<Judge>,
    acting: &Acting,
    household_id: i64,
    (reason, applied_on, why): (HardshipReason, Date, &str),
) -> Result<i64, OfficeError> {
    let why = why.trim();
    if why.is_empty() {
        return Err(OfficeError::input(
            "不承認の理由",
            "不承認の理由を入れてください。通知書に印字されます",
        ));
    }
    let ruling = Ruling::Refused(why.to_owned());
    let of = (reason, applied_on);
    decide(store, papers, permit, acting, household_id, (of, &ruling))
}

/// Writes a decision and its notice in one act; the number of the notice.
fn decide(
    store: &Store,
    papers: &KeptRules,
    permit: &Permit<Judge>,
    acting: &Acting,
    household_id: i64,
    ((reason, applied_on), ruling): ((HardshipReason, Date), &Ruling),
) -> Result<i64, OfficeError> {
    if applied_on > acting.business_date {
        return Err(OfficeError::input(
            "申請日",
            "業務日付より後の日です。申請書の受付日を入れてください",
        ));
    }
    let nothing = Span {
        from: applied_on,
        until: Some(applied_on),
    };
    let (measure, percent, span, permille, note, told) = match ruling {
        Ruling::Granted(one) => {
            let (code, percent) = match one.measure {
                Measure::Reduce { percent } => (1_i64, i64::from(percent)),
                Measure::Exempt => (2, 100),
                Measure::Defer => (3, 0),
            };
            let (measure, span) = (one.measure, one.span);
            let told = Told::Granted { measure, span };
            (code, percent, span, one.permille, "", told)
        }
        Ruling::Refused(why) => (0, 0, nothing, 0, why.as_str(), Told::Refused(why.clone())),
    };
    store.write(|conn| {
        let none = ActDetails::default();
        let act = acts::begin(conn, acting, permit, "judgement.copay_relief", &none)?;
        let id = conn.next_ids("copay_relief", 1)?;
        conn.execute(
            &INSERT,
            &[
                id.into(),
                household_id.into(),
                reason.code().into(),
                applied_on.into(),
                measure.into(),
                percent.into(),
                span.from.into(),
                span.until.into(),
                permille.into(),
                note.into(),
                act.recorded_at.into(),
                act.id.0.into(),
            ],
        )?;
        let decision = Decision {
            reason_ja: reason_ja(reason),
            applied_on,
            decided_on: acting.business_date,
            told: told.clone(),
        };
        relief_letter::write(conn, &act, papers, household_id, &decision)
    })
}

/// A decision as kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopayRelief {
    /// Number.
    pub relief_id: i64,
    /// 特別の理由.
    pub reason: HardshipReason,
    /// 申請日.
    pub applied_on: Date,
    /// 措置; `None` where it was refused.
    pub measure: Option<Measure>,
    /// First day.
    pub from: Date,
    /// First day after.
    pub until: Date,
    /// When it was written.
    pub recorded_at: i64,
    /// 不承認の理由.
    pub refused: String,
    /// The notice that told of it.
    pub letter_id: Option<i64>,
}

/// What was decided for a household, the latest first.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn of_household(conn: &mut Conn, household_id: i64) -> Result<Vec<CopayRelief>, OfficeError> {
    Ok(conn.query(&LIST, &[household_id.into()], read)?)
}

fn read(row: &Row) -> Result<CopayRelief, StoreError> {
    let code = row.text(1)?;
    let reason = HardshipReason::from_code(&code)
        .ok_or_else(|| row.wrong(1, format!("特別の理由{code}を知りません")))?;
    let measure = match row.int(3)? {
        0 => None,
        1 => Some(Measure::Reduce {
            percent: u8::try_from(row.int(4)?)
                .map_err(|_| row.wrong(4, "減額の割合が読めません".to_owned()))?,
        }),
        2 => Some(Measure::Exempt),
        3 => Some(Measure::Defer),
        other => return Err(row.wrong(3, format!("措置{other}を知りません"))),
    };
    Ok(CopayRelief {
        relief_id: row.int(0)?,
        reason,
        applied_on: row.date(2)?,
        measure,
        from: row.date(5)?,
        until: row.date(6)?,
        recorded_at: row.int(7)?,
        refused: row.text(8)?,
        letter_id: row.opt_int(9)?,
    })
}
