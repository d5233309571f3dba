//! 所得 — a person's income of one year, item by item, and the two totals the levy takes from it.
//!
//! The municipal tax system hands over what it decided; nothing here re-decides income tax. The two
//! totals differ on purpose (所得割の算定基礎 and 軽減判定所得), and mixing them up is the commonest
//! real accident of this field, so each has its own function.

use crate::Yen;
use serde::{Deserialize, Serialize};

/// 申告状態 — what the tax office knows of a person. Unknown income is never read as zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Filing {
    /// 申告済: the amounts are decided (zero included).
    #[default]
    Filed,
    /// 未申告: nothing is known, so the household gets no statutory reduction.
    Unfiled,
    /// 申告不要: e.g. a dependant; zero without a return.
    NotRequired,
}

/// 所得の内訳 — all amounts in yen, for one calendar year, as decided by the tax side.
///
/// Amounts are income (所得) unless the name says `revenue` (収入). Losses are negative only in
/// the comprehensive items; separated items are never below zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Income {
    /// 給与収入.
    pub salary_revenue: Yen,
    /// 給与所得 (after 給与所得控除 and 所得金額調整控除).
    pub salary: Yen,
    /// 公的年金等収入.
    pub pension_revenue: Yen,
    /// 公的年金等に係る雑所得.
    pub pension: Yen,
    /// 営業等所得.
    pub business: Yen,
    /// 農業所得.
    pub farming: Yen,
    /// 不動産所得.
    pub real_estate: Yen,
    /// 利子所得.
    pub interest: Yen,
    /// 配当所得（総合）.
    pub dividend: Yen,
    /// 雑所得（公的年金等以外）.
    pub miscellaneous: Yen,
    /// 総合課税の短期譲渡所得.
    pub short_gain: Yen,
    /// 総合課税の長期譲渡所得 and 一時所得, already halved.
    pub long_gain_and_occasional_half: Yen,
    /// 青色事業専従者給与・事業専従者控除 that this person deducted as the proprietor.
    pub family_employee_deduction: Yen,
    /// 専従者給与 that this person received; part of `salary` and `salary_revenue`.
    pub family_employee_salary: Yen,
    /// The revenue behind `family_employee_salary`.
    pub family_employee_revenue: Yen,
    /// 分離短期譲渡所得（特別控除前）.
    pub land_short_gain: Yen,
    /// Its 特別控除.
    pub land_short_special_deduction: Yen,
    /// 分離長期譲渡所得（特別控除前）.
    pub land_long_gain: Yen,
    /// Its 特別控除.
    pub land_long_special_deduction: Yen,
    /// 土地等に係る事業所得等（分離）.
    pub land_business: Yen,
    /// 一般株式等に係る譲渡所得等.
    pub general_shares: Yen,
    /// 上場株式等に係る譲渡所得等 (declared only).
    pub listed_shares: Yen,
    /// 上場株式等に係る配当所得等（申告分離, declared only).
    pub listed_dividend: Yen,
    /// 先物取引に係る雑所得等.
    pub futures: Yen,
    /// 山林所得.
    pub forestry: Yen,
    /// 特例適用利子等・条約適用利子等 and the like (相互主義・租税条約による分離所得).
    pub treaty_income: Yen,
    /// 純損失の繰越控除 used this year. Never the part carried on to next year.
    pub net_loss_used: Yen,
    /// 純損失 as NHI counts it for 軽減判定 (without 専従者給与), where it differs from `net_loss_used`.
    pub net_loss_for_judgement: Option<Yen>,
    /// 上場株式等の譲渡損失の繰越控除 used this year, against listed gains and then listed dividends.
    pub listed_loss_used: Yen,
    /// 先物取引の差金等決済に係る損失の繰越控除 used this year.
    pub futures_loss_used: Yen,
    /// 居住用財産の譲渡損失の繰越控除 used this year (comprehensive income).
    pub home_loss_used: Yen,
    /// 雑損失の繰越控除 used this year. Not taken for 所得割; taken for 軽減判定.
    pub casualty_loss_used: Yen,
    /// 合計所得金額, which decides how much 基礎控除 tapers. Zero means: derive it from the items.
    pub total_income: Yen,
}

