//! One dated picture of a person or a household, from which screens start.

use super::detail::{Detail, item};
use super::fact::{Dated, record, timeline, timelines};
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
use std::collections::BTreeMap;

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
const HEADED: Sql = Sql {
    name: "registry.headed",
    text: "select subject from household_fact where head_person_id = $1 \
           and recorded_at <= $2 and (superseded_at is null or superseded_at > $2) \
           order by valid_from desc, subject",
};

mod household;

pub use household::{
    HouseholdPicture, household_people, household_seen, household_taken_back, load_household,
    members_on,
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[
    household::TAKEN_BACK,
    HEADED,
    INSERT_PERSON,
    INSERT_HOUSEHOLD,
    PERSON_KIND,
    household::MEMBERS,
    household::FORMER_MEMBERS,
    household::EVER_MEMBERS,
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

/// 種別 of a foreigner.
const FOREIGNER: PersonKind = 2;

/// 種別 on a day: as the record of that day has it, for a number outlives 帰化 and 国籍喪失; else the one under which the number was
/// first given. None when it is unknown.
///
/// 根拠: 国民健康保険法施行規則 第1条、国籍法 第4条第1項・第11条
///
/// # Errors
/// [`OfficeError::Store`].
pub fn kind_on(
    conn: &mut Conn,
    person_id: i64,
    on: Date,
) -> Result<Option<PersonKind>, OfficeError> {
    let details = timeline::<Detail>(conn, person_id, None)?;
    match stated(&details, on) {
        Some(kind) => Ok(Some(kind)),
        None => kind_of(conn, person_id),
    }
}

fn stated(details: &[Dated<Detail>], on: Date) -> Option<PersonKind> {
    let record = details.iter().find(|row| row.valid.holds(on))?;
    item(&record.fact.items, "resident_kind").parse().ok()
}

/// Whether somebody is a foreigner on a day, whose 在留資格 decides whether the insurance is open.
///
/// 根拠: 国民健康保険法 第6条第11号、国民健康保険法施行規則 第1条
///
/// # Errors
/// [`OfficeError::Store`].
pub fn is_foreigner(conn: &mut Conn, person_id: i64, on: Date) -> Result<bool, OfficeError> {
    Ok(kind_on(conn, person_id, on)? == Some(FOREIGNER))
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
    /// 種別 on the day.
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
    let mut found = load_belongings(conn, &[person_id], as_of)?;
    Ok(found.remove(&person_id).unwrap_or_default())
}

/// As [`load_belonging`], of each of some people, in few statements.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn load_belongings(
    conn: &mut Conn,
    people: &[i64],
    as_of: Date,
) -> Result<BTreeMap<i64, Belonging>, OfficeError> {
    let mut insured: BTreeMap<i64, Vec<Dated<InsuredSpan>>> = timelines(conn, people, None)?;
    let mut found: BTreeMap<i64, Belonging> = BTreeMap::new();
    for person in people {
        let insured = insured.remove(person).unwrap_or_default();
        found.entry(*person).or_default().insured.extend(insured);
    }
    let here = |one: &Belonging| one.insured.iter().any(|span| span.valid.holds(as_of));
    let elsewhere: Vec<i64> = found
        .iter()
        .filter(|(_, one)| !here(one))
        .map(|(person, _)| *person)
        .collect();
    let mut former = timelines(conn, &elsewhere, None)?;
    for person in elsewhere {
        let one = found.entry(person).or_default();
        one.former_insured = former.remove(&person).unwrap_or_default();
        one.headed = headed(conn, person, None)?;
    }
    Ok(found)
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
    let mut found = people_seen(conn, &[person_id], (as_of, as_of), known_at)?;
    Ok(found.pop())
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

/// People as of a day, seen on the earlier of two: a day to come frees no address. Whoever is unknown is left out.
fn people_seen(
    conn: &mut Conn,
    numbers: &[i64],
    (as_of, seen_on): (Date, Date),
    known_at: Option<i64>,
) -> Result<Vec<PersonPicture>, OfficeError> {
    let near = support::near(conn, numbers, as_of.min(seen_on))?;
    let mut known = Timelines::of(conn, numbers, known_at)?;
    let mut found = Vec::with_capacity(numbers.len());
    for number in numbers {
        let Some(first) = kind_of(conn, *number)? else {
            continue;
        };
        let kind = stated(&take(&mut known.details, *number), as_of).unwrap_or(first);
        let mut residents = take(&mut known.residents, *number);
        let (mut withheld, mut hidden) = (false, false);
        // Of whom nobody near is under 支援措置 nothing is hidden.
        if near.contains(number) {
            withheld = support::is_withheld_from(conn, *number, as_of.min(seen_on))?;
            hidden = withheld || support::is_hidden_from(conn, *number, seen_on)?;
            let shared = support::Shared::of(conn, *number, seen_on)?;
            residents = residents
                .into_iter()
                .map(|fact| {
                    let shown = !hidden && !shared.hides(&fact);
                    if shown { fact } else { hide(fact) }
                })
                .collect();
        }
        let holds = |fact: &&Dated<Resident>| fact.valid.holds(as_of);
        found.push(PersonPicture {
            person_id: *number,
            kind,
            withheld,
            hidden,
            resident: residents.iter().find(holds).cloned(),
            residents,
            insured: take(&mut known.insured, *number),
            former_insured: take(&mut known.former_insured, *number),
            care_exempt: take(&mut known.care_exempt, *number),
            former_dependant: take(&mut known.former_dependant, *number),
            unemployment: take(&mut known.unemployment, *number),
            maternity: take(&mut known.maternity, *number),
            incomes: take(&mut known.incomes, *number),
            asset_taxes: take(&mut known.asset_taxes, *number),
            pensions: take(&mut known.pensions, *number),
            headed: headed(conn, *number, known_at)?,
        });
    }
    Ok(found)
}

/// What is known of some people, by 宛名番号.
struct Timelines {
    residents: ByPerson<Resident>,
    details: ByPerson<Detail>,
    insured: ByPerson<InsuredSpan>,
    former_insured: ByPerson<FormerInsured>,
    care_exempt: ByPerson<CareExempt>,
    former_dependant: ByPerson<FormerDependant>,
    unemployment: ByPerson<Unemployment>,
    maternity: ByPerson<Maternity>,
    incomes: ByPerson<YearIncome>,
    asset_taxes: ByPerson<AssetTax>,
    pensions: ByPerson<Pension>,
}

type ByPerson<F> = BTreeMap<i64, Vec<Dated<F>>>;

fn take<F>(known: &mut ByPerson<F>, number: i64) -> Vec<Dated<F>> {
    known.remove(&number).unwrap_or_default()
}

impl Timelines {
    fn of(conn: &mut Conn, numbers: &[i64], known_at: Option<i64>) -> Result<Self, OfficeError> {
        Ok(Self {
            residents: timelines(conn, numbers, known_at)?,
            details: timelines(conn, numbers, known_at)?,
            insured: timelines(conn, numbers, known_at)?,
            former_insured: timelines(conn, numbers, known_at)?,
            care_exempt: timelines(conn, numbers, known_at)?,
            former_dependant: timelines(conn, numbers, known_at)?,
            unemployment: timelines(conn, numbers, known_at)?,
            maternity: timelines(conn, numbers, known_at)?,
            incomes: timelines(conn, numbers, known_at)?,
            asset_taxes: timelines(conn, numbers, known_at)?,
            pensions: timelines(conn, numbers, known_at)?,
        })
    }
}
