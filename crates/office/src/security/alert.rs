//! 警告 — what an auditor has to look at: many people looked at in a short time, oneself or a relative, the night, a number
//! used without a case, refusals in a row, an emergency, an account opened, suspended, let in again or its password
//! set by somebody else, a post given by the only administrator, a backup restored. The thresholds are the municipality's.

use super::access::{Access, Outcome};
use super::hours::in_japan;
use super::login::MINUTE;
use super::permit::{Permit, ReviewAccess};
use super::relation;
use super::setting::{MASS_COUNT, MASS_MINUTES, NIGHT_FROM, NIGHT_UNTIL, Settings};
use crate::acts::{self, ActDetails, Acting};
use crate::error::OfficeError;
use db::{Conn, Sql};

const INSERT: Sql = Sql {
    name: "alert.insert",
    text: "insert into audit_alert (alert_id, kind, staff_id, entry_id, at, detail) values ($1, $2, $3, $4, $5, $6)",
};
const RECENT: Sql = Sql {
    name: "alert.recent",
    text: "select count(*) from audit_alert where staff_id = $1 and kind = $2 and at > $3",
};
const SUBJECTS: Sql = Sql {
    name: "alert.subjects",
    text: "select count(distinct l.subject), count(*) from (select subject from access_log where staff_id = $1 \
           and at > $2 and subject is not null and outcome = 'shown' order by at desc limit $3) l",
};
const REFUSED: Sql = Sql {
    name: "alert.refused",
    text: "select count(*) from access_log where staff_id = $1 and at > $2 and outcome = 'refused'",
};
const CASES: Sql = Sql {
    name: "alert.cases",
    text: "select count(*) from work_item where person_id = $1 and state = 'open'",
};
const LIST: Sql = Sql {
    name: "alert.list",
    text: "select a.alert_id, a.kind, a.staff_id, coalesce(s.name, ''), a.entry_id, a.at, a.detail, r.finding, \
           coalesce(t.name, ''), r.reviewed_at from audit_alert a left join staff s on s.staff_id = a.staff_id \
           left join audit_alert_review r on r.alert_id = a.alert_id left join staff t on t.staff_id = r.reviewed_by \
           where (cast($1 as bigint) = 1 or r.alert_id is null) and a.alert_id < $2 order by a.alert_id desc limit $3",
};
const REVIEW: Sql = Sql {
    name: "alert.review",
    text: "insert into audit_alert_review (alert_id, reviewed_by, reviewed_at, finding, act_id) \
           values ($1, $2, $3, $4, $5)",
};
const ABOUT: Sql = Sql {
    name: "alert.about",
    text: "select a.staff_id, r.alert_id from audit_alert a left join audit_alert_review r \
           on r.alert_id = a.alert_id where a.alert_id = $1",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[
    INSERT, RECENT, SUBJECTS, REFUSED, CASES, LIST, REVIEW, ABOUT,
];

/// 大量閲覧 where nothing is laid down: a hundred people in an hour.
pub const USUAL_MASS: (i64, i64) = (100, 60);
/// So many looks for each of them at the most, whomever they are at.
const SAME_AGAIN: i64 = 10;
/// 夜間 where nothing is laid down: from 22:00 until 6:00.
pub const USUAL_NIGHT: (i64, i64) = (22 * 60, 6 * 60);
/// So many refusals within ten minutes.
const REFUSALS: (i64, i64) = (5, 10);

/// What was conspicuous.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlertKind {
    /// 大量閲覧.
    Mass,
    /// 本人・親族.
    Relative,
    /// 夜間.
    Night,
    /// 案件のない個人番号の利用.
    NumberWithoutCase,
    /// 拒否の連続.
    Refusals,
    /// 緊急利用.
    Emergency,
    /// 職員番号の登録, with the roles it was opened with.
    AccountOpened,
    /// パスワードの再設定 by somebody else.
    PasswordSet,
    /// 停止 of an account or its end, by somebody else.
    Suspended,
    /// 発令 on the server by the only administrator.
    PlacedAlone,
    /// 本人・親族の申告の終了 by somebody else.
    RelationEnded,
    /// 復元: what was done after the copy is gone.
    Restored,
}

impl AlertKind {
    /// All, in the order of the page.
    pub const ALL: [Self; 12] = [
        Self::Mass,
        Self::Relative,
        Self::Night,
        Self::NumberWithoutCase,
        Self::Refusals,
        Self::Emergency,
        Self::AccountOpened,
        Self::PasswordSet,
        Self::Suspended,
        Self::PlacedAlone,
        Self::RelationEnded,
        Self::Restored,
    ];

