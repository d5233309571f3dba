//! 納付状況 — what the head of a household owes that is overdue and unpaid on a day, from the ledger.

use super::load;
use super::propose::Proposal;
use super::view::Household;
use super::wish::Wish;
use crate::eligibility::status::circumstances;
use crate::error::OfficeError;
use db::{Conn, Sql};
use law::certificate::due::ratio_shown_from;
use law::certificate::face::PENDING;
use law::certificate::{Family, Practice};
use law::{Date, Refusal, Yen};

/// What of the receivable is left of each instalment whose due day has passed, of one debtor in every household the debtor is
/// or was the head of: all postings on it, payments included. The ledger is kept by household, so the households come first.
const OVERDUE: Sql = Sql {
    name: "certificate.arrears.overdue",
    text: "select levy_year, instalment, due_on, household_id, cast(sum(case when debit = 1 then \
           medical_yen + support_yen + care_yen + child_yen else 0 end) - sum(case when credit = 1 then \
           medical_yen + support_yen + care_yen + child_yen else 0 end) as bigint) from ledger \
           where household_id in (select subject from household_fact where head_person_id = $1) \
           and debtor_id = $1 and due_on < $2 \
           and not exists (select 1 from act a where a.act_id = ledger.act_id and a.recorded_at > $3) group by household_id, levy_year, instalment, due_on, method \
           order by due_on, household_id, levy_year, instalment",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[OVERDUE];

/// 期別 that is overdue and unpaid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overdue {
    /// 相当年度.
    pub levy_year: i64,
    /// 期別.
    pub instalment: i64,
    /// 国保世帯 it was levied in.
    pub household_id: i64,
    /// 納期限.
    pub due_on: Date,
    /// What is left, in yen.
    pub left: Yen,
}

/// The instalments somebody owes as the head of a household, overdue and unpaid on a day, the oldest first: those of a household
/// of before too, and none that another head of the same household owes.
///
/// 根拠: 国民健康保険法 第76条、国民健康保険法施行規則 第27条の14の2第1項（当該被保険者の属する世帯の世帯主が保険料を滞納）
///
/// # Errors
/// [`OfficeError::Store`].
pub fn of_head(
    conn: &mut Conn,
    head_person_id: i64,
    practice: &Practice,
    on: Date,
) -> Result<Vec<Overdue>, OfficeError> {
    as_known(conn, head_person_id, practice, (on, load::NOW))
}

/// As [`of_head`], by what was posted up to a moment.
fn as_known(
    conn: &mut Conn,
    head_person_id: i64,
    practice: &Practice,
    (on, known_at): (Date, i64),
) -> Result<Vec<Overdue>, OfficeError> {
    let grace = jiff::Span::new().days(i64::from(practice.arrears_days));
    let before = on.checked_sub(grace).unwrap_or(on);
    let params = [head_person_id.into(), before.into(), known_at.into()];
    let rows = conn.query(&OVERDUE, &params, |row| {
        Ok(Overdue {
            levy_year: row.int(0)?,
            instalment: row.int(1)?,
            due_on: row.date(2)?,
            household_id: row.int(3)?,
            left: Yen(row.int(4)?),
        })
    })?;
    Ok(rows
        .into_iter()
        .filter(|one| one.left > Yen::ZERO)
        .collect())
}

/// Whether 納付状況 is looked at before a certificate is issued. Only the recognition of the classes under 70 is withheld in
/// arrears, whichever paper says it; that of 70歳以上 (第27条の14の4・第27条の14の5) knows no such exception.
///
/// 根拠: 国民健康保険法施行規則 第27条の14の2第1項・第6条第4項第7号
pub(super) fn asked(practice: &Practice, proposal: &Proposal<'_>) -> bool {
    let recognises = proposal.kind.arrears_check || class_on_confirmation(proposal);
    recognises && practice.arrears_withhold && !proposal.elderly
}

/// As [`asked`], of a paper too that is not made because its class waits for a judgement (保留): whatever it will be, it is
/// recognised anew.
pub(super) fn asked_of(
    practice: &Practice,
    said: &Result<Proposal<'_>, OfficeError>,
    (birth_on, from): (Date, Date),
) -> bool {
    match said {
        Ok(proposal) => asked(practice, proposal),
        Err(OfficeError::Refusal(why)) => {
            let under70 = from < ratio_shown_from(birth_on);
            why.code == PENDING && practice.arrears_withhold && under70
        }
        Err(_) => false,
    }
}

