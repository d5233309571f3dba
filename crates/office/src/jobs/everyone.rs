//! 全世帯の区間 — every household of the city cut into chunks. That reads all of their numbers, so it is done before the transaction
//! that starts a job, for nobody should wait behind it.

use super::table::Chunk;
use crate::error::OfficeError;
use db::{Conn, Sql};

const BOUNDS: Sql = Sql {
    name: "jobs.everyone.bounds",
    text: "select household_id, place from (select household_id, row_number() over (order by household_id) as place \
           from household) as numbered where (place - 1) % $1 = 0 order by household_id",
};
const TOTAL: Sql = Sql {
    name: "jobs.everyone.total",
    text: "select count(*) from household",
};
const ENDS: Sql = Sql {
    name: "jobs.everyone.ends",
    text: "select min(household_id), max(household_id) from household",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[BOUNDS, TOTAL, ENDS];

/// Every household, so many to a chunk.
#[derive(Clone, Debug)]
pub struct Everyone {
    size: i64,
    ends: Option<(i64, i64)>,
    /// The chunks: no number between the first and the last household is in none.
    pub chunks: Vec<Chunk>,
    /// How many households there are.
    pub total: i64,
}

impl Everyone {
    /// Cuts all households into chunks of a size.
    ///
    /// # Errors
    /// [`OfficeError::Store`].
    pub fn read(conn: &mut Conn, size: i64) -> Result<Self, OfficeError> {
        let ends = ends(conn)?;
        let total = conn.query_one(&TOTAL, &[], |row| row.int(0))?;
        let starts = conn.query(&BOUNDS, &[size.max(1).into()], |row| row.int(0))?;
        let last = ends.map(|(_, last)| last + 1);
        let untils = starts.iter().skip(1).copied().chain(last);
        let chunks = (0..)
            .zip(starts.iter().zip(untils))
            .map(|(number, (from, until))| Chunk {
                number,
                from_key: *from,
                until_key: until,
            })
            .collect();
        Ok(Self {
            size,
            ends,
            chunks,
            total,
        })
    }

    /// Everybody as they are in the transaction that starts a job: cut anew where a household before the first or behind the
    /// last has come meanwhile. One in between is in a chunk already.
    ///
    /// # Errors
    /// [`OfficeError::Store`].
    pub fn standing(&self, conn: &mut Conn) -> Result<Self, OfficeError> {
        if ends(conn)? == self.ends {
            Ok(self.clone())
        } else {
            Self::read(conn, self.size)
        }
    }
}

fn ends(conn: &mut Conn) -> Result<Option<(i64, i64)>, OfficeError> {
    let ends = conn.query_one(&ENDS, &[], |row| Ok((row.opt_int(0)?, row.opt_int(1)?)))?;
    Ok(ends.0.zip(ends.1))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::Everyone;
    use crate::error::OfficeError;
    use db::{Conn, Store};

    fn come(store: &Store, household_id: i64) {
        let text = "insert into household (household_id, act_id) values ($1, -1)";
        store
            .write(|conn| conn.execute_text(text, &[household_id.into()]))
            .unwrap();
    }

    fn ranges(all: &Everyone) -> Vec<(i64, i64)> {
        let chunks = all.chunks.iter();
        chunks.map(|one| (one.from_key, one.until_key)).collect()
    }

    #[test]
    fn who_comes_between_the_cutting_and_the_start_is_in_a_chunk() {
        for store in db::testing::both(crate::schema::MIGRATIONS).unwrap() {
            let read = |conn: &mut Conn| Everyone::read(conn, 2);
            let nobody = store.read(read).unwrap();
            assert_eq!((nobody.total, ranges(&nobody)), (0, vec![]));
            come(&store, 10);
            let standing = |before: &Everyone| {
                store
                    .write(|conn| before.standing(conn))
                    .map_err(|error: OfficeError| error.to_string())
                    .unwrap()
            };
            assert_eq!(ranges(&standing(&nobody)), [(10, 11)]);
            for household in [20, 30, 40, 50] {
                come(&store, household);
            }
            let all = store.read(read).unwrap();
            assert_eq!((all.total, all.chunks.len()), (5, 3));
            assert_eq!(ranges(&all), [(10, 30), (30, 50), (50, 51)]);
            // One in between is in a chunk already; one behind or before is not.
            come(&store, 35);
            assert_eq!(ranges(&standing(&all)), [(10, 30), (30, 50), (50, 51)]);
            come(&store, 60);
            let behind = standing(&all);
            assert_eq!((behind.total, ranges(&behind).last()), (7, Some(&(60, 61))));
            come(&store, 5);
            assert_eq!(ranges(&standing(&behind)).first(), Some(&(5, 20)));
        }
    }
}
