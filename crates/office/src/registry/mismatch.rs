//! 不一致の一覧 — persons of whom one register says something else than another: 住基・宛名 and 資格 held side by side.

use crate::error::OfficeError;
use db::{Conn, Sql};
use law::Date;

/// Two births within the history of one person.
const BIRTHS: Sql = Sql {
    name: "registry.mismatch.births",
    text: "select subject, min(birth_on), max(birth_on) from resident_fact where superseded_at is null \
           group by subject having min(birth_on) <> max(birth_on) order by subject",
};
/// Insured before being born.
const UNBORN: Sql = Sql {
    name: "registry.mismatch.unborn",
    text: "select distinct i.subject, i.valid_from, r.birth_on from insured_fact i join resident_fact r on r.subject = i.subject \
           where i.superseded_at is null and r.superseded_at is null and i.valid_from < r.birth_on \
           order by i.subject, i.valid_from",
};
/// Insured on a day, and no record of the person holds on it.
const NOBODY: Sql = Sql {
    name: "registry.mismatch.nobody",
    text: "select i.subject, i.valid_from from insured_fact i where i.superseded_at is null and i.valid_from <= $1 \
           and (i.valid_until is null or i.valid_until > $1) and not exists (select 1 from resident_fact r \
           where r.subject = i.subject and r.superseded_at is null and r.valid_from <= $1 \
           and (r.valid_until is null or r.valid_until > $1)) order by i.subject, i.valid_from",
};
/// Insured on a day on which the 住民票 has ended, and neither at school elsewhere nor in a facility elsewhere.
const ENDED: Sql = Sql {
    name: "registry.mismatch.ended",
    text: "select i.subject, i.valid_from, r.valid_from from insured_fact i join resident_fact r on r.subject = i.subject \
           where i.superseded_at is null and r.superseded_at is null and r.status = 2 and i.valid_from <= $1 \
           and (i.valid_until is null or i.valid_until > $1) and r.valid_from < $1 \
           and (r.valid_until is null or r.valid_until > $1) \
           and not exists (select 1 from student_fact s where s.subject = i.subject and s.superseded_at is null \
           and s.valid_from <= $1 and (s.valid_until is null or s.valid_until > $1)) \
           and not exists (select 1 from facility_stay_fact s where s.subject = i.subject and s.superseded_at is null \
           and s.valid_from <= $1 and (s.valid_until is null or s.valid_until > $1)) order by i.subject, i.valid_from",
};
/// The 取得 lies before 住民となった日: no record holds on its day, and the first one says that the residence began later; or
/// the 住民票 had ended before it and began again later. Whoever was at school or in a facility elsewhere is no mismatch.
const BEFORE: Sql = Sql {
    name: "registry.mismatch.before",
    text: "select i.subject, i.valid_from, min(coalesce(r.resident_since, r.valid_from)) from insured_fact i \
           join resident_fact r on r.subject = i.subject and r.superseded_at is null and r.status = 1 \
           and r.valid_from > i.valid_from and (r.resident_since > i.valid_from \
           or r.resident_since is null and exists (select 1 from resident_detail_fact d where d.subject = r.subject \
           and d.superseded_at is null and d.valid_from = r.valid_from and d.move_cause in ('01', '02', '03', '06'))) \
           where i.superseded_at is null and i.valid_from <= $1 and (i.valid_until is null or i.valid_until > $1) \
           and not exists (select 1 from insured_fact b where b.subject = i.subject and b.superseded_at is null \
           and b.valid_until = i.valid_from) \
           and not exists (select 1 from resident_fact h where h.subject = i.subject and h.superseded_at is null \
           and h.valid_from <= i.valid_from and (h.valid_until is null or h.valid_until > i.valid_from) \
           and (h.status <> 2 or h.valid_from = i.valid_from)) \
           and not exists (select 1 from student_fact s where s.subject = i.subject and s.superseded_at is null \
           and s.valid_from <= i.valid_from and (s.valid_until is null or s.valid_until > i.valid_from)) \
           and not exists (select 1 from facility_stay_fact s where s.subject = i.subject and s.superseded_at is null \
           and s.valid_from <= i.valid_from and (s.valid_until is null or s.valid_until > i.valid_from)) \
           group by i.subject, i.valid_from order by i.subject, i.valid_from",
};
/// Not insured and counted all the same on a day on which the 住民票 has ended: as 特定同一世帯所属者, or as the head of
/// people who are insured.
const ENDED_BESIDE: Sql = Sql {
    name: "registry.mismatch.ended_beside",
    text: "select b.subject, b.household_id, b.heads, r.valid_from from (\
           select f.subject, f.household_id, 0 as heads from former_insured_fact f where f.superseded_at is null \
           and f.valid_from <= $1 and (f.valid_until is null or f.valid_until > $1) union all \
           select h.head_person_id, h.subject, 1 from household_fact h where h.superseded_at is null \
           and h.valid_from <= $1 and (h.valid_until is null or h.valid_until > $1) \
           and exists (select 1 from insured_fact i where i.household_id = h.subject and i.superseded_at is null \
           and i.subject <> h.head_person_id and i.valid_from <= $1 and (i.valid_until is null or i.valid_until > $1)) \
           and not exists (select 1 from insured_fact o where o.subject = h.head_person_id and o.superseded_at is null \
           and o.valid_from <= $1 and (o.valid_until is null or o.valid_until > $1))) b \
           join resident_fact r on r.subject = b.subject where r.superseded_at is null and r.status = 2 \
           and r.valid_from < $1 and (r.valid_until is null or r.valid_until > $1) \
           order by b.subject, b.heads, b.household_id",
};
/// The name in capitals of the register and of the record that stands now, where both have one and they differ.
const NAMES: Sql = Sql {
    name: "registry.mismatch.names",
    text: "select n.subject, r.name, n.detail from (select f.subject, f.name as detail, f.valid_from from resident_fact f \
           where f.superseded_at is null and f.valid_until is not null) n join resident_fact r on r.subject = n.subject \
           and r.superseded_at is null and r.valid_from = (select min(x.valid_from) from resident_fact x \
           where x.subject = n.subject and x.superseded_at is null and x.valid_from > n.valid_from) \
           where r.name <> n.detail and r.kana = (select k.kana from resident_fact k where k.subject = n.subject \
           and k.superseded_at is null and k.valid_from = n.valid_from) order by n.subject",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[BIRTHS, UNBORN, NOBODY, BEFORE, ENDED, ENDED_BESIDE, NAMES];

/// What does not agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Differs {
    /// 生年月日.
    Birth,
    /// 氏名: the letters changed while the reading stayed.
    Name,
    /// 資格取得日 before 生年月日.
    GainBeforeBirth,
    /// 資格 without a record of the person.
    NoPerson,
    /// 資格取得日 before 住民となった日.
    GainBeforeResidence,
    /// 資格 beyond the end of the 住民票.
    ResidenceEnded,
}