    /// Stable code, as stored.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Mass => "mass",
            Self::Relative => "relative",
            Self::Night => "night",
            Self::NumberWithoutCase => "number",
            Self::Refusals => "refusals",
            Self::Emergency => "emergency",
            Self::AccountOpened => "account",
            Self::PasswordSet => "password",
            Self::Suspended => "suspended",
            Self::PlacedAlone => "placed",
            Self::RelationEnded => "relation",
            Self::Restored => "restored",
        }
    }

    /// What it is called.
    #[must_use]
    pub const fn name_ja(self) -> &'static str {
        match self {
            Self::Mass => "大量閲覧",
            Self::Relative => "本人・親族の閲覧",
            Self::Night => "夜間の利用",
            Self::NumberWithoutCase => "案件のない個人番号の利用",
            Self::Refusals => "拒否の連続",
            Self::Emergency => "緊急利用",
            Self::AccountOpened => "職員番号の登録",
            Self::PasswordSet => "パスワードの再設定",
            Self::Suspended => "職員の停止・再開",
            Self::PlacedAlone => "一人の管理者による発令",
            Self::RelationEnded => "本人・親族の申告の終了",
            Self::Restored => "バックアップからの復元",
        }
    }

    /// The kind of a stored code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// Puts something before the auditor.
pub(crate) fn raise(
    conn: &mut Conn,
    (kind, staff_id): (AlertKind, i64),
    (entry_id, at): (i64, i64),
    detail: &str,
) -> Result<(), OfficeError> {
    let alert_id = conn.next_ids("audit_alert", 1)?;
    conn.execute(
        &INSERT,
        &[
            alert_id.into(),
            kind.code().into(),
            staff_id.into(),
            entry_id.into(),
            at.into(),
            detail.into(),
        ],
    )?;
    Ok(())
}

/// Raises it unless the same was raised of the same person a short while ago.
fn raise_once(
    conn: &mut Conn,
    kind: AlertKind,
    line: &Access<'_>,
    (entry, minutes): (i64, i64),
    detail: &str,
) -> Result<(), OfficeError> {
    let since = line.at - minutes * MINUTE;
    let recent = conn.query_one(
        &RECENT,
        &[line.staff_id.into(), kind.code().into(), since.into()],
        |row| row.int(0),
    )?;
    if recent > 0 {
        return Ok(());
    }
    raise(conn, (kind, line.staff_id), (entry, line.at), detail)
}

fn is_night(settings: &Settings, now: i64) -> bool {
    let from = settings.number(NIGHT_FROM, USUAL_NIGHT.0);
    let until = settings.number(NIGHT_UNTIL, USUAL_NIGHT.1);
    let (_, minute) = in_japan(now);
    if from <= until {
        (from..until).contains(&minute)
    } else {
        minute >= from || minute < until
    }
}

/// Looks at a line just written, in the same transaction.
pub(super) fn notice(
    conn: &mut Conn,
    settings: &Settings,
    line: &Access<'_>,
    entry: i64,
) -> Result<(), OfficeError> {
    if is_night(settings, line.at) {
        raise_once(conn, AlertKind::Night, line, (entry, 8 * 60), line.what)?;
    }
    if line.outcome == Outcome::Refused {
        refusals(conn, line, entry)?;
    }
    let Some(subject) = line.subject else {
        return Ok(());
    };
    if relation::is_own(conn, line.staff_id, subject)? {
        let detail = format!("対象{subject}");
        raise(
            conn,
            (AlertKind::Relative, line.staff_id),
            (entry, line.at),
            &detail,
        )?;
    }
    let most = settings.number(MASS_COUNT, USUAL_MASS.0);
    let minutes = settings.number(MASS_MINUTES, USUAL_MASS.1);
    let since = line.at - minutes * MINUTE;
    // Who opens the same again and again is as conspicuous as who opens many.
    let at_most = most.saturating_mul(SAME_AGAIN);
    let params = [line.staff_id.into(), since.into(), at_most.into()];
    let (seen, looks) = conn.query_one(&SUBJECTS, &params, |row| Ok((row.int(0)?, row.int(1)?)))?;
    if seen >= most || looks >= at_most {
        let detail = format!("{minutes}分間に{seen}人・世帯、{looks}回");
        raise_once(conn, AlertKind::Mass, line, (entry, minutes), &detail)?;
    }
    Ok(())
}

