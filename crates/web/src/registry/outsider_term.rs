//! 住登外の期限 — how long somebody who is not in the residents' register may be used under their number, 使用停止, and a
//! former resident whom the office goes on dealing with.

use crate::change::{self, About, Blank, Change, Shown};
use crate::desk::{Desk, Posted};
use crate::fields::{Fields, note};
use crate::registry::names;
use crate::view::FieldError;
use crate::view::cards::Note;
use crate::view::entry::{Field, Form, Input};
use crate::view::format::day_ja;
use crate::view::layout::Tone;
use axum::extract::{Path, Query};
use axum::response::Response;
use db::Conn;
use law::date::previous_day;
use law::{Date, Refusal};
use office::registry::event::version;
use office::registry::nonresident::{self, NonResident};
use office::registry::{Dated, Resident, Status, timeline};
use office::security::permit::RegisterResident;
use office::{Acting, OfficeError};

/// Of one person.
pub struct OutsiderTerm {
    person: i64,
}

/// From when, until when, and how.
pub struct Order {
    from: Date,
    expires_on: Option<Date>,
    seen: i64,
    what: What,
}

enum What {
    /// 期限・使用停止 of a 住登外者.
    Terms(NonResident),
    /// 住登外 of a former resident, with where they live now.
    Former {
        postal_code: String,
        address: String,
        building: String,
    },
}

