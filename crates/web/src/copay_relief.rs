//! 一部負担金の減免・徴収猶予 — judged by the municipality's own table, from which 一部負担金減免証明書 is issued.

use crate::certificate::rules as papers;
use crate::change::{self, About, Blank, Change, Shown};
use crate::desk::{Desk, Posted};
use crate::fields::{Fields, note};
use crate::judgement::book;
use crate::view::FieldError;
use crate::view::cards::{Action, Card, Note, Table};
use crate::view::entry::{Choice, Field, Form, Input};
use crate::view::format::{day_ja, moment_ja};
use crate::view::layout::Tone;
use axum::extract::{Path, Query};
use axum::response::Response;
use db::Conn;
use law::date::previous_day;
use law::judgement::copay_relief::{self, HardshipReason, ReliefFacts};
use office::certificate::relief_letter::measure_ja;
use office::judgement::copay::{self, CopayRelief, REASONS, reason_ja};
use office::security::permit::{Function, Judge};
use office::{Acting, OfficeError};

/// 申請 of one household.
pub struct Apply(i64);

/// The form.
pub async fn page(
    desk: Desk,
    Path(household): Path<i64>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Response {
    change::open(desk, Apply(household), asked).await
}

/// What was typed.
pub async fn send(Path(household): Path<i64>, posted: Posted) -> Response {
    change::send(posted, Apply(household)).await
}

/// 承認 by the table, or 不承認.
const RULINGS: [(&str, &str); 2] = [
    ("grant", "承認する（段階表による）"),
    ("refuse", "不承認とする"),
];

/// What is ordered: an application, and what is decided on it.
pub struct Order {
    facts: ReliefFacts,
    /// 不承認の理由; `None` where it is granted by the table.
    refused: Option<String>,
}

fn said(one: &CopayRelief) -> String {
    match one.measure {
        Some(measure) => format!(
            "{} {}から{}まで",
            measure_ja(measure),
            day_ja(one.from),
            day_ja(previous_day(one.until))
        ),
        None => format!("不承認（{}）", one.refused),
    }
}

/// What was decided for a household, with the way to an application.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn card(desk: &Desk, conn: &mut Conn, household: i64) -> Result<Card, OfficeError> {
    let today = desk.business_date();
    let mut table = Table::new(
        "一部負担金の減免・徴収猶予",
        &["#番号", "事由", "申請日", "決定", "登録"],
    );
    for one in copay::of_household(conn, household)? {
        let row = table.row(vec![
            one.relief_id.to_string().into(),
            reason_ja(one.reason).into(),
            day_ja(one.applied_on).into(),
            said(&one).into(),
            moment_ja(one.recorded_at).into(),
        ]);
        row.off = one.until <= today;
        if let Some(letter) = one.letter_id {
            let href = format!("/certificate-letters/{letter}");
            row.actions.push(Action::link("通知書", &href));
        }
    }
    let mut card =
        Card::new("一部負担金の減免・徴収猶予", "w12").with_table(table, "決定はありません。");
    if desk.session().may(Judge::CODE) {
        let href = format!("/households/{household}/copay-relief");
        card.actions
            .push(Action::link("一部負担金の減免・猶予を判定する", &href));
    }
    Ok(card)
}

/// What stands decided today, in words that help to fill an application for the paper.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn hint(desk: &Desk, conn: &mut Conn, household: i64) -> Result<String, OfficeError> {
    let today = desk.business_date();
    let all = copay::of_household(conn, household)?;
    let standing: Vec<String> = all
        .iter()
        .filter(|one| one.measure.is_some() && today < one.until)
        .map(said)
        .collect();
    Ok(if standing.is_empty() {
        String::new()
    } else {
        format!("決定: {}", standing.join("、"))
    })
}

impl Change for Apply {
    type Order = Order;

    fn title(&self) -> String {
        "一部負担金の減免・徴収猶予の判定".to_owned()
    }

    fn about(&self) -> About {
        About {
            household: Some(self.0),
            person: None,
            tab: "judgement",
        }
    }

    fn allow(&self, desk: &Desk) -> Result<(), OfficeError> {
        desk.permit::<Judge>().map(|_| ())
    }

    fn blank(&self, desk: &Desk, conn: &mut Conn, fields: &Fields) -> Result<Blank, OfficeError> {
        let today = desk.business_date();
        let applied = if fields.has("applied_on") {
            fields.day_written("applied_on", today)
        } else {
            day_ja(today)
        };
        let reasons: Vec<Choice> = REASONS
            .iter()
            .map(|(reason, label)| (reason.code().to_owned(), (*label).to_owned()))
            .collect();
        let rulings: Vec<Choice> = RULINGS
            .iter()
            .map(|row| (row.0.to_owned(), row.1.to_owned()))
            .collect();
        let field = |input: Input, name: &str, label: &str| {
            Field::new(input, name, label, fields.text(name))
        };
        let form = Form::post(&format!("/households/{}/copay-relief", self.0)).fields(vec![
            field(Input::Choice(reasons), "reason", "特別の理由").first(),
            Field::new(Input::Day, "applied_on", "申請日", &applied),
            field(Input::Text, "months", "申請の月数").hint("申請した月から"),
            field(Input::Yen, "monthly_income", "実収入月額（世帯）"),
            field(Input::Yen, "standard", "基準生活費（月額）"),
            field(Input::Yen, "savings", "預貯金"),
            field(Input::Check, "inpatient", "入院の一部負担金である"),
            field(Input::Choice(rulings), "ruling", "決定"),
            field(Input::Text, "refusal", "不承認の理由")
                .hint("不承認のとき。空のときは、段階表に当たらない理由を書きます")
                .wide(),
        ]);
        let mut notes = Vec::new();
        if book(desk)?.copay_relief(today).is_err() {
            notes.push(Note::new(
                Tone::Warn,
                "",
                vec!["この市町村の規則に、一部負担金の減免・徴収猶予の段階表がありません。要綱の段階表を規則に加えるまで、承認できません。".to_owned()],
            ));
        }
        Ok(Blank {
            form,
            notes,
            cards: vec![card(desk, conn, self.0).map(|mut card| {
                card.width = "w4";
                card.actions.clear();
                card
            })?],
        })
    }

