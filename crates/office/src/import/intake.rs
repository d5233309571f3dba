//! 受付 — a file comes in: who may, whose it is, whether it came before, whether it balances; then chunk by chunk.

use super::chunk::{chunks, stage};
use super::directory::{Directory, LARGE};
use super::plan::{Plan, Replace};
use super::post::{Desk, Outcome, Reach, post};
use super::rows_insurance::{Households, Insured, PersonSpan};
use super::rows_resident::Residents;
use super::rows_tax::Yearly;
use super::scan::{Scan, refused, scan};
use crate::acts::{self, ActDetails, Acting};
use crate::error::OfficeError;
use crate::registry::year_span;
use crate::security::permit::{ImportFile, Permit};
use db::{Conn, Sql, Store};
use exchange::{Catalogue, Control, Extent, FileName, Layout, Table};
use law::{Date, FiscalYear, Refusal};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// 団体 — this municipality: its code and those of its wards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Municipality {
    /// 全国地方公共団体コード, six digits.
    pub code: String,
    /// Codes of the 行政区 of a designated city.
    pub wards: Vec<String>,
}

impl Municipality {
    /// A municipality without wards.
    #[must_use]
    pub fn new(code: &str) -> Self {
        Self {
            code: code.to_owned(),
            wards: Vec::new(),
        }
    }

    /// Whether a code is its own or that of one of its wards.
    #[must_use]
    pub fn holds(&self, code: &str) -> bool {
        code == self.code || self.wards.iter().any(|ward| ward == code)
    }
}

/// A file as it came.
#[derive(Clone, Copy, Debug)]
pub struct Incoming<'f> {
    /// Its name; folders before it do not matter.
    pub name: &'f str,
    /// Its bytes.
    pub bytes: &'f [u8],
    /// The bytes of the control file beside it.
    pub control: Option<&'f [u8]>,
}

/// How far an import has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Rows done.
    pub done: u64,
    /// Rows of the file.
    pub total: u64,
}

/// Choices of the one who imports.
#[derive(Clone, Copy, Default)]
pub struct Options<'o> {
    /// 確認済み: take a file that is much smaller or older than what came before.
    pub force: bool,
    /// Rows of one transaction, about; 0 is the usual number.
    pub chunk_rows: usize,
    /// Told after every chunk.
    pub progress: Option<&'o dyn Fn(Progress)>,
}

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportReport {
    /// 受付番号.
    pub file_id: i64,
    /// Layout.
    pub layout: String,
    /// Rows in the file.
    pub rows_read: u64,
    /// Rows that became facts.
    pub posted: u64,
    /// Rows that say what stands already, or that a later row of the file replaces.
    pub same: u64,
    /// Rows that wait.
    pub held: u64,
    /// Rows that were taken and are listed for a look.
    pub reviewed: u64,
    /// Facts that stand no more because a full load leaves them out.
    pub withdrawn: u64,
    /// Remarks for the clerk.
    pub messages: Vec<String>,
}

const BY_HASH: Sql = Sql {
    name: "import.file_by_hash",
    text: "select file_id, state, file_name, rows_read, rows_posted, rows_same, rows_held from import_file \
           where sha256 = $1 order by file_id",
};
const LATEST: Sql = Sql {
    name: "import.latest_file",
    text: "select file_name, state, file_id from import_file where layout = $1 order by file_id desc limit 1",
};
const INSERT: Sql = Sql {
    name: "import.insert_file",
    text: "insert into import_file (file_id, sha256, layout, file_name, received_at, act_id, state, rows_read, \
           rows_posted, rows_same, rows_held, message) values ($1, $2, $3, $4, $5, $6, 'posting', 0, 0, 0, 0, '')",
};
const ADVANCE: Sql = Sql {
    name: "import.advance",
    text: "update import_file set rows_read = rows_read + $3, rows_posted = rows_posted + $4, \
           rows_same = rows_same + $5, rows_held = rows_held + $6 \
           where file_id = $1 and rows_read = $2 and state = 'posting'",
};
const FINISH: Sql = Sql {
    name: "import.finish",
    text: "update import_file set state = 'posted', message = $2 where file_id = $1 and state = 'posting'",
};
const COUNTS: Sql = Sql {
    name: "import.counts",
    text: "select rows_read, rows_posted, rows_same, rows_held from import_file where file_id = $1",
};
const REVIEWS: Sql = Sql {
    name: "import.reviews",
    text: "select count(*) from import_row where file_id = $1 and state = 'review'",
};

