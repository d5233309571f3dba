//! One dated picture of a person or a household, from which screens start.

use super::fact::{Dated, record, timeline};
use super::insurance::{
    CareExempt, FormerDependant, FormerInsured, HouseholdHead, InsuredSpan, Maternity, Unemployment,
};
use super::person::Resident;
use super::search_key;
use super::support;
use super::taxation::{AssetTax, Pension, YearIncome};
use crate::acts::Act;
use crate::error::OfficeError;
use db::{Conn, Span, Sql};
use law::Date;

const INSERT_PERSON: Sql = Sql {
    name: "registry.insert_person",
    text: "insert into person (person_id, kind, act_id) values ($1, $2, $3) on conflict (person_id) do nothing",
};
const INSERT_HOUSEHOLD: Sql = Sql {
    name: "registry.insert_household",
    text: "insert into household (household_id, act_id) values ($1, $2) on conflict (household_id) do nothing",
};
const PERSON_KIND: Sql = Sql {
    name: "registry.person_kind",
    text: "select kind from person where person_id = $1",
};
const MEMBERS: Sql = Sql {
    name: "registry.members",
    text: "select distinct subject from insured_fact where household_id = $1 and valid_from <= $2 \
           and (valid_until is null or valid_until > $2) \
           and recorded_at <= $3 and (superseded_at is null or superseded_at > $3) order by subject",
};
const FORMER_MEMBERS: Sql = Sql {
    name: "registry.former_members",
    text: "select distinct subject from former_insured_fact where household_id = $1 and valid_from <= $2 \
           and (valid_until is null or valid_until > $2) \
           and recorded_at <= $3 and (superseded_at is null or superseded_at > $3) order by subject",
};
const EVER_MEMBERS: Sql = Sql {
    name: "registry.ever_members",
    text: "select distinct subject from insured_fact where household_id = $1 \
           and recorded_at <= $2 and (superseded_at is null or superseded_at > $2) order by subject",
};

const HEADED: Sql = Sql {
    name: "registry.headed",
    text: "select subject from household_fact where head_person_id = $1 \
           and recorded_at <= $2 and (superseded_at is null or superseded_at > $2) \
           order by valid_from desc, subject",
};

const TAKEN_BACK: Sql = Sql {
    name: "registry.load.taken_back",
    text: "select max(superseded_by_act) from household_fact where subject = $1 and not exists \
           (select 1 from household_fact s where s.subject = $1 and s.superseded_at is null)",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[
    TAKEN_BACK,
    HEADED,
    INSERT_PERSON,
    INSERT_HOUSEHOLD,
    PERSON_KIND,
    MEMBERS,
    FORMER_MEMBERS,
    EVER_MEMBERS,
];

/// 種別: 1 日本人, 2 外国人, 3 住登外者.
pub type PersonKind = i64;

/// 種別 under which a number was first given; none when it is unknown.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn kind_of(conn: &mut Conn, person_id: i64) -> Result<Option<PersonKind>, OfficeError> {
    Ok(conn.query_opt(&PERSON_KIND, &[person_id.into()], |row| row.int(0))?)
}

/// Makes a person who is unknown.
pub(crate) fn make_person(
    conn: &mut Conn,
    act: &Act,
    person_id: i64,
    kind: PersonKind,
) -> Result<(), OfficeError> {
    let params = [person_id.into(), kind.into(), act.id.0.into()];
    conn.execute(&INSERT_PERSON, &params)?;
    Ok(())
}

/// Writes a person's record over a span; the person is made when unknown.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn record_person(
    conn: &mut Conn,
    act: &Act,
    person_id: i64,
    kind: PersonKind,
    span: Span,
    resident: &Resident,
) -> Result<(), OfficeError> {
    make_person(conn, act, person_id, kind)?;
    record(conn, act, person_id, span, resident)?;
    if resident.withheld {
        support::of_loaded(conn, act, person_id)?;
    }
    search_key::rebuild(conn, person_id)
}

/// Writes head and number of a household over a span; the household is made when unknown.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn record_household(
    conn: &mut Conn,
    act: &Act,
    household_id: i64,
    span: Span,
    head: &HouseholdHead,
) -> Result<(), OfficeError> {
    conn.execute(&INSERT_HOUSEHOLD, &[household_id.into(), act.id.0.into()])?;
    record(conn, act, household_id, span, head)
}

