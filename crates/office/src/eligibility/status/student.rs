//! 学遠 — students who live elsewhere and stay in the household of their family: the yearly check and who has finished.
//!
//! 根拠: 国民健康保険法 第116条

use super::place::Student;
use super::within::moves_to;
use crate::acts::{self, Act, ActDetails, Acting};
use crate::error::OfficeError;
use crate::security::permit::{Permit, RunEligibility};
use crate::worklist::{self, Candidate, NewItem, STATUS_STUDENT};
use db::{Conn, Sql, Store};
use law::{Date, FiscalYear};

const STANDING: Sql = Sql {
    name: "status.student.standing",
    text: "select subject, valid_from, valid_until, school, course_end_on, household_id, place from student_fact \
           where superseded_at is null and valid_from <= $1 and (valid_until is null or valid_until > $1) \
           order by subject",
};
const FINISHED: Sql = Sql {
    name: "status.student.finished",
    text: "select subject, valid_from, valid_until, school, course_end_on, household_id, place from student_fact f \
           where superseded_at is null and valid_until > $1 and valid_until <= $2 and not exists \
           (select 1 from student_fact l where l.subject = f.subject and l.superseded_at is null \
           and l.valid_from >= f.valid_until) order by subject, valid_from",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[STANDING, FINISHED];

/// One student.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Away {
    /// 宛名番号.
    pub person_id: i64,
    /// First day.
    pub from: Date,
    /// First day on which the standing no longer applies.
    pub until: Option<Date>,
    /// 学校名.
    pub school: String,
    /// 修学地の市区町村コード.
    pub place: String,
    /// 卒業予定年月日.
    pub course_end_on: Date,
    /// 国保世帯.
    pub household_id: i64,
}

fn read(row: &db::Row<'_>) -> Result<Away, db::StoreError> {
    Ok(Away {
        person_id: row.int(0)?,
        from: row.date(1)?,
        until: row.opt_date(2)?,
        school: row.text(3)?,
        course_end_on: row.date(4)?,
        household_id: row.int(5)?,
        place: row.text(6)?,
    })
}

/// The students of a day.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn standing(conn: &mut Conn, on: Date) -> Result<Vec<Away>, OfficeError> {
    Ok(conn.query(&STANDING, &[on.into()], read)?)
}

/// 卒業者一覧: whose standing ended after a day and by another, and did not go on.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn finished(conn: &mut Conn, after: Date, by: Date) -> Result<Vec<Away>, OfficeError> {
    Ok(conn.query(&FINISHED, &[after.into(), by.into()], read)?)
}

/// 年次確認 — puts every student of the day on the list once a fiscal year, so that 在学証明 is asked for; whoever has
/// finished since the beginning of the year before becomes a candidate of a change. Returns how many matters are new.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn check_year(
    store: &Store,
    permit: &Permit<RunEligibility>,
    acting: &Acting,
    own: &str,
) -> Result<i64, OfficeError> {
    store.write(|conn| {
        let act = acts::begin(
            conn,
            acting,
            permit,
            "status.student_check",
            &ActDetails::default(),
        )?;
        let on = acting.business_date;
        let (_, asked) = ask_within(conn, &act, on)?;
        let (_, ended) = finished_within(conn, &act, (own, on))?;
        Ok(asked + ended)
    })
}

/// Every student of a day asked for 在学証明, once a fiscal year, under an act: how many, and how many are new.
pub(crate) fn ask_within(conn: &mut Conn, act: &Act, on: Date) -> Result<(i64, i64), OfficeError> {
    let year = FiscalYear::of(on);
    let items: Vec<NewItem> = standing(conn, on)?
        .into_iter()
        .map(|away| NewItem {
            household_id: Some(away.household_id),
            ..NewItem::about_person(
                STATUS_STUDENT,
                away.person_id,
                &format!("student/{}", year.0),
                "在学を確かめる",
                on,
            )
        })
        .collect();
    let found = i64::try_from(items.len()).unwrap_or(i64::MAX);
    Ok((found, worklist::open_all(conn, act, &items)?))
}

/// Whoever has finished since the beginning of the year before made a candidate of a change, under an act: how many, and
/// how many are new. Whose school lies in the prefecture of `own`, this municipality, moves inside it: the 資格 goes on.
///
/// 根拠: 国民健康保険法 第5条・第8条第1項・第116条
pub(crate) fn finished_within(
    conn: &mut Conn,
    act: &Act,
    (own, on): (&str, Date),
) -> Result<(i64, i64), OfficeError> {
    let since = FiscalYear::of(on).previous().assessment_day();
    let items: Vec<NewItem> = finished(conn, since, on)?
        .into_iter()
        .map(|away| {
            let ended = away.until.unwrap_or(away.course_end_on);
            let candidate = Candidate {
                person_id: away.person_id,
                household_id: Some(away.household_id),
                cause: moves_to(own, &away.place).to_owned(),
                occurred_on: law::date::previous_day(ended),
                elsewhere_from: None,
                reported_on: None,
                told_by: "修学の終了".to_owned(),
            };
            candidate.item(
                &format!("student/end/{ended}"),
                "修学が終わった: 戻ったか、住所地の市区町村へ移ったかを確かめる",
                on,
            )
        })
        .collect();
    let found = i64::try_from(items.len()).unwrap_or(i64::MAX);
    Ok((found, worklist::open_all(conn, act, &items)?))
}

/// What 第116条 means for a student on the pages.
pub const EFFECT_JA: &str = "修学していなければ住むと認められる市町村に住所があるものとみなし、その世帯に属する者として扱います（国民健康保険法第116条）";

impl Student {
    /// 区分, as shown.
    #[must_use]
    pub fn kind_ja(&self) -> &'static str {
        match self.kind {
            1 => "マル学",
            2 => "マル遠",
            _ => "",
        }
    }
}
