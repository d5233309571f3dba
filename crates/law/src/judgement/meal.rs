//! 標準負担額の区分 — which class of meal a person pays. 根拠: 国民健康保険法施行規則 第26条の2・第26条の6の3

use super::class::{Over70, Under70};
use crate::rules::judgement::{CeilingClass, MealClass};

/// What decides the class of meals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MealFacts {
    /// The class of the person, `None` while it is held.
    pub class: Option<CeilingClass>,
    /// 長期該当.
    pub long_stay: bool,
    /// 指定難病・小児慢性特定疾病.
    pub designated: bool,
}

/// 標準負担額の区分, and the reason where no reduction is recognised.
///
/// A class that is held gives no reduction yet; the difference is paid back once it is decided (規則第26条の5).
#[must_use]
pub fn meal_class(facts: MealFacts) -> (MealClass, &'static str) {
    let low = |long| {
        if long {
            (
                MealClass::LowLong,
                "市町村民税世帯非課税で、長期該当の認定がある",
            )
        } else {
            (MealClass::Low, "市町村民税世帯非課税")
        }
    };
    match facts.class {
        Some(CeilingClass::Under70(Under70::E)) | Some(CeilingClass::Over70(Over70::Low2)) => {
            low(facts.long_stay)
        }
        Some(CeilingClass::Over70(Over70::Low1)) => (
            MealClass::Lowest,
            "市町村民税世帯非課税で、世帯の全員に所得がない",
        ),
        Some(_) if facts.designated => (MealClass::Designated, "指定難病・小児慢性特定疾病の患者"),
        Some(_) => (
            MealClass::General,
            "市町村民税の課税世帯のため減額の対象でない",
        ),
        None if facts.designated => (
            MealClass::Designated,
            "指定難病・小児慢性特定疾病の患者（区分は保留）",
        ),
        None => (MealClass::General, "区分が保留のため、決まるまで減額しない"),
    }
}

/// Whether 標準負担額減額 is recognised.
#[must_use]
pub fn reduced(facts: MealFacts) -> bool {
    matches!(
        meal_class(facts).0,
        MealClass::Low | MealClass::LowLong | MealClass::Lowest
    )
}
