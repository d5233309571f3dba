//! 国保の行 — households, spans of insurance, and what goes with them.

use super::directory::{Directory, HeadEntry, PersonEntry};
use super::intake::Municipality;
use super::plan::{
    Creates, Plan, Replace, Staged, Stated, Target, no_duplicates, no_overlap, unknown_person,
};
use crate::error::OfficeError;
use crate::registry::{
    CareExempt, FormerDependant, FormerInsured, HouseholdHead, InsuredSpan, Maternity, Unemployment,
};
use db::{Conn, Span};
use exchange::{Day, Flaw, Row};
use law::Date;

pub(super) const MUNICIPALITY: &str = "municipality_code";

/// The code of the row, which every row of these layouts carries.
pub(super) fn municipality_of<'r>(row: &Row<'r>) -> Option<&'r str> {
    row.column(MUNICIPALITY).map(|column| row.text(column))
}

/// Holds a row that names another municipality.
pub(super) fn own_row(row: &Row<'_>, municipality: &Municipality, flaws: &mut Vec<Flaw>) {
    if let Some(code) = municipality_of(row)
        && !municipality.holds(code)
    {
        flaws.push(Flaw::hold(
            "市区町村コード",
            "import.row.municipality",
            format!("別の団体（{}）の行です", exchange::field::shown(code)),
        ));
    }
}

pub(super) fn date(row: &Row<'_>, item: &str) -> Option<Date> {
    row.column(item).and_then(|column| row.date(column))
}

pub(super) fn int(row: &Row<'_>, item: &str) -> i64 {
    row.column(item)
        .and_then(|column| row.int(column))
        .unwrap_or(0)
}

/// The first day of a span; an unknown first day is not guessed.
fn first_day(row: &Row<'_>, item: &str, field: &str, flaws: &mut Vec<Flaw>) -> Option<Date> {
    let day = row.column(item).and_then(|column| row.day(column));
    match day {
        Some(Day::On(date)) => return Some(date),
        Some(Day::UnknownStart | Day::Endless) => flaws.push(Flaw::hold(
            field,
            "import.row.day_unknown",
            "日が分かりません。資格の始まりは推測できません".to_owned(),
        )),
        None => {}
    }
    None
}

/// The first day after a span: empty or endless is open. It must lie after the first day.
fn last_day(
    row: &Row<'_>,
    item: &str,
    (field, from): (&str, Option<Date>),
    flaws: &mut Vec<Flaw>,
) -> Option<Date> {
    let day = row.column(item).and_then(|column| row.day(column));
    let until = match day {
        Some(Day::On(date)) => date,
        Some(Day::UnknownStart) => {
            flaws.push(Flaw::hold(
                field,
                "import.row.day_unknown",
                "終わりの日が分かりません".to_owned(),
            ));
            return None;
        }
        Some(Day::Endless) | None => return None,
    };
    if from.is_some_and(|from| until <= from) {
        let from = from.map(|from| from.to_string()).unwrap_or_default();
        flaws.push(Flaw::hold(
            field,
            "import.row.loss_before_gain",
            format!("{until}は始まりの日{from}以前です。取得と喪失の日を確かめてください"),
        ));
    }
    Some(until)
}

/// A person must be known, and born by the day the fact begins.
fn born_by(person: Option<PersonEntry>, row: &Staged, field: &str, flaws: &mut Vec<Flaw>) {
    let Some(person) = person else {
        flaws.push(unknown_person("宛名番号", row.subject));
        return;
    };
    if let Some(stated) = &row.stated
        && stated.from < person.birth_on
    {
        flaws.push(Flaw::hold(
            field,
            "import.row.before_birth",
            format!("{}は生年月日{}より前です", stated.from, person.birth_on),
        ));
    }
}

/// 国保世帯.
pub(super) struct Households;

