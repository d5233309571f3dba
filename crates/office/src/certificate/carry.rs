//! 任意記載の引継ぎ — what stands on a 資格確認書 because it was asked for goes on to the paper that follows it: 適用区分,
//! 特定疾病, and 長期該当 while it holds. It is read from the paper itself, so that what is carried once is carried again.
//!
//! 根拠: 国民健康保険法施行規則 第6条第1項第5号・第4項第7号

use super::classes::knows_long_stay;
use super::find::{self, Certificate};
use super::issue::{Due, member};
use super::propose::Proposal;
use super::view::{Household, Member, MemberSpan, Previous};
use super::wish::Wish;
use crate::error::OfficeError;
use db::Conn;
use law::Date;
use law::certificate::{Family, Place};
use law::date::birthday;

/// Class, 特定疾病 (zero for none) and 長期入院該当年月日 as a paper shows them.
type Shown<'p> = (&'p str, i64, Option<Date>);

/// What a paper shows, as if it were asked for.
pub(super) fn shown((class, disease, long_term_on): Shown<'_>) -> Wish {
    Wish {
        class_on_face: !class.is_empty(),
        disease: (disease > 0).then_some(disease),
        long_term_on,
        ..Wish::default()
    }
}

/// What goes on by a renewal from a day.
pub(super) fn on_renewal(household_id: i64, member: &Member, from: Date) -> Wish {
    let before = member.previous.iter().rev();
    let mut before = before.filter(|one| follows(one, household_id, member, from));
    before.next().map_or_else(Wish::default, |one| {
        onward((&one.class, one.disease, one.long_term_on), member, from)
    })
}

fn follows(one: &Previous, household_id: i64, member: &Member, from: Date) -> bool {
    let family = one.family == Family::Eligibility.code();
    let here = one.household_id == household_id;
    family && here && within(member, household_id, (one.effective_from, from))
}

/// What goes on from a paper to another.
#[derive(Default)]
pub(super) struct Carried {
    pub(super) wish: Wish,
    /// The class it says, and the last day for which it says it.
    recognised: Option<(String, Option<Date>)>,
}

impl Carried {
    /// Whether a paper says the class again that was recognised, within the term of the recognition. Of who falls into arrears
    /// after it, the paper may be asked back; the recognition is not looked at again.
    ///
    /// 根拠: 国民健康保険法施行規則 第27条の14の2第1項（有効期限を定めて）・第4項
    pub(super) fn recognised(&self, proposal: &Proposal<'_>, issued_on: Date) -> bool {
        let from = proposal.term.effective_from.max(issued_on);
        self.recognised.as_ref().is_some_and(|(class, last)| {
            proposal.class.as_ref() == Some(class) && last.is_none_or(|last| from <= last)
        })
    }
}

/// What goes on to a paper the office issues of its own motion, whatever has become of the paper before it.
pub(super) fn on_counter(
    conn: &mut Conn,
    household: &Household,
    due: &Due<'_>,
) -> Result<Carried, OfficeError> {
    let home = household.household_id;
    let about = member(household, due.person_id)?;
    let found = find::of_person(conn, due.person_id)?
        .into_iter()
        .find(|one| {
            let days = (one.effective_from, due.arose_on);
            let void = one.place == Place::Voided;
            one.family == Family::Eligibility.code()
                && one.household_id == home
                && !void
                && within(about, home, days)
        });
    Ok(found.map_or_else(Carried::default, |one: Certificate| {
        let own = (one.class.as_str(), one.disease, one.long_term_on);
        Carried {
            wish: onward(own, about, due.arose_on),
            recognised: Some((one.class.clone(), one.expires_on)),
        }
    }))
}

/// Whether a paper is of the same stretch of insurance in the household: what an earlier stretch had was asked for then.
fn within(member: &Member, household_id: i64, (paper, on): (Date, Date)) -> bool {
    let own = |one: &&MemberSpan| one.household_id == household_id;
    let mut spans = member.spans.iter().rev().filter(own);
    let Some(now) = spans.find(|one| one.span.contains(on)) else {
        return false;
    };
    // Spans are in order; one that goes over into the next without a gap is the same stretch.
    let first = spans.fold(now.span.from, |first, one| {
        if one.span.until == Some(first) {
            one.span.from
        } else {
            first
        }
    });
    first <= paper && paper <= on
}

/// 長期該当 was recognised for the class it was recognised in. It goes on while one that knows it follows another, and for
/// the twelve months its days in hospital were counted in.
fn onward(before: Shown<'_>, member: &Member, on: Date) -> Wish {
    let knew = knows_long_stay(before.0);
    let knows = member
        .class
        .value()
        .is_some_and(|code| knows_long_stay(code));
    let wish = shown(before);
    Wish {
        long_term_on: wish
            .long_term_on
            .filter(|from| knew && knows && on < birthday(*from, 1)),
        ..wish
    }
}
