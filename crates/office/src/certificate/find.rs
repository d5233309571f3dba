//! 証の照会 — one certificate, those of a person or household, and lists by what is sought, page by page.

pub use super::seek::{Days, Filter, reasons, search};

use super::face::Face;
use super::record::{self, Division};
use super::wish::Destination;
use crate::error::OfficeError;
use db::{Conn, Row, Sql, StoreError, Value};
use law::certificate::{Place, ScanCode};
use law::{Date, Refusal};

/// Rows of one page.
pub const PAGE: i64 = 50;

/// 証 as recorded, with its standing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// Number in the store.
    pub certificate_id: i64,
    /// 交付番号.
    pub number: String,
    /// 交付の回.
    pub copy_no: i64,
    /// 種類 code.
    pub kind: String,
    /// 名称 as printed.
    pub title: String,
    /// 系統.
    pub family: String,
    /// 宛名番号.
    pub person_id: i64,
    /// 国保世帯番号.
    pub household_id: i64,
    /// 申請.
    pub application_id: Option<i64>,
    /// 交付区分.
    pub division: Division,
    /// 交付事由.
    pub reason: String,
    /// 異動日.
    pub occurred_on: Date,
    /// 申請日.
    pub applied_on: Option<Date>,
    /// 交付日.
    pub issued_on: Date,
    /// 発効期日.
    pub effective_from: Date,
    /// 有効期限: the last day.
    pub expires_on: Option<Date>,
    /// 適用区分.
    pub class: String,
    /// 割合 in tenths, zero where none is printed.
    pub ratio: i64,
    /// 割合の発効期日.
    pub ratio_from: Option<Date>,
    /// 長期入院該当年月日.
    pub long_term_on: Option<Date>,
    /// 特定疾病の区分, zero for others.
    pub disease: i64,
    /// 自己負担限度額 in yen, zero for others.
    pub ceiling_yen: i64,
    /// 券面の記号.
    pub symbol: String,
    /// 券面の番号.
    pub number_on_face: String,
    /// 枝番.
    pub branch: String,
    /// 券面の氏名.
    pub face_name: String,
    /// 券面の氏名の読み仮名.
    pub face_kana: String,
    /// 本名, where the face shows the alias.
    pub real_name: Option<String>,
    /// 本名の読み仮名.
    pub real_kana: Option<String>,
    /// 性別を裏面に記載.
    pub sex_on_back: bool,
    /// 自己情報不開示の申し出.
    pub nondisclosure: bool,
    /// 発行先.
    pub destination: Destination,
    /// The certificate it takes the place of.
    pub replaces: Option<i64>,
    /// 様式番号と版.
    pub form_stock: String,
    /// 券面.
    pub face: Face,
    /// Digest of what it was made from.
    pub input_digest: String,
    /// Rules it was made under.
    pub rule_hash: String,
    /// 一斉更新, or zero.
    pub run_id: i64,
    /// Act.
    pub act_id: i64,
    /// Where it is.
    pub place: Place,
    /// 無効になった日.
    pub invalid_from: Option<Date>,
    /// 返還を求めた日.
    pub return_requested_on: Option<Date>,
    /// 回収日.
    pub collected_on: Option<Date>,
    /// 検認日.
    pub inspected_on: Option<Date>,
    /// How often it was printed.
    pub printed: i64,
}

impl Certificate {
    /// 読取符号.
    #[must_use]
    pub fn scan(&self) -> ScanCode {
        ScanCode {
            stock: self.form_stock.clone(),
            certificate_id: self.certificate_id,
            copy: self.copy_no,
        }
    }

    /// Whether it can be used on a day.
    #[must_use]
    pub fn usable_on(&self, day: Date) -> bool {
        self.effective_from <= day
            && self.expires_on.is_none_or(|last| day <= last)
            && law::certificate::due::taken_on(&self.family, self.issued_on, day)
            && self.invalid_from.is_none_or(|from| day < from)
            && !matches!(self.place, Place::Collected | Place::Voided)
    }
}

