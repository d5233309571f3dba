//! 交付すべき証 — which kind of certificate a person is due on a day, and what stands in the way of another.

use super::facts::{Facts, Judged};
use super::kind::{Class, Condition, Family, Grant, Kind};
use crate::date::{attains, first_march_end_from, next_day};
use crate::{Clause, Date, Refusal, Statute};

/// 国民健康保険法 第9条第2項.
pub const ACT_9_2: Clause = Clause::new(Statute::NhiAct, "第9条第2項");

/// 国民健康保険法施行規則 第26条の3第2項; 第26条の6の4第2項・第27条の13第4項・第27条の14の2第2項・第27条の14の4第2項・第27条の14の5第2項
/// say the same of their papers.
pub const RULES_26_3_2: Clause = Clause::new(Statute::NhiRules, "第26条の3第2項");

/// 被保険者証 came to an end, and papers of a recognition go beside a 資格確認書 alone.
const CARDS_ENDED: Date = Date::constant(2024, 12, 2);

/// The last day of the 経過措置: a 被保険者証 or 高齢受給者証 of before holds to its printed end, and no longer than this.
const CARDS_TAKEN_THROUGH: Date = Date::constant(2025, 12, 1);

/// Whether a paper of a family, issued on a day, is still taken on another: those of before 2024-12-02 to the end of the
/// 経過措置, all others by what is printed.
#[must_use]
pub fn taken_on(family: &str, issued_on: Date, day: Date) -> bool {
    let cards = [Family::Eligibility, Family::Elderly].map(Family::code);
    CARDS_ENDED <= issued_on || day <= CARDS_TAKEN_THROUGH || !cards.contains(&family)
}

/// A condition that is not met, in a sentence for the clerk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmet {
    /// Which.
    pub condition: Condition,
    /// Why it is not met, and what to do.
    pub reason_ja: String,
}

/// 交付すべき証 and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due<'r> {
    /// The kind.
    pub kind: &'r Kind,
    /// Why this kind, one sentence a reason.
    pub reasons_ja: Vec<String>,
}

/// First day on which a copayment ratio is shown: the first of the month after the one in which 70 is completed.
///
/// 根拠: 国民健康保険法 第42条第1項第3号・国民健康保険法施行規則 第6条第4項第5号
///
/// Someone born on the first completes 70 on the last day of the month before, and shows it from the month of birth.
#[must_use]
pub fn ratio_shown_from(birth_on: Date) -> Date {
    next_day(attains(birth_on, 70).last_of_month())
}

/// 特別療養費の対象となる人か: neither up to the 31 March after 18, nor one who can have 原爆一般疾病医療費 and the like.
///
/// 根拠: 国民健康保険法 第54条の3第1項（かっこ書）
#[must_use]
pub fn special_applies(facts: &Facts, on: Date) -> bool {
    facts.special_from.is_some_and(|from| from <= on) && special_is_about(facts, on)
}

/// Whether 特別療養費 could be about a person, whether or not it is told of the household yet.
///
/// 根拠: 国民健康保険法 第54条の3第1項（かっこ書）、国民健康保険法施行規則 第27条の5の2第1項
#[must_use]
pub fn special_is_about(facts: &Facts, on: Date) -> bool {
    !facts.special_exempt && on > first_march_end_from(facts.birth_on, 18)
}

/// マイナ保険証で受診できるか: `None` where no list has said it.
#[must_use]
pub fn card_usable(facts: &Facts) -> Option<bool> {
    if facts.confirmation_asked || facts.card_blocked {
        return Some(false);
    }
    facts.card.map(|card| card.linked)
}

/// The conditions of a kind that are not met on a day. `class` is the row of the person's 適用区分.
#[must_use]
pub fn unmet(kind: &Kind, facts: &Facts, class: Option<&Class>, on: Date) -> Vec<Unmet> {
    let check = |condition: &Condition| {
        wrong(*condition, facts, class, on).map(|reason_ja| Unmet {
            condition: *condition,
            reason_ja,
        })
    };
    kind.conditions.iter().filter_map(check).collect()
}

