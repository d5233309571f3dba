//! 国民健康保険料 納入通知書 / 国民健康保険税 納税通知書.

use super::{Office, Window};
use serde::{Deserialize, Serialize};

/// 納入通知書・納税通知書, 当初 or 変更(更正).
///
/// 根拠: 国民健康保険法 第76条の3・第77条ほか（料）、地方税法 第1条第1項第6号・第13条・第703条の4（税）
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LevyNotice {
    /// 料 or 税: title, wording and 教示 follow.
    pub kind: LevyKind,
    /// Set for 変更(更正), none for 当初.
    pub change: Option<Change>,
    /// Issuer.
    pub office: Office,
    /// 条例の名: 「見本市国民健康保険条例」.
    pub ordinance: String,
    /// 通知書番号.
    pub notice_number: String,
    /// 発行日, Japanese text.
    pub issued_on: String,
    /// Address block.
    pub window: Window,
    /// 納付義務者(世帯主).
    pub liable_person: String,
    /// 記号番号.
    pub symbol_number: String,
    /// 相当年度: 「令和8年度」.
    pub levy_year: String,
    /// 調定年度: 「令和8年度」.
    pub assessed_year: String,
    /// Annual amount by component.
    pub table: LevyTable,
    /// Insured members, the household head first as a rule.
    pub members: Vec<Member>,
    /// 期別.
    pub instalments: Vec<Instalment>,
    /// 軽減区分 and why, where there is one.
    pub reduction: Option<Reduction>,
    /// 変更理由 (変更) or 備考 (当初): one entry a reason.
    pub reasons: Vec<String>,
    /// How it is paid: 「口座振替（見本銀行 本店 普通 ***1234）」.
    pub payment: String,
}

/// 料 or 税.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LevyKind {
    /// 国民健康保険料.
    Premium,
    /// 国民健康保険税.
    Tax,
}

impl LevyKind {
    /// 「国民健康保険料」「国民健康保険税」.
    #[must_use]
    pub fn name_ja(self) -> &'static str {
        match self {
            Self::Premium => "国民健康保険料",
            Self::Tax => "国民健康保険税",
        }
    }

    /// 「保険料」「保険税」.
    #[must_use]
    pub fn short_ja(self) -> &'static str {
        match self {
            Self::Premium => "保険料",
            Self::Tax => "保険税",
        }
    }
}

/// 変更前と差 — the amount that stood before, in yen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// 変更前の年額.
    pub before_yen: i64,
    /// 差引: after minus before. Checked.
    pub difference_yen: i64,
}

/// 算定の内訳 — components side by side, and their total, which is checked line by line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LevyTable {
    /// 医療分, 支援金分, 介護分, 子ども分: as many as the year has, at most five.
    pub components: Vec<Component>,
    /// 合計.
    pub total: Component,
}

/// One column of the table. What is taken off is given as a positive amount and printed with △.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Component {
    /// Heading: 「医療分」.
    pub name: String,
    /// 所得割.
    pub income_levy_yen: Option<i64>,
    /// 資産割.
    pub asset_levy_yen: Option<i64>,
    /// 均等割.
    pub per_capita_yen: Option<i64>,
    /// 平等割.
    pub per_household_yen: Option<i64>,
    /// 軽減 (7割・5割・2割), taken off.
    pub statutory_reduction_yen: Option<i64>,
    /// 未就学児の減額, taken off.
    pub preschool_deduction_yen: Option<i64>,
    /// 18歳未満の減額 (子ども分), taken off.
    pub under18_deduction_yen: Option<i64>,
    /// 産前産後の減額, taken off.
    pub birth_deduction_yen: Option<i64>,
    /// 限度超過額, taken off.
    pub over_cap_yen: Option<i64>,
    /// 月割による減, taken off.
    pub month_share_yen: Option<i64>,
    /// 端数切捨て, taken off.
    pub rounding_yen: Option<i64>,
    /// 減免, taken off.
    pub relief_yen: Option<i64>,
    /// 決定額.
    pub decided_yen: i64,
}

/// One row of the table: label, whether it is taken off, and where its amount is.
pub struct Line {
    /// Label on the paper.
    pub label: &'static str,
    /// Printed with △.
    pub taken_off: bool,
    /// The amount in a component.
    pub amount: fn(&Component) -> Option<i64>,
}

impl Component {
    /// Rows in the order of the paper. A row that is empty in every column is left out, 決定額 never.
    pub const LINES: [Line; 13] = [
        Line {
            label: "所得割額",
            taken_off: false,
            amount: |one| one.income_levy_yen,
        },
        Line {
            label: "資産割額",
            taken_off: false,
            amount: |one| one.asset_levy_yen,
        },
        Line {
            label: "均等割額",
            taken_off: false,
            amount: |one| one.per_capita_yen,
        },
        Line {
            label: "平等割額",
            taken_off: false,
            amount: |one| one.per_household_yen,
        },
        Line {
            label: "軽減額",
            taken_off: true,
            amount: |one| one.statutory_reduction_yen,
        },
        Line {
            label: "未就学児減額",
            taken_off: true,
            amount: |one| one.preschool_deduction_yen,
        },
        Line {
            label: "18歳未満減額",
            taken_off: true,
            amount: |one| one.under18_deduction_yen,
        },
        Line {
            label: "産前産後減額",
            taken_off: true,
            amount: |one| one.birth_deduction_yen,
        },
        Line {
            label: "限度超過額",
            taken_off: true,
            amount: |one| one.over_cap_yen,
        },
        Line {
            label: "月割による減",
            taken_off: true,
            amount: |one| one.month_share_yen,
        },
        Line {
            label: "端数切捨て",
            taken_off: true,
            amount: |one| one.rounding_yen,
        },
        Line {
            label: "減免額",
            taken_off: true,
            amount: |one| one.relief_yen,
        },
        Line {
            label: "決定額",
            taken_off: false,
            amount: |one| Some(one.decided_yen),
        },
    ];
}

/// 被保険者 — one member.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// Name as on the register.
    pub name: String,
    /// 算定基礎額 (旧ただし書所得) in yen; none where it is not known (未申告, 所得照会中).
    pub income_base_yen: Option<i64>,
    /// Months charged in each component, in the order of the table; none where the component does not apply.
    pub months: Vec<Option<u8>>,
    /// 摘要: 「未就学児」「非自発的失業」「7月転入」.
    pub note: String,
}

/// 徴収方法.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// 普通徴収.
    Ordinary,
    /// 特別徴収 (年金からの天引き).
    Special,
}

/// 期別 — one instalment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instalment {
    /// 徴収方法.
    pub method: Method,
    /// 「第1期」「4月」「随時1」.
    pub label: String,
    /// 納期限, Japanese text: 「令和8年7月31日」.
    pub due_on: String,
    /// 変更前, for 変更 only.
    pub before_yen: Option<i64>,
    /// The amount now, in yen.
    pub amount_yen: i64,
}

/// 軽減 — class and reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reduction {
    /// 「7割軽減」.
    pub class: String,
    /// 「世帯の所得が基準（43万円＋…）以下のため」.
    pub why: String,
}
