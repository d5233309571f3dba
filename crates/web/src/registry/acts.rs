//! 処理の画面 — what an act is called, what it was, and how it is taken back.

use super::{household, names};
use crate::answer;
use crate::desk::Desk;
use crate::eligibility::undo;
use crate::eyes::CLOSED;
use crate::view::cards::{Action, Card, CardsPage, Cell};
use crate::view::format::{day_ja, moment_ja};
use axum::extract::{Path, Query};
use axum::response::Response;
use db::Conn;
use office::OfficeError;
use office::concerned::of_act;
use office::levy::declare;
use office::registry::load::kind_of;
use office::security::permit::{Function, RegisterFact, ViewHousehold};
use office::trail::{self, Done};
use serde::Deserialize;

/// An act about more people names none of them here.
const SHOWN: i64 = 20;

/// Acts that are not named where they are made.
const NAMES: &[(&str, &str)] = &[
    ("registry.register", "異動登録"),
    ("levy.relevy", "更正"),
    ("levy.publish", "賦課の確定"),
    ("relief.apply", "減免申請の受理"),
    ("relief.grant", "減免決定"),
    ("relief.refuse", "減免不承認"),
    ("relief.withdraw", "減免の取消"),
    ("deferral.grant", "徴収猶予"),
    ("deferral.withdraw", "徴収猶予の取消"),
    ("eligibility.register", "資格異動の登録"),
    ("eligibility.correct", "資格異動の訂正"),
    ("eligibility.undo", "資格異動の取消"),
    ("eligibility.propose", "資格異動の承認依頼"),
    ("eligibility.approve", "資格異動の承認"),
    ("eligibility.reject", "資格異動の却下"),
    ("worklist.assign", "担当替え"),
    ("worklist.settle", "処理待ちの対応"),
    ("import.chunk", "取込"),
    ("registry.resident", "住民異動の登録"),
    ("registry.movement", "住民異動の登録"),
    ("registry.movement_undo", "住民異動の取消"),
    ("registry.nonresident", "住登外の登録"),
    ("registry.nonresident_terms", "住登外の期限"),
    ("registry.merge_propose", "名寄せの申出"),
    ("registry.merge_decide", "名寄せの決定"),
    ("registry.merge_undo", "名寄せの取消"),
    ("judgement.rejudge", "再判定"),
    ("judgement.long_stay", "長期該当の判定"),
    ("judgement.continuity_look", "世帯の継続性の判定"),
    ("judgement.continuity", "世帯の継続性の決定"),
    ("judgement.copay_relief", "一部負担金の減免・徴収猶予の決定"),
    ("certificate.receive", "証の申請の受付"),
    ("certificate.issue", "証の交付"),
    ("certificate.reissue", "証の再交付"),
    ("certificate.print", "証の印刷"),
    ("certificate.setting", "証に関する本人の申出の登録"),
    ("certificate.notify_special", "特別療養費の事前通知"),
    (
        "certificate.notify_special_end",
        "療養の給付等を行う旨の通知",
    ),
    ("certificate.sanction", "特別療養費への切替"),
    ("certificate.lift", "特別療養費の解除"),
    ("certificate.sanction_undo", "処分の取消"),
    ("certificate.letter_print", "証の通知の印刷"),
    ("certificate.correct", "証の交付の記録の訂正"),
    ("certificate.hand", "証の窓口交付"),
    ("certificate.mail", "証の発送"),
    ("certificate.collect", "証の回収"),
    ("certificate.came_back", "証の返戻"),
    ("eligibility.letter_print", "資格の文書の印刷"),
    ("eligibility.letter_mail", "資格の文書の発送"),
    ("eligibility.letter_answer", "回答の記録"),
    ("eligibility.letter_back", "返戻の記録"),
    ("eligibility.letter_allow", "支援措置の印刷の承認"),
    ("eligibility.proof", "資格の証明書の交付"),
    ("eligibility.bulk", "一括処理"),
    ("eligibility.bulk_confirm", "一括処理の確定"),
    ("eligibility.bulk_rule", "一括処理の裁定"),
    ("eligibility.bulk_undo", "一括処理の取消"),
    ("eligibility.bulk_undo_ask", "一括処理の取消の申請"),
    ("eligibility.bulk_undo_rule", "一括処理の取消の裁定"),
    ("eligibility.bulk_undone", "一括処理の取消の完了"),
    ("eligibility.ex_officio", "職権処理の起案"),
    ("eligibility.ex_officio_notice", "職権処理の通知"),
    ("status.student", "修学（学遠）の登録"),
    ("status.facility_stay", "住所地特例の登録"),
    ("status.care_exempt", "介護適用除外の登録"),
    ("status.whereabouts", "居所不明の保留の登録"),
    ("status.whereabouts_note", "居所の調査の記録"),
    ("status.company_insurance", "社会保険情報の登録"),
    ("status.late_elderly", "後期高齢者医療の登録"),
    ("status.public_assistance", "生活保護の異動の登録"),
    ("status.care_certificate", "介護証番号の登録"),
    ("status.exclusion", "適用除外の登録"),
    ("status.retired", "退職被保険者等の登録"),
    ("status.special_circumstances", "特別の事情の登録"),
    ("status.facility", "施設の登録"),
    ("status.stay_renewal", "在留期間の更新・変更の申請の登録"),
    ("status.slip", "連絡票の登録"),
    ("status.undo", "状態の取消"),
    ("import.settle", "保留の処理"),
    ("import.dismiss", "保留を閉じる"),
];

