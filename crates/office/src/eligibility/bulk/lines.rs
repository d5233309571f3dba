//! What a bulk change would do, line by line. The deed goes by the same lines.

use crate::eligibility::status::{Facility, FacilityStay, facility};
use crate::error::OfficeError;
use crate::registry::support::is_withheld_from;
use crate::registry::{HouseholdHead, Resident, movement, timeline};
use crate::security::permit::{Permit, RunEligibility};
use db::{Conn, Sql, Store};
use law::Date;
use serde::{Deserialize, Serialize};

const LIVING: Sql = Sql {
    name: "eligibility.bulk.living",
    text: "select distinct subject from resident_fact where superseded_at is null \
           and (valid_until is null or valid_until > $1) \
           and substr(address, 1, length(cast($2 as text))) = $2 \
           and subject >= $3 and subject < $4 order by subject",
};
const HOUSEHOLDS: Sql = Sql {
    name: "eligibility.bulk.households",
    text: "select distinct subject from household_fact where superseded_at is null \
           and (valid_until is null or valid_until > $1) and subject >= $2 and subject < $3 order by subject",
};

/// Statements of this module.
pub(super) const STATEMENTS: &[Sql] = &[LIVING, HOUSEHOLDS];

/// What stands in the place of an address that is told to nobody.
const WITHHELD: &str = "（非開示）";

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
}

impl Change {
    /// From which day on.
    #[must_use]
    pub const fn on(&self) -> Date {
        match self {
            Self::Town { on, .. } | Self::Facility { on, .. } | Self::Numbers { on, .. } => *on,
        }
    }

    /// Name on pages.
    #[must_use]
    pub const fn label_ja(&self) -> &'static str {
        match self {
            Self::Town { .. } => "町名変更",
            Self::Facility { .. } => "施設の移転・名称変更",
            Self::Numbers { .. } => "記号番号の変更",
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
        Change::Town { old, new, on, .. } => {
            let params = [(*on).into(), old.as_str().into(), first.into(), end.into()];
            let people = conn.query(&LIVING, &params, |row| row.int(0))?;
            people
                .into_iter()
                .map(|person_id| town(conn, person_id, (old, new), *on))
                .collect()
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
            let mut found = Vec::new();
            for household_id in households {
                let heads = timeline::<HouseholdHead>(conn, household_id, None)?;
                let Some(head) = heads.last().map(|dated| &dated.fact) else {
                    continue;
                };
                if let Some((symbol, number)) = numbered(rule, head) {
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
    }
}

/// The number a household gets, when the rule is about it and it has not got it yet.
pub(super) fn numbered(rule: &NumberRule, head: &HouseholdHead) -> Option<(String, String)> {
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

/// An address that begins with the old name, with the new one in its place.
pub(super) fn renamed(address: &str, old: &str, new: &str) -> Option<String> {
    address.strip_prefix(old).map(|rest| format!("{new}{rest}"))
}

fn town(
    conn: &mut Conn,
    person_id: i64,
    (old, new): (&str, &str),
    on: Date,
) -> Result<Line, OfficeError> {
    let facts = timeline::<Resident>(conn, person_id, None)?;
    let before = facts
        .iter()
        .rev()
        .map(|dated| dated.fact.address.clone())
        .find(|address| address.starts_with(old))
        .unwrap_or_default();
    // What the residents' register says of a resident is changed by its own message alone.
    let held = movement::has_events(conn, person_id)?.then(|| {
        "住民記録の異動がある人です。住民記録からの修正を待って取り込んでください".to_owned()
    });
    let after = renamed(&before, old, new).unwrap_or_default();
    // Nobody reads the address of somebody under 支援措置 off a list; the town alone is what changes.
    let withheld = is_withheld_from(conn, person_id, on)?;
    let (before, after) = if withheld {
        (WITHHELD.to_owned(), WITHHELD.to_owned())
    } else {
        (before, after)
    };
    Ok(Line {
        subject: person_id,
        before,
        after,
        held,
    })
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
