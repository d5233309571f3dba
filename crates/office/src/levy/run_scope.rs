//! 賦課処理の対象 — which households a run looks at, cut into chunks.

use super::relevy::touched_since;
use super::run::RunRequest;
use super::run_kind::RunKind;
use crate::error::OfficeError;
use crate::jobs::{Chunk, Everyone};
use db::{Conn, Sql};
use law::Refusal;

const LATEST: Sql = Sql {
    name: "levy.run.latest",
    text: "select known_at, rule_hash from levy_run where levy_year = $1 and state = 'published' \
           and kind <> 'provisional' order by known_at desc, run_id desc limit 1",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[LATEST];

/// The chunks of a run and how many households they hold.
///
/// 月次 looks at the households whose facts were written or closed since the snapshot of the run published last; under
/// other rules than that run's it looks at everyone.
///
/// # Errors
/// A [`Refusal`] for a 月次 of a year whose levy was never published, and for a 仮算定 where there is none.
pub(super) fn chunks(
    conn: &mut Conn,
    request: &RunRequest<'_>,
    everyone: &Everyone,
) -> Result<(Vec<Chunk>, i64), OfficeError> {
    let all = |conn: &mut Conn| {
        let all = everyone.standing(conn)?;
        Ok((all.chunks, all.total))
    };
    let kinds = RunKind::of_city(&request.rules.instalments);
    if request.kind == RunKind::Provisional && !kinds.contains(&RunKind::Provisional) {
        return Err(Refusal::new(
            "levy.run.no_provisional",
            format!(
                "{}の納期に仮算定の期がないので、暫定賦課はできません。当初賦課を行ってください",
                request.rules.year()
            ),
        )
        .into());
    }
    if request.kind != RunKind::Monthly {
        return all(conn);
    }
    let year = i64::from(request.rules.year().0);
    let latest = conn.query_opt(&LATEST, &[year.into()], |row| {
        Ok((row.int(0)?, row.text(1)?))
    })?;
    let Some((known_at, rule_hash)) = latest else {
        return Err(Refusal::new(
            "levy.run.monthly.not_open",
            format!(
                "{}の賦課はまだ確定していません。当初賦課を確定してから月次更正を行ってください",
                request.rules.year()
            ),
        )
        .into());
    };
    if rule_hash != request.rules.hash {
        return all(conn);
    }
    let touched = touched_since(conn, known_at)?;
    let total = i64::try_from(touched.len()).unwrap_or(i64::MAX);
    Ok((together(&touched, request.chunk_households), total))
}

/// Chunks of neighbouring numbers and of nobody else.
fn together(households: &[i64], size: i64) -> Vec<Chunk> {
    let mut chunks: Vec<Chunk> = Vec::new();
    for household in households {
        match chunks.last_mut() {
            Some(chunk)
                if chunk.until_key == *household
                    && chunk.until_key - chunk.from_key < size.max(1) =>
            {
                chunk.until_key += 1;
            }
            _ => chunks.push(Chunk {
                number: i64::try_from(chunks.len()).unwrap_or(i64::MAX),
                from_key: *household,
                until_key: household + 1,
            }),
        }
    }
    chunks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_share_a_chunk_and_nobody_else_is_in_it() {
        let ranges = |households: &[i64], size| -> Vec<(i64, i64, i64)> {
            together(households, size)
                .iter()
                .map(|chunk| (chunk.number, chunk.from_key, chunk.until_key))
                .collect()
        };
        assert!(ranges(&[], 4).is_empty());
        assert_eq!(ranges(&[3, 4, 5, 9], 2), [(0, 3, 5), (1, 5, 6), (2, 9, 10)]);
        assert_eq!(ranges(&[3, 4, 5, 9], 16), [(0, 3, 6), (1, 9, 10)]);
    }
}
