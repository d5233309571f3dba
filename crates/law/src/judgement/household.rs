//! 世帯の判定の材料 — what holds of a household together, as far as it is known: 非課税, the 特例基準, and whose income is open.
//!
//! 根拠: 国民健康保険法施行令 第29条の3第1項第5号・第10項

use super::class::Pending;
use super::moment::{Look, Member, say, say_all};
use super::resolve::{Filed, Taxed};
use super::what::What;
use super::year::income_year;
use crate::Yen;
use crate::reason::Why;
use crate::rules::judgement::Unfiled;

/// Somebody of whom something is not known yet, and what.
pub(super) type Open = (usize, Pending);

/// 特例対象被保険者等所属世帯特例基準.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Special {
    /// Nobody of the household is 特例対象被保険者等.
    Nobody,
    /// Met.
    Met,
    /// Not met, whatever is still to be known.
    Missed,
    /// It hangs on an income that nobody has told.
    Open(Open),
}

/// The most urgent of several open answers; it does not hang on the order of people.
fn first(open: impl Iterator<Item = Open>) -> Option<Open> {
    open.min_by_key(|(index, reason)| (*reason, *index))
}

impl Look<'_> {
    /// Whose income among some members is not known yet; 未申告 is none of these.
    pub fn waiting<'m>(&self, members: impl Iterator<Item = &'m Member>) -> Option<Open> {
        first(members.filter_map(|member| match member.known.filed {
            Filed::Pending(reason) => Some((member.index, reason)),
            Filed::Known | Filed::Unfiled => None,
        }))
    }

    /// 未申告 that counts: of an insured person, and of a 擬制世帯主 where the municipality counts him.
    pub fn unfiled(&self) -> Option<&Member> {
        self.judged().find(|member| {
            member.known.filed == Filed::Unfiled
                && (member.insured || self.rules.habits.unfiled_head_counts)
        })
    }

    /// 市町村民税世帯非課税: `Err` while it hangs on something nobody has said. Who is taxed by the record is taxed; who is not,
    /// while another municipality is asked, may be taxed there.
    pub fn untaxed<W: Why<What>>(&self, why: &mut W) -> Result<bool, Open> {
        let mut unknown: Vec<Open> = Vec::new();
        let mut taxed = false;
        for member in self.judged() {
            let asked = member.known.filed == Filed::Pending(Pending::Inquiry);
            let standing = match member.known.taxed {
                Taxed::No if asked => Taxed::Unknown,
                said => said,
            };
            let value = match standing {
                Taxed::Yes => 0,
                Taxed::No => 1,
                Taxed::Abroad => 2,
                Taxed::Unknown => 3,
            };
            say(why, What::Taxed, member.index, 0, 0, value);
            taxed |= matches!(standing, Taxed::Yes | Taxed::Abroad);
            if standing == Taxed::Unknown {
                let reason = match member.known.filed {
                    Filed::Pending(reason) => reason,
                    Filed::Unfiled => Pending::Unfiled,
                    Filed::Known => Pending::TaxMissing,
                };
                unknown.push((member.index, reason));
            }
        }
        if taxed {
            say_all(why, What::HouseholdUntaxed, 0, 0, 0);
            return Ok(false);
        }
        match first(unknown.into_iter()) {
            Some(open) => Err(open),
            None => {
                say_all(why, What::HouseholdUntaxed, 0, 0, 1);
                Ok(true)
            }
        }
    }

    /// 特例対象被保険者等所属世帯特例基準. 根拠: 国民健康保険法施行令 第29条の3第10項
    ///
    /// An income that is not known, of a 特定同一世帯所属者 too, leaves it open unless those that are known are above every
    /// threshold there could be. 未申告 keeps it from being met, except where the municipality waits for the return.
    pub fn special<W: Why<What>>(&self, why: &mut W) -> Special {
        let anyone = self
            .members
            .iter()
            .any(|member| (member.insured || member.former) && member.known.unemployed);
        if !anyone {
            return Special::Nobody;
        }
        let waits = self.rules.habits.unfiled == Unfiled::Pending;
        let rule = &self.rules.unemployed;
        // 65歳以上 as the pension's own deduction has it: 所得税法 第35条第4項 and 租税特別措置法 第41条の15の3 ask on
        // 31 December of the income year.
        let year_end = crate::day(income_year(self.moment.month), 12, 31);
        let (mut income, mut earners, mut heads) = (Yen::ZERO, 0_i64, 0_i64);
        let mut open: Vec<Open> = Vec::new();
        for member in &self.members {
            heads += i64::from(member.insured || member.former);
            match member.known.filed {
                Filed::Known => {}
                Filed::Unfiled if !waits => return Special::Missed,
                Filed::Unfiled => open.push((member.index, Pending::Unfiled)),
                Filed::Pending(reason) => open.push((member.index, reason)),
            }
            let known = member.known.filed == Filed::Known;
            let Some(person) = self.facts.people.get(member.index).filter(|_| known) else {
                // At best nothing to count, and one 給与所得者等 more.
                earners += 1;
                continue;
            };
            let aged_65 = crate::date::age_on(person.birth_on, year_end) >= 65;
            let counted = member.known.unemployed && (member.insured || member.former);
            income += member
                .known
                .income
                .judgement_total(counted, aged_65, Yen::ZERO);
            earners += i64::from(member.known.income.is_earner(aged_65, &rule.earner));
        }
        let threshold =
            Yen(rule.base.0 + rule.per_earner.0 * (earners - 1).max(0) + rule.per_head.0 * heads);
        let met = income <= threshold;
        if let Some(open) = first(open.into_iter()).filter(|_| met) {
            return Special::Open(open);
        }
        say_all(
            why,
            What::UnemployedHousehold,
            income.0,
            threshold.0,
            i64::from(met),
        );
        if met { Special::Met } else { Special::Missed }
    }
}
