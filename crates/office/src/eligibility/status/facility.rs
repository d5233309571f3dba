//! 住所地特例 — the master of facilities, stays in them, and which municipality stays the insurer.
//!
//! 根拠: 国民健康保険法 第116条の2

use super::place::{Facility, FacilityStay};
use super::within::{comes_from, moves_to};
use super::{Entry, noted, state};
use crate::acts::{self, Act, Acting};
use crate::eligibility::ended;
use crate::error::OfficeError;
use crate::registry::fact::{self, Dated};
use crate::security::permit::{Permit, RegisterFact, RunEligibility};
use crate::worklist::{self, Candidate, NewItem, STATUS_FACILITY};
use db::{Conn, Span, Sql, Store};
use law::{Date, Refusal};

const LAST: Sql = Sql {
    name: "status.facility.last",
    text: "select coalesce(max(subject), 0) from facility_fact",
};
const LIST: Sql = Sql {
    name: "status.facility.list",
    text: "select subject from facility_fact where superseded_at is null and valid_from <= $1 \
           and (valid_until is null or valid_until > $1) order by subject",
};
const STAYING: Sql = Sql {
    name: "status.facility.staying",
    text: "select subject from facility_stay_fact where superseded_at is null and facility_id = $1 \
           and valid_from <= $2 and (valid_until is null or valid_until > $2) order by subject",
};

const STANDING: Sql = Sql {
    name: "status.facility.standing",
    text: "select subject from facility_stay_fact where superseded_at is null and valid_from <= $1 \
           and (valid_until is null or valid_until > $1) order by subject",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[LAST, LIST, STAYING, STANDING];

/// 施設の種別 of 第116条の2 第1項, in the order of its items.
pub const KINDS: [(i64, &str); 6] = [
    (1, "病院・診療所"),
    (2, "児童福祉施設（措置）"),
    (3, "障害者支援施設等"),
    (4, "のぞみの園の施設"),
    (5, "養護老人ホーム・特別養護老人ホーム（措置）"),
    (6, "介護保険の特定施設・介護保険施設"),
];

/// 施設の登録 — enters a facility in the master, from a day on, and gives its number.
///
/// # Errors
/// [`OfficeError::Input`] beside the field that is wrong.
pub fn open(
    store: &Store,
    permit: &Permit<RegisterFact>,
    acting: &Acting,
    from: Date,
    facility: &Facility,
) -> Result<i64, OfficeError> {
    store.write(|conn| {
        let act = acts::begin(conn, acting, permit, "status.facility", &noted(""))?;
        let subject = next_number(conn)?;
        let entry = Entry {
            subject,
            span: Span::new(from, None),
            status: facility.clone(),
            note: String::new(),
        };
        state(conn, &act, &entry)?;
        Ok(subject)
    })
}

/// The number the next facility gets.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn next_number(conn: &mut Conn) -> Result<i64, OfficeError> {
    Ok(conn.query_one(&LAST, &[], |row| row.int(0))? + 1)
}

/// The facilities of a day, by number.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn list(conn: &mut Conn, on: Date) -> Result<Vec<(i64, Facility)>, OfficeError> {
    let ids = conn.query(&LIST, &[on.into()], |row| row.int(0))?;
    let mut found = Vec::new();
    for id in ids {
        if let Some(facility) = get(conn, id, on)? {
            found.push((id, facility));
        }
    }
    Ok(found)
}

/// A facility as of a day.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn get(conn: &mut Conn, facility_id: i64, on: Date) -> Result<Option<Facility>, OfficeError> {
    let all = fact::timeline::<Facility>(conn, facility_id, None)?;
    Ok(all
        .into_iter()
        .find(|dated| dated.valid.holds(on))
        .map(|dated| dated.fact))
}

/// Who stays in a facility on a day.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn staying(conn: &mut Conn, facility_id: i64, on: Date) -> Result<Vec<i64>, OfficeError> {
    Ok(conn.query(&STAYING, &[facility_id.into(), on.into()], |row| row.int(0))?)
}

/// 入所・入院・入居 as it was notified.
#[derive(Clone, Debug)]
pub struct Entering {
    /// 宛名番号.
    pub person_id: i64,
    /// 施設番号.
    pub facility_id: i64,
    /// 入所日.
    pub entered_on: Date,
    /// Where the person lived the day before: 市区町村コード.
    pub came_from: String,
    /// 届出日.
    pub reported_on: Date,
}