impl Plan for Households {
    fn subject_item(&self) -> &'static str {
        "household_number"
    }

    fn needs(&self) -> &'static [&'static str] {
        &[
            "history_number",
            "valid_from",
            "valid_until",
            "number",
            "head_person_number",
        ]
    }

    fn target(&self) -> Target {
        Target {
            creates: Creates::Household,
            ..Target::of::<HouseholdHead>(Replace::Whole)
        }
    }

    fn municipality_of<'r>(&self, row: &Row<'r>) -> Option<&'r str> {
        municipality_of(row)
    }

    fn state(
        &self,
        row: &Row<'_>,
        municipality: &Municipality,
        _: Date,
        flaws: &mut Vec<Flaw>,
    ) -> Option<Stated> {
        own_row(row, municipality, flaws);
        let from = first_day(row, "valid_from", "適用開始年月日", flaws);
        let until = last_day(row, "valid_until", ("適用終了年月日", from), flaws);
        let head = int(row, "head_person_number");
        let fact = HouseholdHead {
            head_person_id: head,
            symbol: row.named("symbol").to_owned(),
            number: row.named("number").to_owned(),
        };
        let mut stated = Stated::new(
            Span::new(from?, until),
            &fact,
            (int(row, "history_number"), 0),
        );
        stated.head = Some(head);
        Some(stated)
    }

    fn together(&self, rows: &mut [Staged]) {
        no_duplicates(rows, "履歴番号");
        no_overlap(rows, "適用開始年月日", "世帯主・記号番号");
    }

    fn against(
        &self,
        conn: &mut Conn,
        directory: &mut Directory,
        row: &Staged,
        flaws: &mut Vec<Flaw>,
    ) -> Result<(), OfficeError> {
        let Some(head) = row.stated.as_ref().and_then(|stated| stated.head) else {
            return Ok(());
        };
        if directory.person(conn, head)?.is_none() {
            flaws.push(unknown_person("世帯主宛名番号", head));
        }
        Ok(())
    }
}

/// 国保資格.
pub(super) struct Insured;

impl Plan for Insured {
    fn subject_item(&self) -> &'static str {
        "person_number"
    }

    fn needs(&self) -> &'static [&'static str] {
        &[
            "history_number",
            "household_number",
            "branch",
            "gained_on",
            "gain_cause",
            "lost_on",
            "loss_cause",
        ]
    }

    fn target(&self) -> Target {
        Target::of::<InsuredSpan>(Replace::Whole)
    }

    fn municipality_of<'r>(&self, row: &Row<'r>) -> Option<&'r str> {
        municipality_of(row)
    }

    fn state(
        &self,
        row: &Row<'_>,
        municipality: &Municipality,
        _: Date,
        flaws: &mut Vec<Flaw>,
    ) -> Option<Stated> {
        own_row(row, municipality, flaws);
        let gained = first_day(row, "gained_on", "資格取得年月日", flaws);
        // The prefecture's day of acquisition survives a move within it; what counts here is the day it applies.
        let from = date(row, "applied_from").or(gained);
        let until = last_day(row, "lost_on", ("資格喪失年月日", from), flaws);
        let cause = row.named("loss_cause");
        if until.is_some() && cause.is_empty() {
            flaws.push(Flaw::hold(
                "資格喪失事由",
                "import.row.loss_cause",
                "喪失日があるのに事由が空です".to_owned(),
            ));
        }
        if until.is_none() && !cause.is_empty() {
            flaws.push(Flaw::hold(
                "資格喪失年月日",
                "import.row.loss_day",
                "喪失事由があるのに喪失日が空です".to_owned(),
            ));
        }
        let event = date(row, "loss_event_on");
        if event.zip(until).is_some_and(|(event, until)| event > until) {
            flaws.push(Flaw::hold(
                "資格喪失該当年月日",
                "import.row.loss_event",
                "喪失の原因の日が喪失日より後です".to_owned(),
            ));
        }
        let household_id = int(row, "household_number");
        let fact = InsuredSpan {
            household_id,
            branch: int(row, "branch"),
            gain_cause: row.named("gain_cause").to_owned(),
            gain_reported_on: date(row, "gain_reported_on"),
            loss_cause: (!cause.is_empty()).then(|| cause.to_owned()),
            loss_event_on: event,
            loss_reported_on: date(row, "loss_reported_on"),
        };
        let mut stated = Stated::new(
            Span::new(from?, until),
            &fact,
            (int(row, "history_number"), 0),
        );
        stated.household = Some(household_id);
        Some(stated)
    }

    fn together(&self, rows: &mut [Staged]) {
        no_duplicates(rows, "履歴番号");
        no_overlap(rows, "資格取得年月日", "資格");
    }

    fn against(
        &self,
        conn: &mut Conn,
        directory: &mut Directory,
        row: &Staged,
        flaws: &mut Vec<Flaw>,
    ) -> Result<(), OfficeError> {
        let person = directory.person(conn, row.subject)?;
        born_by(person, row, "資格取得年月日", flaws);
        let Some(stated) = &row.stated else {
            return Ok(());
        };
        let Some(household_id) = stated.household else {
            return Ok(());
        };
        let heads = directory.heads(conn, household_id)?;
        if !covers(heads, stated.from, stated.until) {
            flaws.push(Flaw::hold(
                "国保世帯番号",
                "import.row.unknown_household",
                format!("国保世帯{household_id}に、この資格の期間を通した世帯主がありません。国保世帯を先に取り込むか、期間を確かめてください"),
            ));
            return Ok(());
        }
        let open_head = heads
            .iter()
            .find(|head| head.until.is_none())
            .map(|head| head.head);
        let (Some(person), Some(head_id)) = (person, open_head.filter(|_| stated.until.is_none()))
        else {
            return Ok(());
        };
        let Some(head) = directory.person(conn, head_id)? else {
            flaws.push(unknown_person("世帯主宛名番号", head_id));
            return Ok(());
        };
        // Students and inmates of facilities live elsewhere and are not residents here; only residents are compared.
        let apart = person.status == 1
            && head.status == 1
            && person.register_household.is_some()
            && head.register_household.is_some()
            && person.register_household != head.register_household;
        if apart {
            flaws.push(Flaw::hold(
                "国保世帯番号",
                "import.row.head_elsewhere",
                format!("世帯主（宛名番号{head_id}）が同じ住民票の世帯にいません。世帯の異動が済んでいるか確かめてください"),
            ));
        }
        Ok(())
    }
}

