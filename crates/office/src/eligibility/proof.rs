//! 資格の証明書 — 取得, 喪失 and 加入期間 of the insurance, certified as the register stands, numbered and kept as issued.
//!
//! 根拠: 国民健康保険法 第9条、住民からの申請による証明（市町村の事務取扱い）

use super::letters;
use crate::acts::{self, ActDetails, Acting};
use crate::error::OfficeError;
use crate::registry::{HouseholdHead, InsuredSpan, Resident, support, timeline};
use crate::security::permit::{IssueCertificate, Permit};
use db::{Conn, Row, Sql, Store, StoreError};
use law::era::wareki;
use law::{Date, FiscalYear, Refusal};
use serde::{Deserialize, Serialize};

const INSERT: Sql = Sql {
    name: "eligibility.proof.insert",
    text: "insert into eligibility_proof (fiscal_year, proof_no, kind, person_id, issued_on, copies, handed_to, content, \
           act_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
};
const OF_PERSON: Sql = Sql {
    name: "eligibility.proof.of_person",
    text: "select fiscal_year, proof_no, kind, person_id, issued_on, copies, handed_to, content, act_id \
           from eligibility_proof where person_id = $1 order by fiscal_year, proof_no",
};
const LOG: Sql = Sql {
    name: "eligibility.proof.log",
    text: "select fiscal_year, proof_no, kind, person_id, issued_on, copies, handed_to, content, act_id \
           from eligibility_proof where issued_on >= $1 and issued_on <= $2 order by fiscal_year, proof_no",
};
const ONE: Sql = Sql {
    name: "eligibility.proof.one",
    text: "select fiscal_year, proof_no, kind, person_id, issued_on, copies, handed_to, content, act_id \
           from eligibility_proof where fiscal_year = $1 and proof_no = $2",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[INSERT, OF_PERSON, LOG, ONE];

/// What is certified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProofKind {
    /// 資格取得証明書.
    Gain,
    /// 資格喪失証明書.
    Loss,
    /// 加入期間証明書.
    Period,
}

impl ProofKind {
    /// Every kind: code and title.
    pub const ALL: [(Self, &'static str, &'static str); 3] = [
        (Self::Gain, "gain", "国民健康保険資格取得証明書"),
        (Self::Loss, "loss", "国民健康保険資格喪失証明書"),
        (Self::Period, "period", "国民健康保険加入期間証明書"),
    ];

    fn code(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|row| row.0 == self)
            .map_or("", |row| row.1)
    }

    /// 件名.
    #[must_use]
    pub fn title_ja(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|row| row.0 == self)
            .map_or("", |row| row.2)
    }
}

/// One period of the insurance as it is certified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Period {
    /// 記号番号.
    pub number: String,
    /// 枝番.
    pub branch: i64,
    /// 適用開始年月日.
    pub from: Date,
    /// 資格喪失年月日; none while insured.
    pub until: Option<Date>,
    /// 事由 of the loss, by its code.
    pub loss_cause: String,
}

/// Everything a certificate says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    /// 件名.
    pub title: String,
    /// 氏名.
    pub name: String,
    /// 生年月日, 和暦.
    pub birth_on: String,
    /// 住所; empty under 支援措置.
    pub address: String,
    /// The periods certified.
    pub periods: Vec<Period>,
    /// 証明日, 和暦.
    pub issued_on: String,
}

/// A certificate as it was issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// 年度 of its number.
    pub fiscal_year: i64,
    /// 証明番号 within the year.
    pub proof_no: i64,
    /// Code of its kind.
    pub kind: String,
    /// 宛名番号.
    pub person_id: i64,
    /// 証明日.
    pub issued_on: Date,
    /// 通数.
    pub copies: i64,
    /// 交付先: who took it, by which way.
    pub handed_to: String,
    /// What it says.
    pub content: Content,
    /// The act.
    pub act_id: i64,
}

