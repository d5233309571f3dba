//! What surrounds every page: who works, on which day, for whom.

use crate::eyes::Eyes;

/// How loudly something speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Stop and look.
    Bad,
    /// Take care.
    Warn,
    /// All is well.
    Good,
    /// For your information.
    Info,
    /// Says no more than its words.
    Plain,
}

impl Tone {
    /// The class in the style sheet.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Self::Bad => "bad",
            Self::Warn => "warn",
            Self::Good => "good",
            Self::Info => "info",
            Self::Plain => "plain",
        }
    }
}

/// 警告の札 — a word beside a name that nobody may overlook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Badge {
    /// The word: 未申告, 支援措置 …
    pub label: String,
    /// How loudly.
    pub tone: Tone,
    /// What it means and what to do.
    pub meaning: String,
}

impl Badge {
    /// A badge.
    #[must_use]
    pub fn new(label: &str, tone: Tone, meaning: &str) -> Self {
        Self {
            label: label.to_owned(),
            tone,
            meaning: meaning.to_owned(),
        }
    }
}

/// One entry of a menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MenuItem {
    /// What it is called.
    pub label: String,
    /// Where it leads.
    pub href: String,
    /// Whether this is where one is.
    pub current: bool,
    /// How many wait there; shown when not zero.
    pub waiting: i64,
}

impl MenuItem {
    /// An entry without a count.
    #[must_use]
    pub fn new(label: &str, href: &str, current: bool) -> Self {
        Self {
            label: label.to_owned(),
            href: href.to_owned(),
            current,
            waiting: 0,
        }
    }
}

/// One area of the menu; what is in it opens below its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MenuArea {
    /// What it is called.
    pub label: String,
    /// Whether this is where one is.
    pub current: bool,
    /// What is in it; where there is one thing only, that stands in the menu itself.
    pub items: Vec<MenuItem>,
}

/// The household being handled; stays in sight on each of its pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// 世帯番号.
    pub household_id: i64,
    /// 記号・番号, as printed.
    pub number: String,
    /// 世帯主.
    pub head_name: String,
    /// Its reading.
    pub head_kana: String,
    /// 生年月日と年齢.
    pub head_birth: String,
    /// 住所; a withheld one is not filled in.
    pub address: String,
    /// 加入者数 and the like.
    pub members: String,
    /// Warnings.
    pub badges: Vec<Badge>,
    /// The pages of this household.
    pub tabs: Vec<MenuItem>,
}

/// An error: at the top of the page, and beside its field where there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// `id` of the field, empty for the page as a whole.
    pub field: String,
    /// What is wrong and what to do.
    pub message: String,
}

/// Who is logged in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// 氏名.
    pub name: String,
    /// 役割.
    pub roles: String,
    /// 窓口拠点; empty where there is none.
    pub place: String,
    /// Where another one is chosen; empty where there is no choice.
    pub seat_href: String,
}

/// What every page carries.
#[derive(Clone, Debug)]
pub struct Layout {
    /// Title of the page.
    pub title: String,
    /// 市区町村名.
    pub municipality: String,
    /// 業務日付.
    pub business_date: String,
    /// デモ, 研修 …; empty in production.
    pub environment: String,
    /// Who is logged in; nobody on the log-in page.
    pub user: Option<User>,
    /// The token of every form.
    pub csrf: String,
    /// The menu.
    pub menu: Vec<MenuArea>,
    /// Whose pages these are.
    pub subject: Option<Subject>,
    /// What is wrong.
    pub errors: Vec<FieldError>,
    /// What was just done.
    pub done: String,
    /// Where that is taken back; empty where it cannot be.
    pub undo_href: String,
    /// What stands in the search box.
    pub query: String,
    /// Whether the search box is there.
    pub may_search: bool,
    /// The chapter of the manual that explains the page; empty where there is none.
    pub help_href: String,
    /// What the reader sees of lists.
    pub eyes: Eyes,
    /// Seconds after which a page without JavaScript loads itself again; 0 never.
    pub refresh: u32,
}

impl Layout {
    /// A page without anything around it.
    #[must_use]
    pub fn bare(title: &str, municipality: &str) -> Self {
        Self {
            title: title.to_owned(),
            municipality: municipality.to_owned(),
            business_date: String::new(),
            environment: String::new(),
            user: None,
            csrf: String::new(),
            menu: Vec::new(),
            subject: None,
            errors: Vec::new(),
            done: String::new(),
            undo_href: String::new(),
            query: String::new(),
            may_search: false,
            help_href: String::new(),
            eyes: Eyes::default(),
            refresh: 0,
        }
    }

    /// Address of the style sheet of tokens.
    #[must_use]
    pub fn tokens_css(&self) -> &'static str {
        crate::assets::href("tokens.css")
    }

    /// Address of the style sheet.
    #[must_use]
    pub fn app_css(&self) -> &'static str {
        crate::assets::href("app.css")
    }

    /// Address of the script.
    #[must_use]
    pub fn app_js(&self) -> &'static str {
        crate::assets::href("app.js")
    }

    /// Address of the script that asks an authenticator.
    #[must_use]
    pub fn passkey_js(&self) -> &'static str {
        crate::assets::href("passkey.js")
    }

    /// The errors of one field, joined.
    #[must_use]
    pub fn error_of(&self, field: &str) -> String {
        let found: Vec<&str> = self
            .errors
            .iter()
            .filter(|error| error.field == field)
            .map(|error| error.message.as_str())
            .collect();
        found.join(" ")
    }
}
