//! 資格の証明書 — what the register bears out, certified, numbered, kept as it was set; and the log of it.

use super::letters::papers;
use crate::answer;
use crate::change::{self, About, Blank, Change, Shown};
use crate::desk::{Desk, Posted};
use crate::fields::{Fields, note};
use crate::registry::codes::word;
use crate::registry::names;
use crate::view::FieldError;
use crate::view::cards::{Action, Card, CardsPage, Cell, Note, Table};
use crate::view::entry::{Choice, Field, Form, Input};
use crate::view::format::{count, day_ja};
use crate::view::layout::Tone;
use axum::extract::{Path, Query};
use axum::response::Response;
use db::Conn;
use office::eligibility::letters::desk::{check_opening_proof, paper_of_proof};
use office::eligibility::proof::{self, Content, Proof, ProofKind};
use office::security::permit::{Function, IssueCertificate};
use office::{Acting, OfficeError};

/// One 証明書 for one person.
pub struct Issue(i64);

/// What is asked for.
pub struct Order {
    kind: ProofKind,
    copies: i64,
    handed_to: String,
}

/// The form.
pub async fn page(
    desk: Desk,
    Path(person): Path<i64>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Response {
    change::open(desk, Issue(person), asked).await
}

/// What was typed.
pub async fn send(Path(person): Path<i64>, posted: Posted) -> Response {
    change::send(posted, Issue(person)).await
}

fn kinds() -> Vec<Choice> {
    (1..)
        .zip(ProofKind::ALL)
        .map(|(place, (_, _, title)): (i64, _)| (place.to_string(), title.to_owned()))
        .collect()
}

impl Change for Issue {
    type Order = Order;

    fn title(&self) -> String {
        "資格の証明書の交付".to_owned()
    }

    fn about(&self) -> About {
        About {
            person: Some(self.0),
            ..About::default()
        }
    }

    fn allow(&self, desk: &Desk) -> Result<(), OfficeError> {
        desk.permit::<IssueCertificate>().map(|_| ())
    }

    fn blank(&self, desk: &Desk, conn: &mut Conn, fields: &Fields) -> Result<Blank, OfficeError> {
        let names = names::people(conn, desk.business_date(), [self.0])?;
        let copies = if fields.has("copies") {
            fields.text("copies")
        } else {
            "1"
        };
        let form = Form::post(&format!("/people/{}/proof", self.0)).section(
            &format!("{}（宛名番号{}）", names.person(self.0), self.0),
            vec![
                Field::new(Input::Code(kinds()), "kind", "証明書", fields.text("kind")).first(),
                Field::new(Input::Text, "copies", "通数", copies),
                Field::new(Input::Text, "handed_to", "交付先", fields.text("handed_to"))
                    .hint("本人（窓口）、同じ世帯の人、代理人（委任状）、郵送 など")
                    .wide(),
            ],
        );
        let mut blank = Blank {
            form,
            ..Blank::default()
        };
        let mut table = issued_table();
        for one in proof::of_person(conn, self.0)? {
            issued_row(&mut table, &one, names.person(self.0).into());
        }
        if !table.rows.is_empty() {
            blank
                .cards
                .push(Card::new("これまでの交付", "w12").with_table(table, ""));
        }
        Ok(blank)
    }

    fn read(
        &self,
        _: &Desk,
        _: &mut Conn,
        fields: &Fields,
        errors: &mut Vec<FieldError>,
    ) -> Result<Option<Order>, OfficeError> {
        let kind = fields.code("kind", "証明書", &kinds(), errors);
        let copies = fields.text("copies").parse::<i64>().ok();
        if copies.is_none() {
            note(errors, "copies", "通数: 数字で入力してください");
        }
        let kind = kind.and_then(|(code, _)| {
            let place = code.parse::<usize>().ok()?.checked_sub(1)?;
            ProofKind::ALL.get(place).map(|row| row.0)
        });
        Ok(kind.zip(copies).map(|(kind, copies)| Order {
            kind,
            copies,
            handed_to: fields.text("handed_to").to_owned(),
        }))
    }

    fn show(&self, desk: &Desk, order: &Order) -> Result<Shown, OfficeError> {
        proof::check(order.copies, &order.handed_to)?;
        let on = desk.business_date();
        let content = desk
            .store()
            .read(|conn| proof::certify(conn, order.kind, self.0, on))?;
        // What the printer would refuse is not worth a number.
        if let Some(papers) = &desk.app().office().eligibility_papers {
            (papers.proof)(&Proof::unnumbered(order.kind, self.0, on, content.clone()))?;
        }
        let mut shown = Shown {
            facts: vec![
                ("証明書".to_owned(), content.title.clone()),
                ("氏名".to_owned(), content.name.clone()),
                ("生年月日".to_owned(), content.birth_on.clone()),
                ("通数".to_owned(), format!("{}通", order.copies)),
                ("交付先".to_owned(), order.handed_to.clone()),
                ("証明番号".to_owned(), "交付のときに付きます".to_owned()),
            ],
            ..Shown::default()
        };
        if content.address.is_empty() {
            shown.notes.push(Note::new(
                Tone::Warn,
                "住所は載りません",
                vec!["支援措置の対象者です。証明書に住所を記載しません。".to_owned()],
            ));
        } else {
            let pair = ("住所".to_owned(), content.address.clone());
            shown.facts.push(pair);
        }
        shown.cards.push(periods(&content));
        Ok(shown)
    }

    fn carry_out(&self, desk: &Desk, order: &Order, acting: &Acting) -> Result<(), OfficeError> {
        let permit = desk.permit::<IssueCertificate>()?;
        let papers = desk.app().office().eligibility_papers.clone();
        let set = |one: &Proof| {
            papers
                .as_ref()
                .map(|papers| (papers.proof)(one))
                .transpose()
        };
        let wish = (order.copies, order.handed_to.as_str());
        proof::issue_set(
            desk.store(),
            &permit,
            acting,
            (order.kind, self.0),
            wish,
            &set,
        )?;
        Ok(())
    }

    fn done(&self, act: i64) -> String {
        format!("/proofs?act={act}")
    }

    fn field_of(&self, label: &str) -> String {
        match label {
            "通数" => "copies",
            "交付先" => "handed_to",
            _ => "",
        }
        .to_owned()
    }

    fn back(&self) -> String {
        format!("/people/{}", self.0)
    }

    fn verb(&self) -> &'static str {
        "証明書を交付する"
    }
}

