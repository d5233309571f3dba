//! マイナ保険証の利用登録 — whether somebody's card is registered, always with the day it is of.
//!
//! A list that is too old decides nothing: whoever asks says how old it may be, and is refused beyond that.

use crate::acts::Act;
use crate::error::OfficeError;
use crate::registry::fact::{self, Kind, Values};
use db::ColumnType::{Int, Text};
use db::{ColumnType, Conn, DatedTable, Span, StoreError, Value};
use law::{Date, Refusal};

/// 利用登録. The span begins with the day the list is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnlineStatus {
    /// 利用登録がある.
    pub registered: bool,
    /// 基準日 of the list.
    pub as_of: Date,
}

impl Kind for OnlineStatus {
    const TABLE: DatedTable = DatedTable::new("online_status_fact", &["registered", "as_of"]);
    const TYPES: &'static [ColumnType] = &[Int, Text];

    fn values(&self) -> Vec<Value> {
        vec![self.registered.into(), self.as_of.into()]
    }

    fn read(values: &mut Values<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            registered: values.flag()?,
            as_of: values.date()?,
        })
    }
}

/// States what a list of a day says; whether it is news.
///
/// # Errors
/// [`OfficeError::Input`] when a newer list was taken before.
pub fn state(
    conn: &mut Conn,
    act: &Act,
    person_id: i64,
    as_of: Date,
    registered: bool,
) -> Result<bool, OfficeError> {
    let standing = fact::timeline::<OnlineStatus>(conn, person_id, None)?;
    let latest = standing.last();
    if let Some(latest) = latest {
        if latest.fact.as_of > as_of {
            return Err(OfficeError::input(
                "基準日",
                &format!(
                    "{}時点の一覧を取込済みで、それより古い{}時点の行です。新しい一覧を取り込んでください",
                    law::era::wareki(latest.fact.as_of),
                    law::era::wareki(as_of)
                ),
            ));
        }
        if latest.fact.as_of == as_of && latest.fact.registered == registered {
            return Ok(false);
        }
    }
    let status = OnlineStatus { registered, as_of };
    fact::record(conn, act, person_id, Span::new(as_of, None), &status)?;
    Ok(true)
}

/// The registration of a person as of a day, from a list no older than so many days; none when no list has the person.
///
/// # Errors
/// A [`Refusal`] that names the day of the list when it is older than that.
pub fn registered_on(
    conn: &mut Conn,
    person_id: i64,
    on: Date,
    most_days: i64,
) -> Result<Option<OnlineStatus>, OfficeError> {
    let standing = fact::timeline::<OnlineStatus>(conn, person_id, None)?;
    let Some(found) = standing.into_iter().find(|dated| dated.valid.holds(on)) else {
        return Ok(None);
    };
    let age = law::eligibility::report::days_between(found.fact.as_of, on);
    if age > most_days {
        return Err(Refusal::new(
            "status.online.stale",
            format!(
                "マイナ保険証の利用登録は{}時点の一覧で、{age}日前のものです。{most_days}日以内の一覧を取り込んでから処理してください",
                law::era::wareki(found.fact.as_of)
            ),
        )
        .into());
    }
    Ok(Some(found.fact))
}
