//! 連絡票 — what one municipality tells the next of a person: 旧国保被保険者連絡票 (特定同一世帯所属者) and 旧扶養者連絡票 (旧被扶養者).
//!
//! 根拠: 国民健康保険法施行令 第29条の7第2項第8号・第5項、国民健康保険法施行規則 第4条

use super::noted;
use crate::acts::{self, Act, ActId, Acting};
use crate::error::OfficeError;
use crate::registry::{FormerDependant, Resident, fact, timeline};
use crate::security::permit::{Permit, RegisterFact};
use crate::worklist::Candidate;
use db::{Conn, Row, Span, Sql, Store, StoreError};
use exchange::Writer;
use law::Date;

const INSERT: Sql = Sql {
    name: "status.slip.insert",
    text: "insert into transfer_slip (slip_id, kind, direction, person_id, household_id, municipality, made_on, since, \
           until_on, withdraws, act_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
};
const OF_PERSON: Sql = Sql {
    name: "status.slip.of_person",
    text: "select slip_id, kind, direction, person_id, household_id, municipality, made_on, since, until_on, act_id \
           from transfer_slip s where person_id = $1 and withdraws is null and not exists \
           (select 1 from transfer_slip w where w.withdraws = s.slip_id) order by slip_id",
};
const OF_ACT: Sql = Sql {
    name: "status.slip.of_act",
    text: "select slip_id, kind, direction, person_id, household_id, municipality, made_on, since, until_on, act_id \
           from transfer_slip s where act_id = $1 and withdraws is null and not exists \
           (select 1 from transfer_slip w where w.withdraws = s.slip_id) order by slip_id",
};

const ALL: Sql = Sql {
    name: "status.slip.all",
    text: "select slip_id, kind, direction, person_id, household_id, municipality, made_on, since, until_on, act_id \
           from transfer_slip s where withdraws is null and not exists \
           (select 1 from transfer_slip w where w.withdraws = s.slip_id) order by person_id, slip_id",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[INSERT, OF_PERSON, OF_ACT, ALL];

/// What a slip is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlipKind {
    /// 旧国保被保険者連絡票.
    FormerInsured,
    /// 旧扶養者連絡票.
    FormerDependant,
}

impl SlipKind {
    /// Every kind: code and name.
    pub const ALL: [(Self, &'static str, &'static str); 2] = [
        (
            Self::FormerInsured,
            "former_insured",
            "旧国保被保険者連絡票",
        ),
        (Self::FormerDependant, "former_dependant", "旧扶養者連絡票"),
    ];

    fn code(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|row| row.0 == self)
            .map_or("", |row| row.1)
    }

    /// The kind of a code.
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
}

/// Which way it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// 発行: the person moves away.
    Issued,
    /// 受理: the person came.
    Received,
}

impl Direction {
    const fn code(self) -> &'static str {
        match self {
            Self::Issued => "issued",
            Self::Received => "received",
        }
    }

    /// The direction of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Issued, Self::Received]
            .into_iter()
            .find(|one| one.code() == code)
    }
}

/// 連絡票.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slip {
    /// What it is about.
    pub kind: SlipKind,
    /// Which way it goes.
    pub direction: Direction,
    /// 宛名番号.
    pub person_id: i64,
    /// 国保世帯.
    pub household_id: i64,
    /// The other municipality: 市区町村コード.
    pub municipality: String,
    /// 発行日・受理日.
    pub made_on: Date,
    /// Since when: the day of the loss that made the person 特定同一世帯所属者, or the day of acquisition as
    /// 旧被扶養者.
    pub since: Date,
    /// The first day on which it no longer applies, when one is known.
    pub until: Option<Date>,
}

/// A slip as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Number.
    pub slip_id: i64,
    /// What it says.
    pub slip: Slip,
    /// The act.
    pub act_id: i64,
}

fn read(row: &Row<'_>) -> Result<Kept, StoreError> {
    let kind = SlipKind::ALL
        .iter()
        .find(|known| row.str(1).is_ok_and(|code| code == known.1))
        .ok_or_else(|| row.wrong(1, "連絡票の種類を知りません".to_owned()))?
        .0;
    let direction = match row.str(2)? {
        "issued" => Direction::Issued,
        "received" => Direction::Received,
        other => return Err(row.wrong(2, format!("連絡票の向き「{other}」を知りません"))),
    };
    Ok(Kept {
        slip_id: row.int(0)?,
        slip: Slip {
            kind,
            direction,
            person_id: row.int(3)?,
            household_id: row.int(4)?,
            municipality: row.text(5)?,
            made_on: row.date(6)?,
            since: row.date(7)?,
            until: row.opt_date(8)?,
        },
        act_id: row.int(9)?,
    })
}

/// 連絡票の発行・受理. A received 旧扶養者連絡票 states the person 旧被扶養者 from the day of its making on, with the day on
/// which the two years began; a received 旧国保被保険者連絡票 becomes a candidate of an event.
///
/// # Errors
/// [`OfficeError::Input`] when its days contradict each other; [`OfficeError::Refusal`] when the person or household is
/// unknown.
pub fn keep(
    store: &Store,
    permit: &Permit<RegisterFact>,
    acting: &Acting,
    slip: &Slip,
) -> Result<Kept, OfficeError> {
    store.write(|conn| {
        let act = acts::begin(conn, acting, permit, "status.slip", &noted(""))?;
        keep_under(conn, &act, slip)
    })
}

