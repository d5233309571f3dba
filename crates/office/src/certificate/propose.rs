//! 交付の案 — one certificate worked out from facts and rules, before it has a number; the counter and the yearly run
//! make it by the same function.

use super::card_list;
use super::face::{self, Face, Inputs};
use super::rules::KeptRules;
use super::view::{Household, Member};
use super::wish::Wish;
use crate::error::OfficeError;
use law::certificate::due::ratio_shown_from;
use law::certificate::face::{FaceName, decided};
use law::certificate::term::counted_from;
use law::certificate::{
    Class, Condition, Disease, Facts, Family, Item, Kind, Moments, Practice, Term, code, due, term,
    unmet,
};
use law::rules::hash_of;
use law::{Date, Refusal, Yen};

/// 交付の案.
#[derive(Clone, Debug)]
pub struct Proposal<'r> {
    /// 種類.
    pub kind: &'r Kind,
    /// 発効期日・有効期限.
    pub term: Term,
    /// Ratio in tenths and its 発効期日.
    pub ratio: Option<(u8, Date)>,
    /// 適用区分 code.
    pub class: Option<String>,
    /// 適用区分 is one of 70歳以上.
    pub elderly: bool,
    /// 特定疾病.
    pub disease: Option<Disease>,
    /// 自己負担限度額.
    pub ceiling: Option<Yen>,
    /// 長期入院該当年月日.
    pub long_term_on: Option<Date>,
    /// 券面.
    pub face: Face,
    /// 券面の氏名.
    pub name: FaceName,
    /// 性別を裏面に記載.
    pub sex_on_back: bool,
    /// 枝番.
    pub branch: String,
    /// SHA-256 of what it was made from.
    pub digest: String,
    /// Why this kind and this term.
    pub reasons_ja: Vec<String>,
}

/// What a proposal is asked for.
#[derive(Clone, Debug)]
pub struct Asked<'a> {
    /// Days.
    pub moments: Moments,
    /// 申請の内容.
    pub wish: &'a Wish,
    /// 交付の回.
    pub copy: i64,
    /// Of a copy: the last day of the paper it stands for.
    pub last_on: Option<Date>,
}

impl Asked<'_> {
    /// The term as it is asked for: it ends with its last day, where one is given.
    fn within(&self, term: Term) -> Term {
        let ends = [term.expires_on, self.last_on];
        Term {
            expires_on: ends.into_iter().flatten().min(),
            ..term
        }
    }
}

/// The kind of the family 資格 a person is due on a day, with its reasons. What is issued after the day is of the kind that
/// is due when it is issued, where the person is insured then.
///
/// # Errors
/// A refusal when none or several fit, or when what is known of マイナ保険証 is too old to decide it.
pub fn due_kind<'r>(
    rules: &'r KeptRules,
    household: &Household,
    member: &Member,
    (on, issued_on): (Date, Date),
) -> Result<Option<due::Due<'r>>, OfficeError> {
    let found = known_kind(rules, household, member, (on, issued_on))?;
    if let Some(due) = &found {
        fresh_enough(rules, due.kind, household, member, issued_on)?;
    }
    Ok(found)
}

/// As [`due_kind`], by what is known of マイナ保険証, however long ago.
pub(super) fn known_kind<'r>(
    rules: &'r KeptRules,
    household: &Household,
    member: &Member,
    (on, issued_on): (Date, Date),
) -> Result<Option<due::Due<'r>>, OfficeError> {
    let facts = member.facts(household, &Wish::default());
    let kinds: Vec<&Kind> = rules.kinds.iter().collect();
    let late = on.max(issued_on);
    let on = facts.span_on(late).map_or(on, |_| late);
    Ok(due::due(&kinds, &facts, on)?)
}

/// Whether what is known of マイナ保険証 is known lately enough to issue a certificate of a kind.
///
/// # Errors
/// A refusal that names both days.
pub(super) fn fresh_enough(
    rules: &KeptRules,
    kind: &Kind,
    household: &Household,
    member: &Member,
    issued_on: Date,
) -> Result<(), OfficeError> {
    let facts = member.facts(household, &Wish::default());
    Ok(fresh_card(
        kind,
        rules.practice(issued_on)?,
        &facts,
        issued_on,
    )?)
}

/// A certificate that follows from マイナ保険証 needs to know it lately.
fn fresh_card(
    kind: &Kind,
    practice: &Practice,
    facts: &Facts,
    issued_on: Date,
) -> Result<(), Refusal> {
    let asks = kind.asks(Condition::CardUsable) || kind.asks(Condition::CardNotUsable);
    let settled = facts.confirmation_asked || facts.card_blocked;
    match facts.card {
        Some(card) if asks && !settled => card_list::fresh(practice, card.as_of, issued_on),
        _ => Ok(()),
    }
}

/// Works a certificate of a kind out for a person.
///
/// # Errors
/// A refusal that names what stands in the way: an ended kind, conditions, a judgement held back, an old list.
pub fn propose<'r>(
    rules: &KeptRules,
    kind: &'r Kind,
    household: &Household,
    member: &Member,
    asked: &Asked<'_>,
) -> Result<Proposal<'r>, OfficeError> {
    let made = would_say(rules, kind, household, member, asked)?;
    fresh_enough(rules, kind, household, member, asked.moments.issued_on)?;
    Ok(made)
}

