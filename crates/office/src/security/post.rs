//! 発令 — which roles a member of staff holds from which day until which day. At midnight of a transfer the old roles are
//! gone; what waits for an approval waits for whoever holds the role then.

use super::permit::{ManageStaff, Permit};
use super::role::Role;
use super::seat;
use crate::acts::{self, ActDetails, Acting};
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
        let kind = match self.kind {
            PostKind::Regular => 1,
            PostKind::Contractor => 2,
            PostKind::Migration => 3,
        };
        vec![
            Value::Int(kind),
            Role::write_list(&self.roles).into(),
            self.ward.as_str().into(),
            self.ground.as_str().into(),
        ]
    }

    fn read(values: &mut Values<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            kind: match values.int()? {
                1 => PostKind::Regular,
                2 => PostKind::Contractor,
                _ => PostKind::Migration,
            },
            roles: Role::read_list(&values.text()?),
            ward: values.text()?,
            ground: values.text()?,
        })
    }
}

/// Places a member of staff over a span. No roles: the account opens nothing in it.
///
/// # Errors
/// [`OfficeError::Input`] where the ground is missing, or somebody from outside has no last day.
pub fn place(
    conn: &mut Conn,
    acting: &Acting,
    permit: &Permit<ManageStaff>,
    staff_id: i64,
    (span, post): (Span, &Post),
) -> Result<(), OfficeError> {
    if post.ground.trim().is_empty() {
        return Err(OfficeError::input(
            "根拠",
            "発令か契約の番号を入れてください",
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
    let details = ActDetails {
        note: format!("職員{staff_id} {}", post.ground),
        ..ActDetails::default()
    };
    let act = acts::begin(conn, acting, permit, "staff.place", &details)?;
    fact::record(conn, &act, staff_id, span, post)
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
    let posts = conn.query(&STANDING, &[staff_id.into()], |row| {
        let span = Span::new(row.date(0)?, row.opt_date(1)?);
        Ok((span, Role::read_list(row.str(2)?), row.text(3)?))
    })?;
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
