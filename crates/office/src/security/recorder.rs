//! 記録係 — a thread that writes down looks while the page is still being made. Looks that wait together go into one
//! transaction. Whoever ordered a look waits for its receipt before anything is shown: what cannot be recorded is not shown.

use super::rows::Look;
use crate::error::OfficeError;
use db::{Conn, Store};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

/// Looks of one transaction at the most.
const TOGETHER: usize = 64;

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
        self.0
            .recv()
            .unwrap_or_else(|_| Err(OfficeError::Bug("操作の記録を書けませんでした".to_owned())))
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

fn written(store: &Store, orders: &[Order]) -> Result<(), OfficeError> {
    let all = |conn: &mut Conn| orders.iter().try_for_each(|order| order.look.write(conn));
    catch_unwind(AssertUnwindSafe(|| store.write(all)))
        .unwrap_or_else(|_| Err(OfficeError::Bug("操作の記録が止まりました".to_owned())))
}
