//! 文言 — title, decision and 教示 of a levy notice.

use crate::content::{LevyKind, LevyNotice, Office};

/// 題名.
pub(super) fn title(notice: &LevyNotice) -> String {
    let name = notice.kind.name_ja();
    match (notice.kind, notice.change.is_some()) {
        (LevyKind::Premium, false) => format!("{name} 納入通知書"),
        (LevyKind::Premium, true) => format!("{name} 変更決定通知書 兼 納入通知書"),
        (LevyKind::Tax, false) => format!("{name} 納税通知書"),
        (LevyKind::Tax, true) => format!("{name} 更正決定通知書 兼 納税通知書"),
    }
}

/// 決定文 — what was decided, on what ground.
pub(super) fn lead(notice: &LevyNotice) -> String {
    let LevyNotice {
        kind,
        levy_year,
        ordinance,
        ..
    } = notice;
    let act = match kind {
        LevyKind::Premium => "国民健康保険法",
        LevyKind::Tax => "地方税法",
    };
    let name = kind.name_ja();
    if notice.change.is_some() {
        format!(
            "{act}及び{ordinance}の規定により、{levy_year}の{name}を次のとおり変更しましたので、通知します。変更後の額を各納期限までに納めてください。"
        )
    } else {
        format!(
            "{act}及び{ordinance}の規定により、{levy_year}の{name}を次のとおり決定しましたので、通知します。各納期限までに納めてください。"
        )
    }
}

/// 教示 — where and until when an appeal can be made.
///
/// 根拠: 行政不服審査法 第82条、行政事件訴訟法 第46条。料: 国民健康保険法 第91条・第99条・第103条。
/// 税: 地方税法 第19条・第19条の12、行政不服審査法 第18条
pub(super) fn appeal(notice: &LevyNotice) -> String {
    let Office {
        prefecture,
        municipality,
        head_title,
        ..
    } = &notice.office;
    let (board, act, precedence, latest) = match notice.kind {
        LevyKind::Premium => (
            format!("{prefecture}国民健康保険審査会"),
            "国民健康保険法第91条及び第99条",
            "同法第103条",
            "",
        ),
        LevyKind::Tax => (
            head_title.clone(),
            "地方税法第19条及び行政不服審査法第18条",
            "地方税法第19条の12",
            "ただし、この処分の日の翌日から起算して1年を経過したときは、することができません。",
        ),
    };
    format!(
        "１　この処分に不服があるときは、この処分があったことを知った日の翌日から起算して3か月以内に、{board}に対して審査請求をすることができます（{act}）。{latest}\n\
         ２　この処分の取消しの訴えは、前項の審査請求に対する裁決を経た後でなければ提起することができません（{precedence}）。この訴えは、裁決があったことを知った日の翌日から起算して6か月以内に、{municipality}を被告として（訴訟において{municipality}を代表する者は{head_title}となります。）提起しなければなりません（裁決の日の翌日から起算して1年を経過したときは、提起することができません。）。ただし、(1)審査請求があった日の翌日から起算して3か月を経過しても裁決がないとき、(2)処分、処分の執行又は手続の続行により生ずる著しい損害を避けるため緊急の必要があるとき、(3)その他裁決を経ないことにつき正当な理由があるときは、裁決を経ないで訴えを提起することができます。"
    )
}
