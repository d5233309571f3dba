//! What the book answers: one municipality, one year, one day. No default date, no other year's row.

use super::assemble::{component_laws, instalment_rules, levy_rules, maternity_of};
use super::book::{RuleBook, years};
use super::canonical::RuleSet;
use super::levy::Status;
use super::municipal::Municipal;
use super::national::NationalRules;
use super::series::Series;
use super::{
    Calendar, Grade, InstalmentRules, LateChargeRates, LateChargeRules, LevyRules, OfficeText,
    ReliefRules, RetentionRules, SmallChangeRules, SpecialCollectionRules,
};
use crate::levy::facts::Habits;
use crate::levy::instalment::ChangeHabits;
use crate::{Date, FiscalYear, Refusal, Span};

/// A municipality that has rule files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MunicipalityEntry {
    /// 全国地方公共団体コード, six digits.
    pub code: String,
    /// Name as printed.
    pub name: String,
    /// Fiscal years whose levy can be computed.
    pub years: Vec<FiscalYear>,
    /// Fiscal years of which only some components are known; [`RuleBook::levy`] refuses them.
    pub partial_years: Vec<FiscalYear>,
}

/// One row of the rule files with its source, for a list that a person can check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citation {
    /// File.
    pub file: String,
    /// Table.
    pub table: String,
    /// Row within the table, counted from 1.
    pub row: Option<usize>,
    /// Period.
    pub span: Span,
    /// 条文・条例.
    pub clause: String,
    /// Where it was read.
    pub source: String,
    /// Draft or confirmed.
    pub status: Status,
    /// How it was learned.
    pub grade: Grade,
    /// What is still to be confirmed; may be empty.
    pub note: String,
}

impl RuleBook {
    pub(super) fn municipal(&self, code6: &str) -> Result<&Municipal, Refusal> {
        self.municipals.get(code6).ok_or_else(|| {
            Refusal::new(
                "rules.municipality.missing",
                format!(
                    "団体コード {code6} の規則がありません。rules/municipal/{code6}/levy.toml を作ってください"
                ),
            )
        })
    }

