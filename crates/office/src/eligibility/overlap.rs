//! 資格重複 — persons insured here whom another insurer reports too: matched without the individual number, ranked, asked,
//! and lost ex officio when nobody answers.
//!
//! 根拠: 国民健康保険法 第6条第1号から第8号・第8条・第9条

mod again;
mod find;
mod table;

use super::covered;
use super::letters::{self, Facts, LetterKind, NewLetter};
use super::unfounded::{self, Before, By};
use super::unreported::{days_after, name_of};
use crate::acts::{self, Act, ActDetails, Acting};
use crate::error::OfficeError;
use crate::security::permit::{HandleWork, Permit, RunEligibility};
use crate::worklist::{self, Candidate, ELIGIBILITY_OVERLAP, NewItem, Outcome};
use db::{Conn, Span, Sql, Store};
use law::rules::OfficePractice;
use law::{Date, Refusal};
use serde::{Deserialize, Serialize};

pub use find::{Double, Rank, double_coverage};
pub use table::{Kept, State, by_state, get, list, of_item};

/// Statements of this area.
#[must_use]
pub fn statements() -> Vec<Sql> {
    [find::STATEMENTS, table::STATEMENTS].concat()
}

/// One row of the list of double insurance, as another insurer's register states it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reported {
    /// The day the list is of.
    pub as_of: Date,
    /// 記号 here.
    pub symbol: String,
    /// 番号 here.
    pub number: String,
    /// 枝番 here.
    pub branch: Option<i64>,
    /// 氏名.
    pub name: String,
    /// カナ.
    pub kana: String,
    /// 性別: 1 男, 2 女, 0 or 3 where it is not told.
    pub sex: i64,
    /// 生年月日.
    pub birth_on: Date,
    /// 他の保険者番号.
    pub insurer_number: String,
    /// 他の保険者名.
    pub insurer_name: String,
    /// 他の保険の資格取得年月日.
    pub gained_on: Date,
    /// 他の保険の資格喪失年月日.
    pub lost_on: Option<Date>,
}

impl Reported {
    /// What names the same double insurance in every month's list.
    #[must_use]
    pub fn key(&self, person_id: i64) -> String {
        format!("{}{}", self.of_both(person_id), self.gained_on)
    }

    /// How the keys of a person and this insurer begin.
    fn of_both(&self, person_id: i64) -> String {
        format!("{person_id}/{}/", self.insurer_number)
    }
}

/// What became of a row of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// A matter of the work list, for a person found with a rank: a new one, or one whose row says something else now.
    Matter {
        /// Whom it is about.
        person_id: i64,
        /// How sure that is.
        rank: Rank,
    },
    /// The same double insurance is on the list already.
    Known,
    /// The double insurance is over here, and the list tells now when the other one ended: the 取得 after it is to be asked for.
    Ended {
        /// Whom it is about.
        person_id: i64,
    },
    /// The person found is not insured here on those days: nothing overlaps.
    NoOverlap,
}

/// 重複の受入れ — matches a row, and opens the matter once; again when a later list says something else, or when the loss
/// that closed it was taken back.
///
/// 根拠: 国民健康保険法 第6条・第7条・第8条第1項
///
/// # Errors
/// [`OfficeError::Input`] beside the item when nobody, or more than one person, fits.
pub fn take(conn: &mut Conn, act: &Act, row: &Reported, on: Date) -> Result<Taken, OfficeError> {
    let (person_id, rank) = find::person(conn, row)?;
    let key = row.key(person_id);
    if table::known(conn, &key)? {
        return again::told(conn, act, &key, (row, rank), on);
    }
    again::corrected(conn, act, (person_id, row), on)?;
    let Some(household_id) = find::insured_in(conn, person_id, row.gained_on, row.lost_on)? else {
        return Ok(Taken::NoOverlap);
    };
    let source = format!("overlap/{key}");
    let item = matter(row, (person_id, household_id, rank), &source, on);
    let item_id = worklist::open(conn, act, &item)?;
    table::insert(conn, act, &key, person_id, rank, item_id, row)?;
    Ok(Taken::Matter { person_id, rank })
}

fn matter(
    row: &Reported,
    (person_id, household_id, rank): (i64, i64, Rank),
    source: &str,
    on: Date,
) -> NewItem {
    // A period that is over asks for both: the insurance here ends with it and begins again after it.
    let back = row.lost_on.map_or_else(String::new, |until| {
        let day = law::era::wareki(until);
        format!("、{day}に離脱: その日からの取得を確かめる")
    });
    let title = format!(
        "{}から{}に加入: 国保の喪失を確かめる{back}（{}）",
        law::era::wareki(row.gained_on),
        row.insurer_name,
        rank.label_ja()
    );
    NewItem {
        household_id: Some(household_id),
        detail: rank.label_ja().to_owned(),
        ..NewItem::about_person(ELIGIBILITY_OVERLAP, person_id, source, &title, on)
    }
}