/// What an act is called; its code where it has no name.
#[must_use]
pub fn label(kind: &str) -> String {
    declare::label_of(kind)
        .or_else(|| {
            NAMES
                .iter()
                .find(|(code, _)| *code == kind)
                .map(|(_, name)| *name)
        })
        .unwrap_or(kind)
        .to_owned()
}

/// The household a person belongs to: now, or the last one.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn household_of(desk: &Desk, conn: &mut Conn, person: i64) -> Result<Option<i64>, OfficeError> {
    let today = desk.business_date();
    let found = office::registry::load_belonging(conn, person, today)?;
    Ok(super::search::household_of(&found, today))
}

/// Where an act is taken back by this member of staff; `None` where it cannot be from here.
#[must_use]
pub fn undo_href(desk: &Desk, act: &Done, household: i64) -> Option<String> {
    if act.undone || act.undoes.is_some() {
        return None;
    }
    let stated = [
        "eligibility.register",
        "eligibility.correct",
        "eligibility.approve",
    ];
    if stated.contains(&act.kind.as_str()) {
        return undo::offered(desk, act)
            .then(|| format!("/households/{household}/undo-events/{}", act.act_id));
    }
    let declared = act.kind.starts_with("levy.declare.") && act.kind != "levy.declare.undo";
    (declared && desk.session().may(RegisterFact::CODE))
        .then(|| format!("/households/{household}/undo/{}", act.act_id))
}

/// What was just done, in one sentence, and where it is taken back.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn just_done(
    desk: &Desk,
    conn: &mut Conn,
    act_id: &str,
    household: i64,
) -> Result<Option<(String, Option<String>)>, OfficeError> {
    let Ok(number) = act_id.parse::<i64>() else {
        return Ok(None);
    };
    let found = trail::find(conn, number)?.filter(|act| act.staff_id == desk.session().staff_id());
    Ok(found.map(|act| {
        let sentence = format!(
            "{}を行いました（処理番号{} {}）。",
            label(&act.kind),
            act.act_id,
            moment_ja(act.recorded_at)
        );
        (sentence, undo_href(desk, &act, household))
    }))
}

/// Whose act is looked at.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub struct Of {
    household: Option<i64>,
}

/// The people an act was about, each with the way to them; none where they are many.
fn about(desk: &Desk, conn: &mut Conn, act_id: i64) -> Result<Vec<Cell>, OfficeError> {
    let all = of_act(conn, act_id, SHOWN + 1)?;
    let mut people = Vec::new();
    for number in all {
        if kind_of(conn, number)?.is_some() {
            people.push(number);
        }
    }
    if i64::try_from(people.len()).is_ok_and(|count| count > SHOWN) {
        return Ok(Vec::new());
    }
    let names = names::people(conn, desk.business_date(), people.iter().copied())?;
    let cell = |number: &i64| match desk.eyes().closes(*number) {
        true => CLOSED.into(),
        false => Cell {
            small: format!("宛名番号 {number}"),
            ..Cell::link(&names.person(*number), &format!("/people/{number}"))
        },
    };
    Ok(people.iter().map(cell).collect())
}

/// One act: who, when, from where, whom it was about, why.
pub async fn page(desk: Desk, Path(act_id): Path<i64>, Query(of): Query<Of>) -> Response {
    desk.answer(move |desk| {
        desk.permit::<ViewHousehold>()?;
        desk.record(ViewHousehold::CODE, of.household)?;
        let found = desk.store().read(|conn| {
            let subject = match of.household {
                Some(household) => household::subject(desk, conn, household, "tasks")?,
                None => None,
            };
            let people = about(desk, conn, act_id)?;
            Ok::<_, OfficeError>(trail::find(conn, act_id)?.map(|act| (act, subject, people)))
        })?;
        let Some((act, subject, people)) = found else {
            return answer::not_found(desk, "この処理");
        };
        let mut layout = desk.layout(&format!("処理{act_id}"));
        layout.subject = subject;
        let mut page = CardsPage::new(layout, &format!("処理{act_id} {}", label(&act.kind)));
        let mut card = Card::new("", "w8");
        card.fact("日時", moment_ja(act.recorded_at));
        card.fact("業務日付", day_ja(act.business_date));
        card.fact("職員", act.staff_name.as_str());
        card.fact("端末", act.terminal.as_str());
        card.fact("内容", act.note.as_str());
        for one in people {
            card.fact("対象者", one);
        }
        card.fact("処理の種類", Cell::beside(&label(&act.kind), &act.kind));
        if let Some(other) = act.undoes {
            card.fact(
                "取り消した処理",
                Cell::link(&format!("処理{other}"), &format!("/acts/{other}")),
            );
        }
        if act.undone {
            card.fact("状態", "取り消されています");
        }
        if let Some(household) = of.household {
            if let Some(href) = undo_href(desk, &act, household) {
                card.actions.push(Action::link("この処理を取り消す", &href));
            }
            card.actions.push(Action::link(
                "戻る",
                &format!("/households/{household}/tasks"),
            ));
        }
        page.cards.push(card);
        answer::page(&page)
    })
    .await
}