/// A person as known at a moment: what holds on a day, and the whole of each timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonPicture {
    /// 宛名番号.
    pub person_id: i64,
    /// 種別.
    pub kind: PersonKind,
    /// 支援措置 of this person.
    pub withheld: bool,
    /// 支援措置 of this person or of somebody who lives with them: no address is in this picture, of no day.
    pub hidden: bool,
    /// The record that holds on the day.
    pub resident: Option<Dated<Resident>>,
    /// Records over time.
    pub residents: Vec<Dated<Resident>>,
    /// 資格.
    pub insured: Vec<Dated<InsuredSpan>>,
    /// 特定同一世帯所属者.
    pub former_insured: Vec<Dated<FormerInsured>>,
    /// 介護適用除外.
    pub care_exempt: Vec<Dated<CareExempt>>,
    /// 旧被扶養者.
    pub former_dependant: Vec<Dated<FormerDependant>>,
    /// 非自発的失業.
    pub unemployment: Vec<Dated<Unemployment>>,
    /// 出産被保険者.
    pub maternity: Vec<Dated<Maternity>>,
    /// 所得, one for each fiscal year.
    pub incomes: Vec<Dated<YearIncome>>,
    /// 固定資産税額.
    pub asset_taxes: Vec<Dated<AssetTax>>,
    /// 年金.
    pub pensions: Vec<Dated<Pension>>,
    /// Households of which the person is or was head (擬制世帯主を含む), the latest first.
    pub headed: Vec<i64>,
}

/// To which household somebody belongs, or belonged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Belonging {
    /// 資格.
    pub insured: Vec<Dated<InsuredSpan>>,
    /// 特定同一世帯所属者; empty where nobody had to look for it.
    pub former_insured: Vec<Dated<FormerInsured>>,
    /// Households of which the person is or was head, the latest first; empty where nobody had to look for it.
    pub headed: Vec<i64>,
}

impl PersonPicture {
    /// What the picture says of households.
    #[must_use]
    pub fn belonging(&self) -> Belonging {
        Belonging {
            insured: self.insured.clone(),
            former_insured: self.former_insured.clone(),
            headed: self.headed.clone(),
        }
    }
}

/// Loads to which household somebody belongs on a day. Of somebody who is insured that day nothing else is read.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn load_belonging(
    conn: &mut Conn,
    person_id: i64,
    as_of: Date,
) -> Result<Belonging, OfficeError> {
    let insured: Vec<Dated<InsuredSpan>> = timeline(conn, person_id, None)?;
    if insured.iter().any(|span| span.valid.holds(as_of)) {
        return Ok(Belonging {
            insured,
            ..Belonging::default()
        });
    }
    Ok(Belonging {
        insured,
        former_insured: timeline(conn, person_id, None)?,
        headed: headed(conn, person_id, None)?,
    })
}

fn headed(conn: &mut Conn, person_id: i64, known_at: Option<i64>) -> Result<Vec<i64>, OfficeError> {
    let params = [person_id.into(), known_at.unwrap_or(i64::MAX).into()];
    Ok(conn.query(&HEADED, &params, |row| row.int(0))?)
}

/// Loads a person; none when the number is unknown. Somebody under 支援措置, and who lives with them, comes without any address.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn load_person(
    conn: &mut Conn,
    person_id: i64,
    as_of: Date,
    known_at: Option<i64>,
) -> Result<Option<PersonPicture>, OfficeError> {
    person_seen(conn, person_id, (as_of, as_of), known_at)
}

/// What stands in the place of an address that is not shown.
pub const HIDDEN: &str = "（非開示）";

/// Takes every address out of a record: of other days too, because the measure often begins after the move.
fn hide(mut fact: Dated<Resident>) -> Dated<Resident> {
    fact.fact.withheld = true;
    HIDDEN.clone_into(&mut fact.fact.address);
    fact.fact.postal_code.clear();
    fact.fact.building.clear();
    fact.fact.ward.clear();
    fact
}

