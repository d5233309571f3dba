//! 券面 — every value as it is printed, made once when a certificate is decided and kept for ever.

use super::view::{Household, Member};
use super::wish::{Destination, Wish};
use crate::error::OfficeError;
use law::certificate::face::FaceName;
use law::certificate::{Disease, End, Item, Kind, Paper, Practice, Term, face_name, ratio_ja};
use law::era::wareki;
use law::{Date, Span, Yen};
use serde::{Deserialize, Serialize};

/// 印字した値. Nothing in it is looked up again: a reprint shows the day of issue, not today.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Face {
    /// 名称.
    pub title: String,
    /// 用紙.
    pub paper: Paper,
    /// 色.
    pub colour: String,
    /// 様式番号と版.
    pub stock: String,
    /// Items in the order of the kind: which, and its value.
    pub lines: Vec<(Item, String)>,
    /// 裏面・備考.
    pub back: Vec<String>,
    /// 注意事項.
    pub notes: Vec<String>,
    /// 再交付の回: 1 is the first.
    pub copy: i64,
    /// 窓あき封筒の宛名.
    pub destination: Destination,
    /// 保険者番号; empty where the rules do not say it.
    pub insurer_number: String,
    /// 保険者名.
    pub insurer_name: String,
}

impl Face {
    pub(super) fn empty() -> Self {
        Self {
            title: String::new(),
            paper: Paper::A4,
            colour: String::new(),
            stock: String::new(),
            lines: Vec::new(),
            back: Vec::new(),
            notes: Vec::new(),
            copy: 0,
            destination: Destination::default(),
            insurer_number: String::new(),
            insurer_name: String::new(),
        }
    }

    /// The value of an item, where it is printed.
    #[must_use]
    pub fn value(&self, item: Item) -> Option<&str> {
        let found = self.lines.iter().find(|(one, _)| *one == item);
        found.map(|(_, value)| value.as_str())
    }
}

/// What goes onto a face beside the household and the person.
pub(super) struct Inputs<'i> {
    pub(super) kind: &'i Kind,
    pub(super) practice: &'i Practice,
    pub(super) term: &'i Term,
    pub(super) wish: &'i Wish,
    pub(super) issued_on: Date,
    /// Ratio in tenths and its 発効期日.
    pub(super) ratio: Option<(u8, Date)>,
    /// 適用区分 as printed.
    pub(super) class: Option<String>,
    pub(super) ceiling: Option<Yen>,
    pub(super) disease: Option<Disease>,
    pub(super) copy: i64,
}

/// The name on the face by the person's setting and the application's wish.
pub(super) fn name(
    member: &Member,
    practice: &Practice,
    wish: &Wish,
) -> Result<FaceName, OfficeError> {
    let choice = wish.name_choice.unwrap_or(member.setting.name_choice);
    Ok(face_name(&member.names(), choice, practice.alias_first)?)
}

/// Whether 性別 goes onto the back.
pub(super) fn sex_on_back(member: &Member, practice: &Practice, wish: &Wish) -> bool {
    practice.sex_on_back && wish.sex_on_back.unwrap_or(member.setting.sex_on_back)
}

pub(super) fn make(
    household: &Household,
    member: &Member,
    with: &Inputs<'_>,
) -> Result<Face, OfficeError> {
    let own = name(member, with.practice, with.wish)?.name;
    let shown = Shown {
        head: if member.person_id == household.head.person_id {
            Some(own.clone())
        } else {
            household.head_name(with.practice)
        },
        own,
        back_sex: sex_on_back(member, with.practice, with.wish),
        ended: ended(household, member, with),
    };
    let mut lines = Vec::new();
    for item in &with.kind.items {
        if let Some(value) = value(*item, household, member, with, &shown) {
            lines.push((*item, value));
        }
    }
    let mut back = Vec::new();
    if shown.back_sex {
        back.push(format!("性別　{}", sex_ja(member.person.sex)));
    }
    if with.copy > 1 {
        back.push(format!("再交付（{}回目の交付）", with.copy));
    }
    Ok(Face {
        title: with.kind.name_ja.clone(),
        paper: with.kind.form.paper,
        colour: with.kind.form.colour.clone(),
        stock: with.kind.form.stock(),
        lines,
        back,
        notes: with.kind.notes.clone(),
        copy: with.copy,
        destination: destination(household, member, with.wish, &shown),
        insurer_number: with.practice.insurer_number.clone(),
        insurer_name: with.practice.insurer_name.clone(),
    })
}

