//! What the layout engine sees: fixed templates, the fonts, the data of one chunk. No files, no network, no clock.

use crate::fonts::Fonts;
use std::sync::{Arc, LazyLock};
use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};

/// Templates by their name inside the engine.
const TEMPLATES: [(&str, &str); 8] = [
    ("/main.typ", include_str!("../templates/main.typ")),
    ("/base.typ", include_str!("../templates/base.typ")),
    ("/levy.typ", include_str!("../templates/levy.typ")),
    ("/slip.typ", include_str!("../templates/slip.typ")),
    (
        "/explanation.typ",
        include_str!("../templates/explanation.typ"),
    ),
    ("/list.typ", include_str!("../templates/list.typ")),
    (
        "/certificate.typ",
        include_str!("../templates/certificate.typ"),
    ),
    (
        "/eligibility.typ",
        include_str!("../templates/eligibility.typ"),
    ),
];

/// What does not change between chunks.
pub(crate) struct Press {
    library: LazyHash<Library>,
    pub(crate) fonts: Fonts,
    sources: Vec<Source>,
}

impl Press {
    pub(crate) fn new(fonts: Fonts) -> Self {
        let sources = TEMPLATES
            .iter()
            .filter_map(|(name, text)| Some(Source::new(file(name)?, (*text).to_owned())))
            .collect();
        Self {
            library: LazyHash::new(Library::default()),
            fonts,
            sources,
        }
    }
}

/// One chunk on the press.
pub(crate) struct Plate {
    press: Arc<Press>,
    data: Bytes,
    images: Bytes,
}

impl Plate {
    /// `data` is the JSON of the sheets, `images` the pixels they refer to by offset and count.
    pub(crate) fn new(press: Arc<Press>, data: Vec<u8>, images: Vec<u8>) -> Self {
        Self {
            press,
            data: Bytes::new(data),
            images: Bytes::new(images),
        }
    }
}

fn file(name: &str) -> Option<FileId> {
    let path = VirtualPath::new(name).ok()?;
    Some(RootedPath::new(VirtualRoot::Project, path).intern())
}

static MAIN: LazyLock<Option<FileId>> = LazyLock::new(|| file("/main.typ"));
static DATA: LazyLock<Option<FileId>> = LazyLock::new(|| file("/data.json"));
static IMAGES: LazyLock<Option<FileId>> = LazyLock::new(|| file("/images.bin"));
static NOTHING: LazyLock<FileId> = LazyLock::new(|| Source::detached("").id());

impl World for Plate {
    fn library(&self) -> &LazyHash<Library> {
        &self.press.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.press.fonts.book
    }

    fn main(&self) -> FileId {
        MAIN.unwrap_or(*NOTHING)
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        let found = self.press.sources.iter().find(|source| source.id() == id);
        found.cloned().ok_or(FileError::AccessDenied)
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if Some(id) == *DATA {
            Ok(self.data.clone())
        } else if Some(id) == *IMAGES {
            Ok(self.images.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.press.fonts.all.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
