//! 期間制限 — what of a difference may still be decided, and what the counter knows of its circumstances.

use super::Booking;
use crate::error::OfficeError;
use crate::ledger::Parts;
use crate::levy::decide::Outcome;
use crate::levy::decision::Decision;
use crate::levy::load::LoadedHousehold;
use crate::levy::year_rules::YearRules;
use law::levy::facts::LossCause;
use law::levy::limitation::{InsuranceAdjustment, LimitationFacts, enforceable};
use law::rules::levy::LevyKind;
use law::{FiscalYear, Refusal, Yen};

/// 期間制限を延ばす事情 — what no fact says and a clerk must find; ordinarily none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Circumstances {
    /// 被用者保険との調整 — 料: the decrease comes of a loss by employees' insurance, learned late without the insured
    /// person's fault.
    ///
    /// 根拠: 国民健康保険法 第110条の2第2項
    pub adjustment: Option<InsuranceAdjustment>,
    /// 偽りその他不正の行為 — 税.
    ///
    /// 根拠: 地方税法 第17条の5第7項
    pub fraud: bool,
}

impl Circumstances {
    /// What was found, as the act keeps it beside its reason; empty when ordinary.
    #[must_use]
    pub fn label_ja(&self) -> String {
        let adjustment = self.adjustment.map(|one| {
            format!(
                "被用者保険との調整（国民健康保険法第110条の2第2項、{}年）",
                one.years
            )
        });
        let fraud = self
            .fraud
            .then(|| "偽りその他不正の行為（地方税法第17条の5第7項）".to_owned());
        let found: Vec<String> = adjustment.into_iter().chain(fraud).collect();
        found.join("・")
    }

    /// As far as the facts of one household bear it out for a year: the adjustment belongs to a loss by employees' insurance
    /// (喪失事由42) before the end of that year.
    ///
    /// 根拠: 国民健康保険法 第110条の2第2項、第6条第1号〜第7号
    pub(in crate::levy) fn borne_out(
        self,
        households: &[LoadedHousehold],
        year: FiscalYear,
    ) -> Self {
        let mut spans = households
            .iter()
            .flat_map(|household| &household.facts.people)
            .flat_map(|person| &person.insured);
        let by_employment = spans.any(|span| {
            span.cause == Some(LossCause::Insurance)
                && span.lost_on.is_some_and(|lost_on| lost_on < year.end())
        });
        Self {
            adjustment: self.adjustment.filter(|_| by_employment),
            ..self
        }
    }

    /// Each circumstance belongs to one kind of levy.
    ///
    /// # Errors
    /// A [`Refusal`] where none of the years is of its kind.
    pub(in crate::levy) fn suit(&self, rules: &[YearRules]) -> Result<(), Refusal> {
        let any = |kind| rules.iter().any(|rules| rules.levy.kind == kind);
        let wrong = if self.adjustment.is_some() && !any(LevyKind::Premium) {
            "被用者保険との調整は料だけにあります。税では選ばずに更正してください"
        } else if self.fraud && !any(LevyKind::Tax) {
            "偽りその他不正の行為による期間の延長は税だけにあります。料では選ばずに更正してください"
        } else {
            return Ok(());
        };
        Err(Refusal::new("levy.circumstances.kind", wrong.to_owned()))
    }
}

/// 期間制限: what may no longer be charged or given back stays as it stood; its amount is returned.
///
/// 根拠: 国民健康保険法 第110条の2、地方税法 第17条の5
///
/// A decrease is judged by the day the standing levy arose, an increase by that of the new outcome. The outcome keeps the
/// later one, so that an increase does not shorten the time for taking back what stood before.
pub(super) fn within_limits(
    booking: &Booking<'_>,
    standing: Option<&Decision>,
    after: &mut Outcome,
) -> Result<Yen, OfficeError> {
    let stood = standing.map_or_else(Parts::default, |decision| decision.outcome.parts);
    let (before, wanted) = (stood.total(), after.parts.total());
    let standing_arose = standing.and_then(|decision| decision.outcome.arose_on);
    let arose_on = standing_arose
        .filter(|_| wanted <= before)
        .or(after.arose_on);
    let rules = &booking.rules.instalments;
    let first_due = rules
        .periods
        .iter()
        .map(|period| period.due_on)
        .min()
        .ok_or_else(|| OfficeError::Bug("納期がありません".to_owned()))?;
    let facts = LimitationFacts {
        limits: booking.rules.time_limits,
        first_due_on: booking.calendar.shift_to_open_day(first_due)?,
        arose_on,
        fraud: booking.circumstances.fraud,
        adjustment: booking.circumstances.adjustment,
    };
    let verdict = enforceable(&facts, before, wanted, booking.decided_on);
    if verdict.barred_charge == Yen::ZERO && verdict.barred_reduction == Yen::ZERO {
        after.arose_on = standing_arose.max(after.arose_on);
        return Ok(Yen::ZERO);
    }
    // What stands is what stood, and so is the day it arose: else the same facts, levied again, would
    // find a later day and undo the bar.
    after.parts = stood;
    after.later.clear();
    after.arose_on = standing_arose.or(after.arose_on);
    Ok(verdict.barred_charge - verdict.barred_reduction)
}
