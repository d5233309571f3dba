//! 証の申請の受付 — papers that are not complete are not taken in; what is missing is said beside its field.

use super::rules;
use crate::change::{self, About, Blank, Change, Shown};
use crate::desk::{Desk, Posted};
use crate::eligibility::people;
use crate::fields::{Fields, note};
use crate::registry::picture;
use crate::view::FieldError;
use crate::view::entry::{Choice, Field, Form, Input};
use crate::view::format::day_ja;
use axum::extract::{Path, Query};
use axum::response::Response;
use db::Conn;
use law::certificate::{Family, Grant, Item, Kind};
use office::certificate::Wish;
use office::certificate::application::{self, NewApplication};
use office::judgement::long_stay;
use office::registry::load_household;
use office::security::permit::ReceiveApplication;
use office::{Acting, OfficeError};

/// What the day of 長期該当 is called.
pub(super) const LONG_TERM: &str = "長期入院該当年月日";

/// 申請の受付.
pub struct Apply(i64);

/// The form.
pub async fn page(
    desk: Desk,
    Path(household): Path<i64>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Response {
    change::open(desk, Apply(household), asked).await
}

/// What was typed.
pub async fn send(Path(household): Path<i64>, posted: Posted) -> Response {
    change::send(posted, Apply(household)).await
}

fn diseases() -> Vec<Choice> {
    [
        ("", "なし"),
        ("1", "1 人工透析を実施している慢性腎不全"),
        ("2", "2 血友病"),
        ("3", "3 抗ウイルス剤を投与している後天性免疫不全症候群"),
    ]
    .map(|(code, label)| (code.to_owned(), label.to_owned()))
    .to_vec()
}

impl Apply {
    fn people(&self, desk: &Desk, conn: &mut Conn) -> Result<Vec<Choice>, OfficeError> {
        Ok(people::around_household(desk, conn, self.0)?
            .into_iter()
            .filter(|one| {
                let mut spans = one.picture.insured.iter();
                spans.any(|span| span.fact.household_id == self.0)
            })
            .map(|one| (one.id().to_string(), one.described(desk.business_date())))
            .collect())
    }

    /// 長期入院該当年月日 of the person who is chosen already, and of whom in the household there is one.
    fn long_term(
        &self,
        desk: &Desk,
        conn: &mut Conn,
        (fields, people): (&Fields, &[Choice]),
    ) -> Result<(String, String), OfficeError> {
        let today = desk.business_date();
        let ids: Vec<i64> = people
            .iter()
            .filter_map(|(id, _)| id.parse().ok())
            .collect();
        let hint = crate::long_stay_shown::hint(desk, conn, &ids)?;
        if fields.has("long_term_on") {
            let read = fields.day_written("long_term_on", today);
            return Ok((read, hint));
        }
        let chosen = ids
            .into_iter()
            .find(|id| id.to_string() == fields.text("person"));
        let ruled = match chosen {
            Some(person) => long_stay::granted_on(conn, person, today)?,
            None => None,
        };
        Ok((
            ruled.map_or_else(String::new, |one| day_ja(one.reduced_from)),
            hint,
        ))
    }

    fn head_name(&self, desk: &Desk, conn: &mut Conn) -> Result<String, OfficeError> {
        let found = load_household(conn, self.0, desk.business_date(), None)?;
        Ok(found
            .and_then(|found| found.head_person)
            .and_then(|head| picture::current(&head).map(|one| one.name.clone()))
            .unwrap_or_default())
    }
}

/// 任意記載: a kind that is due without being asked for, and says more when it is.
///
/// 根拠: 国民健康保険法施行規則 第6条第1項第5号・第4項第7号
fn says_more(kind: &Kind) -> bool {
    let more = [Item::Class, Item::LongTerm, Item::Disease];
    kind.family == Family::Eligibility && more.into_iter().any(|item| kind.prints(item))
}

/// What can be applied for: the kinds that are granted on application, and after them those that can be asked to say more, so
/// that the codes a hand knows stay as they are.
fn kinds(desk: &Desk) -> Result<Vec<(Choice, String)>, OfficeError> {
    let rules = rules(desk)?;
    let issued = rules.issued_on(desk.business_date());
    let (asked, due): (Vec<&Kind>, Vec<&Kind>) = issued
        .into_iter()
        .partition(|kind| kind.grant == Grant::Application);
    Ok(asked
        .into_iter()
        .chain(due.into_iter().filter(|kind| says_more(kind)))
        .zip(1..)
        .map(|(kind, number)| {
            let choice = (format!("{number:02}"), kind.name_ja.clone());
            (choice, kind.code.clone())
        })
        .collect())
}

impl Change for Apply {
    type Order = NewApplication;

    fn title(&self) -> String {
        "証の申請の受付".to_owned()
    }

    fn about(&self) -> About {
        About {
            household: Some(self.0),
            person: None,
            tab: "certificates",
        }
    }

    fn allow(&self, desk: &Desk) -> Result<(), OfficeError> {
        desk.permit::<ReceiveApplication>().map(|_| ())
    }

    fn blank(&self, desk: &Desk, conn: &mut Conn, fields: &Fields) -> Result<Blank, OfficeError> {
        let today = desk.business_date();
        let choices = kinds(desk)?.into_iter().map(|(choice, _)| choice).collect();
        let written = |name: &str| fields.day_written(name, today);
        let applied = if fields.has("applied_on") {
            written("applied_on")
        } else {
            day_ja(today)
        };
        let applicant = if fields.has("applicant") {
            fields.text("applicant").to_owned()
        } else {
            self.head_name(desk, conn)?
        };
        let relation = if fields.has("relation") {
            fields.text("relation")
        } else {
            "世帯主"
        };
        let people = self.people(desk, conn)?;
        let (long_term, long_term_hint) = self.long_term(desk, conn, (fields, &people))?;
        let text =
            |name: &str, label: &str| Field::new(Input::Text, name, label, fields.text(name));
        let tick =
            |name: &str, label: &str| Field::new(Input::Check, name, label, fields.text(name));
        let form = Form::post(&format!("/households/{}/apply", self.0))
            .fields(vec![
                Field::new(
                    Input::Code(choices),
                    "kind",
                    "申請する証",
                    fields.text("kind"),
                )
                .first(),
                Field::new(
                    Input::Choice(people),
                    "person",
                    "対象者",
                    fields.text("person"),
                ),
                Field::new(Input::Day, "applied_on", "申請日", &applied),
                Field::new(Input::Text, "applicant", "申請者の氏名", &applicant),
                Field::new(Input::Text, "relation", "続柄・代理", relation),
                text("grounds", "申請の理由").wide(),
            ])
            .section(
                "種類によって要るもの",
                vec![
                    Field::new(
                        Input::Choice(diseases()),
                        "disease",
                        "疾病の名称（特定疾病）",
                        fields.text("disease"),
                    )
                    .hint("特定疾病療養受療証、または資格確認書に書くとき"),
                    tick("doctor_opinion", "医師の意見書を確かめた"),
                    text("relief", "減免等の内容（一部負担金）")
                        .hint(&crate::copay_relief::hint(desk, conn, self.0)?),
                    Field::new(Input::Day, "until", "期間の末日", &written("until")),
                    Field::new(Input::Day, "long_term_on", LONG_TERM, &long_term)
                        .hint(&long_term_hint),
                    tick("class_on_face", "資格確認書に適用区分を書く"),
                    text("circumstance", "特別の事情（滞納のあるとき）").wide(),
                ],
            );
        Ok(Blank {
            form,
            ..Blank::default()
        })
    }

    fn read(
        &self,
        desk: &Desk,
        conn: &mut Conn,
        fields: &Fields,
        errors: &mut Vec<FieldError>,
    ) -> Result<Option<NewApplication>, OfficeError> {
        let today = desk.business_date();
        let known = kinds(desk)?;
        let list: Vec<Choice> = known.iter().map(|(choice, _)| choice.clone()).collect();
        let kind = fields.code("kind", "申請する証", &list, errors);
        let applied_on = fields.required_day("applied_on", "申請日", today, errors);
        let until = fields.day("until", "期間の末日", today, errors);
        let long_term_on = fields.day("long_term_on", LONG_TERM, today, errors);
        let people = self.people(desk, conn)?;
        let person = people.iter().find(|(id, _)| id == fields.text("person"));
        if person.is_none() {
            note(errors, "person", "対象者: 一覧から選んでください");
        }
        let (Some((code, _)), Some(applied_on), Some((person, _))) = (kind, applied_on, person)
        else {
            return Ok(None);
        };
        let kind = known
            .into_iter()
            .find(|((typed, _), _)| *typed == code)
            .map(|(_, kind)| kind);
        Ok(kind.map(|kind| NewApplication {
            kind,
            person_id: person.parse().unwrap_or(0),
            household_id: self.0,
            applied_on,
            applicant: fields.text("applicant").to_owned(),
            relation: fields.text("relation").to_owned(),
            wish: Wish {
                class_on_face: fields.has("class_on_face"),
                long_term_on,
                disease: fields.text("disease").parse().ok(),
                doctor_opinion: fields.has("doctor_opinion"),
                relief: fields.text("relief").to_owned(),
                until,
                circumstance: fields.text("circumstance").to_owned(),
                ..Wish::default()
            },
            grounds: fields.text("grounds").to_owned(),
        }))
    }

    fn show(&self, desk: &Desk, new: &NewApplication) -> Result<Shown, OfficeError> {
        let rules = rules(desk)?;
        let kind = rules.kind(&new.kind, desk.business_date())?;
        let mut facts = vec![
            ("申請する証".to_owned(), kind.name_ja.clone()),
            ("申請日".to_owned(), day_ja(new.applied_on)),
            (
                "申請者".to_owned(),
                format!("{}（{}）", new.applicant, new.relation),
            ),
            ("対象者".to_owned(), format!("宛名番号{}", new.person_id)),
            ("申請の理由".to_owned(), new.grounds.clone()),
        ];
        facts.extend(super::application::wished(&new.wish));
        let mut more = |name: &str, value: String| {
            if !value.is_empty() {
                facts.push((name.to_owned(), value));
            }
        };
        more("減免等の内容", new.wish.relief.clone());
        more(
            "期間の末日",
            new.wish.until.map_or_else(String::new, day_ja),
        );
        more("特別の事情", new.wish.circumstance.clone());
        Ok(Shown {
            facts,
            ..Shown::default()
        })
    }

    fn carry_out(
        &self,
        desk: &Desk,
        new: &NewApplication,
        acting: &Acting,
    ) -> Result<(), OfficeError> {
        let permit = desk.permit::<ReceiveApplication>()?;
        application::receive(desk.store(), &permit, acting, &rules(desk)?, new)?;
        Ok(())
    }

    fn done(&self, _: i64) -> String {
        format!("/households/{}/certificates", self.0)
    }

    fn field_of(&self, label: &str) -> String {
        match label {
            "申請者の氏名" => "applicant",
            "申請日" => "applied_on",
            "疾病の名称" => "disease",
            "医師の意見書" => "doctor_opinion",
            "資格確認書への記載" => "class_on_face",
            "減免等の内容" => "relief",
            "期間の末日" => "until",
            LONG_TERM => "long_term_on",
            _ => "",
        }
        .to_owned()
    }

    fn back(&self) -> String {
        format!("/households/{}/certificates", self.0)
    }

    fn verb(&self) -> &'static str {
        "受け付ける"
    }
}