/// Statements of this module.
pub(super) const STATEMENTS: &[Sql] = &[BY_HASH, LATEST, INSERT, ADVANCE, FINISH, COUNTS, REVIEWS];

/// The plan of a layout, and who looks after its rows.
pub(super) fn plan_of(layout: &str) -> Option<(Box<dyn Plan>, &'static str)> {
    const ELIGIBILITY: &str = "資格担当";
    const LEVY: &str = "賦課担当";
    Some(match layout {
        "resident" => (Box::new(Residents), ELIGIBILITY),
        "household" => (Box::new(Households), ELIGIBILITY),
        "insured" => (Box::new(Insured), ELIGIBILITY),
        "former_insured" => (Box::new(PersonSpan::FormerInsured), ELIGIBILITY),
        "care_exempt" => (Box::new(PersonSpan::CareExempt), ELIGIBILITY),
        "former_dependant" => (Box::new(PersonSpan::FormerDependant), ELIGIBILITY),
        "unemployment" => (Box::new(PersonSpan::Unemployment), LEVY),
        "maternity" => (Box::new(PersonSpan::Maternity), LEVY),
        "income" => (Box::new(Yearly::Income), LEVY),
        "asset_tax" => (Box::new(Yearly::AssetTax), LEVY),
        "pension" => (Box::new(Yearly::Pension), LEVY),
        _ => return None,
    })
}

/// 取込 — takes a file in.
///
/// Nothing is stored when the file is refused as a whole. Given again after it was cut off, it goes on where it was.
///
/// # Errors
/// [`OfficeError::Refusal`] with a code `import.file.*` when the file as a whole cannot be taken; the message says
/// what to do. [`OfficeError::Conflict`] when somebody else is taking the same file in.
pub fn receive(
    store: &Store,
    catalogue: &Catalogue,
    permit: &Permit<ImportFile>,
    acting: &Acting,
    municipality: &Municipality,
    file: &Incoming<'_>,
    options: &Options<'_>,
) -> Result<ImportReport, OfficeError> {
    let (name, layout) = identify(catalogue, municipality, file)?;
    let sha256 = hex(&Sha256::digest(file.bytes));
    let earlier = store.read(|conn| earlier(conn, &sha256))?;
    let table = Table::open(layout, file.bytes).map_err(refused)?;
    let (plan, owner) = plan_of(&layout.id).ok_or_else(|| no_plan(layout))?;
    let found = scan(&table, plan.as_ref(), municipality)?;
    let extent = balance(catalogue, municipality, file, &name, &table, &found)?;
    let days = first_days(&table, plan.as_ref())?;
    let mut job = Job {
        store,
        permit,
        acting,
        municipality,
        owner,
        file_id: 0,
        done: 0,
    };
    match earlier {
        Some(standing) => (job.file_id, job.done) = standing,
        None => {
            if !options.force {
                store.read(|conn| in_order(conn, layout, &name))?;
                store.read(|conn| not_shrunk(conn, plan.as_ref(), &found, extent, &days))?;
            }
            job.file_id = job.register(&sha256, layout, &name)?;
        }
    }
    let withdrawn = job.run(
        catalogue,
        &table,
        plan.as_ref(),
        &found,
        extent,
        &days,
        options,
    )?;
    job.finish(layout, &found, withdrawn)
}

fn no_plan(layout: &Layout) -> OfficeError {
    Refusal::new(
        "import.file.layout",
        format!("「{}」は取り込むファイルではありません", layout.title_ja),
    )
    .into()
}

