//! 証の種類 — what a kind of certificate is, as the rule files say it.

use super::form::{Form, Item, MailClass, NumberScheme};
use crate::rules::levy::Status;
use crate::{Date, Yen};
use serde::{Deserialize, Serialize};

/// 証の系統: of one family a person holds one certificate at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// 資格確認書・資格情報のお知らせ・被保険者証 and their kin: each insured person has exactly one.
    Eligibility,
    /// 高齢受給者証.
    Elderly,
    /// 限度額適用・標準負担額減額.
    Ceiling,
    /// 特定疾病療養受療証: one for each disease.
    Disease,
    /// 一部負担金の減免等, 特別療養証明書, 受診票: each for its own application.
    Treatment,
    /// 証明書: states what was; nothing replaces it and nothing takes it back.
    Proof,
}

impl Family {
    pub(crate) const WORDS: [(&'static str, Self); 6] = [
        ("eligibility", Self::Eligibility),
        ("elderly", Self::Elderly),
        ("ceiling", Self::Ceiling),
        ("disease", Self::Disease),
        ("treatment", Self::Treatment),
        ("proof", Self::Proof),
    ];

    /// As stored and as written in the rule files.
    #[must_use]
    pub fn code(self) -> &'static str {
        word(&Self::WORDS, self)
    }

    /// Whether a new certificate of the family takes the place of the one before.
    #[must_use]
    pub fn replaces(self) -> bool {
        !matches!(self, Self::Treatment | Self::Proof)
    }
}

/// The word of a value in a table of words.
pub(crate) fn word<T: PartialEq + Copy>(words: &[(&'static str, T)], value: T) -> &'static str {
    words
        .iter()
        .find(|(_, one)| *one == value)
        .map_or("", |(word, _)| word)
}

/// 名宛: for whom the paper is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Holder {
    /// 個人.
    Person,
    /// 世帯.
    Household,
}

/// 交付の要件.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// 適用中の被保険者.
    Insured,
    /// 被保険者であったことがある.
    WasInsured,
    /// 資格を喪失した.
    Lost,
    /// マイナ保険証で受診できる.
    CardUsable,
    /// マイナ保険証で受診できない, or 要配慮・自己情報提供不可.
    CardNotUsable,
    /// 特別療養費の適用を受ける.
    Special,
    /// 特別療養費の適用を受けない.
    NotSpecial,
    /// 短期証の該当.
    ShortTerm,
    /// 短期証に該当しない.
    NotShortTerm,
    /// 特別療養費の事前通知 went out, its time is over, and no 特別の事情 is recorded.
    SpecialNoticed,
    /// 70歳に達する月の翌月以後: a copayment ratio is shown.
    RatioAge,
    /// 65歳以上 (生活療養).
    LivingAge,
    /// 住民税非課税の区分.
    TaxExempt,
    /// 限度額適用認定証の要る区分.
    CeilingClass,
    /// 70歳以上の低所得Ⅱ・Ⅰではない: their ceiling and their meals stand on one paper.
    NotLowElder,
    /// 特定疾病の認定.
    DiseaseRecognised,
    /// 一部負担金の減免等の決定.
    ReliefGranted,
}

impl Condition {
    pub(crate) const WORDS: [(&'static str, Self); 17] = [
        ("insured", Self::Insured),
        ("was_insured", Self::WasInsured),
        ("lost", Self::Lost),
        ("card_usable", Self::CardUsable),
        ("card_not_usable", Self::CardNotUsable),
        ("special", Self::Special),
        ("not_special", Self::NotSpecial),
        ("short_term", Self::ShortTerm),
        ("not_short_term", Self::NotShortTerm),
        ("special_noticed", Self::SpecialNoticed),
        ("ratio_age", Self::RatioAge),
        ("living_age", Self::LivingAge),
        ("tax_exempt", Self::TaxExempt),
        ("ceiling_class", Self::CeilingClass),
        ("not_low_elder", Self::NotLowElder),
        ("disease", Self::DiseaseRecognised),
        ("relief", Self::ReliefGranted),
    ];
}

/// 交付の仕方.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grant {
    /// 職権: the office issues it to whom it is due.
    Office,
    /// 申請.
    Application,
}

/// 発効期日の定め.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Start {
    /// The day the right to it began, or of issue when later rights are not in question.
    Arose,
    /// 申請のあった月の初日, not before the eligibility.
    ApplicationMonth,
    /// 申請日.
    ApplicationDay,
    /// 交付日.
    Issue,
}

/// 有効期限の定め: the earliest of the ends that apply holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// 次の更新の前日 (翌7月31日).
    Renewal,
    /// 更新の前日, only for those to whom a ratio is shown.
    RenewalWhereRatio,
    /// 人工透析で70歳未満: 更新の前日 (the ceiling depends on the class of the year).
    RenewalWhereDialysis,
    /// 70歳に達する日の属する月の末日.
    Age70,
    /// 75歳の誕生日の前日.
    Age75,
    /// 在留期間の満了.
    Stay,
    /// 修学の終わり (マル学).
    Student,
    /// 交付の日から5年を超えない範囲で定める年数.
    Years,
    /// 喪失予定日の前日.
    Loss,
    /// 決定で定めた期間の末日.
    Decided,
    /// 短期証: 決定で定めた月数, at most until the renewal.
    Short,
    /// 適用区分の変わる日の前日, where the change is already judged.
    Class,
}

