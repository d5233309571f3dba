//! Outside formats: layouts as data, codecs, check digits; bytes to typed records and back.
//!
//! A [`Layout`] is read from TOML and both parses ([`Table`]) and writes ([`Writer`]). Nothing here knows a database,
//! and nothing is guessed: what does not fit its declaration is a [`Flaw`] that names row and field.

pub mod check_digit;
pub mod codes;
pub mod control;
pub mod csv;
pub mod encoding;
pub mod field;
mod fixed;
pub mod layout;
pub mod letters;
pub mod municipality;
pub mod naming;
pub mod outgoing;
pub mod row;
pub mod shape;
pub mod shipped;
pub mod table;
pub mod writer;

pub use codes::{CodeList, Codes};
pub use control::{Control, Extent};
pub use encoding::Encoding;
pub use field::{Day, Flaw, Severity, UNKNOWN_START};
pub use layout::{Field, FieldType, Layout, LayoutError};
pub use naming::FileName;
pub use outgoing::Outgoing;
pub use row::Row;
pub use shipped::Catalogue;
pub use table::{FileError, Table};
pub use writer::{WriteError, Writer};
