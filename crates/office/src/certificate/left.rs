//! 資格のない人の証 — papers of a household whose holder is not insured in it: asked back where they are outside, their issue
//! cancelled where they are not, and never handed out. Whoever was never insured, by an undone 取得 or one that came to nothing,
//! is among them, and so is a household that is no more.
//!
//! 根拠: 国民健康保険法 第9条第2項（資格確認書は被保険者の資格に係る情報を記載した書面）、第6条・第8条

use super::event::place_of;
use super::find::Certificate;
use super::fit::OTHER_KIND;
use super::follow::{Task, TaskKind};
use super::rules::KeptRules;
use super::still::{self, Days};
use super::task;
use crate::acts::Act;
use crate::error::OfficeError;
use crate::worklist::{self, CERTIFICATE_RETURN, Filter, Outcome};
use db::{Conn, Sql};
use law::certificate::{Family, Kind, Place};
use law::era::wareki;
use law::{Date, Refusal};

/// Valid papers of a household whose holder has no standing insurance in it at all.
const HELD: Sql = Sql {
    name: "certificate.left.held",
    text: "select s.person_id, s.certificate_id, s.kind, s.place, s.effective_from, c.number \
           from certificate_standing s join certificate c on c.certificate_id = s.certificate_id \
           where s.household_id = $1 and s.valid = 1 and (s.invalid_from is null or s.invalid_from > $2) \
           and (s.expires_on is null or s.expires_on >= $2) and not exists (select 1 from insured_fact i \
           where i.subject = s.person_id and i.household_id = s.household_id and i.superseded_at is null) \
           order by s.person_id, s.certificate_id",
};
/// The household in which a person is insured on a day.
const INSURED_IN: Sql = Sql {
    name: "certificate.left.insured_in",
    text: "select household_id from insured_fact where subject = $1 and superseded_at is null and valid_from <= $2 \
           and (valid_until is null or valid_until > $2)",
};
/// A paper that is valid and not over on a day: its holder and its first day.
const VALID: Sql = Sql {
    name: "certificate.left.valid",
    text: "select person_id, effective_from from certificate_standing where certificate_id = $1 and household_id = $2 \
           and valid = 1 and (invalid_from is null or invalid_from > $3) and (expires_on is null or expires_on >= $3)",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[HELD, INSURED_IN, VALID];

const NOT_INSURED: &str = "国民健康保険の資格がありません";
const MOVED: &str = "国保世帯（記号・番号）が変わりました";

/// A paper, as far as it is told what becomes of it.
pub(super) struct Paper<'p> {
    pub(super) certificate_id: i64,
    pub(super) person_id: i64,
    pub(super) number: &'p str,
    pub(super) place: &'p str,
}

/// Whether a paper that lies somewhere has left the office.
pub(super) fn is_outside(place: &str) -> bool {
    place_of(place)
        .is_some_and(|place| matches!(place, Place::OnTheWay | Place::Holder | Place::Lost))
}

/// What becomes of a paper whose holder is not insured in its household from a day on, `elsewhere` in another one or in none.
pub(super) fn becomes(kind: &Kind, paper: &Paper<'_>, elsewhere: bool, from: Date) -> Option<Task> {
    let what = match place_of(paper.place)? {
        Place::OnTheWay | Place::Holder | Place::Lost => kind.returned.then_some(TaskKind::Return),
        Place::Decided | Place::Office | Place::ComeBack => Some(TaskKind::Void),
        Place::Collected | Place::Voided => None,
    }?;
    let why = if elsewhere { MOVED } else { NOT_INSURED };
    Some(Task {
        kind: what,
        person_id: paper.person_id,
        certificate_id: Some(paper.certificate_id),
        certificate: kind.code.clone(),
        from,
        title: format!("{}（{}）の{}", kind.name_ja, paper.number, what.label_ja()),
        reason: why.to_owned(),
    })
}

