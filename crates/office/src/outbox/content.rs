//! 連携の内容 — a person's or household's period as the receiver has to know it, read from the register.

use crate::eligibility::PrefectureFact;
use crate::error::OfficeError;
use crate::registry::{Dated, HouseholdHead, InsuredSpan, timelines};
use db::{Conn, Span, Sql};
use law::Date;
use law::date::previous_day;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

const MEMBERS: Sql = Sql {
    name: "outbox.content.members",
    text: "select distinct subject from insured_fact where household_id = $1 and superseded_at is null order by subject",
};
const INSURED_IN: Sql = Sql {
    name: "outbox.content.insured_in",
    text: "select count(*) from insured_fact where household_id = $1 and subject = $2 and valid_from <= $3 \
           and (valid_until is null or valid_until > $3) and recorded_at <= $4 \
           and (superseded_at is null or superseded_at > $4)",
};

const LAST_INSURED: Sql = Sql {
    name: "outbox.content.last_insured",
    text: "select max(coalesce(valid_until, '9999-12-31')) from insured_fact where household_id = $1 \
           and valid_from < $3 and (valid_until is null or valid_until > $2) and recorded_at <= $4 \
           and (superseded_at is null or superseded_at > $4)",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[MEMBERS, INSURED_IN, LAST_INSURED];

/// Beyond every day that is told.
const ENDLESS: Date = Date::constant(9999, 12, 31);

/// 資格情報（個人）の1期間.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonContent {
    /// 世帯番号.
    pub household_id: i64,
    /// 記号.
    pub symbol: String,
    /// 番号.
    pub number: String,
    /// 枝番.
    pub branch: i64,
    /// 国保資格区分: 1 世帯主, 3 世帯員.
    pub standing: u8,
    /// 国保資格取得年月日, of the prefecture; none where it is not known.
    pub gained_on: Option<Date>,
    /// 取得事由.
    pub gain_cause: String,
    /// 国保資格喪失年月日, of the prefecture.
    pub lost_on: Option<Date>,
    /// 喪失事由.
    pub loss_cause: String,
    /// 適用終了: the first day that is no longer covered here.
    pub applied_until: Option<Date>,
}

/// 資格情報（世帯）の1期間.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HouseholdContent {
    /// 世帯主宛名番号.
    pub head_person_id: i64,
    /// 国保資格区分: 1 世帯主, 2 擬制世帯主, on the last day of the period that is told.
    pub standing: u8,
    /// 記号.
    pub symbol: String,
    /// 番号.
    pub number: String,
    /// The first day after the period.
    pub until: Option<Date>,
}

/// Contents by the first day of their period, as JSON.
pub(super) type Contents = BTreeMap<Date, String>;

/// What was known at a moment of some people and households.
pub(super) struct Known {
    at: i64,
    cover: BTreeMap<i64, Vec<Dated<InsuredSpan>>>,
    prefecture: BTreeMap<i64, Vec<Dated<PrefectureFact>>>,
    heads: BTreeMap<i64, Vec<Dated<HouseholdHead>>>,
}

impl Known {
    /// Reads what was known of people and households, and of the households the people were insured in.
    pub(super) fn read(
        conn: &mut Conn,
        people: &[i64],
        households: &[i64],
        at: i64,
    ) -> Result<Self, OfficeError> {
        let cover: BTreeMap<_, Vec<Dated<InsuredSpan>>> = timelines(conn, people, Some(at))?;
        let prefecture = timelines(conn, people, Some(at))?;
        let homes = cover.values().flatten().map(|row| row.fact.household_id);
        let held: &BTreeMap<_, Vec<Dated<PrefectureFact>>> = &prefecture;
        let passed = held
            .values()
            .flatten()
            .filter_map(|row| row.fact.passed.as_ref());
        let homes = homes.chain(passed.map(|one| one.household_id));
        let homes: BTreeSet<i64> = homes.chain(households.iter().copied()).collect();
        let homes: Vec<i64> = homes.into_iter().collect();
        let heads = timelines(conn, &homes, Some(at))?;
        Ok(Self {
            at,
            cover,
            prefecture,
            heads,
        })
    }