/// 保険者の連鎖 — the municipality that stays the insurer of somebody who enters a facility.
///
/// 根拠: 国民健康保険法 第116条の2第1項ただし書・第2項
///
/// Whoever comes straight from another facility, and lived where that one lies, keeps the insurer of that stay: the municipality
/// where the person lived before the first one. Whose address had left the facility meanwhile (特定住所変更) has the municipality
/// of that address as insurer (第2項第2号), and so has whoever lived at home in between.
fn insurer_on_entering(
    conn: &mut Conn,
    stays: &[Dated<FacilityStay>],
    entering: &Entering,
) -> Result<String, OfficeError> {
    let (on, came_from) = (entering.entered_on, &entering.came_from);
    let goes_on = |until: Option<Date>| until.is_none_or(|until| until >= on);
    let mut before = stays.iter().filter(|stay| stay.valid.from < on);
    let Some(stay) = before.find(|stay| goes_on(stay.valid.until)) else {
        return Ok(came_from.clone());
    };
    let left = get(conn, stay.fact.facility_id, stay.valid.from)?;
    let lived_there = left.is_none_or(|facility| facility.municipality == *came_from);
    let chained = lived_there.then_some(&stay.fact.insurer);
    Ok(chained.unwrap_or(came_from).clone())
}

/// What entering came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entered {
    /// 保険者の市区町村コード.
    pub insurer: String,
    /// The act.
    pub act_id: i64,
}

/// 入所の届出 — registers the stay and who stays the insurer. A stay that was open ends on the day of entering.
///
/// # Errors
/// [`OfficeError::Refusal`] when the facility is unknown, or lies in the municipality that is the insurer anyway.
pub fn enter(
    store: &Store,
    permit: &Permit<RegisterFact>,
    acting: &Acting,
    own: &str,
    entering: &Entering,
) -> Result<Entered, OfficeError> {
    store.write(|conn| {
        let act = acts::begin(conn, acting, permit, "status.facility_stay", &noted(""))?;
        enter_under(conn, &act, (own, acting.business_date), entering)
    })
}

/// Enters somebody under an act that is under way.
///
/// # Errors
/// As [`enter`].
pub fn enter_under(
    conn: &mut Conn,
    act: &Act,
    (own, today): (&str, Date),
    entering: &Entering,
) -> Result<Entered, OfficeError> {
    let facility = get(conn, entering.facility_id, entering.entered_on)?.ok_or_else(|| {
        Refusal::new(
            "status.facility.unknown",
            format!(
                "施設{}は{}には登録されていません。施設を先に登録してください",
                entering.facility_id,
                law::era::wareki(entering.entered_on)
            ),
        )
    })?;
    let stays = fact::timeline::<FacilityStay>(conn, entering.person_id, None)?;
    let insurer = insurer_on_entering(conn, &stays, entering)?;
    if facility.municipality == insurer {
        return Err(Refusal::new(
            "status.facility.own_municipality",
            format!(
                "{}は保険者（{insurer}）の区域内の施設で、住所地特例になりません。転居として扱ってください",
                facility.name
            ),
        )
        .into());
    }
    // A stay told late goes to the one told before it, which stands.
    let later = stays
        .iter()
        .filter(|stay| stay.valid.from > entering.entered_on)
        .min_by_key(|stay| stay.valid.from);
    let ends = stays
        .iter()
        .find(|stay| stay.valid.holds(entering.entered_on))
        .and_then(|stay| stay.valid.until);
    let until = ends.or(later.map(|stay| stay.valid.from));
    let entry = Entry {
        subject: entering.person_id,
        span: Span::new(entering.entered_on, until),
        status: FacilityStay {
            facility_id: entering.facility_id,
            insurer: insurer.clone(),
            reported_on: Some(entering.reported_on),
        },
        note: String::new(),
    };
    state(conn, act, &entry)?;
    if let Some(later) = later.filter(|later| later.fact.insurer != insurer) {
        chain_to_check(conn, act, entering, later)?;
    }
    if insurer == own {
        ended::answered(conn, act, own, entering.person_id)?;
    } else {
        // Somebody else's insured who came to live in a facility here is not ours.
        let title = "ほかの市区町村の住所地特例: 当市区町村の被保険者でないことを確かめる";
        let whose = (entering.person_id, entering.entered_on);
        candidate(conn, act, whose, moves_to(own, &insurer), (title, today))?;
    }
    Ok(Entered {
        insurer,
        act_id: act.id.0,
    })
}

/// 退所 — ends the stay; whether the person is insured here from now on is put on the list.
///
/// # Errors
/// [`OfficeError::Refusal`] when there is no stay on that day.
pub fn leave(
    store: &Store,
    permit: &Permit<RegisterFact>,
    acting: &Acting,
    own: &str,
    person_id: i64,
    left_on: Date,
) -> Result<i64, OfficeError> {
    store.write(|conn| {
        let act = acts::begin(conn, acting, permit, "status.facility_stay", &noted("退所"))?;
        leave_under(conn, &act, (own, acting.business_date), person_id, left_on)
    })
}

