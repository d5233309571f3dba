//! 減免 — applied for at the counter, ruled by those who may, taken back where it is shown.

use crate::change::{self, About, Blank, Change, Shown};
use crate::desk::{Desk, Posted};
use crate::fields::{Fields, note};
use crate::view::FieldError;
use crate::view::cards::Note;
use crate::view::entry::{Choice, Field, Form, Input};
use crate::view::format::{day_ja, year_ja};
use crate::view::layout::Tone;
use axum::extract::{Path, Query};
use axum::response::Response;
use db::Conn;
use law::levy::relief::{Relief, ReliefBase, ReliefSize};
use law::rules::practice::ReliefShareOf;
use law::rules::{ReliefReason, ReliefRules};
use law::{FiscalYear, Months, Rounding, Yen};
use office::levy::YearRules;
use office::levy::relief::{self, Application, Ruled};
use office::security::permit::{GrantRelief, RegisterFact};
use office::{Acting, OfficeError};

/// Months of a fiscal year as they are called, in order.
const MONTHS: [i64; 12] = [4, 5, 6, 7, 8, 9, 10, 11, 12, 1, 2, 3];

/// The reasons the ordinance of a year knows, by application.
fn reasons(rules: &YearRules) -> Vec<(&ReliefRules, Choice)> {
    rules
        .reliefs
        .iter()
        .filter(|one| one.reason != ReliefReason::FormerDependant)
        .zip(1..)
        .map(|(one, number)| (one, (format!("{number:02}"), one.name_ja.clone())))
        .collect()
}

fn years(desk: &Desk) -> Vec<FiscalYear> {
    desk.app()
        .office()
        .rules
        .iter()
        .map(YearRules::year)
        .collect()
}

fn missing(what: &str) -> OfficeError {
    law::Refusal::new(
        "web.relief.missing",
        format!("{what}はありません。世帯の画面から開いてください"),
    )
    .into()
}

/// 減免申請の受理.
pub struct Apply {
    household: i64,
}

