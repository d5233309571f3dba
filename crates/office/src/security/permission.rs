//! 権限表 — function × role × place × time: what the program ships with, and the cells a municipality has laid down
//! otherwise. The answer for a session is made once and is a set of bits; asking it costs nothing.

use super::hours::in_japan;
use super::permit::{self, ManageStaff, Permit};
use super::role::Role;
use super::setting::{self, Settings, permission_key};
use crate::error::OfficeError;
use crate::sheet::Sheet;
use db::Conn;

/// Everywhere, in a cell.
pub const EVERYWHERE: &str = "";
/// 本庁: somebody whose post names no ward.
pub const MAIN_OFFICE: &str = "-";

/// A set of functions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Functions {
    bits: u128,
}

impl Functions {
    /// Nothing.
    #[must_use]
    pub const fn none() -> Self {
        Self { bits: 0 }
    }

    /// Whether the function with this place in the table is in it.
    #[must_use]
    pub const fn holds_bit(self, bit: u32) -> bool {
        self.bits >> bit & 1 == 1
    }

    /// Whether a function is in it.
    #[must_use]
    pub fn holds(self, function: &str) -> bool {
        self.holds_bit(permit::bit_of(function))
    }

    /// Both together.
    #[must_use]
    pub(super) const fn with(self, other: Self) -> Self {
        Self {
            bits: self.bits | other.bits,
        }
    }

    /// Whether there is nothing in it that is not in the other.
    #[must_use]
    pub(super) const fn is_within(self, other: Self) -> bool {
        self.bits & !other.bits == 0
    }

    fn put(&mut self, bit: u32) {
        self.bits |= 1 << bit;
    }
}

/// A cell: may or may not, and at what time of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grant {
    /// May, from this minute of the day until that one.
    May(i64, i64),
    /// May not.
    MayNot,
}

const DAY: i64 = 24 * 60;

impl Grant {
    /// At any time.
    pub const ALWAYS: Self = Self::May(0, DAY);

    /// Reads a stored cell: `off`, `on`, `on 510-1035`.
    #[must_use]
    pub fn read(value: &str) -> Option<Self> {
        match value.split_once(' ') {
            None if value == "off" => Some(Self::MayNot),
            None if value == "on" => Some(Self::ALWAYS),
            Some(("on", span)) => {
                let (from, until) = span.split_once('-')?;
                let (from, until) = (from.parse().ok()?, until.parse().ok()?);
                (0 <= from && from < until && until <= DAY).then_some(Self::May(from, until))
            }
            _ => None,
        }
    }

    /// The cell as stored.
    #[must_use]
    pub fn write(self) -> String {
        match self {
            Self::MayNot => "off".to_owned(),
            Self::ALWAYS => "on".to_owned(),
            Self::May(from, until) => format!("on {from}-{until}"),
        }
    }

    /// In words.
    #[must_use]
    pub fn label_ja(self) -> String {
        match self {
            Self::MayNot => String::new(),
            Self::ALWAYS => "○".to_owned(),
            Self::May(from, until) => format!(
                "○ {}:{:02}〜{}:{:02}",
                from / 60,
                from % 60,
                until / 60,
                until % 60
            ),
        }
    }

    const fn at(self, minute: i64) -> bool {
        match self {
            Self::May(from, until) => from <= minute && minute < until,
            Self::MayNot => false,
        }
    }
}

/// Whether the part of a key after `may|` names a role, a function and a place.
#[must_use]
pub fn is_cell(cell: &str) -> bool {
    let mut parts = cell.split('|');
    let (role, function, place) = (parts.next(), parts.next(), parts.next());
    role.is_some_and(|role| Role::from_code(role).is_some())
        && function.is_some_and(|code| permit::ALL.iter().any(|(known, _)| *known == code))
        && place.is_some()
        && parts.next().is_none()
}

/// What a role may at a place: the cell of the place, or the one for everywhere, or what the program ships with.
#[must_use]
pub fn cell(settings: &Settings, role: Role, function: &str, place: &str) -> Grant {
    let at = |place: &str| {
        settings
            .get(&permission_key(role, function, place))
            .and_then(Grant::read)
    };
    at(place).or_else(|| at(EVERYWHERE)).unwrap_or_else(|| {
        if role.holds(function) {
            Grant::ALWAYS
        } else {
            Grant::MayNot
        }
    })
}

