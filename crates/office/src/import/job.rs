//! One import: written down, carried out chunk by chunk, and finished.

use super::chunk::{chunks, stage};
use super::directory::{Directory, LARGE};
use super::gate::{Earlier, earlier, not_again};
use super::intake::{ImportReport, Municipality, Options, Progress};
use super::missing;
use super::plan::{Plan, Replace};
use super::post::{By, Desk, Outcome, Reach, post};
use super::scan::Scan;
use crate::acts::{self, ActDetails, Acting};
use crate::certificate::card_list;
use crate::error::OfficeError;
use crate::security::permit::{ImportFile, Permit};
use db::{Conn, Sql, Store};
use exchange::{Catalogue, Extent, FileName, Layout, Table};
use law::Date;
use std::collections::BTreeSet;

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
pub(super) const STATEMENTS: &[Sql] = &[INSERT, ADVANCE, FINISH, COUNTS, REVIEWS];

/// One import.
pub(super) struct Job<'j> {
    pub store: &'j Store,
    pub permit: &'j Permit<ImportFile>,
    pub acting: &'j Acting,
    pub municipality: &'j Municipality,
    pub owner: &'static str,
    /// 基準日 of a whole list, with the digest of its file.
    pub list: Option<(Date, String)>,
    pub file_id: i64,
    pub done: u64,
}

impl Job<'_> {
    /// Writes the file down; from now on it can be gone on with.
    pub(super) fn register(
        &self,
        sha256: &str,
        layout: &Layout,
        name: &FileName,
        nothing_happened: bool,
    ) -> Result<i64, OfficeError> {
        self.store.write(|conn| {
            // Somebody may have taken the same content in since it was looked for.
            let earlier = earlier(conn, layout, sha256)?;
            if let Some(Earlier::Unfinished(..)) = earlier {
                return Err(OfficeError::Conflict(
                    "同じファイルの取込が始まっています".to_owned(),
                ));
            }
            not_again(earlier.as_ref(), name, nothing_happened)?;
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
    pub(super) fn run(
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
                let desk = self.desk(self.done.to_string());
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

    fn desk(&self, part: String) -> Desk<'_> {
        Desk {
            acting: self.acting,
            by: By::File(self.permit),
            file_id: self.file_id,
            part,
            owner: self.owner,
        }
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

    pub(super) fn finish(
        &self,
        layout: &Layout,
        plan: &dyn Plan,
        found: &Scan,
        extent: Extent,
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
            let (missing, told) = match extent {
                Extent::Full => {
                    let desk = self.desk("missing".to_owned());
                    missing::list(conn, &desk, layout, plan, found)?
                }
                Extent::Difference => (0, Vec::new()),
            };
            messages.extend(told);
            // One that was received before and came again after a correction is down with its day already.
            if let Some((as_of, sha256)) = &self.list
                && card_list::seen(conn, sha256)?.is_none()
            {
                let details = ActDetails::default();
                let act = acts::begin(
                    conn,
                    self.acting,
                    self.permit,
                    "certificate.card_list",
                    &details,
                )?;
                let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
                let counts = (number(rows_read), number(posted), number(held));
                card_list::enter(conn, &act, (*as_of, card_list::OF_LIST, sha256), counts)?;
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
                missing,
                messages,
            })
        })
    }
}
