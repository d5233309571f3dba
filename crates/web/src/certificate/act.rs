//! 証の処理 — printed, handed over, mailed, asked back, looked at, collected, issued again, ended.

use super::application::is_about_it;
use super::{correct, one, rules};
use crate::answer;
use crate::desk::{Desk, Posted};
use crate::fields::{Fields, note};
use axum::extract::Path;
use axum::response::Response;
use law::Refusal;
use law::certificate::MailClass;
use office::certificate::reissue::{self, ReissueReason};
use office::certificate::{deliver, find, give_back};
use office::security::permit::{ApproveCertificate, Function, IssueCertificate, PrintNotice};
use office::{Acting, OfficeError};

/// What was ordered for a paper.
pub async fn carry_out(Path(id): Path<i64>, posted: Posted) -> Response {
    let fields = posted.fields;
    posted
        .desk
        .answer(move |desk| {
            let acting = desk.acting(fields.text("request_id"));
            let mut errors = Vec::new();
            match order(desk, &acting, id, &fields) {
                Ok(at) => return Ok(answer::go(&format!("/certificates/{at}"))),
                Err(OfficeError::Input { field, message }) => {
                    let name = match field.as_str() {
                        "引受番号" => "mail_number",
                        "返還の期限" | "理由発生日" | "無効の日" => "on",
                        other => correct::field(other).unwrap_or("words"),
                    };
                    note(&mut errors, name, &format!("{field}: {message}"));
                }
                Err(OfficeError::Refusal(refusal)) if is_about_it(&refusal) => {
                    note(&mut errors, "", &refusal.to_string());
                }
                Err(error) if answer::is_repeated_order(&error) => {
                    return Ok(answer::go(&format!("/certificates/{id}")));
                }
                Err(other) => return Err(other),
            }
            one::show(desk, id, errors)
        })
        .await
}

/// Does what was ordered; answers the paper to show.
fn order(desk: &Desk, acting: &Acting, id: i64, fields: &Fields) -> Result<i64, OfficeError> {
    let store = desk.store();
    let words = fields.text("words");
    let mut errors = Vec::new();
    let on = fields.day("on", "日付", desk.business_date(), &mut errors);
    if let Some(error) = errors.first() {
        return Err(OfficeError::input("無効の日", &error.message));
    }
    match fields.text("what") {
        "print" => {
            let permit = desk.permit::<PrintNotice>()?;
            deliver::print(store, &permit, acting, (id, words))?;
            return Ok(id);
        }
        "allow" => {
            let permit = desk.permit::<ApproveCertificate>()?;
            deliver::allow_printing(store, &permit, acting, id, words)?;
            return Ok(id);
        }
        "correct" => {
            correct::order(desk, acting, id, fields)?;
            return Ok(id);
        }
        _ => {}
    }
    let permit = desk.permit::<IssueCertificate>()?;
    let again = |why: ReissueReason| {
        reissue::again(store, &permit, acting, &rules(desk)?, (id, why))
            .map(|paper| paper.certificate_id)
    };
    match fields.text("what") {
        "hand" => deliver::hand_over(store, &permit, acting, id, words)?,
        "mail" => {
            let classes = [
                MailClass::Ordinary,
                MailClass::Specified,
                MailClass::Registered,
            ];
            let class = classes
                .into_iter()
                .find(|class| class.code() == fields.text("mail"))
                .unwrap_or(MailClass::Ordinary);
            let mail = (class, fields.text("mail_number"));
            deliver::mail(store, &permit, acting, id, mail)?
        }
        "ask" => {
            let Some(until) = on else {
                return Err(OfficeError::input("返還の期限", "日付を入力してください"));
            };
            give_back::request_return(store, &permit, acting, &rules(desk)?, (id, words, until))?;
            return Ok(id);
        }
        "inspect" => give_back::inspect(store, &permit, acting, id)?,
        "collect" => give_back::collect(store, &permit, acting, id, (words, on))?,
        "found" => give_back::found_again(store, &permit, acting, id)?,
        "invalidate" => {
            let Some(from) = on else {
                return Err(OfficeError::input("無効の日", "日付を入力してください"));
            };
            give_back::invalidate(store, &permit, acting, id, (from, words))?
        }
        "void" => give_back::void(store, &permit, acting, &rules(desk)?, (id, words))?,
        "reissue_lost" => return again(ReissueReason::Lost),
        "reissue_stolen" => return again(ReissueReason::Stolen),
        "reissue_damaged" => return again(ReissueReason::Damaged),
        other => {
            return Err(Refusal::new(
                "web.certificate.what",
                format!("「{other}」という処理はありません。一覧から選んでください"),
            )
            .into());
        }
    };
    Ok(id)
}

/// The paper itself, as it was decided.
pub async fn paper(desk: Desk, Path(id): Path<i64>) -> Response {
    desk.answer(move |desk| print_out(desk, &[id], &format!("certificate-{id}")))
        .await
}

/// PDF of some papers, in the order given; the printing of each is recorded.
///
/// # Errors
/// [`OfficeError`]; a refusal where one of them may not be printed.
pub fn print_out(desk: &Desk, ids: &[i64], name: &str) -> Result<Response, OfficeError> {
    let permit = desk.permit::<PrintNotice>()?;
    for id in ids {
        let found = desk.store().read(|conn| find::get(conn, *id))?;
        desk.record(PrintNotice::CODE, found.map(|paper| paper.person_id))?;
    }
    let Some(maker) = &desk.app().office().certificate_paper else {
        return answer::not_found(desk, "証の印刷");
    };
    match maker(desk.store(), &permit, &desk.acting(""), ids)? {
        Some(pdf) => Ok(answer::pdf(name, pdf)),
        None => answer::not_found(desk, "この証"),
    }
}
