//! 入力欄 — the fields of a form, whatever it is about: typed, chosen, ticked.

/// A form.
#[derive(Clone, Debug, Default)]
pub struct Form {
    /// Where it is sent.
    pub action: String,
    /// Whether it asks (get) or orders (post).
    pub post: bool,
    /// What is sent unseen.
    pub hidden: Vec<(String, String)>,
    /// Fields under headings.
    pub sections: Vec<Section>,
    /// What can be pressed.
    pub buttons: Vec<Button>,
    /// A link out of it; empty where there is none.
    pub back_href: String,
    /// What the way out is called.
    pub back_label: String,
}

impl Form {
    /// A form that orders something.
    #[must_use]
    pub fn post(action: &str) -> Self {
        Self {
            action: action.to_owned(),
            post: true,
            ..Self::default()
        }
    }

    /// A form that asks.
    #[must_use]
    pub fn get(action: &str) -> Self {
        Self {
            action: action.to_owned(),
            ..Self::default()
        }
    }

    /// Fields without a heading.
    #[must_use]
    pub fn fields(mut self, fields: Vec<Field>) -> Self {
        self.sections.push(Section {
            fields,
            ..Section::default()
        });
        self
    }

    /// Fields under a heading.
    #[must_use]
    pub fn section(mut self, title: &str, fields: Vec<Field>) -> Self {
        self.sections.push(Section {
            title: title.to_owned(),
            fields,
            ..Section::default()
        });
        self
    }

    /// One row of fields for each of several people.
    #[must_use]
    pub fn grid(mut self, title: &str, grid: Grid) -> Self {
        self.sections.push(Section {
            title: title.to_owned(),
            grid: Some(grid),
            ..Section::default()
        });
        self
    }

    /// Something sent unseen.
    #[must_use]
    pub fn hide(mut self, name: &str, value: &str) -> Self {
        self.hidden.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Whether a file goes with it.
    #[must_use]
    pub fn has_file(&self) -> bool {
        let mut fields = self.sections.iter().flat_map(|section| &section.fields);
        fields.any(|field| field.input == Input::File)
    }

    /// A button.
    #[must_use]
    pub fn button(mut self, label: &str, value: &str, class: &'static str) -> Self {
        self.buttons.push(Button {
            label: label.to_owned(),
            value: value.to_owned(),
            class,
        });
        self
    }

    /// The way out.
    #[must_use]
    pub fn back(mut self, label: &str, href: &str) -> Self {
        label.clone_into(&mut self.back_label);
        href.clone_into(&mut self.back_href);
        self
    }
}

/// Fields that belong together.
#[derive(Clone, Debug, Default)]
pub struct Section {
    /// What they are about; may be empty.
    pub title: String,
    /// One after another.
    pub fields: Vec<Field>,
    /// Or one row for each of several people.
    pub grid: Option<Grid>,
}

/// Rows of fields.
#[derive(Clone, Debug, Default)]
pub struct Grid {
    /// Spoken.
    pub caption: String,
    /// Names of the columns, that of the rows first.
    pub columns: Vec<String>,
    /// Name of the row, and its fields.
    pub rows: Vec<(String, Vec<Field>)>,
}

/// A button of a form; its value is sent as `do`.
#[derive(Clone, Debug, Default)]
pub struct Button {
    /// What it is called.
    pub label: String,
    /// What is sent.
    pub value: String,
    /// `main`, `danger` or nothing.
    pub class: &'static str,
}

/// A value to choose and its name.
pub type Choice = (String, String);

/// How something is put in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// Words.
    Text,
    /// A day in any form.
    Day,
    /// Yen.
    Yen,
    /// A code that can be typed (`01`), with its list.
    Code(Vec<Choice>),
    /// One of a few.
    Choice(Vec<Choice>),
    /// Yes or no.
    Check,
    /// Several lines.
    Area,
    /// A file; what is in it is read as if it had been typed into the field without `_file` in its name.
    File,
    /// Words that nobody may read over a shoulder.
    Secret,
    /// Only shown.
    Said,
}

/// One field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name, and its id.
    pub name: String,
    /// What it is called.
    pub label: String,
    /// What stands in it.
    pub value: String,
    /// How it is put in.
    pub input: Input,
    /// What helps to fill it; may be empty.
    pub hint: String,
    /// Whether it takes a whole line.
    pub wide: bool,
    /// Whether the page opens with the cursor in it.
    pub first: bool,
}

impl Field {
    /// A field.
    #[must_use]
    pub fn new(input: Input, name: &str, label: &str, value: &str) -> Self {
        Self {
            name: name.to_owned(),
            label: label.to_owned(),
            value: value.to_owned(),
            input,
            hint: String::new(),
            wide: false,
            first: false,
        }
    }

    /// With words that help.
    #[must_use]
    pub fn hint(mut self, hint: &str) -> Self {
        hint.clone_into(&mut self.hint);
        self
    }

    /// Over a whole line.
    #[must_use]
    pub fn wide(mut self) -> Self {
        self.wide = true;
        self
    }

    /// Where the cursor is at first.
    #[must_use]
    pub fn first(mut self) -> Self {
        self.first = true;
        self
    }

    /// The values to choose from.
    #[must_use]
    pub fn choices(&self) -> &[Choice] {
        match &self.input {
            Input::Code(choices) | Input::Choice(choices) => choices,
            _ => &[],
        }
    }

    /// Which element it becomes.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self.input {
            Input::Text => "text",
            Input::Day => "day",
            Input::Yen => "yen",
            Input::Code(_) => "code",
            Input::Choice(_) => "choice",
            Input::Check => "check",
            Input::Area => "area",
            Input::File => "file",
            Input::Secret => "secret",
            Input::Said => "said",
        }
    }
}
