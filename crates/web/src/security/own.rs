//! 本人の設定 — what everybody does for themselves: password, second factors, relatives, an emergency.

use super::second::unhex;
use super::{random_token, with_cookies};
use crate::answer;
use crate::cookies::Cookie;
use crate::desk::{Desk, Posted};
use crate::fields::{Fields, note};
use crate::view::FieldError;
use crate::view::format::moment_ja;
use crate::view::own::{FactorLine, Generator, OwnPage};
use crate::view::second::Asked;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use fast_qr::{ECL, QRBuilder};
use office::OfficeError;
use office::security::factor::{self, FactorKind, NewGenerator};
use office::security::login::LOCKED;
use office::security::session::Stage;
use office::security::{Role, emergency, login, own_password, password, relation};

/// What the pages of one's own account are recorded as.
const OWN: &str = "own";
/// White modules around a QR code. 根拠: JIS X 0510
const QUIET: usize = 4;

/// The page.
pub async fn page(desk: Desk, Query(asked): Query<Vec<(String, String)>>) -> Response {
    desk.answer(move |desk| {
        desk.record(OWN, None)?;
        let done = match Fields::new(asked).text("done") {
            "factor" => "登録しました。",
            "ended" => "外しました。",
            "relation" => "申告しました。",
            "emergency" => {
                "申請しました。承認されると、次に開く画面から使えます。その役割に二つ目の要素が定められていて、いまのログインで使っていないときは、ログインし直してください。"
            }
            _ => "",
        };
        show(desk, None, (Vec::new(), done))
    })
    .await
}

fn show(
    desk: &Desk,
    generator: Option<Generator>,
    (errors, done): (Vec<FieldError>, &str),
) -> Result<Response, OfficeError> {
    let session = desk.session();
    let (factors, relations) = desk.store().read(|conn| {
        Ok::<_, OfficeError>((
            factor::of_staff(conn, session.staff_id())?,
            relation::of_staff(conn, session.staff_id())?,
        ))
    })?;
    let (passkey, without) = match asked(desk, &factors) {
        Ok(asked) => (Some(asked), String::new()),
        Err(OfficeError::Refusal(refusal)) => (None, refusal.message_ja.clone()),
        Err(other) => return Err(other),
    };
    let mut layout = desk.layout("本人の設定");
    let status = if errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    layout.errors = errors;
    done.clone_into(&mut layout.done);
    answer::page_with(
        status,
        &OwnPage {
            page: layout,
            enrol: session.stage() == Stage::Enrol,
            first: session.stage() == Stage::Password,
            shortest: password::SHORTEST,
            factors: factors
                .iter()
                .map(|one| FactorLine {
                    name: one.name.clone(),
                    kind: one.kind.name_ja().to_owned(),
                    made_at: moment_ja(one.made_at),
                    end_href: format!("/me/factors/{}/end", one.factor_id),
                })
                .collect(),
            generator,
            passkey,
            without,
            relations: relations
                .iter()
                .map(|one| {
                    (
                        one.person_id.to_string(),
                        one.relation.clone(),
                        moment_ja(one.declared_at),
                    )
                })
                .collect(),
            roles: Role::ALL
                .into_iter()
                .filter(|role| !session.roles().contains(role))
                .map(|role| (role.code().to_owned(), role.name_ja().to_owned()))
                .collect(),
            longest: emergency::LONGEST,
            request_id: random_token()?,
        },
    )
}

fn asked(desk: &Desk, factors: &[factor::Factor]) -> Result<Asked, OfficeError> {
    let setup = desk.app().factors()?;
    let host = setup.origin()?.host.clone();
    let keys: Vec<&str> = factors
        .iter()
        .filter(|one| one.kind == FactorKind::Passkey)
        .map(|one| one.credential.as_str())
        .collect();
    Ok(Asked {
        challenge: factor::new_passkey(desk.store(), desk.token(), desk.now())?,
        host,
        keys: keys.join(" "),
        issuer: setup.issuer.clone(),
        user: format!("{:016x}", desk.session().staff_id()),
        login: desk.session().login().to_owned(),
        person: desk.session().name().to_owned(),
    })
}

/// A QR code as squares of a picture.
fn drawn(new: NewGenerator, name: &str) -> Result<Generator, OfficeError> {
    let code = QRBuilder::new(new.address.as_str())
        .ecl(ECL::M)
        .build()
        .map_err(|_| OfficeError::Bug("二次元コードを作れません".to_owned()))?;
    let mut squares = String::new();
    for y in 0..code.size {
        #[allow(clippy::indexing_slicing, reason = "rows of the code, below its size")]
        let row = &code[y];
        for (x, one) in row.iter().take(code.size).enumerate() {
            if one.value() {
                squares.push_str(&format!("M{} {}h1v1h-1z", x + QUIET, y + QUIET));
            }
        }
    }
    let letters: Vec<char> = new.typed.chars().collect();
    let groups: Vec<String> = letters
        .chunks(4)
        .map(|four| four.iter().collect())
        .collect();
    Ok(Generator {
        squares,
        side: code.size + 2 * QUIET,
        typed: groups.join(" "),
        sealed: new.sealed,
        name: name.to_owned(),
    })
}

/// A fresh secret, to be confirmed by its first code.
pub async fn new_totp(posted: Posted) -> Response {
    posted
        .desk
        .answer(|desk| {
            desk.record(OWN, None)?;
            let new = factor::new_totp(desk.app().factors()?, desk.session())?;
            show(desk, Some(drawn(new, "")?), (Vec::new(), ""))
        })
        .await
}

