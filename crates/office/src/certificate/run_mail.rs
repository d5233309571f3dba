//! 更新の集計・印刷・発送 — counted by kind and bag, marked for the whole run at once.

use super::rules::KeptRules;
use super::run::{Run, RunState, require};
use super::run_delta::Delta;
use super::run_mark::{self, Mark};
use super::run_tell;
use super::run_work::mail_of;
use crate::acts::{self, Act, ActDetails, Acting};
use crate::error::OfficeError;
use crate::security::permit::{Permit, PrintNotice, RunRenewal};
use db::{Conn, Sql, Store};
use law::certificate::{MailClass, guard};
use law::{Date, Refusal};

const SUMMARY: Sql = Sql {
    name: "certificate.mail.summary",
    text: "select kind, reason_code, count(*) from certificate_run_row where run_id = $1 group by kind, reason_code \
           order by kind, reason_code",
};
const CHANGES: Sql = Sql {
    name: "certificate.mail.changes",
    text: "select before_ratio, ratio, count(*) from certificate_run_row where run_id = $1 and reason_code = '' \
           and before_ratio <> ratio group by before_ratio, ratio order by before_ratio, ratio",
};
const REFUSED: Sql = Sql {
    name: "certificate.mail.refused",
    text: "select household_id, person_id, reason_code, reason from certificate_run_row where run_id = $1 \
           and reason_code <> '' and (reason_code = $4 or $4 = '') \
           and (household_id > $2 or household_id = $2 and person_id > $3) \
           order by household_id, person_id limit 50",
};
const BAGS: Sql = Sql {
    name: "certificate.mail.bags",
    text: "select mail, bag, count(*), cast(sum(papers) as bigint), min(postal_code), max(postal_code), \
           min(envelope_no), max(envelope_no) from certificate_envelope where run_id = $1 group by mail, bag \
           order by mail desc, bag",
};
const STOCKS: Sql = Sql {
    name: "certificate.mail.stocks",
    text: "select distinct kind from certificate_run_row where run_id = $1 and reason_code = '' order by kind",
};
const TO_PRINT: Sql = Sql {
    name: "certificate.mail.to_print",
    text: "select c.kind, count(*) from certificate_standing s join certificate c on c.certificate_id = s.certificate_id \
           where s.run_id = $1 and s.place = 'decided' and s.invalid_from is null group by c.kind order by c.kind",
};
/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[SUMMARY, CHANGES, REFUSED, BAGS, STOCKS, TO_PRINT];

/// 作成結果: how many of which kind, how many refused for which reason, and whose ratio changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Kind and number of papers.
    pub kinds: Vec<(String, i64)>,
    /// Code of the reason and number of persons.
    pub refused: Vec<(String, i64)>,
    /// Ratio before, ratio after (tenths; zero for none) and number of persons.
    pub ratio_changes: Vec<(i64, i64, i64)>,
}

/// What a run came to, to be looked at before it is approved.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn summary(conn: &mut Conn, run_id: i64) -> Result<Summary, OfficeError> {
    let rows = conn.query(&SUMMARY, &[run_id.into()], |row| {
        Ok((row.text(0)?, row.text(1)?, row.int(2)?))
    })?;
    let mut summary = Summary {
        ratio_changes: conn.query(&CHANGES, &[run_id.into()], |row| {
            Ok((row.int(0)?, row.int(1)?, row.int(2)?))
        })?,
        ..Summary::default()
    };
    for (kind, code, count) in rows {
        if code.is_empty() {
            summary.kinds.push((kind, count));
        } else {
            summary.refused.push((code, count));
        }
    }
    Ok(summary)
}

/// Someone for whom nothing could be worked out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// 国保世帯.
    pub household_id: i64,
    /// 宛名番号.
    pub person_id: i64,
    /// Code.
    pub code: String,
    /// Why, and what to do.
    pub reason: String,
}

/// Those for whom nothing could be worked out, fifty after a household and person.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn refused(
    conn: &mut Conn,
    run_id: i64,
    after: (i64, i64),
) -> Result<Vec<Refused>, OfficeError> {
    refused_for(conn, run_id, "", after)
}

/// Those of one reason (its code; empty for all), as [`refused`].
///
/// # Errors
/// [`OfficeError::Store`].
pub fn refused_for(
    conn: &mut Conn,
    run_id: i64,
    code: &str,
    after: (i64, i64),
) -> Result<Vec<Refused>, OfficeError> {
    let params = [run_id.into(), after.0.into(), after.1.into(), code.into()];
    Ok(conn.query(&REFUSED, &params, |row| {
        Ok(Refused {
            household_id: row.int(0)?,
            person_id: row.int(1)?,
            code: row.text(2)?,
            reason: row.text(3)?,
        })
    })?)
}

/// 郵袋 with its counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bag {
    /// 郵便の種類.
    pub mail: MailClass,
    /// Number within its kind of mail.
    pub bag: i64,
    /// 通数.
    pub envelopes: i64,
    /// 枚数.
    pub papers: i64,
    /// First and last 郵便番号.
    pub postal_codes: (String, String),
    /// First and last envelope.
    pub numbers: (i64, i64),
}

