//! 利用可能時間 — when a role may be used: by weekday, and by day where a day is different. What is laid down holds from a day
//! on; what was laid down before stays in the history. A role without any hours is used at all times; `doctor` says so.

use super::permit::{ManageStaff, Permit};
use super::role::Role;
use crate::acts::{self, ActDetails, Acting};
use crate::error::OfficeError;
use crate::registry::fact::{self, Kind, Values};
use db::ColumnType::{Int, Text};
use db::{ColumnType, Conn, DatedTable, Span, Sql, StoreError, Value};
use law::date::next_day;
use law::{Date, day};

const SUBJECT: Sql = Sql {
    name: "hours.subject",
    text: "select min(subject) from usage_hours_fact where role = $1 and day = $2",
};
const ON: Sql = Sql {
    name: "hours.on",
    text: "select role, day, from_minute, until_minute from usage_hours_fact where superseded_at is null \
           and valid_from <= $1 and (valid_until is null or valid_until > $1) order by role, day",
};
const STATED: Sql = Sql {
    name: "hours.stated",
    text: "select f.role, f.day, f.from_minute, f.until_minute, f.valid_from, f.valid_until, \
           case when f.superseded_at is null then 1 else 0 end, a.recorded_at, coalesce(s.name, '') \
           from usage_hours_fact f join act a on a.act_id = f.act_id left join staff s on s.staff_id = a.staff_id \
           order by f.role, f.day, f.valid_from, f.fact_no",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[SUBJECT, ON, STATED];

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

/// The first microsecond of a day in Japan.
pub(crate) fn begin(date: Date) -> i64 {
    let days = day(1970, 1, 1)
        .until(date)
        .map_or(0, |span| i64::from(span.get_days()));
    (days * MINUTES_A_DAY - AHEAD) * MICROSECONDS_A_MINUTE
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

impl Hours {
    fn is_right(&self) -> bool {
        (0..=MINUTES_A_DAY).contains(&self.from_minute)
            && (self.from_minute..=MINUTES_A_DAY).contains(&self.until_minute)
            && !matches!(self.days, Days::Weekday(0 | 8..))
    }
}

impl Kind for Hours {
    const TABLE: DatedTable = DatedTable::new(
        "usage_hours_fact",
        &["role", "day", "from_minute", "until_minute"],
    );
    const TYPES: &'static [ColumnType] = &[Text, Text, Int, Int];

    fn values(&self) -> Vec<Value> {
        vec![
            self.role.code().into(),
            self.days.write().into(),
            self.from_minute.into(),
            self.until_minute.into(),
        ]
    }

    fn read(values: &mut Values<'_>) -> Result<Self, StoreError> {
        let (role, days) = (values.text()?, values.text()?);
        let (Some(role), Some(days)) = (Role::from_code(&role), Days::read(&days)) else {
            return Err(StoreError::Dated {
                table: Self::TABLE.name.to_owned(),
                reason: format!("「{role} {days}」の利用可能時間を読めません"),
            });
        };
        Ok(Self {
            role,
            days,
            from_minute: values.int()?,
            until_minute: values.int()?,
        })
    }
}

/// Lays down the hours of a role from a day on; hours of one day hold on that day, whatever the first day.
///
/// # Errors
/// [`OfficeError::Input`] where they are no hours of a day, or would begin in the past.
pub fn set(
    conn: &mut Conn,
    acting: &Acting,
    permit: &Permit<ManageStaff>,
    (hours, from): (Hours, Date),
) -> Result<(), OfficeError> {
    if !hours.is_right() {
        return Err(OfficeError::input(
            "利用可能時間",
            "0:00から24:00までの間で、始まりが終わりより遅くならないようにしてください",
        ));
    }
    let span = match hours.days {
        Days::Weekday(_) => Span::since(from),
        Days::Day(day) => Span::new(day, Some(next_day(day))),
    };
    if span.from < in_japan(acting.now).0 {
        return Err(OfficeError::input(
            "適用する日",
            "過ぎた日からは変えられません。今日か、これからの日を入れてください",
        ));
    }
    let details = ActDetails {
        note: format!(
            "{} {} {}分から{}分 {}から",
            hours.role.name_ja(),
            hours.days.write(),
            hours.from_minute,
            hours.until_minute,
            span.from
        ),
        ..ActDetails::default()
    };
    let act = acts::begin(conn, acting, permit, "security.hours", &details)?;
    let key = [hours.role.code().into(), hours.days.write().into()];
    let known = conn.query_one(&SUBJECT, &key, |row| row.opt_int(0))?;
    let subject = match known {
        Some(subject) => subject,
        None => conn.next_ids("usage_hours", 1)?,
    };
    fact::record(conn, &act, subject, span, &hours)
}

/// The hours that hold on a day.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn on(conn: &mut Conn, day: Date) -> Result<Vec<Hours>, OfficeError> {
    let rows = conn.query(&ON, &[day.into()], |row| {
        let values = (0..4)
            .map(|at| row.value(at))
            .collect::<Result<Vec<_>, _>>()?;
        Hours::read(&mut Values::of(Hours::TABLE.name, &values))
    })?;
    Ok(rows)
}

/// Hours as somebody laid them down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stated {
    /// What.
    pub hours: Hours,
    /// On which days it holds.
    pub valid: Span,
    /// Whether it still stands, or was replaced.
    pub stands: bool,
    /// When it was laid down, microseconds since 1970 UTC.
    pub recorded_at: i64,
    /// By whom.
    pub staff: String,
}

/// Everything ever laid down, by role, weekday or day, and first day.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn stated(conn: &mut Conn, _permit: &Permit<ManageStaff>) -> Result<Vec<Stated>, OfficeError> {
    Ok(conn.query(&STATED, &[], |row| {
        let values = (0..4)
            .map(|at| row.value(at))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Stated {
            hours: Hours::read(&mut Values::of(Hours::TABLE.name, &values))?,
            valid: Span::new(row.date(4)?, row.opt_date(5)?),
            stands: row.flag(6)?,
            recorded_at: row.int(7)?,
            staff: row.text(8)?,
        })
    })?)
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
