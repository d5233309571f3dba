//! 記録係 — a thread that writes down looks while the page is still being made. Looks that wait together go into one
//! transaction. Whoever ordered a look waits for its receipt before anything is shown: what cannot be recorded is not shown.

use super::rows::Look;
use crate::error::OfficeError;
use db::{Conn, Store};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::thread;
use std::time::{Duration, Instant};

/// Looks of one transaction at the most.
const TOGETHER: usize = 64;

/// Who waits stays awake for so long, giving way to whoever has work, before it sleeps: the recorder for a look it was called
/// for, a page for a line that is being written. To be woken takes longer than either.
const ATTENTIVE: Duration = Duration::from_micros(500);

struct Order {
    look: Look,
    done: Sender<Result<(), OfficeError>>,
}

enum Word {
    /// A look is about to come.
    Called,
    /// Here it is.
    Look(Order),
}

/// Takes looks to be written down. The thread ends with it.
#[derive(Debug)]
pub struct Recorder {
    words: Sender<Word>,
}

/// What becomes of a look.
#[derive(Debug)]
pub struct Receipt(Receiver<Result<(), OfficeError>>);

impl Recorder {
    /// Begins to work on a store.
    ///
    /// # Errors
    /// [`OfficeError::Bug`] where the system gives no thread.
    pub fn start(store: Store) -> Result<Self, OfficeError> {
        let (words, waiting) = channel();
        thread::Builder::new()
            .name("recorder".to_owned())
            .spawn(move || work(&store, &waiting))
            .map_err(|error| OfficeError::Bug(format!("記録係を始められません: {error}")))?;
        Ok(Self { words })
    }

    /// Says that a look is about to come. To wake a thread takes longer than to learn whom a page shows: called when the
    /// request comes, it is awake when the look does.
    pub fn call(&self) {
        let _ = self.words.send(Word::Called);
    }

    /// Hands a look over.
    #[must_use]
    pub fn order(&self, look: Look) -> Receipt {
        let (done, receipt) = channel();
        // Where nobody takes orders any more, the receipt says so.
        let _ = self.words.send(Word::Look(Order { look, done }));
        Receipt(receipt)
    }
}

impl Receipt {
    /// Waits until the look is in the record.
    ///
    /// # Errors
    /// [`OfficeError`] where it is not; what was to be recorded must then not be shown.
    pub fn wait(self) -> Result<(), OfficeError> {
        let _span = tracing::trace_span!("record.wait").entered();
        let told = awake(&self.0).unwrap_or_else(|| self.0.recv().ok());
        told.unwrap_or_else(|| Err(OfficeError::Bug("操作の記録を書けませんでした".to_owned())))
    }
}

fn work(store: &Store, waiting: &Receiver<Word>) {
    while let Some(first) = next(waiting) {
        let mut orders = vec![first];
        let more = waiting.try_iter().filter_map(Word::look);
        orders.extend(more.take(TOGETHER - 1));
        if written(store, &orders).is_ok() {
            for order in orders {
                // Who no longer waits has gone.
                let _ = order.done.send(Ok(()));
            }
            continue;
        }
        // One of them may be at fault: each by itself, and each is told its own.
        for order in orders {
            let told = written(store, std::slice::from_ref(&order));
            let _ = order.done.send(told);
        }
    }
}

/// The next order, slept for, or waited for awake after a call; nothing when nobody can order any more.
fn next(waiting: &Receiver<Word>) -> Option<Order> {
    let mut word = waiting.recv().ok()?;
    loop {
        if let Some(order) = word.look() {
            return Some(order);
        }
        word = awake(waiting).unwrap_or_else(|| waiting.recv().ok())?;
    }
}

/// What comes while one stays awake for it: `Some(None)` when nothing can come any more, `None` when nothing came.
fn awake<T>(waiting: &Receiver<T>) -> Option<Option<T>> {
    let since = Instant::now();
    while since.elapsed() < ATTENTIVE {
        match waiting.try_recv() {
            Ok(word) => return Some(Some(word)),
            Err(TryRecvError::Empty) => thread::yield_now(),
            Err(TryRecvError::Disconnected) => return Some(None),
        }
    }
    None
}

impl Word {
    fn look(self) -> Option<Order> {
        match self {
            Self::Look(order) => Some(order),
            Self::Called => None,
        }
    }
}

fn written(store: &Store, orders: &[Order]) -> Result<(), OfficeError> {
    let all = |conn: &mut Conn| orders.iter().try_for_each(|order| order.look.write(conn));
    catch_unwind(AssertUnwindSafe(|| store.write(all)))
        .unwrap_or_else(|_| Err(OfficeError::Bug("操作の記録が止まりました".to_owned())))
}
