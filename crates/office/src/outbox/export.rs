//! 送信ファイル — what waits, written as the declared layouts and kept as it went out.

use super::content::{self, HouseholdContent, PersonContent};
use super::kinds::Layout;
use super::table::{self, Message};
use crate::acts::{self, ActDetails, Acting};
use crate::certificate::flags;
use crate::error::OfficeError;
use crate::exports::LinkageOutbox;
use crate::hex;
use crate::provision::Cleared;
use crate::registry::{Resident, support, timeline};
use crate::security::permit::{ExportData, Permit};
use db::{Conn, Sql, Store};
use exchange::{Catalogue, Writer};
use law::date::previous_day;
use law::{Date, Refusal};
use sha2::{Digest, Sha256};

const INSERT: Sql = Sql {
    name: "outbox.file.insert",
    text: "insert into outbox_file (file_id, layout, file_name, lines, sha256, body, made_on, act_id) \
           values ($1, $2, $3, $4, $5, $6, $7, $8)",
};
const FILES: Sql = Sql {
    name: "outbox.file.list",
    text: "select file_id, file_name, lines, sha256, made_on, \
           (select count(*) from outbox_message m where m.file_id = f.file_id and m.state = 'sent') \
           from outbox_file f where file_id < $1 order by file_id desc limit $2",
};
const BODY: Sql = Sql {
    name: "outbox.file.body",
    text: "select file_name, body, lines from outbox_file where file_id = $1",
};
const ON_DAY: Sql = Sql {
    name: "outbox.file.on_day",
    text: "select count(*) from outbox_file where made_on = $1 and layout = $2",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[INSERT, FILES, BODY, ON_DAY];

/// Messages of one file at most.
const LINES: i64 = 100_000;

/// A file that went out, or is to be written again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutFile {
    /// Number.
    pub file_id: i64,
    /// Name.
    pub file_name: String,
    /// Lines without the heading.
    pub lines: i64,
    /// SHA-256, lower-case hexadecimal.
    pub sha256: String,
    /// The day it was made.
    pub made_on: Date,
    /// Lines whose result nobody has confirmed.
    pub unconfirmed: i64,
}

/// 送信 — everything that waits goes into one file of each kind, and is marked as sent with it, in one transaction. The
/// bytes stay in the store: [`file`] gives them, again and again. No file of a kind of which nothing waits.
///
/// # Errors
/// [`OfficeError::Refusal`] when a line cannot be written: it names whom it is about; nothing is sent then.
pub fn export(
    store: &Store,
    (permit, _cleared): (&Permit<ExportData>, &Cleared<LinkageOutbox>),
    acting: &Acting,
    catalogue: &Catalogue,
    insurer_number: &str,
) -> Result<Vec<i64>, OfficeError> {
    let on = acting.business_date;
    store.write(|conn| {
        let mut files = Vec::new();
        let mut act = None;
        for layout in Layout::ALL {
            let waiting = table::waiting(conn, layout, LINES)?;
            if waiting.is_empty() {
                continue;
            }
            let act = match act {
                Some(act) => act,
                None => *act.insert(acts::begin(
                    conn,
                    acting,
                    permit,
                    "outbox.export",
                    &ActDetails::default(),
                )?),
            };
            let bytes = write(conn, catalogue, insurer_number, layout, &waiting, on)?;
            let body = String::from_utf8(bytes)
                .map_err(|_| OfficeError::Bug("送信ファイルがUTF-8ではありません".to_owned()))?;
            let file_id = conn.next_ids("outbox_file", 1)?;
            let sequence = conn.query_one(&ON_DAY, &[on.into(), layout.code().into()], |row| {
                row.int(0)
            })? + 1;
            let name = format!(
                "{}_{insurer_number}_{:04}{:02}{:02}_{sequence:03}.csv",
                layout.code(),
                on.year(),
                on.month(),
                on.day()
            );
            let params = [
                file_id.into(),
                layout.code().into(),
                name.into(),
                i64::try_from(waiting.len()).unwrap_or(i64::MAX).into(),
                hex::write(&Sha256::digest(body.as_bytes())).into(),
                body.into(),
                on.into(),
                act.id.0.into(),
            ];
            conn.execute(&INSERT, &params)?;
            for (line, message) in (1..).zip(&waiting) {
                table::send(conn, message.message_id, (file_id, line), on)?;
            }
            files.push(file_id);
        }
        Ok(files)
    })
}

fn write(
    conn: &mut Conn,
    catalogue: &Catalogue,
    insurer_number: &str,
    layout: Layout,
    messages: &[Message],
    on: Date,
) -> Result<Vec<u8>, OfficeError> {
    let declared = catalogue
        .layout(layout.code())
        .ok_or_else(|| OfficeError::Bug(format!("レイアウト{}がありません", layout.code())))?;
    let mut writer = Writer::new(declared, catalogue.codes());
    for message in messages {
        let cells = match layout {
            Layout::Person => person(conn, message, on)?,
            Layout::Household => household(conn, message, on)?,
        };
        let mut row: Vec<(&str, &str)> = vec![("insurer_number", insurer_number)];
        row.extend(cells.iter().map(|(name, value)| (*name, value.as_str())));
        writer.row(&row).map_err(|error| {
            Refusal::new(
                "outbox.export.row",
                format!(
                    "連携{}（{} {}）を書き出せません。{error}",
                    message.message_id,
                    layout.label_ja(),
                    message.subject
                ),
            )
        })?;
    }
    Ok(writer.finish())
}

