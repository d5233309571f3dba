//! 窓口拠点 — at which of the places of their post somebody sits. A post names one place or several; whoever has several
//! chooses after log-in, and the place chosen is that of the permissions, of the rows and of every act until another is.

use super::login::digest;
use super::session::Session;
use crate::acts::{self, ActDetails, Acting};
use crate::error::OfficeError;
use db::{Conn, Sql};

/// 本庁, as it is called.
pub const MAIN_JA: &str = "本庁";
/// Kind of the act by which somebody sits down.
pub const SIT: &str = "counter.sit";
/// Between the places of a post.
const BETWEEN: [char; 4] = ['、', '，', ',', '\n'];

const CHOOSE: Sql = Sql {
    name: "seat.choose",
    text: "update session set place = $2 where token_hash = $1",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[CHOOSE];

/// The places that the 所属 of a post names, in its order: divided by 「、」; 本庁 is empty, and so is a post that names none.
#[must_use]
pub fn places(ward: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for name in ward.split(BETWEEN).map(str::trim) {
        let place = if name == MAIN_JA { "" } else { name };
        let said = !name.is_empty() || ward.trim().is_empty();
        if said && !all.iter().any(|known| known == place) {
            all.push(place.to_owned());
        }
    }
    if all.is_empty() {
        all.push(String::new());
    }
    all
}

/// What a place is called.
#[must_use]
pub fn name_ja(place: &str) -> &str {
    if place.is_empty() { MAIN_JA } else { place }
}

/// Where somebody sits: the place chosen while their post still names it, or the only one; nothing where they have to choose.
#[must_use]
pub(super) fn taken(places: &[String], chosen: Option<&str>) -> Option<String> {
    let chosen = places.iter().find(|place| Some(place.as_str()) == chosen);
    match (chosen, places) {
        (Some(place), _) => Some(place.clone()),
        (None, [only]) => Some(only.clone()),
        (None, _) => None,
    }
}

/// 窓口に着く: chooses the place of a session. It is an act, so that what is done afterwards is known by its place.
///
/// # Errors
/// [`OfficeError::Input`] where the post does not name the place; [`OfficeError::Store`].
pub fn sit(
    conn: &mut Conn,
    acting: &Acting,
    (session, token): (&Session, &str),
    place: &str,
) -> Result<(), OfficeError> {
    let place = if place == MAIN_JA { "" } else { place };
    if !session.places().iter().any(|known| known == place) {
        return Err(OfficeError::input(
            "窓口",
            &format!(
                "「{}」は所属していない窓口です。一覧から選んでください",
                name_ja(place)
            ),
        ));
    }
    let details = ActDetails {
        note: name_ja(place).to_owned(),
        ..ActDetails::default()
    };
    acts::begin_own(conn, acting, session, SIT, &details)?;
    conn.execute(&CHOOSE, &[digest(token).into(), place.into()])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{places, taken};

    #[test]
    fn a_post_names_one_place_or_several() {
        for (ward, named) in [
            ("", &[""][..]),
            ("本庁", &[""]),
            ("西支所", &["西支所"]),
            ("西支所、東支所", &["西支所", "東支所"]),
            (" 本庁 , 東支所，東支所、", &["", "東支所"]),
            ("、", &[""]),
        ] {
            assert_eq!(places(ward), named, "{ward}");
        }
    }

    #[test]
    fn only_a_place_of_the_post_is_taken() {
        let two = places("西支所、東支所");
        assert_eq!(taken(&two, None), None);
        assert_eq!(taken(&two, Some("東支所")).as_deref(), Some("東支所"));
        assert_eq!(taken(&two, Some("南支所")), None);
        assert_eq!(taken(&two, Some("")), None);
        let one = places("西支所");
        assert_eq!(taken(&one, None).as_deref(), Some("西支所"));
        assert_eq!(taken(&one, Some("東支所")).as_deref(), Some("西支所"));
    }
}
