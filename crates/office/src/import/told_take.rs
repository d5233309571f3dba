//! What each row of another department or scheme becomes.

use super::told_row::{Numbered, state};
use crate::acts::Act;
use crate::certificate::card_list;
use crate::eligibility::corrected;
use crate::eligibility::covered::{self, Scheme, Told};
use crate::eligibility::overlap::{self, Reported, Taken};
use crate::eligibility::status::assistance::{self, Change};
use crate::eligibility::status::slip::{self, Direction, Slip, SlipKind};
use crate::eligibility::status::{
    CareCertificate, CompanyInsurance, LateElderly, PublicAssistance,
};
use crate::error::OfficeError;
use crate::registry::timeline;
use db::{Conn, Span};
use law::Date;
use std::collections::BTreeMap;

/// The cell with the code of this municipality.
pub(super) const OWN: &str = "municipality_code";

/// A row that is carried out.
pub(super) struct Cells<'c> {
    pub subject: i64,
    pub cells: &'c BTreeMap<String, String>,
    pub from: Date,
}

impl Cells<'_> {
    fn text(&self, item: &str) -> String {
        self.cells.get(item).cloned().unwrap_or_default()
    }

    fn int(&self, item: &str) -> Option<i64> {
        self.cells.get(item).and_then(|cell| cell.parse().ok())
    }

    fn date(&self, item: &str) -> Option<Date> {
        // Endless is open; unknown days were held before.
        self.cells
            .get(item)
            .and_then(|cell| cell.parse().ok())
            .filter(|day: &Date| day.year() < 9999)
    }

    fn numbered<S>(&self, fact: S) -> Numbered<S> {
        Numbered {
            fact,
            history: self.int("history_number"),
        }
    }

    /// From the day of the row until a day, which must lie after it.
    fn span(&self, item: &str, field: &str) -> Result<Span, OfficeError> {
        let until = self.date(item);
        if until.is_some_and(|until| until <= self.from) {
            return Err(OfficeError::input(
                field,
                &format!("{field}が取得年月日以前の日です。取得と喪失の日を確かめてください"),
            ));
        }
        Ok(Span::new(self.from, until))
    }
}

/// 介護保険資格: the number of the care certificate.
pub(super) fn care_insured(
    conn: &mut Conn,
    act: &Act,
    row: &Cells<'_>,
) -> Result<bool, OfficeError> {
    let fact = CareCertificate {
        insurer: row.text("insurer"),
        number: row.text("insured_number"),
        category: row.int("category").unwrap_or(0),
        reported_on: None,
    };
    let span = row.span("lost_on", "資格喪失年月日")?;
    let stated = state(conn, act, row.subject, span, row.numbered(fact))?;
    Ok(stated.is_some())
}

/// 後期高齢者医療資格: the fact, and the candidate of a loss or gain here.
///
/// 根拠: 国民健康保険法 第6条第8号・第7条・第8条
pub(super) fn late_elderly(
    conn: &mut Conn,
    act: &Act,
    today: Date,
    row: &Cells<'_>,
) -> Result<bool, OfficeError> {
    let span = row.span("lost_on", "資格喪失年月日")?;
    let loss = row.text("loss_cause");
    let fact = LateElderly {
        number: row.text("insured_number"),
        gain_cause: row.text("gain_cause"),
        loss_cause: (!loss.is_empty()).then_some(loss),
        reported_on: Some(today),
    };
    let Some(before) = state(conn, act, row.subject, span, row.numbered(fact))? else {
        return Ok(false);
    };
    let told = Told {
        person_id: row.subject,
        span,
        scheme: Scheme::LateElderly,
        told_by: "後期高齢者医療の資格情報",
        own: &row.text(OWN),
    };
    for (old, _) in before {
        corrected::corrected(conn, act, &told, (old, told.told_by), today)?;
    }
    covered::follow(conn, act, &told, today)?;
    Ok(true)
}

/// 生活保護: the state, and the candidate that follows from it.
pub(super) fn assistance(
    conn: &mut Conn,
    act: &Act,
    today: Date,
    row: &Cells<'_>,
) -> Result<bool, OfficeError> {
    let code = row.text("change");
    let change = Change::from_code(&code).ok_or_else(|| {
        OfficeError::input(
            "異動区分",
            "開始・停止・停止解除・廃止のどれかにしてください",
        )
    })?;
    let facts = timeline::<PublicAssistance>(conn, row.subject, None)?;
    let told_before = match change.state() {
        Some(state) => facts
            .iter()
            .any(|dated| dated.valid.from == row.from && dated.fact.state == state),
        None => {
            facts
                .iter()
                .any(|dated| dated.valid.until == Some(row.from))
                && !facts.iter().any(|dated| dated.valid.holds(row.from))
        }
    };
    if told_before {
        return Ok(false);
    }
    let told = assistance::Told {
        person_id: row.subject,
        change,
        on: row.from,
        office: row.text("office"),
        case_number: row.text("case_number"),
        medical: row.text("medical") == "1",
        reported_on: today,
    };
    assistance::apply(conn, act, &row.text(OWN), &told)?;
    Ok(true)
}

