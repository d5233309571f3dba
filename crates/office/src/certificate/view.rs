//! 証を作るための世帯の姿 — what [`super::load`] reads, and the facts the law asks for.

use super::fact::{Card, Sanction, SanctionKind, Setting};
use super::propose::Proposal;
use super::rules::KeptRules;
use super::wish::{Destination, Wish};
use law::certificate::{
    CardStatus, Condition, Disease, Facts, Family, Judged, Kind, NameChoice, Names, Practice,
    face_name,
};
use law::{Date, Span};

/// 世帯主と記号番号.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// 宛名番号.
    pub person_id: i64,
    /// 記号.
    pub symbol: String,
    /// 番号.
    pub number: String,
}

/// 宛名の記載.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// 氏名.
    pub name: String,
    /// フリガナ.
    pub kana: String,
    /// ローマ字氏名.
    pub latin: Option<String>,
    /// 通称.
    pub alias: Option<String>,
    /// 生年月日.
    pub birth_on: Date,
    /// 性別: 0 不明, 1 男, 2 女.
    pub sex: i64,
    /// 郵便番号.
    pub postal_code: String,
    /// 住所.
    pub address: String,
    /// 方書.
    pub building: String,
    /// 支援措置, of the person's own.
    pub withheld: bool,
    /// 支援措置 of the person, of who lives with them, or of who stands for them: papers are not sent out by the bulk.
    pub concerned: bool,
}

/// A span of insurance with its household.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemberSpan {
    /// 国保世帯.
    pub household_id: i64,
    /// 枝番.
    pub branch: i64,
    /// 適用の期間.
    pub span: Span,
    /// It began with 転入.
    pub moved_in: bool,
    /// 国保資格取得年月日 as a file brought it; none where none did.
    pub gained_on: Option<Date>,
}

/// Days after which someone may not be insured here any more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stay {
    /// 在留期間の満了日, or the last day of the 特例期間 that goes on beyond it.
    pub stay_until: Option<Date>,
    /// マル学の終わり.
    pub student_until: Option<Date>,
}

/// A certificate that stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Previous {
    /// Number in the store.
    pub certificate_id: i64,
    /// 種類.
    pub kind: String,
    /// 系統.
    pub family: String,
    /// 特定疾病の区分, zero for others.
    pub disease: i64,
    /// Where it is.
    pub place: String,
    /// 発効期日.
    pub effective_from: Date,
    /// 有効期限.
    pub expires_on: Option<Date>,
    /// Since when it is (or will be) invalid.
    pub invalid_from: Option<Date>,
    /// 適用区分 as printed.
    pub class: String,
    /// 割合 as printed, zero where none is.
    pub ratio: u8,
    /// 割合の発効期日.
    pub ratio_from: Option<Date>,
    /// The face as printed.
    pub face: String,
    /// 交付番号.
    pub number: String,
    /// 交付の回.
    pub copy_no: i64,
    /// Household it was issued in.
    pub household_id: i64,
    /// 長期入院該当年月日.
    pub long_term_on: Option<Date>,
    /// 一斉更新, or zero.
    pub run_id: i64,
}

impl Previous {
    /// The last day on which it holds, by what is printed and by what has happened to it.
    #[must_use]
    pub fn last_day(&self) -> Date {
        let printed = self.expires_on.unwrap_or(Date::MAX);
        let over = self.invalid_from.map(law::date::previous_day);
        over.map_or(printed, |over| over.min(printed))
    }

    /// Whether what a paper of a recognition would say stands on this one.
    pub(super) fn recognises(&self, proposal: &Proposal<'_>, wish: &Wish) -> bool {
        match proposal.disease {
            Some(disease) => self.disease == disease.code(),
            None => {
                proposal.class.as_deref() == Some(self.class.as_str())
                    && (wish.long_term_on.is_none() || wish.long_term_on == self.long_term_on)
            }
        }
    }

