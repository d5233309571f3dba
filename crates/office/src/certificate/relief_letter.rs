//! 一部負担金の減免・徴収猶予の決定通知 — what was decided on an application, told to the head of the household.
//!
//! 根拠: 国民健康保険法 第44条第1項・第91条第1項

use super::issue::load_household;
use super::letter::{self, Letter, LetterKind, of_head};
use super::rules::KeptRules;
use super::view::Household;
use crate::acts::Act;
use crate::error::OfficeError;
use db::Conn;
use law::certificate::Practice;
use law::date::previous_day;
use law::era::wareki;
use law::judgement::copay_relief::Measure;
use law::{Date, Span};

/// What is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// 承認: the measure and its days.
    Granted {
        /// 措置.
        measure: Measure,
        /// Its days.
        span: Span,
    },
    /// 不承認, with its reason.
    Refused(String),
}

/// A decision to tell of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// 特別の理由, as the form names it.
    pub reason_ja: &'static str,
    /// 申請年月日.
    pub applied_on: Date,
    /// 決定年月日.
    pub decided_on: Date,
    /// 決定の内容.
    pub told: Told,
}

/// 措置 in the words of the notice.
#[must_use]
pub fn measure_ja(measure: Measure) -> String {
    match measure {
        Measure::Reduce { percent } => format!("一部負担金の減額（{percent}％）"),
        Measure::Exempt => "一部負担金の免除".to_owned(),
        Measure::Defer => "一部負担金の徴収猶予".to_owned(),
    }
}

/// Writes and keeps the notice of a decision; returns its number.
///
/// # Errors
/// A refusal when the household is unknown or the day has no rules.
pub(crate) fn write(
    conn: &mut Conn,
    act: &Act,
    rules: &KeptRules,
    household_id: i64,
    decision: &Decision,
) -> Result<i64, OfficeError> {
    let on = decision.decided_on;
    let household = load_household(conn, household_id, on)?;
    let letter = of(&household, rules.practice(on)?, decision);
    letter::insert(conn, act, &letter, on)
}

fn of(household: &Household, practice: &Practice, decision: &Decision) -> Letter {
    let applied = wareki(decision.applied_on);
    let mut paragraphs = vec![format!(
        "{applied}に申請のあった国民健康保険の一部負担金の減免等については、下記のとおり決定しましたので通知します。"
    )];
    let mut facts = vec![
        ("申請年月日".to_owned(), applied),
        ("特別の理由".to_owned(), decision.reason_ja.to_owned()),
    ];
    let title = match &decision.told {
        Told::Granted { measure, span } => {
            facts.push(("決定の内容".to_owned(), measure_ja(*measure)));
            let until = span.until.map(previous_day).map(wareki).unwrap_or_default();
            facts.push((
                "期間".to_owned(),
                format!("{}から{until}まで", wareki(span.from)),
            ));
            paragraphs.push("医療機関では、一部負担金減免証明書を資格確認書などとともに示してください。期間の途中で資力が回復したときは、すみやかに届け出てください。".to_owned());
            match measure {
                Measure::Reduce { .. } => "一部負担金減額承認決定通知書",
                Measure::Exempt => "一部負担金免除承認決定通知書",
                Measure::Defer => {
                    paragraphs.push(
                        "徴収を猶予した一部負担金は、期間の後に市町村へ納めていただきます。"
                            .to_owned(),
                    );
                    "一部負担金徴収猶予承認決定通知書"
                }
            }
        }
        Told::Refused(reason) => {
            facts.push(("決定の内容".to_owned(), "不承認".to_owned()));
            facts.push(("不承認の理由".to_owned(), reason.clone()));
            "一部負担金減免等不承認決定通知書"
        }
    };
    facts.push(("決定年月日".to_owned(), wareki(decision.decided_on)));
    Letter {
        kind: LetterKind::CopayRelief,
        household_id: household.household_id,
        person_id: household.head.person_id,
        certificate_id: None,
        application_id: None,
        title: title.to_owned(),
        destination: of_head(household, practice),
        paragraphs,
        facts,
        appealable: true,
    }
}