/// What a face says of names and of the spell it speaks of, worked out once.
struct Shown {
    /// 券面の氏名.
    own: String,
    /// 世帯主の氏名, by the head's own choice; on the head's own paper, as the paper names the head.
    head: Option<String>,
    /// 性別 on the back.
    back_sex: bool,
    /// The spell whose loss is proved, and its last day.
    ended: Option<(Span, Date)>,
}

/// The spell whose loss a paper proves: the last that is over on the day of issue, of those that were of the household where any
/// was. All dates of the paper are of this one spell; a loss that lies ahead is none yet.
///
/// 根拠: 国民健康保険法 第9条第4項、国民健康保険法施行規則 第7条の2の2第2項（当該被保険者の資格に係る事実）
fn ended(household: &Household, member: &Member, with: &Inputs<'_>) -> Option<(Span, Date)> {
    if !with.kind.prints(Item::LostOn) {
        return None;
    }
    let mut over = super::view::joined(&member.spans);
    over.retain(|spell| spell.until.is_some_and(|until| until <= with.issued_on));
    let here = |spell: &&Span| {
        let mut own = member.spans.iter();
        own.any(|one| one.household_id == household.household_id && spell.contains(one.span.from))
    };
    let spell = over.iter().rev().find(here).or(over.last())?;
    let last = law::date::previous_day(spell.until?);
    Some((*spell, last))
}

/// 適用開始: of the spell that is proved, or of the last that has begun. It is that of the municipality: a move between households
/// of it begins nothing.
///
/// 根拠: 国民健康保険法施行規則 第6条第4項第4号・第7条の3第1項第3号
fn applied_from(member: &Member, (from, ended): (Date, Option<&(Span, Date)>)) -> Option<Date> {
    if let Some((spell, _)) = ended {
        return Some(spell.from);
    }
    let spells = super::view::joined(&member.spans);
    let mut begun = spells.iter().rev();
    begun.find(|one| one.from <= from).map(|one| one.from)
}

fn value(
    item: Item,
    household: &Household,
    member: &Member,
    with: &Inputs<'_>,
    shown: &Shown,
) -> Option<String> {
    let from = with.term.effective_from;
    let ended = shown.ended.as_ref();
    match item {
        Item::Name => Some(shown.own.clone()),
        Item::Sex => Some(if shown.back_sex {
            "裏面参照".to_owned()
        } else {
            sex_ja(member.person.sex).to_owned()
        }),
        Item::Birth => Some(wareki(member.person.birth_on)),
        Item::Head => shown.head.clone(),
        Item::Address => Some(address(member)),
        Item::SymbolNumber => {
            let on = ended.map_or(from, |(_, last)| *last);
            Some(symbol_number(household, member, on))
        }
        Item::Insurer => Some(with.practice.insurer_name.clone()),
        Item::Acquired => {
            let on = ended.map_or(from, |(spell, _)| spell.from);
            member.acquired_on(on).map(wareki)
        }
        Item::AppliedFrom => applied_from(member, (from, ended)).map(wareki),
        Item::LostOn => ended.and_then(|(spell, _)| spell.until).map(wareki),
        Item::IssuedOn => Some(wareki(with.issued_on)),
        Item::EffectiveFrom => Some(wareki(with.term.effective_from)),
        Item::ExpiresOn => printed_end(with.kind, with.term, with.ratio.is_some()).map(wareki),
        Item::Ratio => with
            .ratio
            .map(|(tenths, from)| format!("{}（発効期日 {}）", ratio_ja(tenths), wareki(from))),
        Item::Class => with.class.clone(),
        Item::LongTerm => with.wish.long_term_on.map(wareki),
        Item::Disease => with.disease.map(|one| one.name_ja().to_owned()),
        Item::Ceiling => with.ceiling.map(|yen| format!("月額 {}円", grouped(yen.0))),
        Item::Special => {
            Some("特別療養費を支給する（窓口では全額を支払い、後日申請する）".to_owned())
        }
        Item::Relief => Some(with.wish.relief.clone()),
        Item::Periods => Some(periods(household, member, with)),
        // Known only once the certificate has its number.
        Item::Number => Some(String::new()),
    }
}

