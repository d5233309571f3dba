//! 一括印刷 — a run of many documents in chunks, in order, counted.

use crate::content::Document;
use crate::error::PrintError;
use crate::printer::{Pdf, Printer, STACK_BYTES, broke, refuse_rayon};
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};

/// Documents in a chunk: fonts are embedded once a chunk, memory grows with its pages.
const CHUNK_DOCUMENTS: usize = 100;

/// 印刷ファイル1つ — a finished chunk.
#[derive(Clone, Debug)]
pub struct Chunk {
    /// Its number, from 0 without gaps.
    pub index: usize,
    /// Pages in it.
    pub pages: usize,
    /// Documents in it.
    pub documents: usize,
    /// Which document lies where.
    pub contents: Vec<Placed>,
    /// The PDF; empty where every document of the chunk was refused.
    pub bytes: Vec<u8>,
}

/// Where one document lies in its chunk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// Key of the document.
    pub key: String,
    /// Its first page in the chunk, from 1.
    pub first_page: usize,
    /// Its pages.
    pub pages: usize,
}

/// 印刷しなかった1通 — a document left out of a run, with the reason for the clerk.
#[derive(Debug)]
pub struct Refused {
    /// Its place in the run, from 0.
    pub index: usize,
    /// Key of the document.
    pub key: String,
    /// Why.
    pub reason: PrintError,
}

/// 印刷の件数 — what a run did. `taken` is `printed` plus the refused ones, always.
#[derive(Debug, Default)]
pub struct Counts {
    /// Documents handed in.
    pub taken: usize,
    /// Documents printed.
    pub printed: usize,
    /// Pages printed.
    pub pages: usize,
    /// Chunks made.
    pub chunks: usize,
    /// Documents with a letter printed as 〓, to be completed by hand.
    pub with_geta: usize,
    /// Documents left out.
    pub refused: Vec<Refused>,
}

/// Work for a thread: number of the chunk, place of its first document, documents.
type Job = (usize, usize, Vec<Document>);
type Outcome = Result<Done, PrintError>;

struct Done {
    chunk: Chunk,
    taken: usize,
    with_geta: usize,
    refused: Vec<Refused>,
}

impl Printer {
    /// Renders a run of documents on `threads` threads and hands the chunks over in order.
    ///
    /// A document that cannot be printed is left out and listed in [`Counts::refused`]; the run goes on, except for
    /// draft rules, which stop it: then every document has the same defect.
    ///
    /// # Errors
    /// Draft rules, a failure of layout, or the error of `each`. Chunks handed over before stand.
    pub fn render_many(
        &self,
        documents: impl Iterator<Item = Document>,
        threads: usize,
        mut each: impl FnMut(Chunk) -> Result<(), PrintError>,
    ) -> Result<Counts, PrintError> {
        refuse_rayon()?;
        let threads = threads.max(1);
        let (jobs, queue) = channel::<Job>();
        let queue = Mutex::new(queue);
        let (finished, results) = channel::<Outcome>();
        std::thread::scope(|scope| {
            // Moved in, so that the queue closes and the threads end when the run does, on every path.
            let jobs = jobs;
            for _ in 0..threads {
                let (finished, queue) = (finished.clone(), &queue);
                std::thread::Builder::new()
                    .stack_size(STACK_BYTES)
                    .spawn_scoped(scope, move || self.work(queue, &finished))
                    .map_err(|error| PrintError::Layout(error.to_string()))?;
            }
            drop(finished);
            conduct(documents, threads + 1, &jobs, &results, &mut each)
        })
    }

    fn work(&self, queue: &Mutex<Receiver<Job>>, finished: &Sender<Outcome>) {
        loop {
            let job = queue.lock().ok().and_then(|queue| queue.recv().ok());
            let Some((index, first, documents)) = job else {
                return;
            };
            let outcome = self.chunk(index, first, &documents);
            comemo::evict(1);
            if finished.send(outcome).is_err() {
                return;
            }
        }
    }

    fn chunk(&self, index: usize, first: usize, documents: &[Document]) -> Outcome {
        let mut sheets = Vec::new();
        let mut contents = Vec::with_capacity(documents.len());
        let (mut refused, mut with_geta) = (Vec::new(), 0);
        for (place, document) in documents.iter().enumerate() {
            let key = document.key.clone();
            match self.plan(document) {
                Ok(mut planned) => {
                    let pages = planned.sheets.len();
                    contents.push(Placed {
                        key,
                        first_page: sheets.len() + 1,
                        pages,
                    });
                    with_geta += usize::from(planned.geta > 0);
                    sheets.append(&mut planned.sheets);
                }
                Err(error @ PrintError::DraftRules { .. }) => return Err(error),
                Err(reason) => refused.push(Refused {
                    index: first + place,
                    key,
                    reason,
                }),
            }
        }
        let pdf = if sheets.is_empty() {
            Pdf {
                bytes: Vec::new(),
                pages: 0,
            }
        } else {
            self.press_sheets(sheets)?
        };
        let chunk = Chunk {
            index,
            pages: pdf.pages,
            documents: contents.len(),
            contents,
            bytes: pdf.bytes,
        };
        Ok(Done {
            chunk,
            taken: documents.len(),
            with_geta,
            refused,
        })
    }
}

/// Feeds the threads, keeps few chunks in memory, and hands results over in order.
fn conduct(
    mut documents: impl Iterator<Item = Document>,
    most_open: usize,
    jobs: &Sender<Job>,
    results: &Receiver<Outcome>,
    each: &mut impl FnMut(Chunk) -> Result<(), PrintError>,
) -> Result<Counts, PrintError> {
    let mut counts = Counts::default();
    let mut waiting: BTreeMap<usize, Done> = BTreeMap::new();
    let (mut sent, mut received, mut taken, mut more) = (0, 0, 0, true);
    while more || received < sent {
        while more && sent - counts.chunks < most_open {
            let chunk: Vec<Document> = documents.by_ref().take(CHUNK_DOCUMENTS).collect();
            more = chunk.len() == CHUNK_DOCUMENTS;
            if chunk.is_empty() {
                break;
            }
            let first = taken;
            taken += chunk.len();
            jobs.send((sent, first, chunk)).map_err(|_| broke())?;
            sent += 1;
        }
        if received == sent {
            continue;
        }
        let done = results.recv().map_err(|_| broke())??;
        received += 1;
        waiting.insert(done.chunk.index, done);
        while let Some(done) = waiting.remove(&counts.chunks) {
            counts.chunks += 1;
            counts.taken += done.taken;
            counts.printed += done.chunk.documents;
            counts.pages += done.chunk.pages;
            counts.with_geta += done.with_geta;
            counts.refused.extend(done.refused);
            each(done.chunk)?;
        }
    }
    if counts.taken != taken || counts.printed + counts.refused.len() != taken {
        return Err(PrintError::Layout(format!(
            "受付{taken}通に対し印刷{}通、保留{}通",
            counts.printed,
            counts.refused.len()
        )));
    }
    Ok(counts)
}
