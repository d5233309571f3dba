//! Who comes to which age in a stretch of days, among the insured.

use crate::error::OfficeError;
use db::{Conn, Span, Sql};
use law::Date;
use law::date::{attains, next_day, previous_day};
use law::eligibility::age::milestones;

/// Insured people by the day of birth of their latest record, with every span that stands.
const BORN: Sql = Sql {
    name: "eligibility.age.born",
    text: "select distinct r.subject, r.birth_on, r.birth_unknown, i.household_id, i.valid_from, i.valid_until \
           from resident_fact r join insured_fact i on i.subject = r.subject \
           where r.superseded_at is null and i.superseded_at is null \
           and r.birth_on >= $1 and r.birth_on < $2 and r.subject >= $3 and r.subject < $4 \
           and not exists (select 1 from resident_fact l where l.subject = r.subject and l.superseded_at is null \
           and l.valid_from > r.valid_from) order by r.subject, i.valid_from",
};
/// Those insured on a day who were born before another, by their latest record.
const OLD: Sql = Sql {
    name: "eligibility.age.old",
    text: "select r.subject, r.birth_on, r.birth_unknown, i.household_id, i.valid_from, i.valid_until \
           from insured_fact i join resident_fact r on r.subject = i.subject \
           where i.superseded_at is null and r.superseded_at is null and i.valid_from <= $1 \
           and (i.valid_until is null or i.valid_until > $1) and r.birth_on < $2 \
           and not exists (select 1 from resident_fact l where l.subject = r.subject and l.superseded_at is null \
           and l.valid_from > r.valid_from) order by r.subject",
};
const DONE: Sql = Sql {
    name: "eligibility.age.done",
    text: "select outcome from age_move where person_id = $1 and age = $2 and attained_on = $3",
};

/// Statements of this module.
pub(super) const STATEMENTS: &[Sql] = &[BORN, OLD, DONE];

/// 節目.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Milestone {
    /// 6歳到達年度の終わり: no longer a pre-school child from 1 April.
    PreschoolEnd,
    /// 18歳到達年度の終わり.
    MinorEnd,
    /// 40歳: 介護分 begins.
    CareStart,
    /// 65歳: 介護分 ends.
    CareEnd,
    /// 70歳: 負担割合 and 高齢者の区分 from the month after.
    ElderlyShare,
    /// 75歳: 後期高齢者医療.
    LateElderly,
}

impl Milestone {
    /// Every milestone, its age and its name.
    pub const ALL: [(Self, i16, &'static str); 6] = [
        (Self::PreschoolEnd, 6, "未就学の終わり"),
        (Self::MinorEnd, 18, "18歳年度末"),
        (Self::CareStart, 40, "40歳（介護分の開始）"),
        (Self::CareEnd, 65, "65歳（介護分の終了）"),
        (Self::ElderlyShare, 70, "70歳（高齢者の負担割合）"),
        (Self::LateElderly, 75, "75歳（後期高齢者医療）"),
    ];

    /// The age.
    #[must_use]
    pub fn age(self) -> i16 {
        Self::ALL
            .iter()
            .find(|row| row.0 == self)
            .map_or(0, |row| row.1)
    }

    /// Name on pages.
    #[must_use]
    pub fn label_ja(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|row| row.0 == self)
            .map_or("", |row| row.2)
    }

    /// The first day on which it counts.
    #[must_use]
    pub fn effective_on(self, birth_on: Date) -> Date {
        let days = milestones(birth_on);
        match self {
            Self::PreschoolEnd => next_day(days.preschool_until),
            Self::MinorEnd => next_day(days.minor_until),
            Self::CareStart => days.care_from,
            Self::CareEnd => days.care_until,
            Self::ElderlyShare => days.elderly_share_from,
            Self::LateElderly => days.late_elderly_on,
        }
    }

    /// The days of birth that can lead to an effect in a stretch of days, widely: one and a half years more for the ends
    /// of fiscal years, two months for the rest.
    fn births(self, from: Date, until: Date) -> (Date, Date) {
        let age = self.age();
        let back = |day: Date, months: i16| {
            let month = i32::from(day.month()) - i32::from(months);
            let (years, month) = (month.div_euclid(12), month.rem_euclid(12));
            let (years, month) = if month == 0 {
                (years - 1, 12)
            } else {
                (years, month)
            };
            let year = i32::from(day.year() - age) + years;
            let year = i16::try_from(year).unwrap_or(1);
            law::day(year, i8::try_from(month).unwrap_or(1), 1)
        };
        let earlier = match self {
            Self::PreschoolEnd | Self::MinorEnd => 14,
            _ => 2,
        };
        (back(from, earlier), back(until, -2))
    }
}

