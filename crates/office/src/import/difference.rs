//! 差分 — what the rows of a subject change in what stands of it.

use super::plan::{Replace, Staged, Stated, Target};
use super::post::Reach;
use crate::error::OfficeError;
use db::{Conn, Span, StoreError, Value};
use exchange::Flaw;
use std::collections::{BTreeMap, BTreeSet};

/// A standing or replaced row.
pub(super) struct Known {
    pub fact_no: i64,
    pub valid: Span,
    pub stands: bool,
    pub values: Vec<Value>,
}

/// Every row ever written of the subjects in reach.
pub(super) fn read_known(
    conn: &mut Conn,
    target: &Target,
    reach: Reach<'_>,
    rows: &[Staged],
) -> Result<BTreeMap<i64, Vec<Known>>, OfficeError> {
    let subject = target.table.subject;
    let text = format!(
        "select {subject}, fact_no, valid_from, valid_until, superseded_at, {} from {} \
         where {subject} >= $1 and {subject} <= $2 order by {subject}, fact_no",
        target.table.columns.join(", "),
        target.table.name
    );
    let mut known: BTreeMap<i64, Vec<Known>> = BTreeMap::new();
    let mut read = |conn: &mut Conn, from: i64, until: i64| -> Result<(), StoreError> {
        let found = conn.query_text(&text, &[from.into(), until.into()], |row| {
            let fact = Known {
                fact_no: row.int(1)?,
                valid: Span::new(row.date(2)?, row.opt_date(3)?),
                stands: row.opt_int(4)?.is_none(),
                values: (5..row.width())
                    .map(|place| row.value(place))
                    .collect::<Result<_, _>>()?,
            };
            Ok((row.int(0)?, fact))
        })?;
        for (subject, fact) in found {
            known.entry(subject).or_default().push(fact);
        }
        Ok(())
    };
    match reach {
        Reach::Between(after, until, _) => read(conn, after.saturating_add(1), until)?,
        Reach::Subjects | Reach::Spans => {
            let mut last = None;
            for row in rows.iter().filter(|row| row.subject >= 0) {
                if last != Some(row.subject) {
                    read(conn, row.subject, row.subject)?;
                    last = Some(row.subject);
                }
            }
        }
    }
    Ok(known)
}

/// A row of an older history than what stands of the same days.
pub(super) fn older(target: &Target, known: Option<&Vec<Known>>, row: &Staged) -> Option<Flaw> {
    let (place, stated) = (target.version?, row.stated.as_ref()?);
    let standing = known?
        .iter()
        .find(|known| known.stands && known.valid == stated.span())?;
    let Some(Value::Text(source)) = standing.values.get(place) else {
        return None;
    };
    let newest: i64 = source.strip_prefix("tax/")?.parse().ok()?;
    (stated.order.1 < newest).then(|| {
        Flaw::hold(
            "履歴番号",
            "import.row.older",
            format!("履歴{}より新しい履歴{newest}が登録済みです。古いファイルではないか確かめてください", stated.order.1),
        )
    })
}

/// A row that takes the place of what a clerk stated or another municipality answered: taken, and somebody looks at it.
pub(super) fn over_own(target: &Target, known: Option<&Vec<Known>>, row: &Staged) -> Option<Flaw> {
    let (place, stated) = (target.version?, row.stated.as_ref()?);
    let standing = known?
        .iter()
        .find(|known| known.stands && known.valid == stated.span())?;
    let Some(Value::Text(source)) = standing.values.get(place) else {
        return None;
    };
    let pairs = standing.values.iter().zip(&stated.values).enumerate();
    let differs = pairs
        .filter(|(at, _)| *at != place && !target.derived.contains(at))
        .any(|(_, (stands, told))| stands != told);
    (differs && !target.by_file(&standing.values)).then(|| {
        Flaw::review(
            "履歴番号",
            "import.row.over_own",
            format!("「{source}」で登録した内容と違う行で置き換えました。どちらが正しいか確かめてください"),
        )
    })
}

/// What changes for one subject.
#[derive(Default)]
pub(super) struct Changes<'s> {
    /// Days on which nothing stands any more.
    pub close: Vec<Span>,
    /// The same, because a full load leaves them out.
    pub withdrawn: Vec<Span>,
    /// What is to be stated.
    pub put: Vec<(&'s Staged, Span, Vec<Value>)>,
    /// Lines of rows that change something.
    pub lines: BTreeSet<u64>,
    /// A fact to be put lies over one that stands.
    pub overlaps: bool,
}

