//! 確認 — a deed carried out, looked at, and rolled back: the preview is the same code, so it cannot say something else.

use crate::error::OfficeError;
use db::{Conn, Store, StoreError};

/// What a rehearsal came to, carried out of the transaction as its error so that nothing is kept.
struct Tried<R>(Result<R, OfficeError>);

impl<R> From<StoreError> for Tried<R> {
    fn from(error: StoreError) -> Self {
        Self(Err(error.into()))
    }
}

/// Does something in a transaction that always rolls back, and answers what it came to.
///
/// # Errors
/// What the work fails with.
pub fn rolled_back<R>(
    store: &Store,
    mut work: impl FnMut(&mut Conn) -> Result<R, OfficeError>,
) -> Result<R, OfficeError> {
    let tried = store.write(|conn| match work(conn) {
        // A store error may be one to try again for, so it goes as it came.
        Err(OfficeError::Store(error)) => Err::<(), _>(Tried::from(error)),
        done => Err(Tried(done)),
    });
    match tried {
        Err(Tried(done)) => done,
        Ok(()) => Err(OfficeError::Bug("確認だけの処理が残りました".to_owned())),
    }
}
