//! 証が今も合うか — a certificate held against what it would say if it were made now.

use super::carry;
use super::propose::{Asked, Proposal, fresh_enough, known_kind, would_say};
use super::rules::KeptRules;
use super::view::{Household, Member, Previous};
use super::wish::Wish;
use crate::error::OfficeError;
use law::certificate::{Condition, Family, Kind, Moments, unmet};
use law::era::wareki;
use law::{Date, Refusal};

/// How it is told that another kind is due; its name follows.
pub(super) const OTHER_KIND: &str = "交付すべき証は";

/// What is different on a day, `asked` on another; whether it is to be given back (`true`) or replaced by one of the same kind.
pub(super) fn difference(
    rules: &KeptRules,
    kind: &Kind,
    household: &Household,
    member: &Member,
    held: &Previous,
    (on, asked): (Date, Date),
) -> Result<Option<(bool, String)>, OfficeError> {
    let day = on.max(held.effective_from);
    let mut undecided = false;
    if kind.family == Family::Eligibility {
        match known_kind(rules, household, member, (day, day)) {
            Ok(Some(due)) if due.kind.code != held.kind => {
                if accepted(kind, household, member, day) {
                    return outdated(rules, due.kind, household, member, (held, on));
                }
                // Where the list is too old for the other kind to be issued, nobody is left without a paper: that nothing
                // can be issued is told beside it.
                match fresh_enough(rules, due.kind, household, member, asked) {
                    Ok(()) => {
                        return Ok(Some((
                            true,
                            format!("{OTHER_KIND}{}です", due.kind.name_ja),
                        )));
                    }
                    Err(OfficeError::Refusal(_)) => undecided = true,
                    Err(other) => return Err(other),
                }
            }
            Ok(None) => return Ok(Some((true, "国民健康保険の資格がありません".to_owned()))),
            // What cannot be told now does not make the paper wrong; it is told when something is to be issued.
            Err(OfficeError::Refusal(_)) => {}
            Ok(Some(_)) => {}
            Err(other) => return Err(other),
        }
    }
    let wish = carry::shown((&held.class, held.disease, held.long_term_on));
    let asked_for = Asked {
        moments: Moments {
            issued_on: on,
            applied_on: None,
            arose_on: held.effective_from,
        },
        wish: &wish,
        copy: held.copy_no,
        last_on: None,
    };
    let Some(now) = rules
        .issued_on(on)
        .into_iter()
        .find(|one| one.code == kind.code)
    else {
        return Ok(None);
    };
    // Conditions of an application's own decision (relief, a decided period) are not facts that could change here.
    let own = now.asks(Condition::ReliefGranted) || now.family == Family::Treatment;
    if own {
        return Ok(None);
    }
    match would_say(rules, now, household, member, &asked_for) {
        Ok(new) => Ok(compare(held, &new).map(|why| (false, why))),
        Err(OfficeError::Refusal(Refusal {
            code: "certificate.conditions",
            message_ja,
            ..
        })) if !undecided => Ok(Some((true, message_ja))),
        Err(OfficeError::Refusal(_)) => Ok(None),
        Err(other) => Err(other),
    }
}

/// 経過措置: whether a paper of a kind that is issued no more is still taken on a day, to its printed end and no longer than the
/// last day of the kind.
///
/// 根拠: 国民健康保険法 第9条第2項（2024-12-02 の改正の経過措置、2025-12-01 まで）
fn accepted(kind: &Kind, household: &Household, member: &Member, day: Date) -> bool {
    let facts = member.facts(household, &Wish::default());
    kind.accepted_through.is_some_and(|through| day <= through)
        && unmet(kind, &facts, None, day).is_empty()
}

/// Whether such a paper is held in place of what is due.
pub(super) fn holds_accepted(
    rules: &KeptRules,
    household: &Household,
    member: &Member,
    on: Date,
) -> Result<bool, OfficeError> {
    for held in &member.previous {
        let holds = held.family == Family::Eligibility.code()
            && held.household_id == household.household_id
            && (held.effective_from..=held.last_day()).contains(&on);
        if !holds {
            continue;
        }
        let kind = rules.kind(&held.kind, held.effective_from)?;
        if accepted(kind, household, member, on)
            && difference(rules, kind, household, member, held, (on, on))?.is_none()
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What such a paper says wrongly: it is given back, for none of its kind can replace it. The ratio may stand on a 高齢受給者証.
fn outdated(
    rules: &KeptRules,
    due: &Kind,
    household: &Household,
    member: &Member,
    (held, on): (&Previous, Date),
) -> Result<Option<(bool, String)>, OfficeError> {
    let asked = Asked {
        moments: Moments {
            issued_on: on,
            applied_on: None,
            arose_on: on.max(held.effective_from),
        },
        wish: &Wish::default(),
        copy: 1,
        last_on: None,
    };
    let new = match would_say(rules, due, household, member, &asked) {
        Ok(new) => new,
        Err(OfficeError::Refusal(_)) => return Ok(None),
        Err(other) => return Err(other),
    };
    let day = asked.moments.arose_on;
    let mut beside = member.previous.iter().filter(|one| {
        let age = [Family::Eligibility, Family::Elderly].map(Family::code);
        age.contains(&one.family.as_str()) && (one.effective_from..=one.last_day()).contains(&day)
    });
    if let Some((tenths, _)) = new.ratio
        && !beside.any(|one| one.ratio == tenths)
    {
        return Ok(Some((true, "一部負担金の割合が変わりました".to_owned())));
    }
    Ok(reprinted(held, &new).map(|why| (true, why)))
}

fn compare(held: &Previous, new: &Proposal<'_>) -> Option<String> {
    let class = new.class.as_deref().unwrap_or("");
    if held.class != class {
        return Some("適用区分が変わりました".to_owned());
    }
    if held.ratio != new.ratio.map_or(0, |(tenths, _)| tenths) {
        return Some("一部負担金の割合が変わりました".to_owned());
    }
    // An earlier end alone (75歳, 在留, 喪失予定) means that the paper says too much.
    if let (Some(printed), Some(now)) = (held.expires_on, new.term.expires_on)
        && now < printed
    {
        return Some(format!("有効期限が{}に早まりました", wareki(now)));
    }
    reprinted(held, new)
}

/// What of the person and the household stands on the paper and has changed.
fn reprinted(held: &Previous, new: &Proposal<'_>) -> Option<String> {
    let face: super::face::Face = serde_json::from_str(&held.face).ok()?;
    let changed: Vec<&str> = face
        .lines
        .iter()
        .filter(|(item, value)| {
            use law::certificate::Item as I;
            matches!(
                item,
                I::Name | I::Head | I::SymbolNumber | I::Address | I::Birth | I::Sex | I::Ceiling
                    // 規則第6条第4項第4号・第7条の3第3項: 資格取得・適用開始.
                    | I::Acquired | I::AppliedFrom
            ) && new.face.value(*item).is_some_and(|now| now != value)
        })
        .map(|(item, _)| item.label_ja())
        .collect();
    (!changed.is_empty()).then(|| format!("{}が変わりました", changed.join("・")))
}
