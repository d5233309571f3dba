//! A household of the office as members, badges and lanes of the page.

use super::codes::word;
use super::search::withheld;
use crate::view::format::{day_ja, year_ja};
use crate::view::household::Member;
use crate::view::layout::{Badge, Tone};
use crate::view::timeline::{Lane, SpanFact, SpanKind};
use law::levy::Filing;
use law::{Date, FiscalYear, Yen};
use office::registry::{HouseholdPicture, PersonPicture, Resident, Sex};

/// 男, 女.
pub(crate) fn sex(picture: &PersonPicture) -> String {
    current(picture).map_or_else(String::new, |resident| sex_ja(resident.sex).to_owned())
}

/// 性別 in a word.
pub(crate) const fn sex_ja(sex: Sex) -> &'static str {
    match sex {
        Sex::Male => "男",
        Sex::Female => "女",
        Sex::Unknown => "不明",
    }
}

/// What the register says of a person: on the day asked for, or the latest.
pub(crate) fn current(picture: &PersonPicture) -> Option<&Resident> {
    picture
        .resident
        .as_ref()
        .or_else(|| picture.residents.last())
        .map(|record| &record.fact)
}

/// Everyone of a household, each once: the head first, then the insured, then 特定同一世帯所属者.
pub(crate) fn everyone(picture: &HouseholdPicture) -> Vec<&PersonPicture> {
    let mut all: Vec<&PersonPicture> = Vec::new();
    let head = picture.head_person.iter();
    for person in head.chain(&picture.members).chain(&picture.former_members) {
        if !all.iter().any(|one| one.person_id == person.person_id) {
            all.push(person);
        }
    }
    all
}

/// A person as a row of the page.
pub(crate) fn member(picture: &HouseholdPicture, person: &PersonPicture, as_of: Date) -> Member {
    let household = picture.household_id;
    let resident = current(person);
    let span = person
        .insured
        .iter()
        .filter(|span| span.fact.household_id == household && span.valid.from <= as_of)
        .max_by_key(|span| span.valid.from);
    let insured = span.is_some_and(|span| span.valid.holds(as_of));
    let former = person
        .former_insured
        .iter()
        .any(|span| span.fact.household_id == household && span.valid.holds(as_of));
    let head = picture
        .head
        .as_ref()
        .is_some_and(|head| head.fact.head_person_id == person.person_id);
    let standing = match (insured, former, head) {
        (true, _, true) => "加入中（世帯主）",
        (true, _, false) => "加入中",
        (false, true, _) => "特定同一世帯所属者",
        (false, false, true) if !picture.members.is_empty() => "擬制世帯主",
        (false, false, true) if span.is_none() => "世帯主",
        (false, false, _) => "喪失",
    };
    Member {
        person_id: person.person_id,
        name: resident.map_or_else(
            || format!("宛名番号{}", person.person_id),
            |one| one.name.clone(),
        ),
        kana: resident.map_or_else(String::new, |one| one.kana.clone()),
        relationship: resident
            .map_or_else(String::new, |one| word("relationship", &one.relationship)),
        birth: resident.map_or_else(String::new, birth),
        age: resident.map_or_else(String::new, |one| {
            law::date::age_on(one.birth_on, as_of).to_string()
        }),
        sex: sex(person),
        standing: standing.to_owned(),
        gained: span.map_or_else(String::new, |span| {
            format!(
                "{} {}",
                day_ja(span.valid.from),
                word("gain_cause", &span.fact.gain_cause)
            )
        }),
        lost: span
            .and_then(|span| Some((span.valid.until?, span)))
            .map_or_else(String::new, |(until, span)| {
                let why = span
                    .fact
                    .loss_cause
                    .as_deref()
                    .map_or_else(String::new, |code| word("loss_cause", code));
                format!("{} {why}", day_ja(until))
            }),
        income: income(person, as_of),
        badges: badges(person, as_of, insured || former || head),
        insured: insured || former || head,
    }
}

fn birth(resident: &Resident) -> String {
    let day = day_ja(resident.birth_on);
    if resident.birth_unknown {
        format!("{day}（不詳）")
    } else {
        day
    }
}

/// 前年の総所得金額等 in words; unknown is never shown as zero.
fn income(person: &PersonPicture, as_of: Date) -> String {
    let Some(year) = person
        .incomes
        .iter()
        .find(|income| income.valid.holds(as_of))
    else {
        return "不明".to_owned();
    };
    match (year.fact.filing, year.fact.inquiry_open) {
        (_, true) => "照会中".to_owned(),
        (Filing::Unfiled, _) => "未申告".to_owned(),
        (Filing::Filed | Filing::NotRequired, false) => {
            let total: Yen = year.fact.income.levy_total(false);
            total.to_string()
        }
    }
}

