//! 基準収入額適用申請の勧奨 — households of 3割 whose 収入, as far as the records show it, could make 2割 of it: each is put on
//! the list once for a benefit year, is asked by letter, and leaves the list when it applies or nothing can be gained any more.
//!
//! 根拠: 国民健康保険法施行令 第27条の2第3項第1号・第2号、国民健康保険法施行規則 第24条の3

use super::application;
use super::load::{self, LoadedHousehold, Stretch};
use crate::acts::Act;
use crate::error::OfficeError;
use crate::levy::relevy::NOW;
use crate::worklist::{self, Filter, Item, JUDGEMENT_INVITE, NewItem, Outcome};
use db::{Conn, Sql};
use law::judgement::{MayApply, benefit_year, may_apply, same_people};
use law::rules::judgement::ApplicationEffect;
use law::rules::{JudgementBook, JudgementRules};
use law::{Date, FiscalYear};
use serde::{Deserialize, Serialize};

/// Households looked at in one transaction.
const HOUSEHOLDS: i64 = 100;

/// Households of 3割 on `$1` that were not asked for the benefit year, and open matters that may be over; those decided after
/// `$5` alone unless `$6`.
const TO_LOOK_AT: Sql = Sql {
    name: "judgement.invite.to_look_at",
    text: "select household_id from (\
           select d.household_id from judgement_decision d where d.tenths = 3 and d.subject_id > 0 \
           and d.valid_from <= $1 and d.valid_until > $1 and (d.recorded_at > $5 or $6 = 1) \
           and not exists (select 1 from work_item w where w.household_id = d.household_id and w.kind = $3 \
           and w.source = $4 and w.state = 'settled' and w.outcome <> 'withdrawn') \
           union select w.household_id from work_item w where w.kind = $3 and w.state = 'open' \
           and (w.source <> $4 or $6 = 1 or exists (select 1 from judgement_decision d \
           where d.household_id = w.household_id and d.recorded_at > $5))) looked \
           where household_id > $2 order by household_id limit $7",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[TO_LOOK_AT];

/// What the letter of a matter tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Told {
    /// The first day of the benefit year.
    pub from: Date,
    /// 収入 of one of 70 and over alone has to stay below this, in yen.
    pub single_below: law::Yen,
    /// 収入 of several together has to stay below this, in yen.
    pub several_below: law::Yen,
    /// An application counts from the month after it.
    pub next_month: bool,
}

impl Told {
    /// The limits and the days, in the words of the letter.
    #[must_use]
    pub fn words(&self) -> String {
        let from = law::era::wareki(self.from);
        let limits = format!(
            "収入の基準は、70歳以上の被保険者が1人のときは{}円未満、2人以上のときは合わせて{}円未満です（1人で基準以上でも、後期高齢者医療制度に移った方が同じ世帯にいるときは、その方と合わせて{}円未満であれば2割になります）。",
            self.single_below.grouped(),
            self.several_below.grouped(),
            self.several_below.grouped()
        );
        if self.next_month {
            format!(
                "{limits}{from}より前に申請したときは{from}から、その後に申請したときは申請の翌月から2割になります。"
            )
        } else {
            format!("{limits}申請により{from}から2割になります。")
        }
    }
}

/// What came of a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Invited {
    /// Households that may apply.
    pub found: i64,
    /// New on the list.
    pub opened: i64,
    /// Taken off the list.
    pub settled: i64,
    /// The household after which the next page begins.
    pub next: Option<i64>,
}

/// Which households are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// 業務日付.
    pub today: Date,
    /// The day for which an application of today would count: nothing before it can be gained.
    pub on: Date,
    /// The moment of the last look, microseconds since 1970 UTC.
    pub known_after: i64,
    /// All of them, not only those decided since.
    pub all: bool,
}