impl End {
    pub(crate) const WORDS: [(&'static str, Self); 12] = [
        ("renewal", Self::Renewal),
        ("renewal_where_ratio", Self::RenewalWhereRatio),
        ("renewal_where_dialysis", Self::RenewalWhereDialysis),
        ("age70", Self::Age70),
        ("age75", Self::Age75),
        ("stay", Self::Stay),
        ("student", Self::Student),
        ("years", Self::Years),
        ("loss", Self::Loss),
        ("decided", Self::Decided),
        ("short", Self::Short),
        ("class", Self::Class),
    ];

    /// As shown in the reason of a term.
    #[must_use]
    pub fn label_ja(self) -> &'static str {
        match self {
            Self::Renewal | Self::RenewalWhereRatio | Self::RenewalWhereDialysis => {
                "次の更新の前日"
            }
            Self::Age70 => "70歳に達する月の末日",
            Self::Age75 => "75歳の誕生日の前日",
            Self::Stay => "在留期間（特例期間を含む）の満了日",
            Self::Student => "修学の終了日",
            Self::Years => "交付の日から定めた年数",
            Self::Loss => "資格喪失（予定）日の前日",
            Self::Decided => "決定で定めた期間の末日",
            Self::Short => "短期証の期間の末日",
            Self::Class => "適用区分が変わる日の前日",
        }
    }
}

/// 証の種類 for a period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    /// Code.
    pub code: String,
    /// 名称 as printed.
    pub name_ja: String,
    /// First day of issue.
    pub from: Date,
    /// First day on which it is issued no more.
    pub until: Option<Date>,
    /// 経過措置: the last day on which one already issued still holds; `None` as printed on it.
    pub accepted_through: Option<Date>,
    /// 系統.
    pub family: Family,
    /// 名宛.
    pub holder: Holder,
    /// 要件: all must hold.
    pub conditions: Vec<Condition>,
    /// 職権 or 申請.
    pub grant: Grant,
    /// 納付状況の確認 before it is issued.
    pub arrears_check: bool,
    /// A second person recognises before it is issued.
    pub approval: bool,
    /// 発効期日.
    pub start: Start,
    /// 有効期限: the earliest.
    pub ends: Vec<End>,
    /// Years, for [`End::Years`]; zero where that is not among the ends.
    pub years: u8,
    /// 更新月: the month in which it is renewed; zero where it is not.
    pub renewal_month: u8,
    /// To be given back when it no longer holds.
    pub returned: bool,
    /// 印字項目.
    pub items: Vec<Item>,
    /// 注意事項 as printed.
    pub notes: Vec<String>,
    /// 様式.
    pub form: Form,
    /// 交付番号.
    pub number: NumberScheme,
    /// 郵送の方法.
    pub mail: MailClass,
    /// 証区分 in the list handed to the prefecture's system; empty where it has none.
    pub partner_code: String,
    /// Draft or confirmed.
    pub status: Status,
}

impl Kind {
    /// Whether the kind is issued on a day.
    #[must_use]
    pub fn issued_on(&self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|until| day < until)
    }

    /// Whether the kind asks for something.
    #[must_use]
    pub fn asks(&self, condition: Condition) -> bool {
        self.conditions.contains(&condition)
    }

    /// Whether the kind prints an item.
    #[must_use]
    pub fn prints(&self, item: Item) -> bool {
        self.items.contains(&item)
    }
}

/// 適用区分 for a period: how it is printed and which papers go with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Class {
    /// Code as the online check of eligibility has it: `A01`…, `B01`….
    pub code: String,
    /// As printed: ア, 現役並みⅡ.
    pub label_ja: String,
    /// First day.
    pub from: Date,
    /// First day after.
    pub until: Option<Date>,
    /// 70歳以上の区分.
    pub elderly: bool,
    /// 住民税非課税の区分: 標準負担額の減額 goes with it.
    pub tax_exempt: bool,
    /// A certificate is needed for the ceiling (for others the ratio alone tells it).
    pub ceiling: bool,
    /// マル長 of dialysis under 70: the monthly ceiling.
    pub dialysis_yen: Yen,
}

/// 在留期間の満了日の読み方.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StayEnd {
    /// 満了日まで.
    SameDay,
    /// 満了日の翌日まで.
    NextDay,
}

/// 市町村の取扱い.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Practice {
    /// First day.
    pub from: Date,
    /// First day after.
    pub until: Option<Date>,
    /// 保険者番号, six figures; empty until the municipality's rules say it.
    pub insurer_number: String,
    /// 保険者名 as printed; empty until the municipality's rules say it.
    pub insurer_name: String,
    /// 在留期間の満了日の読み方.
    pub stay_end: StayEnd,
    /// マイナ保険証の一覧: how many days old it may be.
    pub card_list_days: u8,
    /// 通称 is printed where there is one, unless asked otherwise.
    pub alias_first: bool,
    /// 性別を裏面に記載 is allowed on request.
    pub sex_on_back: bool,
    /// 窓あき封筒: mixed households are put into one envelope.
    pub household_together: bool,
    /// Pieces in one bag of mail.
    pub bag_pieces: i64,
    /// 限度額適用認定証 is kept back from households in arrears.
    pub arrears_withhold: bool,
    /// Days after the due day before an unpaid instalment counts as arrears.
    pub arrears_days: u8,
    /// 短期証の月数.
    pub short_months: u8,
    /// Weight of a paper in grams goes with each form; envelopes above this many papers are put apart.
    pub papers_per_envelope: i64,
    /// Draft or confirmed.
    pub status: Status,
}
