//! 関所 — what is asked of a file as a whole before a row of it is posted.

use super::intake::{Incoming, Municipality};
use super::plan::{Plan, Replace};
use super::scan::{Scan, refused};
use crate::error::OfficeError;
use crate::registry::year_span;
use db::{Conn, Sql};
use exchange::{Catalogue, Control, Extent, FileName, Layout, Table};
use law::{Date, FiscalYear, Refusal};
use std::collections::BTreeSet;

const BY_HASH: Sql = Sql {
    name: "import.file_by_hash",
    text: "select file_id, state, file_name, rows_read, rows_posted, rows_same, rows_held from import_file \
           where layout = $1 and sha256 = $2 order by file_id desc",
};
const LATEST: Sql = Sql {
    name: "import.latest_file",
    text: "select file_name, state, file_id from import_file where layout = $1 order by file_id desc limit 1",
};
/// Statements of this module.
pub(super) const STATEMENTS: &[Sql] = &[BY_HASH, LATEST];

/// Which layout a file is in, by its name, and whether it is ours.
pub(super) fn identify<'c>(
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
    if !layout.business_id.is_empty() && layout.business_id != name.business_id {
        return Err(Refusal::new(
            "import.file.sender",
            format!(
                "「{}」は業務ID「{}」から受け取ることにしていますが、ファイル名の業務IDは「{}」です。送り元を確かめてください。1行も取り込んでいません",
                layout.title_ja,
                layout.business_id,
                exchange::field::shown(&name.business_id)
            ),
        )
        .into());
    }
    Ok((name, layout))
}

/// What is known of a content that came before.
pub(super) enum Earlier {
    /// It was cut off: number and rows done.
    Unfinished(i64, u64),
    /// Something else of its layout came after it: number and name.
    Replaced(i64, String),
    /// It is what came last: number and name.
    Same(i64, String),
}

/// The same content before: it was cut off and is gone on with, is the latest of its layout, or was replaced since.
///
/// Content that was changed since and is now put back is a file like any other.
pub(super) fn earlier(
    conn: &mut Conn,
    layout: &Layout,
    sha256: &str,
) -> Result<Option<Earlier>, OfficeError> {
    let params = [layout.id.as_str().into(), sha256.into()];
    let found = conn.query(&BY_HASH, &params, |row| {
        Ok((row.int(0)?, row.text(1)?, row.text(2)?, row.int(3)?))
    })?;
    if let Some((file_id, .., rows)) = found.iter().find(|(_, state, ..)| state == "posting") {
        let done = u64::try_from(*rows).unwrap_or(0);
        return Ok(Some(Earlier::Unfinished(*file_id, done)));
    }
    let Some((file_id, _, name, _)) = found.into_iter().next() else {
        return Ok(None);
    };
    if latest(conn, layout)?.is_none_or(|(_, _, latest)| latest != file_id) {
        return Ok(Some(Earlier::Replaced(file_id, name)));
    }
    Ok(Some(Earlier::Same(file_id, name)))
}

/// The content of what came last is not taken in again. A difference without a row says that nothing happened on its day: that
/// of the next day is another file, and its balance is asked for.
pub(super) fn not_again(
    earlier: Option<&Earlier>,
    name: &FileName,
    nothing_happened: bool,
) -> Result<(), OfficeError> {
    let Some(Earlier::Same(file_id, same)) = earlier else {
        return Ok(());
    };
    if nothing_happened && *same != name.to_string() {
        return Ok(());
    }
    Err(Refusal::new(
        "import.file.duplicate",
        format!(
            "同じ内容のファイルは取込済みです（受付番号{file_id}、{same}）。何も変えていません"
        ),
    )
    .into())
}

/// Name, state and number of the file of a layout that came last.
fn latest(conn: &mut Conn, layout: &Layout) -> Result<Option<(String, String, i64)>, OfficeError> {
    Ok(
        conn.query_opt(&LATEST, &[layout.id.as_str().into()], |row| {
            Ok((row.text(0)?, row.text(1)?, row.int(2)?))
        })?,
    )
}

/// Counts and sums against the control; nothing of a file that does not tie is posted.
pub(super) fn balance(
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
pub(super) fn first_days(
    table: &Table<'_>,
    plan: &dyn Plan,
) -> Result<BTreeSet<Date>, OfficeError> {
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

/// The days that stand in an item of the rows.
pub(super) fn days_of(table: &Table<'_>, item: &str) -> Result<BTreeSet<Date>, OfficeError> {
    let mut days = BTreeSet::new();
    let column = table.column(item).map_err(refused)?;
    table
        .for_each(|row| {
            days.extend(row.date(column));
            Ok::<(), exchange::FileError>(())
        })
        .map_err(refused)?;
    Ok(days)
}

/// Files of a layout come in the order in which they were made.
///
/// One whose content came before must have been made after the latest: nothing else says that it was put back.
pub(super) fn in_order(
    conn: &mut Conn,
    layout: &Layout,
    name: &FileName,
    earlier: Option<&Earlier>,
) -> Result<(), OfficeError> {
    let Some((latest, state, file_id)) = latest(conn, layout)? else {
        return Ok(());
    };
    if state == "posting" {
        return Err(Refusal::new(
            "import.file.unfinished",
            format!("前のファイル（受付番号{file_id}、{latest}）の取込が途中です。同じファイルをもう一度渡して終わらせてください"),
        )
        .into());
    }
    let Ok(before) = FileName::parse(&latest) else {
        return Ok(());
    };
    let message = match earlier {
        Some(Earlier::Replaced(number, same)) if before.made_at >= name.made_at => format!(
            "同じ内容のファイルは取込済みで（受付番号{number}、{same}）、その後に {latest} を取り込んでいます。順番を確かめ、前の内容に戻すときは「確認済み」にしてください"
        ),
        _ if before.made_at > name.made_at => format!(
            "取込済みの {latest} より前に作られたファイルです。順番を確かめ、それでも取り込むときは「確認済み」にしてください"
        ),
        _ => return Ok(()),
    };
    Err(Refusal::new("import.file.older", message).into())
}

/// A full load with far fewer subjects than stand is a mistake until a person says otherwise.
pub(super) fn not_shrunk(
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
         and (cast($1 as text) is null or (valid_from >= cast($1 as text) and valid_from <= cast($2 as text))) {}) f",
        target.table.name, target.expected
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
