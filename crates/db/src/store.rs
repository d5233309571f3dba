//! A namespace that can be read and written in transactions.

use crate::conn::{Backend, Conn};
use crate::error::{Cause, StoreError};
use crate::options::StoreOptions;
use crate::pool::Pool;
use crate::sql::Engine;
use crate::transaction::Turn;
use crate::transport::{self, Address};
use crate::url::{StoreUrl, check_name};
use crate::{counted, postgres, sqlite};
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

/// The longest pause between two attempts.
const LONGEST_PAUSE: Duration = Duration::from_millis(250);

/// One namespace: a handle that is cheap to clone and can be used from any thread.
///
/// All calls block; an asynchronous caller wraps them in its own blocking section.
#[derive(Clone)]
pub struct Store {
    shared: Arc<Shared>,
}

struct Shared {
    id: u64,
    url: StoreUrl,
    source: Source,
    attempts: u32,
    /// The one writer on SQLite; every connection on PostgreSQL and of a store in memory.
    writers: Pool,
    /// The readers of a SQLite file.
    readers: Option<Pool>,
}

enum Source {
    File(PathBuf, StoreOptions),
    Memory(StoreOptions),
    Postgres(Box<Address>, String),
}

static NEXT_STORE: AtomicU64 = AtomicU64::new(1);

thread_local! {
    /// The stores this thread is inside of.
    static INSIDE: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
}

impl Store {
    /// Opens a namespace with the usual options.
    ///
    /// # Errors
    /// [`StoreError::Open`] when the file or the database cannot be used; on PostgreSQL also when the schema is
    /// missing or the database does not order text by code point.
    pub fn open(url: &StoreUrl) -> Result<Self, StoreError> {
        Self::open_with(url, StoreOptions::default())
    }

