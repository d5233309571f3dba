//! 封入の照合 — which papers belong into an envelope, checked paper by paper by scanning.

use super::find::{self, Certificate};
use super::rules::KeptRules;
use super::run::require;
use super::run_delta;
use super::run_work::mail_of;
use crate::acts::{self, ActDetails, Acting};
use crate::error::OfficeError;
use crate::security::permit::{Permit, RunRenewal};
use db::{Conn, Sql, Store};
use law::Refusal;
use law::certificate::MailClass;
use std::collections::BTreeSet;

const ENVELOPE: Sql = Sql {
    name: "certificate.mail.envelope",
    text: "select envelope_no, household_id, person_id, mail, postal_code, bag, papers from certificate_envelope \
           where run_id = $1 and envelope_no = $2",
};
const THICK: Sql = Sql {
    name: "certificate.mail.thick",
    text: "select envelope_no, household_id, person_id, mail, postal_code, bag, papers from certificate_envelope \
           where run_id = $1 and papers > $2 order by envelope_no",
};
const PAPERS: Sql = Sql {
    name: "certificate.mail.papers",
    text: "select s.certificate_id from certificate_standing s join certificate_run_row r on r.run_id = s.run_id \
           and r.household_id = s.household_id and r.person_id = s.person_id where s.household_id = $2 \
           and s.run_id = $1 and s.valid = 1 and s.invalid_from is null and (r.person_id = $3 or ($3 = 0 and r.apart = 0)) order by s.certificate_id",
};
const ENCLOSE: Sql = Sql {
    name: "certificate.mail.enclose",
    text: "insert into certificate_enclosure (run_id, certificate_id, envelope_no, act_id) values ($1, $2, $3, $4) \
           on conflict (run_id, certificate_id) do nothing",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[ENVELOPE, THICK, PAPERS, ENCLOSE];

/// 封筒.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// Number: its place in the order of the run.
    pub envelope_no: i64,
    /// 国保世帯.
    pub household_id: i64,
    /// 宛名番号 of one sent to apart; zero for the household.
    pub person_id: i64,
    /// 郵便の種類.
    pub mail: MailClass,
    /// 郵便番号.
    pub postal_code: String,
    /// Bag.
    pub bag: i64,
    /// Papers in it.
    pub papers: i64,
}

fn read_envelope(row: &db::Row) -> Result<Envelope, db::StoreError> {
    Ok(Envelope {
        envelope_no: row.int(0)?,
        household_id: row.int(1)?,
        person_id: row.int(2)?,
        mail: mail_of(row.int(3)?),
        postal_code: row.text(4)?,
        bag: row.int(5)?,
        papers: row.int(6)?,
    })
}

/// Envelopes with more papers than the practice allows, to be put apart by hand.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn thick(conn: &mut Conn, run_id: i64) -> Result<Vec<Envelope>, OfficeError> {
    let run = require(conn, run_id)?;
    let rules = KeptRules::recall(conn, &run.rule_hash)?;
    let most = rules.practice(run.issued_on)?.papers_per_envelope;
    Ok(conn.query(&THICK, &[run_id.into(), most.into()], read_envelope)?)
}

/// 封入一覧: an envelope with the papers that belong into it. One that became wrong since the freeze and is still in the office
/// does not.
///
/// # Errors
/// A refusal when there is no such envelope.
pub fn envelope(
    conn: &mut Conn,
    run_id: i64,
    envelope_no: i64,
) -> Result<(Envelope, Vec<Certificate>), OfficeError> {
    let (envelope, mut papers) = laid(conn, run_id, envelope_no)?;
    let run = require(conn, run_id)?;
    let changed = run_delta::of_households(conn, &run, &[envelope.household_id])?;
    let held: BTreeSet<i64> = changed.iter().filter_map(run_delta::Delta::held).collect();
    papers.retain(|one| !held.contains(&one.certificate_id));
    Ok((envelope, papers))
}

/// An envelope with every paper of the run that was laid into it and holds; [`run_delta::held`] says which of them became
/// wrong.
///
/// # Errors
/// A refusal when there is no such envelope.
pub fn laid(
    conn: &mut Conn,
    run_id: i64,
    envelope_no: i64,
) -> Result<(Envelope, Vec<Certificate>), OfficeError> {
    let found = conn.query_opt(
        &ENVELOPE,
        &[run_id.into(), envelope_no.into()],
        read_envelope,
    )?;
    let envelope = found.ok_or_else(|| {
        Refusal::new(
            "certificate.envelope.unknown",
            format!("更新処理{run_id}に封筒{envelope_no}はありません。番号を確かめてください"),
        )
    })?;
    let params = [
        run_id.into(),
        envelope.household_id.into(),
        envelope.person_id.into(),
    ];
    let ids = conn.query(&PAPERS, &params, |row| row.int(0))?;
    let papers: Result<Vec<Certificate>, OfficeError> =
        ids.into_iter().map(|id| find::require(conn, id)).collect();
    Ok((envelope, papers?))
}

/// 封入の照合: every paper scanned belongs into the envelope, none is missing, and all bear the addressee of the
/// envelope.
///
/// # Errors
/// A refusal that names the paper that does not belong, is missing or is addressed to someone else.
pub fn enclose(
    store: &Store,
    permit: &Permit<RunRenewal>,
    acting: &Acting,
    (run_id, envelope_no): (i64, i64),
    scanned: &[&str],
) -> Result<(), OfficeError> {
    store.write(|conn| {
        let (_, papers) = envelope(conn, run_id, envelope_no)?;
        let mut wanted: BTreeSet<i64> = papers.iter().map(|one| one.certificate_id).collect();
        for text in scanned {
            let paper = find::by_scan(conn, text)?;
            if !wanted.remove(&paper.certificate_id) {
                return Err(Refusal::new(
                    "certificate.enclose.foreign",
                    format!(
                        "{}（{}、{}様）は封筒{envelope_no}に入る証ではないか、2度読みました。取り除いてください",
                        paper.title, paper.number, paper.face_name
                    ),
                )
                .into());
            }
        }
        if let Some(missing) = papers.iter().find(|one| wanted.contains(&one.certificate_id)) {
            return Err(Refusal::new(
                "certificate.enclose.missing",
                format!(
                    "封筒{envelope_no}に{}（{}、{}様）が足りません",
                    missing.title, missing.number, missing.face_name
                ),
            )
            .into());
        }
        same_addressee(envelope_no, &papers)?;
        let act = acts::begin(conn, acting, permit, "certificate.enclose", &ActDetails::default())?;
        for paper in &papers {
            conn.execute(
                &ENCLOSE,
                &[
                    run_id.into(),
                    paper.certificate_id.into(),
                    envelope_no.into(),
                    act.id.0.into(),
                ],
            )?;
        }
        Ok(())
    })
}

fn same_addressee(envelope_no: i64, papers: &[Certificate]) -> Result<(), Refusal> {
    let mut addressed = papers.iter().map(|one| &one.destination);
    let Some(first) = addressed.next() else {
        return Ok(());
    };
    if addressed.all(|one| one == first) {
        return Ok(());
    }
    Err(Refusal::new(
        "certificate.enclose.addressee",
        format!("封筒{envelope_no}の証の宛名がそろっていません。別の封筒に分けてください"),
    ))
}
