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

/// A page that waits for its line stays awake for so long, giving way to whoever has work, before it sleeps: to be woken takes
/// longer than what is left to be written. The recorder sleeps until it is wanted: a thread that stays awake keeps the
/// processor it has, which may be that of the page, while one that is woken is given a free one.
const ATTENTIVE: Duration = Duration::from_micros(500);

struct Order {
    look: Look,
    done: Sender<Result<(), OfficeError>>,
}

/// Takes looks to be written down. The thread ends with it.
#[derive(Debug)]
pub struct Recorder {
    orders: Sender<Order>,
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
        let (orders, waiting) = channel();
        thread::Builder::new()
            .name("recorder".to_owned())
            .spawn(move || work(&store, &waiting))
            .map_err(|error| OfficeError::Bug(format!("記録係を始められません: {error}")))?;
        Ok(Self { orders })
    }

    /// Hands a look over.
    #[must_use]
    pub fn order(&self, look: Look) -> Receipt {
        let (done, receipt) = channel();
        // Where nobody takes orders any more, the receipt says so.
        let _ = self.orders.send(Order { look, done });
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

fn work(store: &Store, waiting: &Receiver<Order>) {
    while let Ok(first) = waiting.recv() {
        let mut orders = vec![first];
        orders.extend(waiting.try_iter().take(TOGETHER - 1));
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

fn written(store: &Store, orders: &[Order]) -> Result<(), OfficeError> {
    let all = |conn: &mut Conn| orders.iter().try_for_each(|order| order.look.write(conn));
    catch_unwind(AssertUnwindSafe(|| store.write(all)))
        .unwrap_or_else(|_| Err(OfficeError::Bug("操作の記録が止まりました".to_owned())))
}
