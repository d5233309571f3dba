//! 送るファイル — what a writer wrote, under its name, with the control file beside it.

use crate::control::{Control, Extent};
use crate::naming::FileName;
use crate::shipped::Catalogue;
use crate::table::FileError;
use crate::writer::Writer;

/// A file that is ready to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The name of the control file beside it.
    pub control_name: String,
    /// The bytes of the control file.
    pub control: Vec<u8>,
    /// Detail records.
    pub rows: u64,
}

impl Outgoing {
    /// Closes a file. `made_at` is the time in its name, fourteen digits.
    ///
    /// # Errors
    /// [`FileError`] when the catalogue has no layout of control files, or the name does not fit it.
    pub fn close(
        writer: Writer<'_>,
        catalogue: &Catalogue,
        (municipality, made_at): (&str, &str),
        extent: Extent,
    ) -> Result<Self, FileError> {
        let name = FileName::of(writer.layout(), municipality, made_at);
        let control = Control::of(&writer, &name, extent).write(catalogue)?;
        Ok(Self {
            control_name: name.control_name(),
            name: name.to_string(),
            rows: writer.rows(),
            bytes: writer.finish(),
            control,
        })
    }
}
