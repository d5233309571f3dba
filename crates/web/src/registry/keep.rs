//! 連絡先・送付先・口座・代表者の登録 — what is kept beside a person, each for a time; a 送付先 waits for a second person.

use super::keep_fields::{read_special, special};
use crate::answer;
use crate::change::{self, About, Blank, Change, Shown};
use crate::desk::{Desk, Posted};
use crate::fields::Fields;
use crate::registry::names;
use crate::view::FieldError;
use crate::view::cards::Note;
use crate::view::entry::{Field, Form, Input};
use crate::view::format::day_ja;
use crate::view::layout::Tone;
use axum::extract::{Path, Query};
use axum::response::Response;
use db::{Conn, Span};
use office::registry::account::{self, Account, AccountUse};
use office::registry::contact::{self, Contact};
use office::registry::destination::{self, Destination, Use};
use office::registry::representative::{self, Representative, Standing};
use office::registry::slot;
use office::security::permit::RegisterContact;
use office::{Acting, OfficeError};

/// What is kept.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// 連絡先.
    Contact,
    /// 送付先.
    Destination,
    /// 口座.
    Account,
    /// 代表相続人・納税管理人.
    Representative,
}

impl What {
    /// Every kind: its place in the address, its title.
    pub const ALL: [(Self, &'static str, &'static str); 4] = [
        (Self::Contact, "contact", "連絡先の登録"),
        (Self::Destination, "destination", "送付先の登録"),
        (Self::Account, "account", "口座の登録"),
        (
            Self::Representative,
            "representative",
            "代表相続人・納税管理人の登録",
        ),
    ];

    fn of(code: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(_, known, _)| *known == code)
            .map(|(what, ..)| *what)
    }

    fn row(self) -> (&'static str, &'static str) {
        Self::ALL
            .iter()
            .find(|(what, ..)| *what == self)
            .map_or(("", ""), |(_, code, title)| (code, title))
    }
}

/// One registration for one person.
pub struct Keep {
    person: i64,
    what: What,
}