/// The next households after a number: those that may apply are put on the list, those that need not any more leave it.
///
/// # Errors
/// [`OfficeError::Refusal`] where the day has no rules.
pub fn page(
    conn: &mut Conn,
    act: &Act,
    book: &JudgementBook,
    wanted: &Wanted,
    after: i64,
) -> Result<Invited, OfficeError> {
    let year = benefit_year(wanted.on);
    let rules = book.at(wanted.on)?;
    let source = source_of(year);
    let params = [
        wanted.on.into(),
        after.into(),
        JUDGEMENT_INVITE.code.into(),
        source.as_str().into(),
        wanted.known_after.into(),
        i64::from(wanted.all).into(),
        HOUSEHOLDS.into(),
    ];
    let households = conn.query(&TO_LOOK_AT, &params, |row| row.int(0))?;
    let mut done = Invited {
        next: households
            .last()
            .copied()
            .filter(|_| i64::try_from(households.len()) == Ok(HOUSEHOLDS)),
        ..Invited::default()
    };
    for household_id in households {
        let mut applied = application::list(conn, household_id)?;
        applied.retain(|one| one.benefit_year == year);
        let waits = applied.iter().any(|one| one.granted.is_none());
        let loaded = if waits {
            None
        } else {
            loaded(conn, book, household_id, year)?
        };
        // Decided is what was applied for: for others who count, another application may be granted.
        let loaded = loaded.filter(|one| {
            let of = |received_on| same_people(&rules, &one.facts, (year, received_on), wanted.on);
            !applied.iter().any(|made| of(made.received_on))
        });
        let hope = loaded
            .as_ref()
            .and_then(|one| may_apply(&rules, &one.facts, wanted.on));
        let Some((hope, loaded)) = hope.zip(loaded) else {
            done.settled += close(conn, act, (household_id, wanted.today), |_| true)?;
            continue;
        };
        done.found += 1;
        let item = item(&rules, &loaded, hope, wanted)?;
        // Those of another year, and those that were to be written to somebody who is not the head any more.
        done.settled += close(conn, act, (household_id, wanted.today), |one| {
            one.source != source || one.person_id != item.person_id
        })?;
        done.opened += worklist::open_all(conn, act, &[item])?;
    }
    Ok(done)
}

fn source_of(year: i16) -> String {
    format!("revenue/{year}")
}

fn loaded(
    conn: &mut Conn,
    book: &JudgementBook,
    household_id: i64,
    year: i16,
) -> Result<Option<LoadedHousehold>, OfficeError> {
    let stretch = Stretch {
        from: household_id,
        until: household_id.saturating_add(1),
        known_at: NOW,
        first_year: FiscalYear(year),
        last_year: FiscalYear(year),
        with_history: book.reads_history(),
    };
    Ok(load::households(conn, &stretch)?.into_iter().next())
}

/// The matter: the head of the household applies, and is written to.
fn item(
    rules: &JudgementRules,
    loaded: &LoadedHousehold,
    hope: MayApply,
    wanted: &Wanted,
) -> Result<NewItem, OfficeError> {
    let head = loaded.facts.head_on(wanted.on);
    let head = head.and_then(|index| loaded.person_ids.get(index)).copied();
    let year = benefit_year(wanted.on);
    let told = Told {
        from: law::judgement::benefit_year_start(year),
        single_below: rules.copay.revenue_single_below,
        several_below: rules.copay.revenue_several_below,
        next_month: rules.habits.application == ApplicationEffect::NextMonth,
    };
    let title = format!(
        "申請により2割となる見込みがあります（分かっている収入{}円、基準{}円未満）",
        hope.at_least.grouped(),
        hope.below.grouped()
    );
    let detail = serde_json::to_string(&told)
        .map_err(|error| OfficeError::Bug(format!("案内の内容を書き出せません: {error}")))?;
    let household = loaded.household_id;
    let source = source_of(year);
    let about =
        NewItem::about_household(JUDGEMENT_INVITE, household, &source, &title, wanted.today);
    Ok(NewItem {
        person_id: head,
        detail,
        ..about
    })
}

/// An application was received: the household is not asked any more for that benefit year.
///
/// # Errors
/// [`OfficeError::Store`].
pub(super) fn applied(
    conn: &mut Conn,
    act: &Act,
    (household_id, year): (i64, i16),
    today: Date,
) -> Result<i64, OfficeError> {
    let source = source_of(year);
    close(conn, act, (household_id, today), |item| {
        item.source == source
    })
}

/// Takes matters of a household off the list; how many there were.
fn close(
    conn: &mut Conn,
    act: &Act,
    (household_id, today): (i64, Date),
    which: impl Fn(&Item) -> bool,
) -> Result<i64, OfficeError> {
    let filter = Filter {
        kind: Some(JUDGEMENT_INVITE),
        household_id: Some(household_id),
        ..Filter::default()
    };
    let mut count = 0;
    for item in worklist::list(conn, &filter, None, today)?.items {
        if which(&item) {
            let why = "申請があったか、申請しても変わらなくなった";
            worklist::settle(conn, act, item.item_id, Outcome::Withdrawn, why)?;
            count += 1;
        }
    }
    Ok(count)
}
