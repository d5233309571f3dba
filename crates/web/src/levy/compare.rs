//! 二つの賦課処理の比較.

use super::{runs, words};
use crate::answer;
use crate::desk::Desk;
use crate::registry::names;
use crate::view::amounts::ChangeRow;
use crate::view::compare::{Changed, ComparePage};
use axum::extract::Query;
use axum::response::Response;
use db::Conn;
use law::Yen;
use office::OfficeError;
use office::levy::compare::{self, Changed as Difference};
use office::levy::{Outcome, run};
use office::security::permit::{Function, ViewLevy};
use serde::Deserialize;

/// Households on one page.
const PAGE: i64 = 50;

/// Which two runs, and where the list begins.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Two {
    left: i64,
    right: i64,
    #[serde(default)]
    after: i64,
}

/// The comparison.
pub async fn page(desk: Desk, Query(two): Query<Two>) -> Response {
    desk.answer(move |desk| {
        desk.permit::<ViewLevy>()?;
        desk.record(ViewLevy::CODE, None)?;
        match desk.store().read(|conn| gather(desk, conn, two))? {
            Some(page) => answer::page(&page),
            None => answer::not_found(desk, "比べる賦課処理"),
        }
    })
    .await
}

fn gather(desk: &Desk, conn: &mut Conn, two: Two) -> Result<Option<ComparePage>, OfficeError> {
    let (Some(left), Some(right)) = (run::find(conn, two.left)?, run::find(conn, two.right)?)
    else {
        return Ok(None);
    };
    if left.levy_year != right.levy_year {
        return Err(law::Refusal::new(
            "web.compare.years",
            "年度の違う賦課処理は比べられません。同じ年度の処理を選んでください".to_owned(),
        )
        .into());
    }
    let (before, after) = (
        compare::totals(conn, two.left)?,
        compare::totals(conn, two.right)?,
    );
    let components = desk
        .app()
        .rules(left.levy_year)
        .map(|rules| words::components(&rules.levy))
        .unwrap_or_default();
    let mut totals: Vec<ChangeRow> = components
        .iter()
        .zip(
            before
                .parts
                .columns()
                .into_iter()
                .zip(after.parts.columns()),
        )
        .map(|(name, (old, new))| ChangeRow::of(name, "", old, new))
        .collect();
    totals.push(ChangeRow::of(
        "合計",
        "",
        before.parts.total(),
        after.parts.total(),
    ));
    let rows = compare::changed(conn, two.left, two.right, two.after, PAGE)?;
    let full = i64::try_from(rows.len()).is_ok_and(|count| count >= PAGE);
    let last = rows
        .last()
        .and_then(|row| row.before.as_ref().or(row.after.as_ref()))
        .map(|one| one.household_id);
    let mut tiers: Vec<i64> = before
        .tiers
        .iter()
        .chain(&after.tiers)
        .map(|tier| tier.0)
        .collect();
    tiers.sort_unstable_by(|one, other| other.cmp(one));
    tiers.dedup();
    let of = |list: &[(i64, i64, Yen)], tenths: i64| {
        list.iter()
            .find(|tier| tier.0 == tenths)
            .map_or(0, |tier| tier.1)
    };
    let mut counts = vec![("納付義務者".to_owned(), before.households, after.households)];
    counts.extend(tiers.into_iter().map(|tenths| {
        let label = if tenths == 0 {
            "軽減なし".to_owned()
        } else {
            words::reduction(tenths)
        };
        (label, of(&before.tiers, tenths), of(&after.tiers, tenths))
    }));
    Ok(Some(ComparePage {
        page: desk.layout("賦課処理の比較"),
        left: runs::line(&left),
        right: runs::line(&right),
        totals,
        counts,
        changed: lines(desk, conn, &rows, &components)?,
        more_href: match (full, last) {
            (true, Some(last)) => format!(
                "/runs/compare?left={}&right={}&after={last}",
                two.left, two.right
            ),
            _ => String::new(),
        },
    }))
}

fn lines(
    desk: &Desk,
    conn: &mut Conn,
    rows: &[Difference],
    components: &[String],
) -> Result<Vec<Changed>, OfficeError> {
    let today = desk.business_date();
    let either = |row: &Difference| row.after.clone().or_else(|| row.before.clone());
    let names = names::people(
        conn,
        today,
        rows.iter().filter_map(either).map(|one| one.liable_id),
    )?;
    let mut lines = Vec::new();
    for row in rows {
        let Some(one) = either(row) else { continue };
        let amount =
            |side: &Option<Outcome>| side.as_ref().map_or(Yen::ZERO, |one| one.parts.total());
        let change = ChangeRow::of("", "", amount(&row.before), amount(&row.after));
        lines.push(Changed {
            household_id: one.household_id,
            number: names::household_number(conn, one.household_id, today)?,
            liable: names.person(one.liable_id),
            what: what(row, components),
            before: change.before,
            after: change.after,
            change: change.change,
            href: format!("/households/{}", one.household_id),
        });
    }
    Ok(lines)
}

/// What changed, in words: 軽減 and the components that differ.
fn what(row: &Difference, components: &[String]) -> String {
    let (Some(before), Some(after)) = (&row.before, &row.after) else {
        return if row.before.is_none() {
            "新たに賦課"
        } else {
            "賦課しない"
        }
        .to_owned();
    };
    let mut words_of = Vec::new();
    if before.tenths != after.tenths {
        let word = |tenths| {
            if tenths == 0 {
                "なし".to_owned()
            } else {
                format!("{tenths}割")
            }
        };
        words_of.push(format!(
            "軽減 {}→{}",
            word(before.tenths),
            word(after.tenths)
        ));
    }
    if before.months != after.months {
        words_of.push(format!(
            "月数 {}→{}",
            before.months.count(),
            after.months.count()
        ));
    }
    let columns = before
        .parts
        .columns()
        .into_iter()
        .zip(after.parts.columns());
    words_of.extend(
        components
            .iter()
            .zip(columns)
            .filter(|(_, (old, new))| old != new)
            .map(|(name, _)| name.clone()),
    );
    words_of.join("、")
}
