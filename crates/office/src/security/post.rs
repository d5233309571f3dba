//! 発令 — which roles a member of staff holds from which day until which day. At midnight of a transfer the old roles are
//! gone; what waits for an approval waits for whoever holds the role then. Nobody places themselves, and a post that opens
//! more than its holder has on any of its days waits for a second administrator.

use super::permission::{self, Functions};
use super::permit::{ManageStaff, Permit};
use super::proposal::{self, Change};
use super::role::Role;
use super::setting::{self, Settings};
use super::{entry, seat};
use crate::acts::{self, Act, ActDetails, Acting};
use crate::error::OfficeError;
use crate::registry::fact::{self, Dated, Kind, Values};
use db::ColumnType::{Int, Text};
use db::{ColumnType, Conn, DatedTable, Span, Sql, StoreError, Value};
use law::Date;

const STANDING: Sql = Sql {
    name: "post.standing",
    text: "select valid_from, valid_until, roles, ward from staff_post_fact \
           where subject = $1 and superseded_at is null order by valid_from",
};
const HELD: Sql = Sql {
    name: "post.held",
    text: "select p.subject, s.login, s.name, p.roles, p.ward from staff_post_fact p \
           join staff s on s.staff_id = p.subject where p.valid_from <= $1 \
           and (p.valid_until is null or p.valid_until > $1) and p.recorded_at <= $2 \
           and (p.superseded_at is null or p.superseded_at > $2) \
           union all select s.staff_id, s.login, s.name, s.roles, s.ward from staff s where not exists \
           (select 1 from staff_post_fact p where p.subject = s.staff_id and p.recorded_at <= $2) and exists \
           (select 1 from act a where a.kind = 'staff.open' and a.note = s.login || ' ' || s.name \
           and a.recorded_at <= $2) order by 2",
};

const WARDS: Sql = Sql {
    name: "post.wards",
    text: "select ward from staff where ward <> '' union select ward from staff_post_fact \
           where ward <> '' and superseded_at is null",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[STANDING, HELD, WARDS];

/// 発令の種別.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PostKind {
    /// 職員.
    Regular,
    /// 委託先・派遣の従事者; ends on a day.
    Contractor,
    /// 移行作業者; ends on a day.
    Migration,
}

impl PostKind {
    const fn number(self) -> i64 {
        match self {
            Self::Regular => 1,
            Self::Contractor => 2,
            Self::Migration => 3,
        }
    }

    const fn of_number(number: i64) -> Self {
        match number {
            1 => Self::Regular,
            2 => Self::Contractor,
            _ => Self::Migration,
        }
    }
}

/// 発令 of a member of staff; the span is when it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Post {
    /// 種別.
    pub kind: PostKind,
    /// 役割.
    pub roles: Vec<Role>,
    /// 所属する区; empty for the whole municipality.
    pub ward: String,
    /// 根拠: the order, the contract.
    pub ground: String,
}

impl Kind for Post {
    const TABLE: DatedTable =
        DatedTable::new("staff_post_fact", &["kind", "roles", "ward", "ground"]);
    const TYPES: &'static [ColumnType] = &[Int, Text, Text, Text];

    fn values(&self) -> Vec<Value> {
        vec![
            Value::Int(self.kind.number()),
            Role::write_list(&self.roles).into(),
            self.ward.as_str().into(),
            self.ground.as_str().into(),
        ]
    }

    fn read(values: &mut Values<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            kind: PostKind::of_number(values.int()?),
            roles: Role::read_list(&values.text()?),
            ward: values.text()?,
            ground: values.text()?,
        })
    }
}

/// What stands between the parts of a post in a proposal.
const BETWEEN: char = '|';

/// A post as a proposal keeps it: first day, the day after the last, kind, roles, 所属, and the ground, in which anything
/// may stand.
pub(super) fn write((span, post): (Span, &Post)) -> String {
    let until = span.until.map_or_else(String::new, |day| day.to_string());
    [
        span.from.to_string(),
        until,
        post.kind.number().to_string(),
        Role::write_list(&post.roles),
        post.ward.replace(BETWEEN, "｜"),
        post.ground.clone(),
    ]
    .join(&BETWEEN.to_string())
}

