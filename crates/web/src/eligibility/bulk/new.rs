//! 一括処理の試行と確定 — every line before and after, counted, and confirmed as it was shown.

use super::{KINDS, said};
use crate::answer;
use crate::change::{self, About, Blank, Change, Shown};
use crate::desk::{Desk, Posted};
use crate::fields::{Fields, note};
use crate::view::FieldError;
use crate::view::cards::{Card, Cell, Note, Table};
use crate::view::entry::{Choice, Field, Form, Input};
use crate::view::format::{count, day_ja};
use crate::view::layout::Tone;
use axum::extract::{Path, Query};
use axum::response::Response;
use db::Conn;
use office::eligibility::bulk::{self, Change as Wish, Line, NumberRule};
use office::eligibility::status::facility;
use office::security::permit::RunEligibility;
use office::{Acting, OfficeError};

/// So many lines are shown at once.
const MOST: usize = 200;

/// So much that is wrong with a table is said at once.
const MOST_WRONG: usize = 30;

/// A change to be tried and confirmed.
pub struct New(&'static str);

fn kind_of(code: &str) -> Option<&'static str> {
    KINDS.iter().find(|row| row.0 == code).map(|row| row.0)
}

/// The form.
pub async fn page(
    desk: Desk,
    Path(kind): Path<String>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Response {
    match kind_of(&kind) {
        Some(kind) => change::open(desk, New(kind), asked).await,
        None => {
            desk.answer(|desk| answer::not_found(desk, "この一括処理"))
                .await
        }
    }
}

/// What was typed.
pub async fn send(Path(kind): Path<String>, posted: Posted) -> Response {
    match kind_of(&kind) {
        Some(kind) => change::send(posted, New(kind)).await,
        None => {
            posted
                .desk
                .answer(|desk| answer::not_found(desk, "この一括処理"))
                .await
        }
    }
}

impl New {
    fn own(
        &self,
        desk: &Desk,
        conn: &mut Conn,
        fields: &Fields,
    ) -> Result<Vec<Field>, OfficeError> {
        let text =
            |name: &str, label: &str| Field::new(Input::Text, name, label, fields.text(name));
        Ok(match self.0 {
            "town" => vec![
                text("old", "変更前の町名")
                    .hint("住所の頭からそのとおりに（都道府県・市区町村から）")
                    .wide()
                    .first(),
                text("new", "変更後の町名").wide(),
                text("postal_code", "変更後の郵便番号").hint("変わらないときは空欄"),
            ],
            "symbol" => vec![
                text("old", "変更前の記号").first(),
                text("new", "変更後の記号"),
            ],
            "prefix" => vec![
                text("old", "記号").first(),
                text("new", "番号の頭に付けるもの"),
            ],
            "towns" => table_fields(&bulk::TOWN_HEADING, fields),
            "numbers" => table_fields(&bulk::NUMBER_HEADING, fields),
            _ => facility_fields(desk, conn, fields)?,
        })
    }
}

fn table_fields(heading: &[&str], fields: &Fields) -> Vec<Field> {
    let hint = format!("1行目は見出し: {}", heading.join(","));
    vec![
        Field::new(Input::File, "list_file", "一覧のファイル（CSV）", "")
            .hint(&hint)
            .wide()
            .first(),
        Field::new(Input::Area, "list", "または一覧", fields.exact("list"))
            .hint("表計算の表をそのまま貼り付けられます。直すときもここで直します")
            .wide(),
    ]
}

/// The rows of a table, or what is wrong with each, all of it.
fn table(
    kind: &str,
    conn: &mut Conn,
    (fields, on): (&Fields, law::Date),
    errors: &mut Vec<FieldError>,
) -> Result<Option<Wish>, OfficeError> {
    let refused = fields.text("list_file_wrong");
    if !refused.is_empty() {
        note(errors, "list_file", &format!("一覧のファイル: {refused}"));
        return Ok(None);
    }
    let text = fields.exact("list");
    let read = if kind == "towns" {
        bulk::towns(text).map(|rows| Wish::TownTable { rows, on })
    } else {
        bulk::numbers(text).map(|rows| Wish::NumberTable { rows, on })
    };
    let (wish, wrong) = match read {
        Ok(wish) => {
            let wrong = bulk::against_register(conn, &wish)?;
            (Some(wish), wrong)
        }
        Err(wrong) => (None, wrong),
    };
    for one in wrong.iter().take(MOST_WRONG) {
        note(errors, "list", &one.message_ja());
    }
    if wrong.len() > MOST_WRONG {
        let more = wrong.len() - MOST_WRONG;
        note(errors, "list", &format!("ほかに{more}か所あります"));
    }
    Ok(wish.filter(|_| wrong.is_empty()))
}

fn facility_fields(
    desk: &Desk,
    conn: &mut Conn,
    fields: &Fields,
) -> Result<Vec<Field>, OfficeError> {
    let all = facility::list(conn, desk.business_date())?;
    let picked = fields
        .text("facility")
        .split(' ')
        .next()
        .unwrap_or("")
        .parse::<i64>();
    let standing = all
        .iter()
        .find(|one| picked.as_ref().is_ok_and(|id| *id == one.0))
        .map(|one| one.1.clone());
    let choices: Vec<Choice> = all
        .into_iter()
        .map(|(id, one)| (id.to_string(), format!("{} {}", one.name, one.address)))
        .collect();
    let value = |name: &str, kept: fn(&office::eligibility::status::Facility) -> &String| {
        if fields.has(name) {
            return fields.text(name).to_owned();
        }
        standing
            .as_ref()
            .map_or_else(String::new, |one| kept(one).clone())
    };
    let text = |name: &str, label: &str, value: &str| Field::new(Input::Text, name, label, value);
    Ok(vec![
        Field::new(
            Input::Code(choices),
            "facility",
            "施設",
            fields.text("facility"),
        )
        .wide()
        .first(),
        text("name", "変更後の施設名", &value("name", |one| &one.name)).wide(),
        text(
            "municipality",
            "変更後の市区町村コード",
            &value("municipality", |one| &one.municipality),
        ),
        text(
            "postal_code",
            "変更後の郵便番号",
            &value("postal_code", |one| &one.postal_code),
        ),
        text(
            "address",
            "変更後の所在地",
            &value("address", |one| &one.address),
        )
        .wide(),
    ])
}

impl Change for New {
    type Order = Wish;

    fn title(&self) -> String {
        KINDS
            .iter()
            .find(|row| row.0 == self.0)
            .map_or("", |row| row.1)
            .to_owned()
    }

    fn about(&self) -> About {
        About::default()
    }

    fn allow(&self, desk: &Desk) -> Result<(), OfficeError> {
        desk.permit::<RunEligibility>().map(|_| ())
    }

    fn blank(&self, desk: &Desk, conn: &mut Conn, fields: &Fields) -> Result<Blank, OfficeError> {
        let today = desk.business_date();
        let on = fields.text("on").to_owned();
        let on = law::era::date_input(&on, today).map_or(on, day_ja);
        let mut all = self.own(desk, conn, fields)?;
        all.push(Field::new(Input::Day, "on", "いつから", &on));
        Ok(Blank {
            form: Form::post(&format!("/bulk/{}", self.0)).fields(all),
            ..Blank::default()
        })
    }

    fn read(
        &self,
        desk: &Desk,
        conn: &mut Conn,
        fields: &Fields,
        errors: &mut Vec<FieldError>,
    ) -> Result<Option<Wish>, OfficeError> {
        let Some(on) = fields.required_day("on", "いつから", desk.business_date(), errors)
        else {
            return Ok(None);
        };
        if ["towns", "numbers"].contains(&self.0) {
            return table(self.0, conn, (fields, on), errors);
        }
        let text = |name: &str| fields.text(name).to_owned();
        Ok(Some(match self.0 {
            "town" => Wish::Town {
                old: text("old"),
                new: text("new"),
                postal_code: Some(text("postal_code").replace('-', ""))
                    .filter(|code| !code.is_empty()),
                on,
            },
            "symbol" => Wish::Numbers {
                rule: NumberRule::Symbol {
                    old: text("old"),
                    new: text("new"),
                },
                on,
            },
            "prefix" => Wish::Numbers {
                rule: NumberRule::Prefix {
                    symbol: text("old"),
                    prefix: text("new"),
                },
                on,
            },
            _ => {
                let typed = fields.text("facility");
                let number = typed.split([' ', '\u{3000}']).next().unwrap_or("");
                let Ok(facility_id) = number.parse::<i64>() else {
                    note(errors, "facility", "施設: 一覧から番号で選んでください");
                    return Ok(None);
                };
                Wish::Facility {
                    facility_id,
                    name: text("name"),
                    municipality: text("municipality"),
                    postal_code: text("postal_code").replace('-', ""),
                    address: text("address"),
                    on,
                }
            }
        }))
    }

    fn show(&self, desk: &Desk, wish: &Wish) -> Result<Shown, OfficeError> {
        let permit = desk.permit::<RunEligibility>()?;
        let lines = bulk::dry_run(desk.store(), &permit, wish)?;
        if lines.is_empty() {
            return Err(law::Refusal::new(
                "web.bulk.nothing",
                "該当するものがありません。変更前の内容といつからかを確かめてください".to_owned(),
            )
            .into());
        }
        let held = lines.iter().filter(|line| line.held.is_some()).count();
        let number = |count_of: usize| i64::try_from(count_of).unwrap_or(i64::MAX);
        let total = number(lines.len());
        let mut shown = Shown {
            facts: vec![
                ("処理".to_owned(), wish.label_ja().to_owned()),
                ("内容".to_owned(), said(wish)),
                ("いつから".to_owned(), day_ja(wish.on())),
                ("対象".to_owned(), format!("{}件", count(total))),
                (
                    "うち変更する".to_owned(),
                    format!("{}件", count(total - number(held))),
                ),
                (
                    "うち処理待ちに載せる".to_owned(),
                    format!("{}件", count(number(held))),
                ),
            ],
            // Every line counts for the confirmation, also those beyond the page.
            mark: lines
                .iter()
                .map(|line| format!("{}/{}/{}", line.subject, line.before, line.after))
                .collect::<Vec<_>>()
                .join("\n"),
            ..Shown::default()
        };
        if bulk::needs_second(wish, total) {
            shown.notes.push(Note::new(
                Tone::Warn,
                "別の職員の承認が要ります",
                vec![
                    "確定しても、承認されるまで何も変わりません。承認の後に、一覧から実行してください。"
                        .to_owned(),
                ],
            ));
        }
        shown.cards.push(trial(wish, &lines));
        Ok(shown)
    }

    fn carry_out(&self, desk: &Desk, wish: &Wish, acting: &Acting) -> Result<(), OfficeError> {
        let permit = desk.permit::<RunEligibility>()?;
        bulk::confirm(desk.store(), &permit, acting, wish)?;
        Ok(())
    }

    fn done(&self, _: i64) -> String {
        "/bulk".to_owned()
    }

    fn field_of(&self, label: &str) -> String {
        match label {
            "施設" => "name",
            "町名" | "記号" => "new",
            "番号" => "new",
            "一覧" => "list",
            _ => "",
        }
        .to_owned()
    }

    fn back(&self) -> String {
        "/bulk".to_owned()
    }

    fn verb(&self) -> &'static str {
        "この一覧で確定する"
    }
}

fn trial(wish: &Wish, lines: &[Line]) -> Card {
    // A row that leads to somebody shows nothing to whoever may not open them.
    let page = match wish {
        Wish::Town { .. } | Wish::TownTable { .. } => "people",
        Wish::Numbers { .. } | Wish::NumberTable { .. } => "households",
        Wish::Facility { .. } => "facilities",
    };
    let mut table = Table::new("試行の一覧", &["#番号", "変更前", "変更後", "扱い"]);
    for line in lines.iter().take(MOST) {
        table.row(vec![
            Cell::link(
                &line.subject.to_string(),
                &format!("/{page}/{}", line.subject),
            ),
            line.before.as_str().into(),
            line.after.as_str().into(),
            match &line.held {
                None => Cell::badge("変更する", Tone::Good),
                Some(why) => Cell {
                    small: why.clone(),
                    ..Cell::badge("処理待ちに載せる", Tone::Warn)
                },
            },
        ]);
    }
    let mut card = Card::new("試行の一覧", "w12").with_table(table, "");
    if lines.len() > MOST {
        card.beside = format!("はじめの{MOST}件");
    }
    card
}