    /// Opens a namespace.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn open_with(url: &StoreUrl, options: StoreOptions) -> Result<Self, StoreError> {
        let target = url.to_string();
        let source = match url {
            StoreUrl::Sqlite(path) => Source::File(path.clone(), options),
            StoreUrl::SqliteMemory => Source::Memory(options),
            StoreUrl::Postgres { url, schema } => {
                check_name(schema)?;
                Source::Postgres(Box::new(transport::address(url, &target)?), schema.clone())
            }
        };
        let (writers, readers) = match source {
            Source::File(..) => (1, Some(Pool::new(options.connections, options.patience))),
            Source::Memory(_) => (1, None),
            Source::Postgres(..) => (options.connections, None),
        };
        let shared = Shared {
            id: NEXT_STORE.fetch_add(1, Ordering::Relaxed),
            url: url.clone(),
            source,
            attempts: options.attempts.max(1),
            writers: Pool::new(writers, options.patience),
            readers,
        };
        let store = Self {
            shared: Arc::new(shared),
        };
        store.check(&target)?;
        Ok(store)
    }

    /// Connects once, so that a wrong address is told at once.
    fn check(&self, target: &str) -> Result<(), StoreError> {
        let shared = &self.shared;
        let mut conn = shared.writers.take(|| shared.connect(false))?;
        let checked = match (&mut conn.backend, &shared.source) {
            (Backend::Postgres(pg), Source::Postgres(_, schema)) => {
                postgres::check_database(pg, schema, target)
            }
            _ => Ok(()),
        };
        shared.writers.give_back(Some(conn));
        checked
    }

    /// The engine this namespace lives on.
    #[must_use]
    pub fn engine(&self) -> Engine {
        match self.shared.source {
            Source::File(..) | Source::Memory(_) => Engine::Sqlite,
            Source::Postgres(..) => Engine::Postgres,
        }
    }

    /// The address this store was opened with.
    #[must_use]
    pub fn url(&self) -> &StoreUrl {
        &self.shared.url
    }

    /// Reads one consistent snapshot: what other writers commit meanwhile is not seen. Writing is refused.
    ///
    /// # Errors
    /// What `f` fails with; [`StoreError::Nested`] inside another use of this store on the same thread.
    pub fn read<R, E: From<StoreError>>(
        &self,
        f: impl FnOnce(&mut Conn) -> Result<R, E>,
    ) -> Result<R, E> {
        let _inside = Inside::enter(self.shared.id)?;
        let shared = &*self.shared;
        let pool = shared.readers.as_ref().unwrap_or(&shared.writers);
        let locks = matches!(shared.source, Source::Memory(_));
        let mut conn = shared.begun(pool, |conn| conn.begin_read(locks))?;
        let done = catch_unwind(AssertUnwindSafe(|| f(&mut conn)));
        // A read has nothing to keep, so it ends by rolling back.
        let fit = conn.rollback(locks);
        pool.give_back(fit.then_some(conn));
        done.unwrap_or_else(|panic| resume_unwind(panic))
    }

    /// Runs `f` in one transaction that is isolated as if it were alone, and commits it.
    ///
    /// When another transaction is in the way, all is rolled back and `f` runs again, so `f` must not have effects
    /// outside the store. An error or a panic of `f` rolls back.
    ///
    /// # Errors
    /// What `f` fails with; [`StoreError::Contention`] when the way is never free; [`StoreError::Nested`] inside
    /// another use of this store on the same thread.
    pub fn write<R, E: From<StoreError>>(
        &self,
        mut f: impl FnMut(&mut Conn) -> Result<R, E>,
    ) -> Result<R, E> {
        self.run(&mut f, Turn::of)
    }

    /// Runs `f` in one transaction that is rolled back whatever comes of it, and answers what `f` did.
    ///
    /// On PostgreSQL others neither wait for it nor are in its way, unless they change the very rows: it sees one snapshot, and
    /// draws numbers of the counters named in `ahead` (whose numbers nobody is shown) without moving them. Fails as [`Store::write`].
    pub fn rehearse<R, E: From<StoreError>>(
        &self,
        ahead: &'static [&'static str],
        mut f: impl FnMut(&mut Conn) -> Result<R, E>,
    ) -> Result<R, E> {
        self.run(&mut f, |_| Turn::Rehearsed(ahead))
    }

    fn run<R, E: From<StoreError>>(
        &self,
        f: &mut impl FnMut(&mut Conn) -> Result<R, E>,
        turn: impl Fn(u32) -> Turn,
    ) -> Result<R, E> {
        let _inside = Inside::enter(self.shared.id)?;
        let mut last = String::new();
        let attempts = self.shared.attempts;
        for attempt in 0..attempts {
            pause(attempt);
            match self.shared.attempt(f, turn(attempt))? {
                Attempt::Done(value) => return Ok(value),
                Attempt::Again(reason) => last = reason,
            }
        }
        Err(StoreError::Contention { attempts, last }.into())
    }

    /// Takes a block of numbers from a counter in a transaction of its own; what is not used stays a gap.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub fn reserve_ids(&self, counter: &str, how_many: i64) -> Result<i64, StoreError> {
        self.write(|conn| conn.next_ids(counter, how_many))
    }

    /// Has PostgreSQL count tables that are being filled, so that it plans by what is in them and not by what was in them when
    /// it last looked. SQLite looks rows up by its indexes without having counted them.
    ///
    /// # Errors
    /// [`StoreError`]; who holds one of the tables for two seconds is not waited for, and it is not counted.
    pub fn count_anew(&self, tables: &[&'static str]) -> Result<(), StoreError> {
        if tables.is_empty() || self.engine() == Engine::Sqlite {
            return Ok(());
        }
        let _inside = Inside::enter(self.shared.id)?;
        let pool = &self.shared.writers;
        let mut conn = self.shared.begun(pool, |conn| {
            conn.control("begin; set local lock_timeout = '2s'")
        })?;
        let counted = counted::count(&mut conn, tables).and_then(|()| conn.commit());
        let fit = counted.is_ok() || conn.rollback(false);
        pool.give_back(fit.then_some(conn));
        match counted {
            Err(error) if error.cause() == Some(Cause::Contention) => Ok(()),
            other => other,
        }
    }

    /// The other machine that is spoken to in plain, where this namespace lies on one.
    pub(crate) fn plain_elsewhere(&self) -> Option<String> {
        match &self.shared.source {
            Source::Postgres(address, _) => address.plain_elsewhere(),
            Source::File(..) | Source::Memory(_) => None,
        }
    }

    /// Closes idle connections, so that later ones see tables as they are now.
    pub(crate) fn refresh(&self) {
        drop_outside(self.shared.writers_to_close());
        drop_outside(
            self.shared
                .readers
                .as_ref()
                .map(Pool::close_idle)
                .unwrap_or_default(),
        );
    }
}

/// How one run of a transaction ended, when not by an error of the caller.
enum Attempt<R> {
    Done(R),
    Again(String),
}

