//! 任意記載の引継ぎ — what stands on a 資格確認書 because it was asked for goes on to the paper that follows it: 適用区分,
//! 特定疾病, and 長期該当 while it holds. It is read from the paper itself, so that what is carried once is carried again. A paper of a
//! kind that cannot show it (資格情報のお知らせ, and those of 特別療養費) ends nothing: the one before it is read. One that could and
//! does not was asked for without.
//!
//! 根拠: 国民健康保険法施行規則 第6条第1項第5号・第4項第7号・第27条の13

use super::classes::knows_long_stay;
use super::find::{self, Certificate};
use super::issue::{Due, member};
use super::propose::{Proposal, known_kind};
use super::rules::KeptRules;
use super::view::{Household, Member, MemberSpan, Previous};
use super::wish::Wish;
use crate::error::OfficeError;
use db::Conn;
use law::Date;
use law::certificate::{Family, Item, Place};
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

/// A paper of the family 資格, as far as something goes on from it.
struct Paper<'p> {
    kind: &'p str,
    household_id: i64,
    effective_from: Date,
    expires_on: Option<Date>,
    shown: Shown<'p>,
}

impl<'p> From<&'p Previous> for Paper<'p> {
    fn from(one: &'p Previous) -> Self {
        Self {
            kind: &one.kind,
            household_id: one.household_id,
            effective_from: one.effective_from,
            expires_on: one.expires_on,
            shown: (&one.class, one.disease, one.long_term_on),
        }
    }
}

impl<'p> From<&'p Certificate> for Paper<'p> {
    fn from(one: &'p Certificate) -> Self {
        Self {
            kind: &one.kind,
            household_id: one.household_id,
            effective_from: one.effective_from,
            expires_on: one.expires_on,
            shown: (&one.class, one.disease, one.long_term_on),
        }
    }
}

impl Paper<'_> {
    /// Whether a paper of its kind can show something.
    fn can_show(&self, rules: &KeptRules, item: Item) -> bool {
        let mut kinds = rules.kinds.iter();
        kinds.any(|kind| kind.code == self.kind && kind.prints(item))
    }
}

/// What goes on by a renewal from a day: from the papers that stand, or from `earlier` ones where those cannot tell
/// ([`looks_back`]), the newest last.
pub(super) fn on_renewal(
    rules: &KeptRules,
    household_id: i64,
    member: &Member,
    from: Date,
    earlier: Option<&[Previous]>,
) -> Wish {
    let before = earlier.unwrap_or(&member.previous).iter().rev();
    let before = before.filter(|one| one.family == Family::Eligibility.code());
    let papers: Vec<Paper<'_>> = before.map(Paper::from).collect();
    carried(rules, (household_id, member), &papers, (from, from)).wish
}

/// Whether papers that hold no more may tell what goes on by a renewal: a paper is due that can show it, and the newest of those
/// that stand cannot, or is of another household.
pub(super) fn looks_back(
    rules: &KeptRules,
    household: &Household,
    member: &Member,
    (from, issued_on): (Date, Date),
) -> bool {
    let home = household.household_id;
    let mut standing = member.previous.iter().rev();
    let newest = standing.find(|one| {
        let here = one.family == Family::Eligibility.code() && one.household_id == home;
        here && within(member, Some(home), (one.effective_from, from))
    });
    if newest.is_some_and(|one| Paper::from(one).can_show(rules, Item::Disease)) {
        return false;
    }
    let due = known_kind(rules, household, member, (from, issued_on));
    due.is_ok_and(|found| found.is_some_and(|due| due.kind.prints(Item::Disease)))
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
    rules: &KeptRules,
    household: &Household,
    (due, issued_on): (&Due<'_>, Date),
) -> Result<Carried, OfficeError> {
    let about = member(household, due.person_id)?;
    let mut found = find::of_person(conn, due.person_id)?;
    found.retain(|one| one.family == Family::Eligibility.code() && one.place != Place::Voided);
    let papers: Vec<Paper<'_>> = found.iter().map(Paper::from).collect();
    let days = (due.arose_on, due.arose_on.max(issued_on));
    let whose = (household.household_id, about);
    Ok(carried(rules, whose, &papers, days))
}

/// What goes on from papers, the newest first. The recognition of an illness is the person's, wherever in the municipality they are
/// insured; that of a class is of the household, and beyond a paper that could not show it for its own term.
///
/// 根拠: 国民健康保険法施行規則 第6条第4項第7号・第27条の13・第27条の14の2第1項（有効期限を定めて）
fn carried(
    rules: &KeptRules,
    (household_id, member): (i64, &Member),
    papers: &[Paper<'_>],
    (on, says_from): (Date, Date),
) -> Carried {
    let here = |one: &&Paper<'_>, home| within(member, home, (one.effective_from, on));
    let mut ill = papers.iter().filter(|one| here(one, None));
    let ill = ill.find(|one| one.can_show(rules, Item::Disease));
    let home = Some(household_id);
    let mut own = papers
        .iter()
        .filter(|one| one.household_id == household_id && here(one, home))
        .enumerate();
    let classed = own.find(|(_, one)| one.can_show(rules, Item::Class));
    let classed = classed
        .filter(|(over, one)| *over == 0 || one.expires_on.is_none_or(|last| says_from <= last))
        .map(|(_, one)| one);
    let (class, _, long_term_on) = classed.map_or(("", 0, None), |one| one.shown);
    let disease = ill.map_or(0, |one| one.shown.1);
    Carried {
        wish: onward((class, disease, long_term_on), member, on),
        recognised: classed.map(|one| (class.to_owned(), one.expires_on)),
    }
}

/// Whether a paper is of the same stretch of insurance, in the household or wherever in the municipality: what an earlier stretch
/// had was asked for then.
fn within(member: &Member, household_id: Option<i64>, (paper, on): (Date, Date)) -> bool {
    let own = |one: &&MemberSpan| household_id.is_none_or(|home| one.household_id == home);
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
