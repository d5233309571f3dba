//! 職員管理 — accounts opened, suspended and let in again.

use crate::answer;
use crate::desk::{Desk, Posted};
use crate::fields::{Fields, note};
use crate::security::random_token;
use crate::view::FieldError;
use crate::view::format::moment_ja;
use crate::view::staff::{RoleChoice, StaffLine, StaffPage};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use office::OfficeError;
use office::security::permit::{self, Function, ManageStaff};
use office::security::proposal::{self, Change, Proposal};
use office::security::staff::{self, NewStaff, Staff};
use office::security::{Role, password};

/// The page.
pub async fn page(desk: Desk) -> Response {
    desk.answer(|desk| {
        desk.permit::<ManageStaff>()?;
        desk.record(ManageStaff::CODE, None)?;
        show(desk, &Fields::default(), Vec::new(), StatusCode::OK)
    })
    .await
}

fn show(
    desk: &Desk,
    fields: &Fields,
    errors: Vec<FieldError>,
    status: StatusCode,
) -> Result<Response, OfficeError> {
    let permit = desk.permit::<ManageStaff>()?;
    let today = desk.business_date();
    let (all, waiting) = desk.store().read(|conn| {
        Ok::<_, OfficeError>((
            staff::list(conn, &permit, today)?,
            proposal::list(conn, &permit)?,
        ))
    })?;
    let mut layout = desk.layout("職員");
    layout.errors = errors;
    answer::page_with(
        status,
        &StaffPage {
            page: layout,
            staff: all.iter().map(|one| line(desk, one, &waiting)).collect(),
            roles: Role::ALL
                .into_iter()
                .map(|role| choice(role, fields))
                .collect(),
            login: fields.text("login").to_owned(),
            name: fields.text("name").to_owned(),
            ward: fields.text("ward").to_owned(),
            request_id: random_token()?,
        },
    )
}

fn line(desk: &Desk, one: &Staff, proposals: &[Proposal]) -> StaffLine {
    let waits = proposals.iter().any(|proposal| {
        let post =
            matches!(proposal.change, Change::Post { staff_id, .. } if staff_id == one.staff_id);
        post && proposal.approved.is_none()
    });
    let roles: Vec<&str> = one.roles.iter().map(|role| role.name_ja()).collect();
    StaffLine {
        login: one.login.clone(),
        name: one.name.clone(),
        roles: roles.join("・"),
        ward: one.ward.clone(),
        waits,
        disabled: one.disabled,
        locked: if one.locked_until > desk.now() {
            moment_ja(one.locked_until)
        } else {
            String::new()
        },
        own: one.staff_id == desk.session().staff_id(),
        href: format!("/staff/{}", one.staff_id),
    }
}

fn choice(role: Role, fields: &Fields) -> RoleChoice {
    let functions: Vec<&str> = permit::ALL
        .iter()
        .filter(|(code, _)| role.holds(code))
        .map(|(_, name)| *name)
        .collect();
    RoleChoice {
        code: role.code().to_owned(),
        name: role.name_ja().to_owned(),
        functions: functions.join("、"),
        chosen: fields.all("roles").any(|code| code == role.code()),
    }
}

/// Opens an account; the post it is opened for waits for another administrator.
pub async fn open(posted: Posted) -> Response {
    let fields = posted.fields;
    posted
        .desk
        .answer(move |desk| {
            let permit = desk.permit::<ManageStaff>()?;
            let new = NewStaff {
                login: fields.text("login").to_owned(),
                name: fields.text("name").to_owned(),
                password: fields.exact("password").to_owned(),
                roles: fields.all("roles").filter_map(Role::from_code).collect(),
                ward: fields.text("ward").to_owned(),
            };
            let acting = desk.acting(fields.text("request_id"));
            let opened = staff::prepare(new, desk.app().config().login.cost).and_then(|ready| {
                desk.store()
                    .write(|conn| staff::open(conn, &acting, &permit, &ready))
            });
            match opened {
                Ok(_) => Ok(answer::go("/proposals")),
                Err(OfficeError::Input { field, message }) => {
                    let mut errors = Vec::new();
                    note(&mut errors, id_of(&field), &format!("{field}: {message}"));
                    show(desk, &fields, errors, StatusCode::UNPROCESSABLE_ENTITY)
                }
                Err(other) => Err(other),
            }
        })
        .await
}

/// The field on the page that the office speaks of.
fn id_of(field: &str) -> &'static str {
    match field {
        "職員番号" => "login",
        "氏名" => "name",
        "パスワード" => "password",
        "役割" => "roles",
        _ => "",
    }
}

/// Sets a password, lifts a lock and ends the sessions of an account.
pub async fn set_password(Path(staff_id): Path<i64>, posted: Posted) -> Response {
    let fields = posted.fields;
    posted
        .desk
        .answer(move |desk| {
            let permit = desk.permit::<ManageStaff>()?;
            let new = fields.exact("password");
            let login = desk
                .store()
                .read(|conn| staff::list(conn, &permit, desk.business_date()))?;
            let login = login.iter().find(|one| one.staff_id == staff_id);
            let Some(account) = login else {
                return answer::not_found(desk, "この職員");
            };
            password::check_new(&account.login, new)?;
            let hash = password::stretch(desk.app().config().login.cost, new)?;
            let acting = desk.acting("");
            desk.store()
                .write(|conn| staff::set_password(conn, &acting, &permit, staff_id, &hash))?;
            Ok(answer::go("/staff"))
        })
        .await
}

/// Suspends an account.
pub async fn suspend(Path(staff_id): Path<i64>, posted: Posted) -> Response {
    set_disabled(posted, staff_id, true).await
}

/// Lets an account in again.
pub async fn resume(Path(staff_id): Path<i64>, posted: Posted) -> Response {
    set_disabled(posted, staff_id, false).await
}

async fn set_disabled(posted: Posted, staff_id: i64, disabled: bool) -> Response {
    posted
        .desk
        .answer(move |desk| {
            let permit = desk.permit::<ManageStaff>()?;
            if staff_id == desk.session().staff_id() {
                return Err(law::Refusal::new(
                    "web.staff.own_account",
                    "自分自身は停止できません。別の管理者に依頼してください".to_owned(),
                )
                .into());
            }
            let acting = desk.acting("");
            desk.store()
                .write(|conn| staff::set_disabled(conn, &acting, &permit, staff_id, disabled))?;
            Ok(answer::go("/staff"))
        })
        .await
}
