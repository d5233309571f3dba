//! 見える行 — a list shows a row only to whoever may open what the row leads to. Of the others it says that there is one, and
//! why it is not shown; never whose it is.

use crate::subject;
use crate::view::cards::{Cell, Row};
use db::Store;
use law::Date;
use office::security::{Session, rows};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// What stands in a row that is not shown.
pub const CLOSED: &str = "担当外";
/// Why.
pub const WHY: &str = "担当する区か案件の方ではないか、本人・親族として申告された方です";

/// What one reader sees of lists.
#[derive(Clone, Default)]
pub enum Eyes {
    /// Every row: nothing narrows what the reader may open.
    #[default]
    Everything,
    /// Only rows of those the reader may open.
    Limited(Arc<Limited>),
}

/// Who reads, and what was found out already.
pub struct Limited {
    store: Store,
    session: Session,
    today: Date,
    known: Mutex<BTreeMap<i64, bool>>,
}

impl fmt::Debug for Eyes {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Everything => "Everything",
            Self::Limited(_) => "Limited",
        })
    }
}

impl Eyes {
    /// The eyes of a session.
    #[must_use]
    pub fn of(store: &Store, session: &Session, today: Date) -> Self {
        if !session.is_limited() {
            return Self::Everything;
        }
        Self::Limited(Arc::new(Limited {
            store: store.clone(),
            session: session.clone(),
            today,
            known: Mutex::new(BTreeMap::new()),
        }))
    }

    /// Whether the household or person that an address leads to is closed to the reader. What cannot be found out is.
    #[must_use]
    pub fn closed(&self, href: &str) -> bool {
        let Self::Limited(limited) = self else {
            return false;
        };
        let path = href.split(['?', '#']).next().unwrap_or_default();
        if path.is_empty() {
            return false;
        }
        let behind = limited
            .store
            .read(|conn| subject::behind(conn, path, limited.today));
        match behind {
            Ok(subjects) => subjects.into_iter().any(|subject| limited.closes(subject)),
            Err(_) => true,
        }
    }

    /// Whether a household or person is closed to the reader.
    #[must_use]
    pub fn closes(&self, subject: i64) -> bool {
        match self {
            Self::Everything => false,
            Self::Limited(limited) => limited.closes(subject),
        }
    }

    /// How many of these addresses lead to somebody who is closed to the reader.
    #[must_use]
    pub fn count<'h>(&self, hrefs: impl Iterator<Item = &'h str>) -> usize {
        if matches!(self, Self::Everything) {
            return 0;
        }
        hrefs.filter(|href| self.closed(href)).count()
    }

    /// The rows of a list as the reader sees them; one line at the end says how many are not shown.
    #[must_use]
    pub fn rows<'r>(&self, rows: &'r [Row]) -> Vec<Cow<'r, Row>> {
        let mut shown: Vec<Cow<'r, Row>> = rows
            .iter()
            .filter(|row| !self.closes_row(row))
            .map(Cow::Borrowed)
            .collect();
        let closed = rows.len() - shown.len();
        if closed > 0 {
            let columns = rows.iter().map(|row| row.cells.len()).max().unwrap_or(1);
            let mut cells = vec![Cell::beside(&format!("{CLOSED} {closed}件"), WHY)];
            cells.resize(columns.max(1), Cell::default());
            shown.push(Cow::Owned(Row {
                cells,
                off: true,
                actions: Vec::new(),
            }));
        }
        shown
    }

    fn closes_row(&self, row: &Row) -> bool {
        if matches!(self, Self::Everything) {
            return false;
        }
        let cells = row.cells.iter().map(|cell| cell.href.as_str());
        let actions = row.actions.iter().map(|action| action.href.as_str());
        cells.chain(actions).any(|href| self.closed(href))
    }
}

impl Limited {
    fn closes(&self, subject: i64) -> bool {
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(closed) = known().get(&subject) {
            return *closed;
        }
        let asked = rows::allows(&self.store, &self.session, subject, self.today);
        let closed = !matches!(asked, Ok(Ok(())));
        known().insert(subject, closed);
        closed
    }
}