/// Ends a stay under an act that is under way.
///
/// # Errors
/// As [`leave`].
pub fn leave_under(
    conn: &mut Conn,
    act: &Act,
    (own, today): (&str, Date),
    person_id: i64,
    left_on: Date,
) -> Result<i64, OfficeError> {
    let stays = fact::timeline::<FacilityStay>(conn, person_id, None)?;
    let eve = law::date::previous_day(left_on);
    let left = stays
        .iter()
        .find(|stay| stay.valid.holds(eve))
        .or_else(|| stays.iter().find(|stay| stay.valid.from == left_on));
    // Only the stay that is left ends: one that begins on this day, or was told of a later one, is another.
    let Some(left) = left.filter(|stay| stay.valid.until != Some(left_on)) else {
        return Err(Refusal::new(
            "status.facility.nothing",
            format!(
                "{}に退所する入所が登録されていません。退所が登録済みでないか、日を確かめてください",
                law::era::wareki(left_on)
            ),
        )
        .into());
    };
    let insurer = left.fact.insurer.clone();
    let place = get(conn, left.fact.facility_id, left.valid.from)?;
    let place = place.map_or_else(String::new, |facility| facility.municipality);
    let rest = Span::new(left_on, left.valid.until);
    fact::end::<FacilityStay>(conn, act, person_id, rest)?;
    let (cause, title) = if insurer == own {
        (
            moves_to(own, &place),
            "住所地特例の施設を退所: 戻らず施設の外に住むときは喪失を登録する",
        )
    } else {
        (
            comes_from(own, &insurer),
            "住所地特例の施設を退所: 当市区町村に住むときは取得を登録する",
        )
    };
    candidate(conn, act, (person_id, left_on), cause, (title, today))?;
    Ok(act.id.0)
}

/// 保険者の連鎖の確認 — an earlier stay may make another municipality the insurer of a stay that was told before it.
///
/// 根拠: 国民健康保険法 第116条の2第1項ただし書・第2項
fn chain_to_check(
    conn: &mut Conn,
    act: &Act,
    entering: &Entering,
    later: &Dated<FacilityStay>,
) -> Result<(), OfficeError> {
    // The list of what waits names no facility: it would tell where somebody under 支援措置 lives.
    let title = format!(
        "前の施設への入所が後から届いた: {}に入所した施設の保険者（{}）を確かめる",
        law::era::wareki(later.valid.from),
        later.fact.insurer
    );
    let source = format!("facility/chain/{}", act.id.0);
    let on = entering.reported_on;
    let item = NewItem::about_person(STATUS_FACILITY, entering.person_id, &source, &title, on);
    worklist::open(conn, act, &item)?;
    Ok(())
}

/// The candidate of a person and a day. From that very day the address is no longer, or again, what the article takes it for: a 喪失
/// takes effect on it. It is due from the day on which it was told, or happens if that is later.
///
/// 根拠: 国民健康保険法 第8条第1項ただし書・第116条の2
fn candidate(
    conn: &mut Conn,
    act: &Act,
    (person_id, on): (i64, Date),
    cause: &str,
    (title, today): (&str, Date),
) -> Result<(), OfficeError> {
    let loses = cause.starts_with("moved_out");
    let candidate = Candidate {
        person_id,
        household_id: None,
        cause: cause.to_owned(),
        occurred_on: on,
        elsewhere_from: loses.then_some(on),
        reported_on: None,
        told_by: "住所地特例".to_owned(),
    };
    let source = format!("facility/{}", act.id.0);
    let opened = candidate.open(conn, act, &source, title, on.max(today));
    opened.map(|_| ())
}

/// 年次確認 — puts everybody who stays in a facility on the list once a fiscal year; how many are new.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn check_year(
    store: &Store,
    permit: &Permit<RunEligibility>,
    acting: &Acting,
) -> Result<i64, OfficeError> {
    store.write(|conn| {
        let act = acts::begin(conn, acting, permit, "status.facility_check", &noted(""))?;
        Ok(ask_within(conn, &act, acting.business_date)?.1)
    })
}

/// [`check_year`] under an act that is begun: how many stay in a facility, and how many matters are new.
pub(crate) fn ask_within(conn: &mut Conn, act: &Act, on: Date) -> Result<(i64, i64), OfficeError> {
    let people = conn.query(&STANDING, &[on.into()], |row| row.int(0))?;
    let items: Vec<NewItem> = people
        .into_iter()
        .map(|person_id| {
            NewItem::about_person(
                STATUS_FACILITY,
                person_id,
                &format!("facility/{}", law::FiscalYear::of(on).0),
                "施設に入所しているか確かめる",
                on,
            )
        })
        .collect();
    let found = i64::try_from(items.len()).unwrap_or(i64::MAX);
    Ok((found, worklist::open_all(conn, act, &items)?))
}
