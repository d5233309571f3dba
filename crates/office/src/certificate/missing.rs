//! 交付すべき証がない — what is due to a member and not there, as tasks.

use super::fit::holds_accepted;
use super::follow::{Task, TaskKind};
use super::propose::{fresh_enough, known_kind};
use super::rules::KeptRules;
use super::view::{Household, Member};
use super::wish::Wish;
use crate::error::OfficeError;
use law::Date;
use law::certificate::{Family, Grant};

/// What is due on a day and not there, `asked` on another: a list of マイナ保険証 that is too old on that one decides nothing.
pub(super) fn missing(
    rules: &KeptRules,
    household: &Household,
    member: &Member,
    (on, asked): (Date, Date),
) -> Result<Vec<Task>, OfficeError> {
    let holds = |family: Family, code: Option<&str>| {
        member.previous.iter().any(|held| {
            held.family == family.code()
                && held.household_id == household.household_id
                && code.is_none_or(|code| held.kind == code)
                && held.effective_from <= on
                && held.expires_on.is_none_or(|last| on <= last)
        })
    };
    let task = |what: TaskKind, certificate: &str, title: String, reason: String| Task {
        kind: what,
        person_id: member.person_id,
        certificate_id: None,
        certificate: certificate.to_owned(),
        from: on,
        title,
        reason,
    };
    let undecided = |message_ja: String| {
        let title = "資格の証の種類が決まりません".to_owned();
        task(TaskKind::Hold, "eligibility", title, message_ja)
    };
    let mut tasks = Vec::new();
    match known_kind(rules, household, member, (on, on)) {
        Ok(Some(_)) if holds_accepted(rules, household, member, on)? => {}
        Ok(Some(due)) if !holds(Family::Eligibility, Some(&due.kind.code)) => {
            tasks.push(
                match fresh_enough(rules, due.kind, household, member, asked) {
                    Ok(()) => task(
                        TaskKind::Issue,
                        &due.kind.code,
                        format!("{}の交付", due.kind.name_ja),
                        due.reasons_ja.join("、"),
                    ),
                    Err(OfficeError::Refusal(refusal)) => undecided(refusal.message_ja),
                    Err(other) => return Err(other),
                },
            );
        }
        Ok(_) => {}
        Err(OfficeError::Refusal(refusal)) => {
            if !holds(Family::Eligibility, None) {
                tasks.push(undecided(refusal.message_ja));
            }
        }
        Err(other) => return Err(other),
    }
    for kind in rules.issued_on(on) {
        let elderly = kind.family == Family::Elderly && kind.grant == Grant::Office;
        let facts = member.facts(household, &Wish::default());
        if elderly
            && law::certificate::unmet(kind, &facts, None, on).is_empty()
            && !holds(Family::Elderly, None)
        {
            let title = format!("{}の交付", kind.name_ja);
            tasks.push(task(
                TaskKind::Issue,
                &kind.code,
                title,
                "70歳に達した月の翌月から".to_owned(),
            ));
        }
    }
    Ok(tasks)
}
