//! 限度額と標準負担額 — the amounts that stand behind a class, to be printed and to be paid by.

use super::super::row::Row;
use crate::Yen;
use crate::judgement::{Over70, Under70};
use serde::{Deserialize, Serialize};

/// 年齢の別.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Age {
    /// 70歳未満.
    Under70,
    /// 70歳以上.
    Over70,
}

/// A class of either age.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CeilingClass {
    /// 70歳未満.
    Under70(Under70),
    /// 70歳以上.
    Over70(Over70),
}

/// 高額療養費算定基準額 of one class for a month of treatment.
///
/// 根拠: 国民健康保険法施行令 第29条の3第1項・第4項・第6項・第11項
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ceiling {
    /// Base amount for the month and household.
    pub base: Yen,
    /// 1% of the cost above this is added; `None` where nothing is.
    pub one_percent_over: Option<Yen>,
    /// 多数回該当; `None` where the class has none.
    pub frequent: Option<Yen>,
    /// 外来（個人）; `None` where there is none.
    pub outpatient: Option<Yen>,
    /// 外来の年間の上限.
    pub outpatient_year: Option<Yen>,
}

/// 標準負担額の種類.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MealKind {
    /// 食事療養, one meal.
    Meal,
    /// 生活療養の食費, one meal.
    LivingMeal,
    /// 生活療養の居住費, one day.
    Room,
}

/// 標準負担額の区分. 根拠: 国民健康保険法施行規則 第26条の2・第26条の6の3
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MealClass {
    /// 一般.
    General,
    /// 指定難病・小児慢性特定疾病.
    Designated,
    /// 区分オ・低所得Ⅱ.
    Low,
    /// 区分オ・低所得Ⅱ with more than 90 days in hospital within 12 months (長期該当).
    LowLong,
    /// 低所得Ⅰ.
    Lowest,
}

impl MealClass {
    /// As printed.
    #[must_use]
    pub const fn label_ja(self) -> &'static str {
        match self {
            Self::General => "一般",
            Self::Designated => "指定難病・小児慢性特定疾病",
            Self::Low => "区分オ・低所得Ⅱ（90日まで）",
            Self::LowLong => "区分オ・低所得Ⅱ（長期該当）",
            Self::Lowest => "低所得Ⅰ",
        }
    }
}

/// 標準負担額 of one kind and class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StandardBurden {
    /// Yen for a meal or a day.
    pub yen: Yen,
}

pub(super) fn class_of(row: &Row<'_>) -> CeilingClass {
    let age = row.choice(
        "age",
        ("under_70", Age::Under70),
        &[("over_70", Age::Over70)],
    );
    match age {
        Age::Under70 => CeilingClass::Under70(row.choice(
            "class",
            ("ア", Under70::A),
            &[
                ("イ", Under70::B),
                ("ウ", Under70::C),
                ("エ", Under70::D),
                ("オ", Under70::E),
            ],
        )),
        Age::Over70 => CeilingClass::Over70(row.choice(
            "class",
            ("現役並みⅢ", Over70::Active3),
            &[
                ("現役並みⅡ", Over70::Active2),
                ("現役並みⅠ", Over70::Active1),
                ("一般", Over70::General),
                ("低所得Ⅱ", Over70::Low2),
                ("低所得Ⅰ", Over70::Low1),
            ],
        )),
    }
}

pub(super) fn ceiling_of(row: &Row<'_>) -> Ceiling {
    Ceiling {
        base: row.yen("base"),
        one_percent_over: row.yen_where_given("one_percent_over"),
        frequent: row.yen_where_given("frequent"),
        outpatient: row.yen_where_given("outpatient"),
        outpatient_year: row.yen_where_given("outpatient_year"),
    }
}

pub(super) fn meal_of(row: &Row<'_>) -> ((MealKind, MealClass), StandardBurden) {
    let kind = row.choice(
        "kind",
        ("meal", MealKind::Meal),
        &[
            ("living_meal", MealKind::LivingMeal),
            ("room", MealKind::Room),
        ],
    );
    let class = row.choice(
        "class",
        ("general", MealClass::General),
        &[
            ("designated", MealClass::Designated),
            ("low", MealClass::Low),
            ("low_long", MealClass::LowLong),
            ("lowest", MealClass::Lowest),
        ],
    );
    (
        (kind, class),
        StandardBurden {
            yen: row.yen("yen"),
        },
    )
}