/// One person's milestone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgeMove {
    /// 宛名番号.
    pub person_id: i64,
    /// 国保世帯 on the eve.
    pub household_id: i64,
    /// What it is.
    pub milestone: Milestone,
    /// 生年月日.
    pub birth_on: Date,
    /// 生年月日不詳: a person has to look.
    pub birth_unknown: bool,
    /// 年齢に達する日, the day before the birthday.
    pub attained_on: Date,
    /// The first day on which it counts.
    pub effective_on: Date,
    /// What it came to, when it was confirmed before.
    pub done: Option<String>,
}

/// 年齢到達者一覧 — the milestones whose effect begins in `from..until`, by person and age.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn list(conn: &mut Conn, from: Date, until: Date) -> Result<Vec<AgeMove>, OfficeError> {
    list_within(conn, from, until, (i64::MIN, i64::MAX))
}

/// As [`list`], of the people whose number lies in a stretch.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn list_within(
    conn: &mut Conn,
    from: Date,
    until: Date,
    people: (i64, i64),
) -> Result<Vec<AgeMove>, OfficeError> {
    let mut moves = Vec::new();
    for (milestone, age, _) in Milestone::ALL {
        let (first, last) = milestone.births(from, until);
        let params = [first.into(), last.into(), people.0.into(), people.1.into()];
        let born = conn.query(&BORN, &params, |row| {
            Ok((
                (row.int(0)?, row.date(1)?, row.flag(2)?),
                (row.int(3)?, row.date(4)?, row.opt_date(5)?),
            ))
        })?;
        for ((person_id, birth_on, birth_unknown), (household_id, gained, lost)) in born {
            let effective_on = milestone.effective_on(birth_on);
            let eve = previous_day(effective_on);
            let covered = gained <= eve && lost.is_none_or(|lost| lost > eve);
            // Whoever has lost by that day for this or another reason has nothing more to lose.
            let gone = milestone == Milestone::LateElderly
                && lost.is_some_and(|lost| lost <= next_day(effective_on));
            if effective_on < from || effective_on >= until || !covered || gone {
                continue;
            }
            moves.push(AgeMove {
                person_id,
                household_id,
                milestone,
                birth_on,
                birth_unknown,
                attained_on: attains(birth_on, age),
                effective_on,
                done: None,
            });
        }
    }
    moves.sort_by_key(|found| (found.person_id, found.milestone));
    moves.dedup_by_key(|found| (found.person_id, found.milestone));
    for found in &mut moves {
        found.done = outcome(conn, found)?;
    }
    Ok(moves)
}

/// 老人保健 before it: nobody of 75 had to leave the insurance for 後期高齢者医療 earlier.
///
/// 根拠: 高齢者の医療の確保に関する法律 附則第1条
const LATE_ELDERLY_BEGAN: Date = Date::constant(2008, 4, 1);

/// The 75th birthday that has passed and beyond which a span goes on; none where there is no such.
///
/// 根拠: 国民健康保険法 第6条第8号・第8条第1項
pub(crate) fn beyond_75(
    (person_id, household_id): (i64, i64),
    birth_on: Date,
    span: Span,
    today: Date,
) -> Option<AgeMove> {
    let milestone = Milestone::LateElderly;
    let effective_on = milestone.effective_on(birth_on);
    let ends = next_day(effective_on.max(LATE_ELDERLY_BEGAN));
    let beyond = effective_on <= today && span.until.is_none_or(|until| until > ends);
    beyond.then(|| AgeMove {
        person_id,
        household_id,
        milestone,
        birth_on,
        birth_unknown: false,
        attained_on: attains(birth_on, milestone.age()),
        effective_on,
        done: None,
    })
}

/// Those insured on a day whose 75th birthday lies before another: no night that looks for who comes to 75 finds them any
/// more. Each with the span that stands.
///
/// # Errors
/// [`OfficeError::Store`].
pub(crate) fn left_behind(
    conn: &mut Conn,
    before: Date,
    today: Date,
) -> Result<Vec<(AgeMove, Span)>, OfficeError> {
    let (_, born) = Milestone::LateElderly.births(before, before);
    let old = conn.query(&OLD, &[today.into(), born.into()], |row| {
        let span = Span::new(row.date(4)?, row.opt_date(5)?);
        Ok((row.int(0)?, row.date(1)?, row.flag(2)?, row.int(3)?, span))
    })?;
    let mut found = Vec::new();
    for (person_id, birth_on, birth_unknown, household_id, span) in old {
        let aged = beyond_75((person_id, household_id), birth_on, span, today);
        let Some(aged) = aged.filter(|aged| aged.effective_on < before) else {
            continue;
        };
        let done = outcome(conn, &aged)?;
        let aged = AgeMove {
            birth_unknown,
            done,
            ..aged
        };
        found.push((aged, span));
    }
    Ok(found)
}

/// What a milestone came to when it was confirmed.
pub(super) fn outcome(conn: &mut Conn, found: &AgeMove) -> Result<Option<String>, OfficeError> {
    let params = [
        found.person_id.into(),
        i64::from(found.milestone.age()).into(),
        found.attained_on.into(),
    ];
    Ok(conn.query_opt(&DONE, &params, |row| row.text(0))?)
}
