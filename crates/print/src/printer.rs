//! The printer: fonts loaded once, documents to PDF.

use crate::content::Document;
use crate::error::PrintError;
use crate::fonts::{self, Fonts};
use crate::form::{self, Form};
use crate::ink::Ink;
use crate::sheet::{self, Planned, Sheet};
use crate::world::{Plate, Press};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use typst::diag::SourceDiagnostic;
use typst::layout::{Frame, FrameItem};
use typst::model::DocumentInfo;
use typst_layout::{Page, PagedDocument};
use typst_pdf::PdfOptions;

/// Stack of a layout thread. Nested boxes recurse deeply, above all without optimisation.
pub(crate) const STACK_BYTES: usize = 64 * 1024 * 1024;

/// How many single documents a remembered layout outlives at the counter.
const COUNTER_MEMORY: usize = 30;

/// Forms kept; a city needs some dozens, and each takes some hundred kilobytes.
const MOST_FORMS: usize = 1_000;

/// Title of every file.
const TITLE: &str = "国民健康保険 帳票";

/// A finished PDF.
#[derive(Clone, Debug)]
pub struct Pdf {
    /// The file.
    pub bytes: Vec<u8>,
    /// Its pages.
    pub pages: usize,
}

/// 印刷機 — loaded fonts and templates; shared between threads by reference.
pub struct Printer {
    press: Arc<Press>,
    /// Forms laid out before, by their data.
    forms: Mutex<HashMap<String, Arc<Form>>>,
}

impl Printer {
    /// Loads the fonts from `font_dirs` first and from the system's standard folder after.
    ///
    /// # Errors
    /// A font is missing (the message names file and Debian package) or unreadable.
    pub fn open(font_dirs: &[PathBuf]) -> Result<Self, PrintError> {
        let fonts = Fonts::open(font_dirs)?;
        Ok(Self {
            press: Arc::new(Press::new(fonts)),
            forms: Mutex::new(HashMap::new()),
        })
    }

    /// Opens with the folders of the setting `KOKUHO_FONTS` (several are separated by `:`).
    ///
    /// # Errors
    /// As [`Printer::open`].
    pub fn from_setting() -> Result<Self, PrintError> {
        let dirs: Vec<PathBuf> = std::env::var_os(fonts::SETTING)
            .map(|dirs| std::env::split_paths(&dirs).collect())
            .unwrap_or_default();
        Self::open(&dirs)
    }

    /// One document, for the counter.
    ///
    /// # Errors
    /// The document is refused (draft rules, missing letters, contradiction) or layout failed.
    pub fn render(&self, document: &Document) -> Result<Pdf, PrintError> {
        self.render_together(std::slice::from_ref(document))
    }

    /// A few documents one after another in one file, for the counter: the papers of a family.
    ///
    /// # Errors
    /// As [`Printer::render`], for the first that is refused.
    pub fn render_together(&self, documents: &[Document]) -> Result<Pdf, PrintError> {
        refuse_rayon()?;
        let mut sheets = Vec::new();
        for document in documents {
            let Planned { sheets: more, .. } = self.plan(document)?;
            sheets.extend(more);
        }
        let pdf = std::thread::scope(|scope| {
            let work = || self.press_sheets(sheets);
            let thread = std::thread::Builder::new()
                .stack_size(STACK_BYTES)
                .spawn_scoped(scope, work)
                .map_err(|error| PrintError::Layout(error.to_string()))?;
            thread.join().map_err(|_| broke())?
        });
        comemo::evict(COUNTER_MEMORY);
        pdf
    }

    /// Whether a document could be printed, without laying it out.
    ///
    /// # Errors
    /// Why it would be refused.
    pub fn check(&self, document: &Document) -> Result<usize, PrintError> {
        self.plan(document).map(|planned| planned.sheets.len())
    }

    /// The letters of a text that no font has, each with its variation selector where it has one.
    #[must_use]
    pub fn unprintable(&self, text: &str) -> Vec<String> {
        Ink::of(&self.press.fonts, text).missing
    }

    #[cfg(test)]
    pub(crate) fn fonts(&self) -> &Fonts {
        &self.press.fonts
    }

    pub(crate) fn plan(&self, document: &Document) -> Result<Planned, PrintError> {
        sheet::plan(&self.press.fonts, document)
    }