type Cells = Vec<(&'static str, String)>;

fn common(message: &Message) -> Cells {
    vec![
        ("division", message.division.code().to_string()),
        ("message_number", message.message_id.to_string()),
        ("decided_on", message.decided_on.to_string()),
    ]
}

/// What the period was: of a 取消, what had been told.
fn body(message: &Message) -> &str {
    if message.content.is_empty() {
        &message.told
    } else {
        &message.content
    }
}

fn day(date: Option<Date>) -> String {
    date.map_or_else(String::new, |date| date.to_string())
}

/// The latest record of a person that has begun by a day, or the first one.
fn resident(conn: &mut Conn, person_id: i64, on: Date) -> Result<Resident, OfficeError> {
    let mut all = timeline::<Resident>(conn, person_id, None)?;
    let place = all.iter().rposition(|row| row.valid.from <= on);
    let found = (!all.is_empty()).then(|| all.swap_remove(place.unwrap_or(0)));
    found.map(|row| row.fact).ok_or_else(|| {
        Refusal::new(
            "outbox.export.person",
            format!("宛名番号{person_id}の住民・住登外の記録がありません。宛名を登録してから送ってください"),
        )
        .into()
    })
}

fn person(conn: &mut Conn, message: &Message, on: Date) -> Result<Cells, OfficeError> {
    let content: PersonContent = content::read(body(message))?;
    let resident = resident(conn, message.subject, on)?;
    let withheld = withheld(conn, message.subject, on)?;
    let mut cells = common(message);
    cells.extend([
        ("person_number", message.subject.to_string()),
        ("household_number", content.household_id.to_string()),
        ("symbol", content.symbol),
        ("number", content.number),
        ("branch", format!("{:02}", content.branch)),
        ("standing", content.standing.to_string()),
        ("name", resident.name),
        ("kana", resident.kana),
        ("birth_on", resident.birth_on.to_string()),
        ("postal_code", resident.postal_code),
        (
            "address",
            format!("{}{}", resident.address, resident.building),
        ),
        ("gained_on", day(content.gained_on)),
        ("gain_cause", content.gain_cause),
        ("lost_on", day(content.lost_on)),
        ("loss_cause", content.loss_cause),
        ("applied_from", message.valid_from.to_string()),
        (
            "applied_until",
            day(content.applied_until.map(previous_day)),
        ),
        ("withheld", withheld),
    ]);
    Ok(cells)
}

/// 不開示該当: the person's own, or that of somebody who lives with them and has the same address.
fn withheld(conn: &mut Conn, person_id: i64, on: Date) -> Result<String, OfficeError> {
    let own = flags::of(conn, person_id, on)?.undisclosed;
    let withheld = own || support::is_hidden_from(conn, person_id, on)?;
    Ok(u8::from(withheld).to_string())
}

fn household(conn: &mut Conn, message: &Message, on: Date) -> Result<Cells, OfficeError> {
    let content: HouseholdContent = content::read(body(message))?;
    let head = resident(conn, content.head_person_id, on)?;
    let mut cells = common(message);
    cells.extend([
        ("household_number", message.subject.to_string()),
        ("symbol", content.symbol),
        ("number", content.number),
        ("head_number", content.head_person_id.to_string()),
        ("standing", content.standing.to_string()),
        ("name", head.name),
        ("kana", head.kana),
        ("postal_code", head.postal_code),
        ("address", format!("{}{}", head.address, head.building)),
        ("valid_from", message.valid_from.to_string()),
        ("valid_until", day(content.until.map(previous_day))),
        ("withheld", withheld(conn, content.head_person_id, on)?),
    ]);
    Ok(cells)
}

/// Files before a number (`i64::MAX`: the latest), newest first.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn files(conn: &mut Conn, before: i64, limit: i64) -> Result<Vec<OutFile>, OfficeError> {
    Ok(conn.query(&FILES, &[before.into(), limit.into()], |row| {
        Ok(OutFile {
            file_id: row.int(0)?,
            file_name: row.text(1)?,
            lines: row.int(2)?,
            sha256: row.text(3)?,
            made_on: row.date(4)?,
            unconfirmed: row.int(5)?,
        })
    })?)
}

/// Name and bytes of a file, as it went out, and how many messages are in it.
///
/// # Errors
/// [`OfficeError::Refusal`] when there is none of the number.
pub fn file(conn: &mut Conn, file_id: i64) -> Result<(String, Vec<u8>, i64), OfficeError> {
    let found = conn.query_opt(&BODY, &[file_id.into()], |row| {
        Ok((row.text(0)?, row.text(1)?.into_bytes(), row.int(2)?))
    })?;
    found.ok_or_else(|| {
        Refusal::new(
            "outbox.file.unknown",
            format!("送信ファイル{file_id}はありません。一覧から選んでください"),
        )
        .into()
    })
}