/// 資格重複: a matter of the work list, ranked.
pub(super) fn overlap(
    conn: &mut Conn,
    act: &Act,
    today: Date,
    row: &Cells<'_>,
) -> Result<bool, OfficeError> {
    let need = |day: Option<Date>, field: &str| {
        day.ok_or_else(|| OfficeError::input(field, &format!("{field}が分かりません")))
    };
    let reported = Reported {
        as_of: need(row.date("as_of"), "一覧の基準日")?,
        symbol: row.text("symbol"),
        number: row.text("number"),
        branch: row.int("branch"),
        name: row.text("name"),
        kana: row.text("kana"),
        sex: row.int("sex").unwrap_or(0),
        birth_on: need(row.date("birth_on"), "生年月日")?,
        insurer_number: row.text("insurer_number"),
        insurer_name: row.text("insurer_name"),
        gained_on: row.from,
        lost_on: row.date("lost_on"),
    };
    let person_id = match overlap::take(conn, act, &reported, today)? {
        Taken::Matter { .. } => return Ok(true),
        Taken::Known | Taken::NoOverlap => return Ok(false),
        Taken::Ended { person_id } => person_id,
    };
    let told = Told {
        person_id,
        span: Span::new(reported.gained_on, reported.lost_on),
        scheme: Scheme::Company(reported.insurer_name.clone()),
        told_by: &reported.insurer_name,
        own: &row.text(OWN),
    };
    covered::follow(conn, act, &told, today)?;
    Ok(true)
}

/// マイナ保険証の利用登録: the state with the day it is of; an older list never replaces a newer one.
pub(super) fn online_status(
    conn: &mut Conn,
    act: &Act,
    _: Date,
    row: &Cells<'_>,
) -> Result<bool, OfficeError> {
    let linked = row.text("registered") == "1";
    card_list::state(
        conn,
        act,
        row.subject,
        (row.from, card_list::OF_LIST),
        linked,
    )
}

/// 被用者保険等の取得・喪失: the fact, and the candidate of a loss or gain here.
pub(super) fn insurance_period(
    conn: &mut Conn,
    act: &Act,
    today: Date,
    row: &Cells<'_>,
) -> Result<bool, OfficeError> {
    let span = row.span("lost_on", "資格喪失年月日")?;
    let name = row.text("insurer_name");
    let fact = CompanyInsurance {
        insurer_number: row.text("insurer_number"),
        insurer_name: name.clone(),
        symbol: row.text("symbol"),
        number: row.text("number"),
        relation: row.int("relation").unwrap_or(0),
        source: "資格取得喪失年月日の連携".to_owned(),
        reported_on: Some(today),
    };
    let Some(before) = state(conn, act, row.subject, span, row.numbered(fact))? else {
        return Ok(false);
    };
    let told = Told {
        person_id: row.subject,
        span,
        scheme: Scheme::Company(name.clone()),
        told_by: &name,
        own: &row.text(OWN),
    };
    for (old, fact) in before {
        corrected::corrected(conn, act, &told, (old, &fact.insurer_name), today)?;
    }
    covered::follow(conn, act, &told, today)?;
    Ok(true)
}

/// 連絡票: kept once, with what follows from it.
pub(super) fn slip(conn: &mut Conn, act: &Act, row: &Cells<'_>) -> Result<bool, OfficeError> {
    let wrong = |field: &str| OfficeError::input(field, &format!("{field}を読めません"));
    let slip = Slip {
        kind: SlipKind::from_code(&row.text("kind")).ok_or_else(|| wrong("連絡票の種類"))?,
        direction: Direction::from_code(&row.text("direction"))
            .ok_or_else(|| wrong("発行・受理の別"))?,
        person_id: row.subject,
        household_id: row.int("household_number").unwrap_or(0),
        municipality: row.text("other_municipality"),
        made_on: row.from,
        since: row.date("since").ok_or_else(|| wrong("該当開始年月日"))?,
        until: row.date("until_on"),
    };
    let known = slip::of_person(conn, row.subject)?;
    if known.iter().any(|kept| kept.slip == slip) {
        return Ok(false);
    }
    slip::keep_under(conn, act, &slip)?;
    Ok(true)
}
