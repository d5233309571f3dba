//! 申請の内容 — what an application asks to have on the paper.

use law::Date;
use law::certificate::NameChoice;
use serde::{Deserialize, Serialize};

/// 申請の内容. Empty where the kind asks for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Wish {
    /// 資格確認書への任意記載: 適用区分.
    pub class_on_face: bool,
    /// 長期入院該当年月日, once recognised.
    pub long_term_on: Option<Date>,
    /// 特定疾病の区分.
    pub disease: Option<i64>,
    /// 医師の意見書 was seen.
    pub doctor_opinion: bool,
    /// 減免等の内容 as decided; empty where there is none.
    pub relief: String,
    /// 決定で定めた期間の末日.
    pub until: Option<Date>,
    /// 券面の氏名, where it differs from the person's setting.
    pub name_choice: Option<NameChoice>,
    /// 性別を裏面に記載, where it differs from the person's setting.
    pub sex_on_back: Option<bool>,
    /// 送付先, where it differs: 郵便番号, 住所, 宛名.
    pub destination: Option<Destination>,
    /// 証明する期間 (加入期間証明): lines as printed; empty for all.
    pub periods: Vec<String>,
    /// 特別の事情 for a household in arrears.
    pub circumstance: String,
}

/// 発行先.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Destination {
    /// 郵便番号, seven digits.
    pub postal_code: String,
    /// 住所 lines.
    pub address: Vec<String>,
    /// 宛名.
    pub addressee: String,
}