/// Reads what [`write`] wrote.
pub(super) fn read(text: &str) -> Option<(Span, Post)> {
    let mut parts = text.splitn(6, BETWEEN);
    let from = parts.next()?.parse().ok()?;
    let until = match parts.next()? {
        "" => None,
        day => Some(day.parse().ok()?),
    };
    let post = Post {
        kind: PostKind::of_number(parts.next()?.parse().ok()?),
        roles: Role::read_list(parts.next()?),
        ward: parts.next()?.to_owned(),
        ground: parts.next()?.to_owned(),
    };
    Some((Span::new(from, until), post))
}

/// What became of a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placed {
    /// It holds.
    Holds,
    /// It opens more than its holder has: the number of the proposal, which another administrator answers.
    Proposed(i64),
}

/// Places a member of staff over a span. No roles: the account opens nothing in it. What opens more than they have is
/// proposed ([`super::proposal`]) and holds when another administrator agrees.
///
/// # Errors
/// [`OfficeError::Input`] where the ground is missing, or somebody from outside has no last day; a [`Refusal`] with
/// `security.own_account` to whoever places themselves.
pub fn place(
    conn: &mut Conn,
    acting: &Acting,
    permit: &Permit<ManageStaff>,
    staff_id: i64,
    (span, post): (Span, &Post),
) -> Result<Placed, OfficeError> {
    proposal::not_oneself(acting, staff_id)?;
    check(post, span)?;
    if widens(conn, staff_id, (span, post))? {
        let change = Change::Post {
            staff_id,
            span,
            post: post.clone(),
        };
        let ground = post.ground.as_str();
        return proposal::propose(conn, acting, permit, &change, ground).map(Placed::Proposed);
    }
    let details = ActDetails {
        note: format!("職員{staff_id} {}", post.ground),
        ..ActDetails::default()
    };
    let act = acts::begin(conn, acting, permit, "staff.place", &details)?;
    put(conn, &act, staff_id, (span, post))?;
    Ok(Placed::Holds)
}

/// Writes a post down under an act.
pub(super) fn put(
    conn: &mut Conn,
    act: &Act,
    staff_id: i64,
    (span, post): (Span, &Post),
) -> Result<(), OfficeError> {
    fact::record(conn, act, staff_id, span, post)
}

/// Whether a post is one at all.
pub(super) fn check(post: &Post, span: Span) -> Result<(), OfficeError> {
    if post.ground.trim().is_empty() {
        return Err(OfficeError::input(
            "根拠",
            "発令か契約の番号を入れてください",
        ));
    }
    if !span.has_days() {
        return Err(OfficeError::input(
            "期限",
            "最後の日は、始まる日より前にできません",
        ));
    }
    if post.kind != PostKind::Regular && span.until.is_none() {
        return Err(OfficeError::input(
            "期限",
            "委託先・移行作業者の職員番号には、使える最後の日の翌日を入れてください",
        ));
    }
    let beyond = post.roles.iter().find(|role| !role.may_be_outsourced());
    if let (PostKind::Contractor, Some(role)) = (post.kind, beyond) {
        return Err(OfficeError::input(
            "役割",
            &format!(
                "委託先・派遣の従事者に「{}」の役割は与えられません。窓口は「{}」にしてください",
                role.name_ja(),
                Role::CounterContractor.name_ja()
            ),
        ));
    }
    Ok(())
}

/// What somebody holds over some days: roles, and 所属 as written.
type Held = (Span, Vec<Role>, String);

fn standing(conn: &mut Conn, staff_id: i64) -> Result<Vec<Held>, OfficeError> {
    Ok(conn.query(&STANDING, &[staff_id.into()], |row| {
        let span = Span::new(row.date(0)?, row.opt_date(1)?);
        Ok((span, Role::read_list(row.str(2)?), row.text(3)?))
    })?)
}