impl Shared {
    fn connect(&self, reader: bool) -> Result<Conn, StoreError> {
        let refused = |error: rusqlite::Error| StoreError::Open {
            target: self.url.to_string(),
            reason: error.to_string(),
        };
        let backend =
            match &self.source {
                Source::File(path, options) => {
                    Backend::Sqlite(sqlite::connect(Some(path), reader, *options).map_err(refused)?)
                }
                Source::Memory(options) => {
                    Backend::Sqlite(sqlite::connect(None, reader, *options).map_err(refused)?)
                }
                Source::Postgres(address, schema) => Backend::Postgres(Box::new(
                    postgres::connect(address, schema, &self.url.to_string())?,
                )),
            };
        Ok(Conn::new(backend))
    }

    /// A connection with its transaction begun; a connection that died while idle is replaced.
    fn begun(
        &self,
        pool: &Pool,
        begin: impl Fn(&mut Conn) -> Result<(), StoreError>,
    ) -> Result<Conn, StoreError> {
        let reader = self
            .readers
            .as_ref()
            .is_some_and(|readers| std::ptr::eq(readers, pool));
        let mut tries = 0;
        loop {
            let mut conn = pool.take(|| self.connect(reader))?;
            match begin(&mut conn) {
                Ok(()) => return Ok(conn),
                Err(error) => {
                    let fit = conn.rollback(false);
                    pool.give_back(fit.then_some(conn));
                    tries += 1;
                    if error.cause() != Some(Cause::Connection) || tries >= self.attempts {
                        return Err(error);
                    }
                }
            }
        }
    }

    fn attempt<R, E: From<StoreError>>(
        &self,
        f: &mut impl FnMut(&mut Conn) -> Result<R, E>,
        turn: Turn,
    ) -> Result<Attempt<R>, E> {
        let pool = &self.writers;
        let mut conn = match self.begun(pool, |conn| conn.begin_write(turn)) {
            Ok(conn) => conn,
            Err(error) if error.cause() == Some(Cause::Contention) => {
                return Ok(Attempt::Again(error.to_string()));
            }
            Err(error) => return Err(error.into()),
        };
        let done = catch_unwind(AssertUnwindSafe(|| f(&mut conn)));
        let rehearsed = matches!(turn, Turn::Rehearsed(_));
        let committed = match &done {
            Ok(Ok(_)) if rehearsed => Some(conn.ready()),
            Ok(Ok(_)) => Some(conn.commit()),
            _ => None,
        };
        if let (Ok(Ok(_)), Some(Ok(()))) = (&done, &committed) {
            let fit = !rehearsed || conn.rollback(false);
            pool.give_back(fit.then_some(conn));
            return match done {
                Ok(result) => result.map(Attempt::Done),
                Err(panic) => resume_unwind(panic),
            };
        }
        let unknown = matches!(committed, Some(Err(StoreError::CommitUnknown { .. })));
        let again = conn.retry_reason().filter(|_| !unknown);
        let fit = conn.rollback(false);
        pool.give_back(fit.then_some(conn));
        match (done, again, committed) {
            (Err(panic), _, _) => resume_unwind(panic),
            (_, Some(reason), _) => Ok(Attempt::Again(reason)),
            (Ok(_), None, Some(Err(error))) => Err(error.into()),
            (Ok(result), None, _) => result.map(Attempt::Done),
        }
    }

    /// The idle connections that can be closed without losing a store in memory.
    fn writers_to_close(&self) -> Vec<Conn> {
        match self.source {
            Source::Memory(_) => Vec::new(),
            Source::File(..) | Source::Postgres(..) => self.writers.close_idle(),
        }
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        drop_outside(self.writers.close_idle());
        drop_outside(
            self.readers
                .as_ref()
                .map(Pool::close_idle)
                .unwrap_or_default(),
        );
    }
}

/// Closes connections on a thread of their own: the PostgreSQL client must not be closed inside an asynchronous
/// section, and nobody can know where the last handle is dropped.
fn drop_outside(conns: Vec<Conn>) {
    if conns.iter().any(|conn| conn.engine() == Engine::Postgres) {
        // A failed join means that closing panicked; the connections are gone all the same.
        let _ = thread::spawn(move || drop(conns)).join();
    }
}

/// Waits a little longer before each further attempt.
fn pause(attempt: u32) {
    if attempt > 0 {
        thread::sleep(Duration::from_millis(1 << attempt.min(8)).min(LONGEST_PAUSE));
    }
}

/// Marks the thread as being inside a store until dropped.
struct Inside(u64);

impl Inside {
    fn enter(id: u64) -> Result<Self, StoreError> {
        INSIDE.with_borrow_mut(|inside| {
            if inside.contains(&id) {
                return Err(StoreError::Nested);
            }
            inside.push(id);
            Ok(Self(id))
        })
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        INSIDE.with_borrow_mut(|inside| inside.retain(|id| *id != self.0));
    }
}