fn read(row: &Row<'_>) -> Result<Proof, StoreError> {
    Ok(Proof {
        fiscal_year: row.int(0)?,
        proof_no: row.int(1)?,
        kind: row.text(2)?,
        person_id: row.int(3)?,
        issued_on: row.date(4)?,
        copies: row.int(5)?,
        handed_to: row.text(6)?,
        content: serde_json::from_str(row.str(7)?)
            .map_err(|error| row.wrong(7, error.to_string()))?,
        act_id: row.int(8)?,
    })
}

/// 証明書の交付 — certifies what stands on the business date, and keeps the log of it.
///
/// # Errors
/// [`OfficeError::Input`] for no copies or nobody who takes them; [`OfficeError::Refusal`] when the register does not bear
/// the certificate out: no gain, no loss yet, or never insured.
pub fn issue(
    store: &Store,
    permit: &Permit<IssueCertificate>,
    acting: &Acting,
    kind: ProofKind,
    person_id: i64,
    (copies, handed_to): (i64, &str),
) -> Result<Proof, OfficeError> {
    issue_set(
        store,
        permit,
        acting,
        (kind, person_id),
        (copies, handed_to),
        &|_| Ok(None),
    )
}

/// What is wrong with a wish before the register is looked at.
///
/// # Errors
/// [`OfficeError::Input`] for no copies or nobody who takes them.
pub fn check(copies: i64, handed_to: &str) -> Result<(), OfficeError> {
    if !(1..=99).contains(&copies) {
        return Err(OfficeError::input(
            "通数",
            "通数は1から99までにしてください",
        ));
    }
    if handed_to.trim().is_empty() {
        return Err(OfficeError::input("交付先", "交付先を入れてください"));
    }
    Ok(())
}

/// 証明書の交付 with what is set on paper: `set` puts the certificate into it, and it is kept with the log.
///
/// # Errors
/// As [`issue`]; what `set` refuses.
pub fn issue_set(
    store: &Store,
    permit: &Permit<IssueCertificate>,
    acting: &Acting,
    (kind, person_id): (ProofKind, i64),
    (copies, handed_to): (i64, &str),
    set: &dyn Fn(&Proof) -> Result<Option<String>, OfficeError>,
) -> Result<Proof, OfficeError> {
    check(copies, handed_to)?;
    let on = acting.business_date;
    let year = FiscalYear::of(on);
    store.write(|conn| {
        let content = certify(conn, kind, person_id, on)?;
        let details = ActDetails {
            note: kind.title_ja().to_owned(),
            ..ActDetails::default()
        };
        let act = acts::begin(conn, acting, permit, "eligibility.proof", &details)?;
        let proof_no = conn.next_ids(&format!("eligibility_proof/{}", year.0), 1)?;
        let body = serde_json::to_string(&content)
            .map_err(|error| OfficeError::Bug(format!("証明書を書き出せません: {error}")))?;
        let params = [
            year.0.into(),
            proof_no.into(),
            kind.code().into(),
            person_id.into(),
            on.into(),
            copies.into(),
            handed_to.into(),
            body.into(),
            act.id.0.into(),
        ];
        conn.execute(&INSERT, &params)?;
        let proof = Proof {
            fiscal_year: i64::from(year.0),
            proof_no,
            copies,
            handed_to: handed_to.to_owned(),
            act_id: act.id.0,
            ..Proof::unnumbered(kind, person_id, on, content)
        };
        if let Some(paper) = set(&proof)? {
            let number = (proof.fiscal_year, proof_no);
            letters::desk::keep(conn, &act, (None, Some(number)), &paper)?;
        }
        Ok(proof)
    })
}

impl Proof {
    /// A certificate that has no number yet: to be looked at before it is issued.
    #[must_use]
    pub fn unnumbered(kind: ProofKind, person_id: i64, on: Date, content: Content) -> Self {
        Self {
            fiscal_year: i64::from(FiscalYear::of(on).0),
            proof_no: 0,
            kind: kind.code().to_owned(),
            person_id,
            issued_on: on,
            copies: 1,
            handed_to: String::new(),
            content,
            act_id: 0,
        }
    }
}

