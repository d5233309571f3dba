//! 世帯の継続性 — a change of household looked at, and decided by another person where the rule leaves it open; 多数回該当 hangs on it.

use crate::change::{self, About, Blank, Change, Shown};
use crate::desk::{Desk, Posted};
use crate::eligibility::people::{self, Candidate};
use crate::fields::{Fields, half_width, note};
use crate::judgement::book;
use crate::view::FieldError;
use crate::view::cards::{Action, Card, Cell, Table};
use crate::view::entry::{Choice, Field, Form, Grid, Input};
use crate::view::format::day_ja;
use crate::view::layout::Tone;
use axum::extract::{Path, Query};
use axum::response::Response;
use db::Conn;
use law::Date;
use law::judgement::continuity::{self, Continuity, HouseholdChange, HouseholdState};
use office::judgement::benefit::frequent_in;
use office::judgement::continuity::{continuities, look_at};
use office::security::permit::{Function, Judge};
use office::{Acting, OfficeError};
use std::collections::BTreeSet;

/// A change of one household.
pub struct Look(i64);

/// The form.
pub async fn page(
    desk: Desk,
    Path(household): Path<i64>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Response {
    change::open(desk, Look(household), asked).await
}

/// What was typed.
pub async fn send(Path(household): Path<i64>, posted: Posted) -> Response {
    change::send(posted, Look(household)).await
}

fn result_ja(result: Continuity) -> &'static str {
    match result {
        Continuity::Continues => "継続する",
        Continuity::Broken => "継続しない",
    }
}

fn town_ja(town: &str) -> &str {
    if town.is_empty() {
        "市町村内"
    } else {
        town
    }
}

/// The changes of a household and the months of 高額療養費 that count, with the ways on.
///
/// # Errors
/// [`OfficeError`].
pub fn card(desk: &Desk, conn: &mut Conn, household: i64) -> Result<Card, OfficeError> {
    let may = desk.session().may(Judge::CODE);
    let mut table = Table::new(
        "世帯の継続性",
        &[
            "#番号",
            "異動日",
            "異動前の市町村",
            "判定の案",
            "理由",
            "結果",
        ],
    );
    for case in continuities(conn, household)? {
        let number = case.continuity_id;
        let result = match case.result {
            Some(Continuity::Continues) => Cell::badge("継続する", Tone::Good),
            Some(Continuity::Broken) => Cell::badge("継続しない", Tone::Plain),
            None => Cell::badge("決定待ち", Tone::Warn),
        };
        let row = table.row(vec![
            number.to_string().into(),
            day_ja(case.changed_on).into(),
            town_ja(&case.town).into(),
            result_ja(case.proposed).into(),
            case.reason.as_str().into(),
            result,
        ]);
        if may && case.needs_decision {
            let href = format!("/households/{household}/continuity/{number}");
            row.actions.push(Action::link("決定する", &href));
        }
    }
    let mut card = Card::new("世帯の継続性と多数回該当", "w12")
        .with_table(table, "世帯の継続性を判定した異動はありません。");
    if let Ok(found) = frequent_in(conn, &book(desk)?, household, desk.business_date()) {
        let months: Vec<String> = found.counted.iter().map(|month| day_ja(*month)).collect();
        card.fact("多数回該当", if found.holds { "該当" } else { "非該当" });
        card.fact("数えた支給月（初日）", months.join("、"));
    }
    if may {
        let href = format!("/households/{household}/continuity");
        card.actions
            .push(Action::link("世帯の異動の継続性を判定する", &href));
    }
    Ok(card)
}

/// Columns of the form: name, label.
const COLUMNS: [(&str, &str); 4] = [
    ("before", "異動前の被保険者"),
    ("after", "異動後の被保険者"),
    ("split", "世帯分離で出た人"),
    ("merged", "世帯合併で入った人"),
];

/// What was typed.
pub struct Typed {
    town: String,
    changed_on: Date,
    change: HouseholdChange,
}

impl Look {
    fn people(&self, desk: &Desk, conn: &mut Conn) -> Result<Vec<Candidate>, OfficeError> {
        people::around_household(desk, conn, self.0)
    }
}

fn insured(one: &Candidate, household: i64) -> bool {
    one.household == Some(household)
}

impl Change for Look {
    type Order = Typed;

    fn title(&self) -> String {
        "世帯の異動の継続性の判定".to_owned()
    }

    fn about(&self) -> About {
        About {
            household: Some(self.0),
            person: None,
            tab: "judgement",
        }
    }

    fn allow(&self, desk: &Desk) -> Result<(), OfficeError> {
        desk.permit::<Judge>().map(|_| ())
    }