/// The form of an application.
pub async fn apply_page(
    desk: Desk,
    Path(household): Path<i64>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Response {
    change::open(desk, Apply { household }, asked).await
}

/// An application.
pub async fn apply(Path(household): Path<i64>, posted: Posted) -> Response {
    change::send(posted, Apply { household }).await
}

/// What is applied for.
pub struct Wish {
    year: FiscalYear,
    reason: ReliefReason,
    name: String,
    grounds: String,
}

impl Change for Apply {
    type Order = Wish;

    fn title(&self) -> String {
        "減免申請の受理".to_owned()
    }

    fn about(&self) -> About {
        About {
            household: Some(self.household),
            person: None,
            tab: "tasks",
        }
    }

    fn allow(&self, desk: &Desk) -> Result<(), OfficeError> {
        desk.permit::<RegisterFact>().map(|_| ())
    }

    fn blank(&self, desk: &Desk, _: &mut Conn, fields: &Fields) -> Result<Blank, OfficeError> {
        let year = fields
            .text("year")
            .parse::<i16>()
            .map_or_else(|_| desk.usual_year(), FiscalYear);
        let known: Vec<Choice> = reasons(desk.rules(year)?)
            .into_iter()
            .map(|(_, choice)| choice)
            .collect();
        let notes = if known.is_empty() {
            vec![Note::new(
                Tone::Warn,
                "",
                vec![format!(
                    "{}の規則に、申請による減免の定めがありません。",
                    year_ja(year)
                )],
            )]
        } else {
            Vec::new()
        };
        let form = Form::post(&format!("/households/{}/relief", self.household)).fields(vec![
            Field::new(
                Input::Choice(desk.years()),
                "year",
                "相当年度",
                &year.0.to_string(),
            ),
            Field::new(Input::Code(known), "reason", "事由", fields.text("reason")).first(),
            Field::new(
                Input::Area,
                "grounds",
                "申請の理由（申請者の言葉で）",
                fields.text("grounds"),
            )
            .wide(),
        ]);
        Ok(Blank {
            form,
            notes,
            ..Blank::default()
        })
    }

    fn read(
        &self,
        desk: &Desk,
        _: &mut Conn,
        fields: &Fields,
        errors: &mut Vec<FieldError>,
    ) -> Result<Option<Wish>, OfficeError> {
        let Some(year) = fields.year("year", &years(desk), errors) else {
            return Ok(None);
        };
        let known = reasons(desk.rules(year)?);
        let list: Vec<Choice> = known.iter().map(|(_, choice)| choice.clone()).collect();
        let Some((code, name)) = fields.code("reason", "事由", &list, errors) else {
            return Ok(None);
        };
        let reason = known
            .iter()
            .find(|(_, (known, _))| *known == code)
            .map(|(rules, _)| rules.reason);
        Ok(reason.map(|reason| Wish {
            year,
            reason,
            name,
            grounds: fields.text("grounds").to_owned(),
        }))
    }

    fn show(&self, _: &Desk, wish: &Wish) -> Result<Shown, OfficeError> {
        Ok(Shown {
            facts: vec![
                ("相当年度".to_owned(), year_ja(wish.year)),
                ("事由".to_owned(), wish.name.clone()),
                ("申請の理由".to_owned(), wish.grounds.clone()),
            ],
            notes: vec![Note::new(
                Tone::Info,
                "",
                vec!["受理だけでは金額は変わりません。決定は賦課担当が行います。".to_owned()],
            )],
            ..Shown::default()
        })
    }

    fn carry_out(&self, desk: &Desk, wish: &Wish, acting: &Acting) -> Result<(), OfficeError> {
        let permit = desk.permit::<RegisterFact>()?;
        relief::apply(
            desk.store(),
            &permit,
            acting,
            desk.rules(wish.year)?,
            self.household,
            wish.reason,
            &wish.grounds,
        )?;
        Ok(())
    }

    fn done(&self, act: i64) -> String {
        format!("/households/{}?done={act}", self.household)
    }

    fn field_of(&self, label: &str) -> String {
        match label {
            "申請の理由" => "grounds",
            _ => "",
        }
        .to_owned()
    }

    fn back(&self) -> String {
        format!("/households/{}/tasks", self.household)
    }
}

/// 減免の裁定.
pub struct Rule {
    household: i64,
    application: i64,
}

/// The form of a ruling.
pub async fn rule_page(
    desk: Desk,
    Path((household, application)): Path<(i64, i64)>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Response {
    let change = Rule {
        household,
        application,
    };
    change::open(desk, change, asked).await
}

/// A ruling.
pub async fn rule(Path((household, application)): Path<(i64, i64)>, posted: Posted) -> Response {
    let change = Rule {
        household,
        application,
    };
    change::send(posted, change).await
}

/// What is ruled.
pub enum Ruling {
    /// 決定.
    Grant(Box<Relief>, Vec<(String, String)>),
    /// 不承認, with its reason.
    Refuse(String),
    /// 取消, with its reason.
    Withdraw(String),
}

impl Rule {
    fn application(&self, conn: &mut Conn) -> Result<Application, OfficeError> {
        relief::of_household(conn, self.household)?
            .into_iter()
            .find(|one| one.application_id == self.application)
            .ok_or_else(|| missing("この減免申請"))
    }

    fn provision<'d>(
        desk: &'d Desk,
        application: &Application,
    ) -> Result<&'d ReliefRules, OfficeError> {
        desk.rules(application.levy_year)?
            .reliefs
            .iter()
            .find(|one| one.reason == application.reason)
            .ok_or_else(|| missing("この事由の減免の定め"))
    }
}

fn granted(application: &Application) -> bool {
    matches!(application.ruling, Some((Ruled::Granted, _, _)))
}

impl Change for Rule {
    type Order = Ruling;

    fn title(&self) -> String {
        format!("減免申請{}の裁定", self.application)
    }

    fn about(&self) -> About {
        About {
            household: Some(self.household),
            person: None,
            tab: "tasks",
        }
    }

    fn allow(&self, desk: &Desk) -> Result<(), OfficeError> {
        desk.permit::<GrantRelief>().map(|_| ())
    }