const BY_ID: Sql = Sql {
    name: "certificate.find.by_id",
    text: "select c.certificate_id, c.number, c.copy_no, c.kind, c.family, c.person_id, c.household_id, \
           c.application_id, coalesce(k.division, c.division), coalesce(k.reason, c.reason), \
           coalesce(k.occurred_on, c.occurred_on), case when k.act_id is null then c.applied_on else k.applied_on end, \
           c.issued_on, c.effective_from, \
           c.expires_on, c.class, c.ratio, c.ratio_from, c.long_term_on, c.disease, c.ceiling_yen, c.symbol, \
           c.number_on_face, c.branch, c.face_name, c.face_kana, c.real_name, c.real_kana, c.sex_on_back, \
           c.nondisclosure, c.destination, c.replaces, c.form_stock, c.face, c.input_digest, c.rule_hash, c.run_id, \
           c.act_id, s.place, s.invalid_from, s.return_requested_on, s.collected_on, s.inspected_on, s.printed \
           from certificate c join certificate_standing s on s.certificate_id = c.certificate_id \
           left join certificate_correction k on k.certificate_id = c.certificate_id and k.correction_no = (\
           select max(m.correction_no) from certificate_correction m where m.certificate_id = c.certificate_id) \
           where c.certificate_id = $1",
};
const BY_ACT: Sql = Sql {
    name: "certificate.find.by_act",
    text: "select c.certificate_id from certificate c where c.act_id = $1 order by c.certificate_id",
};
const BY_NUMBER: Sql = Sql {
    name: "certificate.find.by_number",
    text: "select c.certificate_id from certificate c where c.number = $1 order by c.certificate_id desc",
};
const OF_PERSON: Sql = Sql {
    name: "certificate.find.of_person",
    text: "select c.certificate_id from certificate c where c.person_id = $1 order by c.certificate_id desc",
};
const OF_HOUSEHOLD: Sql = Sql {
    name: "certificate.find.of_household",
    text: "select s.certificate_id from certificate_standing s where s.household_id = $1 and s.certificate_id < $2 order by s.certificate_id desc limit $3",
};
const IDS: Sql = Sql {
    name: "certificate.find.ids",
    text: "select certificate_id from certificate where certificate_id >= $1 and certificate_id < $2 \
           order by certificate_id",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[BY_ID, BY_ACT, BY_NUMBER, OF_PERSON, OF_HOUSEHOLD, IDS];

/// A certificate by its number in the store.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn get(conn: &mut Conn, certificate_id: i64) -> Result<Option<Certificate>, OfficeError> {
    let found = conn.query_opt(&BY_ID, &[certificate_id.into()], read)?;
    found.map(Raw::open).transpose()
}

/// A certificate that must be there.
///
/// # Errors
/// A refusal when it is not.
pub fn require(conn: &mut Conn, certificate_id: i64) -> Result<Certificate, OfficeError> {
    get(conn, certificate_id)?.ok_or_else(|| {
        Refusal::new(
            "certificate.unknown",
            format!("証{certificate_id}はありません。番号か読取符号を確かめてください"),
        )
        .into()
    })
}

/// The certificate a scan code names; form and copy must be those of the record.
///
/// # Errors
/// A refusal when the code is wrong, or the paper is not the one recorded.
pub fn by_scan(conn: &mut Conn, text: &str) -> Result<Certificate, OfficeError> {
    let code = ScanCode::read(text)?;
    let certificate = require(conn, code.certificate_id)?;
    if certificate.scan() != code {
        return Err(Refusal::new(
            "certificate.scan.mismatch",
            format!(
                "読み取った用紙（様式{}・{}回目）は、記録の{}（様式{}・{}回目）と合いません。別の用紙です",
                code.stock, code.copy, certificate.title, certificate.form_stock, certificate.copy_no
            ),
        )
        .into());
    }
    Ok(certificate)
}

/// The certificates an act wrote.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn by_act(conn: &mut Conn, act_id: i64) -> Result<Vec<Certificate>, OfficeError> {
    all(conn, &BY_ACT, &[act_id.into()])
}