    /// Whether a judgement stands on it: a ratio, a class, or a ceiling of a recognised illness.
    #[must_use]
    pub fn shows_judgement(&self) -> bool {
        self.ratio > 0 || !self.class.is_empty() || self.disease > 0
    }
}

/// One member, past ones too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// 宛名番号.
    pub person_id: i64,
    /// 宛名.
    pub person: Person,
    /// 資格, in order.
    pub spans: Vec<MemberSpan>,
    /// 都道府県の資格 in order, each with whether its first day is known.
    pub prefecture: Vec<(Span, bool)>,
    /// マイナ保険証.
    pub card: Option<Card>,
    /// 設定.
    pub setting: Setting,
    /// 送付先 of the person's own.
    pub elsewhere: Option<Destination>,
    /// 交付停止（居所不明）: the days on which no paper is issued.
    pub not_found: Vec<db::Span>,
    /// 在留・修学.
    pub stay: Stay,
    /// 一部負担金の割合 on the day.
    pub ratio: Judged<u8>,
    /// 適用区分 on the day.
    pub class: Judged<String>,
    /// First day on which another class is judged, or the judgement is held.
    pub class_until: Option<Date>,
    /// Certificates that stand.
    pub previous: Vec<Previous>,
}

/// One household.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Household {
    /// 国保世帯番号.
    pub household_id: i64,
    /// Head and number.
    pub head: Head,
    /// Whether the head is that of the day, and not the last before it.
    pub headed: bool,
    /// The head's own record.
    pub head_person: Option<Person>,
    /// 設定 of the head, insured or not: under which name the head is written.
    pub head_setting: Setting,
    /// 送付先 of the head, where papers do not go to the registered address.
    pub elsewhere: Option<Destination>,
    /// 処分 in force, with its first day.
    pub sanction: Option<(Date, Sanction)>,
    /// Members, by 宛名番号.
    pub members: Vec<Member>,
}

impl Household {
    /// A member.
    #[must_use]
    pub fn member(&self, person_id: i64) -> Option<&Member> {
        self.members.iter().find(|one| one.person_id == person_id)
    }

    /// 世帯主の氏名 as the head has chosen it: 通称 on every paper of the household and in the address, or on none. One whose
    /// chosen 通称 is no longer registered is written by the registered name.
    #[must_use]
    pub fn head_name(&self, practice: &Practice) -> Option<String> {
        let head = self.head_person.as_ref()?;
        let (names, alias_first) = (names(head, &self.head_setting), practice.alias_first);
        let chosen = face_name(&names, self.head_setting.name_choice, alias_first);
        let shown = chosen.or_else(|_| face_name(&names, NameChoice::Real, alias_first));
        Some(shown.map_or_else(|_| head.name.clone(), |shown| shown.name))
    }

    /// Those insured in this household on a day.
    pub fn insured_on(&self, on: Date) -> impl Iterator<Item = &Member> {
        self.members
            .iter()
            .filter(move |member| member.branch_in(self.household_id, on).is_some())
    }
}

impl Member {
    /// 枝番 in a household on a day.
    #[must_use]
    pub fn branch_in(&self, household_id: i64, on: Date) -> Option<i64> {
        let mut spans = self.spans.iter();
        spans
            .find(|one| one.household_id == household_id && one.span.contains(on))
            .map(|one| one.branch)
    }

    /// 資格取得年月日 on a day: the prefecture's, which a move between its municipalities does not touch. Of somebody whose spans were
    /// loaded and never touched it is what the file says. Where nothing is known of it, 適用開始 is the same day unless it began with
    /// a 転入; what is not known is not printed.
    ///
    /// 根拠: 国民健康保険法 第5条・第7条、国民健康保険法施行規則 第6条第4項第4号（適用開始の年月日又は資格取得の年月日）
    #[must_use]
    pub fn acquired_on(&self, on: Date) -> Option<Date> {
        let spells = joined(&self.spans);
        let begun = spells.iter().rev().find(|span| span.from <= on);
        let spell = begun.or(spells.first())?;
        let meets = |held: &Span| held.common(spell).is_some();
        if let Some((held, known)) = self.prefecture.iter().rev().find(|(held, _)| meets(held)) {
            return known.then_some(held.from);
        }
        let first = self.spans.iter().find(|one| one.span.from == spell.from)?;
        let told = first.gained_on.map(|gained| gained.min(spell.from));
        told.or((!first.moved_in).then_some(spell.from))
    }