impl Differs {
    /// As shown.
    #[must_use]
    pub const fn label_ja(self) -> &'static str {
        match self {
            Self::Birth => "住民の履歴の生年月日が違う",
            Self::Name => "住民の履歴の氏名の字が違う（読みは同じ）",
            Self::GainBeforeBirth => "資格の取得が生年月日より前",
            Self::NoPerson => "資格があるのに、その日の住民・住登外の記録がない",
            Self::GainBeforeResidence => "資格の取得が住民となった日より前",
            Self::ResidenceEnded => "住民票が消除されているのに、資格が続いている",
        }
    }
}

/// A row of the list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mismatch {
    /// 宛名番号.
    pub person_id: i64,
    /// What does not agree.
    pub differs: Differs,
    /// What one register says.
    pub one: String,
    /// What the other says.
    pub other: String,
}

/// An insured person whose 住民票 has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ended {
    pub person_id: i64,
    pub insured_from: Date,
    pub ended_on: Date,
}

/// Those insured on a day, other than 修学 and 住所地特例, whose 住民票 had ended before it; by person.
///
/// 根拠: 国民健康保険法 第8条第1項・第116条・第116条の2
///
/// # Errors
/// [`OfficeError::Store`].
pub(crate) fn residence_ended(conn: &mut Conn, on: Date) -> Result<Vec<Ended>, OfficeError> {
    Ok(conn.query(&ENDED, &[on.into()], |row| {
        Ok(Ended {
            person_id: row.int(0)?,
            insured_from: row.date(1)?,
            ended_on: row.date(2)?,
        })
    })?)
}