/// The form.
pub async fn page(
    desk: Desk,
    Path(person): Path<i64>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Response {
    change::open(desk, OutsiderTerm { person }, asked).await
}

/// What was typed.
pub async fn send(Path(person): Path<i64>, posted: Posted) -> Response {
    change::send(posted, OutsiderTerm { person }).await
}

impl OutsiderTerm {
    /// Whether it is about a 住登外者; not, about a former resident.
    fn is_outsider(&self, conn: &mut Conn) -> Result<bool, OfficeError> {
        let residents: Vec<Dated<Resident>> = timeline(conn, self.person, None)?;
        match residents.last().map(|last| last.fact.status) {
            Some(Status::NonResident) => Ok(true),
            Some(Status::Removed) => Ok(false),
            _ => Err(Refusal::new(
                "registry.nonresident.resident",
                "住登外者と、消除された元の住民だけの登録です。住民は住民異動で登録してください"
                    .to_owned(),
            )
            .into()),
        }
    }

    /// The terms that stand, the latest.
    fn standing(&self, conn: &mut Conn) -> Result<Option<Dated<NonResident>>, OfficeError> {
        Ok(timeline(conn, self.person, None)?.pop())
    }
}

fn until_ja(last: Option<Date>) -> String {
    last.map_or_else(|| "定めなし".to_owned(), day_ja)
}

impl Change for OutsiderTerm {
    type Order = Order;

    fn title(&self) -> String {
        "住登外の期限".to_owned()
    }

    fn about(&self) -> About {
        About {
            person: Some(self.person),
            ..About::default()
        }
    }

    fn allow(&self, desk: &Desk) -> Result<(), OfficeError> {
        desk.permit::<RegisterResident>().map(|_| ())
    }

    fn blank(&self, desk: &Desk, conn: &mut Conn, fields: &Fields) -> Result<Blank, OfficeError> {
        let today = desk.business_date();
        let outsider = self.is_outsider(conn)?;
        let standing = self.standing(conn)?;
        let names = names::people(conn, today, [self.person])?;
        let day = |name: &str, otherwise: Option<Date>| match otherwise {
            Some(day) if !fields.has(name) => day_ja(day),
            _ => fields.day_written(name, today),
        };
        let last = standing
            .as_ref()
            .and_then(|terms| terms.valid.until)
            .map(previous_day);
        let tick = |name: &str, stands: bool| match (fields.has("version"), stands) {
            (true, _) => fields.text(name).to_owned(),
            (false, true) => "on".to_owned(),
            (false, false) => String::new(),
        };
        let terms = standing.map(|terms| terms.fact).unwrap_or_default();
        let version = if fields.has("version") {
            fields.text("version").to_owned()
        } else {
            version(conn, self.person)?.to_string()
        };
        let title = format!("{}（宛名番号{}）", names.person(self.person), self.person);
        let text =
            |name: &str, label: &str| Field::new(Input::Text, name, label, fields.text(name));
        let mut form = Form::post(&format!("/people/{}/outsider", self.person)).section(
            &title,
            vec![
                Field::new(Input::Day, "from", "いつから", &day("from", Some(today))).first(),
                Field::new(
                    Input::Day,
                    "expires_on",
                    "住外期限",
                    &day("expires_on", last),
                )
                .hint("最後に使える日。なければ空欄"),
            ],
        );
        let mut notes = Vec::new();
        form = if outsider {
            form.fields(vec![
                Field::new(
                    Input::Check,
                    "suspended",
                    "使用停止",
                    &tick("suspended", terms.suspended),
                ),
                Field::new(
                    Input::Check,
                    "no_other_use",
                    "他業務から参照しない",
                    &tick("no_other_use", terms.no_other_use),
                ),
            ])
        } else {
            notes.push(Note::new(
                Tone::Info,
                "",
                vec!["消除された元の住民を、同じ宛名番号のまま住登外者として扱います。いまの住所を入れてください。".to_owned()],
            ));
            form.fields(vec![
                text("postal_code", "郵便番号"),
                text("address", "住所").wide(),
                text("building", "方書").wide(),
            ])
        };
        Ok(Blank {
            form: form.hide("version", &version),
            notes,
            ..Blank::default()
        })
    }

    fn read(
        &self,
        desk: &Desk,
        conn: &mut Conn,
        fields: &Fields,
        errors: &mut Vec<FieldError>,
    ) -> Result<Option<Order>, OfficeError> {
        let today = desk.business_date();
        let from = fields.required_day("from", "いつから", today, errors);
        let expires_on = fields.day("expires_on", "住外期限", today, errors);
        if from.zip(expires_on).is_some_and(|(from, last)| last < from) {
            note(
                errors,
                "expires_on",
                "住外期限: 期限は登録の日以後の日を入れてください",
            );
        }
        let what = if self.is_outsider(conn)? {
            let standing = self.standing(conn)?.map(|terms| terms.fact);
            What::Terms(NonResident {
                suspended: fields.has("suspended"),
                no_other_use: fields.has("no_other_use"),
                ..standing.unwrap_or_default()
            })
        } else {
            if fields.text("address").is_empty() {
                note(errors, "address", "住所: いまの住所を入力してください");
            }
            What::Former {
                postal_code: fields.text("postal_code").replace('-', ""),
                address: fields.text("address").to_owned(),
                building: fields.text("building").to_owned(),
            }
        };
        let seen = fields.text("version").parse().unwrap_or(0);
        Ok(from.map(|from| Order {
            from,
            expires_on,
            seen,
            what,
        }))
    }

    fn show(&self, _: &Desk, order: &Order) -> Result<Shown, OfficeError> {
        let mut facts = vec![
            ("いつから".to_owned(), day_ja(order.from)),
            ("住外期限".to_owned(), until_ja(order.expires_on)),
        ];
        match &order.what {
            What::Terms(terms) => {
                let yes = |on: bool| if on { "する" } else { "しない" }.to_owned();
                facts.push(("使用停止".to_owned(), yes(terms.suspended)));
                facts.push(("他業務から参照しない".to_owned(), yes(terms.no_other_use)));
            }
            What::Former {
                address, building, ..
            } => facts.push(("住所".to_owned(), format!("{address} {building}"))),
        }
        Ok(Shown {
            facts,
            ..Shown::default()
        })
    }

    fn carry_out(&self, desk: &Desk, order: &Order, acting: &Acting) -> Result<(), OfficeError> {
        let permit = desk.permit::<RegisterResident>()?;
        let (store, person) = (desk.store(), self.person);
        let (from, until, seen) = (order.from, order.expires_on, order.seen);
        match &order.what {
            What::Terms(terms) => {
                nonresident::set_terms(store, &permit, acting, person, from, until, terms, seen)
            }
            What::Former {
                postal_code,
                address,
                building,
            } => {
                let place = (postal_code.as_str(), address.as_str(), building.as_str());
                nonresident::of_former_resident(
                    store, &permit, acting, person, from, until, place, seen,
                )
            }
        }
    }

    fn done(&self, _: i64) -> String {
        format!("/people/{}", self.person)
    }

    fn field_of(&self, label: &str) -> String {
        match label {
            "住外期限" => "expires_on",
            "宛名番号" => "from",
            "住所" => "address",
            "郵便番号" => "postal_code",
            "方書" => "building",
            _ => "",
        }
        .to_owned()
    }

    fn back(&self) -> String {
        format!("/people/{}", self.person)
    }
}