/// The warnings of one person.
pub(crate) fn badges(person: &PersonPicture, as_of: Date, counted: bool) -> Vec<Badge> {
    let mut badges = Vec::new();
    if person.withheld {
        badges.push(withheld());
    }
    let year = year_ja(FiscalYear::of(as_of));
    match person.incomes.iter().find(|income| income.valid.holds(as_of)) {
        Some(income) if income.fact.inquiry_open => badges.push(Badge::new(
            "所得照会中",
            Tone::Warn,
            &format!("前住所地へ{year}の所得を照会しています。分かるまで軽減されません"),
        )),
        Some(income) if income.fact.filing == Filing::Unfiled && counted => badges.push(Badge::new(
            "未申告",
            Tone::Warn,
            &format!("{year}の所得が申告されていません。世帯全体が軽減されません。申告を案内してください"),
        )),
        _ => {}
    }
    if person.unemployment.iter().any(|one| one.valid.holds(as_of)) {
        badges.push(Badge::new(
            "非自発的失業",
            Tone::Info,
            "給与所得を30/100として計算しています",
        ));
    }
    if person.care_exempt.iter().any(|one| one.valid.holds(as_of)) {
        badges.push(Badge::new(
            "介護適用除外",
            Tone::Info,
            "適用除外施設に入所しています。介護分はかかりません",
        ));
    }
    if person
        .former_dependant
        .iter()
        .any(|one| one.valid.holds(as_of))
    {
        badges.push(Badge::new(
            "旧被扶養者",
            Tone::Info,
            "旧被扶養者の減免の対象です",
        ));
    }
    badges
}

/// The warnings of a household: those of its people, each word once.
pub(super) fn household_badges(picture: &HouseholdPicture, as_of: Date) -> Vec<Badge> {
    let mut all: Vec<Badge> = Vec::new();
    for person in everyone(picture) {
        for badge in badges(person, as_of, true) {
            if !all.iter().any(|one| one.label == badge.label) {
                all.push(badge);
            }
        }
    }
    let head = picture.head.as_ref().map(|head| head.fact.head_person_id);
    let head_insured = picture
        .members
        .iter()
        .any(|person| Some(person.person_id) == head);
    if head.is_some() && !head_insured && !picture.members.is_empty() {
        all.push(Badge::new(
            "擬制世帯",
            Tone::Info,
            "世帯主は国保に加入していませんが、納付義務者です",
        ));
    }
    all.sort_by_key(|badge| match badge.tone {
        Tone::Bad => 0,
        Tone::Warn => 1,
        _ => 2,
    });
    all
}

/// A person's lane of the timeline.
pub(super) fn lane(picture: &HouseholdPicture, person: &PersonPicture) -> Lane {
    let household = picture.household_id;
    let mut spans = Vec::new();
    let mut add = |kind: SpanKind, from: Date, until: Option<Date>, label: String| {
        spans.push(SpanFact {
            kind,
            from,
            until,
            label,
        });
    };
    for span in &person.insured {
        let here = span.fact.household_id == household;
        let label = if here {
            format!("加入（{}）", word("gain_cause", &span.fact.gain_cause))
        } else {
            format!("世帯番号{}で加入", span.fact.household_id)
        };
        let kind = if here {
            SpanKind::Insured
        } else {
            SpanKind::Outside
        };
        add(kind, span.valid.from, span.valid.until, label);
    }
    let heads = picture
        .heads
        .iter()
        .filter(|head| head.fact.head_person_id == person.person_id);
    for head in heads.filter(|_| person.insured.is_empty() && person.former_insured.is_empty()) {
        let label = "世帯主（国保以外）".to_owned();
        add(SpanKind::Outside, head.valid.from, head.valid.until, label);
    }
    for span in &person.former_insured {
        add(
            SpanKind::Former,
            span.valid.from,
            span.valid.until,
            "特定同一世帯所属者".to_owned(),
        );
    }
    for span in &person.unemployment {
        let days = span.fact.span();
        add(
            SpanKind::Special,
            days.from,
            days.until,
            "非自発的失業の特例".to_owned(),
        );
    }
    for span in &person.former_dependant {
        add(
            SpanKind::Special,
            span.valid.from,
            span.valid.until,
            "旧被扶養者".to_owned(),
        );
    }
    for span in &person.maternity {
        let day = span.fact.delivery_on;
        add(
            SpanKind::Special,
            day,
            Some(law::date::next_day(day)),
            format!("出産（予定）日 {}", day_ja(day)),
        );
    }
    if let Some(resident) = current(person) {
        // 40歳に達する日の属する月から65歳に達する日の属する月の前月まで.
        let from = law::date::attains(resident.birth_on, 40);
        let until = law::date::attains(resident.birth_on, 65);
        for span in person
            .insured
            .iter()
            .filter(|span| span.fact.household_id == household)
        {
            let start = span.valid.from.max(from);
            let end = span.valid.until.map_or(until, |lost| lost.min(until));
            if start < end {
                add(
                    SpanKind::Care,
                    start,
                    Some(end),
                    "介護分の対象（40〜64歳）".to_owned(),
                );
            }
        }
    }
    Lane {
        name: current(person).map_or_else(
            || person.person_id.to_string(),
            |resident| resident.name.clone(),
        ),
        spans,
    }
}
