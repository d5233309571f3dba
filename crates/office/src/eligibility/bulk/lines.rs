//! What a bulk change would do, line by line. The deed goes by the same lines.

use super::file::{NumberRow, TownRow};
use super::names::{self, Names};
use crate::eligibility::status::{Facility, FacilityStay, facility};
use crate::error::OfficeError;
use crate::registry::{HouseholdHead, timeline};
use crate::security::permit::{Permit, RunEligibility};
use db::{Conn, Sql, Store};
use law::Date;
use serde::{Deserialize, Serialize};

const HOUSEHOLDS: Sql = Sql {
    name: "eligibility.bulk.households",
    text: "select distinct subject from household_fact where superseded_at is null \
           and (valid_until is null or valid_until > $1) and subject >= $2 and subject < $3 order by subject",
};

/// Statements of this module.
pub(super) const STATEMENTS: &[Sql] = &[HOUSEHOLDS];

/// How numbers change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case", tag = "how")]
pub enum NumberRule {
    /// Another 記号; the numbers stay.
    Symbol {
        /// 記号 before.
        old: String,
        /// 記号 after.
        new: String,
    },
    /// Letters put before the number of every household of a 記号.
    Prefix {
        /// 記号.
        symbol: String,
        /// What comes before the number.
        prefix: String,
    },
}

/// 一括の変更.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case", tag = "what")]
pub enum Change {
    /// 町名変更 from a day on.
    Town {
        /// How the address begins before.
        old: String,
        /// How it begins after.
        new: String,
        /// 郵便番号 after; none: as before.
        postal_code: Option<String>,
        /// From this day on.
        on: Date,
    },
    /// 町名変更 of many towns, by a table.
    TownTable {
        /// Its rows.
        rows: Vec<TownRow>,
        /// From this day on.
        on: Date,
    },
    /// 施設の移転・名称変更 from a day on.
    Facility {
        /// 施設番号.
        facility_id: i64,
        /// 施設名 after.
        name: String,
        /// 所在地の市区町村コード after.
        municipality: String,
        /// 郵便番号 after.
        postal_code: String,
        /// 所在地 after.
        address: String,
        /// From this day on.
        on: Date,
    },
    /// 記号番号の変更 from a day on.
    Numbers {
        /// How.
        rule: NumberRule,
        /// From this day on.
        on: Date,
    },
    /// 記号番号の変更 of many households, by a table.
    NumberTable {
        /// Its rows.
        rows: Vec<NumberRow>,
        /// From this day on.
        on: Date,
    },
}

impl Change {
    /// From which day on.
    #[must_use]
    pub const fn on(&self) -> Date {
        match self {
            Self::Town { on, .. }
            | Self::TownTable { on, .. }
            | Self::Facility { on, .. }
            | Self::Numbers { on, .. }
            | Self::NumberTable { on, .. } => *on,
        }
    }

    /// Name on pages.
    #[must_use]
    pub const fn label_ja(&self) -> &'static str {
        match self {
            Self::Town { .. } | Self::TownTable { .. } => "町名変更",
            Self::Facility { .. } => "施設の移転・名称変更",
            Self::Numbers { .. } | Self::NumberTable { .. } => "記号番号の変更",
        }
    }

    /// What is wrong with it before anything is looked at.
    pub(super) fn check(&self) -> Result<(), OfficeError> {
        let (same, empty, field) = match self {
            Self::Town { old, new, .. } => (old == new, old.is_empty() || new.is_empty(), "町名"),
            Self::Facility { name, address, .. } => {
                (false, name.is_empty() || address.is_empty(), "施設")
            }
            Self::Numbers {
                rule: NumberRule::Symbol { old, new },
                ..
            } => (old == new, new.is_empty(), "記号"),
            Self::Numbers {
                rule: NumberRule::Prefix { prefix, .. },
                ..
            } => (false, prefix.is_empty(), "番号"),
            Self::TownTable { rows, .. } => (false, rows.is_empty(), "一覧"),
            Self::NumberTable { rows, .. } => (false, rows.is_empty(), "一覧"),
        };
        if same || empty {
            let message = "変更前と変更後を入れ、違うものにしてください";
            return Err(OfficeError::input(field, message));
        }
        Ok(())
    }
}

/// One line: who or what, before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// 宛名番号, 国保世帯番号 or 施設番号.
    pub subject: i64,
    /// Before.
    pub before: String,
    /// After.
    pub after: String,
    /// Why a person has to look at it instead; none when it is carried out.
    pub held: Option<String>,
}

/// 試行 — every line of a bulk change. Nothing is written.
///
/// # Errors
/// [`OfficeError::Input`] when the change says nothing; [`OfficeError::Store`].
pub fn dry_run(
    store: &Store,
    _permit: &Permit<RunEligibility>,
    change: &Change,
) -> Result<Vec<Line>, OfficeError> {
    change.check()?;
    store.read(|conn| lines(conn, change, (i64::MIN, i64::MAX)))
}