pub(super) fn difference<'s>(
    target: &Target,
    known: &[Known],
    group: &'s [Staged],
    reach: Reach<'_>,
    values: fn(&Stated) -> &[Value],
) -> Changes<'s> {
    let standing: Vec<&Known> = known.iter().filter(|known| known.stands).collect();
    let stated: Vec<(&Staged, &Stated)> = group
        .iter()
        .filter_map(|row| row.stated.as_ref().map(|stated| (row, stated)))
        .filter(|(_, stated)| stated.span().has_days())
        .collect();
    let mut changes = Changes::default();
    let mut unchanged: Vec<(Span, u64)> = Vec::new();
    for (row, stated) in &stated {
        let new = changed(target, &standing, stated.span(), values(stated));
        if new.is_empty() {
            unchanged.push((stated.span(), row.line));
            continue;
        }
        changes.lines.insert(row.line);
        changes.overlaps |= new.iter().any(|(span, _)| meets(&standing, *span));
        changes
            .put
            .extend(new.into_iter().map(|(span, values)| (*row, span, values)));
    }
    let Some(first) = stated.iter().map(|(_, stated)| stated.from).min() else {
        return changes;
    };
    for known in &standing {
        let spoken_of = match target.replace {
            Replace::Whole => vec![known.valid],
            Replace::FromFirstDay => known
                .valid
                .intersection(Span::since(first))
                .into_iter()
                .collect(),
            Replace::EachSpan => {
                let full =
                    matches!(reach, Reach::Between(_, _, days) if days.contains(&known.valid.from));
                if full
                    && target.withdraws
                    && target.by_file(&known.values)
                    && !stated
                        .iter()
                        .any(|(_, one)| one.span().intersection(known.valid).is_some())
                {
                    changes.withdrawn.push(known.valid);
                }
                Vec::new()
            }
        };
        let left_out = stated.iter().fold(spoken_of, |left, (_, stated)| {
            left.into_iter()
                .flat_map(|span| span.minus(stated.span()))
                .flatten()
                .collect()
        });
        if !left_out.is_empty() {
            // What stands is cut shorter: the row that says so changes something though it states nothing new.
            let cut = unchanged
                .iter()
                .filter(|(span, _)| span.intersection(known.valid).is_some());
            changes.lines.extend(cut.map(|(_, line)| *line));
        }
        changes.close.extend(left_out);
    }
    changes
}

fn meets(standing: &[&Known], span: Span) -> bool {
    standing
        .iter()
        .any(|known| known.valid.intersection(span).is_some())
}

/// The spans and values of a stated fact that do not stand already; empty when all of it does.
///
/// Where a table has columns no file carries, the fact is taken apart along what stands, and each part keeps them.
fn changed(
    target: &Target,
    standing: &[&Known],
    whole: Span,
    values: &[Value],
) -> Vec<(Span, Vec<Value>)> {
    let over: Vec<(Span, &Known)> = standing
        .iter()
        .filter_map(|known| {
            known
                .valid
                .intersection(whole)
                .map(|common| (common, *known))
        })
        .collect();
    let bare: Vec<Span> = over.iter().fold(vec![whole], |left, (common, _)| {
        left.into_iter()
            .flat_map(|span| span.minus(*common))
            .flatten()
            .collect()
    });
    if bare.is_empty()
        && over
            .iter()
            .all(|(_, known)| target.same(&known.values, values))
    {
        return Vec::new();
    }
    if target.carried.is_empty() {
        return vec![(whole, values.to_vec())];
    }
    let nearest = |span: &Span| {
        let before = standing
            .iter()
            .filter(|known| known.valid.from <= span.from)
            .max_by_key(|known| known.valid.from);
        before.or(standing.first()).copied()
    };
    let mut parts: Vec<(Span, Vec<Value>)> = over
        .iter()
        .filter(|(_, known)| !target.same(&known.values, values))
        .map(|(span, known)| (*span, carry(target, Some(known), values)))
        .chain(
            bare.iter()
                .map(|span| (*span, carry(target, nearest(span), values))),
        )
        .collect();
    parts.sort_by_key(|(span, _)| span.from);
    parts.dedup_by(|next, before| {
        let one = before.0.until == Some(next.0.from) && before.1 == next.1;
        if one {
            before.0.until = next.0.until;
        }
        one
    });
    parts
}

/// Fills the columns that no file carries from what stands.
fn carry(target: &Target, source: Option<&Known>, values: &[Value]) -> Vec<Value> {
    let mut values = values.to_vec();
    for place in target.carried {
        let stands = source.and_then(|known| known.values.get(*place));
        if let (Some(value), Some(stands)) = (values.get_mut(*place), stands) {
            value.clone_from(stands);
        }
    }
    values
}
