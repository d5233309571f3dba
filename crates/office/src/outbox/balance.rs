//! 照合 — decided is told: what stands in the register is what the messages say, for every period they are about.

use super::content;
use super::kinds::{Layout, State};
use super::table;
use crate::error::OfficeError;
use db::{Conn, Sql};
use law::Date;
use std::collections::{BTreeMap, BTreeSet};

const SUBJECTS: Sql = Sql {
    name: "outbox.balance.subjects",
    text: "select distinct layout, subject from outbox_message where subject >= $1 and subject < $2 \
           order by layout, subject",
};
const NEVER_TOLD: Sql = Sql {
    name: "outbox.balance.never_told",
    text: "select f.subject, f.valid_from from insured_fact f join act a on a.act_id = f.act_id \
           where f.superseded_at is null and (a.kind like 'eligibility.%' or a.kind like 'nightly.%') and f.subject >= $1 and f.subject < $2 \
           and a.act_id > (select coalesce(min(m.act_id), a.act_id) - 1 from outbox_message m) \
           and not exists (select 1 from outbox_message m where m.layout = 'kss_person' and m.subject = f.subject \
           and m.valid_from = f.valid_from) order by f.subject, f.valid_from",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[SUBJECTS, NEVER_TOLD];

/// A period of which the messages say another thing than the register.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Untold {
    /// 種類.
    pub layout: Layout,
    /// 宛名番号 or 世帯番号.
    pub subject: i64,
    /// The first day of the period.
    pub valid_from: Date,
    /// What stands; empty for nothing.
    pub stands: String,
    /// What the messages say; empty for nothing.
    pub told: String,
}

/// Every period of the subjects `from..until` about which the messages and the register differ; nothing when they balance.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn balance(conn: &mut Conn, (from, until): (i64, i64)) -> Result<Vec<Untold>, OfficeError> {
    let subjects = conn.query(&SUBJECTS, &[from.into(), until.into()], |row| {
        Ok((row.text(0)?, row.int(1)?))
    })?;
    let now = crate::levy::relevy::NOW;
    let mut wrong = BTreeSet::new();
    for (code, subject) in subjects {
        let Some(layout) = Layout::ALL.into_iter().find(|one| one.code() == code) else {
            continue;
        };
        let stands = match layout {
            Layout::Person => content::of_person(conn, subject, now)?,
            Layout::Household => content::of_household(conn, subject, now)?,
        };
        let mut said: BTreeMap<Date, (bool, String)> = BTreeMap::new();
        for message in table::all(conn, layout, subject)? {
            let withdrawn = message.state == State::Withdrawn;
            // What was withdrawn leaves what had been told before the first of them.
            let before = (false, message.told);
            let one = said.entry(message.valid_from).or_insert(before);
            if !withdrawn {
                *one = (true, message.content);
            }
        }
        for (valid_from, (_, told)) in said {
            let stands = stands.get(&valid_from).cloned().unwrap_or_default();
            if stands != told {
                wrong.insert(Untold {
                    layout,
                    subject,
                    valid_from,
                    stands,
                    told,
                });
            }
        }
    }
    let never = conn.query(&NEVER_TOLD, &[from.into(), until.into()], |row| {
        Ok((row.int(0)?, row.date(1)?))
    })?;
    for (subject, valid_from) in never {
        let stands = content::of_person(conn, subject, now)?;
        wrong.insert(Untold {
            layout: Layout::Person,
            subject,
            valid_from,
            stands: stands.get(&valid_from).cloned().unwrap_or_default(),
            told: String::new(),
        });
    }
    Ok(wrong.into_iter().collect())
}