    fn read(
        &self,
        desk: &Desk,
        _: &mut Conn,
        fields: &Fields,
        errors: &mut Vec<FieldError>,
    ) -> Result<Option<Order>, OfficeError> {
        let today = desk.business_date();
        let reason = HardshipReason::from_code(fields.text("reason"));
        if reason.is_none() {
            note(errors, "reason", "特別の理由: 一覧から選んでください");
        }
        let applied_on = fields.required_day("applied_on", "申請日", today, errors);
        if applied_on.is_some_and(|day| day > today) {
            note(errors, "applied_on", "申請日: 先の日です");
        }
        let months: Option<i64> = crate::fields::half_width(fields.text("months"))
            .parse()
            .ok();
        if months.is_none() {
            note(errors, "months", "申請の月数: 月数を数字で入力してください");
        }
        for (name, label) in [("monthly_income", "実収入月額"), ("standard", "基準生活費")]
        {
            if fields.text(name).is_empty() {
                note(
                    errors,
                    name,
                    &format!("{label}: 金額を入力してください（なければ0）"),
                );
            }
        }
        let monthly_income = fields.yen("monthly_income", "実収入月額", errors);
        let standard_of_living = fields.yen("standard", "基準生活費", errors);
        let savings = fields.yen("savings", "預貯金", errors);
        let (Some(reason), Some(applied_on), Some(months)) = (reason, applied_on, months) else {
            return Ok(None);
        };
        let facts = ReliefFacts {
            reason,
            monthly_income,
            standard_of_living,
            savings,
            inpatient: fields.has("inpatient"),
            applied_on,
            months,
        };
        let refused = match fields.text("ruling") {
            "refuse" => Some(why_refused(desk, &facts, fields.text("refusal"), errors)?),
            _ => None,
        };
        Ok(Some(Order { facts, refused }))
    }

    fn show(&self, desk: &Desk, Order { facts, refused }: &Order) -> Result<Shown, OfficeError> {
        let mut card = Card::new("決定", "w6");
        match refused {
            Some(why) => {
                card.fact("決定", "不承認");
                card.fact("不承認の理由", why.clone());
            }
            None => {
                let book = book(desk)?;
                let rules = book.copay_relief(facts.applied_on)?;
                let ruling = copay_relief::judge(rules, facts)?;
                let last = ruling.span.until.map(previous_day);
                card.fact("措置", measure_ja(ruling.measure));
                card.fact("開始日", day_ja(ruling.span.from));
                card.fact("期間の末日", last.map_or_else(String::new, day_ja));
                card.fact(
                    "実収入月額÷基準生活費",
                    format!("{}.{:03}倍", ruling.permille / 1000, ruling.permille % 1000),
                );
            }
        }
        card.fact("通知書", "世帯主あてに作ります");
        let yen =
            |label: &str, amount: law::Yen| (label.to_owned(), format!("{}円", amount.grouped()));
        Ok(Shown {
            facts: vec![
                ("特別の理由".to_owned(), reason_ja(facts.reason).to_owned()),
                ("申請日".to_owned(), day_ja(facts.applied_on)),
                ("申請の月数".to_owned(), facts.months.to_string()),
                yen("実収入月額", facts.monthly_income),
                yen("基準生活費", facts.standard_of_living),
                yen("預貯金", facts.savings),
            ],
            cards: vec![card],
            ..Shown::default()
        })
    }

    fn carry_out(
        &self,
        desk: &Desk,
        Order { facts, refused }: &Order,
        acting: &Acting,
    ) -> Result<(), OfficeError> {
        let permit = desk.permit::<Judge>()?;
        let papers = papers(desk)?;
        let store = desk.store();
        if let Some(why) = refused {
            let of = (facts.reason, facts.applied_on, why.as_str());
            copay::refuse(store, &papers, &permit, acting, self.0, of)?;
            return Ok(());
        }
        let book = book(desk)?;
        let rules = (book.copay_relief(facts.applied_on)?, &papers);
        copay::grant(store, rules, &permit, acting, self.0, facts)?;
        Ok(())
    }

    fn done(&self, _: i64) -> String {
        format!("/households/{}/judgement", self.0)
    }

    fn field_of(&self, _: &str) -> String {
        String::new()
    }

    fn back(&self) -> String {
        format!("/households/{}/judgement", self.0)
    }

    fn verb(&self) -> &'static str {
        "この内容で決定する"
    }
}

/// 不承認の理由 as typed, or what the table says against it.
fn why_refused(
    desk: &Desk,
    facts: &ReliefFacts,
    typed: &str,
    errors: &mut Vec<FieldError>,
) -> Result<String, OfficeError> {
    if !typed.trim().is_empty() {
        return Ok(typed.trim().to_owned());
    }
    let book = book(desk)?;
    let judged = match book.copay_relief(facts.applied_on) {
        Ok(rules) => copay_relief::judge(rules, facts).map(|_| ()),
        // Without a table nothing says why.
        Err(_) => Ok(()),
    };
    Ok(match judged {
        Err(refusal) => refusal.message_ja,
        Ok(()) => {
            let message = "不承認の理由: 理由を入れてください。通知書に印字されます";
            note(errors, "refusal", message);
            String::new()
        }
    })
}
