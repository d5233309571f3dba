//! 説明 — steps of a judgement as lines a clerk can follow: label, sentence, clause.

use super::class::{Over70, Pending, Under70};
use super::what::What;
use crate::Yen;
use crate::reason::{Step, WHOLE_HOUSEHOLD};

/// One line of an explanation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The provision at work.
    pub what: What,
    /// Index of the person in the facts, where it is one person's line.
    pub person: Option<usize>,
    /// What it is called.
    pub label: String,
    /// The arithmetic with its inputs.
    pub sentence: String,
    /// Where it stands.
    pub clause: String,
}

/// 説明 of all steps, in their order.
#[must_use]
pub fn explain(steps: &[Step<What>]) -> Vec<Line> {
    steps.iter().map(line).collect()
}

/// 説明 of one step.
#[must_use]
pub fn line(step: &Step<What>) -> Line {
    Line {
        what: step.what,
        person: (step.person != WHOLE_HOUSEHOLD).then(|| usize::from(step.person)),
        label: step.what.label_ja().to_owned(),
        sentence: sentence(step),
        clause: step.what.clause().to_string(),
    }
}

fn sentence(step: &Step<What>) -> String {
    let (left, right, value) = (Yen(step.left), Yen(step.right), Yen(step.value));
    let yes = |yes: &str, no: &str| if step.value == 1 { yes } else { no }.to_owned();
    match step.what {
        What::Years => format!(
            "{}年中の所得と{}年度の市町村民税で判定する",
            step.left, step.right
        ),
        What::Base => format!("総所得金額等{left} − 基礎控除{right} = {value}"),
        What::BaseUnemployed => {
            format!("給与所得を30/100として、総所得金額等{left} − 基礎控除{right} = {value}")
        }
        What::BaseTotal => {
            format!("被保険者全員の基準所得額の合計 = {value}（擬制世帯主は入れない）")
        }
        What::Unfiled => "所得の申告がない".to_owned(),
        What::Pending => Pending::from_code(step.value)
            .map_or_else(String::new, |reason| reason.label_ja().to_owned()),
        What::Regardless => format!(
            "{}の人がいるが、どの回答でも区分は変わらない",
            Pending::from_code(step.value).map_or("", Pending::reason_ja)
        ),
        What::Taxed => match step.value {
            0 => "課税されている",
            1 => "課税されていない（非課税・免除）",
            2 => "1月1日に国内に住所がない（非課税世帯として扱わない）",
            _ => "課税・非課税が分からない",
        }
        .to_owned(),
        What::HouseholdUntaxed => yes(
            "世帯主（擬制を含む）と被保険者の全員が課税されていない",
            "課税されている人、または1月1日に国内に住所がない人がいる",
        ),
        What::UnemployedHousehold => format!(
            "世帯の所得{left}は基準額{right}を{}",
            yes("超えない", "超える")
        ),
        What::ClassUnder70 => format!(
            "基準所得額の合計{left} → {}",
            Under70::from_code(step.value).map_or("", Under70::label_ja)
        ),
        What::Taxable => format!("課税所得{left} − 調整控除{right} = {value}"),
        What::TaxableAtMost => {
            format!(
                "課税所得の記録がない。総所得金額等{left} − 基礎控除{right} により{value}を超えない"
            )
        }
        What::CopayIncome => format!(
            "70歳以上の被保険者の課税所得の最高額{left}は{right}{}",
            yes("以上", "未満")
        ),
        What::CopayBase => format!(
            "70歳以上の被保険者の基準所得額の合計{left}は{right}{}",
            yes("以下", "を超える")
        ),
        What::Revenue => format!("基準収入額{value}"),
        What::RevenueSingle => format!("収入{left}は{right}{}", yes("未満", "以上")),
        What::RevenueSeveral => format!("収入の合計{left}は{right}{}", yes("未満", "以上")),
        What::RevenueWithFormer => format!(
            "特定同一世帯所属者を含む収入の合計{left}は{right}{}",
            yes("未満", "以上")
        ),
        What::RevenueUnknown => {
            "申請がなく、公簿でも基準収入額を確認できないため、収入による判定をしない".to_owned()
        }
        What::Copay => format!("負担割合は{}割", step.value),
        What::NoIncome => format!("年金{left}、給与{right}を含む所得 = {value}"),
        What::ClassOver70 => Over70::from_code(step.value)
            .map_or_else(String::new, |class| format!("{}とする", class.label_ja())),
    }
}