/// Why a paper that follows another does not say the class that stood on it.
pub(super) const CLASS_LEFT_OUT: &str =
    "世帯主に保険料（税）の滞納があるため、適用区分を記載しない（施行規則第27条の14の2第1項）";

/// Whether a recognition is withheld of a household without an application: its head is in arrears on a day, as known at a
/// moment, and no special circumstances are accepted.
///
/// 根拠: 国民健康保険法施行規則 第27条の14の2第1項
pub(super) fn withheld(
    conn: &mut Conn,
    practice: &Practice,
    household: &Household,
    (on, known_at): (Date, i64),
) -> Result<bool, OfficeError> {
    if !practice.arrears_withhold {
        return Ok(false);
    }
    let accepted = circumstances_accepted(conn, household.household_id, (on, known_at))?;
    let head = household.head.person_id;
    Ok(!accepted && !as_known(conn, head, practice, (on, known_at))?.is_empty())
}

/// Whether 特別の事情 of a household are accepted on a day, by a decision of their own.
///
/// 根拠: 国民健康保険法施行令 第28条の6
pub(super) fn circumstances_accepted(
    conn: &mut Conn,
    household_id: i64,
    (on, known_at): (Date, i64),
) -> Result<bool, OfficeError> {
    let one = (household_id, household_id + 1);
    let told = circumstances::waiting(conn, one, on, known_at)?;
    Ok(told.iter().any(|one| one.accepted))
}

/// What goes on where the class does not: 長期該当 goes with it.
pub(super) fn without_class(wish: &Wish) -> Wish {
    Wish {
        class_on_face: false,
        long_term_on: None,
        ..wish.clone()
    }
}

/// 任意記載 of 適用区分 on a 資格確認書: the same recognition as that of a 限度額適用認定証.
fn class_on_confirmation(proposal: &Proposal<'_>) -> bool {
    proposal.kind.family == Family::Eligibility && proposal.class.is_some()
}

/// What an application has to say for a head in arrears.
#[derive(Clone, Copy, Debug)]
pub(super) struct Excuse<'e> {
    /// 特別の事情 have been accepted by a decision of their own: nothing else is asked.
    pub accepted: bool,
    /// 特別の事情 as the application states them.
    pub stated: &'e str,
    /// A second person's word on the application.
    pub approved: bool,
}

/// 納付状況の確認: a head in arrears gets the certificate only with 特別の事情: accepted by a decision, or stated and with a
/// second person's word.
///
/// 根拠: 国民健康保険法施行規則 第27条の14の2第1項
///
/// # Errors
/// A refusal that names the arrears and what is needed.
pub(super) fn check(
    practice: &Practice,
    proposal: &Proposal<'_>,
    overdue: &[Overdue],
    excuse: Excuse<'_>,
) -> Result<(), Refusal> {
    let kind = proposal.kind;
    if excuse.accepted || !asked(practice, proposal) || overdue.is_empty() {
        return Ok(());
    }
    let total: Yen = overdue.iter().map(|one| one.left).sum();
    let oldest = overdue
        .first()
        .map_or_else(String::new, |one| law::era::wareki(one.due_on));
    let facts = format!(
        "世帯主の保険料（税）のうち、納期限{oldest}から{}期分、計{total}が未納です",
        overdue.len()
    );
    if excuse.stated.trim().is_empty() {
        let name = &kind.name_ja;
        let (what, otherwise) = if class_on_confirmation(proposal) {
            let without =
                format!("。適用区分を書かない{name}は、記載の印を外した申請で交付できます");
            (format!("適用区分を書いた{name}"), without)
        } else {
            (name.clone(), String::new())
        };
        return Err(Refusal::new(
            "certificate.arrears",
            format!(
                "{facts}。{what}は、特別の事情（災害・病気・廃業など）を入れ、責任者の承認を得たときに交付できます{otherwise}"
            ),
        ));
    }
    if !excuse.approved {
        return Err(Refusal::new(
            "certificate.arrears.approval",
            format!(
                "{facts}。特別の事情による交付には責任者の承認が要ります。承認を求めてください"
            ),
        ));
    }
    Ok(())
}