/// A person as of a day, seen on the earlier of two: a day to come frees no address.
fn person_seen(
    conn: &mut Conn,
    person_id: i64,
    (as_of, seen_on): (Date, Date),
    known_at: Option<i64>,
) -> Result<Option<PersonPicture>, OfficeError> {
    let Some(kind) = conn.query_opt(&PERSON_KIND, &[person_id.into()], |row| row.int(0))? else {
        return Ok(None);
    };
    let withheld = support::is_withheld_from(conn, person_id, as_of.min(seen_on))?;
    let hidden = withheld || support::is_hidden_from(conn, person_id, seen_on)?;
    let mut residents: Vec<Dated<Resident>> = timeline(conn, person_id, known_at)?;
    let shared = support::Shared::of(conn, person_id, seen_on)?;
    residents = residents
        .into_iter()
        .map(|fact| {
            let shown = !hidden && !shared.hides(&fact);
            if shown { fact } else { hide(fact) }
        })
        .collect();
    Ok(Some(PersonPicture {
        person_id,
        kind,
        withheld,
        hidden,
        resident: residents
            .iter()
            .find(|fact| fact.valid.holds(as_of))
            .cloned(),
        residents,
        insured: timeline(conn, person_id, known_at)?,
        former_insured: timeline(conn, person_id, known_at)?,
        care_exempt: timeline(conn, person_id, known_at)?,
        former_dependant: timeline(conn, person_id, known_at)?,
        unemployment: timeline(conn, person_id, known_at)?,
        maternity: timeline(conn, person_id, known_at)?,
        incomes: timeline(conn, person_id, known_at)?,
        asset_taxes: timeline(conn, person_id, known_at)?,
        pensions: timeline(conn, person_id, known_at)?,
        headed: headed(conn, person_id, known_at)?,
    }))
}

/// A household as known at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HouseholdPicture {
    /// 国保世帯番号.
    pub household_id: i64,
    /// Head and number on the day.
    pub head: Option<Dated<HouseholdHead>>,
    /// Heads and numbers over time.
    pub heads: Vec<Dated<HouseholdHead>>,
    /// 被保険者 on the day.
    pub members: Vec<PersonPicture>,
    /// 特定同一世帯所属者 on the day.
    pub former_members: Vec<PersonPicture>,
    /// The head on the day, who may be neither (擬制世帯主).
    pub head_person: Option<PersonPicture>,
    /// Everyone who was ever insured in the household, by 宛名番号.
    pub ever_members: Vec<i64>,
}

/// 被保険者 of a household on a day as known now, by 宛名番号.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn members_on(conn: &mut Conn, household_id: i64, on: Date) -> Result<Vec<i64>, OfficeError> {
    let params = [household_id.into(), on.into(), i64::MAX.into()];
    Ok(conn.query(&MEMBERS, &params, |row| row.int(0))?)
}

/// Loads a household as of a day as known at a moment (`None`: now); none when nothing was ever said of it.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn load_household(
    conn: &mut Conn,
    household_id: i64,
    as_of: Date,
    known_at: Option<i64>,
) -> Result<Option<HouseholdPicture>, OfficeError> {
    household_seen(conn, household_id, (as_of, as_of), known_at)
}

/// The act that took back everything that was known of a household; none for one that stands or never was.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn household_taken_back(
    conn: &mut Conn,
    household_id: i64,
) -> Result<Option<i64>, OfficeError> {
    Ok(conn.query_one(&TAKEN_BACK, &[household_id.into()], |row| row.opt_int(0))?)
}

/// A household as of any day, past or to come, as it may be seen on the business date: 支援措置 of today hides the addresses
/// of every day.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn household_seen(
    conn: &mut Conn,
    household_id: i64,
    (as_of, today): (Date, Date),
    known_at: Option<i64>,
) -> Result<Option<HouseholdPicture>, OfficeError> {
    let heads: Vec<Dated<HouseholdHead>> = timeline(conn, household_id, known_at)?;
    if heads.is_empty() {
        return Ok(None);
    }
    let known = known_at.unwrap_or(i64::MAX);
    let dated = [household_id.into(), as_of.into(), known.into()];
    let members = conn.query(&MEMBERS, &dated, |row| row.int(0))?;
    let former = conn.query(&FORMER_MEMBERS, &dated, |row| row.int(0))?;
    let ever_members = conn.query(&EVER_MEMBERS, &[household_id.into(), known.into()], |row| {
        row.int(0)
    })?;
    let head = heads.iter().find(|fact| fact.valid.holds(as_of)).cloned();
    let days = (as_of, today);
    let head_person = match &head {
        Some(head) => person_seen(conn, head.fact.head_person_id, days, known_at)?,
        None => None,
    };
    Ok(Some(HouseholdPicture {
        household_id,
        head,
        heads,
        members: people(conn, &members, days, known_at)?,
        former_members: people(conn, &former, days, known_at)?,
        head_person,
        ever_members,
    }))
}

fn people(
    conn: &mut Conn,
    numbers: &[i64],
    days: (Date, Date),
    known_at: Option<i64>,
) -> Result<Vec<PersonPicture>, OfficeError> {
    let mut found = Vec::with_capacity(numbers.len());
    for number in numbers {
        found.extend(person_seen(conn, *number, days, known_at)?);
    }
    Ok(found)
}
