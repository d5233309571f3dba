//! 規則の期間 — the rules of a municipality over a range of months.

use super::year::{benefit_year, benefit_year_start};
use crate::rules::{JudgementBook, JudgementRules};
use crate::{Date, Refusal};

/// The rules in force over a range of months, each with the first month it is for.
#[derive(Clone, Debug)]
pub struct Periods {
    rows: Vec<(Date, JudgementRules)>,
}

impl Periods {
    /// The rules from the month of `from` to before `until`.
    ///
    /// # Errors
    /// A [`Refusal`] when the book has no row for one of the months.
    pub fn of(book: &JudgementBook, from: Date, until: Date) -> Result<Self, Refusal> {
        let first = from.first_of_month();
        let mut days = vec![first];
        days.extend(
            book.changes()
                .into_iter()
                .filter(|day| *day > first && *day < until),
        );
        let mut year = benefit_year(first) + 1;
        while benefit_year_start(year) < until {
            days.push(benefit_year_start(year));
            year += 1;
        }
        days.sort_unstable();
        days.dedup();
        let mut rows: Vec<(Date, JudgementRules)> = Vec::new();
        for day in days {
            let rules = book.at(day)?;
            if rows.last().is_none_or(|(_, last)| *last != rules) {
                rows.push((day, rules));
            }
        }
        Ok(Self { rows })
    }

    /// Of one set of rules, for a decision that is explained.
    #[must_use]
    pub fn only(rules: JudgementRules) -> Self {
        Self {
            rows: vec![(Date::MIN, rules)],
        }
    }

    /// Of rules that were kept, each with the first month it is for, in order.
    #[must_use]
    pub fn of_rows(rows: Vec<(Date, JudgementRules)>) -> Self {
        Self { rows }
    }

    /// Every set of rules with the first month it is for, in order.
    pub fn rows(&self) -> impl Iterator<Item = &(Date, JudgementRules)> {
        self.rows.iter()
    }

    /// Every set of rules, in order.
    pub fn all(&self) -> impl Iterator<Item = &JudgementRules> {
        self.rows.iter().map(|(_, rules)| rules)
    }

    /// The rules of an index of [`super::VerdictSpan::rules`].
    #[must_use]
    pub fn get(&self, index: usize) -> Option<&JudgementRules> {
        self.rows.get(index).map(|(_, rules)| rules)
    }

    pub(super) fn at(&self, month: Date) -> Result<(usize, &JudgementRules), Refusal> {
        let found = self.rows.iter().enumerate().rev();
        let mut found = found.filter(|(_, (from, _))| *from <= month);
        let row = found.next().map(|(index, (_, rules))| (index, rules));
        row.ok_or_else(|| {
            Refusal::new(
                "judgement.rules.month",
                format!("{month} の判定の規則がありません。規則ファイルに行を足してください"),
            )
        })
    }
}
