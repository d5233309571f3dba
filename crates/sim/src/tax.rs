//! 市町村民税 of the made-up persons: what a tax office would hand over beside the incomes.

use law::Yen;
use law::levy::Income;

/// 課税所得 of the made-up city: total income less a deduction of 800,000 yen, cut to 1,000 yen.
pub(crate) fn taxable_income(income: &Income) -> Yen {
    (income.levy_total(false) - Yen(800_000))
        .at_least_zero()
        .floor_to(1_000)
}

/// Charged above 450,000 yen of income, the limit of a single person in a large city.
pub(crate) fn is_taxed(income: &Income) -> bool {
    income.total_for_taper() > Yen(450_000)
}
