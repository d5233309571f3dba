//! 即時の再計算 — what a re-levy on today's facts would change, shown before anything is decided.

use super::{show, words};
use crate::answer;
use crate::desk::{Desk, Posted};
use crate::registry::household;
use crate::registry::names::{self, Names};
use crate::security::random_token;
use crate::view::amounts::ChangeRow;
use crate::view::format::{day_ja, year_ja};
use crate::view::levy::{PreviewBlock, PreviewPage};
use crate::view::why::Why;
use axum::extract::{Path, Query};
use axum::response::Response;
use db::Conn;
use law::Yen;
use law::levy::instalment::Instalment;
use law::levy::limitation::InsuranceAdjustment;
use law::rules::levy::LevyKind;
use office::levy::book::Circumstances;
use office::levy::numbers::label_ja;
use office::levy::relevy::{Books, NOW, open_years as published_years, relevy_under};
use office::levy::{Booking, Relevied, YearRules, why};
use office::security::permit::{Function, RunLevy, TrialLevy};
use office::{Act, ActId, OfficeError};
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// What is recorded where a clerk says no more.
const REASON: &str = "窓口での更正";

/// The preview, under what a clerk found to lengthen the limits of time.
pub async fn page(
    desk: Desk,
    Path(household): Path<i64>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Response {
    desk.answer(move |desk| {
        desk.permit::<TrialLevy>()?;
        desk.record(TrialLevy::CODE, Some(household))?;
        let said = |name: &str| {
            let found = asked.iter().find(|(key, _)| key == name);
            found.map_or("", |(_, value)| value.as_str())
        };
        let circumstances = circumstances(said("adjustment"), said("fraud"))?;
        let page = desk
            .store()
            .read(|conn| gather(desk, conn, household, circumstances))?;
        match page {
            Some(page) => answer::page(&page),
            None => answer::not_found(desk, "この世帯"),
        }
    })
    .await
}

/// Decides what the preview showed, unless the facts have moved since.
pub async fn confirm(Path(household): Path<i64>, posted: Posted) -> Response {
    let fields = posted.fields;
    posted
        .desk
        .answer(move |desk| {
            let permit = desk.permit::<RunLevy>()?;
            let found = circumstances(fields.text("adjustment"), fields.text("fraud"))?;
            let changes = desk
                .store()
                .read(|conn| changes(desk, conn, household, found))?;
            if digest(&changes) != fields.text("digest") {
                return Err(OfficeError::Conflict(
                    "確認した後に事実か決定が変わりました。もう一度確認してから決定してください"
                        .to_owned(),
                ));
            }
            let rules = desk.store().read(|conn| open_years(desk, conn))?;
            let books = Books {
                rules: &rules,
                calendar: &desk.app().office().calendar,
            };
            let acting = desk.acting(fields.text("request_id"));
            let reason = match fields.text("reason").trim() {
                "" if found == Circumstances::default() => REASON,
                reason => reason,
            };
            let store = desk.store();
            relevy_under(store, &books, &permit, &acting, &[household], reason, found)?;
            Ok(answer::go(&format!(
                "/households/{household}?done=relevied"
            )))
        })
        .await
}

/// 期間制限を延ばす事情 as the form says it.
fn circumstances(adjustment: &str, fraud: &str) -> Result<Circumstances, OfficeError> {
    let years = match adjustment.trim() {
        "" => None,
        text => {
            let years = text.parse().ok().filter(|years| (1..=10).contains(years));
            Some(years.ok_or_else(|| {
                let wrong = "1から10までの年数を数字で入れてください";
                OfficeError::input("被用者保険との調整", wrong)
            })?)
        }
    };
    Ok(Circumstances {
        adjustment: years.map(|years| InsuranceAdjustment { years }),
        fraud: !fraud.is_empty(),
    })
}

fn gather(
    desk: &Desk,
    conn: &mut Conn,
    household: i64,
    found: Circumstances,
) -> Result<Option<PreviewPage>, OfficeError> {
    let mut layout = desk.layout("賦課の再計算");
    layout.subject = household::subject(desk, conn, household, "preview")?;
    if layout.subject.is_none() {
        return Ok(None);
    }
    let changes = changes(desk, conn, household, found)?;
    let may_decide = desk.session().may(RunLevy::CODE);
    let digest = digest(&changes);
    let liable = changes.iter().map(|change| change.after.outcome.liable_id);
    let names = names::people(conn, desk.business_date(), liable)?;
    let mut blocks = Vec::new();
    for change in &changes {
        let rules = desk.rules(change.after.levy_year)?;
        let why = reasons(desk, conn, rules, change)?;
        blocks.push(block(rules, change, &names, why));
    }
    Ok(Some(PreviewPage {
        page: layout,
        confirm_href: if may_decide && !blocks.is_empty() {
            format!("/households/{household}/relevy")
        } else {
            String::new()
        },
        blocks,
        digest,
        request_id: random_token()?,
        back_href: format!("/households/{household}"),
        preview_href: format!("/households/{household}/preview"),
        adjustment: found
            .adjustment
            .map_or_else(String::new, |one| one.years.to_string()),
        fraud: found.fraud,
        found: found.label_ja(),
    }))
}

/// The years whose levy has been published: a year that was never levied here is not begun by a correction.
fn open_years(desk: &Desk, conn: &mut Conn) -> Result<Vec<YearRules>, OfficeError> {
    let open = published_years(conn)?;
    let rules = &desk.app().office().rules;
    Ok(rules
        .iter()
        .filter(|rules| open.contains(&rules.year()))
        .cloned()
        .collect())
}

/// What would change in every year that is open.
fn changes(
    desk: &Desk,
    conn: &mut Conn,
    household: i64,
    circumstances: Circumstances,
) -> Result<Vec<Relevied>, OfficeError> {
    let office = desk.app().office();
    let rules = open_years(desk, conn)?;
    let act = Act {
        id: ActId(0),
        recorded_at: desk.now(),
    };
    let mut all = Vec::new();
    for rules in &rules {
        let booking = Booking {
            rules,
            calendar: &office.calendar,
            act: &act,
            run_id: 0,
            decided_on: desk.business_date(),
            reason: REASON,
            circumstances,
        };
        all.extend(office::levy::relevy::preview(conn, &booking, household)?);
    }
    Ok(all)
}

/// What was shown, in one word: years, liable persons, inputs and amounts.
fn digest(changes: &[Relevied]) -> String {
    let mut hash = Sha256::new();
    for change in changes {
        let outcome = &change.after.outcome;
        let standing = change
            .before
            .as_ref()
            .map_or(0, |decision| decision.decision_id);
        let mut put = |value: i64| hash.update(value.to_le_bytes());
        put(i64::from(change.after.levy_year.0));
        put(outcome.liable_id);
        put(outcome.input_digest);
        put(standing);
        put(change.after.barred.0);
        for withheld in &change.withheld {
            put(withheld.number);
            put(withheld.after.total().0);
        }
        outcome
            .parts
            .columns()
            .into_iter()
            .for_each(|yen| put(yen.0));
        for instalment in &change.replan.instalments {
            put(instalment.amount().0);
        }
    }
    hash.finalize()
        .iter()
        .fold(String::new(), |mut text, byte| {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

pub(crate) fn reasons(
    desk: &Desk,
    conn: &mut Conn,
    rules: &YearRules,
    change: &Relevied,
) -> Result<Vec<Why>, OfficeError> {
    let outcome = &change.after.outcome;
    let explained: Vec<_> = why::explain_facts(conn, rules, outcome.household_id, NOW)?
        .into_iter()
        .filter(|(liable, _)| *liable == outcome.liable_id)
        .map(|(_, one)| one)
        .collect();
    let people = explained
        .iter()
        .flat_map(|one| one.members.iter().map(|member| member.person_id));
    let names = names::people(conn, desk.business_date(), people)?;
    Ok(show::reasons(&explained, &names))
}

pub(crate) fn block(
    rules: &YearRules,
    change: &Relevied,
    names: &Names,
    why: Vec<Why>,
) -> PreviewBlock {
    let after = &change.after.outcome;
    let before = change.before.as_ref().map(|decision| &decision.outcome);
    let before_parts = before.map(|outcome| outcome.parts).unwrap_or_default();
    let total = ChangeRow::of("年額", "", before_parts.total(), after.parts.total());
    let mut components: Vec<ChangeRow> = words::components(&rules.levy)
        .iter()
        .zip(
            before_parts
                .columns()
                .into_iter()
                .zip(after.parts.columns()),
        )
        .map(|(name, (old, new))| ChangeRow::of(name, "", old, new))
        .collect();
    components.push(total.clone());
    let tax = rules.levy.kind == LevyKind::Tax;
    let mut reasons = Vec::new();
    match before {
        None => reasons.push("新しい賦課".to_owned()),
        Some(before) => {
            if before.tenths != after.tenths {
                let word = |tenths| {
                    if tenths == 0 {
                        "軽減なし".to_owned()
                    } else {
                        words::reduction(tenths)
                    }
                };
                reasons.push(format!(
                    "軽減 {}→{}",
                    word(before.tenths),
                    word(after.tenths)
                ));
            }
            if before.months != after.months {
                reasons.push(format!(
                    "月数 {}→{}",
                    before.months.count(),
                    after.months.count()
                ));
            }
        }
    }
    PreviewBlock {
        year: year_ja(change.after.levy_year),
        liable: names.person(after.liable_id),
        reasons,
        components,
        instalments: instalments(change, &total),
        past_due_reduction: change.replan.past_due_reduction,
        barred: change.after.barred,
        paper: match before {
            None if tax => "納税通知書".to_owned(),
            None => "納入通知書".to_owned(),
            Some(_) if total.change == Yen::ZERO => String::new(),
            Some(_) if tax => "更正決定通知書".to_owned(),
            Some(_) => "変更決定通知書".to_owned(),
        },
        total,
        why,
    }
}

/// Withholdings from pensions and ordinary instalments, before and after, in order of their days.
fn instalments(change: &Relevied, total: &ChangeRow) -> Vec<ChangeRow> {
    let before = change.replan.undone();
    let stood = |wanted: &Instalment| {
        before
            .iter()
            .find(|one| one.key == wanted.key)
            .map_or(Yen::ZERO, Instalment::amount)
    };
    let ordinary = change.replan.instalments.iter().map(|one| {
        let label = words::instalment(one.key);
        (one.due_on, label, stood(one), one.amount())
    });
    let withheld = change.withheld.iter().map(|one| {
        let label = label_ja(one.number);
        (one.due_on, label, one.before.total(), one.after.total())
    });
    let mut all: Vec<_> = ordinary.chain(withheld).collect();
    all.sort_by_key(|(due_on, ..)| *due_on);
    let mut rows: Vec<ChangeRow> = all
        .iter()
        .map(|(due_on, label, before, after)| {
            ChangeRow::of(label, &day_ja(*due_on), *before, *after)
        })
        .collect();
    rows.push(ChangeRow {
        label: "合計".to_owned(),
        ..total.clone()
    });
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use law::levy::instalment::Replan;
    use law::{Months, day};
    use office::ledger::Parts;
    use office::levy::special::Withheld;
    use office::levy::{Decision, Outcome};

    /// A year whose October pension payment takes so much of one component.
    fn taking(october: i64) -> Relevied {
        let parts = |yen| Parts::from_columns([Yen(yen), Yen::ZERO, Yen::ZERO, Yen::ZERO]);
        Relevied {
            before: None,
            after: Decision {
                decision_id: 0,
                levy_year: law::FiscalYear(2026),
                sequence: 1,
                run_id: 0,
                decided_on: day(2026, 6, 12),
                reason: String::new(),
                rule_hash: String::new(),
                outcome: Outcome {
                    household_id: 1,
                    liable_id: 11,
                    tenths: 0,
                    months: Months::NONE,
                    flags: 0,
                    parts: parts(9_000),
                    over_cap: Yen::ZERO,
                    input_digest: 7,
                    arose_on: None,
                    february: Yen::ZERO,
                    half_room: None,
                    later: Vec::new(),
                },
                barred: Yen::ZERO,
            },
            replan: Replan {
                instalments: Vec::new(),
                changes: Vec::new(),
                no_longer_due: Vec::new(),
                past_due_reduction: Yen::ZERO,
            },
            withheld: vec![Withheld {
                number: 310,
                due_on: day(2026, 10, 15),
                before: parts(3_000),
                after: parts(october),
            }],
        }
    }

    #[test]
    fn what_a_pension_payment_takes_is_part_of_what_was_confirmed() {
        assert_eq!(digest(&[taking(9_000)]), digest(&[taking(9_000)]));
        assert_ne!(digest(&[taking(9_000)]), digest(&[taking(8_999)]));
    }

    #[test]
    fn a_pension_payment_is_shown_by_its_month() {
        let total = ChangeRow::of("年額", "", Yen(3_000), Yen(9_000));
        let rows = instalments(&taking(9_000), &total);
        let october = ChangeRow::of("年金10月", "令和8年10月15日", Yen(3_000), Yen(9_000));
        assert_eq!(rows.len(), 2);
        assert_eq!(
            (
                &rows[0].label,
                &rows[0].beside,
                rows[0].before,
                rows[0].after
            ),
            (
                &october.label,
                &october.beside,
                october.before,
                october.after
            )
        );
    }
}
