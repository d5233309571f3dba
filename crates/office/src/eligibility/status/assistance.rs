//! 生活保護 — 開始・停止・停止解除・廃止, and what each means for the insurance.
//!
//! 根拠: 国民健康保険法 第6条第9号（保護を停止されている世帯を除く）・第7条・第8条第2項
//!
//! While assistance is suspended the household is not excepted from the insurance: it gains on the day of the suspension
//! and loses on the day on which assistance goes on.

use super::scheme::PublicAssistance;
use super::{Entry, noted, state};
use crate::acts::{self, Act, Acting};
use crate::eligibility::covered;
use crate::error::OfficeError;
use crate::registry::fact::{self, Dated};
use crate::security::permit::{Permit, RegisterFact};
use crate::worklist::Candidate;
use db::{Conn, Span, Store};
use law::{Date, Refusal};

/// 受給中.
pub const RECEIVING: i64 = 1;
/// 停止中.
pub const SUSPENDED: i64 = 2;

/// How the 事由 of this module begin.
const CAUSES: &str = "welfare_";

/// What the welfare office tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// 開始.
    Started,
    /// 停止.
    Suspended,
    /// 停止解除.
    Resumed,
    /// 廃止.
    Ended,
}

impl Change {
    /// Every change: the code in files, and the name.
    pub const ALL: [(Self, &'static str, &'static str); 4] = [
        (Self::Started, "1", "開始"),
        (Self::Suspended, "2", "停止"),
        (Self::Resumed, "3", "停止解除"),
        (Self::Ended, "4", "廃止"),
    ];

    /// The change of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().find(|row| row.1 == code).map(|row| row.0)
    }

    /// Name on pages.
    #[must_use]
    pub fn label_ja(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|row| row.0 == self)
            .map_or("", |row| row.2)
    }

    /// The state from its day on; none when there is no assistance any more.
    #[must_use]
    pub const fn state(self) -> Option<i64> {
        match self {
            Self::Started | Self::Resumed => Some(RECEIVING),
            Self::Suspended => Some(SUSPENDED),
            Self::Ended => None,
        }
    }

    /// 事由 of the event of the insurance it leads to, given the state before. An end out of a suspension leads to none:
    /// the household is insured already.
    #[must_use]
    pub const fn cause(self, before: Option<i64>) -> Option<&'static str> {
        match (self, before) {
            (Self::Started, None) => Some("welfare_started"),
            (Self::Suspended, Some(RECEIVING)) => Some("welfare_suspended"),
            (Self::Resumed, Some(SUSPENDED)) => Some("welfare_resumed"),
            (Self::Ended, Some(RECEIVING)) => Some("welfare_ended"),
            _ => None,
        }
    }

    const fn fits(self, before: Option<i64>) -> bool {
        matches!(
            (self, before),
            (Self::Started, None)
                | (Self::Suspended, Some(RECEIVING))
                | (Self::Resumed, Some(SUSPENDED))
                | (Self::Ended, Some(RECEIVING | SUSPENDED))
        )
    }
}

/// One change of one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// 宛名番号.
    pub person_id: i64,
    /// What changed.
    pub change: Change,
    /// 異動日.
    pub on: Date,
    /// 福祉事務所コード.
    pub office: String,
    /// ケース番号.
    pub case_number: String,
    /// 医療扶助を受ける.
    pub medical: bool,
    /// 連携日・届出日.
    pub reported_on: Date,
}

/// What a change follows.
#[derive(Clone, Copy, Debug)]
struct Before {
    /// The state on the day before.
    eve: Option<i64>,
    /// The state that the change follows.
    state: Option<i64>,
    /// It follows a change of the very same day, not the day before.
    same_day: bool,
}

/// The state before a change, from the facts that stand: that of the day before, or the one a change of the very day made
/// where this one follows it and is not the same told again.
fn before(facts: &[Dated<PublicAssistance>], change: Change, on: Date) -> Before {
    let state = |day: Date| {
        facts
            .iter()
            .find(|dated| dated.valid.holds(day))
            .map(|dated| dated.fact.state)
    };
    let (eve, since) = (state(law::date::previous_day(on)), state(on));
    let changed = facts
        .iter()
        .any(|dated| dated.valid.from == on || dated.valid.until == Some(on));
    let again = change.state() == since && change.fits(eve);
    let same_day = changed && !again && change.fits(since);
    Before {
        eve,
        state: if same_day { since } else { eve },
        same_day,
    }
}

/// Whether a state is no exception from the insurance.
///
/// 根拠: 国民健康保険法 第6条第9号
fn is_insurable(state: Option<i64>) -> bool {
    state != Some(RECEIVING)
}