/// What a certificate of a kind would say on a day.
///
/// # Errors
/// As [`issue`].
pub fn certify(
    conn: &mut Conn,
    kind: ProofKind,
    person_id: i64,
    on: Date,
) -> Result<Content, OfficeError> {
    let refuse = |code: &'static str, message: &str| -> OfficeError {
        Refusal::new(code, message.to_owned()).into()
    };
    let residents = timeline::<Resident>(conn, person_id, None)?;
    let resident = residents
        .into_iter()
        .rfind(|dated| dated.valid.from <= on)
        .map(|dated| dated.fact)
        .ok_or_else(|| {
            refuse(
                "eligibility.proof.unknown",
                "この人の宛名が登録されていません",
            )
        })?;
    let mut periods = Vec::new();
    for span in timeline::<InsuredSpan>(conn, person_id, None)? {
        if span.valid.from > on {
            continue;
        }
        // A loss that has not come yet is not certified.
        let until = span.valid.until.filter(|until| *until <= on);
        periods.push(Period {
            number: number_on(conn, span.fact.household_id, until.unwrap_or(on))?,
            branch: span.fact.branch,
            from: span.valid.from,
            until,
            loss_cause: until.and(span.fact.loss_cause).unwrap_or_default(),
        });
    }
    let last = periods.last().cloned().ok_or_else(|| {
        refuse(
            "eligibility.proof.never",
            "この人が国民健康保険に加入した記録がありません",
        )
    })?;
    let periods = match kind {
        ProofKind::Period => periods,
        ProofKind::Gain if last.until.is_none() => vec![last],
        ProofKind::Gain => {
            return Err(refuse(
                "eligibility.proof.lost",
                "すでに資格を喪失しています。喪失または加入期間の証明書を選んでください",
            ));
        }
        ProofKind::Loss if last.until.is_some() => vec![last],
        ProofKind::Loss => {
            return Err(refuse(
                "eligibility.proof.not_lost",
                "資格を喪失していません。喪失を登録してから証明書を交付してください",
            ));
        }
    };
    Ok(Content {
        title: kind.title_ja().to_owned(),
        name: resident.name,
        birth_on: wareki(resident.birth_on),
        address: if resident.withheld || support::is_hidden_from(conn, person_id, on)? {
            String::new()
        } else {
            format!("{} {}", resident.address, resident.building)
                .trim_end()
                .to_owned()
        },
        periods,
        issued_on: wareki(on),
    })
}

/// 記号番号 of a household on the eve of a day, or on the day where it begins.
fn number_on(conn: &mut Conn, household_id: i64, on: Date) -> Result<String, OfficeError> {
    let heads = timeline::<HouseholdHead>(conn, household_id, None)?;
    let eve = law::date::previous_day(on);
    let found = heads
        .iter()
        .find(|dated| dated.valid.holds(eve))
        .or_else(|| heads.iter().find(|dated| dated.valid.holds(on)))
        .or(heads.last());
    Ok(found.map_or_else(String::new, |dated| {
        format!("{} {}", dated.fact.symbol, dated.fact.number)
            .trim()
            .to_owned()
    }))
}

/// The certificates of a person, oldest first.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn of_person(conn: &mut Conn, person_id: i64) -> Result<Vec<Proof>, OfficeError> {
    Ok(conn.query(&OF_PERSON, &[person_id.into()], read)?)
}

/// A certificate, by 年度 and 証明番号.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn get(
    conn: &mut Conn,
    (fiscal_year, proof_no): (i64, i64),
) -> Result<Option<Proof>, OfficeError> {
    let params = [fiscal_year.into(), proof_no.into()];
    Ok(conn.query_opt(&ONE, &params, read)?)
}

/// Whom a certificate certifies, by 年度 and 証明番号.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn holder(conn: &mut Conn, number: (i64, i64)) -> Result<Option<i64>, OfficeError> {
    Ok(get(conn, number)?.map(|proof| proof.person_id))
}

/// 交付簿 — the certificates issued on the days from one to another, both included.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn log(conn: &mut Conn, from: Date, to: Date) -> Result<Vec<Proof>, OfficeError> {
    Ok(conn.query(&LOG, &[from.into(), to.into()], read)?)
}