/// お尋ね — writes the letter to everybody who was not asked yet and whose match is sure enough; how many.
///
/// # Errors
/// [`OfficeError::Store`]; [`OfficeError::Refusal`] when somebody has no address.
pub fn ask(
    store: &Store,
    permit: &Permit<RunEligibility>,
    acting: &Acting,
    practice: &OfficePractice,
) -> Result<i64, OfficeError> {
    store.write(|conn| {
        let act = begin(conn, permit, acting, "eligibility.overlap_ask", "")?;
        ask_within(conn, &act, practice, acting.business_date).map(|done| done.0)
    })
}

/// [`ask`] under an act that is begun; how many were written, and how many were not because the match is not sure enough.
pub(crate) fn ask_within(
    conn: &mut Conn,
    act: &Act,
    practice: &OfficePractice,
    on: Date,
) -> Result<(i64, i64), OfficeError> {
    let (mut written, mut doubtful) = (0, 0);
    for kept in &list(conn, State::Found)? {
        if !kept.rank.may_write() {
            doubtful += 1;
            continue;
        }
        letter(conn, act, kept, (LetterKind::OverlapAsk, practice), on)?;
        table::set_state(conn, kept.row_id, State::Found, State::Asked, act)?;
        written += 1;
    }
    Ok((written, doubtful))
}

/// 期限の見直し — whoever did not answer by the day gets the last letter; whoever did not answer that either becomes a
/// candidate of a loss ex officio. A loss that was registered meanwhile closes the matter. Returns letters, candidates
/// and matters closed.
///
/// # Errors
/// As [`ask`].
pub fn chase(
    store: &Store,
    permit: &Permit<RunEligibility>,
    acting: &Acting,
    practice: &OfficePractice,
) -> Result<(i64, i64, i64), OfficeError> {
    store.write(|conn| {
        let act = begin(conn, permit, acting, "eligibility.overlap_chase", "")?;
        chase_within(conn, &act, practice, acting.business_date)
    })
}

/// [`chase`] under an act that is begun.
pub(crate) fn chase_within(
    conn: &mut Conn,
    act: &Act,
    practice: &OfficePractice,
    on: Date,
) -> Result<(i64, i64, i64), OfficeError> {
    let (mut letters, mut candidates, mut closed) = (0, 0, 0);
    for state in [State::Found, State::Asked, State::Warned, State::Proposed] {
        for kept in list(conn, state)? {
            let row = &kept.row;
            if find::insured_in(conn, kept.person_id, row.gained_on, row.lost_on)?.is_none() {
                table::set_state(conn, kept.row_id, state, State::Lost, act)?;
                settle(conn, act, &kept, "喪失が登録された", on)?;
                closed += 1;
                continue;
            }
            let late = letters::of_item(conn, kept.item_id)?
                .last()
                .and_then(|letter| letter.answer_by)
                .is_some_and(|answer_by| answer_by < on);
            match state {
                State::Asked if late => {
                    letter(conn, act, &kept, (LetterKind::OverlapFinal, practice), on)?;
                    table::set_state(conn, kept.row_id, state, State::Warned, act)?;
                    letters += 1;
                }
                State::Warned if late => {
                    propose(conn, act, &kept, on)?;
                    table::set_state(conn, kept.row_id, state, State::Proposed, act)?;
                    candidates += 1;
                }
                _ => {}
            }
        }
    }
    Ok((letters, candidates, closed))
}

/// Whether the other insurance had begun before the 取得 here: that is asked to be taken back, for a 喪失 of the day on which the other
/// began would end nothing.
fn gained_meanwhile(
    conn: &mut Conn,
    act: &Act,
    kept: &Kept,
    on: Date,
) -> Result<bool, OfficeError> {
    let row = &kept.row;
    let other = Span::new(row.gained_on, row.lost_on);
    let Some(here) = covered::insured_beside(conn, kept.person_id, other)? else {
        return Ok(false);
    };
    let before = Before {
        person_id: kept.person_id,
        name: &row.insurer_name,
        since: row.gained_on,
        by: By::Overlap,
    };
    unfounded::gained_beside(conn, act, before, (here.valid.from, on))
}