impl Income {
    /// Every amount in the order of the fields, for digests and comparisons; an absent
    /// `net_loss_for_judgement` is `i64::MIN`.
    #[must_use]
    pub fn amounts(&self) -> [Yen; 33] {
        [
            self.salary_revenue,
            self.salary,
            self.pension_revenue,
            self.pension,
            self.business,
            self.farming,
            self.real_estate,
            self.interest,
            self.dividend,
            self.miscellaneous,
            self.short_gain,
            self.long_gain_and_occasional_half,
            self.family_employee_deduction,
            self.family_employee_salary,
            self.family_employee_revenue,
            self.land_short_gain,
            self.land_short_special_deduction,
            self.land_long_gain,
            self.land_long_special_deduction,
            self.land_business,
            self.general_shares,
            self.listed_shares,
            self.listed_dividend,
            self.futures,
            self.forestry,
            self.treaty_income,
            self.net_loss_used,
            self.net_loss_for_judgement.unwrap_or(Yen(i64::MIN)),
            self.listed_loss_used,
            self.futures_loss_used,
            self.home_loss_used,
            self.casualty_loss_used,
            self.total_income,
        ]
    }

    /// 総合課税分 before carried losses, with the pension amount and salary given by the caller.
    #[inline]
    fn comprehensive(&self, salary: Yen, pension: Yen, business_add_back: Yen) -> Yen {
        salary
            + pension
            + self.business
            + self.farming
            + self.real_estate
            + self.interest
            + self.dividend
            + self.miscellaneous
            + self.short_gain
            + self.long_gain_and_occasional_half
            + business_add_back
    }

    /// Separated income other than land: each kind after its own carried loss, none below zero.
    pub(crate) fn separated_other(&self) -> Yen {
        // A carried loss on listed shares is taken from listed gains first and then from listed
        // dividends; what is left over is lost for this year (地方税法 附則第35条の2の6).
        let listed = (self.listed_shares.at_least_zero() + self.listed_dividend.at_least_zero()
            - self.listed_loss_used)
            .at_least_zero();
        let futures = (self.futures - self.futures_loss_used).at_least_zero();
        self.land_business.at_least_zero()
            + self.general_shares.at_least_zero()
            + listed
            + futures
            + self.forestry.at_least_zero()
            + self.treaty_income.at_least_zero()
    }

    /// Salary income under 非自発的失業 where it applies: 30/100 of it, fraction dropped.
    ///
    /// 根拠: 国民健康保険法施行令 第29条の7の2
    #[must_use]
    pub fn salary_counted(salary: Yen, involuntarily_unemployed: bool) -> Yen {
        if involuntarily_unemployed {
            Yen(salary.0.max(0) * 30 / 100)
        } else {
            salary
        }
    }

    /// 給与所得 as 所得税法 第28条第2項 has it — before 所得金額調整控除 — less an amount (10万円), never below zero.
    ///
    /// 根拠: 国民健康保険法施行令 第27条の2第1項・第29条の3第4項第6号、租税特別措置法 第41条の3の11第2項
    ///
    /// `salary` is what is left after the 調整控除: of salary and pension each up to 10万円, what is above 10万円 together.
    /// Where anything is left above 10万円 the whole of the pension's part was taken and is given back; where nothing
    /// is, the result is zero before and after. `less` is nothing for years that knew neither deduction.
    #[must_use]
    pub fn salary_less(&self, less: Yen) -> Yen {
        let taken = Yen(self.pension.0.clamp(0, less.0));
        (self.salary + taken - less).at_least_zero()
    }

    /// 総所得金額等 for the 所得割, before 基礎控除 (旧ただし書き所得の起点).
    ///
    /// 根拠: 国民健康保険法施行令 第29条の7第2項第4号・第5号
    ///
    /// Net losses and transfer losses carried over are taken; a casualty loss is not. Land gains
    /// count after their special deduction. 専従者給与 stands as the tax side decided it.
    #[must_use]
    pub fn levy_total(&self, involuntarily_unemployed: bool) -> Yen {
        let salary = Self::salary_counted(self.salary, involuntarily_unemployed);
        let comprehensive = (self.comprehensive(salary, self.pension, Yen::ZERO)
            - self.net_loss_used
            - self.home_loss_used)
            .at_least_zero();
        let land = (self.land_short_gain - self.land_short_special_deduction).at_least_zero()
            + (self.land_long_gain - self.land_long_special_deduction).at_least_zero();
        comprehensive + land + self.separated_other()
    }

