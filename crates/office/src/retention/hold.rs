//! 保留 — a person or household that is not erased although the term has run out: a lawsuit, a request for disclosure,
//! arrears, a time limit that is still open. A hold that somebody placed ends when somebody ends it, never by itself; that of a
//! request in the register of requests stands from the day it is received until it is closed.

use crate::acts::{self, ActDetails, Acting};
use crate::error::OfficeError;
use crate::names::{code_of, label_of, named};
use crate::registers;
use crate::security::permit::{Permit, ProposeErasure};
use db::{Conn, Sql};
use law::Date;
use std::collections::BTreeSet;

const INSERT: Sql = Sql {
    name: "retention.hold.insert",
    text: "insert into retention_hold (hold_id, kind, person_id, household_id, ground, review_on, placed_at, staff_id, \
           act_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
};
const END: Sql = Sql {
    name: "retention.hold.end",
    text: "insert into retention_hold_end (hold_id, reason, ended_at, staff_id, act_id) values ($1, $2, $3, $4, $5)",
};
const STANDING: Sql = Sql {
    name: "retention.hold.standing",
    text: "select h.hold_id, h.kind, h.person_id, h.household_id, h.ground, h.review_on from retention_hold h \
           where not exists (select 1 from retention_hold_end e where e.hold_id = h.hold_id) order by h.hold_id",
};
/// The households that have to do with a person, and the persons that have to do with a household.
const HOUSEHOLDS_OF: Sql = Sql {
    name: "retention.hold.households_of",
    text: "select household_id from insured_fact where subject = $1 \
           union select household_id from former_insured_fact where subject = $1 \
           union select subject from household_fact where head_person_id = $1 \
           union select household_id from levy_decision where liable_id = $1 \
           union select household_id from ledger where debtor_id = $1 \
           union select household_id from notice where addressee_id = $1 \
           union select household_id from judgement_decision where subject_id = $1",
};
const PERSONS_OF: Sql = Sql {
    name: "retention.hold.persons_of",
    text: "select subject from insured_fact where household_id = $1 \
           union select subject from former_insured_fact where household_id = $1 \
           union select head_person_id from household_fact where subject = $1 \
           union select liable_id from levy_decision where household_id = $1 \
           union select debtor_id from ledger where household_id = $1",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[INSERT, END, STANDING, HOUSEHOLDS_OF, PERSONS_OF];

/// Why somebody is held back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum HoldKind {
    /// 訴訟・審査請求.
    Litigation,
    /// 開示・訂正・利用停止の請求.
    Disclosure,
    /// 滞納・徴収.
    Arrears,
    /// 期間制限・時効の完成前.
    TimeLimit,
    /// そのほか.
    Other,
}

impl HoldKind {
    const NAMES: [(Self, &'static str, &'static str); 5] = [
        (Self::Litigation, "litigation", "訴訟・審査請求"),
        (Self::Disclosure, "disclosure", "開示・訂正の請求"),
        (Self::Arrears, "arrears", "滞納・徴収"),
        (Self::TimeLimit, "time_limit", "期間制限・時効の完成前"),
        (Self::Other, "other", "そのほか"),
    ];

    /// Every kind, with code and label.
    pub fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
        Self::NAMES.iter().map(|(_, code, label)| (*code, *label))
    }

    /// As stored.
    #[must_use]
    pub fn code(self) -> &'static str {
        code_of(&Self::NAMES, self)
    }

    /// As shown.
    #[must_use]
    pub fn label_ja(self) -> &'static str {
        label_of(&Self::NAMES, self)
    }

    /// From its code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        named(&Self::NAMES, code)
    }
}

/// A hold that stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// Number.
    pub hold_id: i64,
    /// Why.
    pub kind: HoldKind,
    /// 宛名番号, where a person is held.
    pub person_id: Option<i64>,
    /// 国保の世帯, where a household is held.
    pub household_id: Option<i64>,
    /// In words.
    pub ground: String,
    /// When somebody looks whether it is still needed. It does not end by that.
    pub review_on: Date,
    /// Its entry in the register of requests, where that holds it; nobody ends it but by closing the request.
    pub request: Option<i64>,
}

/// What is asked when a hold is placed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewHold {
    /// Why.
    pub kind: HoldKind,
    /// 宛名番号.
    pub person_id: Option<i64>,
    /// 国保の世帯.
    pub household_id: Option<i64>,
    /// In words.
    pub ground: String,
    /// When somebody looks again.
    pub review_on: Date,
}

/// Places a hold; from now on nothing that concerns them is erased.
///
/// # Errors
/// [`OfficeError::Input`] without a person or household, without a ground, or with a day for review that has passed.
pub fn place(
    conn: &mut Conn,
    (acting, permit): (&Acting, &Permit<ProposeErasure>),
    new: &NewHold,
) -> Result<i64, OfficeError> {
    if new.person_id.is_some() == new.household_id.is_some() {
        return Err(OfficeError::input(
            "宛名番号・世帯番号",
            "保留する人か世帯のどちらか一方を指定してください",
        ));
    }
    if new.ground.trim().is_empty() {
        return Err(OfficeError::input(
            "保留の理由",
            "事件番号や請求の日などを書いてください",
        ));
    }
    if new.review_on <= acting.business_date {
        return Err(OfficeError::input(
            "見直す日",
            "今日より後の日を入力してください",
        ));
    }
    let details = ActDetails {
        note: format!(
            "{} 宛名{} 世帯{}",
            new.kind.label_ja(),
            new.person_id.map_or("-".to_owned(), |id| id.to_string()),
            new.household_id.map_or("-".to_owned(), |id| id.to_string())
        ),
        ..ActDetails::default()
    };
    let act = acts::begin(conn, acting, permit, "retention.hold", &details)?;
    let hold_id = conn.next_ids("retention_hold", 1)?;
    conn.execute(
        &INSERT,
        &[
            hold_id.into(),
            new.kind.code().into(),
            new.person_id.into(),
            new.household_id.into(),
            new.ground.trim().into(),
            new.review_on.into(),
            act.recorded_at.into(),
            acting.staff_id.into(),
            act.id.0.into(),
        ],
    )?;
    Ok(hold_id)
}

