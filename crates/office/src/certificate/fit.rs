//! 証が今も合うか — a certificate held against what it would say if it were made now.

use super::carry;
use super::propose::{Asked, Proposal, due_kind, propose};
use super::rules::KeptRules;
use super::view::{Household, Member, Previous};
use crate::error::OfficeError;
use law::certificate::{Condition, Family, Kind, Moments};
use law::era::wareki;
use law::{Date, Refusal};

/// What is different; whether it is to be given back (`true`) or replaced by one of the same kind.
pub(super) fn difference(
    rules: &KeptRules,
    kind: &Kind,
    household: &Household,
    member: &Member,
    held: &Previous,
    on: Date,
) -> Result<Option<(bool, String)>, OfficeError> {
    let day = on.max(held.effective_from);
    if kind.family == Family::Eligibility {
        match due_kind(rules, household, member, (day, day)) {
            Ok(Some(due)) if due.kind.code != held.kind => {
                return Ok(Some((
                    true,
                    format!("交付すべき証は{}です", due.kind.name_ja),
                )));
            }
            Ok(None) => return Ok(Some((true, "国民健康保険の資格がありません".to_owned()))),
            // What cannot be told now does not make the paper wrong; it is told when something is to be issued.
            Err(OfficeError::Refusal(_)) => {}
            Ok(Some(_)) => {}
            Err(other) => return Err(other),
        }
    }
    let wish = carry::shown((&held.class, held.disease, held.long_term_on));
    let asked = Asked {
        moments: Moments {
            issued_on: on,
            applied_on: None,
            arose_on: held.effective_from,
        },
        wish: &wish,
        copy: held.copy_no,
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
    match propose(rules, now, household, member, &asked) {
        Ok(new) => Ok(compare(held, &new).map(|why| (false, why))),
        Err(OfficeError::Refusal(Refusal {
            code: "certificate.conditions",
            message_ja,
            ..
        })) => Ok(Some((true, message_ja))),
        Err(OfficeError::Refusal(_)) => Ok(None),
        Err(other) => Err(other),
    }
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
    let face: super::face::Face = serde_json::from_str(&held.face).ok()?;
    let changed: Vec<&str> = face
        .lines
        .iter()
        .filter(|(item, value)| {
            use law::certificate::Item as I;
            matches!(
                item,
                I::Name | I::Head | I::SymbolNumber | I::Address | I::Birth | I::Sex | I::Ceiling
            ) && new.face.value(*item).is_some_and(|now| now != value)
        })
        .map(|(item, _)| item.label_ja())
        .collect();
    (!changed.is_empty()).then(|| format!("{}が変わりました", changed.join("・")))
}