/// Whether the heads of a household follow one another without a gap over a span.
fn covers(heads: &[HeadEntry], from: Date, until: Option<Date>) -> bool {
    let mut reached = from;
    for head in heads {
        if head.from > reached {
            return false;
        }
        match head.until {
            None => return true,
            Some(end) if end > reached => reached = end,
            Some(_) => {}
        }
        if until.is_some_and(|until| reached >= until) {
            return true;
        }
    }
    false
}

/// The smaller layouts: a span of one person.
pub(super) enum PersonSpan {
    /// 特定同一世帯所属者.
    FormerInsured,
    /// 介護適用除外.
    CareExempt,
    /// 旧被扶養者.
    FormerDependant,
    /// 非自発的失業.
    Unemployment,
    /// 出産被保険者.
    Maternity,
}

impl PersonSpan {
    fn first_field(&self) -> &'static str {
        match self {
            Self::FormerInsured => "該当開始年月日",
            Self::CareExempt => "適用除外開始年月日",
            Self::FormerDependant => "旧被扶養者となった年月日",
            Self::Unemployment => "離職年月日",
            Self::Maternity => "出産（予定）年月日",
        }
    }
}

impl Plan for PersonSpan {
    fn subject_item(&self) -> &'static str {
        "person_number"
    }

    fn needs(&self) -> &'static [&'static str] {
        match self {
            Self::FormerInsured => &[
                "history_number",
                "household_number",
                "valid_from",
                "valid_until",
            ],
            Self::CareExempt => &["history_number", "valid_from", "valid_until"],
            Self::FormerDependant => &["history_number", "since"],
            Self::Unemployment => &["history_number", "left_on", "leaving_code"],
            Self::Maternity => &["history_number", "delivery_on", "multiple", "confirmed"],
        }
    }

    fn target(&self) -> Target {
        match self {
            Self::FormerInsured => Target::of::<FormerInsured>(Replace::Whole),
            Self::CareExempt => Target::of::<CareExempt>(Replace::Whole),
            Self::FormerDependant => Target::of::<FormerDependant>(Replace::Whole),
            Self::Unemployment => Target::of::<Unemployment>(Replace::Whole),
            Self::Maternity => Target::of::<Maternity>(Replace::Whole),
        }
    }

    fn municipality_of<'r>(&self, row: &Row<'r>) -> Option<&'r str> {
        municipality_of(row)
    }

    fn state(
        &self,
        row: &Row<'_>,
        municipality: &Municipality,
        _: Date,
        flaws: &mut Vec<Flaw>,
    ) -> Option<Stated> {
        own_row(row, municipality, flaws);
        let order = (int(row, "history_number"), 0);
        let field = self.first_field();
        match self {
            Self::FormerInsured => {
                let from = first_day(row, "valid_from", field, flaws);
                let until = last_day(row, "valid_until", ("該当終了年月日", from), flaws);
                let household_id = int(row, "household_number");
                let mut stated = Stated::new(
                    Span::new(from?, until),
                    &FormerInsured { household_id },
                    order,
                );
                stated.household = Some(household_id);
                Some(stated)
            }
            Self::CareExempt => {
                let from = first_day(row, "valid_from", field, flaws);
                let until = last_day(row, "valid_until", ("適用除外終了年月日", from), flaws);
                let facility = row.named("facility").to_owned();
                Some(Stated::new(
                    Span::new(from?, until),
                    &CareExempt { facility },
                    order,
                ))
            }
            Self::FormerDependant => {
                let since = first_day(row, "since", field, flaws);
                let until = last_day(row, "valid_until", ("該当終了年月日", since), flaws);
                Some(Stated::new(
                    Span::new(since?, until),
                    &FormerDependant { since: since? },
                    order,
                ))
            }
            Self::Unemployment => {
                let left_on = first_day(row, "left_on", field, flaws)?;
                let fact = Unemployment {
                    left_on,
                    leaving_code: int(row, "leaving_code"),
                };
                Some(Stated::new(fact.span(), &fact, order))
            }
            Self::Maternity => {
                let delivery_on = first_day(row, "delivery_on", field, flaws)?;
                let fact = Maternity {
                    delivery_on,
                    multiple: row.named("multiple") == "1",
                    confirmed: row.named("confirmed") == "1",
                };
                Some(Stated::new(fact.span(), &fact, order))
            }
        }
    }

    fn together(&self, rows: &mut [Staged]) {
        no_duplicates(rows, "履歴番号");
        if matches!(self, Self::Unemployment) {
            // A second leaving within the time of the first one takes over from its own day on.
            rows.sort_by_key(|row| row.stated.as_ref().map(|stated| stated.from));
            let starts: Vec<_> = rows
                .iter()
                .map(|row| row.stated.as_ref().map(|stated| stated.from))
                .collect();
            for (place, row) in rows.iter_mut().enumerate() {
                let next = starts.iter().skip(place + 1).flatten().next();
                if let (Some(stated), Some(next)) = (&mut row.stated, next)
                    && stated.from < *next
                    && stated.until.is_none_or(|until| *next < until)
                {
                    stated.until = Some(*next);
                }
            }
        }
        no_overlap(rows, self.first_field(), "該当");
    }

    fn against(
        &self,
        conn: &mut Conn,
        directory: &mut Directory,
        row: &Staged,
        flaws: &mut Vec<Flaw>,
    ) -> Result<(), OfficeError> {
        let person = directory.person(conn, row.subject)?;
        born_by(person, row, self.first_field(), flaws);
        if let Some(household_id) = row.stated.as_ref().and_then(|stated| stated.household)
            && directory.heads(conn, household_id)?.is_empty()
        {
            flaws.push(Flaw::hold(
                "国保世帯番号",
                "import.row.unknown_household",
                format!(
                    "国保世帯{household_id}が登録されていません。国保世帯を先に取り込んでください"
                ),
            ));
        }
        Ok(())
    }
}
