//! 一斉更新 — a whole city's certificates of eligibility: frozen at a moment, worked out, looked through, approved,
//! published. What changes after the freeze is told by [`super::run_delta`].

use super::card_list;
use super::rules::KeptRules;
use super::run_refused::all_judged;
use crate::acts::{self, ActDetails, Acting};
use crate::error::OfficeError;
use crate::jobs::{self, Everyone};
use crate::security::permit::{ApproveCertificate, Permit, RunRenewal};
use db::{Conn, Row, Sql, Store, StoreError};
use law::era::wareki;
use law::{Date, Refusal};

const INSERT: Sql = Sql {
    name: "certificate.run.insert",
    text: "insert into certificate_run (run_id, state, effective_from, issued_on, known_at, card_as_of, rule_hash, persons, \
           refused, act_id, note) values ($1, 'calculating', $2, $3, $4, $5, $6, 0, 0, $7, $8)",
};
const FIND: Sql = Sql {
    name: "certificate.run.find",
    text: "select r.run_id, r.state, r.effective_from, r.issued_on, r.known_at, r.card_as_of, r.rule_hash, r.persons, \
           r.refused, a.staff_id, r.note, r.act_id, coalesce(r.published_act_id, 0) from certificate_run r \
           join act a on a.act_id = r.act_id where r.run_id = $1",
};
const LIST: Sql = Sql {
    name: "certificate.run.list",
    text: "select r.run_id, r.state, r.effective_from, r.issued_on, r.known_at, r.card_as_of, r.rule_hash, r.persons, \
           r.refused, a.staff_id, r.note, r.act_id, coalesce(r.published_act_id, 0) from certificate_run r \
           join act a on a.act_id = r.act_id order by r.run_id desc limit 100",
};
const APPROVE: Sql = Sql {
    name: "certificate.run.approve",
    text: "update certificate_run set state = 'approved', approved_act_id = $2 where run_id = $1 and state = 'calculated'",
};
const CANCEL: Sql = Sql {
    name: "certificate.run.cancel",
    text: "update certificate_run set state = 'cancelled' where run_id = $1 \
           and state in ('calculating', 'calculated', 'approved')",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[INSERT, FIND, LIST, APPROVE, CANCEL];

/// What is done about those without a judgement before an approval.
const TO_BE_PULLED: &str = "一斉更新の画面の「証を作れない人」で一覧を開き、理由を付けて抜き取るか、年次判定を終えて更新を作り直してください";

/// 更新処理の状態.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunState {
    /// 作成中.
    Calculating,
    /// 作成済.
    Calculated,
    /// 承認済.
    Approved,
    /// 交付決定中.
    Publishing,
    /// 交付決定済.
    Published,
    /// 取消.
    Cancelled,
}

impl RunState {
    const NAMES: [(Self, &'static str, &'static str); 6] = [
        (Self::Calculating, "calculating", "作成中"),
        (Self::Calculated, "calculated", "作成済"),
        (Self::Approved, "approved", "承認済"),
        (Self::Publishing, "publishing", "交付決定中"),
        (Self::Published, "published", "交付決定済"),
        (Self::Cancelled, "cancelled", "取消"),
    ];

    /// As shown.
    #[must_use]
    pub fn label_ja(self) -> &'static str {
        Self::NAMES
            .iter()
            .find(|row| row.0 == self)
            .map_or("", |row| row.2)
    }
}

/// 更新処理.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Number; also that of its calculating job.
    pub run_id: i64,
    /// State.
    pub state: RunState,
    /// 発効期日: the day of the renewal.
    pub effective_from: Date,
    /// 交付日.
    pub issued_on: Date,
    /// 凍結の時点.
    pub known_at: i64,
    /// 基準日 of the list of マイナ保険証 it goes by.
    pub card_as_of: Option<Date>,
    /// Rules.
    pub rule_hash: String,
    /// Persons to whom a certificate is issued.
    pub persons: i64,
    /// Persons for whom none could be worked out.
    pub refused: i64,
    /// Who started it.
    pub started_by: i64,
    /// Note.
    pub note: String,
    /// Act that started it.
    pub act_id: i64,
    /// Act that published it, or zero.
    pub published_act: i64,
}

impl Run {
    /// Whether its papers are written.
    #[must_use]
    pub fn is_published(&self) -> bool {
        self.state == RunState::Published
    }
}

/// What a run is to do.
#[derive(Clone, Debug)]
pub struct Request<'r> {
    /// Rules.
    pub rules: &'r KeptRules,
    /// 発効期日.
    pub effective_from: Date,
    /// 交付日.
    pub issued_on: Date,
    /// 基準日 of the list of マイナ保険証 the clerk means: another one is refused.
    pub card_as_of: Date,
    /// Households in one chunk.
    pub chunk_households: i64,
    /// Note.
    pub note: String,
}

/// Starts a run: fixes the moment as of which facts count, and lays out the chunks. Returns its number.
///
/// # Errors
/// A refusal when the day is no day of renewal, or the list of マイナ保険証 is not the one meant, or too old.
pub fn start(
    store: &Store,
    permit: &Permit<RunRenewal>,
    acting: &Acting,
    request: &Request<'_>,
) -> Result<i64, OfficeError> {
    check_day(request)?;
    let everyone = store.read(|conn| Everyone::read(conn, request.chunk_households))?;
    store.write(|conn| {
        check_list(conn, request)?;
        let details = ActDetails {
            note: request.note.clone(),
            ..ActDetails::default()
        };
        let act = acts::begin(conn, acting, permit, "certificate.run", &details)?;
        request.rules.keep(conn, &act, request.issued_on)?;
        let Everyone { chunks, total, .. } = everyone.standing(conn)?;
        let run_id = jobs::create(conn, &act, "certificate.renew", "{}", total, &chunks)?;
        conn.execute(
            &INSERT,
            &[
                run_id.into(),
                request.effective_from.into(),
                request.issued_on.into(),
                act.recorded_at.into(),
                request.card_as_of.into(),
                request.rules.hash.as_str().into(),
                act.id.0.into(),
                request.note.as_str().into(),
            ],
        )?;
        Ok(run_id)
    })
}

