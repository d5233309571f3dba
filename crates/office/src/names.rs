//! 符号と呼び名 — values that are stored under a code and shown under a name.

/// Each value with its code in the store and its name on pages.
pub type Names<T> = [(T, &'static str, &'static str)];

/// The code a value is stored under; empty for one that the table lacks.
pub fn code_of<T: Copy + PartialEq>(names: &Names<T>, value: T) -> &'static str {
    let found = names.iter().find(|row| row.0 == value);
    found.map_or("", |row| row.1)
}

/// The name a value is shown under; empty for one that the table lacks.
pub fn label_of<T: Copy + PartialEq>(names: &Names<T>, value: T) -> &'static str {
    let found = names.iter().find(|row| row.0 == value);
    found.map_or("", |row| row.2)
}

/// The value stored under a code.
pub fn named<T: Copy + PartialEq>(names: &Names<T>, code: &str) -> Option<T> {
    let found = names.iter().find(|row| row.1 == code);
    found.map(|row| row.0)
}