    /// Lays sheets out and writes the PDF; the number of pages must be the number of sheets.
    pub(crate) fn press_sheets(&self, sheets: Vec<Sheet>) -> Result<Pdf, PrintError> {
        let work = || {
            let document = self.lay_out(sheets)?;
            let options = PdfOptions {
                tagged: false,
                ..PdfOptions::default()
            };
            let bytes =
                typst_pdf::pdf(&document, &options).map_err(|faults| layout_fault(&faults))?;
            Ok(Pdf {
                bytes,
                pages: document.pages().len(),
            })
        };
        catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(broke()))
    }

    pub(crate) fn lay_out(&self, sheets: Vec<Sheet>) -> Result<PagedDocument, PrintError> {
        let planned = sheets.len();
        let forms = self.forms_of(&sheets)?;
        let mut images = Vec::new();
        let mut bodies = Vec::new();
        for sheet in sheets.iter().filter(|sheet| sheet.filled.is_none()) {
            let mut body = sheet.body.clone();
            if let Value::Object(body) = &mut body {
                body.insert("base".into(), json!(images.len()));
            }
            images.extend_from_slice(&sheet.images);
            bodies.push(body);
        }
        let mut laid_out = self.compile(&bodies, images)?.into_iter();
        let mut pages = Vec::with_capacity(planned);
        let mut forms = forms.iter().map(|(form, down)| (form.as_ref(), *down));
        for sheet in &sheets {
            pages.push(match &sheet.filled {
                None => laid_out.next().ok_or_else(broke)?,
                Some(filled) => {
                    let parts: Vec<(&Form, i32)> =
                        forms.by_ref().take(filled.parts.len()).collect();
                    form::page(&self.press.fonts, &parts, &filled.fills)?
                }
            });
        }
        let info = DocumentInfo {
            title: Some(TITLE.into()),
            ..DocumentInfo::default()
        };
        Ok(PagedDocument::new(pages.into_iter().collect(), info))
    }

    /// The forms of all filled sheets in order; those not seen before are laid out.
    fn forms_of(&self, sheets: &[Sheet]) -> Result<Vec<(Arc<Form>, i32)>, PrintError> {
        let parts = || {
            let filled = sheets.iter().filter_map(|sheet| sheet.filled.as_ref());
            filled.flat_map(|filled| &filled.parts)
        };
        let keys: Vec<String> = parts().map(|part| part.body.to_string()).collect();
        let mut known: BTreeMap<&str, Arc<Form>> = BTreeMap::new();
        let mut new: BTreeMap<&str, &Value> = BTreeMap::new();
        let seen = self.forms.lock().map_err(|_| broke())?;
        for (key, part) in keys.iter().zip(parts()) {
            match seen.get(key) {
                Some(form) => known.insert(key, Arc::clone(form)).map(|_| ()),
                None => new.insert(key, &part.body).map(|_| ()),
            };
        }
        drop(seen);
        if !new.is_empty() {
            let bodies: Vec<Value> = new.values().map(|body| (*body).clone()).collect();
            let laid_out = self.compile(&bodies, Vec::new())?;
            for (key, page) in new.keys().zip(&laid_out) {
                known.insert(key, Arc::new(Form::of(page)?));
            }
            let mut seen = self.forms.lock().map_err(|_| broke())?;
            if seen.len() + new.len() > MOST_FORMS {
                seen.clear();
            }
            for key in new.keys() {
                if let Some(form) = known.get(key) {
                    seen.insert((*key).to_owned(), Arc::clone(form));
                }
            }
        }
        keys.iter()
            .zip(parts())
            .map(|(key, part)| {
                let form = known.get(key.as_str()).ok_or_else(broke)?;
                Ok((Arc::clone(form), part.down_um))
            })
            .collect()
    }

    /// Lays out one page for each body.
    fn compile(&self, bodies: &[Value], images: Vec<u8>) -> Result<Vec<Page>, PrintError> {
        if bodies.is_empty() {
            return Ok(Vec::new());
        }
        let data =
            serde_json::to_vec(bodies).map_err(|error| PrintError::Layout(error.to_string()))?;
        let plate = Plate::new(Arc::clone(&self.press), data, images);
        let document: PagedDocument = typst::compile(&plate)
            .output
            .map_err(|faults| layout_fault(&faults))?;
        let (pages, planned) = (document.pages(), bodies.len());
        if pages.len() != planned {
            return Err(PrintError::Layout(format!(
                "予定{planned}ページに対し{}ページ",
                pages.len()
            )));
        }
        for page in pages {
            check_glyphs(&page.frame)?;
        }
        Ok(pages.to_vec())
    }
}

fn layout_fault(faults: &[SourceDiagnostic]) -> PrintError {
    let all: Vec<&str> = faults.iter().map(|fault| fault.message.as_str()).collect();
    PrintError::Layout(all.join("; "))
}

/// No glyph on the paper may be the font's empty box.
fn check_glyphs(frame: &Frame) -> Result<(), PrintError> {
    for (_, item) in frame.items() {
        match item {
            FrameItem::Group(group) => check_glyphs(&group.frame)?,
            FrameItem::Text(text) if text.glyphs.iter().any(|glyph| glyph.id == 0) => {
                return Err(PrintError::Layout(format!(
                    "字形のない文字「{}」",
                    text.text
                )));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Inside a rayon pool waiting tasks steal further documents, nest, and overflow the worker's stack.
pub(crate) fn refuse_rayon() -> Result<(), PrintError> {
    match rayon::current_thread_index() {
        None => Ok(()),
        Some(_) => Err(PrintError::InsideRayon),
    }
}

pub(crate) fn broke() -> PrintError {
    PrintError::Layout("組版の途中で異常終了しました".to_owned())
}