    fn blank(&self, desk: &Desk, conn: &mut Conn, fields: &Fields) -> Result<Blank, OfficeError> {
        let today = desk.business_date();
        let all = self.people(desk, conn)?;
        let typed = fields.has("changed_on");
        let text = fields.text("changed_on").to_owned();
        let changed = law::era::date_input(&text, today).map_or(text, day_ja);
        let mut heads: Vec<Choice> = vec![(String::new(), "一覧にない人".to_owned())];
        heads.extend(
            all.iter()
                .map(|one| (one.id().to_string(), one.name.clone())),
        );
        let rows = all
            .iter()
            .map(|one| {
                let cells = COLUMNS.map(|(column, label)| {
                    let name = format!("{column}_{}", one.id());
                    let usual = column == "before" || column == "after";
                    let ticked = if typed {
                        fields.has(&name)
                    } else {
                        usual && insured(one, self.0)
                    };
                    let label = format!("{} {label}", one.name);
                    let value = if ticked { "1" } else { "" };
                    Field::new(Input::Check, &name, &label, value)
                });
                (one.described(today), cells.to_vec())
            })
            .collect();
        let mut columns = vec!["人".to_owned()];
        columns.extend(COLUMNS.map(|(_, label)| label.to_owned()));
        let grid = Grid {
            caption: "世帯の構成".to_owned(),
            columns,
            rows,
        };
        let head = |name: &str, label: &str| {
            Field::new(Input::Choice(heads.clone()), name, label, fields.text(name))
        };
        Ok(Blank {
            form: Form::post(&format!("/households/{}/continuity", self.0))
                .fields(vec![
                    Field::new(Input::Day, "changed_on", "異動日", &changed).first(),
                    Field::new(
                        Input::Text,
                        "town",
                        "異動前の市町村コード",
                        fields.text("town"),
                    )
                    .hint("6桁。市町村内の異動は空欄"),
                    head("head_before", "異動前の世帯主"),
                    head("head_after", "異動後の世帯主"),
                ])
                .grid("世帯の構成", grid),
            ..Blank::default()
        })
    }

    fn read(
        &self,
        desk: &Desk,
        conn: &mut Conn,
        fields: &Fields,
        errors: &mut Vec<FieldError>,
    ) -> Result<Option<Typed>, OfficeError> {
        let changed_on = fields.required_day("changed_on", "異動日", desk.business_date(), errors);
        let town = half_width(fields.text("town"));
        let code = town.len() == 6 && town.bytes().all(|byte| byte.is_ascii_digit());
        if !town.is_empty() && !code {
            note(
                errors,
                "town",
                "異動前の市町村コード: 6桁の数字で入力してください",
            );
        }
        let head = |name: &str| fields.text(name).parse::<i64>().unwrap_or(0);
        if head("head_after") == 0 {
            note(
                errors,
                "head_after",
                "異動後の世帯主: 一覧から選んでください",
            );
        }
        let ids: Vec<i64> = self.people(desk, conn)?.iter().map(Candidate::id).collect();
        let ticked = |column: &str| -> BTreeSet<i64> {
            let all = ids.iter().copied();
            all.filter(|id| fields.has(&format!("{column}_{id}")))
                .collect()
        };
        let own = desk.app().config().municipality_code.clone();
        let change = HouseholdChange {
            before: HouseholdState {
                head: head("head_before"),
                members: ticked("before"),
            },
            after: HouseholdState {
                head: head("head_after"),
                members: ticked("after"),
            },
            same_prefecture: town.is_empty() || town.get(..2) == own.get(..2),
            split_off: ticked("split"),
            merged_in: ticked("merged"),
        };
        Ok(changed_on.map(|changed_on| Typed {
            town,
            changed_on,
            change,
        }))
    }

    fn show(&self, _: &Desk, typed: &Typed) -> Result<Shown, OfficeError> {
        let judged = continuity::judge(&typed.change);
        let mut card = Card::new("判定", "w6");
        let label = if judged.needs_decision {
            "判定の案"
        } else {
            "結果"
        };
        card.fact(label, result_ja(judged.proposed));
        card.fact("理由", judged.reason_ja);
        if judged.needs_decision {
            card.fact("このあと", "別の職員が決定するまで、数えません");
        }
        let count = |all: &BTreeSet<i64>| format!("{}人", all.len());
        Ok(Shown {
            facts: vec![
                ("異動日".to_owned(), day_ja(typed.changed_on)),
                ("異動前の市町村".to_owned(), town_ja(&typed.town).to_owned()),
                (
                    "異動前の被保険者".to_owned(),
                    count(&typed.change.before.members),
                ),
                (
                    "異動後の被保険者".to_owned(),
                    count(&typed.change.after.members),
                ),
                (
                    "世帯分離で出た人".to_owned(),
                    count(&typed.change.split_off),
                ),
                (
                    "世帯合併で入った人".to_owned(),
                    count(&typed.change.merged_in),
                ),
            ],
            cards: vec![card],
            mark: format!("{:?}", typed.change),
            ..Shown::default()
        })
    }

    fn carry_out(&self, desk: &Desk, typed: &Typed, acting: &Acting) -> Result<(), OfficeError> {
        let permit = desk.permit::<Judge>()?;
        let from = (typed.town.as_str(), typed.changed_on);
        look_at(desk.store(), &permit, acting, self.0, from, &typed.change)?;
        Ok(())
    }

    fn done(&self, _: i64) -> String {
        format!("/households/{}/judgement", self.0)
    }

    fn field_of(&self, _: &str) -> String {
        String::new()
    }

    fn back(&self) -> String {
        format!("/households/{}/judgement", self.0)
    }
}