/// What is registered.
pub enum Kept {
    /// 連絡先 and its kind.
    Contact(&'static str, Contact),
    /// 送付先 and what it is for.
    Destination(String, String, Destination),
    /// 口座 and its use.
    Account(AccountUse, Account),
    /// 代表者 and what it stands as.
    Representative(Standing, Representative),
}

/// With its days and the version it was seen on.
pub struct Order {
    kept: Kept,
    span: Span,
    seen: i64,
    said: Vec<(String, String)>,
}

/// The form.
pub async fn page(
    desk: Desk,
    Path((person, what)): Path<(i64, String)>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Response {
    match What::of(&what) {
        Some(what) => change::open(desk, Keep { person, what }, asked).await,
        None => {
            desk.answer(|desk| answer::not_found(desk, "この登録"))
                .await
        }
    }
}

/// What was typed.
pub async fn send(Path((person, what)): Path<(i64, String)>, posted: Posted) -> Response {
    match What::of(&what) {
        Some(what) => change::send(posted, Keep { person, what }).await,
        None => {
            posted
                .desk
                .answer(|desk| answer::not_found(desk, "この登録"))
                .await
        }
    }
}

impl Change for Keep {
    type Order = Order;

    fn title(&self) -> String {
        self.what.row().1.to_owned()
    }

    fn about(&self) -> About {
        About {
            person: Some(self.person),
            ..About::default()
        }
    }

    fn allow(&self, desk: &Desk) -> Result<(), OfficeError> {
        desk.permit::<RegisterContact>().map(|_| ())
    }

    fn blank(&self, desk: &Desk, conn: &mut Conn, fields: &Fields) -> Result<Blank, OfficeError> {
        let today = desk.business_date();
        let names = names::people(conn, today, [self.person])?;
        let written = |name: &str| fields.day_written(name, today);
        let from = if fields.has("from") {
            written("from")
        } else {
            day_ja(today)
        };
        let version = if fields.has("version") {
            fields.text("version").to_owned()
        } else {
            slot::version(conn, self.person)?.to_string()
        };
        let title = format!("{}（宛名番号{}）", names.person(self.person), self.person);
        let form = Form::post(&format!(
            "/people/{}/keep/{}",
            self.person,
            self.what.row().0
        ))
        .section(&title, special(self.what, fields))
        .fields(vec![
            Field::new(Input::Day, "from", "いつから", &from),
            Field::new(Input::Day, "until", "いつまで", &written("until"))
                .hint("決まっていなければ空欄"),
        ])
        .hide("version", &version);
        Ok(Blank {
            form,
            ..Blank::default()
        })
    }

    fn read(
        &self,
        desk: &Desk,
        _: &mut Conn,
        fields: &Fields,
        errors: &mut Vec<FieldError>,
    ) -> Result<Option<Order>, OfficeError> {
        let today = desk.business_date();
        let from = fields.required_day("from", "いつから", today, errors);
        let until = fields.day("until", "いつまで", today, errors);
        let special = read_special(self.what, fields, errors);
        let (Some(from), Some((kept, mut said))) = (from, special) else {
            return Ok(None);
        };
        let until_ja = until.map_or_else(|| "定めなし".to_owned(), day_ja);
        said.push((
            "期間".to_owned(),
            format!("{}から {until_ja}", day_ja(from)),
        ));
        Ok(Some(Order {
            kept,
            span: Span::new(from, until.map(law::date::next_day)),
            seen: fields.text("version").parse().unwrap_or(0),
            said,
        }))
    }

    fn show(&self, _: &Desk, order: &Order) -> Result<Shown, OfficeError> {
        let notes = match order.kept {
            Kept::Destination(..) => vec![Note::new(
                Tone::Warn,
                "別の職員の確認が要ります",
                vec!["登録しても、確認されるまで書類は今までの宛先へ送られます。".to_owned()],
            )],
            _ => Vec::new(),
        };
        Ok(Shown {
            facts: order.said.clone(),
            notes,
            ..Shown::default()
        })
    }

    fn carry_out(&self, desk: &Desk, order: &Order, acting: &Acting) -> Result<(), OfficeError> {
        let permit = desk.permit::<RegisterContact>()?;
        let (store, person) = (desk.store(), self.person);
        let (span, seen) = (order.span, order.seen);
        match &order.kept {
            Kept::Contact(kind, new) => {
                contact::register(store, &permit, acting, person, kind, span, new, seen)?;
            }
            Kept::Destination(scheme, document, new) => {
                let place = Use {
                    person_id: person,
                    scheme: scheme.clone(),
                    document: document.clone(),
                    from: span.from,
                    until: span.until,
                };
                destination::propose(store, &permit, acting, &place, new, seen)?;
            }
            Kept::Account(purpose, new) => {
                account::register(store, &permit, acting, person, *purpose, span, new, seen)?;
            }
            Kept::Representative(standing, new) => {
                representative::register(
                    store, &permit, acting, person, *standing, span, new, seen,
                )?;
            }
        }
        Ok(())
    }

    fn done(&self, _: i64) -> String {
        format!("/people/{}", self.person)
    }

    fn field_of(&self, label: &str) -> String {
        match label {
            "連絡先の種類" => "kind",
            "連絡先" => "contact",
            "期限" => "until",
            "金融機関コード" => "bank",
            "支店コード" => "branch",
            "預金種目" => "account_kind",
            "口座番号" => "account_number",
            "口座名義人" => "holder_kana",
            "代表者の宛名番号" => "representative_id",
            "代表者の氏名" => "name",
            "代表者の住所" | "住所" => "address",
            "宛名" => "addressee",
            "郵便番号" => "postal_code",
            "本人との関係" => "relation",
            "根拠" => "ground",
            _ => "",
        }
        .to_owned()
    }

    fn back(&self) -> String {
        format!("/people/{}", self.person)
    }
}
