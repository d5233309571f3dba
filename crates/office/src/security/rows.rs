//! 行の条件 — whom somebody may open: everybody, their own ward, their own cases; themselves and relatives with an alarm or
//! not at all. Asked in the one place where a household or a person is opened, before anything is shown.

use super::access::{self, Access, Outcome};
use super::role::Role;
use super::session::Session;
use super::setting::{self, RELATIVES, Settings, rows_key};
use super::{alert, relation};
use crate::error::OfficeError;
use db::{Conn, Sql, Store};
use law::{Date, Refusal};

/// Code of the refusal when a subject is outside somebody's rows.
pub const OUTSIDE: &str = "security.rows.outside";
/// Code of the refusal when somebody would open themselves or a relative.
pub const RELATIVE: &str = "security.rows.relative";

const WARDS: Sql = Sql {
    name: "rows.wards",
    text: "select r.ward from resident_fact r where r.recorded_at <= $3 \
           and (r.superseded_at is null or r.superseded_at > $3) and r.valid_from <= $2 \
           and (r.valid_until is null or r.valid_until > $2) and (r.subject = $1 or r.subject in \
           (select i.subject from insured_fact i where i.household_id = $1 and i.superseded_at is null) \
           or r.subject in (select h.head_person_id from household_fact h where h.subject = $1 \
           and h.superseded_at is null))",
};
const CASES: Sql = Sql {
    name: "rows.cases",
    text: "select count(*) from work_item w where w.owner_staff = $2 and w.state = 'open' and \
           (w.person_id = $1 or w.household_id = $1 or w.person_id in \
           (select i.subject from insured_fact i where i.household_id = $1 and i.superseded_at is null))",
};
const CASES_THEN: Sql = Sql {
    name: "rows.cases_then",
    text: "select count(*) from work_item w join work_item_step t on t.item_id = w.item_id \
           join act a on a.act_id = t.act_id left join act e on e.act_id = w.settled_act_id \
           where t.owner_staff = $2 and a.recorded_at < $4 and (e.act_id is null or e.recorded_at >= $3) and \
           (w.person_id = $1 or w.household_id = $1 or w.person_id in \
           (select i.subject from insured_fact i where i.household_id = $1))",
};
const PEOPLE: Sql = Sql {
    name: "rows.people",
    text: "select cast($1 as bigint) as person_id union select i.subject from insured_fact i where i.household_id = $1 \
           and i.superseded_at is null union select h.head_person_id from household_fact h where h.subject = $1 \
           and h.superseded_at is null",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[WARDS, CASES, CASES_THEN, PEOPLE];

/// Whom a role may open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RowRule {
    /// 全員.
    All,
    /// 所属する区の住民, and cases that were given to one.
    WardOrCase,
    /// 所属する区の住民.
    Ward,
    /// 自分に割り当てられた処理待ちの対象者.
    Case,
}

impl RowRule {
    /// All, widest first.
    pub const ALL: [Self; 4] = [Self::All, Self::WardOrCase, Self::Ward, Self::Case];

    /// Stable code, as stored.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::WardOrCase => "ward_or_case",
            Self::Ward => "ward",
            Self::Case => "case",
        }
    }

    /// What it is called.
    #[must_use]
    pub const fn name_ja(self) -> &'static str {
        match self {
            Self::All => "全員",
            Self::WardOrCase => "所属する区の住民か担当の案件",
            Self::Ward => "所属する区の住民",
            Self::Case => "担当の案件の対象者",
        }
    }

    /// The rule of a stored code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.code() == code)
    }

    /// The rule of a role.
    #[must_use]
    pub fn of(settings: &Settings, role: Role) -> Self {
        settings
            .get(&rows_key(role))
            .and_then(Self::from_code)
            .unwrap_or(Self::All)
    }
}

/// Whether anybody at all is closed to somebody with these roles.
pub(super) fn narrows(settings: &Settings, roles: &[Role], emergency: bool) -> bool {
    settings.get(RELATIVES) == Some("refuse") || partial(settings, roles, emergency)
}

