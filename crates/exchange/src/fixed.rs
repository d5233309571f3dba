//! Fixed-length records, cut by the bytes their letters take in the declared encoding.

use crate::control::Control;
use crate::row::Row;
use crate::table::{FileError, Table};
use std::borrow::Cow;

impl Table<'_> {
    pub(crate) fn for_each_fixed<E: From<FileError>>(
        &self,
        mut f: impl FnMut(Row<'_>) -> Result<(), E>,
    ) -> Result<Option<Control>, E> {
        let mut trailer = None;
        let (mut at, mut line) = (0, 1);
        while at < self.text.len() {
            let (cells, end) = self.fixed_cells(line, at)?;
            self.hand_out(line, at, &cells, &mut trailer, &mut f)?;
            at = end;
            line += 1;
        }
        Ok(trailer)
    }

    /// Cuts a fixed-length record by the bytes its letters take in the declared encoding.
    pub(crate) fn fixed_cells(
        &self,
        line: u64,
        start: usize,
    ) -> Result<(Vec<Cow<'_, str>>, usize), FileError> {
        let rest = self.text.get(start..).unwrap_or("");
        let fields = [&self.layout.header, &self.layout.trailer]
            .into_iter()
            .find(|fields| {
                fields
                    .first()
                    .and_then(|field| field.constant.as_deref())
                    .is_some_and(|kind| rest.starts_with(kind))
            })
            .unwrap_or(&self.layout.fields);
        let mut cells = Vec::with_capacity(fields.len());
        let mut at = 0;
        for field in fields {
            let cell = self.fixed_cell(rest.get(at..).unwrap_or(""), usize::from(field.max));
            let cell = cell.ok_or_else(|| {
                self.shape(
                    line,
                    format!(
                        "「{}」の{}バイトがそろっていません。途中で切れた可能性があります",
                        field.name_ja, field.max
                    ),
                )
            })?;
            at += cell.len();
            cells.push(Cow::Borrowed(cell.trim_end_matches(' ')));
        }
        let after = rest.get(at..).unwrap_or("");
        at += after.len() - after.trim_start_matches(['\r', '\n']).len();
        Ok((cells, start + at))
    }

    fn fixed_cell<'t>(&self, text: &'t str, bytes: usize) -> Option<&'t str> {
        let mut taken = 0;
        let mut buffer = Vec::new();
        for (at, letter) in text.char_indices() {
            if taken == bytes {
                return text.get(..at);
            }
            if matches!(letter, '\r' | '\n') {
                return None;
            }
            buffer.clear();
            self.layout
                .encoding
                .encode(letter.encode_utf8(&mut [0; 4]), &mut buffer)
                .ok()?;
            taken += buffer.len();
            if taken > bytes {
                return None;
            }
        }
        (taken == bytes).then_some(text)
    }
}
