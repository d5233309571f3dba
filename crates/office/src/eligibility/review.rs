//! 資格喪失後の給付の確認 — days that were insured and no longer are, on the work list for as long as nobody is insured on them.
//!
//! 根拠: 国民健康保険法 第65条

use super::consequence::Warning;
use super::project::PersonRewritten;
use crate::acts::Act;
use crate::error::OfficeError;
use crate::worklist::{self, BENEFIT_REVIEW, Filter, Item, NewItem, Outcome};
use db::Conn;
use law::eligibility::report::days_gone;
use law::era::wareki;
use law::{Date, Span};

/// The days of a person to be looked at.
pub(super) fn open(
    conn: &mut Conn,
    act: &Act,
    (person_id, days): (i64, Span),
    today: Date,
) -> Result<(), OfficeError> {
    let until = days.until.unwrap_or(today);
    let text = Warning::BenefitReview { person_id, days }.message_ja();
    let source = format!("act/{}/{}/{until}", act.id.0, days.from);
    let item = NewItem {
        detail: format!("{}から{}の前日まで", wareki(days.from), wareki(until)),
        ..NewItem::about_person(BENEFIT_REVIEW, person_id, &source, &text, today)
    };
    worklist::open(conn, act, &item)?;
    Ok(())
}

/// Days on which people are insured again, since a loss was taken back or another day registered for it: of an item that
/// waits only those are left on which they still are not.
pub(super) fn follow(
    conn: &mut Conn,
    act: &Act,
    people: &[PersonRewritten],
    today: Date,
) -> Result<(), OfficeError> {
    for person in people.iter().filter(|person| person.cover.differs()) {
        let insured: Vec<Span> = person
            .cover
            .after
            .iter()
            .map(|(valid, _)| Span {
                from: valid.from,
                until: valid.until,
            })
            .collect();
        let filter = Filter {
            kind: Some(BENEFIT_REVIEW),
            person_id: Some(person.person_id),
            ..Filter::default()
        };
        for item in worklist::list(conn, &filter, None, Date::MIN)?.items {
            let Some(days) = days_of(&item) else {
                continue;
            };
            let left = days_gone(&[days], &insured);
            if left == [days] {
                continue;
            }
            let note = "この間の資格が戻りました";
            worklist::settle(conn, act, item.item_id, Outcome::Withdrawn, note)?;
            for days in left {
                open(conn, act, (person.person_id, days), today)?;
            }
        }
    }
    Ok(())
}

/// The days an item was opened for.
fn days_of(item: &Item) -> Option<Span> {
    let mut parts = item.source.strip_prefix("act/")?.split('/').skip(1);
    Some(Span {
        from: parts.next()?.parse().ok()?,
        until: Some(parts.next()?.parse().ok()?),
    })
}
