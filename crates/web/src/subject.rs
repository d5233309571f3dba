//! 対象者 — whose page an address is: the household or person it names, or the one behind a paper, a notice, an
//! application, a matter that waits. Asked once, before a page is made.

use db::Conn;
use law::Date;
use office::OfficeError;
use office::certificate::{application, find};
use office::eligibility::NewEvent;
use office::eligibility::letters::desk as letters;
use office::{notices, worklist};

/// The 宛名番号 or 世帯番号 behind an address; nothing where it is about nobody in particular.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn behind(conn: &mut Conn, path: &str, today: Date) -> Result<Option<i64>, OfficeError> {
    if let Some(named) = named(path) {
        return Ok(Some(named));
    }
    let mut parts = path.split('/').skip(1);
    let (area, number) = (parts.next().unwrap_or_default(), parts.next());
    let Some(id) = number.and_then(|number| number.parse::<i64>().ok()) else {
        return Ok(None);
    };
    match area {
        "certificates" => Ok(find::get(conn, id)?.map(|paper| paper.person_id)),
        "notices" => Ok(notices::find(conn, id)?.map(|notice| notice.household_id)),
        "work" => {
            Ok(worklist::get(conn, id, today)?
                .and_then(|item| item.person_id.or(item.household_id)))
        }
        "letters" => Ok(letters::get(conn, id)?.map(|letter| letter.person_id)),
        "applications" => match application::require(conn, id) {
            Ok(found) => Ok(Some(found.content.person_id)),
            Err(store @ (OfficeError::Store(_) | OfficeError::Bug(_))) => Err(store),
            Err(_) => Ok(None),
        },
        "approvals" => Ok(office::eligibility::proposal(conn, id)?
            .and_then(|found| found.request.events.iter().find_map(NewEvent::person_id))),
        _ => Ok(None),
    }
}

/// The household or person that an address names.
#[must_use]
pub fn named(path: &str) -> Option<i64> {
    let path = path.strip_prefix("/api/v1").unwrap_or(path);
    let rest = path
        .strip_prefix("/households/")
        .or_else(|| path.strip_prefix("/people/"))
        .or_else(|| path.strip_prefix("/number/people/"))?;
    rest.split('/').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn an_address_names_a_household_or_a_person() {
        for (path, subject) in [
            ("/households/12", Some(12)),
            ("/households/12/levy/2026", Some(12)),
            ("/people/7/keep/contact", Some(7)),
            ("/api/v1/households/12", Some(12)),
            ("/api/v1/people/7/judgement", Some(7)),
            ("/number/people/7", Some(7)),
            ("/people/new", None),
            ("/runs/3", None),
        ] {
            assert_eq!(named(path), subject, "{path}");
        }
    }
}