/// Keeps a slip under an act that is under way.
///
/// # Errors
/// As [`keep`].
pub fn keep_under(conn: &mut Conn, act: &Act, slip: &Slip) -> Result<Kept, OfficeError> {
    if slip.since > slip.made_on {
        return Err(OfficeError::input(
            "開始日",
            "開始日が発行日・受理日より後です",
        ));
    }
    if slip.until.is_some_and(|until| until <= slip.since) {
        return Err(OfficeError::input("終了日", "終了日が開始日以前です"));
    }
    super::known(conn, super::Subject::Person, slip.person_id)?;
    super::known(conn, super::Subject::Household, slip.household_id)?;
    let slip_id = insert(conn, act, slip, None)?;
    if slip.direction == Direction::Received {
        received(conn, act, slip)?;
    }
    Ok(Kept {
        slip_id,
        slip: slip.clone(),
        act_id: act.id.0,
    })
}

/// Writes every slip that was not taken back as a row of its layout.
pub(super) fn write_all(
    conn: &mut Conn,
    writer: &mut Writer<'_>,
    municipality: &str,
) -> Result<(), OfficeError> {
    for kept in conn.query(&ALL, &[], read)? {
        let slip = &kept.slip;
        let (person, number) = (slip.person_id.to_string(), kept.slip_id.to_string());
        let (household, made_on) = (slip.household_id.to_string(), slip.made_on.to_string());
        let since = slip.since.to_string();
        let until = slip
            .until
            .map(|until| until.to_string())
            .unwrap_or_default();
        let row = [
            ("municipality_code", municipality),
            ("person_number", &person),
            ("history_number", &number),
            ("kind", slip.kind.code()),
            ("direction", slip.direction.code()),
            ("household_number", &household),
            ("other_municipality", &slip.municipality),
            ("made_on", &made_on),
            ("since", &since),
            ("until_on", &until),
        ];
        super::handover::row_into(writer, &row)?;
    }
    Ok(())
}

/// The day from which what a received slip says counts here: the one on which the person came, not the one on which the slip did.
/// Where the record has no day of coming after the standing began elsewhere, it is the day of the slip.
///
/// 根拠: 国民健康保険法施行規則 第4条第1項第2号・第4号、国民健康保険法施行令 第29条の7第2項第8号イ
fn came_on(conn: &mut Conn, slip: &Slip) -> Result<Date, OfficeError> {
    let records = timeline::<Resident>(conn, slip.person_id, None)?;
    let days = records.iter().filter_map(|one| one.fact.resident_since);
    let came = days.filter(|day| slip.since <= *day && *day <= slip.made_on);
    Ok(came.max().unwrap_or(slip.made_on))
}

fn received(conn: &mut Conn, act: &Act, slip: &Slip) -> Result<(), OfficeError> {
    let came_on = came_on(conn, slip)?;
    match slip.kind {
        SlipKind::FormerDependant => {
            let span = Span::new(came_on, slip.until);
            if span.has_days() {
                let since = slip.since;
                fact::record(conn, act, slip.person_id, span, &FormerDependant { since })?;
            }
        }
        SlipKind::FormerInsured => {
            let candidate = Candidate {
                person_id: slip.person_id,
                household_id: Some(slip.household_id),
                cause: "former_insured_started".to_owned(),
                occurred_on: came_on,
                elsewhere_from: None,
                reported_on: Some(slip.made_on),
                told_by: format!(
                    "旧国保被保険者連絡票（{}、資格喪失日の前日 {}）",
                    slip.municipality,
                    law::era::wareki(law::date::previous_day(slip.since))
                ),
            };
            candidate.open(
                conn,
                act,
                &format!("slip/{}", act.id.0),
                "特定同一世帯所属者の引継ぎを登録する",
                slip.made_on,
            )?;
        }
    }
    Ok(())
}

fn insert(
    conn: &mut Conn,
    act: &Act,
    slip: &Slip,
    withdraws: Option<i64>,
) -> Result<i64, OfficeError> {
    let slip_id = conn.next_ids("transfer_slip", 1)?;
    let params = [
        slip_id.into(),
        slip.kind.code().into(),
        slip.direction.code().into(),
        slip.person_id.into(),
        slip.household_id.into(),
        slip.municipality.as_str().into(),
        slip.made_on.into(),
        slip.since.into(),
        slip.until.into(),
        withdraws.into(),
        act.id.0.into(),
    ];
    conn.execute(&INSERT, &params)?;
    Ok(slip_id)
}

/// The slips of a person that were not taken back, oldest first.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn of_person(conn: &mut Conn, person_id: i64) -> Result<Vec<Kept>, OfficeError> {
    Ok(conn.query(&OF_PERSON, &[person_id.into()], read)?)
}

/// The slips an act kept that were not taken back.
pub(super) fn of_act(conn: &mut Conn, act: ActId) -> Result<Vec<Kept>, OfficeError> {
    Ok(conn.query(&OF_ACT, &[act.0.into()], read)?)
}

/// Takes back what an act kept; [`super::undo`] calls it beside the facts.
pub(super) fn withdraw_of_act(
    conn: &mut Conn,
    act: &Act,
    undone: ActId,
) -> Result<(), OfficeError> {
    for kept in of_act(conn, undone)? {
        insert(conn, act, &kept.slip, Some(kept.slip_id))?;
        if kept.slip.kind == SlipKind::FormerDependant {
            use crate::registry::fact::Kind;
            FormerDependant::TABLE.undo(conn, act.stamp(), undone.0)?;
        }
    }
    Ok(())
}
