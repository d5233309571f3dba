//! 書体 — the fonts, where they are found, and what each can draw.

use crate::error::PrintError;
use std::path::{Path, PathBuf};
use typst::foundations::Bytes;
use typst::layout::Abs;
use typst::text::{Font, FontBook, FontInstance, FontVariant, FontVariations};
use typst::utils::LazyHash;

/// Where Debian puts its fonts.
const STANDARD_DIR: &str = "/usr/share/fonts";

/// The setting that names further folders, separated by `:`.
pub const SETTING: &str = "KOKUHO_FONTS";

/// Deepest folder below a font folder that is looked into.
const MAX_DEPTH: usize = 6;

/// One font this program needs: file and Debian package.
struct Needed {
    file: &'static str,
    package: &'static str,
}

/// The first two are those of [`Pen`], in its order; the others are for words and figures of the forms.
const NEEDED: [Needed; 6] = [
    Needed {
        file: "BIZUDMincho-Regular.ttf",
        package: "fonts-morisawa-bizud-mincho",
    },
    Needed {
        file: "ipamjm.ttf",
        package: "fonts-ipamj-mincho",
    },
    Needed {
        file: "BIZUDGothic-Regular.ttf",
        package: "fonts-morisawa-bizud-gothic",
    },
    Needed {
        file: "BIZUDGothic-Bold.ttf",
        package: "fonts-morisawa-bizud-gothic",
    },
    Needed {
        file: "BIZUDPGothic-Regular.ttf",
        package: "fonts-morisawa-bizud-gothic",
    },
    Needed {
        file: "BIZUDPGothic-Bold.ttf",
        package: "fonts-morisawa-bizud-gothic",
    },
];

/// Which font draws a letter that came from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pen {
    /// BIZ UD明朝.
    Mincho,
    /// IPAmj明朝, for letters and variations BIZ UD lacks.
    Mj,
}

impl Pen {
    /// The number by which templates know the font.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Mincho => 0,
            Self::Mj => 1,
        }
    }
}

/// The loaded fonts.
pub(crate) struct Fonts {
    pub(crate) book: LazyHash<FontBook>,
    pub(crate) all: Vec<Font>,
    /// Each as it is drawn, in the order of [`NEEDED`].
    drawn: Vec<FontInstance>,
}

impl Fonts {
    /// Loads every font from `dirs`, then from the standard folder.
    pub(crate) fn open(dirs: &[PathBuf]) -> Result<Self, PrintError> {
        let mut searched: Vec<PathBuf> = dirs.to_vec();
        searched.push(PathBuf::from(STANDARD_DIR));
        let mut all = Vec::with_capacity(NEEDED.len());
        for needed in &NEEDED {
            all.push(load(needed, &searched)?);
        }
        let drawn = all.iter().map(plain).collect();
        let book = LazyHash::new(FontBook::from_fonts(&all));
        Ok(Self { book, all, drawn })
    }

    /// A font by its place in [`NEEDED`], which is the number by which templates know it.
    pub(crate) fn instance(&self, pen: usize) -> Option<&FontInstance> {
        self.drawn.get(pen)
    }

    /// The glyph with which the font of a number draws a letter, and its width in units of the font; `None` where it
    /// cannot.
    pub(crate) fn drawn(
        &self,
        pen: usize,
        base: char,
        selector: Option<char>,
    ) -> Option<(u16, u16)> {
        let face = self.drawn.get(pen)?.ttf();
        let id = match selector {
            None => face.glyph_index(base)?,
            Some(selector) => face.glyph_variation_index(base, selector)?,
        };
        if id.0 == 0 {
            return None;
        }
        Some((id.0, face.glyph_hor_advance(id)?))
    }

    /// The glyph with which a font draws a letter, and its width in thousandths of an em; `None` where it cannot.
    pub(crate) fn glyph(&self, pen: Pen, base: char, selector: Option<char>) -> Option<(u16, i64)> {
        let number = usize::from(pen.code());
        let (id, advance) = self.drawn(number, base, selector)?;
        let per_em = self.drawn.get(number)?.ttf().units_per_em();
        Some((id, i64::from(advance) * 1000 / i64::from(per_em)))
    }
}

fn plain(font: &Font) -> FontInstance {
    font.clone().instantiate(
        FontVariant::default(),
        Abs::pt(10.0),
        &FontVariations::default(),
    )
}

fn load(needed: &Needed, searched: &[PathBuf]) -> Result<Font, PrintError> {
    let found = searched
        .iter()
        .find_map(|dir| find(dir, needed.file, MAX_DEPTH));
    let Some(path) = found else {
        let names: Vec<String> = searched
            .iter()
            .map(|dir| dir.display().to_string())
            .collect();
        return Err(PrintError::FontMissing {
            file: needed.file,
            package: needed.package,
            searched: names.join("、"),
        });
    };
    let unreadable = |reason: String| PrintError::FontUnreadable {
        path: path.display().to_string(),
        reason,
    };
    let data = std::fs::read(&path).map_err(|error| unreadable(error.to_string()))?;
    Font::new(Bytes::new(data), 0).ok_or_else(|| unreadable("フォントの形式ではありません".into()))
}

/// The first file of that name in a folder, its own entries before its subfolders, in order of name.
fn find(dir: &Path, file: &str, depth: usize) -> Option<PathBuf> {
    let direct = dir.join(file);
    if direct.is_file() {
        return Some(direct);
    }
    if depth == 0 {
        return None;
    }
    let mut folders: Vec<PathBuf> = std::fs::read_dir(dir)
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    folders
        .iter()
        .find_map(|folder| find(folder, file, depth - 1))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_missing_font_is_named_with_its_package() {
        for needed in &NEEDED {
            let nowhere = [PathBuf::from("no-such-folder")];
            let refusal = load(needed, &nowhere).map(|_| ()).unwrap_err().to_string();
            for said in [needed.file, needed.package, "no-such-folder", SETTING] {
                assert!(refusal.contains(said), "{refusal}");
            }
        }
    }

    #[test]
    fn a_file_that_is_no_font_is_refused() {
        let folder = std::env::temp_dir().join(format!("print-fonts-{}", std::process::id()));
        let inner = folder.join("truetype").join("inner");
        std::fs::create_dir_all(&inner).unwrap();
        std::fs::write(inner.join(NEEDED[0].file), b"not a font").unwrap();
        let refusal = load(&NEEDED[0], std::slice::from_ref(&folder)).map(|_| ());
        std::fs::remove_dir_all(&folder).unwrap();
        assert!(matches!(refusal, Err(PrintError::FontUnreadable { .. })));
    }
}