/// The certificates of a 交付番号, the latest copy first.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn by_number(conn: &mut Conn, number: &str) -> Result<Vec<Certificate>, OfficeError> {
    all(conn, &BY_NUMBER, &[number.into()])
}

/// 交付履歴 of a person, newest first.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn of_person(conn: &mut Conn, person_id: i64) -> Result<Vec<Certificate>, OfficeError> {
    all(conn, &OF_PERSON, &[person_id.into()])
}

/// 交付履歴 of a household, newest first, below a certificate's number (`i64::MAX` for the first page).
///
/// # Errors
/// [`OfficeError::Store`].
pub fn of_household(
    conn: &mut Conn,
    household_id: i64,
    below: i64,
) -> Result<Vec<Certificate>, OfficeError> {
    let params = [household_id.into(), below.into(), PAGE.into()];
    all(conn, &OF_HOUSEHOLD, &params)
}

pub(super) fn ids_between(conn: &mut Conn, from: i64, until: i64) -> Result<Vec<i64>, OfficeError> {
    Ok(conn.query(&IDS, &[from.into(), until.into()], |row| row.int(0))?)
}

pub(super) fn all(
    conn: &mut Conn,
    sql: &Sql,
    params: &[Value],
) -> Result<Vec<Certificate>, OfficeError> {
    let ids = conn.query(sql, params, |row| row.int(0))?;
    ids.into_iter().map(|id| require(conn, id)).collect()
}

/// A row before its JSON is read.
struct Raw {
    certificate: Certificate,
    destination: String,
    face: String,
}

impl Raw {
    fn open(self) -> Result<Certificate, OfficeError> {
        let face: Face = serde_json::from_str(&self.face)
            .map_err(|error| OfficeError::Bug(format!("券面を読めません: {error}")))?;
        Ok(Certificate {
            destination: record::destination(&self.destination)?,
            title: face.title.clone(),
            face,
            ..self.certificate
        })
    }
}

fn read(row: &Row) -> Result<Raw, StoreError> {
    let place = row.text(38)?;
    let certificate = Certificate {
        certificate_id: row.int(0)?,
        number: row.text(1)?,
        copy_no: row.int(2)?,
        kind: row.text(3)?,
        title: String::new(),
        family: row.text(4)?,
        person_id: row.int(5)?,
        household_id: row.int(6)?,
        application_id: row.opt_int(7)?,
        division: Division::read(row, 8)?,
        reason: row.text(9)?,
        occurred_on: row.date(10)?,
        applied_on: row.opt_date(11)?,
        issued_on: row.date(12)?,
        effective_from: row.date(13)?,
        expires_on: row.opt_date(14)?,
        class: row.text(15)?,
        ratio: row.int(16)?,
        ratio_from: row.opt_date(17)?,
        long_term_on: row.opt_date(18)?,
        disease: row.int(19)?,
        ceiling_yen: row.int(20)?,
        symbol: row.text(21)?,
        number_on_face: row.text(22)?,
        branch: row.text(23)?,
        face_name: row.text(24)?,
        face_kana: row.text(25)?,
        real_name: row.opt_text(26)?,
        real_kana: row.opt_text(27)?,
        sex_on_back: row.int(28)? != 0,
        nondisclosure: row.int(29)? != 0,
        destination: Destination::default(),
        replaces: row.opt_int(31)?,
        form_stock: row.text(32)?,
        face: Face::empty(),
        input_digest: row.text(34)?,
        rule_hash: row.text(35)?,
        run_id: row.int(36)?,
        act_id: row.int(37)?,
        place: super::event::place_of(&place)
            .ok_or_else(|| row.wrong(38, format!("証のありか「{place}」を知りません")))?,
        invalid_from: row.opt_date(39)?,
        return_requested_on: row.opt_date(40)?,
        collected_on: row.opt_date(41)?,
        inspected_on: row.opt_date(42)?,
        printed: row.int(43)?,
    };
    Ok(Raw {
        certificate,
        destination: row.text(30)?,
        face: row.text(33)?,
    })
}