    /// 軽減判定所得 of one person.
    ///
    /// 根拠: 国民健康保険法施行令 第29条の7第6項第1号・第2号、附則第5条
    ///
    /// Differs from [`Income::levy_total`] in five points: no 基礎控除 afterwards, 専従者 provisions
    /// undone (added back to the proprietor, taken from the recipient), land gains before the special
    /// deduction, a casualty loss is taken, and a person of 65 or over loses up to `pension_relief`
    /// (15万円) from pension income.
    #[must_use]
    pub fn judgement_total(
        &self,
        involuntarily_unemployed: bool,
        aged_65: bool,
        pension_relief: Yen,
    ) -> Yen {
        let salary = Self::salary_counted(
            (self.salary - self.family_employee_salary).at_least_zero(),
            involuntarily_unemployed,
        );
        let pension = if aged_65 {
            Yen(self.pension.0 - self.pension.0.clamp(0, pension_relief.0))
        } else {
            self.pension
        };
        let net_loss = self.net_loss_for_judgement.unwrap_or(self.net_loss_used);
        let comprehensive = (self.comprehensive(salary, pension, self.family_employee_deduction)
            - net_loss
            - self.home_loss_used)
            .at_least_zero();
        let land = self.land_short_gain.at_least_zero() + self.land_long_gain.at_least_zero();
        (comprehensive + land + self.separated_other() - self.casualty_loss_used).at_least_zero()
    }

    /// 合計所得金額: as handed over, or derived from the items (no carried losses taken).
    #[must_use]
    pub fn total_for_taper(&self) -> Yen {
        if self.total_income > Yen::ZERO {
            return self.total_income;
        }
        self.comprehensive(self.salary, self.pension, Yen::ZERO)
            .at_least_zero()
            + self.land_short_gain.at_least_zero()
            + self.land_long_gain.at_least_zero()
            + self.land_business.at_least_zero()
            + self.general_shares.at_least_zero()
            + self.listed_shares.at_least_zero()
            + self.listed_dividend.at_least_zero()
            + self.futures.at_least_zero()
            + self.forestry.at_least_zero()
            + self.treaty_income.at_least_zero()
    }

    /// Whether any item other than salary, pension and the plain comprehensive kinds is there, or any loss.
    #[inline]
    fn has_rare_items(&self) -> bool {
        let any = self.family_employee_deduction.0
            | self.family_employee_salary.0
            | self.land_short_gain.0
            | self.land_short_special_deduction.0
            | self.land_long_gain.0
            | self.land_long_special_deduction.0
            | self.land_business.0
            | self.general_shares.0
            | self.listed_shares.0
            | self.listed_dividend.0
            | self.futures.0
            | self.forestry.0
            | self.treaty_income.0
            | self.net_loss_used.0
            | self.listed_loss_used.0
            | self.futures_loss_used.0
            | self.home_loss_used.0
            | self.casualty_loss_used.0;
        any != 0 || self.net_loss_for_judgement.is_some()
    }

    /// [`Income::total_for_taper`], [`Income::levy_total`] and [`Income::judgement_total`] without
    /// 非自発的失業. The items of an ordinary income are added up once for all three.
    #[inline]
    #[must_use]
    pub fn totals(&self, aged_65: bool, pension_relief: Yen) -> Totals {
        if self.has_rare_items() {
            return Totals {
                taper: self.total_for_taper(),
                levy: self.levy_total(false),
                judgement: self.judgement_total(false, aged_65, pension_relief),
            };
        }
        let sum = self.comprehensive(self.salary, self.pension, Yen::ZERO);
        let levy = sum.at_least_zero();
        let relief = if aged_65 {
            Yen(self.pension.0.clamp(0, pension_relief.0))
        } else {
            Yen::ZERO
        };
        let salary_below_zero = self.salary - self.salary.at_least_zero();
        Totals {
            taper: if self.total_income > Yen::ZERO {
                self.total_income
            } else {
                levy
            },
            levy,
            judgement: (sum - salary_below_zero - relief).at_least_zero(),
        }
    }

    /// 給与所得を有する者 or 公的年金等に係る所得を有する者, counted once.
    ///
    /// 根拠: 国民健康保険法施行令 第29条の7第6項第1号、附則第5条
    ///
    /// Pay received as a 専従者 does not make one a 給与所得者, because the judgement undoes it.
    #[inline]
    #[must_use]
    pub fn is_earner(&self, aged_65: bool, thresholds: &EarnerThresholds) -> bool {
        let pension_over = if aged_65 {
            thresholds.pension_65
        } else {
            thresholds.pension_under_65
        };
        self.salary_revenue - self.family_employee_revenue > thresholds.salary
            || self.pension_revenue > pension_over
    }
}

/// The three totals of one income.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Totals {
    /// 合計所得金額.
    pub taper: Yen,
    /// 総所得金額等 for the 所得割.
    pub levy: Yen,
    /// 軽減判定所得.
    pub judgement: Yen,
}

/// 給与所得者等の数 thresholds: revenue **above** these counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EarnerThresholds {
    /// 給与収入 (550,000).
    pub salary: Yen,
    /// 公的年金等収入, under 65 (600,000).
    pub pension_under_65: Yen,
    /// 公的年金等収入, 65 and over (1,250,000 while 附則第5条 stands).
    pub pension_65: Yen,
}
