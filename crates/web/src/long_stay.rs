//! 長期該当の申請 — the stays in hospital, the days that count, and the ruling from which a paper has its 長期入院該当年月日.

use crate::change::{self, About, Blank, Change, Shown};
use crate::desk::{Desk, Posted};
use crate::fields::{Fields, note};
use crate::judgement::book;
use crate::long_stay_shown::history;
use crate::registry::names;
use crate::view::FieldError;
use crate::view::cards::{Card, Cell};
use crate::view::entry::{Field, Form, Grid, Input};
use crate::view::format::day_ja;
use crate::view::layout::Tone;
use axum::extract::{Path, Query};
use axum::response::Response;
use db::{Conn, Span};
use law::date::{next_day, previous_day};
use office::judgement::HospitalStay;
use office::judgement::long_stay::{self, Asked};
use office::registry::{load_person, timeline};
use office::security::permit::Judge;
use office::{Acting, OfficeError};

/// Empty lines beside the stays that are known.
const MORE: usize = 3;

/// 長期該当の申請 of one person.
pub struct Apply(i64);

/// The form.
pub async fn page(
    desk: Desk,
    Path(person): Path<i64>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Response {
    change::open(desk, Apply(person), asked).await
}

/// What was typed.
pub async fn send(Path(person): Path<i64>, posted: Posted) -> Response {
    change::send(posted, Apply(person)).await
}

/// One line of the form as it was typed.
struct Line {
    hospital: String,
    from: String,
    until: String,
}

fn lines(
    desk: &Desk,
    conn: &mut Conn,
    person: i64,
    fields: &Fields,
) -> Result<Vec<Line>, OfficeError> {
    let today = desk.business_date();
    let typed = |name: String| {
        let text = fields.text(&name).to_owned();
        law::era::date_input(&text, today).map_or(text, day_ja)
    };
    let mut all: Vec<Line> = if fields.has("applied_on") {
        (0..)
            .take_while(|place| fields.has(&format!("hospital_{place}")))
            .map(|place| Line {
                hospital: fields.text(&format!("hospital_{place}")).to_owned(),
                from: typed(format!("from_{place}")),
                until: typed(format!("until_{place}")),
            })
            .collect()
    } else {
        let known = timeline::<HospitalStay>(conn, person, None)?;
        known
            .into_iter()
            .map(|one| Line {
                hospital: one.fact.hospital,
                from: day_ja(one.valid.from),
                until: one
                    .valid
                    .until
                    .map_or_else(String::new, |until| day_ja(previous_day(until))),
            })
            .collect()
    };
    let empty = |line: &Line| {
        [&line.hospital, &line.from, &line.until]
            .iter()
            .all(|one| one.is_empty())
    };
    let free = all.iter().filter(|line| empty(line)).count();
    for _ in free..MORE {
        all.push(Line {
            hospital: String::new(),
            from: String::new(),
            until: String::new(),
        });
    }
    Ok(all)
}

impl Change for Apply {
    type Order = Asked;

    fn title(&self) -> String {
        "長期該当の申請の受付と判定".to_owned()
    }

    fn about(&self) -> About {
        About {
            person: Some(self.0),
            ..About::default()
        }
    }

    fn allow(&self, desk: &Desk) -> Result<(), OfficeError> {
        desk.permit::<Judge>().map(|_| ())
    }

    fn blank(&self, desk: &Desk, conn: &mut Conn, fields: &Fields) -> Result<Blank, OfficeError> {
        let today = desk.business_date();
        if load_person(conn, self.0, today, None)?.is_none() {
            return Err(law::Refusal::new(
                "web.person.missing",
                format!("宛名番号{}の人は登録されていません", self.0),
            )
            .into());
        }
        let applied = if fields.has("applied_on") {
            fields.day_written("applied_on", today)
        } else {
            day_ja(today)
        };
        let rows = lines(desk, conn, self.0, fields)?
            .iter()
            .enumerate()
            .map(|(place, line)| {
                let number = place + 1;
                let field = |input: Input, name: &str, label: &str, value: &str| {
                    Field::new(
                        input,
                        &format!("{name}_{place}"),
                        &format!("入院{number}の{label}"),
                        value,
                    )
                };
                let fields = vec![
                    field(Input::Text, "hospital", "医療機関", &line.hospital),
                    field(Input::Day, "from", "入院日", &line.from),
                    field(Input::Day, "until", "退院日", &line.until),
                ];
                (number.to_string(), fields)
            })
            .collect();
        let grid = Grid {
            caption: "入院の期間".to_owned(),
            columns: ["入院", "医療機関", "入院日", "退院日（入院中は空欄）"]
                .map(str::to_owned)
                .to_vec(),
            rows,
        };
        let names = names::people(conn, today, [self.0])?;
        let title = format!("{} 宛名番号{}", names.person(self.0), self.0);
        let form = Form::post(&format!("/people/{}/long-stay", self.0))
            .section(
                &title,
                vec![
                    Field::new(Input::Day, "applied_on", "申請日", &applied)
                        .hint("登録済みの入院も残してください。同じ申請日で登録し直すと、前の判定に代わります")
                        .first(),
                ],
            )
            .grid("入院の期間（領収書などで確かめたもの）", grid);
        Ok(Blank {
            form,
            cards: vec![history(desk, conn, self.0)?],
            ..Blank::default()
        })
    }

    fn read(
        &self,
        desk: &Desk,
        _: &mut Conn,
        fields: &Fields,
        errors: &mut Vec<FieldError>,
    ) -> Result<Option<Asked>, OfficeError> {
        let today = desk.business_date();
        let applied_on = fields.required_day("applied_on", "申請日", today, errors);
        let mut stays = Vec::new();
        for place in 0.. {
            let name = |what: &str| format!("{what}_{place}");
            if !fields.has(&name("hospital")) {
                break;
            }
            let parts = ["hospital", "from", "until"].map(|what| fields.text(&name(what)));
            if parts.iter().all(|part| part.is_empty()) {
                continue;
            }
            let [hospital, ..] = parts;
            if hospital.is_empty() {
                note(
                    errors,
                    &name("hospital"),
                    "医療機関: 名称を入力してください",
                );
            }
            let from = fields.required_day(&name("from"), "入院日", today, errors);
            let last = fields.day(&name("until"), "退院日", today, errors);
            if last.is_some_and(|last| last > today) {
                note(
                    errors,
                    &name("until"),
                    "退院日: 先の日です。入院中のときは空欄にしてください",
                );
            }
            let Some(from) = from else { continue };
            if from > last.unwrap_or(today) {
                note(errors, &name("from"), "入院日: 退院日より後か、先の日です");
                continue;
            }
            let stay = HospitalStay {
                hospital: hospital.to_owned(),
            };
            stays.push((Span::new(from, last.map(next_day)), stay));
        }
        if stays.is_empty() && errors.is_empty() {
            note(
                errors,
                "hospital_0",
                "入院の期間: 入院した医療機関と期間を入力してください",
            );
        }
        Ok(applied_on.map(|applied_on| Asked { applied_on, stays }))
    }

    fn show(&self, desk: &Desk, asked: &Asked) -> Result<Shown, OfficeError> {
        let book = book(desk)?;
        let judged = desk
            .store()
            .read(|conn| long_stay::preview(conn, &book, self.0, asked))?;
        let mut card = Card::new("長期該当の判定", "w6");
        let state = if judged.holds {
            Cell::badge("該当", Tone::Good)
        } else {
            Cell::badge("非該当", Tone::Bad)
        };
        card.fact("判定", state);
        let window = format!(
            "{}から{}まで",
            day_ja(judged.window_from),
            day_ja(asked.applied_on)
        );
        card.fact("数える期間", window);
        card.fact("区分オ・低所得Ⅱの間の入院", format!("{}日", judged.days));
        card.fact(
            "ほかの区分の間の入院（数えません）",
            format!("{}日", judged.days_not_counted),
        );
        let why = if judged.holds {
            "90日を超える（施行規則第26条の2）"
        } else {
            "90日を超えない（施行規則第26条の2）"
        };
        card.fact("理由", why);
        if judged.holds {
            card.fact("長期該当年月日", day_ja(judged.reduced_from));
            let until = judged.difference.until.map(previous_day);
            let span = format!(
                "{}から{}まで",
                day_ja(judged.difference.from),
                until.map_or_else(String::new, day_ja)
            );
            card.fact("差額支給の期間", span);
        }
        let mut facts = vec![("申請日".to_owned(), day_ja(asked.applied_on))];
        facts.extend(asked.stays.iter().map(|(span, stay)| {
            let last = span.until.map(previous_day);
            let last = last.map_or_else(
                || "（入院中）".to_owned(),
                |last| format!("から{}まで", day_ja(last)),
            );
            (
                stay.hospital.clone(),
                format!("{}{last}", day_ja(span.from)),
            )
        }));
        Ok(Shown {
            facts,
            cards: vec![card],
            mark: format!("{judged:?}"),
            ..Shown::default()
        })
    }

    fn carry_out(&self, desk: &Desk, asked: &Asked, acting: &Acting) -> Result<(), OfficeError> {
        let permit = desk.permit::<Judge>()?;
        let book = book(desk)?;
        long_stay::judge_long_stay(desk.store(), &book, &permit, acting, self.0, asked)?;
        Ok(())
    }

    fn done(&self, _: i64) -> String {
        format!("/people/{}/long-stay", self.0)
    }

    fn field_of(&self, label: &str) -> String {
        match label {
            "申請日" => "applied_on",
            "入院の期間" => "hospital_0",
            _ => "",
        }
        .to_owned()
    }

    fn back(&self) -> String {
        format!("/people/{}", self.0)
    }

    fn verb(&self) -> &'static str {
        "この内容で判定する"
    }
}