/// Raises an alarm where somebody is refused again and again.
pub(super) fn refusals(conn: &mut Conn, line: &Access<'_>, entry: i64) -> Result<(), OfficeError> {
    let (most, minutes) = REFUSALS;
    let since = line.at - minutes * MINUTE;
    let refused = conn.query_one(&REFUSED, &[line.staff_id.into(), since.into()], |row| {
        row.int(0)
    })?;
    if refused >= most {
        let detail = format!("{minutes}分間に{refused}回");
        raise_once(conn, AlertKind::Refusals, line, (entry, minutes), &detail)?;
    }
    Ok(())
}

/// Looks at the use of an individual number just recorded: is there a case it belongs to?
pub(crate) fn number_use(
    conn: &mut Conn,
    (staff_id, person_id): (i64, i64),
    (entry, at): (i64, i64),
) -> Result<(), OfficeError> {
    let cases = conn.query_one(&CASES, &[person_id.into()], |row| row.int(0))?;
    if cases == 0 {
        let detail = format!("宛名番号{person_id}に処理待ちの案件がありません");
        raise(
            conn,
            (AlertKind::NumberWithoutCase, staff_id),
            (entry, at),
            &detail,
        )?;
    }
    Ok(())
}

/// An alarm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// Number.
    pub alert_id: i64,
    /// What was conspicuous.
    pub kind: Option<AlertKind>,
    /// Whose doing.
    pub staff_id: i64,
    /// 氏名.
    pub name: String,
    /// The line of the record of access; 0 where there is none.
    pub entry_id: i64,
    /// When, microseconds.
    pub at: i64,
    /// In figures.
    pub detail: String,
    /// What the auditor found; `None` while it waits.
    pub finding: Option<String>,
    /// Who looked.
    pub reviewer: String,
    /// When, microseconds.
    pub reviewed_at: Option<i64>,
}

/// Alarms, newest first: those that wait, or all.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn list(
    conn: &mut Conn,
    _permit: &Permit<ReviewAccess>,
    all: bool,
    (before, limit): (Option<i64>, i64),
) -> Result<Vec<Alert>, OfficeError> {
    let params = [
        i64::from(all).into(),
        before.unwrap_or(i64::MAX).into(),
        limit.into(),
    ];
    Ok(conn.query(&LIST, &params, |row| {
        Ok(Alert {
            alert_id: row.int(0)?,
            kind: AlertKind::from_code(row.str(1)?),
            staff_id: row.int(2)?,
            name: row.text(3)?,
            entry_id: row.int(4)?,
            at: row.int(5)?,
            detail: row.text(6)?,
            finding: row.opt_text(7)?,
            reviewer: row.text(8)?,
            reviewed_at: row.opt_int(9)?,
        })
    })?)
}

/// Writes down what an auditor found out about an alarm.
///
/// # Errors
/// [`OfficeError::Input`] without a finding; a refusal to whoever raised it; [`OfficeError::Conflict`] where it is done.
pub fn review(
    conn: &mut Conn,
    acting: &Acting,
    permit: &Permit<ReviewAccess>,
    (alert_id, finding): (i64, &str),
) -> Result<(), OfficeError> {
    if finding.trim().is_empty() {
        return Err(OfficeError::input(
            "点検の結果",
            "何を確かめたかを書いてください",
        ));
    }
    let about = conn.query_opt(&ABOUT, &[alert_id.into()], |row| {
        Ok((row.int(0)?, row.opt_int(1)?))
    })?;
    match about {
        None | Some((_, Some(_))) => {
            return Err(OfficeError::Conflict(
                "この警告はないか、既に点検されています。一覧を開き直してください".to_owned(),
            ));
        }
        Some((staff_id, None)) if staff_id == acting.staff_id => {
            return Err(law::Refusal::new(
                "security.two_people",
                "自分の操作についての警告は点検できません。別の監査担当に依頼してください"
                    .to_owned(),
            )
            .into());
        }
        Some(_) => {}
    }
    let details = ActDetails {
        note: format!("警告{alert_id}"),
        ..ActDetails::default()
    };
    let act = acts::begin(conn, acting, permit, "audit.review", &details)?;
    conn.execute(
        &REVIEW,
        &[
            alert_id.into(),
            acting.staff_id.into(),
            act.recorded_at.into(),
            finding.trim().into(),
            act.id.0.into(),
        ],
    )?;
    Ok(())
}