    /// The periods of a person. Whoever came from within the prefecture and lost its 資格 on the same day has no day of 適用 here and
    /// is told all the same, or nobody would tell of the loss: 適用終了 is then the day before 適用開始.
    ///
    /// 根拠: 国民健康保険法 第8条第2項
    pub(super) fn of_person(&self, person_id: i64) -> Result<Contents, OfficeError> {
        let mut contents = Contents::new();
        for row in rows(&self.prefecture, person_id) {
            let (Some(passed), Some(on)) = (&row.fact.passed, row.valid.until) else {
                continue;
            };
            let head = rows(&self.heads, passed.household_id)
                .iter()
                .rfind(|head| head.valid.from <= on);
            let content = PersonContent {
                household_id: passed.household_id,
                symbol: head.map_or_else(String::new, |head| head.fact.symbol.clone()),
                number: head.map_or_else(String::new, |head| head.fact.number.clone()),
                branch: passed.branch,
                standing: standing_in(head, person_id),
                gained_on: row.fact.since_known.then_some(row.valid.from),
                gain_cause: passed.gain_cause.clone(),
                lost_on: Some(on),
                loss_cause: passed.loss_cause.clone(),
                applied_until: Some(on),
            };
            contents.insert(on, json(&content)?);
        }
        for row in rows(&self.cover, person_id) {
            let latest = rows(&self.heads, row.fact.household_id)
                .iter()
                .rfind(|head| head.valid.intersection(row.valid).is_some());
            let held = rows(&self.prefecture, person_id)
                .iter()
                .find(|held| held.valid.intersection(row.valid).is_some());
            let content = PersonContent {
                household_id: row.fact.household_id,
                symbol: latest.map_or_else(String::new, |head| head.fact.symbol.clone()),
                number: latest.map_or_else(String::new, |head| head.fact.number.clone()),
                branch: row.fact.branch,
                standing: standing_in(latest, person_id),
                gained_on: held
                    .filter(|held| held.fact.since_known)
                    .map(|held| held.valid.from),
                gain_cause: row.fact.gain_cause.clone(),
                lost_on: held
                    .filter(|held| held.fact.until_known)
                    .and_then(|held| held.valid.until),
                loss_cause: row.fact.loss_cause.clone().unwrap_or_default(),
                applied_until: row.valid.until,
            };
            contents.insert(row.valid.from, json(&content)?);
        }
        Ok(contents)
    }

    /// The periods of a household's head and number.
    pub(super) fn of_household(
        &self,
        conn: &mut Conn,
        household_id: i64,
    ) -> Result<Contents, OfficeError> {
        let mut contents = Contents::new();
        for row in rows(&self.heads, household_id) {
            let (head, span) = (row.fact.head_person_id, row.valid);
            let content = HouseholdContent {
                head_person_id: head,
                standing: standing(conn, (household_id, head), span, self.at)?,
                symbol: row.fact.symbol.clone(),
                number: row.fact.number.clone(),
                until: row.valid.until,
            };
            contents.insert(row.valid.from, json(&content)?);
        }
        Ok(contents)
    }
}

/// The periods of a person as known at a moment.
pub(super) fn of_person(
    conn: &mut Conn,
    person_id: i64,
    known_at: i64,
) -> Result<Contents, OfficeError> {
    Known::read(conn, &[person_id], &[], known_at)?.of_person(person_id)
}

/// The periods of a household's head and number as known at a moment.
pub(super) fn of_household(
    conn: &mut Conn,
    household_id: i64,
    known_at: i64,
) -> Result<Contents, OfficeError> {
    Known::read(conn, &[], &[household_id], known_at)?.of_household(conn, household_id)
}

fn rows<F>(known: &BTreeMap<i64, Vec<Dated<F>>>, subject: i64) -> &[Dated<F>] {
    known.get(&subject).map_or(&[], Vec::as_slice)
}

/// 国保資格区分 of a person in a household with a head.
fn standing_in(head: Option<&Dated<HouseholdHead>>, person_id: i64) -> u8 {
    if head.is_some_and(|head| head.fact.head_person_id == person_id) {
        1
    } else {
        3
    }
}

/// 国保資格区分 of a head: who heads now and is insured is 世帯主, whatever he was when he became the head. It is judged on the
/// last day of the period on which anybody of the household is insured: a household that ends does not make its head 擬制世帯主.
fn standing(
    conn: &mut Conn,
    (household_id, head): (i64, i64),
    span: Span,
    known_at: i64,
) -> Result<u8, OfficeError> {
    let until = span.until.unwrap_or(ENDLESS);
    let params = [
        household_id.into(),
        span.from.into(),
        until.into(),
        known_at.into(),
    ];
    let Some(ends) = conn.query_one(&LAST_INSURED, &params, |row| row.opt_date(0))? else {
        return Ok(2);
    };
    let params = [
        household_id.into(),
        head.into(),
        previous_day(ends.min(until)).into(),
        known_at.into(),
    ];
    let insured = conn.query_one(&INSURED_IN, &params, |row| row.int(0))? > 0;
    Ok(if insured { 1 } else { 2 })
}

/// Everybody who is, was or will be insured in a household.
pub(super) fn members(conn: &mut Conn, household_id: i64) -> Result<Vec<i64>, OfficeError> {
    Ok(conn.query(&MEMBERS, &[household_id.into()], |row| row.int(0))?)
}

fn json<T: Serialize>(content: &T) -> Result<String, OfficeError> {
    serde_json::to_string(content)
        .map_err(|error| OfficeError::Bug(format!("連携の内容を書けません: {error}")))
}

/// The content of a message, read back.
pub(super) fn read<T: for<'d> Deserialize<'d>>(text: &str) -> Result<T, OfficeError> {
    serde_json::from_str(text)
        .map_err(|error| OfficeError::Bug(format!("連携の内容を読めません: {error}")))
}