/// Whether a post opens more than its holder has on any day of it: a role, a function at a place, or people of a place.
fn widens(
    conn: &mut Conn,
    staff_id: i64,
    (span, post): (Span, &Post),
) -> Result<bool, OfficeError> {
    if post.roles.is_empty() {
        return Ok(false);
    }
    let mut held = standing(conn, staff_id)?;
    if held.is_empty() {
        let account = entry::by_id(conn, staff_id)?;
        held.extend(account.map(|one| (span, one.roles, one.ward)));
    }
    let settings = setting::as_of(conn, i64::MAX)?;
    let all: Vec<Span> = held.iter().map(|(days, ..)| *days).collect();
    let unheld = without(vec![span], &all);
    let mut left = vec![span];
    for (days, roles, ward) in held {
        if !within(&settings, (&post.roles, &post.ward), (&roles, &ward)) {
            continue;
        }
        left = without(left, &[days]);
        // What ends is prolonged by one administrator, or two could never prolong each other's: on the very day, and
        // where nothing else was said of the days after. Whoever comes from outside has a last day for a reason.
        let after = unheld.iter().find(|free| Some(free.from) == days.until);
        if let (PostKind::Regular, Some(after)) = (post.kind, after) {
            left = without(left, &[*after]);
        }
    }
    Ok(left.into_iter().any(Span::has_days))
}

/// Days without some others.
fn without(days: Vec<Span>, others: &[Span]) -> Vec<Span> {
    others.iter().fold(days, |left, other| {
        left.into_iter()
            .flat_map(|span| span.minus(*other))
            .flatten()
            .collect()
    })
}

/// Whether everything that roles open at the places of a 所属 was open with those held.
fn within(settings: &Settings, new: (&[Role], &str), held: (&[Role], &str)) -> bool {
    let (new_places, held_places) = (seat::places(new.1), seat::places(held.1));
    let everybody = held_places.iter().any(String::is_empty);
    let mut had = Functions::none();
    for place in &held_places {
        had = had.with(permission::at_any_time(settings, held.0, place));
    }
    new.0.iter().all(|role| held.0.contains(role))
        && new_places.iter().all(|place| {
            (everybody || held_places.contains(place))
                && permission::at_any_time(settings, new.0, place).is_within(had)
        })
}

/// The posts of a member of staff, in the order of their days.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn posts(
    conn: &mut Conn,
    _permit: &Permit<ManageStaff>,
    staff_id: i64,
) -> Result<Vec<Dated<Post>>, OfficeError> {
    fact::timeline(conn, staff_id, None)
}

/// The roles and the ward on a day. An account without any post keeps those it was opened with.
pub(super) fn on(
    conn: &mut Conn,
    staff_id: i64,
    day: Date,
    opened_with: (Vec<Role>, String),
) -> Result<(Vec<Role>, String), OfficeError> {
    let posts = standing(conn, staff_id)?;
    if posts.is_empty() {
        return Ok(opened_with);
    }
    Ok(posts
        .into_iter()
        .find(|(span, _, _)| span.holds(day))
        .map_or_else(Default::default, |(_, roles, ward)| (roles, ward)))
}

/// 区・支所 in which anybody is posted.
pub(super) fn wards(conn: &mut Conn) -> Result<Vec<String>, OfficeError> {
    let posted = conn.query(&WARDS, &[], |row| row.text(0))?;
    let all = posted.iter().flat_map(|ward| seat::places(ward));
    Ok(all.filter(|place| !place.is_empty()).collect())
}

/// Somebody who could use a function on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Identifier.
    pub staff_id: i64,
    /// 職員番号.
    pub login: String,
    /// 氏名.
    pub name: String,
    /// The roles that hold the function.
    pub roles: Vec<Role>,
    /// 所属する区.
    pub ward: String,
}

/// Who could use a function on a day, as known at a moment: the answer to "who could see this person then".
///
/// # Errors
/// [`OfficeError::Store`].
pub fn holders(
    conn: &mut Conn,
    _permit: &Permit<ManageStaff>,
    function: &str,
    (day, known_at): (Date, i64),
) -> Result<Vec<Holder>, OfficeError> {
    Ok(held(conn, day, known_at)?
        .into_iter()
        .filter_map(|mut holder| {
            holder.roles.retain(|role| role.holds(function));
            (!holder.roles.is_empty()).then_some(holder)
        })
        .collect())
}

/// Everybody and the roles they held on a day, as known at a moment.
pub(super) fn held(conn: &mut Conn, day: Date, known_at: i64) -> Result<Vec<Holder>, OfficeError> {
    Ok(conn.query(&HELD, &[day.into(), known_at.into()], |row| {
        Ok(Holder {
            staff_id: row.int(0)?,
            login: row.text(1)?,
            name: row.text(2)?,
            roles: Role::read_list(row.str(3)?),
            ward: row.text(4)?,
        })
    })?)
}