    /// One row of one municipality's table in force on a day.
    fn of<'b, T>(
        &'b self,
        code6: &str,
        on: Date,
        code: &'static str,
        what: &str,
        series: impl Fn(&'b Municipal) -> &'b Series<T>,
    ) -> Result<&'b T, Refusal> {
        let municipal = self.municipal(code6)?;
        let subject = format!("{}（{code6}）の{what}", municipal.name);
        series(municipal)
            .at(on, code, &subject)
            .map(|row| &row.value)
    }

    /// 賦課の規則 of one municipality and fiscal year.
    ///
    /// # Errors
    /// A [`Refusal`] that names the municipality, the year and what there is, or the component that is not known.
    pub fn levy(&self, code6: &str, year: FiscalYear) -> Result<LevyRules, Refusal> {
        let municipal = self.municipal(code6)?;
        let assembled = levy_rules(&self.levy, municipal, year)?;
        if assembled.unknown.is_empty() {
            return Ok(assembled.rules);
        }
        Err(Refusal::new(
            "rules.component.unknown",
            format!(
                "{}（{code6}）の{year}の率に未確認の区分があり、賦課できません。{}",
                municipal.name,
                assembled.unknown.join("、")
            ),
        ))
    }

    /// The levy rules of the components that are known, as a draft: for holding published examples of single
    /// components against the rules, never for a levy.
    ///
    /// # Errors
    /// As [`RuleBook::levy`], except for components that are not known.
    pub fn levy_of_known_components(
        &self,
        code6: &str,
        year: FiscalYear,
    ) -> Result<LevyRules, Refusal> {
        let assembled = levy_rules(&self.levy, self.municipal(code6)?, year)?;
        let mut rules = assembled.rules;
        if !assembled.unknown.is_empty() {
            rules.status = Status::Draft;
        }
        Ok(rules)
    }

    /// 国の規則 of one fiscal year.
    ///
    /// # Errors
    /// A [`Refusal`] that names the table, the year and what there is.
    pub fn national(&self, year: FiscalYear) -> Result<NationalRules, Refusal> {
        let on = year.assessment_day();
        let reduction =
            self.levy
                .reduction
                .at(on, "rules.reduction.missing", "国の軽減判定の基準")?;
        let deduction =
            self.levy
                .basic_deduction
                .at(on, "rules.basic_deduction.missing", "国の基礎控除")?;
        let collection = &self.collection;
        let special = collection.special_collection.at(
            on,
            "rules.special_collection.missing",
            "特別徴収の国の定め",
        )?;
        let missing = "rules.time_limit.missing";
        let premium = collection.premium_limits.at(on, missing, "料の期間制限")?;
        let tax = collection.tax_limits.at(on, missing, "税の期間制限")?;
        let laws = component_laws(&self.levy, year);
        let weakest = laws
            .iter()
            .map(|law| law.provenance.status)
            .chain([
                reduction.provenance.status,
                deduction.provenance.status,
                special.provenance.status,
                premium.provenance.status,
                tax.provenance.status,
            ])
            .min();
        Ok(NationalRules {
            fiscal_year: year,
            status: weakest.unwrap_or(Status::Draft),
            components: laws.into_iter().map(|law| law.value.clone()).collect(),
            reduction: reduction.value.clone(),
            basic_deduction: deduction.value.clone(),
            maternity: maternity_of(&self.levy, year),
            special_collection: special.value.clone(),
            premium_limits: premium.value,
            tax_limits: tax.value,
        })
    }

    /// 延滞金・還付加算金の割合 of one calendar year.
    ///
    /// # Errors
    /// A [`Refusal`] when the year has no row; next year's rates are announced in December.
    pub fn late_charge_rate(&self, calendar_year: i16) -> Result<LateChargeRates, Refusal> {
        self.collection
            .late_charge
            .at(
                crate::day(calendar_year, 1, 1),
                "rules.late_charge_rate.missing",
                "延滞金の割合",
            )
            .map(|row| row.value)
    }

    /// The rates of every year there is, in order.
    #[must_use]
    pub fn late_charge_rates(&self) -> Vec<LateChargeRates> {
        self.collection
            .late_charge
            .rows()
            .iter()
            .map(|row| row.value)
            .collect()
    }

    /// 休日の暦.
    #[must_use]
    pub fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// 納期 of one municipality and fiscal year.
    ///
    /// # Errors
    /// A [`Refusal`] that names the municipality, the year and what there is.
    pub fn instalments(&self, code6: &str, year: FiscalYear) -> Result<InstalmentRules, Refusal> {
        instalment_rules(self.municipal(code6)?, year)
    }

    /// 期別の変更の割り振り.
    ///
    /// # Errors
    /// As [`RuleBook::instalments`].
    pub fn change_habits(&self, code6: &str, year: FiscalYear) -> Result<ChangeHabits, Refusal> {
        let on = year.assessment_day();
        self.of(
            code6,
            on,
            "rules.change.missing",
            "変更の割り振り",
            |one| &one.change,
        )
        .copied()
    }

    /// 世帯の事実の読み方.
    ///
    /// # Errors
    /// As [`RuleBook::instalments`].
    pub fn household_habits(&self, code6: &str, year: FiscalYear) -> Result<Habits, Refusal> {
        let on = year.assessment_day();
        self.of(
            code6,
            on,
            "rules.household.missing",
            "世帯の事実の読み方",
            |one| &one.household,
        )
        .copied()
    }

    /// 延滞金の計算方法, by the due day of the instalment.
    ///
    /// # Errors
    /// As [`RuleBook::instalments`].
    pub fn late_charge(&self, code6: &str, due_on: Date) -> Result<LateChargeRules, Refusal> {
        self.of(
            code6,
            due_on,
            "rules.late_charge.missing",
            "延滞金の定め",
            |one| &one.late_charge,
        )
        .copied()
    }

    /// 特別徴収の市の定め.
    ///
    /// # Errors
    /// As [`RuleBook::instalments`].
    pub fn special_collection(
        &self,
        code6: &str,
        year: FiscalYear,
    ) -> Result<SpecialCollectionRules, Refusal> {
        self.of(
            code6,
            year.assessment_day(),
            "rules.special_collection.missing",
            "特別徴収の定め",
            |one| &one.special_collection,
        )
        .copied()
    }

    /// 少額の扱い.
    ///
    /// # Errors
    /// As [`RuleBook::instalments`].
    pub fn small_change(&self, code6: &str, year: FiscalYear) -> Result<SmallChangeRules, Refusal> {
        let on = year.assessment_day();
        self.of(
            code6,
            on,
            "rules.small_change.missing",
            "少額の扱い",
            |one| &one.small_change,
        )
        .copied()
    }

    /// 減免の定め in force at the assessment day, by name; none is an answer.
    ///
    /// # Errors
    /// A [`Refusal`] when the municipality has no rule files.
    pub fn reliefs(&self, code6: &str, year: FiscalYear) -> Result<Vec<ReliefRules>, Refusal> {
        let on = year.assessment_day();
        let all = self.municipal(code6)?.relief.values();
        Ok(all
            .flat_map(|series| series.rows())
            .filter(|row| row.span.contains(on))
            .map(|row| row.value.clone())
            .collect())
    }

    /// 通知の問い合わせ先 on the day a notice is made.
    ///
    /// # Errors
    /// As [`RuleBook::instalments`].
    pub fn office(&self, code6: &str, on: Date) -> Result<OfficeText, Refusal> {
        self.of(
            code6,
            on,
            "rules.office.missing",
            "問い合わせ先",
            |one| &one.office,
        )
        .cloned()
    }

    /// 保存年限.
    ///
    /// # Errors
    /// As [`RuleBook::instalments`].
    pub fn retention(&self, code6: &str, on: Date) -> Result<RetentionRules, Refusal> {
        self.of(code6, on, "rules.retention.missing", "保存年限", |one| {
            &one.retention
        })
        .copied()
    }

    /// 規則の組 of one municipality and fiscal year, whose hash a decision names.
    ///
    /// # Errors
    /// A [`Refusal`] when any part of it is missing.
    pub fn rule_set(&self, code6: &str, year: FiscalYear) -> Result<RuleSet, Refusal> {
        let national = self.national(year)?;
        let levy = self.levy(code6, year)?;
        Ok(RuleSet {
            time_limits: national.limits_of(levy.kind),
            special_law: national.special_collection,
            levy,
            instalments: self.instalments(code6, year)?,
            change: self.change_habits(code6, year)?,
            household: self.household_habits(code6, year)?,
            late_charge: self.late_charge(code6, year.assessment_day())?,
            special_collection: self.special_collection(code6, year)?,
            small_change: self.small_change(code6, year)?,
            reliefs: self.reliefs(code6, year)?,
        })
    }

    /// Every municipality that has rule files, in order of its code.
    #[must_use]
    pub fn municipalities(&self) -> Vec<MunicipalityEntry> {
        self.municipals
            .values()
            .map(|municipal| {
                let (known, partial): (Vec<_>, Vec<_>) = years(municipal)
                    .into_iter()
                    .partition(|year| self.levy(&municipal.code, *year).is_ok());
                MunicipalityEntry {
                    code: municipal.code.clone(),
                    name: municipal.name.clone(),
                    years: known,
                    partial_years: partial,
                }
            })
            .collect()
    }

    /// Every row with its clause and source, in the order of the files.
    #[must_use]
    pub fn citations(&self) -> Vec<Citation> {
        let mut cited = Vec::new();
        self.levy.cite(&mut cited);
        self.collection.cite(&mut cited);
        self.certificate.cite(&mut cited);
        self.judgement.cite(&mut cited);
        self.eligibility.cite(&mut cited);
        self.practice.cite(&mut cited);
        self.provision.cite(&mut cited);
        self.retention.cite(&mut cited);
        let municipals = self.municipals.values();
        municipals.for_each(|one| one.cite(&mut cited));
        cited.sort_by_key(|(place, ..)| *place);
        cited
            .into_iter()
            .map(|(place, span, provenance)| Citation {
                file: place.file.clone(),
                table: place.table.clone(),
                row: place.row,
                span,
                clause: provenance.clause.clone(),
                source: provenance.source.clone(),
                status: provenance.status,
                grade: provenance.grade,
                note: provenance.note.clone(),
            })
            .collect()
    }
}