fn check_day(request: &Request<'_>) -> Result<(), Refusal> {
    let on = request.effective_from;
    let month = u8::try_from(on.month()).unwrap_or(0);
    let renewed = request.rules.issued_on(on).into_iter();
    let fits = on.day() == 1 && renewed.into_iter().any(|kind| kind.renewal_month == month);
    if fits && request.issued_on <= on {
        return Ok(());
    }
    Err(Refusal::new(
        "certificate.run.day",
        format!(
            "発効期日{}は証の更新の日ではないか、交付日{}より前です。更新月の1日を発効期日にしてください",
            wareki(on),
            wareki(request.issued_on)
        ),
    ))
}

/// 基準日の照合: the list in the store must be the one the clerk means, and recent.
fn check_list(conn: &mut Conn, request: &Request<'_>) -> Result<(), OfficeError> {
    let latest = card_list::latest(conn, i64::MAX)?;
    let found = latest.map_or_else(
        || "まだありません".to_owned(),
        |day| format!("{}現在です", wareki(day)),
    );
    if latest != Some(request.card_as_of) {
        return Err(Refusal::new(
            "certificate.run.list",
            format!(
                "更新に使うマイナ保険証の一覧は{}現在のはずですが、取り込み済みの最新の一覧は{found}。一覧を取り込むか、基準日を確かめてください",
                wareki(request.card_as_of)
            ),
        )
        .into());
    }
    let practice = request.rules.practice(request.issued_on)?;
    card_list::fresh(practice, request.card_as_of, request.issued_on)?;
    Ok(())
}

/// A run.
///
/// # Errors
/// A refusal when there is none.
pub fn require(conn: &mut Conn, run_id: i64) -> Result<Run, OfficeError> {
    let found = conn.query_opt(&FIND, &[run_id.into()], read)?;
    found.ok_or_else(|| {
        Refusal::new(
            "certificate.run.unknown",
            format!("更新処理{run_id}はありません。一覧から選んでください"),
        )
        .into()
    })
}

/// The latest runs, newest first.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn list(conn: &mut Conn) -> Result<Vec<Run>, OfficeError> {
    Ok(conn.query(&LIST, &[], read)?)
}

fn read(row: &Row) -> Result<Run, StoreError> {
    let code = row.text(1)?;
    let state = RunState::NAMES.iter().find(|one| one.1 == code);
    Ok(Run {
        run_id: row.int(0)?,
        state: state
            .map(|one| one.0)
            .ok_or_else(|| row.wrong(1, format!("更新処理の状態「{code}」を知りません")))?,
        effective_from: row.date(2)?,
        issued_on: row.date(3)?,
        known_at: row.int(4)?,
        card_as_of: row.opt_date(5)?,
        rule_hash: row.text(6)?,
        persons: row.int(7)?,
        refused: row.int(8)?,
        started_by: row.int(9)?,
        note: row.text(10)?,
        act_id: row.int(11)?,
        published_act: row.int(12)?,
    })
}

/// 承認 by a second person.
///
/// # Errors
/// A refusal for the person who started it, and while somebody in the run has no judgement and was not pulled out: after
/// the approval nobody can be. A conflict when its state moved on.
pub fn approve(
    store: &Store,
    permit: &Permit<ApproveCertificate>,
    acting: &Acting,
    run_id: i64,
) -> Result<(), OfficeError> {
    let run = store.read(|conn| require(conn, run_id))?;
    if run.started_by == acting.staff_id {
        return Err(Refusal::new(
            "certificate.run.same_person",
            "更新処理を始めた本人は承認できません。別の職員が承認してください".to_owned(),
        )
        .into());
    }
    store.write(|conn| {
        all_judged(conn, run_id, TO_BE_PULLED)?;
        let act = acts::begin(
            conn,
            acting,
            permit,
            "certificate.run_approve",
            &ActDetails::default(),
        )?;
        moved(
            conn.execute(&APPROVE, &[run_id.into(), act.id.0.into()])?,
            run_id,
        )
    })
}

/// 取消: a run that is not published is set aside; its rows stay for comparison.
///
/// # Errors
/// A conflict when it is published or cancelled.
pub fn cancel(
    store: &Store,
    permit: &Permit<RunRenewal>,
    acting: &Acting,
    run_id: i64,
) -> Result<(), OfficeError> {
    store.write(|conn| {
        acts::begin(
            conn,
            acting,
            permit,
            "certificate.run_cancel",
            &ActDetails::default(),
        )?;
        moved(conn.execute(&CANCEL, &[run_id.into()])?, run_id)
    })
}

pub(super) fn moved(changed: u64, run_id: i64) -> Result<(), OfficeError> {
    if changed == 1 {
        return Ok(());
    }
    Err(OfficeError::Conflict(format!(
        "更新処理{run_id}の状態が変わっています。画面を読み直して確かめてください"
    )))
}
