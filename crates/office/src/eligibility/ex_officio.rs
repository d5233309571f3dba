//! 職権処理 — a gain or loss nobody reported: ground and evidence, a second person, the notice, and taking it back.
//!
//! 根拠: 国民健康保険法 第7条・第8条・第9条、行政手続法 第14条（理由の提示）

mod keep;

pub use keep::propose;

use super::consequence::Consequences;
use super::event::{NewChange, NewEvent, ResidencePaper};
use super::letters::{self, Facts, Letter, LetterKind, NewLetter};
use super::request::{Books, Request};
use super::unreported::name_of;
use super::{proposal, register};
use crate::acts::{self, Act, ActDetails, Acting};
use crate::error::OfficeError;
use crate::security::permit::{HandleWork, Permit, RegisterEligibility};
use crate::worklist::{self, Candidate, Outcome};
use db::{Conn, Row, Sql, Store, StoreError};
use law::{Date, Refusal};

const STEP: Sql = Sql {
    name: "eligibility.ex_officio.step",
    text: "insert into ex_officio_step (case_id, step_no, what, note, registered_act_id, act_id) \
           select cast($1 as bigint), coalesce(max(step_no), 0) + 1, cast($2 as text), cast($3 as text), \
           cast($4 as bigint), cast($5 as bigint) from ex_officio_step where case_id = $1",
};
const ONE: Sql = Sql {
    name: "eligibility.ex_officio.one",
    text: "select case_id, person_id, household_id, cause, event_on, ground, evidence, item_id from ex_officio \
           where case_id = $1",
};
const PROPOSED: Sql = Sql {
    name: "eligibility.ex_officio.proposed",
    text: "select registered_act_id from ex_officio_step where case_id = $1 and what = 'proposed'",
};
const NOTIFIED: Sql = Sql {
    name: "eligibility.ex_officio.notified",
    text: "select count(*) from ex_officio_step where case_id = $1 and what = 'notified'",
};
const LIST: Sql = Sql {
    name: "eligibility.ex_officio.list",
    text: "select case_id, person_id, household_id, cause, event_on, ground, evidence, item_id from ex_officio \
           order by case_id desc limit 200",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[
    keep::INSERT,
    keep::OF_REQUEST,
    STEP,
    ONE,
    PROPOSED,
    NOTIFIED,
    LIST,
];

/// 職権処理の案.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// 宛名番号.
    pub person_id: i64,
    /// 国保世帯 of a gain; below zero: one that is founded with the person as head.
    pub household_id: Option<i64>,
    /// 都道府県の資格取得年月日 of a gain with which a 資格 goes on. It is kept with the request that waits, not read back here.
    pub prefecture_since: Option<Date>,
    /// 在留資格 of a gain of a foreigner, kept likewise.
    pub residence: Option<ResidencePaper>,
    /// 事由: `ex_officio_gain`, `ex_officio_insurance`, `ex_officio_deletion`, `restored`.
    pub cause: String,
    /// 該当日.
    pub event_on: Date,
    /// 根拠.
    pub ground: String,
    /// 確認した資料.
    pub evidence: String,
    /// The matter of the work list it answers.
    pub item_id: Option<i64>,
}

impl Case {
    /// Whether it is a gain.
    #[must_use]
    pub fn is_gain(&self) -> bool {
        self.household_id.is_some()
    }

    fn request(&self) -> Request {
        let mut events = Vec::new();
        let note = format!("根拠: {}／資料: {}", self.ground, self.evidence);
        let change = match self.household_id {
            Some(household_id) => {
                if household_id < 0 {
                    let found = NewChange::Found {
                        household_id,
                        head_person_id: self.person_id,
                        symbol: None,
                        number: None,
                    };
                    events.push(NewEvent::new(
                        "household_founded",
                        self.event_on,
                        None,
                        found,
                    ));
                }
                NewChange::Gain {
                    person_id: self.person_id,
                    household_id,
                    prefecture_since: self.prefecture_since,
                    residence: self.residence.clone(),
                }
            }
            None => NewChange::Loss {
                person_id: self.person_id,
                elsewhere_from: None,
            },
        };
        events.push(NewEvent {
            note: note.clone(),
            ..NewEvent::new(&self.cause, self.event_on, None, change)
        });
        Request {
            events,
            note,
            ..Request::default()
        }
    }
}

fn check(case: &Case) -> Result<(), OfficeError> {
    for (text, field) in [(&case.ground, "根拠"), (&case.evidence, "確認した資料")] {
        if text.trim().is_empty() {
            let message = format!("職権の処理には{field}が要ります");
            return Err(OfficeError::input(field, &message));
        }
    }
    if !case.cause.starts_with("ex_officio") && case.cause != "restored" {
        return Err(OfficeError::input(
            "事由",
            "職権の事由を選んでください。届出があるときは届出として登録してください",
        ));
    }
    Ok(())
}

/// What a case would do: its registration, rolled back.
///
/// # Errors
/// As [`propose`].
pub fn preview(
    store: &Store,
    permit: &Permit<RegisterEligibility>,
    acting: &Acting,
    case: &Case,
    books: &Books<'_>,
) -> Result<Consequences, OfficeError> {
    check(case)?;
    register::preview(store, permit, acting, &case.request(), books)
}

/// The case as it was stated.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn get(conn: &mut Conn, case_id: i64) -> Result<Option<Case>, OfficeError> {
    Ok(conn
        .query_opt(&ONE, &[case_id.into()], read)?
        .map(|kept| kept.1))
}

