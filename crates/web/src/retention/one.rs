//! 一つの提案 — what it would erase, the second person's answer, and the certificate.

use super::{name_of, on};
use crate::answer;
use crate::desk::{Desk, Posted};
use crate::security::pages::{Sheet, or_again};
use crate::view::FieldError;
use crate::view::cards::{Card, Note, Table};
use crate::view::entry::{Field, Form, Input};
use crate::view::format::{count, day_ja, moment_ja};
use crate::view::layout::Tone;
use axum::extract::Path;
use axum::response::Response;
use office::OfficeError;
use office::retention::{self, Certificate, Proposal, proposal};
use office::security::permit::{ApproveErasure, KeepRegister, ProposeErasure};

/// One proposal: what it would erase, or the certificate of what it did.
pub async fn page(desk: Desk, Path(erasure_id): Path<i64>) -> Response {
    desk.answer(move |desk| {
        desk.permit::<ProposeErasure>()?;
        desk.record(&format!("retention/{erasure_id}"), None)?;
        show_one(desk, erasure_id, Vec::new())
    })
    .await
}

fn show_one(
    desk: &Desk,
    erasure_id: i64,
    errors: Vec<FieldError>,
) -> Result<Response, OfficeError> {
    let found = desk
        .store()
        .read(retention::proposals)?
        .into_iter()
        .find(|one| one.erasure_id == erasure_id);
    let Some(found) = found else {
        return answer::not_found(desk, "消去の提案");
    };
    let certificate = desk
        .store()
        .read(|conn| retention::certificate(conn, erasure_id))?;
    let heading = match (&certificate, found.approved) {
        (Some(_), _) => "消去証明",
        (None, Some(_)) => "却下した消去の提案",
        (None, None) => "消去の提案",
    };
    let mut sheet = Sheet::new(heading);
    sheet.cards.push(facts(desk, &found, certificate.as_ref())?);
    match certificate {
        Some(certificate) => done(&mut sheet, &certificate),
        None if found.approved.is_none() => waiting(desk, &mut sheet, &found)?,
        None => {}
    }
    sheet.show(desk, errors)
}

fn facts(
    desk: &Desk,
    found: &Proposal,
    certificate: Option<&Certificate>,
) -> Result<Card, OfficeError> {
    let mut card = Card::new(&name_of(desk, &found.class)?, "w12");
    card.fact("番号", found.erasure_id.to_string());
    card.fact(
        "提案",
        format!("{} {}", day_ja(found.proposed_on), found.proposer),
    );
    card.fact("理由", found.reason.as_str());
    card.fact("年限", format!("{}年", found.years));
    card.fact(
        "対象",
        format!("{}より前に終わったもの", day_ja(found.closed_before)),
    );
    card.fact("件数", count(found.keys));
    card.fact("対象の要約値（SHA-256）", found.keys_digest.as_str());
    if let Some(ruled_on) = found.ruled_on {
        card.fact(
            "承認・却下",
            format!("{} {}", day_ja(ruled_on), found.ruler),
        );
    }
    if let Some(certificate) = certificate {
        card.fact("消去した時刻", moment_ja(certificate.done_at));
        card.fact("消去した行", count(certificate.rows));
        card.fact("処理番号", certificate.act_id.to_string());
        card.fact(
            "それより前のバックアップの廃棄の期限",
            day_ja(certificate.destroy_by),
        );
        card.fact("証明の要約値（SHA-256）", certificate.digest.as_str());
    }
    Ok(card)
}

fn done(sheet: &mut Sheet, certificate: &Certificate) {
    if !certificate.intact {
        sheet.notes.push(Note::new(
            Tone::Bad,
            "証明の内容が書き換えられています",
            vec!["要約値と合いません。監査担当へ知らせてください。".to_owned()],
        ));
    }
    let mut table = Table::new("消去した表と行数", &["部分", "表", "#行"]);
    for (part, name, rows) in &certificate.counts {
        let part = if part == "vault" {
            "番号の金庫"
        } else {
            "業務"
        };
        table.row(vec![part.into(), name.as_str().into(), count(*rows).into()]);
    }
    sheet
        .cards
        .push(Card::new("消去した表", "w12").with_table(table, "消去した行はありません。"));
}

fn waiting(desk: &Desk, sheet: &mut Sheet, found: &Proposal) -> Result<(), OfficeError> {
    let counts = desk.store().read(|conn| proposal::preview(conn, found))?;
    let mut table = Table::new("消去する表と行数", &["表", "#行"]);
    for (name, rows) in counts {
        table.row(vec![name.into(), count(rows).into()]);
    }
    sheet.cards.push(
        Card::new("承認すると消去するもの", "w8")
            .with_table(table, "業務の表から消去する行はありません。"),
    );
    let mut backups = Table::new("まだ残っているバックアップ", &["名前", "日", "状態"]);
    for (one, stands) in desk.store().read(retention::backups_to_destroy)? {
        backups.row(vec![
            one.name.as_str().into(),
            day_ja(one.begun_on).into(),
            stands.label_ja().into(),
        ]);
    }
    let days = desk
        .book()?
        .backup_retention(desk.business_date())?
        .destroy_within_days;
    let mut card = Card::new("これを含むバックアップ", "w4")
        .with_table(backups, "保管中のバックアップはありません。");
    card.beside = format!("承認から{days}日以内に廃棄");
    sheet.cards.push(card);
    if found.proposed_by == desk.session().staff_id() {
        sheet.notes.push(Note::new(
            Tone::Plain,
            "承認を待っています",
            vec!["提案した本人は承認できません。別の職員が確かめて承認します。".to_owned()],
        ));
        return Ok(());
    }
    sheet.notes.push(Note::new(
        Tone::Warn,
        "消去は取り消せません",
        vec![
            "件数と対象を確かめてから承認してください。承認すると、その処理で消去します。"
                .to_owned(),
        ],
    ));
    let mut answer = Card::new("承認", "w12");
    answer.form = Some(
        Form::post(&format!("/retention/{}", found.erasure_id))
            .fields(vec![
                Field::new(Input::Text, "reason", "却下の理由", "")
                    .hint("却下するときだけ")
                    .wide(),
            ])
            .button("承認して消去する", "approve", "danger")
            .button("却下する", "decline", "")
            .back("一覧へ", "/retention"),
    );
    sheet.cards.push(answer);
    Ok(())
}

/// The second person's answer.
pub async fn answer_one(Path(erasure_id): Path<i64>, posted: Posted) -> Response {
    let fields = posted.fields;
    posted
        .desk
        .answer(move |desk| {
            let permit = desk.permit::<ApproveErasure>()?;
            let acting = desk.acting("");
            let done = match fields.text("do") {
                "approve" => {
                    let keeper = desk.permit::<KeepRegister>()?;
                    let permits = (&acting, &permit, &keeper);
                    let vault = desk.app().vault().map(|vault| &vault.store);
                    retention::approve(desk.store(), vault, permits, on(desk)?, erasure_id)
                        .map(|_| ())
                }
                "decline" => desk.store().write(|conn| {
                    let answer = (erasure_id, fields.text("reason"));
                    retention::decline(conn, (&acting, &permit), answer)
                }),
                _ => Err(OfficeError::input("操作", "承認か却下を選んでください")),
            };
            let done = done.map(|()| answer::go(&format!("/retention/{erasure_id}")));
            or_again(done, &[("却下の理由", "reason")], |errors| {
                show_one(desk, erasure_id, errors)
            })
        })
        .await
}
