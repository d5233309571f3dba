//! 利用可能時間 — when a role may be used: by weekday, and by day where a day is different. A role without any hours is
//! used at all times; `doctor` says so.

use super::permit::{ManageStaff, Permit};
use super::role::Role;
use crate::acts::{self, ActDetails, Acting};
use crate::error::OfficeError;
use db::{Conn, Sql};
use law::{Date, day};

const SET: Sql = Sql {
    name: "hours.set",
    text: "insert into usage_hours (role, day, from_minute, until_minute, act_id) values ($1, $2, $3, $4, $5) \
           on conflict (role, day) do update set from_minute = excluded.from_minute, \
           until_minute = excluded.until_minute, act_id = excluded.act_id",
};
const ALL: Sql = Sql {
    name: "hours.all",
    text: "select role, day, from_minute, until_minute from usage_hours order by role, day",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[SET, ALL];

const MICROSECONDS_A_MINUTE: i64 = 60_000_000;
const MINUTES_A_DAY: i64 = 24 * 60;
/// Japan is nine hours ahead of UTC and has no summer time.
const AHEAD: i64 = 9 * 60;

/// The day and the minute of the day in Japan.
#[must_use]
pub fn in_japan(now: i64) -> (Date, i64) {
    let minutes = now.div_euclid(MICROSECONDS_A_MINUTE) + AHEAD;
    let days = minutes.div_euclid(MINUTES_A_DAY);
    let date = day(1970, 1, 1).saturating_add(jiff::Span::new().days(days));
    (date, minutes.rem_euclid(MINUTES_A_DAY))
}

/// For which days hours are set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Days {
    /// A weekday: 1 Monday … 7 Sunday.
    Weekday(u8),
    /// One day, in place of its weekday.
    Day(Date),
}

impl Days {
    fn write(self) -> String {
        match self {
            Self::Weekday(number) => number.to_string(),
            Self::Day(date) => date.to_string(),
        }
    }

    fn read(text: &str) -> Option<Self> {
        match text.parse::<u8>() {
            Ok(number) => Some(Self::Weekday(number)),
            Err(_) => text.parse().ok().map(Self::Day),
        }
    }
}

/// Hours of a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hours {
    /// Whose.
    pub role: Role,
    /// When.
    pub days: Days,
    /// First minute since midnight.
    pub from_minute: i64,
    /// The minute from which it is over; equal to the first one for a day without use.
    pub until_minute: i64,
}

/// Sets the hours of a role.
///
/// # Errors
/// [`OfficeError::Input`] where they are no hours of a day.
pub fn set(
    conn: &mut Conn,
    acting: &Acting,
    permit: &Permit<ManageStaff>,
    hours: Hours,
) -> Result<(), OfficeError> {
    let right = (0..=MINUTES_A_DAY).contains(&hours.from_minute)
        && (hours.from_minute..=MINUTES_A_DAY).contains(&hours.until_minute)
        && !matches!(hours.days, Days::Weekday(0 | 8..));
    if !right {
        return Err(OfficeError::input(
            "利用可能時間",
            "0:00から24:00までの間で、始まりが終わりより遅くならないようにしてください",
        ));
    }
    let details = ActDetails {
        note: format!(
            "{} {} {}分から{}分",
            hours.role.name_ja(),
            hours.days.write(),
            hours.from_minute,
            hours.until_minute
        ),
        ..ActDetails::default()
    };
    let act = acts::begin(conn, acting, permit, "security.hours", &details)?;
    conn.execute(
        &SET,
        &[
            hours.role.code().into(),
            hours.days.write().into(),
            hours.from_minute.into(),
            hours.until_minute.into(),
            act.id.0.into(),
        ],
    )?;
    Ok(())
}

/// All hours that are set.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn all(conn: &mut Conn) -> Result<Vec<Hours>, OfficeError> {
    let rows = conn.query(&ALL, &[], |row| {
        let role = Role::from_code(row.str(0)?);
        let days = Days::read(row.str(1)?);
        Ok((role, days, row.int(2)?, row.int(3)?))
    })?;
    Ok(rows
        .into_iter()
        .filter_map(|(role, days, from_minute, until_minute)| {
            Some(Hours {
                role: role?,
                days: days?,
                from_minute,
                until_minute,
            })
        })
        .collect())
}

/// The roles that may be used at a moment.
#[must_use]
pub fn open_roles(hours: &[Hours], roles: Vec<Role>, now: i64) -> Vec<Role> {
    let (date, minute) = in_japan(now);
    let weekday = Days::Weekday(date.weekday().to_monday_one_offset().unsigned_abs());
    roles
        .into_iter()
        .filter(|role| {
            let of_role = || hours.iter().filter(|hours| hours.role == *role);
            if of_role().next().is_none() {
                return true;
            }
            of_role()
                .find(|hours| hours.days == Days::Day(date))
                .or_else(|| of_role().find(|hours| hours.days == weekday))
                .is_some_and(|hours| (hours.from_minute..hours.until_minute).contains(&minute))
        })
        .collect()
}
