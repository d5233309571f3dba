//! 更新の前提 — what a stretch of a renewal is worked out with beside its households: papers of before that tell what goes on, and
//! the heads in arrears.

use super::arrears;
use super::carry;
use super::previous;
use super::rules::KeptRules;
use super::run::Run;
use super::view::{Household, Member, Previous};
use super::wish::Wish;
use crate::acts::{self, Act, ActId};
use crate::error::OfficeError;
use db::Conn;
use law::Date;
use std::collections::{BTreeMap, BTreeSet};

/// What is known beside the households.
pub(super) struct Beside {
    /// Papers of before, of those whose papers that stand do not tell what goes on.
    earlier: BTreeMap<i64, Vec<Previous>>,
    /// The households of which a class is not recognised anew.
    withheld: BTreeSet<i64>,
}

impl Beside {
    /// Of the households of a stretch, as known at a moment.
    pub(super) fn of(
        conn: &mut Conn,
        rules: &KeptRules,
        run: &Run,
        (households, known_at): (&[Household], i64),
    ) -> Result<Self, OfficeError> {
        let days = (run.effective_from, run.issued_on);
        let mut people = Vec::new();
        for household in households {
            let insured = household.insured_on(run.effective_from);
            let asked = insured.filter(|one| carry::looks_back(rules, household, one, days));
            people.extend(asked.map(|one| one.person_id));
        }
        let mut beside = Self {
            earlier: previous::of_eligibility(conn, &people, run.run_id)?,
            withheld: BTreeSet::new(),
        };
        beside.withheld = beside.withheld_of(conn, rules, run, (households, known_at))?;
        Ok(beside)
    }

    /// What goes on by the renewal.
    pub(super) fn wish(
        &self,
        rules: &KeptRules,
        household_id: i64,
        member: &Member,
        from: Date,
    ) -> Wish {
        let earlier = self.earlier.get(&member.person_id).map(Vec::as_slice);
        carry::on_renewal(rules, household_id, member, from, earlier)
    }

    /// Whether a class is not recognised anew in a household.
    pub(super) fn in_arrears(&self, household_id: i64) -> bool {
        self.withheld.contains(&household_id)
    }

    /// The households of which a class is not recognised anew: of those with a paper that says one, whose heads are in arrears on
    /// the day of the freeze. What fell due since is not looked at; what was paid since is.
    ///
    /// 根拠: 国民健康保険法施行規則 第27条の14の2第1項
    fn withheld_of(
        &self,
        conn: &mut Conn,
        rules: &KeptRules,
        run: &Run,
        (households, known_at): (&[Household], i64),
    ) -> Result<BTreeSet<i64>, OfficeError> {
        let practice = rules.practice(run.issued_on)?;
        let frozen = Act {
            id: ActId(run.act_id),
            recorded_at: run.known_at,
        };
        let on = acts::business_date(conn, &frozen)?.min(run.issued_on);
        let from = run.effective_from;
        let mut found = BTreeSet::new();
        for household in households {
            let home = household.household_id;
            let mut insured = household.insured_on(from);
            let says = insured.any(|one| self.wish(rules, home, one, from).class_on_face);
            if says && arrears::withheld(conn, practice, household, (on, known_at))? {
                found.insert(home);
            }
        }
        Ok(found)
    }
}