/// 有効期限 as printed: a 資格情報のお知らせ shows one only where a ratio is shown.
///
/// 根拠: 国民健康保険法施行規則 第7条の3第1項第4号
#[must_use]
pub fn printed_end(kind: &Kind, term: &Term, ratio: bool) -> Option<Date> {
    let only_with_ratio = kind.ends.contains(&End::RenewalWhereRatio);
    term.expires_on.filter(|_| ratio || !only_with_ratio)
}

/// 記号・番号（枝番）.
fn symbol_number(household: &Household, member: &Member, on: Date) -> String {
    let branch = branch(household, member, on);
    let head = &household.head;
    if head.symbol.is_empty() {
        format!("{}（枝番）{branch}", head.number)
    } else {
        format!("{}・{}（枝番）{branch}", head.symbol, head.number)
    }
}

/// 枝番, two figures.
pub(super) fn branch(household: &Household, member: &Member, on: Date) -> String {
    let found = member.branch_in(household.household_id, on);
    let branch = found.unwrap_or_else(|| member.last_branch(household.household_id));
    format!("{branch:02}")
}

fn address(member: &Member) -> String {
    let person = &member.person;
    if person.building.is_empty() {
        person.address.clone()
    } else {
        format!("{}　{}", person.address, person.building)
    }
}

/// 宛名の規則: the head of the household at the head's own address; who is sent to apart, in their own name. Each is called by
/// the name they have chosen.
fn destination(household: &Household, member: &Member, wish: &Wish, shown: &Shown) -> Destination {
    if let Some(wanted) = &wish.destination {
        return wanted.clone();
    }
    let head = household.head_person.as_ref();
    let own = member.setting.send_apart || head.is_none();
    let elsewhere = if own {
        &member.elsewhere
    } else {
        &household.elsewhere
    };
    if let Some(found) = elsewhere {
        return found.clone();
    }
    let (person, addressee) = match head.filter(|_| !own) {
        Some(head) => (head, shown.head.as_ref().unwrap_or(&head.name)),
        None => (&member.person, &shown.own),
    };
    let mut address = vec![person.address.clone()];
    if !person.building.is_empty() {
        address.push(person.building.clone());
    }
    Destination {
        postal_code: person.postal_code.clone(),
        address,
        addressee: addressee.clone(),
    }
}

/// Lines of the days of insurance; an end or a beginning that lies ahead is not said.
fn periods(household: &Household, member: &Member, with: &Inputs<'_>) -> String {
    if !with.wish.periods.is_empty() {
        return with.wish.periods.join("\n");
    }
    let own = member
        .spans
        .iter()
        .filter(|one| one.household_id == household.household_id)
        .filter(|one| one.span.from <= with.issued_on);
    let lines: Vec<String> = own
        .map(
            |one| match one.span.until.filter(|until| *until <= with.issued_on) {
                Some(until) => format!(
                    "{}から{}まで",
                    wareki(one.span.from),
                    wareki(law::date::previous_day(until))
                ),
                None => format!("{}から加入中", wareki(one.span.from)),
            },
        )
        .collect();
    lines.join("\n")
}

fn sex_ja(code: i64) -> &'static str {
    match code {
        1 => "男",
        2 => "女",
        _ => "",
    }
}

fn grouped(yen: i64) -> String {
    let text = yen.to_string();
    let mut out = String::with_capacity(text.len() + 4);
    for (place, figure) in text.chars().enumerate() {
        if place > 0 && (text.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(figure);
    }
    out
}