fn propose(conn: &mut Conn, act: &Act, kept: &Kept, on: Date) -> Result<(), OfficeError> {
    if gained_meanwhile(conn, act, kept, on)? {
        return Ok(());
    }
    let candidate = Candidate {
        person_id: kept.person_id,
        household_id: None,
        cause: "ex_officio_insurance".to_owned(),
        occurred_on: kept.row.gained_on,
        elsewhere_from: None,
        reported_on: None,
        told_by: format!("オンライン資格確認（{}）", kept.row.insurer_name),
    };
    let source = format!("overlap/{}", kept.row_id);
    candidate.open(conn, act, &source, "回答がない: 職権喪失を決める", on)?;
    Ok(())
}

/// 回答の記録. `double` says whether the answer confirms the other insurance: then the loss is to be registered;
/// otherwise the matter is closed.
///
/// # Errors
/// [`OfficeError::Input`] without an answer; [`OfficeError::Refusal`] for an unknown row; [`OfficeError::Conflict`] when
/// it is past that.
pub fn answer(
    store: &Store,
    permit: &Permit<HandleWork>,
    acting: &Acting,
    row_id: i64,
    double: bool,
    answer: &str,
) -> Result<(), OfficeError> {
    if answer.trim().is_empty() {
        return Err(OfficeError::input("回答", "回答の内容を入れてください"));
    }
    let on = acting.business_date;
    store.write(|conn| {
        let kept = get(conn, row_id)?.ok_or_else(|| {
            Refusal::new(
                "eligibility.overlap.unknown",
                format!("資格重複{row_id}はありません。一覧を読み直してください"),
            )
        })?;
        let act = begin(conn, permit, acting, "eligibility.overlap_answer", answer)?;
        answer_under(conn, &act, kept, double, answer, on)
    })
}

/// Takes an answer under an act that is under way.
///
/// # Errors
/// As [`answer`].
pub fn answer_under(
    conn: &mut Conn,
    act: &Act,
    kept: Kept,
    double: bool,
    answer: &str,
    on: Date,
) -> Result<(), OfficeError> {
    if double && gained_meanwhile(conn, act, &kept, on)? {
        return table::set_state(conn, kept.row_id, kept.state, State::Proposed, act);
    }
    if double {
        let candidate = Candidate {
            person_id: kept.person_id,
            household_id: None,
            cause: "joined_insurance".to_owned(),
            occurred_on: kept.row.gained_on,
            elsewhere_from: None,
            reported_on: Some(on),
            told_by: answer.to_owned(),
        };
        let source = format!("overlap/{}/answer", kept.row_id);
        candidate.open(conn, act, &source, "社会保険への加入: 喪失を登録する", on)?;
        return table::set_state(conn, kept.row_id, kept.state, State::Proposed, act);
    }
    table::set_state(conn, kept.row_id, kept.state, State::Denied, act)?;
    settle(conn, act, &kept, answer, on)
}

fn settle(
    conn: &mut Conn,
    act: &Act,
    kept: &Kept,
    note: &str,
    on: Date,
) -> Result<(), OfficeError> {
    let open = worklist::get(conn, kept.item_id, on)?
        .is_some_and(|item| item.state == worklist::State::Open);
    if open {
        worklist::settle(conn, act, kept.item_id, Outcome::Done, note)?;
    }
    Ok(())
}

fn letter(
    conn: &mut Conn,
    act: &Act,
    kept: &Kept,
    (kind, practice): (LetterKind, &OfficePractice),
    on: Date,
) -> Result<(), OfficeError> {
    let name = name_of(conn, kept.person_id, on)?;
    let number = format!("{} {}", kept.row.symbol, kept.row.number);
    letters::write(
        conn,
        act,
        &NewLetter {
            kind,
            item_id: Some(kept.item_id),
            person_id: kept.person_id,
            sent_on: on,
            answer_by: Some(days_after(on, practice.overlap_answer_days.into())),
            facts: Facts {
                name: &name,
                number: number.trim(),
                other: &kept.row.insurer_name,
                on: Some(kept.row.gained_on),
                ground: "オンライン資格確認等システムの資格情報",
            },
        },
    )?;
    Ok(())
}

fn begin<F>(
    conn: &mut Conn,
    permit: &Permit<F>,
    acting: &Acting,
    kind: &str,
    note: &str,
) -> Result<Act, OfficeError> {
    let details = ActDetails {
        note: note.to_owned(),
        ..ActDetails::default()
    };
    acts::begin(conn, acting, permit, kind, &details)
}