    /// 枝番 on the day, or that of the last span before it.
    #[must_use]
    pub fn last_branch(&self, household_id: i64) -> i64 {
        let own = self
            .spans
            .iter()
            .filter(|one| one.household_id == household_id);
        own.max_by_key(|one| one.span.from)
            .map_or(0, |one| one.branch)
    }

    /// 資格確認書, or 被保険者証 of before it, that the person holds on a day.
    #[must_use]
    pub fn confirmation(&self, rules: &KeptRules, on: Date) -> Option<&Previous> {
        let shown = |code: &str| {
            let of = |kind: &&Kind| kind.code == code && kind.family == Family::Eligibility;
            let mut kinds = rules.kinds.iter().filter(of);
            kinds.any(|kind| !kind.asks(Condition::CardUsable))
        };
        // 経過措置: no longer than the last day of a kind that has ended, whatever is printed.
        let taken = |one: &Previous| {
            let kind = rules.kind(&one.kind, one.effective_from).ok();
            kind.and_then(|kind| kind.accepted_through)
                .is_none_or(|through| on <= through)
        };
        let holds =
            |one: &&Previous| one.effective_from <= on && on <= one.last_day() && taken(one);
        let mut held = self.previous.iter().rev().filter(holds);
        held.find(|one| shown(&one.kind))
    }

    /// The names the register holds.
    #[must_use]
    pub fn names(&self) -> Names {
        names(&self.person, &self.setting)
    }

    /// What the law asks for, with the wishes of an application.
    #[must_use]
    pub fn facts(&self, household: &Household, wish: &Wish) -> Facts {
        let spans = joined(&self.spans);
        let sanction = household.sanction.as_ref();
        let special = sanction.filter(|(_, one)| one.kind != SanctionKind::ShortTerm);
        Facts {
            card: self.card.as_ref().map(|card| CardStatus {
                linked: card.linked,
                as_of: card.as_of,
            }),
            confirmation_asked: self.setting.confirmation_asked,
            card_blocked: self.setting.card_blocked,
            stay_until: self.stay.stay_until,
            student_until: self.stay.student_until,
            special_from: special.map(|(from, _)| *from),
            special_exempt: self.setting.special_exempt,
            special_notice_until: special.and_then(|(_, one)| one.answer_until),
            special_circumstance: special.is_some_and(|(_, one)| one.circumstance),
            short_term: sanction.is_some_and(|(_, one)| one.kind == SanctionKind::ShortTerm),
            ratio: self.ratio.clone(),
            class: self.class.clone(),
            class_until: self.class_until,
            disease: wish.disease.and_then(Disease::of),
            relief_granted: !wish.relief.is_empty(),
            decided_until: wish.until,
            in_household: joined(
                &(self.spans.iter().copied())
                    .filter(|one| one.household_id == household.household_id)
                    .collect::<Vec<_>>(),
            ),
            ..Facts::of(self.person.birth_on, spans)
        }
    }
}

fn names(person: &Person, setting: &Setting) -> Names {
    Names {
        name: person.name.clone(),
        kana: person.kana.clone(),
        latin: person.latin.clone(),
        alias: person.alias.clone(),
        alias_kana: setting.alias_kana.clone(),
    }
}

/// Spans of insurance without the seams between households.
pub(super) fn joined(spans: &[MemberSpan]) -> Vec<Span> {
    let mut joined: Vec<Span> = Vec::new();
    for one in spans {
        match joined.last_mut() {
            Some(last) if last.until == Some(one.span.from) => last.until = one.span.until,
            _ => joined.push(one.span),
        }
    }
    joined
}