/// Which layout a file is in, by its name, and whether it is ours.
fn identify<'c>(
    catalogue: &'c Catalogue,
    municipality: &Municipality,
    file: &Incoming<'_>,
) -> Result<(FileName, &'c Layout), OfficeError> {
    let name =
        FileName::parse(file.name).map_err(|message| Refusal::new("import.file.name", message))?;
    if name.municipality != municipality.code {
        return Err(Refusal::new(
            "import.file.municipality",
            format!(
                "別の団体のファイルです。ファイル名の市区町村コードは{}ですが、この団体は{}です。1行も取り込んでいません",
                name.municipality, municipality.code
            ),
        )
        .into());
    }
    let layout = catalogue.by_link(&name.link_id).ok_or_else(|| {
        Refusal::new(
            "import.file.layout",
            format!("連携ID「{}」のレイアウトがありません", name.link_id),
        )
    })?;
    Ok((name, layout))
}

/// The same content before: refused when it was posted, gone on with when it was cut off.
fn earlier(conn: &mut Conn, sha256: &str) -> Result<Option<(i64, u64)>, OfficeError> {
    let found = conn.query(&BY_HASH, &[sha256.into()], |row| {
        Ok((row.int(0)?, row.text(1)?, row.text(2)?, row.int(3)?))
    })?;
    for (file_id, state, name, rows) in found {
        if state == "posting" {
            return Ok(Some((file_id, u64::try_from(rows).unwrap_or(0))));
        }
        return Err(Refusal::new(
            "import.file.duplicate",
            format!(
                "同じ内容のファイルは取込済みです（受付番号{file_id}、{name}）。何も変えていません"
            ),
        )
        .into());
    }
    Ok(None)
}

/// Counts and sums against the control; nothing of a file that does not tie is posted.
fn balance(
    catalogue: &Catalogue,
    municipality: &Municipality,
    file: &Incoming<'_>,
    name: &FileName,
    table: &Table<'_>,
    found: &Scan,
) -> Result<Extent, OfficeError> {
    let refuse = |code: &'static str, message: String| Err(Refusal::new(code, message).into());
    let control = match (file.control, &found.trailer) {
        (Some(bytes), _) => Control::read(bytes, catalogue).map_err(refused)?,
        (None, Some(trailer)) => trailer.clone(),
        (None, None) if table.needs_companion() => {
            return refuse(
                "import.file.no_control",
                format!(
                    "件数表（{}）がありません。データと一緒に渡してください",
                    name.control_name()
                ),
            );
        }
        (None, None) => return Ok(Extent::Full),
    };
    if file.control.is_some()
        && (control.municipality != municipality.code || control.file_name != name.to_string())
    {
        return refuse(
            "import.file.control",
            format!(
                "件数表は別のファイル（{}、団体{}）のものです。{name} の件数表を渡してください",
                exchange::field::shown(&control.file_name),
                exchange::field::shown(&control.municipality)
            ),
        );
    }
    let rows = u64::try_from(found.places.len()).unwrap_or(u64::MAX);
    let differences = control.differences(rows, &found.sums);
    if !differences.is_empty() {
        return refuse(
            "import.file.balance",
            format!(
                "件数・合計が件数表と合いません。{}。1行も取り込んでいません。送り元に確かめてください",
                differences.join("、")
            ),
        );
    }
    Ok(control.extent)
}

/// The first days of the fiscal years a file speaks of.
fn first_days(table: &Table<'_>, plan: &dyn Plan) -> Result<BTreeSet<Date>, OfficeError> {
    let mut years = BTreeSet::new();
    if plan.target().replace == Replace::EachSpan {
        let column = table.column("fiscal_year").map_err(refused)?;
        table
            .for_each(|row| {
                years.extend(row.text(column).parse::<i16>().ok());
                Ok::<(), exchange::FileError>(())
            })
            .map_err(refused)?;
    }
    Ok(years
        .into_iter()
        .map(|year| year_span(FiscalYear(year)).from)
        .collect())
}

