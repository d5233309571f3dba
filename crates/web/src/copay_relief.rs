//! 一部負担金の減免・徴収猶予 — judged by the municipality's own table, from which 一部負担金減免証明書 is issued.

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
use law::judgement::copay_relief::{self, HardshipReason, Measure, ReliefFacts};
use office::judgement::benefit::{self, CopayRelief};
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

const REASONS: [(HardshipReason, &str); 4] = [
    (
        HardshipReason::Disaster,
        "災害（死亡・障害・資産の重大な損害）",
    ),
    (HardshipReason::CropFailure, "農作物の不作・不漁"),
    (HardshipReason::LossOfWork, "事業の休廃止・失業"),
    (HardshipReason::Similar, "これらに類する事由"),
];

fn reason_ja(reason: HardshipReason) -> &'static str {
    REASONS
        .iter()
        .find(|row| row.0 == reason)
        .map_or("", |row| row.1)
}

fn measure_ja(measure: Measure) -> String {
    match measure {
        Measure::Reduce { percent } => format!("一部負担金の減額（{percent}％）"),
        Measure::Exempt => "一部負担金の免除".to_owned(),
        Measure::Defer => "一部負担金の徴収猶予".to_owned(),
    }
}

fn said(one: &CopayRelief) -> String {
    format!(
        "{} {}から{}まで",
        measure_ja(one.measure),
        day_ja(one.from),
        day_ja(previous_day(one.until))
    )
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
    for one in benefit::copay_reliefs(conn, household)? {
        let row = table.row(vec![
            one.relief_id.to_string().into(),
            reason_ja(one.reason).into(),
            day_ja(one.applied_on).into(),
            said(&one).into(),
            moment_ja(one.recorded_at).into(),
        ]);
        row.off = one.until <= today;
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
    let all = benefit::copay_reliefs(conn, household)?;
    let standing: Vec<String> = all
        .iter()
        .filter(|one| today < one.until)
        .map(said)
        .collect();
    Ok(if standing.is_empty() {
        String::new()
    } else {
        format!("決定: {}", standing.join("、"))
    })
}

impl Change for Apply {
    type Order = ReliefFacts;

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
        ]);
        let mut notes = Vec::new();
        if book(desk)?.copay_relief(today).is_err() {
            notes.push(Note::new(
                Tone::Warn,
                "",
                vec!["この市町村の規則に、一部負担金の減免・徴収猶予の段階表がありません。要綱の段階表を規則に加えるまで、判定できません。".to_owned()],
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
    ) -> Result<Option<ReliefFacts>, OfficeError> {
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
        Ok(Some(ReliefFacts {
            reason,
            monthly_income,
            standard_of_living,
            savings,
            inpatient: fields.has("inpatient"),
            applied_on,
            months,
        }))
    }

    fn show(&self, desk: &Desk, facts: &ReliefFacts) -> Result<Shown, OfficeError> {
        let book = book(desk)?;
        let rules = book.copay_relief(facts.applied_on)?;
        let ruling = copay_relief::judge(rules, facts)?;
        let last = ruling.span.until.map(previous_day);
        let mut card = Card::new("判定", "w6");
        card.fact("措置", measure_ja(ruling.measure));
        card.fact("開始日", day_ja(ruling.span.from));
        card.fact("期間の末日", last.map_or_else(String::new, day_ja));
        card.fact(
            "実収入月額÷基準生活費",
            format!("{}.{:03}倍", ruling.permille / 1000, ruling.permille % 1000),
        );
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
        facts: &ReliefFacts,
        acting: &Acting,
    ) -> Result<(), OfficeError> {
        let permit = desk.permit::<Judge>()?;
        let book = book(desk)?;
        let rules = book.copay_relief(facts.applied_on)?;
        benefit::grant_copay_relief(desk.store(), &permit, acting, self.0, rules, facts)?;
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
