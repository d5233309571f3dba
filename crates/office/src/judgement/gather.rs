//! 世帯ごとの事実 — the people and heads of households while they are put together.

use super::load::LoadedHousehold;
use law::judgement::{Application, HouseholdFacts, PersonFacts};
use law::levy::facts::HeadSpan;
use law::{Date, Span};
use std::collections::{BTreeMap, BTreeSet};

/// One household's pieces.
#[derive(Default)]
struct Draft {
    people: BTreeMap<i64, PersonFacts>,
    heads: Vec<(i64, Span)>,
    applications: Vec<Application>,
}

/// The pieces of a stretch of households.
pub(super) struct Gathered<'p> {
    people: &'p BTreeMap<i64, PersonFacts>,
    drafts: BTreeMap<i64, Draft>,
    missing: BTreeSet<i64>,
}

impl<'p> Gathered<'p> {
    /// None yet, of people who are known.
    pub(super) fn of(people: &'p BTreeMap<i64, PersonFacts>) -> Self {
        Self {
            people,
            drafts: BTreeMap::new(),
            missing: BTreeSet::new(),
        }
    }

    /// Somebody of a household.
    pub(super) fn member(&mut self, household_id: i64, id: i64) -> &mut PersonFacts {
        let people = self.people;
        let missing = &mut self.missing;
        let draft = self.drafts.entry(household_id).or_default();
        draft.people.entry(id).or_insert_with(|| {
            people.get(&id).cloned().unwrap_or_else(|| {
                missing.insert(id);
                PersonFacts::born(Date::MIN)
            })
        })
    }

    /// The head of a household over a span.
    pub(super) fn head(&mut self, household_id: i64, id: i64, span: Span) {
        self.member(household_id, id);
        let draft = self.drafts.entry(household_id).or_default();
        draft.heads.push((id, span));
    }

    /// 基準収入額適用申請 of a household that is there.
    pub(super) fn applied(&mut self, household_id: i64, application: Application) {
        if let Some(draft) = self.drafts.get_mut(&household_id) {
            draft.applications.push(application);
        }
    }

    /// The households by number; or whoever belongs to one and is not known.
    pub(super) fn finish(self) -> Result<Vec<LoadedHousehold>, BTreeSet<i64>> {
        if !self.missing.is_empty() {
            return Err(self.missing);
        }
        let drafts = self.drafts.into_iter();
        Ok(drafts.map(|(id, draft)| household(id, draft)).collect())
    }
}

fn household(household_id: i64, draft: Draft) -> LoadedHousehold {
    let person_ids: Vec<i64> = draft.people.keys().copied().collect();
    let heads = draft
        .heads
        .iter()
        .filter_map(|(subject, span)| {
            let person = person_ids.binary_search(subject).ok()?;
            Some(HeadSpan {
                person,
                from: span.from,
                until: span.until,
            })
        })
        .collect();
    LoadedHousehold {
        household_id,
        person_ids,
        facts: HouseholdFacts {
            people: draft.people.into_values().collect(),
            heads,
            applications: draft.applications,
            ..HouseholdFacts::default()
        },
    }
}