/// Files of a layout come in the order in which they were made.
fn in_order(conn: &mut Conn, layout: &Layout, name: &FileName) -> Result<(), OfficeError> {
    let latest = conn.query_opt(&LATEST, &[layout.id.as_str().into()], |row| {
        Ok((row.text(0)?, row.text(1)?, row.int(2)?))
    })?;
    let Some((latest, state, file_id)) = latest else {
        return Ok(());
    };
    if state == "posting" {
        return Err(Refusal::new(
            "import.file.unfinished",
            format!("前のファイル（受付番号{file_id}、{latest}）の取込が途中です。同じファイルをもう一度渡して終わらせてください"),
        )
        .into());
    }
    match FileName::parse(&latest) {
        Ok(before) if before.made_at > name.made_at => Err(Refusal::new(
            "import.file.older",
            format!("取込済みの {latest} より前に作られたファイルです。順番を確かめ、それでも取り込むときは「確認済み」にしてください"),
        )
        .into()),
        _ => Ok(()),
    }
}

/// A full load with far fewer subjects than stand is a mistake until a person says otherwise.
fn not_shrunk(
    conn: &mut Conn,
    plan: &dyn Plan,
    found: &Scan,
    extent: Extent,
    days: &BTreeSet<Date>,
) -> Result<(), OfficeError> {
    if extent == Extent::Difference {
        return Ok(());
    }
    let target = plan.target();
    let subject = target.table.subject;
    let text = format!(
        "select count(*) from (select distinct {subject} from {} where superseded_at is null \
         and (cast($1 as text) is null or (valid_from >= cast($1 as text) and valid_from <= cast($2 as text)))) f",
        target.table.name
    );
    let params = [days.first().copied().into(), days.last().copied().into()];
    let standing = conn
        .query_text(&text, &params, |row| row.int(0))?
        .first()
        .copied()
        .unwrap_or(0);
    let groups = found
        .places
        .chunk_by(|one, two| one.subject == two.subject)
        .count();
    let now = i64::try_from(groups).unwrap_or(i64::MAX);
    if now.saturating_mul(10) < standing.saturating_mul(9) {
        return Err(Refusal::new(
            "import.file.shrunk",
            format!(
                "全件ファイルの対象が{now}件で、登録済みの{standing}件より大きく減っています。送り元に確かめ、正しければ「確認済み」にして取り込んでください"
            ),
        )
        .into());
    }
    Ok(())
}

/// One import.
struct Job<'j> {
    store: &'j Store,
    permit: &'j Permit<ImportFile>,
    acting: &'j Acting,
    municipality: &'j Municipality,
    owner: &'static str,
    file_id: i64,
    done: u64,
}