fn wrong(condition: Condition, facts: &Facts, class: Option<&Class>, on: Date) -> Option<String> {
    let unless = |holds: bool, why: &str| (!holds).then(|| why.to_owned());
    match condition {
        Condition::Insured => unless(
            facts.span_on(on).is_some(),
            "この日に国民健康保険の資格がありません。資格の期間を確かめてください",
        ),
        Condition::WasInsured => unless(
            facts.insured.iter().any(|span| span.from <= on),
            "国民健康保険に加入していた期間がありません",
        ),
        Condition::Lost => unless(
            facts
                .insured
                .iter()
                .any(|span| span.until.is_some_and(|until| until <= on)),
            "資格を喪失していません。喪失の届出を先に登録してください",
        ),
        Condition::CardUsable => card(facts, true),
        Condition::CardNotUsable => card(facts, false),
        Condition::Special => unless(
            special_applies(facts, on),
            "特別療養費の適用を受けていません（18歳到達後最初の3月31日までの人、原爆一般疾病医療費等の対象者は除かれます）",
        ),
        Condition::NotSpecial => unless(
            !special_applies(facts, on),
            "特別療養費の適用を受けています。特別療養の様式で交付してください",
        ),
        Condition::ShortTerm => unless(
            facts.short_term,
            "短期証の該当がありません。滞納世帯の処分を先に登録してください",
        ),
        Condition::NotShortTerm => unless(
            !facts.short_term,
            "短期証に該当しています。短期証を交付してください",
        ),
        Condition::SpecialNoticed => noticed(facts, on),
        Condition::RatioAge => unless(
            ratio_shown_from(facts.birth_on) <= on,
            "70歳に達する日の属する月の翌月（1日生まれは当月）からの証です",
        ),
        Condition::LivingAge => unless(
            next_day(attains(facts.birth_on, 65).last_of_month()) <= on,
            "生活療養は65歳に達する日の属する月の翌月からです",
        ),
        Condition::TaxExempt => match (class, &facts.class) {
            (Some(class), _) => unless(
                class.tax_exempt,
                "住民税非課税の世帯の区分ではないため、標準負担額の減額は認定できません",
            ),
            (None, judged) => Some(no_class(judged)),
        },
        Condition::CeilingClass => match (class, &facts.class) {
            (Some(class), _) => unless(
                class.ceiling,
                "この区分は一部負担金の割合で限度額が分かるため、限度額適用認定証は交付しません",
            ),
            (None, judged) => Some(no_class(judged)),
        },
        // 施行規則 第27条の14の5 (様式第1号の9); 第27条の14の4 is of 現役並みⅡ・Ⅰ alone.
        Condition::NotLowElder => unless(
            !class.is_some_and(|class| class.elderly && class.tax_exempt),
            "70歳以上の低所得の区分です。限度額適用・標準負担額減額認定証を交付してください",
        ),
        Condition::DiseaseRecognised => unless(
            facts.disease.is_some(),
            "認定する疾病と医師の意見書がありません",
        ),
        Condition::ReliefGranted => unless(
            facts.relief_granted,
            "一部負担金の減免等の決定がありません。先に決定してください",
        ),
    }
}

fn noticed(facts: &Facts, on: Date) -> Option<String> {
    if facts.special_circumstance {
        return Some(
            "特別の事情（施行令第28条の6）が審査中か、認められているため、特別療養の証は交付できません。処分の解除か、届の決定を先にしてください"
                .to_owned(),
        );
    }
    match facts.special_notice_until {
        None => Some(
            "特別療養費の事前通知（法第54条の3第3項）の記録がありません。通知し、届出の期限を待ってください"
                .to_owned(),
        ),
        Some(until) if on <= until => Some(format!(
            "事前通知に書いた届出の期限（{}）を過ぎていません",
            crate::era::wareki(until)
        )),
        Some(_) => None,
    }
}

fn card(facts: &Facts, wanted: bool) -> Option<String> {
    match card_usable(facts) {
        Some(usable) if usable == wanted => None,
        Some(true) => Some(
            "マイナ保険証の利用登録があります。資格確認書は、要配慮などの申請があるときに交付します"
                .to_owned(),
        ),
        Some(false) => Some(
            "マイナ保険証で受診できない人です。資格情報のお知らせでは受診できません。資格確認書を交付してください"
                .to_owned(),
        ),
        None => Some(
            "マイナ保険証の利用登録の状況が分かりません。一覧を取り込むか、本人に確かめて登録してください"
                .to_owned(),
        ),
    }
}

/// 認定証・受療証 go to who holds a 資格確認書 on which the recognition does not stand. `recorded` says of the one that is held
/// whether it does; where none is held, who cannot use マイナ保険証 is due one.
///
/// 根拠: 国民健康保険法施行規則 第26条の3第2項・第26条の6の4第2項・第27条の13第4項・第27条の14の2第2項・第27条の14の4第2項・
/// 第27条の14の5第2項
///
/// # Errors
/// A [`Refusal`] that says why no paper is needed, or what is not known.
pub fn beside_confirmation(
    kind: &Kind,
    facts: &Facts,
    recorded: Option<bool>,
    issued_on: Date,
) -> Result<(), Refusal> {
    if !matches!(kind.family, Family::Ceiling | Family::Disease) || issued_on < CARDS_ENDED {
        return Ok(());
    }
    let name = &kind.name_ja;
    let refused =
        |code: &'static str, why: String| Err(Refusal::new(code, why).under(RULES_26_3_2));
    match (recorded, card_usable(facts)) {
        (Some(false), _) | (None, Some(false)) => Ok(()),
        (Some(true), _) => refused(
            "certificate.beside.recorded",
            format!(
                "資格確認書に認定の内容が記載されています。{name}は交付せず、資格確認書を提示するよう案内してください"
            ),
        ),
        (None, Some(true)) => refused(
            "certificate.beside.card",
            format!(
                "マイナ保険証の利用登録があり、資格確認書の交付を受けていません。{name}は資格確認書の交付を受けている人に交付します。マイナ保険証が使えないときは、先に要配慮などの申請を登録してください"
            ),
        ),
        (None, None) => refused(
            "certificate.beside.unknown",
            format!(
                "マイナ保険証の利用登録の状況が分からないため、{name}を交付できる人か決まりません。一覧を取り込むか、本人に確かめて登録してください"
            ),
        ),
    }
}