/// Whether the roles of a session hold the rows of the whole municipality; whoever is closed for being a relative is asked
/// one by one and does not count here.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn hold_all(conn: &mut Conn, session: &Session) -> Result<bool, OfficeError> {
    let settings = setting::as_of(conn, i64::MAX)?;
    Ok(!partial(&settings, &session.roles, session.emergency))
}

fn partial(settings: &Settings, roles: &[Role], emergency: bool) -> bool {
    let all = roles
        .iter()
        .any(|role| RowRule::of(settings, *role) == RowRule::All);
    !(all || emergency)
}

/// Somebody whose rows are asked about.
#[derive(Clone, Copy, Debug)]
pub struct Viewer<'a> {
    /// Who.
    pub staff_id: i64,
    /// 役割.
    pub roles: &'a [Role],
    /// 所属する区; empty for the whole municipality.
    pub ward: &'a str,
}

/// Whether the rows of somebody's roles hold a subject on a day. The widest of their roles counts.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn holds(
    conn: &mut Conn,
    settings: &Settings,
    viewer: Viewer<'_>,
    (subject, on): (i64, Date),
) -> Result<bool, OfficeError> {
    within(conn, settings, viewer, (subject, on), None)
}

/// Whether they held it then, by what was known on that day: its first microsecond and the one after its last. A case
/// given to somebody before or on the day counts until it was settled.
///
/// # Errors
/// [`OfficeError::Store`].
pub(super) fn held(
    conn: &mut Conn,
    settings: &Settings,
    viewer: Viewer<'_>,
    (subject, on): (i64, Date),
    day: (i64, i64),
) -> Result<bool, OfficeError> {
    within(conn, settings, viewer, (subject, on), Some(day))
}

fn within(
    conn: &mut Conn,
    settings: &Settings,
    viewer: Viewer<'_>,
    (subject, on): (i64, Date),
    then: Option<(i64, i64)>,
) -> Result<bool, OfficeError> {
    let rules: Vec<RowRule> = viewer
        .roles
        .iter()
        .map(|role| RowRule::of(settings, *role))
        .collect();
    let any = |wanted: &[RowRule]| rules.iter().any(|rule| wanted.contains(rule));
    if any(&[RowRule::All]) {
        return Ok(true);
    }
    if any(&[RowRule::Ward, RowRule::WardOrCase]) {
        // Somebody of the main office has every ward.
        if viewer.ward.is_empty() {
            return Ok(true);
        }
        let known = then.map_or(i64::MAX - 1, |(_, until)| until - 1);
        let params = [subject.into(), on.into(), known.into()];
        let wards = conn.query(&WARDS, &params, |row| row.text(0))?;
        if wards.iter().any(|ward| ward == viewer.ward) {
            return Ok(true);
        }
    }
    if any(&[RowRule::Case, RowRule::WardOrCase]) {
        let of = [subject.into(), viewer.staff_id.into()];
        let cases = match then {
            None => conn.query_one(&CASES, &of, |row| row.int(0))?,
            Some((from, until)) => {
                let [subject, staff] = of;
                let params = [subject, staff, from.into(), until.into()];
                conn.query_one(&CASES_THEN, &params, |row| row.int(0))?
            }
        };
        return Ok(cases > 0);
    }
    Ok(false)
}

/// The people behind a 宛名番号 or a 世帯番号.
pub(super) fn people_of(conn: &mut Conn, subject: i64) -> Result<Vec<i64>, OfficeError> {
    Ok(conn.query(&PEOPLE, &[subject.into()], |row| row.int(0))?)
}

/// A look that was asked for, and what is to be written down of it.
#[derive(Debug)]
pub struct Look {
    staff_id: i64,
    terminal: String,
    at: i64,
    what: String,
    subject: Option<i64>,
    settings: Settings,
    refusal: Option<Refusal>,
}

impl Look {
    /// Writes it down, and puts what is conspicuous before the auditor.
    ///
    /// # Errors
    /// [`OfficeError::Store`].
    pub fn write(&self, conn: &mut Conn) -> Result<(), OfficeError> {
        let line = Access {
            staff_id: self.staff_id,
            terminal: &self.terminal,
            at: self.at,
            what: &self.what,
            subject: self.subject,
            purpose: access::PURPOSE,
            outcome: match self.refusal {
                None => Outcome::Shown,
                Some(_) => Outcome::Refused,
            },
        };
        let entry = access::write(conn, &line)?;
        alert::notice(conn, &self.settings, &line, entry)
    }