/// An insured person whose 取得 lies before 住民となった日.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Before {
    pub person_id: i64,
    pub insured_from: Date,
    pub resident_since: Date,
}

/// Those insured on a day since before they became residents; by person.
///
/// 根拠: 国民健康保険法 第5条・第7条・第116条・第116条の2
///
/// # Errors
/// [`OfficeError::Store`].
pub(crate) fn before_residence(conn: &mut Conn, on: Date) -> Result<Vec<Before>, OfficeError> {
    Ok(conn.query(&BEFORE, &[on.into()], |row| {
        Ok(Before {
            person_id: row.int(0)?,
            insured_from: row.date(1)?,
            resident_since: row.date(2)?,
        })
    })?)
}

/// Somebody who is not insured, counts in a household all the same, and whose 住民票 has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct EndedBeside {
    pub person_id: i64,
    pub household_id: i64,
    /// As the head, and not as 特定同一世帯所属者.
    pub heads: bool,
    pub ended_on: Date,
}

/// 特定同一世帯所属者 and heads who are not insured, of a day, whose 住民票 had ended before it; by person.
///
/// 根拠: 国民健康保険法施行令 第29条の7第2項第8号、国民健康保険法 第76条
///
/// # Errors
/// [`OfficeError::Store`].
pub(crate) fn ended_beside(conn: &mut Conn, on: Date) -> Result<Vec<EndedBeside>, OfficeError> {
    Ok(conn.query(&ENDED_BESIDE, &[on.into()], |row| {
        Ok(EndedBeside {
            person_id: row.int(0)?,
            household_id: row.int(1)?,
            heads: row.flag(2)?,
            ended_on: row.date(3)?,
        })
    })?)
}

/// Everything that does not agree on a day, by person.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn mismatches(conn: &mut Conn, on: Date) -> Result<Vec<Mismatch>, OfficeError> {
    let mut all = Vec::new();
    for (sql, differs) in [
        (&BIRTHS, Differs::Birth),
        (&NAMES, Differs::Name),
        (&UNBORN, Differs::GainBeforeBirth),
    ] {
        all.extend(conn.query(sql, &[], |row| {
            Ok(Mismatch {
                person_id: row.int(0)?,
                differs,
                one: row.text(1)?,
                other: row.text(2)?,
            })
        })?);
    }
    all.extend(conn.query(&NOBODY, &[on.into()], |row| {
        Ok(Mismatch {
            person_id: row.int(0)?,
            differs: Differs::NoPerson,
            one: row.text(1)?,
            other: String::new(),
        })
    })?);
    all.extend(before_residence(conn, on)?.into_iter().map(|one| Mismatch {
        person_id: one.person_id,
        differs: Differs::GainBeforeResidence,
        one: one.insured_from.to_string(),
        other: one.resident_since.to_string(),
    }));
    all.extend(residence_ended(conn, on)?.into_iter().map(|one| Mismatch {
        person_id: one.person_id,
        differs: Differs::ResidenceEnded,
        one: one.insured_from.to_string(),
        other: one.ended_on.to_string(),
    }));
    all.sort();
    Ok(all)
}
