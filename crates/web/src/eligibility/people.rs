//! 届出に出てくる人 — who lives together and who is in a household, as rows of a form.

use crate::desk::Desk;
use crate::registry::codes::word;
use crate::registry::picture;
use crate::view::format::day_ja;
use db::Conn;
use office::OfficeError;
use office::registry::{
    Dated, InsuredSpan, PersonPicture, cohabitants, load_household, load_person,
};

/// One person a form can name.
pub struct Candidate {
    /// As the office knows the person.
    pub picture: PersonPicture,
    /// 氏名.
    pub name: String,
    /// The household the person is insured in today.
    pub household: Option<i64>,
}

impl Candidate {
    fn of(picture: PersonPicture, today: law::Date) -> Self {
        let resident = picture::current(&picture);
        Self {
            name: resident.map_or_else(
                || format!("宛名番号{}", picture.person_id),
                |resident| resident.name.clone(),
            ),
            household: picture
                .insured
                .iter()
                .find(|span| span.valid.holds(today))
                .map(|span| span.fact.household_id),
            picture,
        }
    }

    /// 宛名番号.
    #[must_use]
    pub fn id(&self) -> i64 {
        self.picture.person_id
    }

    /// The last stay in a household that reaches beyond a day.
    #[must_use]
    pub fn stay(&self, household: i64, day: law::Date) -> Option<&Dated<InsuredSpan>> {
        let mut spans = self.picture.insured.iter().rev();
        spans.find(|span| {
            let reaches = span.valid.until.is_none_or(|until| until > day);
            span.fact.household_id == household && reaches
        })
    }

    /// As [`Self::described`], with the end of a stay where one is registered.
    #[must_use]
    pub fn described_until(&self, today: law::Date, stay: Option<&Dated<InsuredSpan>>) -> String {
        let described = self.described(today);
        let Some((stay, until)) = stay.and_then(|stay| Some((stay, stay.valid.until?))) else {
            return described;
        };
        let why = stay.fact.loss_cause.as_deref().unwrap_or("");
        let why = word("loss_cause", why);
        format!("{described} 登録済みの終わり {} {why}", day_ja(until))
            .trim_end()
            .to_owned()
    }

    /// 続柄, 生年月日, age and standing in one line.
    #[must_use]
    pub fn described(&self, today: law::Date) -> String {
        let Some(resident) = picture::current(&self.picture) else {
            return self.name.clone();
        };
        let standing = match self.household {
            Some(_) => "加入中",
            None if self.picture.insured.is_empty() => "未加入",
            None => "喪失",
        };
        format!(
            "{} {} {}（{}歳） {standing}",
            self.name,
            word("relationship", &resident.relationship),
            day_ja(resident.birth_on),
            law::date::age_on(resident.birth_on, today)
        )
    }
}

/// The person and everyone of the same household of the residents' register, the head first.
///
/// # Errors
/// [`OfficeError::Refusal`] for an unknown number.
pub fn around_person(
    desk: &Desk,
    conn: &mut Conn,
    person: i64,
) -> Result<Vec<Candidate>, OfficeError> {
    let today = desk.business_date();
    let Some(found) = load_person(conn, person, today, None)? else {
        return Err(law::Refusal::new(
            "web.person.missing",
            format!("宛名番号{person}の人は登録されていません"),
        )
        .into());
    };
    let mut ids = vec![person];
    if let Some(register) = picture::current(&found).and_then(|one| one.register_household) {
        ids.extend(cohabitants::together(conn, register, today)?);
    }
    load(desk, conn, ids)
}

/// Everyone of a household of the insurance, and everyone who lives with its head.
///
/// # Errors
/// [`OfficeError::Refusal`] for an unknown number.
pub fn around_household(
    desk: &Desk,
    conn: &mut Conn,
    household: i64,
) -> Result<Vec<Candidate>, OfficeError> {
    let today = desk.business_date();
    let Some(found) = load_household(conn, household, today, None)? else {
        return Err(law::Refusal::new(
            "web.household.missing",
            format!("世帯番号{household}の世帯はありません"),
        )
        .into());
    };
    let mut ids: Vec<i64> = found
        .heads
        .iter()
        .rev()
        .map(|head| head.fact.head_person_id)
        .collect();
    ids.extend(&found.ever_members);
    ids.extend(found.former_members.iter().map(|person| person.person_id));
    if let Some(register) = found
        .head_person
        .as_ref()
        .and_then(|head| picture::current(head)?.register_household)
    {
        ids.extend(cohabitants::together(conn, register, today)?);
    }
    load(desk, conn, ids)
}

fn load(desk: &Desk, conn: &mut Conn, ids: Vec<i64>) -> Result<Vec<Candidate>, OfficeError> {
    let today = desk.business_date();
    let mut found: Vec<Candidate> = Vec::new();
    for id in ids {
        if found.iter().any(|one| one.id() == id) {
            continue;
        }
        if let Some(picture) = load_person(conn, id, today, None)? {
            found.push(Candidate::of(picture, today));
        }
    }
    // 世帯主 (02) first, then by 続柄 and day of birth.
    found.sort_by_key(|one| {
        picture::current(&one.picture)
            .map(|resident| (resident.relationship.clone(), resident.birth_on))
    });
    Ok(found)
}