    /// Why the subject is closed; nothing where it is open.
    #[must_use]
    pub fn refusal(&self) -> Option<&Refusal> {
        self.refusal.as_ref()
    }
}

/// Asks the conditions of a subject, or of a page without one. Nothing is recorded yet.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn ask(
    store: &Store,
    session: &Session,
    (what, subject): (&str, Option<i64>),
    (now, today): (i64, Date),
) -> Result<Look, OfficeError> {
    let (settings, refusal) = store.read(|conn| asked(conn, session, subject, today))?;
    Ok(Look {
        staff_id: session.staff_id(),
        terminal: session.terminal().to_owned(),
        at: now,
        what: what.to_owned(),
        subject,
        settings,
        refusal,
    })
}

/// Opens a subject, or a page without one: the conditions are asked, the look is recorded, what is conspicuous is put
/// before the auditor. What cannot be recorded is not shown.
///
/// # Errors
/// A [`Refusal`] with [`OUTSIDE`] or [`RELATIVE`], which is recorded too; [`OfficeError::Store`].
pub fn open(
    store: &Store,
    session: &Session,
    what: (&str, Option<i64>),
    when: (i64, Date),
) -> Result<(), OfficeError> {
    let look = ask(store, session, what, when)?;
    store.write(|conn| look.write(conn))?;
    look.refusal.map_or(Ok(()), |refusal| Err(refusal.into()))
}

/// Whether a session may open a subject; nothing is recorded by asking.
///
/// # Errors
/// [`OfficeError::Store`]; the answer itself is the inner result.
pub fn allows(
    store: &Store,
    session: &Session,
    subject: i64,
    today: Date,
) -> Result<Result<(), Refusal>, OfficeError> {
    let (_, refusal) = store.read(|conn| asked(conn, session, Some(subject), today))?;
    Ok(refusal.map_or(Ok(()), Err))
}

/// Those of some households and people who are a session's own: its holder, relatives, or the household of one.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn own(store: &Store, session: &Session, subjects: &[i64]) -> Result<Vec<i64>, OfficeError> {
    store.read(|conn| {
        let mut found = Vec::new();
        for subject in subjects {
            if relation::is_own(conn, session.staff_id(), *subject)? {
                found.push(*subject);
            }
        }
        Ok(found)
    })
}

/// The settings in force, and why a session may not open a subject.
fn asked(
    conn: &mut Conn,
    session: &Session,
    subject: Option<i64>,
    today: Date,
) -> Result<(Settings, Option<Refusal>), OfficeError> {
    let settings = setting::as_of(conn, i64::MAX)?;
    let refusal = match subject {
        None => None,
        Some(subject) => closed(conn, &settings, session, (subject, today))?,
    };
    Ok((settings, refusal))
}

fn closed(
    conn: &mut Conn,
    settings: &Settings,
    session: &Session,
    (subject, today): (i64, Date),
) -> Result<Option<Refusal>, OfficeError> {
    let strict = settings.get(RELATIVES) == Some("refuse");
    if strict && relation::is_own(conn, session.staff_id(), subject)? {
        return Ok(Some(Refusal::new(
            RELATIVE,
            "本人か親族として申告された方です。ほかの職員に依頼してください".to_owned(),
        )));
    }
    let viewer = Viewer {
        staff_id: session.staff_id(),
        roles: session.roles(),
        ward: session.ward(),
    };
    // An emergency role opens every row; two people agreed, and it is looked at afterwards.
    if session.is_emergency() || holds(conn, settings, viewer, (subject, today))? {
        return Ok(None);
    }
    Ok(Some(Refusal::new(
        OUTSIDE,
        "担当する区か案件の方ではありません。担当の部署に依頼するか、処理待ちの割当てを受けてください"
            .to_owned(),
    )))
}