/// The days a change is told for: to the end of what stands on its day, or to what was told of a later day. A change that
/// is told late takes nothing from what follows it.
fn days(facts: &[Dated<PublicAssistance>], on: Date) -> Span {
    let until = match facts.iter().find(|dated| dated.valid.holds(on)) {
        Some(stands) => stands.valid.until,
        None => facts
            .iter()
            .map(|dated| dated.valid.from)
            .filter(|from| *from > on)
            .min(),
    };
    Span::new(on, until)
}

/// A suspension follows a receipt: where one was told of the day on which this change's days are over, there is no end.
fn leads_on(
    facts: &[Dated<PublicAssistance>],
    change: Change,
    until: Option<Date>,
) -> Result<(), Refusal> {
    let suspended = facts
        .iter()
        .find(|dated| Some(dated.valid.from) == until && dated.fact.state == SUSPENDED);
    match suspended {
        Some(next) if change == Change::Ended => Err(Refusal::new(
            "status.assistance.leads_on",
            format!(
                "{}からの停止が登録されているため、それより前の「廃止」にはなりません。停止が誤りなら先に取り消してください",
                law::era::wareki(next.valid.from)
            ),
        )),
        _ => Ok(()),
    }
}

/// 保護の異動の登録 — states the new state and opens the candidate of the event it leads to.
///
/// # Errors
/// [`OfficeError::Refusal`] when the change does not follow from the state before it.
pub fn register(
    store: &Store,
    permit: &Permit<RegisterFact>,
    acting: &Acting,
    own: &str,
    told: &Told,
) -> Result<Option<Candidate>, OfficeError> {
    store.write(|conn| {
        let act = acts::begin(
            conn,
            acting,
            permit,
            "status.public_assistance",
            &noted(told.change.label_ja()),
        )?;
        apply(conn, &act, own, told)
    })
}

/// States a change under an act that is under way. `own` is this municipality: an end or a suspension asks for the 取得 only of somebody
/// whose address counts as here, who is not 75 yet and whom no other item of 第6条 excepts.
///
/// 根拠: 国民健康保険法 第5条・第6条・第7条
///
/// # Errors
/// As [`register`].
pub fn apply(
    conn: &mut Conn,
    act: &Act,
    own: &str,
    told: &Told,
) -> Result<Option<Candidate>, OfficeError> {
    let facts = fact::timeline::<PublicAssistance>(conn, told.person_id, None)?;
    let before = before(&facts, told.change, told.on);
    if !told.change.fits(before.state) {
        let stands = match before.state {
            Some(RECEIVING) => "受給中",
            Some(_) => "停止中",
            None => "保護を受けていない状態",
        };
        return Err(Refusal::new(
            "status.assistance.order",
            format!(
                "{}の前日は{stands}で、「{}」にはなりません。前の異動が届いているか確かめてください",
                law::era::wareki(told.on),
                told.change.label_ja()
            ),
        )
        .into());
    }
    let span = days(&facts, told.on);
    leads_on(&facts, told.change, span.until)?;
    match told.change.state() {
        Some(new) => {
            let status = PublicAssistance {
                office: told.office.clone(),
                case_number: told.case_number.clone(),
                state: new,
                medical: told.medical && new == RECEIVING,
                reported_on: Some(told.reported_on),
            };
            let entry = Entry {
                subject: told.person_id,
                span,
                status,
                note: String::new(),
            };
            state(conn, act, &entry)?;
        }
        None => {
            fact::end::<PublicAssistance>(conn, act, told.person_id, span)?;
        }
    }
    let Some(cause) = told.change.cause(before.state) else {
        return Ok(None);
    };
    if before.same_day && is_insurable(before.eve) == is_insurable(told.change.state()) {
        // The day ends as it began: what the earlier change of the day asked for is no more.
        let of_day = |one: &Candidate| one.occurred_on == told.on && one.cause.starts_with(CAUSES);
        let note = format!("同じ日の「{}」により不要", told.change.label_ja());
        if Candidate::withdraw(conn, act, told.person_id, &note, of_day)? > 0 {
            return Ok(None);
        }
    }
    let whose = (told.person_id, told.on);
    if is_insurable(told.change.state()) && !covered::is_to_be_insured(conn, own, whose)? {
        covered::of_those_left(conn, act, whose, (own, told.reported_on))?;
        return Ok(None);
    }
    let candidate = Candidate {
        person_id: told.person_id,
        household_id: None,
        cause: cause.to_owned(),
        occurred_on: told.on,
        elsewhere_from: None,
        reported_on: Some(told.reported_on),
        told_by: format!("生活保護（ケース{}）", told.case_number),
    };
    candidate.open(
        conn,
        act,
        &format!("assistance/{}/{}", told.change.label_ja(), told.on),
        &format!("生活保護の{}: 資格の異動を登録する", told.change.label_ja()),
        told.reported_on,
    )?;
    Ok(Some(candidate))
}
