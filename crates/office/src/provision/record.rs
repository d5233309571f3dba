//! 提供・移転の記録 — what went out under a clearance, and the list of it by recipient and time.

use super::clear::Cleared;
use crate::acts::{self, ActDetails, Acting};
use crate::error::OfficeError;
use crate::exports::Handed;
use crate::hex;
use crate::registers::prove::may_copy_to;
use crate::registers::{self, Entry, Registers};
use crate::security::permit::{KeepRegister, Permit};
use db::{Conn, Sql};
use law::{Date, Refusal};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

const INSERT_FILE: Sql = Sql {
    name: "provision.insert_file",
    text: "insert into provision_file (record_id, file_no, file_name, lines, bytes, sha256, sealed, medium_entry_id, \
           outbox_file_id, recorded_at, act_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
};
const FILES_OF: Sql = Sql {
    name: "provision.files_of",
    text: "select coalesce(max(file_no), 0) from provision_file where record_id = $1",
};
const GIVEN: Sql = Sql {
    name: "provision.given",
    text: "select r.record_id, r.code, r.recipient, r.purpose, r.ground, r.items, r.method, r.export_code, \
           r.request_number, r.made_on, coalesce(s.login, ''), f.file_name, f.lines, f.bytes, f.sha256, f.sealed, \
           f.medium_entry_id from provision_record r left join staff s on s.staff_id = r.staff_id \
           left join provision_file f on f.record_id = r.record_id \
           where r.made_on >= $1 and r.made_on <= $2 and ($3 = '' or r.code = $3) \
           order by r.made_on, r.record_id, f.file_no",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[INSERT_FILE, FILES_OF, GIVEN];

/// A file that went out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Its name, as it lies there.
    pub file_name: String,
    /// 件数: lines without heading.
    pub lines: i64,
    /// Bytes, as it lies there.
    pub bytes: i64,
    /// SHA-256 of these, hexadecimal.
    pub sha256: String,
    /// Only the recipients can read it.
    pub sealed: bool,
    /// Its number in the outbox, where it came from there.
    pub outbox_file_id: Option<i64>,
}

impl Sent {
    /// What lies there under a name.
    #[must_use]
    pub fn of(
        name: &str,
        bytes: &[u8],
        lines: i64,
        sealed: bool,
        outbox_file_id: Option<i64>,
    ) -> Self {
        Self {
            file_name: name.to_owned(),
            lines,
            bytes: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
            sha256: hex::write(&Sha256::digest(bytes)),
            sealed,
            outbox_file_id,
        }
    }
}

/// The medium it is carried on, and the approval to use it, as 媒体管理簿 has them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Medium {
    /// 媒体番号.
    pub number: String,
    /// 承認番号.
    pub approval: String,
}

impl Medium {
    /// 媒体への複製 is allowed: asked before anything is written to it. A 業務日付 that was put back does not make it last longer.
    ///
    /// # Errors
    /// As [`may_copy_to`].
    pub fn check(&self, conn: &mut Conn, acting: &Acting) -> Result<(), OfficeError> {
        self.entry(conn, acting.latest_day()).map(|_| ())
    }

    fn entry(&self, conn: &mut Conn, on: Date) -> Result<Entry, OfficeError> {
        may_copy_to(conn, (&self.number, &self.approval), on)
    }
}

