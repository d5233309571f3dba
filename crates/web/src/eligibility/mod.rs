//! 資格の画面 — gain, loss, households and heads, undoing, approval by a second person, and the register itself.

pub mod ages;
pub mod approvals;
pub mod bulk;
pub mod causes;
pub mod consequence;
pub mod ex_officio;
pub mod gain;
pub mod household;
pub mod letters;
pub mod lists;
pub mod loss;
pub mod people;
pub mod proof;
pub mod receptions;
pub mod register;
pub mod residence;
pub mod status;
pub mod undo;

use crate::change::Shown;
use crate::desk::Desk;
use office::eligibility::{Books, Request};
use office::levy::YearRules;
use office::levy::relevy;
use office::security::permit::RegisterEligibility;
use office::{Acting, OfficeError, eligibility};

/// What is asked for, and how it is said on the page.
pub struct Order {
    /// As the office takes it.
    pub request: Request,
    /// Name and value.
    pub said: Vec<(String, String)>,
    /// Papers to look at.
    pub papers: Vec<String>,
}

/// Does something with the rules that an event reads and sets in motion.
///
/// # Errors
/// What the work fails with; [`OfficeError::Bug`] where the shipped rules cannot be read.
pub fn with_books<R>(
    desk: &Desk,
    work: impl FnOnce(&Books<'_>) -> Result<R, OfficeError>,
) -> Result<R, OfficeError> {
    let open = desk.store().read(relevy::open_years)?;
    let office = desk.app().office();
    let rules: Vec<YearRules> = office
        .rules
        .iter()
        .filter(|rules| open.contains(&rules.year()))
        .cloned()
        .collect();
    work(&Books {
        book: desk.book()?,
        municipality: &desk.app().config().municipality_code,
        levy: relevy::Books {
            rules: &rules,
            calendar: &office.calendar,
        },
    })
}

/// What an order would do.
///
/// # Errors
/// As the office refuses it.
pub fn show(desk: &Desk, order: &Order) -> Result<Shown, OfficeError> {
    let permit = desk.permit::<RegisterEligibility>()?;
    let found = with_books(desk, |books| {
        eligibility::preview(
            desk.store(),
            &permit,
            &desk.acting(""),
            &order.request,
            books,
        )
    })?;
    let mut shown = consequence::shown(desk, &found)?;
    shown.facts.clone_from(&order.said);
    if !order.papers.is_empty() {
        let papers = order.papers.join("、");
        shown.facts.push(("確かめる書類".to_owned(), papers));
    }
    Ok(shown)
}

/// Carries an order out.
///
/// # Errors
/// As the office refuses it.
pub fn carry_out(desk: &Desk, order: &Order, acting: &Acting) -> Result<(), OfficeError> {
    let permit = desk.permit::<RegisterEligibility>()?;
    with_books(desk, |books| {
        eligibility::register(desk.store(), &permit, acting, &order.request, books)
    })?;
    Ok(())
}

/// The field an input error of the office belongs to.
#[must_use]
pub fn field_of(label: &str) -> String {
    match label {
        "事由" => "cause",
        "異動日" => "occurred_on",
        "届出日" => "reported_on",
        "転出先で住所を有した日" => "elsewhere_from",
        "国保世帯" => "target",
        "記号番号" => "number",
        "資格喪失日の前日" => "since",
        "新しい世帯の世帯主" | "新しい世帯主" => "head",
        "元の世帯の新しい世帯主" => "successor",
        "理由" => "note",
        _ => "",
    }
    .to_owned()
}