/// 差出票: the bags of a run.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn bags(conn: &mut Conn, run_id: i64) -> Result<Vec<Bag>, OfficeError> {
    Ok(conn.query(&BAGS, &[run_id.into()], |row| {
        Ok(Bag {
            mail: mail_of(row.int(0)?),
            bag: row.int(1)?,
            envelopes: row.int(2)?,
            papers: row.int(3)?,
            postal_codes: (row.text(4)?, row.text(5)?),
            numbers: (row.int(6)?, row.int(7)?),
        })
    })?)
}

/// 用紙: what has to be in the printer for a published run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stock {
    /// 様式番号・版.
    pub stock: String,
    /// Name of the kind printed on it.
    pub kind_ja: String,
    /// 印刷を待つ枚数.
    pub papers: i64,
}

/// 必要な用紙: the stocks [`printed`] asks for, each with the papers that wait to be printed on it.
///
/// # Errors
/// A refusal when the rules do not know a kind of the run; [`OfficeError::Store`].
pub fn stocks(conn: &mut Conn, run_id: i64) -> Result<Vec<Stock>, OfficeError> {
    let run = require(conn, run_id)?;
    let rules = KeptRules::recall(conn, &run.rule_hash)?;
    let kinds = conn.query(&STOCKS, &[run_id.into()], |row| row.text(0))?;
    let waiting = conn.query(&TO_PRINT, &[run_id.into()], |row| {
        Ok((row.text(0)?, row.int(1)?))
    })?;
    let mut all = Vec::with_capacity(kinds.len());
    for code in kinds {
        let kind = rules.kind(&code, run.issued_on)?;
        all.push(Stock {
            stock: kind.form.stock(),
            kind_ja: kind.name_ja.clone(),
            papers: waiting
                .iter()
                .find(|one| one.0 == code)
                .map_or(0, |one| one.1),
        });
    }
    Ok(all)
}

/// 一括印刷: marks every paper of a published run as printed. The stocks in the printer are named, and must be exactly
/// the forms of the run. What became wrong since the freeze is put on the work list, and its paper is left out. Returns how
/// many were marked; where it was stopped in the middle, doing it again marks the rest.
///
/// # Errors
/// A refusal for a stock of no kind in the run, or a kind whose stock is not there.
pub fn printed(
    store: &Store,
    permit: &Permit<PrintNotice>,
    acting: &Acting,
    run_id: i64,
    stocks: &[&str],
) -> Result<u64, OfficeError> {
    let (run, act) = store.write(|conn| {
        let run = published(conn, run_id)?;
        let rules = KeptRules::recall(conn, &run.rule_hash)?;
        let kinds = conn.query(&STOCKS, &[run_id.into()], |row| row.text(0))?;
        let mut left: Vec<&str> = stocks.to_vec();
        for code in kinds {
            let kind = rules.kind(&code, run.issued_on)?;
            let own = kind.form.stock();
            let place = left.iter().position(|stock| *stock == own);
            let stock = place.map(|at| left.remove(at));
            guard(kind, stock.unwrap_or("（なし）"), run.issued_on)?;
        }
        if let Some(foreign) = left.first() {
            return Err(Refusal::new(
                "certificate.form.foreign",
                format!("用紙{foreign}を使う証はこの更新にありません。用紙を外してください"),
            )
            .into());
        }
        let none = ActDetails::default();
        let act = acts::begin(conn, acting, permit, "certificate.run_print", &none)?;
        Ok::<_, OfficeError>((run, act))
    })?;
    mark(store, &run, Mark::Printed, (acting.business_date, &act))
}

/// 一括発送: marks every printed paper of a run as mailed, but for those that became wrong since the freeze: these are put on
/// the work list, and stay in the office until somebody has dealt with each. Returns how many; where it was stopped in the
/// middle, doing it again marks the rest.
///
/// # Errors
/// A refusal when the run is not published, or a paper of it concerns somebody who came under 支援措置 or was not
/// found since.
pub fn mailed(
    store: &Store,
    permit: &Permit<RunRenewal>,
    acting: &Acting,
    run_id: i64,
) -> Result<u64, OfficeError> {
    let (run, act) = store.write(|conn| {
        let run = published(conn, run_id)?;
        super::sending::check_run(conn, run_id, acting.earliest_day())?;
        super::hold::check_run(conn, run_id, acting.business_date)?;
        let none = ActDetails::default();
        let act = acts::begin(conn, acting, permit, "certificate.run_mail", &none)?;
        Ok::<_, OfficeError>((run, act))
    })?;
    mark(store, &run, Mark::Mailed, (acting.business_date, &act))
}

fn mark(store: &Store, run: &Run, mark: Mark, (on, act): (Date, &Act)) -> Result<u64, OfficeError> {
    let changed = run_tell::tell_all(store, act, run, on)?;
    let held = changed.iter().filter_map(Delta::held).collect();
    run_mark::all(store, run.run_id, mark, &held, (on, act))
}

fn published(conn: &mut Conn, run_id: i64) -> Result<Run, OfficeError> {
    let run = require(conn, run_id)?;
    if run.state == RunState::Published {
        return Ok(run);
    }
    Err(Refusal::new(
        "certificate.run.not_published",
        format!(
            "更新処理{run_id}は{}です。交付を決定してから印刷・発送してください",
            run.state.label_ja()
        ),
    )
    .into())
}
