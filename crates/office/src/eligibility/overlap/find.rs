//! Whom a row of the list is about: by the number here, or by name, reading, day of birth and sex. Never by the
//! individual number.

use super::Reported;
use crate::error::OfficeError;
use crate::registry::keys::{kana_key, name_key};
use crate::registry::merge::representative_of;
use db::{Conn, Sql};
use law::Date;
use std::collections::BTreeSet;

const BY_NUMBER: Sql = Sql {
    name: "eligibility.overlap.by_number",
    text: "select distinct i.subject from household_fact h join insured_fact i on i.household_id = h.subject \
           join resident_fact r on r.subject = i.subject \
           where h.number = $1 and (h.symbol = $2 or $2 = '') and h.superseded_at is null \
           and i.superseded_at is null and r.superseded_at is null and r.birth_on = $3 \
           and (cast($4 as bigint) is null or i.branch = $4) order by i.subject",
};
const BY_KANA: Sql = Sql {
    name: "eligibility.overlap.by_kana",
    text: "select distinct subject from resident_fact where kana_key = $1 and birth_on = $2 \
           and superseded_at is null and (sex = $3 or $3 not in (1, 2)) order by subject",
};
const BY_NAME: Sql = Sql {
    name: "eligibility.overlap.by_name",
    text: "select distinct subject from resident_fact where name_key = $1 and birth_on = $2 \
           and superseded_at is null order by subject",
};
const INSURED: Sql = Sql {
    name: "eligibility.overlap.insured",
    text: "select household_id from insured_fact where subject = $1 and superseded_at is null \
           and (valid_until is null or valid_until > $2) and (cast($3 as text) is null or valid_from < $3) \
           order by valid_from desc limit 1",
};
const DOUBLE: Sql = Sql {
    name: "eligibility.overlap.double",
    text: "select i.subject, i.household_id, i.valid_from, i.valid_until, c.valid_from, c.valid_until, c.insurer_name \
           from insured_fact i join company_insurance_fact c on c.subject = i.subject \
           where i.superseded_at is null and c.superseded_at is null and i.subject = $1 \
           and (c.valid_until is null or i.valid_from < c.valid_until) \
           and (i.valid_until is null or i.valid_until > $2) \
           order by i.valid_from, c.valid_from",
};

/// Statements of this module.
pub(super) const STATEMENTS: &[Sql] = &[BY_NUMBER, BY_KANA, BY_NAME, INSURED, DOUBLE];

/// 確からしさ of a match.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// 確実: number and day of birth, and the name or its reading agrees.
    Sure,
    /// 有力: reading, day of birth and sex of one person alone.
    Likely,
    /// 要確認: only number and day of birth, or only written name and day of birth, or the number of one and the reading of another.
    Doubtful,
}

impl Rank {
    pub(super) const ALL: [(Self, i64, &'static str); 3] = [
        (Self::Sure, 1, "確実"),
        (Self::Likely, 2, "有力"),
        (Self::Doubtful, 3, "要確認"),
    ];

    pub(super) fn code(self) -> i64 {
        Self::ALL
            .iter()
            .find(|row| row.0 == self)
            .map_or(0, |row| row.1)
    }

    pub(super) fn read(code: i64) -> Option<Self> {
        Self::ALL.iter().find(|row| row.1 == code).map(|row| row.0)
    }

    /// Name on pages.
    #[must_use]
    pub fn label_ja(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|row| row.0 == self)
            .map_or("", |row| row.2)
    }

    /// Whether a letter may go out before a person has looked: a wrong match would tell one person of another.
    #[must_use]
    pub const fn may_write(self) -> bool {
        matches!(self, Self::Sure | Self::Likely)
    }
}

