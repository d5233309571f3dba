//! 基準収入額適用申請 — received, granted or refused, and what the ratio becomes by it.
//!
//! 根拠: 国民健康保険法施行規則 第24条の3

use super::invite;
use super::rejudge::{Judged, rejudge_for};
use super::stated;
use crate::acts::{self, ActDetails, Acting};
use crate::certificate::{self, KeptRules, Task};
use crate::error::OfficeError;
use crate::rehearsal::rolled_back;
use crate::security::permit::{Judge, Permit, ReceiveApplication};
use db::{Conn, Row, Sql, Store, StoreError};
use law::judgement::{AskedAs, benefit_year, benefit_year_start};
use law::rules::JudgementBook;
use law::{Clause, Date, Refusal, Statute, Yen};

/// An application with its latest ruling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application {
    /// Number.
    pub application_id: i64,
    /// 国保世帯番号.
    pub household_id: i64,
    /// The calendar year in whose August the benefit year it is for begins.
    pub benefit_year: i16,
    /// 申請日.
    pub received_on: Date,
    /// Granted; `None` while nobody has decided.
    pub granted: Option<bool>,
    /// 決定日.
    pub decided_on: Option<Date>,
    /// Why.
    pub reason: String,
}

const INSERT: Sql = Sql {
    name: "judgement.application.insert",
    text: "insert into revenue_application (application_id, household_id, benefit_year, received_on, recorded_at, \
           act_id, note) values ($1, $2, $3, $4, $5, $6, $7)",
};
const RULE: Sql = Sql {
    name: "judgement.application.rule",
    text: "insert into revenue_ruling (application_id, sequence, granted, decided_on, reason, recorded_at, act_id) \
           select $1, coalesce(max(sequence), 0) + 1, $2, $3, $4, $5, $6 from revenue_ruling where application_id = $1",
};
const LIST: Sql = Sql {
    name: "judgement.application.list",
    text: "select a.application_id, a.household_id, a.benefit_year, a.received_on, r.granted, r.decided_on, r.reason \
           from revenue_application a left join revenue_ruling r on r.application_id = a.application_id \
           and r.sequence = (select max(s.sequence) from revenue_ruling s where s.application_id = a.application_id) \
           where a.household_id = $1 order by a.application_id",
};
const FIND: Sql = Sql {
    name: "judgement.application.find",
    text: "select a.application_id, a.household_id, a.benefit_year, a.received_on, r.granted, r.decided_on, r.reason \
           from revenue_application a left join revenue_ruling r on r.application_id = a.application_id \
           and r.sequence = (select max(s.sequence) from revenue_ruling s where s.application_id = a.application_id) \
           where a.application_id = $1",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[INSERT, RULE, LIST, FIND];

fn read(row: &Row) -> Result<Application, StoreError> {
    Ok(Application {
        application_id: row.int(0)?,
        household_id: row.int(1)?,
        benefit_year: i16::try_from(row.int(2)?)
            .map_err(|_| row.wrong(2, "年ではありません".to_owned()))?,
        received_on: row.date(3)?,
        granted: row.opt_int(4)?.map(|granted| granted == 1),
        decided_on: row.opt_date(5)?,
        reason: row.opt_text(6)?.unwrap_or_default(),
    })
}

/// What an application says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewApplication {
    /// 国保世帯番号.
    pub household_id: i64,
    /// The calendar year in whose August the benefit year it is for begins.
    pub benefit_year: i16,
    /// 申請日.
    pub received_on: Date,
    /// 収入金額 of each person who counts, in yen, by 宛名番号 (規則第24条の3第2号).
    pub revenues: Vec<(i64, Yen)>,
}

/// 受理: an application for the benefit year that holds a day, or for the next one, with the 収入 it states as facts of the
/// same act. Returns its number. The facts count once the application is granted.
///
/// # Errors
/// [`OfficeError::Refusal`] for a benefit year that is over, of the same year twice while one waits, or where nobody is 70 or
/// over; [`OfficeError::Input`] for a day to come and for 収入 that is missing or of somebody who does not count.
pub fn receive(
    store: &Store,
    book: &JudgementBook,
    permit: &Permit<ReceiveApplication>,
    acting: &Acting,
    new: &NewApplication,
) -> Result<i64, OfficeError> {
    let clause = Clause::new(Statute::NhiRules, "第24条の3");
    let NewApplication {
        household_id,
        benefit_year: year,
        received_on,
        ref revenues,
    } = *new;
    let this = benefit_year(acting.business_date);
    if !(this - 5..=this + 1).contains(&year) {
        return Err(Refusal::new(
            "judgement.application.year",
            format!("{year}年8月からの年度の申請は扱えません。適用を受ける年度を確かめてください"),
        )
        .under(clause)
        .into());
    }
    if received_on > acting.business_date {
        return Err(OfficeError::input(
            "申請日",
            "業務日付より後の日です。申請書の受付日を入れてください",
        ));
    }
    store.write(|conn| {
        let waiting = list(conn, household_id)?
            .into_iter()
            .any(|one| one.benefit_year == year && one.granted.is_none());
        if waiting {
            return Err(Refusal::new(
                "judgement.application.twice",
                "同じ年度の申請が決定を待っています。先の申請を決定してください".to_owned(),
            )
            .under(clause)
            .into());
        }
        let act = acts::begin(
            conn,
            acting,
            permit,
            "judgement.application",
            &ActDetails::default(),
        )?;
        let asking = stated::asked(conn, book, household_id, year, received_on)?;
        stated::write(conn, &act, &asking, (year, received_on), revenues)?;
        let id = conn.next_ids("revenue_application", 1)?;
        conn.execute(
            &INSERT,
            &[
                id.into(),
                household_id.into(),
                i64::from(year).into(),
                received_on.into(),
                act.recorded_at.into(),
                act.id.0.into(),
                "".into(),
            ],
        )?;
        invite::applied(conn, &act, (household_id, year), acting.business_date)?;
        Ok(id)
    })
}