/// What a certificate of a kind would say if it were made, by what is known of マイナ保険証, however long ago: what one that is
/// held is compared with.
///
/// # Errors
/// As [`propose`], but for an old list.
pub(super) fn would_say<'r>(
    rules: &KeptRules,
    kind: &'r Kind,
    household: &Household,
    member: &Member,
    asked: &Asked<'_>,
) -> Result<Proposal<'r>, OfficeError> {
    let issued_on = asked.moments.issued_on;
    code::issuable(kind, issued_on)?;
    let practice = rules.practice(issued_on)?;
    let facts = member.facts(household, asked.wish);
    let term = asked.within(term(kind, practice, &facts, asked.moments)?);
    // Asked on a day of the term: one that is over on the day of the decision is decided as of its last day.
    let counted_from = counted_from(kind, term.effective_from, asked.moments);
    let on = counted_from.max(asked.moments.arose_on);
    let on = term.expires_on.map_or(on, |last| on.min(last));
    let class_row = class_row(rules, &facts, on)?;
    let wrong = unmet(kind, &facts, class_row, on);
    if !wrong.is_empty() {
        let reasons: Vec<&str> = wrong.iter().map(|one| one.reason_ja.as_str()).collect();
        return Err(Refusal::new(
            "certificate.conditions",
            format!("{}を交付できません。{}", kind.name_ja, reasons.join("。")),
        )
        .into());
    }
    let ratio = ratio(kind, &facts, counted_from)?;
    let class = class(kind, &facts, asked.wish, class_row)?;
    let disease = facts.disease.filter(|_| kind.prints(Item::Disease));
    let ceiling = ceiling(kind, &facts, class_row, term.effective_from)?;
    let inputs = Inputs {
        kind,
        practice,
        term: &term,
        wish: asked.wish,
        issued_on,
        ratio,
        class: class.map(|row| row.label_ja.clone()),
        ceiling,
        disease,
        copy: asked.copy,
    };
    let face = face::make(household, member, &inputs)?;
    let digest = digest(&facts, &face)?;
    let mut reasons_ja = Vec::new();
    if let Some(bound) = term.bounds.first() {
        reasons_ja.push(format!(
            "有効期限は{}（{}）",
            bound.end.label_ja(),
            law::era::wareki(bound.last_on)
        ));
    }
    Ok(Proposal {
        kind,
        ratio,
        class: class.map(|row| row.code.clone()),
        elderly: class_row.is_some_and(|row| row.elderly),
        disease,
        ceiling,
        long_term_on: asked
            .wish
            .long_term_on
            .filter(|_| kind.prints(Item::LongTerm)),
        name: face::name(member, practice, asked.wish)?,
        sex_on_back: face::sex_on_back(member, practice, asked.wish),
        branch: face::branch(household, member, term.effective_from),
        face,
        term,
        digest,
        reasons_ja,
    })
}

fn class_row<'r>(
    rules: &'r KeptRules,
    facts: &Facts,
    on: Date,
) -> Result<Option<&'r Class>, OfficeError> {
    let code = facts.class.value();
    Ok(code.map(|code| rules.class(code, on)).transpose()?)
}

/// The ratio and its own 発効期日: not that of the run, nor of another member.
fn ratio(kind: &Kind, facts: &Facts, from: Date) -> Result<Option<(u8, Date)>, OfficeError> {
    let shown = ratio_shown_from(facts.birth_on);
    if !kind.prints(Item::Ratio) || from < shown {
        return Ok(None);
    }
    let tenths = *decided(&facts.ratio, "一部負担金の割合")?;
    let judged_from = facts.ratio.from().unwrap_or(from);
    Ok(Some((tenths, judged_from.max(shown))))
}

/// The class that is printed: for the papers of the ceiling always, for a 資格確認書 where it was asked for.
fn class<'r>(
    kind: &Kind,
    facts: &Facts,
    wish: &Wish,
    row: Option<&'r Class>,
) -> Result<Option<&'r Class>, OfficeError> {
    let wanted = kind.family == Family::Ceiling || wish.class_on_face;
    if !kind.prints(Item::Class) || !wanted {
        return Ok(None);
    }
    decided(&facts.class, "適用区分")?;
    Ok(row)
}

/// 特定疾病の自己負担限度額: two grades for dialysis under 70, one for all others.
///
/// 根拠: 国民健康保険法施行令 第29条の3第9項
fn ceiling(
    kind: &Kind,
    facts: &Facts,
    row: Option<&Class>,
    from: Date,
) -> Result<Option<Yen>, OfficeError> {
    if !kind.prints(Item::Ceiling) {
        return Ok(None);
    }
    let under70 = from < ratio_shown_from(facts.birth_on);
    if facts.disease == Some(Disease::Dialysis) && under70 {
        decided(&facts.class, "適用区分")?;
        return Ok(row.map(|row| row.dialysis_yen));
    }
    Ok(Some(OTHER_CEILING))
}

/// 根拠: 国民健康保険法施行令 第29条の3第9項第1号
const OTHER_CEILING: Yen = Yen(10_000);

/// The day on which a card was last confirmed makes no other paper: a list that says the same again changes nothing.
fn digest(facts: &Facts, face: &Face) -> Result<String, OfficeError> {
    let mut facts = facts.clone();
    if let Some(card) = &mut facts.card {
        card.as_of = Date::MIN;
    }
    let text = serde_json::to_string(&(facts, face))
        .map_err(|error| OfficeError::Bug(format!("券面を書き出せません: {error}")))?;
    Ok(hash_of(&text))
}
