//! サーバーでの職員管理 — what takes two administrators on the pages and cannot wait for a second where there is none: a post, a
//! password that lapsed. Given on the server itself, where the operating system has let them in, recorded and put before an
//! auditor; refused as soon as another administrator could do it on the pages.

use super::alert::{self, AlertKind};
use super::entry;
use super::factor;
use super::hours::in_japan;
use super::login::{LoginPolicy, lapsed};
use super::permit::{ManageStaff, Permit};
use super::post::{self, Post};
use super::proposal;
use super::role::Role;
use super::second::{self, FactorRule};
use super::staff::hand_password;
use crate::acts::{self, ActDetails, Acting};
use crate::error::OfficeError;
use db::{Conn, Span, Sql};
use law::Refusal;

const ACTIVE: Sql = Sql {
    name: "console.active",
    text: "select staff_id from staff where disabled = 0 order by staff_id",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[ACTIVE];

/// Code of the refusal where the pages would do.
pub const ON_THE_PAGES: &str = "security.console.on_the_pages";

/// So many administrators are needed for one to propose and another to agree.
pub const NEEDED: usize = 2;

/// The administrators who can log in on the day: posted, not suspended, with a password that has not lapsed and a factor
/// where one is asked for. Hours of use and a lock of some minutes pass by themselves.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn administrators(
    conn: &mut Conn,
    policy: &LoginPolicy,
    now: i64,
) -> Result<Vec<i64>, OfficeError> {
    let (today, _) = in_japan(now);
    let mut able = Vec::new();
    for staff_id in conn.query(&ACTIVE, &[], |row| row.int(0))? {
        let Some(account) = entry::by_id(conn, staff_id)? else {
            continue;
        };
        if lapsed(policy, &account, now) {
            continue;
        }
        let opened_with = (account.roles, account.ward);
        let (roles, _) = post::on(conn, staff_id, today, opened_with)?;
        if !roles.contains(&Role::Administrator) {
            continue;
        }
        let has = factor::of_staff(conn, staff_id)?;
        let asked = second::asked_of(conn, &roles, &has)?;
        if asked == FactorRule::None || has.iter().any(|one| asked.takes(one.kind)) {
            able.push(staff_id);
        }
    }
    Ok(able)
}

fn on_the_pages(what: &str) -> OfficeError {
    Refusal::new(
        ON_THE_PAGES,
        format!("ログインできる管理者がほかにいます。{what}は「職員」の画面で行ってください"),
    )
    .into()
}

fn named(conn: &mut Conn, login: &str) -> Result<i64, OfficeError> {
    let found = entry::by_login(conn, login)?.map(|account| account.staff_id);
    found.ok_or_else(|| {
        let why = format!("「{login}」の職員は登録されていません");
        OfficeError::input("職員番号", &why)
    })
}

/// 発令 by the only administrator: holds at once, as long as there is no second one who could agree. Nobody places
/// themselves. An auditor is told.
///
/// # Errors
/// A [`Refusal`] with [`ON_THE_PAGES`] or [`proposal::OWN_ACCOUNT`]; [`OfficeError::Input`] where there is no such account or
/// the post is none.
pub fn place_here(
    conn: &mut Conn,
    policy: &LoginPolicy,
    (acting, permit): (&Acting, &Permit<ManageStaff>),
    login: &str,
    (span, post): (Span, &Post),
) -> Result<(), OfficeError> {
    let staff_id = named(conn, login)?;
    proposal::not_oneself(acting, staff_id)?;
    post::check(post, span)?;
    if administrators(conn, policy, acting.now)?.len() >= NEEDED {
        return Err(on_the_pages("発令"));
    }
    let details = ActDetails {
        note: format!("職員{staff_id} {}（サーバー）", post.ground),
        ..ActDetails::default()
    };
    let act = acts::begin(conn, acting, permit, "staff.place", &details)?;
    post::put(conn, &act, staff_id, (span, post))?;
    let roles: Vec<&str> = post.roles.iter().map(|role| role.name_ja()).collect();
    let detail = format!(
        "職員{staff_id} {login} に{}をサーバーで発令しました（処理{}）",
        roles.join("・"),
        act.id.0
    );
    let whose = (AlertKind::PlacedAlone, acting.staff_id);
    alert::raise(conn, whose, (0, act.recorded_at), &detail)
}

/// A first password, given where no other administrator can log in to give it on the pages: one's own too. An auditor is
/// told.
///
/// # Errors
/// A [`Refusal`] with [`ON_THE_PAGES`]; [`OfficeError::Input`] where there is no such account.
pub fn password_here(
    conn: &mut Conn,
    policy: &LoginPolicy,
    (acting, permit): (&Acting, &Permit<ManageStaff>),
    login: &str,
    password_hash: &str,
) -> Result<(), OfficeError> {
    let staff_id = named(conn, login)?;
    let able = administrators(conn, policy, acting.now)?;
    if able.iter().any(|other| *other != staff_id) {
        return Err(on_the_pages("パスワードの再設定"));
    }
    let handed = (staff_id, password_hash);
    hand_password(conn, (acting, permit), handed, "パスワードをサーバーで")
}