/// What a ruling changes.
#[derive(Clone, Debug, Default)]
pub struct Ruled {
    /// 判定 that change.
    pub judged: Vec<Judged>,
    /// 証 to issue, replace or collect because of them.
    pub tasks: Vec<Task>,
}

/// 決定: grants or refuses an application, judges the household again, and names the papers that no longer fit. A decision
/// may be changed by another one.
///
/// # Errors
/// [`OfficeError::Refusal`] when there is no such application; [`OfficeError::Conflict`] when it says so already.
pub fn decide(
    store: &Store,
    rules: (&JudgementBook, &KeptRules),
    permit: &Permit<Judge>,
    acting: &Acting,
    application_id: i64,
    ruling: (bool, &str),
) -> Result<Ruled, OfficeError> {
    store.write(|conn| rule(conn, rules, permit, acting, application_id, ruling))
}

/// What a ruling would change: the deed itself, rolled back.
///
/// # Errors
/// As [`decide`].
pub fn preview(
    store: &Store,
    rules: (&JudgementBook, &KeptRules),
    permit: &Permit<Judge>,
    acting: &Acting,
    application_id: i64,
    ruling: (bool, &str),
) -> Result<Ruled, OfficeError> {
    let acting = acting.without_request();
    rolled_back(store, |conn| {
        rule(conn, rules, permit, &acting, application_id, ruling)
    })
}

fn rule(
    conn: &mut Conn,
    (book, papers): (&JudgementBook, &KeptRules),
    permit: &Permit<Judge>,
    acting: &Acting,
    application_id: i64,
    (granted, reason): (bool, &str),
) -> Result<Ruled, OfficeError> {
    let application = find(conn, application_id)?.ok_or_else(|| {
        Refusal::new(
            "judgement.application.unknown",
            format!("申請{application_id}はありません。一覧から選んでください"),
        )
    })?;
    if application.granted == Some(granted) {
        return Err(OfficeError::Conflict(
            "この申請はすでに同じ内容で決定されています。画面を読み直してください".to_owned(),
        ));
    }
    if granted {
        told(conn, book, &application)?;
    }
    let details = ActDetails {
        note: reason.to_owned(),
        ..ActDetails::default()
    };
    let act = acts::begin(
        conn,
        acting,
        permit,
        "judgement.application_ruling",
        &details,
    )?;
    conn.execute(
        &RULE,
        &[
            application_id.into(),
            granted.into(),
            acting.business_date.into(),
            reason.into(),
            act.recorded_at.into(),
            act.id.0.into(),
        ],
    )?;
    let from = benefit_year_start(application.benefit_year);
    let household = application.household_id;
    let judged = rejudge_for(conn, &act, book, household, from, "基準収入額適用申請")?;
    // Papers follow from the first day on which something is other than before.
    let changed = judged.iter().map(|one| one.from).min();
    let tasks = match changed {
        Some(changed) => {
            let on = changed.max(acting.business_date);
            certificate::follow(conn, &act, papers, household, on)?
        }
        None => Vec::new(),
    };
    Ok(Ruled { judged, tasks })
}

/// Refuses to grant what nobody could judge by: the 収入 of somebody of 70 or over is not told.
fn told(conn: &mut Conn, book: &JudgementBook, one: &Application) -> Result<(), OfficeError> {
    let (year, received_on) = (one.benefit_year, one.received_on);
    let asking = stated::asked(conn, book, one.household_id, year, received_on)?;
    let untold = |one: &&stated::Asked| one.asked_as == AskedAs::Elder && one.told.is_none();
    match asking.people.iter().find(untold) {
        None => Ok(()),
        Some(who) => Err(Refusal::new(
            "judgement.application.no_revenue",
            format!(
                "宛名番号{}の収入金額の記録がないため、認定できません。この申請を認定しないと決定し、収入金額を入れて受け付け直してください",
                who.person_id
            ),
        )
        .under(Clause::new(Statute::NhiRules, "第24条の3第2号"))
        .into()),
    }
}

/// An application by its number.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn find(conn: &mut Conn, application_id: i64) -> Result<Option<Application>, OfficeError> {
    Ok(conn.query_opt(&FIND, &[application_id.into()], read)?)
}

/// The applications of a household, oldest first.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn list(conn: &mut Conn, household_id: i64) -> Result<Vec<Application>, OfficeError> {
    Ok(conn.query(&LIST, &[household_id.into()], read)?)
}
