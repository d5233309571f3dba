//! 特別療養費の決定 — what a second person decides, as it is carried out and as it is shown before.

use super::special_change::{Measure, Typed, What};
use crate::desk::Desk;
use crate::eligibility::consequence;
use crate::registry::names;
use crate::view::cards::Card;
use db::Span;
use office::OfficeError;
use office::certificate::fact::{Sanction, SanctionKind};
use office::certificate::measure::{self, Lifting, Order};
use office::security::permit::ApproveCertificate;

impl Measure {
    /// Hands on what was typed as the order of a second person; a notice is none.
    pub(super) fn ordered(
        &self,
        typed: &Typed,
        work: impl FnOnce(&Order<'_>) -> Result<(), OfficeError>,
    ) -> Result<(), OfficeError> {
        let from = || {
            let missing = || OfficeError::input("開始日", "日付を入力してください");
            typed.from.ok_or_else(missing)
        };
        match self.what {
            What::Notice | What::NoticeEnd => Ok(()),
            What::Impose => {
                let sanction = Sanction {
                    kind: SanctionKind::Special,
                    noticed_on: typed.noticed_on,
                    answer_until: typed.until,
                    circumstance: false,
                    ground: typed.reason.clone(),
                };
                work(&Order::Impose(Span::since(from()?), &sanction))
            }
            What::Lift => work(&Order::Lift(&Lifting {
                from: from()?,
                noticed_on: typed.noticed_on,
                reason: &typed.reason,
            })),
            What::TakeBack(act) => work(&Order::TakeBack(act, &typed.reason)),
        }
    }

    /// What the order does to the papers, before it is confirmed.
    pub(super) fn papers(&self, desk: &Desk, typed: &Typed) -> Result<Vec<Card>, OfficeError> {
        let mut tasks = Vec::new();
        self.ordered(typed, |order| {
            let permit = desk.permit::<ApproveCertificate>()?;
            let (acting, rules) = (desk.acting(""), super::rules(desk)?);
            let (store, id) = (desk.store(), self.household);
            tasks = measure::preview(store, &permit, &acting, &rules, id, order)?;
            Ok(())
        })?;
        if tasks.is_empty() {
            return Ok(Vec::new());
        }
        let people: Vec<i64> = tasks.iter().map(|task| task.person_id).collect();
        let today = desk.business_date();
        let names = desk
            .store()
            .read(|conn| names::people(conn, today, people))?;
        Ok(vec![consequence::papers(&tasks, &names)])
    }
}
