//! 札を並べた画面 — facts, lists, reasons and forms as cards: the one shape of the pages on which people are registered,
//! judged and given their papers.

use super::layout::{Badge, Layout, Tone};
use super::levy::PreviewBlock;
use super::timeline::Timeline;
use super::why::Why;
use askama::Template;

/// A page of cards.
#[derive(Clone, Debug, Template)]
#[template(path = "cards.html")]
pub struct CardsPage {
    /// Around it.
    pub page: Layout,
    /// What it is called.
    pub heading: String,
    /// Beside the heading.
    pub aside: String,
    /// States of what is shown.
    pub badges: Vec<Badge>,
    /// What has to be read first.
    pub notes: Vec<Note>,
    /// What a confirmation would change in the levy.
    pub blocks: Vec<PreviewBlock>,
    /// The cards.
    pub cards: Vec<Card>,
}

impl CardsPage {
    /// An empty page.
    #[must_use]
    pub fn new(page: Layout, heading: &str) -> Self {
        Self {
            page,
            heading: heading.to_owned(),
            aside: String::new(),
            badges: Vec::new(),
            notes: Vec::new(),
            blocks: Vec::new(),
            cards: Vec::new(),
        }
    }
}

/// Something that has to be read first.
#[derive(Clone, Debug)]
pub struct Note {
    /// How loudly.
    pub tone: Tone,
    /// In a few words; may be empty.
    pub heading: String,
    /// In sentences.
    pub lines: Vec<String>,
}

impl Note {
    /// A note.
    #[must_use]
    pub fn new(tone: Tone, heading: &str, lines: Vec<String>) -> Self {
        Self {
            tone,
            heading: heading.to_owned(),
            lines,
        }
    }
}

/// One card. What is empty is not shown.
#[derive(Clone, Debug, Default)]
pub struct Card {
    /// What it is called.
    pub title: String,
    /// Beside the title.
    pub beside: String,
    /// `w4`, `w6`, `w8`, `w12`: how many of twelve columns it takes.
    pub width: &'static str,
    /// Pairs of name and value.
    pub facts: Vec<(String, Cell)>,
    /// A list.
    pub table: Option<Table>,
    /// A picture of time.
    pub timeline: Option<Timeline>,
    /// Reasons that open.
    pub whys: Vec<Why>,
    /// A form.
    pub form: Option<Form>,
    /// What can be done.
    pub actions: Vec<Action>,
    /// What is said where there is nothing.
    pub empty: String,
}

impl Card {
    /// A card with a title over its width.
    #[must_use]
    pub fn new(title: &str, width: &'static str) -> Self {
        Self {
            title: title.to_owned(),
            width,
            ..Self::default()
        }
    }

    /// With a list.
    #[must_use]
    pub fn with_table(mut self, table: Table, empty: &str) -> Self {
        self.table = Some(table);
        empty.clone_into(&mut self.empty);
        self
    }

    /// Adds a fact.
    pub fn fact(&mut self, name: &str, value: impl Into<Cell>) {
        let value = value.into();
        if !value.is_empty() {
            self.facts.push((name.to_owned(), value));
        }
    }

    /// Whether a list reaches to the edges.
    #[must_use]
    pub fn is_flush(&self) -> bool {
        self.table.is_some() || !self.whys.is_empty()
    }

    /// Whether nothing is in its list.
    #[must_use]
    pub fn shows_empty(&self) -> bool {
        !self.empty.is_empty()
            && self
                .table
                .as_ref()
                .is_none_or(|table| table.rows.is_empty())
    }
}

/// A list.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// Spoken.
    pub caption: String,
    /// Names of the columns, and whether figures stand in them.
    pub columns: Vec<(String, bool)>,
    /// Lines.
    pub rows: Vec<Row>,
    /// The next lines; empty at the end.
    pub more_href: String,
}

impl Table {
    /// An empty list; a name that begins with `#` is that of a column of figures.
    #[must_use]
    pub fn new(caption: &str, columns: &[&str]) -> Self {
        Self {
            caption: caption.to_owned(),
            columns: columns
                .iter()
                .map(|name| match name.strip_prefix('#') {
                    Some(name) => (name.to_owned(), true),
                    None => ((*name).to_owned(), false),
                })
                .collect(),
            rows: Vec::new(),
            more_href: String::new(),
        }
    }

    /// Adds a line.
    pub fn row(&mut self, cells: Vec<Cell>) -> &mut Row {
        self.rows.push(Row {
            cells,
            ..Row::default()
        });
        let last = self.rows.len() - 1;
        #[allow(clippy::indexing_slicing, reason = "it was just put there")]
        &mut self.rows[last]
    }

    /// Whether any line has something to do on it.
    #[must_use]
    pub fn acts(&self) -> bool {
        self.rows.iter().any(|row| !row.actions.is_empty())
    }

    /// Whether figures stand in a column.
    #[must_use]
    pub fn figures(&self, column: &usize) -> bool {
        self.columns
            .get(*column)
            .is_some_and(|(_, figures)| *figures)
    }
}

/// One line.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// In the order of the columns.
    pub cells: Vec<Cell>,
    /// Whether it counts no more.
    pub off: bool,
    /// What can be done with it.
    pub actions: Vec<Action>,
}

/// One value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// In words.
    pub text: String,
    /// Where it leads; may be empty.
    pub href: String,
    /// Smaller, beside it.
    pub small: String,
    /// States.
    pub badges: Vec<Badge>,
}

impl Cell {
    /// A value that leads somewhere.
    #[must_use]
    pub fn link(text: &str, href: &str) -> Self {
        Self {
            text: text.to_owned(),
            href: href.to_owned(),
            ..Self::default()
        }
    }

    /// A state.
    #[must_use]
    pub fn badge(label: &str, tone: Tone) -> Self {
        Self {
            badges: vec![Badge::new(label, tone, "")],
            ..Self::default()
        }
    }

    /// A value with something smaller beside it.
    #[must_use]
    pub fn beside(text: &str, small: &str) -> Self {
        Self {
            text: text.to_owned(),
            small: small.to_owned(),
            ..Self::default()
        }
    }

    /// Whether there is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.is_empty() && self.small.is_empty() && self.badges.is_empty()
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            ..Self::default()
        }
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self {
            text,
            ..Self::default()
        }
    }
}

/// Something that can be done: a link, or a form of one button.
#[derive(Clone, Debug, Default)]
pub struct Action {
    /// What it is called.
    pub label: String,
    /// Where it leads.
    pub href: String,
    /// Whether it is sent rather than opened.
    pub post: bool,
    /// `main`, `danger` or nothing.
    pub class: &'static str,
    /// What is sent with it.
    pub hidden: Vec<(String, String)>,
}

impl Action {
    /// A link.
    #[must_use]
    pub fn link(label: &str, href: &str) -> Self {
        Self {
            label: label.to_owned(),
            href: href.to_owned(),
            ..Self::default()
        }
    }

    /// A button that sends an order.
    #[must_use]
    pub fn post(label: &str, href: &str, hidden: &[(&str, &str)]) -> Self {
        Self {
            label: label.to_owned(),
            href: href.to_owned(),
            post: true,
            hidden: hidden
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            ..Self::default()
        }
    }

    /// Made the one that is meant.
    #[must_use]
    pub fn main(mut self) -> Self {
        self.class = "main";
        self
    }
}

pub use super::entry::{Button, Choice, Field, Form, Grid, Input, Section};