/// Registers a generator.
pub async fn totp(posted: Posted) -> Response {
    let tls = posted.desk.app().config().behind_tls;
    let enrol = posted.desk.session().stage() == Stage::Enrol;
    let fields = posted.fields;
    let answer = posted
        .desk
        .answer(move |desk| {
            let setup = desk.app().factors()?;
            let (name, sealed) = (fields.text("name"), fields.text("sealed"));
            let typed = (name, sealed, fields.text("code"));
            match factor::confirm_totp(desk.store(), setup, desk.session(), typed, desk.now()) {
                Ok(_) => registered(desk),
                Err(OfficeError::Input { message, .. }) => {
                    let again = factor::again_totp(setup, desk.session(), sealed)?;
                    let mut errors = Vec::new();
                    note(&mut errors, "code", &format!("コード: {message}"));
                    show(desk, Some(drawn(again, name)?), (errors, ""))
                }
                Err(other) => Err(other),
            }
        })
        .await;
    end_after(answer, enrol, tls)
}

/// Registers a passkey.
pub async fn passkey(posted: Posted) -> Response {
    let tls = posted.desk.app().config().behind_tls;
    let enrol = posted.desk.session().stage() == Stage::Enrol;
    let fields = posted.fields;
    let answer = posted
        .desk
        .answer(move |desk| {
            let (client_data, attestation) = (
                unhex(fields.text("client_data")),
                unhex(fields.text("attestation")),
            );
            let made = (fields.text("name"), &*client_data, &*attestation);
            let holder = (desk.session(), desk.token());
            factor::confirm_passkey(
                desk.store(),
                desk.app().factors()?,
                holder,
                made,
                desk.now(),
            )?;
            registered(desk)
        })
        .await;
    end_after(answer, enrol, tls)
}

/// Who came to register logs in again, with the factor.
fn registered(desk: &Desk) -> Result<Response, OfficeError> {
    if desk.session().stage() == Stage::Enrol {
        login::log_out(desk.store(), desk.token(), desk.session(), desk.now())?;
        return Ok(answer::go("/login?ended=registered"));
    }
    Ok(answer::go("/me?done=factor"))
}

fn end_after(answer: Response, enrol: bool, tls: bool) -> Response {
    if enrol && answer.status() == StatusCode::SEE_OTHER {
        return with_cookies(answer, [Cookie::Session.clear(tls), None]);
    }
    answer
}

/// Takes a factor out.
pub async fn end_factor(Path(factor_id): Path<i64>, posted: Posted) -> Response {
    posted
        .desk
        .answer(move |desk| {
            desk.record(OWN, None)?;
            factor::end(desk.store(), desk.session(), factor_id, desk.now())?;
            Ok(answer::go("/me?done=ended"))
        })
        .await
}

/// Changes the own password; every session of the account ends.
pub async fn change_password(posted: Posted) -> Response {
    let tls = posted.desk.app().config().behind_tls;
    let fields = posted.fields;
    let answer = posted
        .desk
        .answer(move |desk| {
            let new = fields.exact("password");
            let mut errors = Vec::new();
            if new != fields.exact("again") {
                note(
                    &mut errors,
                    "again",
                    "もう一度: 新しいパスワードと同じものを入れてください",
                );
                return show(desk, None, (errors, ""));
            }
            let policy = &desk.app().config().login;
            let typed = (fields.exact("present"), new);
            match own_password::change(desk.store(), policy, desk.session(), typed, desk.now()) {
                Ok(()) => Ok(answer::go("/login?ended=password")),
                Err(OfficeError::Input { field, message }) => {
                    let id = if field == "現在のパスワード" {
                        "present"
                    } else {
                        "password"
                    };
                    note(&mut errors, id, &format!("{field}: {message}"));
                    show(desk, None, (errors, ""))
                }
                Err(OfficeError::Refusal(refusal)) if refusal.code == LOCKED => {
                    Ok(answer::go("/login?ended=locked"))
                }
                Err(other) => Err(other),
            }
        })
        .await;
    end_after(answer, true, tls)
}

/// Declares a relative.
pub async fn declare(posted: Posted) -> Response {
    let fields = posted.fields;
    posted
        .desk
        .answer(move |desk| {
            let person = fields.text("person").parse::<i64>().unwrap_or(0);
            let declared = desk.store().write(|conn| {
                let of = (person, fields.text("relation"));
                relation::declare(conn, desk.session(), of, desk.now())
            });
            or_beside(desk, declared.map(|()| answer::go("/me?done=relation")))
        })
        .await
}

/// Asks for a role in an emergency.
pub async fn emergency(posted: Posted) -> Response {
    let fields = posted.fields;
    posted
        .desk
        .answer(move |desk| {
            let role = Role::from_code(fields.text("role"))
                .ok_or_else(|| OfficeError::input("役割", "一つ選んでください"))?;
            let minutes = fields.text("minutes").parse::<i64>().unwrap_or(0);
            let acting = desk.acting(fields.text("request_id"));
            let asked = desk.store().write(|conn| {
                let wish = (role, minutes, fields.text("reason"));
                emergency::ask(conn, &acting, desk.session(), wish)
            });
            or_beside(desk, asked.map(|_| answer::go("/me?done=emergency")))
        })
        .await
}

/// An input error stands beside its field.
fn or_beside(desk: &Desk, result: Result<Response, OfficeError>) -> Result<Response, OfficeError> {
    match result {
        Err(OfficeError::Input { field, message }) => {
            let id = match field.as_str() {
                "宛名番号" => "person",
                "続柄" => "relation",
                "時間" => "minutes",
                "理由" => "reason",
                _ => "",
            };
            let mut errors = Vec::new();
            note(&mut errors, id, &format!("{field}: {message}"));
            show(desk, None, (errors, ""))
        }
        other => other,
    }
}