/// The one person a row fits, and how surely.
pub(super) fn person(conn: &mut Conn, row: &Reported) -> Result<(i64, Rank), OfficeError> {
    let kana = kana_key(&row.kana);
    let name = name_key(&row.name);
    let by_kana = if kana.is_empty() {
        Vec::new()
    } else {
        let params = [kana.into(), row.birth_on.into(), row.sex.into()];
        let found = conn.query(&BY_KANA, &params, |found| found.int(0))?;
        one_each(conn, found, row)?
    };
    let by_name = if name.is_empty() {
        Vec::new()
    } else {
        let params = [name.into(), row.birth_on.into()];
        let found = conn.query(&BY_NAME, &params, |found| found.int(0))?;
        one_each(conn, found, row)?
    };
    let by_number = if row.number.is_empty() {
        Vec::new()
    } else {
        let params = [
            row.number.as_str().into(),
            row.symbol.as_str().into(),
            row.birth_on.into(),
            row.branch.into(),
        ];
        conn.query(&BY_NUMBER, &params, |found| found.int(0))?
    };
    let agrees = |person: &i64| by_kana.contains(person) || by_name.contains(person);
    match (by_number.as_slice(), by_kana.as_slice(), by_name.as_slice()) {
        ([one], _, _) if agrees(one) => Ok((*one, Rank::Sure)),
        // The number and the name are of two people: somebody looks before either is written to.
        ([_, ..], [one], _) if !by_number.contains(one) => Ok((*one, Rank::Doubtful)),
        (_, [one], _) => Ok((*one, Rank::Likely)),
        ([one], ..) => Ok((*one, Rank::Doubtful)),
        (_, [], [one]) => Ok((*one, Rank::Doubtful)),
        ([], [], []) => Err(OfficeError::input(
            "氏名・生年月日",
            "記号番号でも氏名・カナ・生年月日・性別でも該当する人がいません。名寄せと氏名の字体を確かめ、直して取り込むか、理由を付けて閉じてください",
        )),
        _ => Err(OfficeError::input(
            "氏名・生年月日",
            "該当する人が2人以上います。記号番号・枝番を確かめ、直して取り込んでください",
        )),
    }
}

/// Of the numbers that 名寄せ joined to one person one alone: that under which the person is insured on those days, or 代表宛名.
fn one_each(conn: &mut Conn, found: Vec<i64>, row: &Reported) -> Result<Vec<i64>, OfficeError> {
    if found.len() < 2 {
        return Ok(found);
    }
    let mut ranked = Vec::with_capacity(found.len());
    for number in found {
        let stands_for = representative_of(conn, number)?;
        let insured = insured_in(conn, number, row.gained_on, row.lost_on)?.is_some();
        ranked.push((!insured, number != stands_for, stands_for, number));
    }
    ranked.sort_unstable();
    let mut people = BTreeSet::new();
    ranked.retain(|one| people.insert(one.2));
    Ok(ranked.into_iter().map(|one| one.3).collect())
}

/// The household in which a person is insured here on days on which the other insurance runs: from the day after it
/// began, because the loss here takes effect on that day.
///
/// 根拠: 国民健康保険法 第8条第1項（該当するに至った日の翌日）
pub(super) fn insured_in(
    conn: &mut Conn,
    person_id: i64,
    gained_on: Date,
    lost_on: Option<Date>,
) -> Result<Option<i64>, OfficeError> {
    let from = law::date::next_day(gained_on);
    let params = [person_id.into(), from.into(), lost_on.into()];
    Ok(conn.query_opt(&INSURED, &params, |row| row.int(0))?)
}

/// 二重加入 — insurance here and another insurance that is recorded, on the same days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Double {
    /// 宛名番号.
    pub person_id: i64,
    /// 国保世帯.
    pub household_id: i64,
    /// The first day covered twice.
    pub from: Date,
    /// The first day no longer covered twice; none when it goes on.
    pub until: Option<Date>,
    /// 他の保険者名.
    pub insurer_name: String,
}

/// 二重加入 of a person, every one that goes on after a day: insured here beyond the day after another insurance began.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn double_coverage(
    conn: &mut Conn,
    person_id: i64,
    still_after: Date,
) -> Result<Vec<Double>, OfficeError> {
    let rows = conn.query(&DOUBLE, &[person_id.into(), still_after.into()], |row| {
        Ok((
            row.int(0)?,
            row.int(1)?,
            (row.date(2)?, row.opt_date(3)?),
            (row.date(4)?, row.opt_date(5)?),
            row.text(6)?,
        ))
    })?;
    Ok(rows
        .into_iter()
        .filter_map(|(person_id, household_id, ours, theirs, insurer_name)| {
            let from = ours.0.max(law::date::next_day(theirs.0));
            let until = match (ours.1, theirs.1) {
                (Some(one), Some(two)) => Some(one.min(two)),
                (one, two) => one.or(two),
            };
            until.is_none_or(|until| from < until).then_some(Double {
                person_id,
                household_id,
                from,
                until,
                insurer_name,
            })
        })
        .collect())
}