/// The lines of the subjects whose number lies in a stretch.
pub(super) fn lines(
    conn: &mut Conn,
    change: &Change,
    (first, end): (i64, i64),
) -> Result<Vec<Line>, OfficeError> {
    match change {
        Change::Town { on, .. } | Change::TownTable { on, .. } => {
            names::lines(conn, &Names::of(change), *on, (first, end))
        }
        Change::Facility { facility_id, .. } => {
            if *facility_id < first || *facility_id >= end {
                return Ok(Vec::new());
            }
            moved_facility(conn, change)
        }
        Change::Numbers { rule, on } => {
            let params = [(*on).into(), first.into(), end.into()];
            let households = conn.query(&HOUSEHOLDS, &params, |row| row.int(0))?;
            let about = |head: &HouseholdHead| numbered(rule, head);
            renumbered(conn, households.into_iter().map(|id| (id, about)))
        }
        Change::NumberTable { rows, .. } => {
            let here = rows
                .iter()
                .filter(|row| row.household_id >= first && row.household_id < end);
            let about =
                here.map(|row| (row.household_id, |head: &HouseholdHead| listed(row, head)));
            let mut found = renumbered(conn, about)?;
            found.sort_by_key(|line| line.subject);
            Ok(found)
        }
    }
}

fn renumbered<F: Fn(&HouseholdHead) -> Option<(String, String)>>(
    conn: &mut Conn,
    households: impl Iterator<Item = (i64, F)>,
) -> Result<Vec<Line>, OfficeError> {
    let mut found = Vec::new();
    for (household_id, number_of) in households {
        let heads = timeline::<HouseholdHead>(conn, household_id, None)?;
        let Some(head) = heads.last().map(|dated| &dated.fact) else {
            continue;
        };
        if let Some((symbol, number)) = number_of(head) {
            found.push(Line {
                subject: household_id,
                before: format!("{} {}", head.symbol, head.number),
                after: format!("{symbol} {number}"),
                held: None,
            });
        }
    }
    Ok(found)
}

/// The number a household gets by a row of a table, while it bears the one of before.
fn listed(row: &NumberRow, head: &HouseholdHead) -> Option<(String, String)> {
    let stands = (&head.symbol, &head.number) == (&row.before.0, &row.before.1);
    stands.then(|| row.after.clone())
}

/// The number a household gets by a change; none where it is not about it or was done before.
pub(super) fn number_after(
    change: &Change,
    household_id: i64,
    head: &HouseholdHead,
) -> Option<(String, String)> {
    match change {
        Change::Numbers { rule, .. } => numbered(rule, head),
        Change::NumberTable { rows, .. } => rows
            .iter()
            .find(|row| row.household_id == household_id)
            .and_then(|row| listed(row, head)),
        _ => None,
    }
}

/// The number a household gets, when the rule is about it and it has not got it yet.
fn numbered(rule: &NumberRule, head: &HouseholdHead) -> Option<(String, String)> {
    match rule {
        NumberRule::Symbol { old, new } => {
            (head.symbol == *old).then(|| (new.clone(), head.number.clone()))
        }
        NumberRule::Prefix { symbol, prefix } => {
            let about = head.symbol == *symbol && !head.number.starts_with(prefix.as_str());
            about.then(|| (head.symbol.clone(), format!("{prefix}{}", head.number)))
        }
    }
}

fn moved_facility(conn: &mut Conn, change: &Change) -> Result<Vec<Line>, OfficeError> {
    let Some((facility_id, after, on)) = facility_after(conn, change)? else {
        return Ok(Vec::new());
    };
    let Some(before) = facility::get(conn, facility_id, on)? else {
        return Ok(Vec::new());
    };
    if before == after {
        return Ok(Vec::new());
    }
    let mut found = vec![Line {
        subject: facility_id,
        before: format!("{} {} {}", before.name, before.municipality, before.address),
        after: format!("{} {} {}", after.name, after.municipality, after.address),
        held: None,
    }];
    for person_id in facility::staying(conn, facility_id, on)? {
        let stays = timeline::<FacilityStay>(conn, person_id, None)?;
        let home = stays
            .iter()
            .find(|stay| stay.valid.holds(on))
            .is_some_and(|stay| stay.fact.insurer == after.municipality);
        if home {
            found.push(Line {
                subject: person_id,
                before: format!("住所地特例（{}）", before.name),
                after: "施設が保険者の区域内になる".to_owned(),
                held: Some("住所地特例でなくなります。退所と転居として登録してください".to_owned()),
            });
        }
    }
    Ok(found)
}

/// The facility as it is after the change.
pub(super) fn facility_after(
    conn: &mut Conn,
    change: &Change,
) -> Result<Option<(i64, Facility, Date)>, OfficeError> {
    let Change::Facility {
        facility_id,
        name,
        municipality,
        postal_code,
        address,
        on,
    } = change
    else {
        return Ok(None);
    };
    let before = facility::get(conn, *facility_id, *on)?;
    Ok(before.map(|before| {
        let after = Facility {
            name: name.clone(),
            kind: before.kind,
            municipality: municipality.clone(),
            postal_code: postal_code.clone(),
            address: address.clone(),
        };
        (*facility_id, after, *on)
    }))
}