    fn blank(&self, desk: &Desk, conn: &mut Conn, fields: &Fields) -> Result<Blank, OfficeError> {
        let application = self.application(conn)?;
        let provision = Self::provision(desk, &application)?;
        let rules = desk.rules(application.levy_year)?;
        let rulings: Vec<Choice> = if granted(&application) {
            vec![("withdraw".to_owned(), "取り消す".to_owned())]
        } else {
            vec![
                ("grant".to_owned(), "減免を決定する".to_owned()),
                ("refuse".to_owned(), "承認しない".to_owned()),
            ]
        };
        let action = format!("/households/{}/relief/{}", self.household, self.application);
        let mut form = Form::post(&action).section(
            &format!(
                "{} {}（{}）",
                year_ja(application.levy_year),
                provision.name_ja,
                provision.clause
            ),
            vec![
                Field::new(
                    Input::Said,
                    "applied",
                    "申請",
                    &format!("{} {}", day_ja(application.applied_on), application.grounds),
                ),
                Field::new(
                    Input::Choice(rulings),
                    "ruling",
                    "裁定",
                    fields.text("ruling"),
                )
                .first(),
                Field::new(
                    Input::Text,
                    "reason",
                    "不承認・取消の理由",
                    fields.text("reason"),
                ),
            ],
        );
        if !granted(&application) {
            form = form
                .section("減免する額", size_fields(provision, fields))
                .section("対象の区分", component_ticks(rules, fields))
                .section("対象の月", month_ticks(fields));
        }
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
    ) -> Result<Option<Ruling>, OfficeError> {
        let reason = fields.text("reason").to_owned();
        match fields.text("ruling") {
            "refuse" => Ok(Some(Ruling::Refuse(reason))),
            "withdraw" if reason.is_empty() => {
                note(errors, "reason", "取消の理由: 理由を入力してください");
                Ok(None)
            }
            "withdraw" => Ok(Some(Ruling::Withdraw(reason))),
            "grant" => {
                let application = self.application(conn)?;
                let provision = Self::provision(desk, &application)?;
                let rules = desk.rules(application.levy_year)?;
                Ok(read_relief(rules, provision, fields, errors))
            }
            _ => {
                note(errors, "ruling", "裁定: 一覧から選んでください");
                Ok(None)
            }
        }
    }

    fn show(&self, desk: &Desk, ruling: &Ruling) -> Result<Shown, OfficeError> {
        let permit = desk.permit::<GrantRelief>()?;
        let books = change::books(desk);
        let acting = desk.acting("");
        let store = desk.store();
        let mut shown = Shown::default();
        match ruling {
            Ruling::Grant(granted, words) => {
                shown.facts.clone_from(words);
                let order = (self.application, granted.as_ref());
                shown.blocks =
                    relief::preview_grant(store, &books, &permit, &acting, order, |conn, all| {
                        change::blocks(desk, conn, all)
                    })?;
            }
            Ruling::Refuse(reason) => {
                shown.facts = vec![
                    ("裁定".to_owned(), "不承認".to_owned()),
                    ("理由（通知書に印字）".to_owned(), reason.clone()),
                ];
            }
            Ruling::Withdraw(reason) => {
                shown.facts = vec![
                    ("裁定".to_owned(), "減免の取消".to_owned()),
                    ("理由".to_owned(), reason.clone()),
                ];
                let order = (self.application, reason.as_str());
                shown.blocks = relief::preview_withdraw(
                    store,
                    &books,
                    &permit,
                    &acting,
                    order,
                    |conn, all| change::blocks(desk, conn, all),
                )?;
            }
        }
        Ok(shown)
    }

    fn carry_out(&self, desk: &Desk, ruling: &Ruling, acting: &Acting) -> Result<(), OfficeError> {
        let permit = desk.permit::<GrantRelief>()?;
        let (store, books) = (desk.store(), change::books(desk));
        let number = self.application;
        match ruling {
            Ruling::Grant(granted, _) => {
                relief::grant(store, &books, &permit, acting, number, granted)?;
            }
            Ruling::Refuse(reason) => relief::refuse(store, &permit, acting, number, reason)?,
            Ruling::Withdraw(reason) => {
                relief::withdraw(store, &books, &permit, acting, number, reason)?;
            }
        }
        Ok(())
    }

    fn done(&self, act: i64) -> String {
        format!("/households/{}?done={act}", self.household)
    }

    fn field_of(&self, label: &str) -> String {
        match label {
            "不承認の理由" => "reason",
            _ => "",
        }
        .to_owned()
    }

    fn back(&self) -> String {
        format!("/households/{}/tasks", self.household)
    }

    fn verb(&self) -> &'static str {
        "この内容で裁定する"
    }
}

fn bases() -> Vec<Choice> {
    [
        ("whole", "全額"),
        ("income", "所得割額"),
        ("per_capita", "均等割額"),
        ("per_capita_and_household", "均等割額と平等割額"),
    ]
    .map(|(code, label)| (code.to_owned(), label.to_owned()))
    .to_vec()
}