/// The place of somebody with a ward.
#[must_use]
pub fn place_of(ward: &str) -> &str {
    if ward.is_empty() { MAIN_OFFICE } else { ward }
}

/// What somebody may at a moment.
#[must_use]
pub fn functions(settings: &Settings, roles: &[Role], ward: &str, now: i64) -> Functions {
    let (_, minute) = in_japan(now);
    let mut all = Functions::none();
    for (code, _) in permit::ALL {
        let may = roles
            .iter()
            .any(|role| cell(settings, *role, code, place_of(ward)).at(minute));
        if may {
            all.put(permit::bit_of(code));
        }
    }
    all
}

/// What somebody may at some time of the day, for a command run on the server itself.
#[must_use]
pub fn at_any_time(settings: &Settings, roles: &[Role], ward: &str) -> Functions {
    let mut all = Functions::none();
    for (code, _) in permit::ALL {
        let may = roles
            .iter()
            .any(|role| cell(settings, *role, code, place_of(ward)) != Grant::MayNot);
        if may {
            all.put(permit::bit_of(code));
        }
    }
    all
}

/// One line of the table: a function at a place, for every role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Function code.
    pub function: &'static str,
    /// Its name.
    pub name_ja: &'static str,
    /// For each role of [`Role::ALL`]; whether the municipality laid it down.
    pub cells: Vec<(Grant, bool)>,
}

/// The whole table for a place, as it stood at a moment.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn table(
    conn: &mut Conn,
    _permit: &Permit<ManageStaff>,
    place: &str,
    at: i64,
) -> Result<Vec<Line>, OfficeError> {
    let settings = setting::as_of(conn, at)?;
    Ok(permit::ALL
        .iter()
        .map(|(function, name_ja)| Line {
            function,
            name_ja,
            cells: Role::ALL
                .into_iter()
                .map(|role| {
                    let own = [place, EVERYWHERE].iter().any(|place| {
                        settings
                            .get(&permission_key(role, function, place))
                            .is_some()
                    });
                    (cell(&settings, role, function, place), own)
                })
                .collect(),
        })
        .collect())
}

/// Places that have cells of their own.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn places(conn: &mut Conn) -> Result<Vec<String>, OfficeError> {
    let settings = setting::as_of(conn, i64::MAX)?;
    let mut places: Vec<String> = settings
        .beginning("may|")
        .filter_map(|(key, _)| key.rsplit('|').next())
        .filter(|place| *place != EVERYWHERE && *place != MAIN_OFFICE)
        .map(ToOwned::to_owned)
        .collect();
    places.extend(super::post::wards(conn)?);
    places.sort();
    places.dedup();
    Ok(places)
}

/// The table as CSV with a byte order mark: role and function with place and time, one cell a line.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn export(conn: &mut Conn, permit: &Permit<ManageStaff>) -> Result<String, OfficeError> {
    let heading = ["場所", "機能コード", "機能", "役割", "可否", "時間", "定め"];
    let mut sheet = Sheet::new(&heading);
    let mut all = vec![MAIN_OFFICE.to_owned()];
    all.extend(places(conn)?);
    for place in all {
        let name = if place == MAIN_OFFICE {
            "本庁"
        } else {
            &place
        };
        for line in table(conn, permit, &place, i64::MAX)? {
            for (role, (grant, own)) in Role::ALL.into_iter().zip(&line.cells) {
                let (may, time) = match *grant {
                    Grant::MayNot => ("否", String::new()),
                    Grant::ALWAYS => ("可", String::new()),
                    timed => ("可", timed.label_ja().replace("○ ", "")),
                };
                let of = if *own { "団体" } else { "標準" };
                sheet.row(&[
                    name,
                    line.function,
                    line.name_ja,
                    role.name_ja(),
                    may,
                    &time,
                    of,
                ]);
            }
        }
    }
    Ok(sheet.into_text())
}