impl Job<'_> {
    /// Writes the file down; from now on it can be gone on with.
    fn register(&self, sha256: &str, layout: &Layout, name: &FileName) -> Result<i64, OfficeError> {
        self.store.write(|conn| {
            // Somebody may have taken the same content in since it was looked for.
            if earlier(conn, sha256)?.is_some() {
                return Err(OfficeError::Conflict(
                    "同じファイルの取込が始まっています".to_owned(),
                ));
            }
            let details = ActDetails {
                note: format!("取込 {name}"),
                ..ActDetails::default()
            };
            let act = acts::begin(conn, self.acting, self.permit, "import.receive", &details)?;
            let file_id = conn.next_ids("import_file", 1)?;
            conn.execute(
                &INSERT,
                &[
                    file_id.into(),
                    sha256.into(),
                    layout.id.as_str().into(),
                    name.to_string().into(),
                    act.recorded_at.into(),
                    act.id.0.into(),
                ],
            )?;
            Ok(file_id)
        })
    }

    #[allow(
        clippy::too_many_arguments,
        reason = "the parts of one import, each made by one step before"
    )]
    fn run(
        &mut self,
        catalogue: &Catalogue,
        table: &Table<'_>,
        plan: &dyn Plan,
        found: &Scan,
        extent: Extent,
        days: &BTreeSet<Date>,
        options: &Options<'_>,
    ) -> Result<u64, OfficeError> {
        let total = u64::try_from(found.places.len()).unwrap_or(u64::MAX);
        let mut directory = Directory::default();
        if found.places.len() >= LARGE && plan.needs_directory() {
            directory = self
                .store
                .read(|conn| Directory::all(conn, plan.target().replace == Replace::Whole))?;
        }
        let skip = usize::try_from(self.done)
            .unwrap_or(usize::MAX)
            .min(found.places.len());
        let (before, rest) = found.places.split_at(skip);
        let mut after = before.last().map_or(-1, |place| place.subject.max(-1));
        let chunks = chunks(rest, options.chunk_rows);
        let mut withdrawn = 0;
        for (place, chunk) in chunks.iter().enumerate() {
            let rows = stage(
                table,
                catalogue.codes(),
                plan,
                self.municipality,
                self.acting.business_date,
                chunk,
            );
            let last = if place + 1 == chunks.len() {
                i64::MAX
            } else {
                chunk.last().map_or(after, |row| row.subject)
            };
            let reach = match extent {
                Extent::Full => Reach::Between(after, last, days),
                Extent::Difference => Reach::Subjects,
            };
            let outcome = self.store.write(|conn| {
                let part = self.done.to_string();
                let desk = Desk {
                    acting: self.acting,
                    permit: self.permit,
                    file_id: self.file_id,
                    part,
                    owner: self.owner,
                };
                let (outcome, _) =
                    post(conn, &desk, table, plan, &mut directory, reach, &rows, true)?;
                self.advance(conn, chunk.len(), outcome)?;
                Ok::<_, OfficeError>(outcome)
            })?;
            withdrawn += outcome.withdrawn;
            after = last;
            self.done += u64::try_from(chunk.len()).unwrap_or(0);
            if let Some(tell) = options.progress {
                tell(Progress {
                    done: self.done,
                    total,
                });
            }
        }
        Ok(withdrawn)
    }

    /// Moves the position in the same transaction as the facts.
    fn advance(&self, conn: &mut Conn, rows: usize, outcome: Outcome) -> Result<(), OfficeError> {
        let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        let params = [
            self.file_id.into(),
            number(self.done).into(),
            i64::try_from(rows).unwrap_or(i64::MAX).into(),
            number(outcome.posted).into(),
            number(outcome.same).into(),
            number(outcome.held).into(),
        ];
        match conn.execute(&ADVANCE, &params)? {
            1 => Ok(()),
            _ => Err(OfficeError::Conflict(
                "同じファイルが別の端末で取り込まれています。終わるのを待って結果を確かめてください".to_owned(),
            )),
        }
    }

    fn finish(
        &self,
        layout: &Layout,
        found: &Scan,
        withdrawn: u64,
    ) -> Result<ImportReport, OfficeError> {
        self.store.write(|conn| {
            let count = |value: i64| u64::try_from(value).unwrap_or(0);
            let (rows_read, posted, same, held) =
                conn.query_one(&COUNTS, &[self.file_id.into()], |row| {
                    Ok((
                        count(row.int(0)?),
                        count(row.int(1)?),
                        count(row.int(2)?),
                        count(row.int(3)?),
                    ))
                })?;
            if usize::try_from(rows_read) != Ok(found.places.len()) {
                return Err(OfficeError::Bug(format!(
                    "取込{}の件数が合いません",
                    self.file_id
                )));
            }
            if posted + same + held != rows_read {
                return Err(OfficeError::Bug(format!(
                    "取込{}の内訳が件数と合いません",
                    self.file_id
                )));
            }
            let reviewed =
                count(conn.query_one(&REVIEWS, &[self.file_id.into()], |row| row.int(0))?);
            let mut messages = Vec::new();
            if held > 0 {
                messages.push(format!(
                    "{held}行を保留しました。保留の一覧で理由を確かめ、直してください"
                ));
            }
            if reviewed > 0 {
                messages.push(format!(
                    "{reviewed}行は届いたまま登録しましたが、確かめてください"
                ));
            }
            if withdrawn > 0 {
                messages.push(format!("全件ファイルにない{withdrawn}件を取り消しました"));
            }
            conn.execute(&FINISH, &[self.file_id.into(), messages.join("。").into()])?;
            Ok(ImportReport {
                file_id: self.file_id,
                layout: layout.id.clone(),
                rows_read,
                posted,
                same,
                held,
                reviewed,
                withdrawn,
                messages,
            })
        })
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