fn read(row: &Row<'_>) -> Result<(i64, Case), StoreError> {
    let case = Case {
        person_id: row.int(1)?,
        household_id: row.opt_int(2)?,
        prefecture_since: None,
        residence: None,
        cause: row.text(3)?,
        event_on: row.date(4)?,
        ground: row.text(5)?,
        evidence: row.text(6)?,
        item_id: row.opt_int(7)?,
    };
    Ok((row.int(0)?, case))
}

/// How far a case has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// 承認待ち.
    Proposed,
    /// 却下.
    Rejected,
    /// 承認済: the notice is still to be written.
    Approved,
    /// 通知済.
    Notified,
}

impl Stage {
    /// Every stage, in the order of the way.
    pub const ALL: [Self; 4] = [
        Self::Proposed,
        Self::Approved,
        Self::Notified,
        Self::Rejected,
    ];

    /// Name on pages.
    #[must_use]
    pub const fn label_ja(self) -> &'static str {
        match self {
            Self::Proposed => "承認待ち",
            Self::Rejected => "却下",
            Self::Approved => "承認済（通知待ち）",
            Self::Notified => "通知済",
        }
    }
}

/// A case of the list: number, what was stated, how far it has come and the proposal it waits with.
pub type Listed = (i64, Case, Stage, Option<i64>);

/// The latest cases, the newest first.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn list(conn: &mut Conn) -> Result<Vec<Listed>, OfficeError> {
    let mut all = Vec::new();
    for (case_id, case) in conn.query(&LIST, &[], read)? {
        let proposal_id = conn
            .query_opt(&PROPOSED, &[case_id.into()], |row| row.opt_int(0))?
            .flatten();
        let ruled = match proposal_id {
            Some(id) => proposal::proposal(conn, id)?.and_then(|one| one.approved),
            None => Some(true),
        };
        let notified = conn.query_one(&NOTIFIED, &[case_id.into()], |row| row.int(0))? > 0;
        let stage = match (ruled, notified) {
            (_, true) => Stage::Notified,
            (None, _) => Stage::Proposed,
            (Some(true), _) => Stage::Approved,
            (Some(false), _) => Stage::Rejected,
        };
        all.push((case_id, case, stage, proposal_id));
    }
    Ok(all)
}

/// 職権処理の通知 — the letter that tells the person of what was approved, with its ground and the way to appeal. It is
/// written once.
///
/// # Errors
/// [`OfficeError::Refusal`] when the case is unknown, not approved, or was notified before.
pub fn notify(
    store: &Store,
    permit: &Permit<HandleWork>,
    acting: &Acting,
    case_id: i64,
) -> Result<Letter, OfficeError> {
    let on = acting.business_date;
    store.write(|conn| {
        let refuse = |code: &'static str, message: String| Refusal::new(code, message);
        let case = get(conn, case_id)?.ok_or_else(|| {
            refuse(
                "eligibility.ex_officio.unknown",
                format!("職権処理{case_id}はありません"),
            )
        })?;
        let proposal_id = conn.query_one(&PROPOSED, &[case_id.into()], |row| row.opt_int(0))?;
        let approved = match proposal_id {
            Some(id) => proposal::proposal(conn, id)?.is_some_and(|one| one.approved == Some(true)),
            None => true,
        };
        if !approved {
            return Err(refuse(
                "eligibility.ex_officio.not_approved",
                "承認されていない職権処理は通知できません。承認を待ってください".to_owned(),
            )
            .into());
        }
        if conn.query_one(&NOTIFIED, &[case_id.into()], |row| row.int(0))? > 0 {
            return Err(refuse(
                "eligibility.ex_officio.notified",
                "この職権処理は通知済みです".to_owned(),
            )
            .into());
        }
        let act = acts::begin(
            conn,
            acting,
            permit,
            "eligibility.ex_officio_notice",
            &ActDetails::default(),
        )?;
        let name = name_of(conn, case.person_id, on)?;
        let ground = format!("{}（{}）", case.ground, case.evidence);
        let letter = letters::write(
            conn,
            &act,
            &NewLetter {
                kind: if case.is_gain() {
                    LetterKind::ExOfficioGain
                } else {
                    LetterKind::ExOfficioLoss
                },
                item_id: case.item_id,
                person_id: case.person_id,
                sent_on: on,
                answer_by: None,
                facts: Facts {
                    name: &name,
                    on: Some(case.event_on),
                    ground: &ground,
                    ..Facts::default()
                },
            },
        )?;
        let step = [
            case_id.into(),
            "notified".into(),
            "".into(),
            Option::<i64>::None.into(),
            act.id.0.into(),
        ];
        conn.execute(&STEP, &step)?;
        settle(conn, &act, case.item_id, on)?;
        Ok(letter)
    })
}

fn settle(conn: &mut Conn, act: &Act, item_id: Option<i64>, on: Date) -> Result<(), OfficeError> {
    if let Some(item_id) = item_id
        && worklist::get(conn, item_id, on)?.is_some_and(|item| item.state == worklist::State::Open)
    {
        worklist::settle(conn, act, item_id, Outcome::Done, "職権で処理し、通知した")?;
    }
    Ok(())
}

/// The case a candidate of the work list asks for; none when the candidate is of another cause.
#[must_use]
pub fn of_candidate(
    candidate: &Candidate,
    item_id: i64,
    ground: &str,
    evidence: &str,
) -> Option<Case> {
    candidate.cause.starts_with("ex_officio").then(|| Case {
        person_id: candidate.person_id,
        household_id: (candidate.cause == "ex_officio_gain")
            .then(|| candidate.household_id.unwrap_or(-1)),
        prefecture_since: None,
        residence: None,
        cause: candidate.cause.clone(),
        event_on: candidate.occurred_on,
        ground: ground.to_owned(),
        evidence: evidence.to_owned(),
        item_id: Some(item_id),
    })
}