fn periods(content: &Content) -> Card {
    let mut table = Table::new(
        "証明する期間",
        &["記号番号", "#枝番", "適用開始", "資格喪失", "喪失の事由"],
    );
    for one in &content.periods {
        table.row(vec![
            one.number.as_str().into(),
            format!("{:02}", one.branch).into(),
            day_ja(one.from).into(),
            one.until.map_or_else(|| "加入中".to_owned(), day_ja).into(),
            word("loss_cause", &one.loss_cause).into(),
        ]);
    }
    Card::new("証明する期間", "w12").with_table(table, "")
}

fn issued_table() -> Table {
    Table::new(
        "証明書の交付",
        &["証明番号", "証明書", "人", "証明日", "#通数", "交付先"],
    )
}

fn issued_row(table: &mut Table, one: &Proof, person: Cell) {
    let title = ProofKind::ALL
        .iter()
        .find(|row| row.1 == one.kind)
        .map_or("", |row| row.2);
    let row = table.row(vec![
        format!("{}-{}", one.fiscal_year, one.proof_no).into(),
        title.into(),
        person,
        day_ja(one.issued_on).into(),
        count(one.copies).into(),
        one.handed_to.as_str().into(),
    ]);
    row.actions.push(Action::link(
        "PDF",
        &format!("/proofs/{}/{}/paper", one.fiscal_year, one.proof_no),
    ));
}

/// 交付簿.
pub async fn log(desk: Desk, Query(asked): Query<Vec<(String, String)>>) -> Response {
    desk.answer(move |desk| {
        desk.permit::<IssueCertificate>()?;
        desk.record(IssueCertificate::CODE, None)?;
        let asked = Fields::new(asked);
        let today = desk.business_date();
        let mut errors = Vec::new();
        let first = today.first_of_month();
        let from = asked
            .day("from", "から", today, &mut errors)
            .unwrap_or(first);
        let to = asked.day("to", "まで", today, &mut errors).unwrap_or(today);
        let mut layout = desk.layout("証明書の交付簿");
        layout.errors = errors;
        let act = asked.text("act").parse::<i64>().ok();
        let mut page = CardsPage::new(layout, "資格の証明書の交付簿");
        desk.store().read(|conn| {
            let all = proof::log(conn, from, to)?;
            let names = names::people(conn, today, all.iter().map(|one| one.person_id))?;
            if let Some(one) = all.iter().find(|one| Some(one.act_id) == act) {
                page.notes.push(Note::new(
                    Tone::Good,
                    "交付しました",
                    vec![format!(
                        "{} 証明番号 {}-{}。下の表のPDFを印刷して渡してください。",
                        one.content.title, one.fiscal_year, one.proof_no
                    )],
                ));
            }
            let mut table = issued_table();
            for one in all.iter().rev() {
                let href = format!("/people/{}", one.person_id);
                let person = Cell::link(&names.person(one.person_id), &href);
                issued_row(&mut table, one, person);
            }
            let mut card = Card::new("交付簿", "w12").with_table(table, "交付はありません。");
            card.form = Some(
                Form::get("/proofs")
                    .fields(vec![
                        Field::new(Input::Day, "from", "から", &day_ja(from)),
                        Field::new(Input::Day, "to", "まで", &day_ja(to)),
                    ])
                    .button("表示", "", ""),
            );
            page.cards.push(card);
            Ok::<_, OfficeError>(())
        })?;
        answer::page(&page)
    })
    .await
}

/// The PDF of a 証明書, as it was set.
pub async fn paper(desk: Desk, Path((year, number)): Path<(i64, i64)>) -> Response {
    desk.answer(move |desk| {
        desk.permit::<IssueCertificate>()?;
        desk.record(IssueCertificate::CODE, None)?;
        let body = desk.store().read(|conn| {
            check_opening_proof(conn, (year, number), desk.business_date())?;
            paper_of_proof(conn, (year, number))
        })?;
        let Some(body) = body else {
            return answer::not_found(desk, "この証明書の印刷");
        };
        let bytes = (papers(desk)?.render)(&[body])?;
        Ok(answer::pdf(&format!("proof-{year}-{number}"), bytes))
    })
    .await
}