fn no_class(judged: &Judged<String>) -> String {
    match judged {
        Judged::Pending(reason) => format!("適用区分の判定が保留です（{reason}）"),
        _ => "適用区分の判定がありません。先に判定してください".to_owned(),
    }
}

/// 交付すべき資格の証: the one kind of the family 資格 that a person is due on a day without having to ask for it.
/// `None` when the person is not insured.
///
/// 根拠: 国民健康保険法 第9条第2項・第54条の3、国民健康保険法施行規則 第6条・第7条の3・第27条の5の2
///
/// # Errors
/// A [`Refusal`] when no kind or more than one fits: what is missing is named, nothing is guessed.
pub fn due<'r>(kinds: &[&'r Kind], facts: &Facts, on: Date) -> Result<Option<Due<'r>>, Refusal> {
    if facts.span_on(on).is_none() {
        return Ok(None);
    }
    let family: Vec<&'r Kind> = kinds
        .iter()
        .copied()
        .filter(|kind| kind.family == Family::Eligibility && kind.grant == Grant::Office)
        .filter(|kind| kind.issued_on(on))
        .collect();
    let fits: Vec<&'r Kind> = family
        .iter()
        .copied()
        .filter(|kind| unmet(kind, facts, None, on).is_empty())
        .collect();
    match fits.as_slice() {
        [kind] => Ok(Some(Due {
            kind,
            reasons_ja: reasons(kind, facts, on),
        })),
        [] => {
            Err(Refusal::new("certificate.due.none", why_none(&family, facts, on)).under(ACT_9_2))
        }
        several => {
            let names: Vec<&str> = several.iter().map(|kind| kind.name_ja.as_str()).collect();
            Err(Refusal::new(
                "certificate.due.several",
                format!(
                    "{}のどれを交付するか決まりません。証の規則の要件を直してください",
                    names.join("・")
                ),
            ))
        }
    }
}

fn why_none(family: &[&Kind], facts: &Facts, on: Date) -> String {
    let mut reasons: Vec<String> = family
        .iter()
        .flat_map(|kind| unmet(kind, facts, None, on))
        .map(|one| one.reason_ja)
        .collect();
    reasons.sort();
    reasons.dedup();
    if card_usable(facts).is_none() && !family.is_empty() {
        return "マイナ保険証の利用登録の状況が分からないため、資格確認書か資格情報のお知らせか決まりません。一覧を取り込むか、本人に確かめて登録してください".to_owned();
    }
    if reasons.is_empty() {
        return format!("{on}に交付できる資格の証の種類がありません。証の規則を確かめてください");
    }
    format!("交付できる資格の証がありません。{}", reasons.join("。"))
}

fn reasons(kind: &Kind, facts: &Facts, on: Date) -> Vec<String> {
    let mut reasons = Vec::new();
    for condition in &kind.conditions {
        match condition {
            Condition::CardUsable => {
                if let Some(card) = facts.card {
                    reasons.push(format!(
                        "マイナ保険証の利用登録がある（{}現在）",
                        crate::era::wareki(card.as_of)
                    ));
                }
            }
            Condition::CardNotUsable => reasons.push(if facts.card_blocked {
                "自己情報提供不可のため、マイナ保険証が使えない".to_owned()
            } else if facts.confirmation_asked {
                "要配慮などの申請により、資格確認書を交付する".to_owned()
            } else {
                let as_of = facts.card.map_or(on, |card| card.as_of);
                format!(
                    "マイナ保険証の利用登録がない（{}現在）",
                    crate::era::wareki(as_of)
                )
            }),
            Condition::Special => {
                if let Some(from) = facts.special_from {
                    reasons.push(format!(
                        "特別療養費を支給する（{}から）",
                        crate::era::wareki(from)
                    ));
                }
            }
            Condition::ShortTerm => reasons.push("短期証の該当がある".to_owned()),
            _ => {}
        }
    }
    if facts.special_from.is_some() && kind.asks(Condition::NotSpecial) {
        reasons.push(
            "世帯は特別療養費の対象だが、この人は対象から除かれる（18歳到達後最初の3月31日まで、または原爆一般疾病医療費等）"
                .to_owned(),
        );
    }
    reasons
}