fn size_fields(provision: &ReliefRules, fields: &Fields) -> Vec<Field> {
    let hint = if provision.shares.is_empty() {
        format!("{}%まで", provision.most_percent)
    } else {
        let shares: Vec<String> = provision
            .shares
            .iter()
            .map(|share| format!("{}{}%", of_ja(share.of), share.percent))
            .collect();
        format!("定め: {}", shares.join("、"))
    };
    let mut all = vec![
        Field::new(
            Input::Choice(bases()),
            "base",
            "対象の額",
            fields.text("base"),
        ),
        Field::new(Input::Text, "percent", "割合（%）", fields.text("percent")).hint(&hint),
    ];
    if provision.shares.is_empty() {
        all.push(
            Field::new(
                Input::Yen,
                "amount",
                "または額（円・年額）",
                fields.text("amount"),
            )
            .hint("割合を入れたときは空欄"),
        );
    }
    all
}

fn of_ja(of: ReliefShareOf) -> &'static str {
    match of {
        ReliefShareOf::Whole => "全額の",
        ReliefShareOf::Income => "所得割の",
        ReliefShareOf::PerCapita => "均等割の",
        ReliefShareOf::PerHousehold => "平等割の",
    }
}

fn component_ticks(rules: &YearRules, fields: &Fields) -> Vec<Field> {
    let fresh = !fields.has("ruling");
    let names = rules.levy.components.iter().enumerate();
    names
        .map(|(index, component)| {
            let name = format!("component_{index}");
            let value = if fresh { "1" } else { fields.text(&name) };
            Field::new(Input::Check, &name, &component.name_ja, value)
        })
        .collect()
}

fn month_ticks(fields: &Fields) -> Vec<Field> {
    let fresh = !fields.has("ruling");
    MONTHS
        .iter()
        .map(|month| {
            let name = format!("month_{month}");
            let value = if fresh { "1" } else { fields.text(&name) };
            Field::new(Input::Check, &name, &format!("{month}月"), value)
        })
        .collect()
}

fn read_relief(
    rules: &YearRules,
    provision: &ReliefRules,
    fields: &Fields,
    errors: &mut Vec<FieldError>,
) -> Option<Ruling> {
    let components: Vec<usize> = (0..rules.levy.components.len())
        .filter(|index| fields.has(&format!("component_{index}")))
        .collect();
    let (mut months, mut month_names) = (Months::NONE, Vec::new());
    for (index, month) in (0_i32..).zip(MONTHS) {
        if fields.has(&format!("month_{month}")) {
            months = months.or(Months::between(index, index + 1));
            month_names.push(format!("{month}月"));
        }
    }
    if components.is_empty() {
        note(errors, "component_0", "対象の区分: 一つ以上選んでください");
    }
    if month_names.is_empty() {
        note(errors, "month_4", "対象の月: 一つ以上選んでください");
    }
    let amount = fields.yen("amount", "減免の額", errors);
    let size = match fields.text("percent") {
        "" if amount > Yen::ZERO => ReliefSize::Amount(amount),
        "" => {
            note(errors, "percent", "割合: 割合か額を入力してください");
            return None;
        }
        typed => match typed.trim_end_matches(['%', '％']).parse::<u8>() {
            Ok(percent @ 1..=100) => ReliefSize::Percent(percent),
            _ => {
                note(
                    errors,
                    "percent",
                    "割合: 1から100までの整数で入力してください",
                );
                return None;
            }
        },
    };
    let (code, base_ja) = bases()
        .into_iter()
        .find(|(code, _)| code == fields.text("base"))?;
    let base = match code.as_str() {
        "income" => ReliefBase::IncomePart,
        "per_capita" => ReliefBase::PerCapita,
        "per_capita_and_household" => ReliefBase::PerCapitaAndHousehold,
        _ => ReliefBase::Whole,
    };
    let names: Vec<&str> = components
        .iter()
        .filter_map(|index| rules.levy.components.get(*index))
        .map(|component| component.name_ja.as_str())
        .collect();
    let words = vec![
        ("裁定".to_owned(), "減免決定".to_owned()),
        ("事由".to_owned(), provision.name_ja.clone()),
        ("根拠".to_owned(), provision.clause.clone()),
        (
            "減免する額".to_owned(),
            match size {
                ReliefSize::Percent(percent) => format!("{base_ja}の{percent}%"),
                ReliefSize::Amount(yen) => format!("年額{yen}"),
            },
        ),
        ("対象の区分".to_owned(), names.join("・")),
        ("対象の月".to_owned(), month_names.join("・")),
    ];
    let kind = relief::kind_of(provision.reason)?;
    errors.is_empty().then(|| {
        let relief = Relief {
            kind,
            ordinance: provision.clause.clone(),
            components,
            base,
            size,
            months,
            unit: 1,
            rounding: Rounding::Floor,
        };
        Ruling::Grant(Box::new(relief), words)
    })
}