/// Ends a hold.
///
/// # Errors
/// [`OfficeError::Input`] without a reason; [`OfficeError::Conflict`] where it does not stand.
pub fn end(
    conn: &mut Conn,
    (acting, permit): (&Acting, &Permit<ProposeErasure>),
    hold_id: i64,
    reason: &str,
) -> Result<(), OfficeError> {
    if reason.trim().is_empty() {
        return Err(OfficeError::input("解除の理由", "入力してください"));
    }
    if !placed(conn)?.iter().any(|hold| hold.hold_id == hold_id) {
        return Err(OfficeError::Conflict(
            "この保留は解除されているか、ありません。開き直してください".to_owned(),
        ));
    }
    let details = ActDetails {
        note: format!("保留{hold_id} {}", reason.trim()),
        ..ActDetails::default()
    };
    let act = acts::begin(conn, acting, permit, "retention.release", &details)?;
    conn.execute(
        &END,
        &[
            hold_id.into(),
            reason.trim().into(),
            act.recorded_at.into(),
            acting.staff_id.into(),
            act.id.0.into(),
        ],
    )?;
    Ok(())
}

/// Every hold that stands: those that were placed, oldest first, and those of open requests.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn standing(conn: &mut Conn) -> Result<Vec<Hold>, OfficeError> {
    let mut all = placed(conn)?;
    all.extend(of_requests(conn)?);
    Ok(all)
}

/// 開示・訂正・利用停止の請求 that are not closed: nothing of the person is erased meanwhile.
fn of_requests(conn: &mut Conn) -> Result<Vec<Hold>, OfficeError> {
    let open = registers::entries(conn, "disclosure")?
        .into_iter()
        .filter(|entry| !entry.closed);
    let holds = open.filter_map(|entry| {
        let value = |field: &str| entry.values.get(field).map_or("", String::as_str);
        let person = value("person_number").parse().ok()?;
        let received = entry.history.first()?.taken_on;
        Some(Hold {
            hold_id: 0,
            kind: HoldKind::Disclosure,
            person_id: Some(person),
            household_id: None,
            ground: format!(
                "{}の請求 {}（台帳{}番）",
                value("kind"),
                value("request_number"),
                entry.entry_id
            ),
            review_on: entry.due_on.unwrap_or(received),
            request: Some(entry.entry_id),
        })
    });
    Ok(holds.collect())
}

/// The holds that somebody placed and nobody has ended.
fn placed(conn: &mut Conn) -> Result<Vec<Hold>, OfficeError> {
    let rows = conn.query(&STANDING, &[], |row| {
        Ok((
            row.text(1)?,
            Hold {
                hold_id: row.int(0)?,
                kind: HoldKind::Other,
                person_id: row.opt_int(2)?,
                household_id: row.opt_int(3)?,
                ground: row.text(4)?,
                review_on: row.date(5)?,
                request: None,
            },
        ))
    })?;
    rows.into_iter()
        .map(|(code, hold)| {
            let kind = HoldKind::from_code(&code)
                .ok_or_else(|| OfficeError::Bug(format!("知らない保留の種類です: {code}")))?;
            Ok(Hold { kind, ..hold })
        })
        .collect()
}

/// Everybody who is held: who is named, their households, and everybody in these.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holds {
    /// 宛名番号.
    pub persons: BTreeSet<i64>,
    /// 国保の世帯.
    pub households: BTreeSet<i64>,
}

impl Holds {
    /// Reads them.
    ///
    /// # Errors
    /// [`OfficeError::Store`].
    pub fn read(conn: &mut Conn) -> Result<Self, OfficeError> {
        let mut held = Self::default();
        for hold in standing(conn)? {
            held.persons.extend(hold.person_id);
            held.households.extend(hold.household_id);
            if let Some(person) = hold.person_id {
                held.households
                    .extend(conn.query(&HOUSEHOLDS_OF, &[person.into()], |row| row.int(0))?);
            }
        }
        for household in held.households.clone() {
            held.persons
                .extend(conn.query(&PERSONS_OF, &[household.into()], |row| row.int(0))?);
        }
        Ok(held)
    }

    /// Nobody is held.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.persons.is_empty() && self.households.is_empty()
    }

    /// Whether a record concerns anybody who is held.
    #[must_use]
    pub fn concern(&self, person: Option<i64>, household: Option<i64>) -> bool {
        person.is_some_and(|person| self.persons.contains(&person))
            || household.is_some_and(|household| self.households.contains(&household))
    }
}