/// Writes down what went out. What is carried has to be sealed and on a medium whose use is approved in 媒体管理簿; that it was
/// copied is a step of its entry there, from where it is given back and destroyed. Returns the number of that entry.
///
/// # Errors
/// A refusal where something that is carried is not sealed, or the medium may not be copied to.
pub fn sent<E: Handed>(
    conn: &mut Conn,
    acting: &Acting,
    (permit, keeper): (&Permit<E::Needs>, Option<&Permit<KeepRegister>>),
    cleared: &Cleared<E>,
    (files, medium): (&[Sent], Option<&Medium>),
) -> Result<Option<i64>, OfficeError> {
    if cleared.is_carried() && files.iter().any(|file| !file.sealed) {
        return Err(Refusal::new(
            "provision.unsealed",
            format!(
                "「{}」へは媒体で渡すので、封をしなければ渡せません",
                cleared.recipient()
            ),
        )
        .into());
    }
    let entry = match (cleared.is_carried(), medium) {
        (_, Some(medium)) => Some(copied(conn, acting, keeper, medium, (cleared, files))?),
        (true, None) => {
            return Err(OfficeError::input(
                "媒体番号",
                &format!(
                    "「{}」へは媒体で渡します。媒体番号と承認番号を指定してください",
                    cleared.recipient()
                ),
            ));
        }
        (false, None) => None,
    };
    let details = ActDetails {
        note: format!("{} {}件のファイル", cleared.recipient(), files.len()),
        ..ActDetails::default()
    };
    let act = acts::begin(conn, acting, permit, "provision.sent", &details)?;
    let before = conn.query_one(&FILES_OF, &[cleared.record_id().into()], |row| row.int(0))?;
    for (number, file) in (before + 1..).zip(files) {
        conn.execute(
            &INSERT_FILE,
            &[
                cleared.record_id().into(),
                number.into(),
                file.file_name.as_str().into(),
                file.lines.into(),
                file.bytes.into(),
                file.sha256.as_str().into(),
                file.sealed.into(),
                entry.into(),
                file.outbox_file_id.into(),
                act.recorded_at.into(),
                act.id.0.into(),
            ],
        )?;
    }
    Ok(entry)
}

fn copied<E: Handed>(
    conn: &mut Conn,
    acting: &Acting,
    keeper: Option<&Permit<KeepRegister>>,
    medium: &Medium,
    (cleared, files): (&Cleared<E>, &[Sent]),
) -> Result<i64, OfficeError> {
    let Some(keeper) = keeper else {
        return Err(Refusal::new(
            "provision.medium",
            "媒体管理簿に記入できる職員が渡してください".to_owned(),
        )
        .into());
    };
    let entry = medium.entry(conn, acting.latest_day())?;
    let registers = Registers::shipped()?;
    let names: Vec<&str> = files.iter().map(|file| file.file_name.as_str()).collect();
    let what = format!(
        "{}（提供の記録{}番）{}",
        cleared.recipient(),
        cleared.record_id(),
        names.join("、")
    );
    let given: registers::Given = BTreeMap::from([("copied".to_owned(), what)]);
    let media = registers.get("media")?;
    let on = Some((entry.entry_id, entry.steps()));
    registers::take_step(conn, (acting, keeper), media, on, ("copy", &given))?;
    Ok(entry.entry_id)
}

/// A record as read back; one whose file was never finished has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// Number.
    pub record_id: i64,
    /// Code of the recipient.
    pub code: String,
    /// 提供先・移転先, as it was called then.
    pub recipient: String,
    /// 用途.
    pub purpose: String,
    /// 根拠.
    pub ground: String,
    /// 提供した情報.
    pub items: String,
    /// 方法.
    pub method: String,
    /// Code of the export.
    pub export_code: String,
    /// 依頼票の番号.
    pub request_number: String,
    /// 業務日付.
    pub made_on: Date,
    /// 職員番号 of who took it out.
    pub login: String,
    /// The file, where one went out.
    pub file: Option<GivenFile>,
}

/// A file of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenFile {
    /// Its name.
    pub file_name: String,
    /// 件数.
    pub lines: i64,
    /// Bytes.
    pub bytes: i64,
    /// SHA-256.
    pub sha256: String,
    /// Sealed.
    pub sealed: bool,
    /// 媒体管理簿の番号.
    pub medium_entry_id: Option<i64>,
}

/// What was given from a day to a day, to one recipient of the table or (`""`) to all, oldest first.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn given(
    conn: &mut Conn,
    (from, to): (Date, Date),
    code: &str,
) -> Result<Vec<Given>, OfficeError> {
    let params = [from.into(), to.into(), code.into()];
    Ok(conn.query(&GIVEN, &params, |row| {
        let file = match row.opt_text(11)? {
            None => None,
            Some(file_name) => Some(GivenFile {
                file_name,
                lines: row.int(12)?,
                bytes: row.int(13)?,
                sha256: row.text(14)?,
                sealed: row.flag(15)?,
                medium_entry_id: row.opt_int(16)?,
            }),
        };
        Ok(Given {
            record_id: row.int(0)?,
            code: row.text(1)?,
            recipient: row.text(2)?,
            purpose: row.text(3)?,
            ground: row.text(4)?,
            items: row.text(5)?,
            method: row.text(6)?,
            export_code: row.text(7)?,
            request_number: row.text(8)?,
            made_on: row.date(9)?,
            login: row.text(10)?,
            file,
        })
    })?)
}