/// What becomes of the papers of those who are not insured in a household by anything that stands.
pub(super) fn tasks(
    conn: &mut Conn,
    rules: &KeptRules,
    household_id: i64,
    on: Date,
) -> Result<Vec<(i64, Vec<Task>)>, OfficeError> {
    let held = conn.query(&HELD, &[household_id.into(), on.into()], |row| {
        let whose = (row.int(0)?, row.int(1)?);
        Ok((
            whose,
            row.text(2)?,
            row.text(3)?,
            row.date(4)?,
            row.text(5)?,
        ))
    })?;
    let mut all: Vec<(i64, Vec<Task>)> = Vec::new();
    for ((person_id, certificate_id), code, place, effective_from, number) in held {
        let kind = rules.kind(&code, effective_from)?;
        if kind.family == Family::Proof {
            continue;
        }
        let from = on.max(effective_from);
        let paper = Paper {
            certificate_id,
            person_id,
            number: &number,
            place: &place,
        };
        let elsewhere = !insured_in(conn, person_id, from)?.is_empty();
        let tasks = becomes(kind, &paper, elsewhere, from);
        match all.last_mut() {
            Some((same, of_person)) if *same == person_id => of_person.extend(tasks),
            _ => all.push((person_id, tasks.into_iter().collect())),
        }
    }
    Ok(all)
}

fn insured_in(conn: &mut Conn, person_id: i64, on: Date) -> Result<Vec<i64>, OfficeError> {
    Ok(
        conn.query(&INSURED_IN, &[person_id.into(), on.into()], |row| {
            row.int(0)
        })?,
    )
}

/// A paper that holds again is kept: nobody has to ask for it any more. So is the paper of whoever is insured in the household
/// again, or under no measure any more. One that is to come back from a day to come still is; so is one that was asked back
/// for another reason, or has been replaced.
pub(super) fn settle_valid_again(
    conn: &mut Conn,
    act: &Act,
    days: &mut Days<'_>,
    now: &[Task],
) -> Result<(), OfficeError> {
    let (household_id, on) = (days.household_id, days.on);
    let filter = Filter {
        kind: Some(CERTIFICATE_RETURN),
        household_id: Some(household_id),
        ..Filter::default()
    };
    for item in worklist::list(conn, &filter, None, Date::MIN)?.items {
        let Some(certificate_id) = task::certificate_of(&item.source) else {
            continue;
        };
        let of_loss = item.detail == NOT_INSURED || item.detail == MOVED;
        let told = of_loss || item.detail.starts_with(OTHER_KIND);
        if !told || still::gives_back(now, certificate_id) {
            continue;
        }
        let params = [certificate_id.into(), household_id.into(), on.into()];
        let valid = conn.query_opt(&VALID, &params, |row| Ok((row.int(0)?, row.date(1)?)))?;
        let Some((person_id, effective_from)) = valid else {
            continue;
        };
        if insured_in(conn, person_id, on.max(effective_from))?.contains(&household_id)
            && !days.comes_back(conn, certificate_id)?
        {
            let note = if of_loss {
                "資格が戻り、証は有効です"
            } else {
                "交付してある種類の証が再び合うので、証は有効です"
            };
            worklist::settle(conn, act, item.item_id, Outcome::Withdrawn, note)?;
        }
    }
    Ok(())
}

/// 渡してよいか・発送してよいか: the holder is insured in the paper's household on the day, or on the paper's first day where
/// that lies ahead. A paper that is over says what was on its last day; a 証明書 says what was in any case.
///
/// # Errors
/// A refusal that says what to do with the paper.
pub(super) fn check_paper(
    conn: &mut Conn,
    one: &Certificate,
    (what, on): (&str, Date),
) -> Result<(), OfficeError> {
    // One that has left, or was ended, is refused by its state.
    let here = matches!(one.place, Place::Office | Place::ComeBack) && one.invalid_from.is_none();
    if one.family == Family::Proof.code() || !here {
        return Ok(());
    }
    let last = one.expires_on.map_or(on, |last| on.min(last));
    let day = last.max(one.effective_from);
    let homes = insured_in(conn, one.person_id, day)?;
    if homes.contains(&one.household_id) {
        return Ok(());
    }
    let why = if homes.is_empty() { NOT_INSURED } else { MOVED };
    Err(Refusal::new(
        "certificate.not_insured",
        format!(
            "宛名番号{}の人は、{}に{why}。証{}は{what}せず、処理の「交付を取り消す」で取り消してください",
            one.person_id,
            wareki(day),
            one.number
        ),
    )
    .into())
}
