//! 証の状態 — what happened to one certificate, folded in order; an event that cannot be is refused.

use super::kind::word;
use crate::{Date, Refusal};
use serde::{Deserialize, Serialize};

/// 証の出来事.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// 印刷.
    Printed,
    /// 窓口交付.
    Handed,
    /// 発送.
    Mailed,
    /// 配達済.
    Delivered,
    /// 返戻.
    MailReturned,
    /// 返還請求 (返還通知を出した).
    ReturnRequested,
    /// 紛失の届.
    Lost,
    /// 再交付などの後に見つかった.
    Found,
    /// 返還・回収.
    Collected,
    /// 検認.
    Inspected,
    /// 無効.
    Invalidated,
    /// 交付の取消: it never left the office.
    Voided,
}

impl EventKind {
    const WORDS: [(&'static str, Self); 12] = [
        ("printed", Self::Printed),
        ("handed", Self::Handed),
        ("mailed", Self::Mailed),
        ("delivered", Self::Delivered),
        ("mail_returned", Self::MailReturned),
        ("return_requested", Self::ReturnRequested),
        ("lost", Self::Lost),
        ("found", Self::Found),
        ("collected", Self::Collected),
        ("inspected", Self::Inspected),
        ("invalidated", Self::Invalidated),
        ("voided", Self::Voided),
    ];

    /// As stored.
    #[must_use]
    pub fn code(self) -> &'static str {
        word(&Self::WORDS, self)
    }

    /// The kind of a stored code.
    #[must_use]
    pub fn of(code: &str) -> Option<Self> {
        let found = Self::WORDS.iter().find(|(word, _)| *word == code);
        found.map(|(_, kind)| *kind)
    }

    /// As shown.
    #[must_use]
    pub fn label_ja(self) -> &'static str {
        match self {
            Self::Printed => "印刷",
            Self::Handed => "窓口交付",
            Self::Mailed => "発送",
            Self::Delivered => "配達済",
            Self::MailReturned => "返戻",
            Self::ReturnRequested => "返還通知",
            Self::Lost => "紛失届",
            Self::Found => "旧証の発見",
            Self::Collected => "回収",
            Self::Inspected => "検認",
            Self::Invalidated => "無効",
            Self::Voided => "交付取消",
        }
    }
}

/// One event in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// What.
    pub kind: EventKind,
    /// When it happened.
    pub occurred_on: Date,
}

/// 証のありか.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// 未印刷.
    Decided,
    /// 印刷済, in the office.
    Office,
    /// 発送中, or sent by mail that proves no delivery.
    OnTheWay,
    /// 返戻, in the office.
    ComeBack,
    /// 本人.
    Holder,
    /// 紛失.
    Lost,
    /// 回収済.
    Collected,
    /// 交付取消.
    Voided,
}

impl Place {
    /// As shown.
    #[must_use]
    pub fn label_ja(self) -> &'static str {
        match self {
            Self::Decided => "未印刷",
            Self::Office => "印刷済",
            Self::OnTheWay => "発送済",
            Self::ComeBack => "返戻",
            Self::Holder => "交付済",
            Self::Lost => "紛失",
            Self::Collected => "回収済",
            Self::Voided => "交付取消",
        }
    }
}

/// 証の状態.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State {
    /// Where it is.
    pub place: Place,
    /// How often it was printed.
    pub printed: u32,
    /// Since when it is invalid.
    pub invalid_from: Option<Date>,
    /// 返還を求めた日.
    pub return_requested_on: Option<Date>,
    /// 検認日, the latest.
    pub inspected_on: Option<Date>,
    /// 回収日.
    pub collected_on: Option<Date>,
    /// How often it came back by mail.
    pub came_back: u32,
}

impl State {
    /// A certificate that was just decided.
    pub const DECIDED: Self = Self {
        place: Place::Decided,
        printed: 0,
        invalid_from: None,
        return_requested_on: None,
        inspected_on: None,
        collected_on: None,
        came_back: 0,
    };

    /// Whether it can be used on a day, its printed term left aside.
    #[must_use]
    pub fn usable_on(&self, day: Date) -> bool {
        !matches!(self.place, Place::Collected | Place::Voided)
            && self.invalid_from.is_none_or(|from| day < from)
    }

    /// Whether it left the office and is not back: to be asked for when it no longer holds.
    #[must_use]
    pub fn outside(&self) -> bool {
        matches!(self.place, Place::OnTheWay | Place::Holder | Place::Lost)
    }
}

/// The state after all events.
///
/// # Errors
/// A [`Refusal`] at the first event that cannot follow those before it.
pub fn fold(events: &[Event]) -> Result<State, Refusal> {
    events.iter().try_fold(State::DECIDED, |state, event| {
        may(&state, *event)?;
        Ok(after(state, *event))
    })
}

/// Whether an event can happen in a state. A day of invalidity that lies ahead may be brought forward, and is never put off.
///
/// # Errors
/// A [`Refusal`] in a clerk's words.
pub fn may(state: &State, event: Event) -> Result<(), Refusal> {
    use EventKind as E;
    let kind = event.kind;
    let place = state.place;
    let at = |places: &[Place]| places.contains(&place);
    let wrong = match kind {
        _ if at(&[Place::Voided]) => Some("交付を取り消した証です。新しく交付してください"),
        E::Printed => match (at(&[Place::Collected]), state.invalid_from) {
            (true, _) => Some("回収した証は印刷できません。再交付してください"),
            (_, Some(_)) => Some("無効の証は印刷できません。再交付してください"),
            _ => None,
        },
        E::Handed => unless(
            at(&[Place::Office, Place::ComeBack]) && state.invalid_from.is_none(),
            "印刷して手元にある有効な証だけを窓口で渡せます。先に印刷するか、再交付してください",
        ),
        E::Mailed => unless(
            at(&[Place::Office, Place::ComeBack]) && state.invalid_from.is_none(),
            "印刷して手元にある有効な証だけを発送できます。先に印刷するか、再交付してください",
        ),
        E::Delivered => unless(
            at(&[Place::OnTheWay]),
            "発送していない証を配達済にはできません。読み取った証を確かめてください",
        ),
        E::MailReturned => unless(
            at(&[Place::OnTheWay]),
            "発送していない証、または配達済の証は返戻にできません。読み取った証を確かめてください",
        ),
        E::ReturnRequested => unless(
            state.outside(),
            "証は本人の手元にありません。返還を求める必要はありません",
        ),
        E::Lost => unless(
            at(&[Place::Holder, Place::OnTheWay]),
            "交付していない証は紛失にできません",
        ),
        E::Found => unless(at(&[Place::Lost]), "紛失の届がない証です"),
        E::Collected => match place {
            Place::Collected => Some("この証はすでに回収しています"),
            Place::Decided | Place::Office => {
                Some("交付していない証です。回収ではなく交付の取消をしてください")
            }
            _ => None,
        },
        E::Inspected => unless(
            at(&[Place::Holder, Place::OnTheWay]) && state.invalid_from.is_none(),
            "有効な交付済の証だけを検認できます",
        ),
        E::Invalidated => unless(
            state
                .invalid_from
                .is_none_or(|from| event.occurred_on < from),
            "この証はすでに無効です",
        ),
        E::Voided => unless(
            at(&[Place::Decided, Place::Office, Place::ComeBack]),
            "証はすでに本人へ渡っています。取消ではなく、無効にして返還を求めてください",
        ),
    };
    wrong.map_or(Ok(()), |why| {
        Err(Refusal::new(
            "certificate.state",
            format!(
                "{}にできません（今は{}）。{why}",
                kind.label_ja(),
                place.label_ja()
            ),
        ))
    })
}

fn unless(holds: bool, why: &'static str) -> Option<&'static str> {
    (!holds).then_some(why)
}

fn after(state: State, event: Event) -> State {
    use EventKind as E;
    let on = event.occurred_on;
    let moved = |place: Place| State { place, ..state };
    match event.kind {
        E::Printed => State {
            place: if state.place == Place::Decided {
                Place::Office
            } else {
                state.place
            },
            printed: state.printed + 1,
            ..state
        },
        E::Handed | E::Delivered | E::Found => moved(Place::Holder),
        E::Mailed => moved(Place::OnTheWay),
        E::MailReturned => State {
            place: Place::ComeBack,
            came_back: state.came_back + 1,
            ..state
        },
        E::Lost => moved(Place::Lost),
        E::ReturnRequested => State {
            return_requested_on: Some(on),
            ..state
        },
        E::Collected => State {
            place: Place::Collected,
            collected_on: Some(on),
            ..state
        },
        E::Inspected => State {
            inspected_on: Some(on),
            ..state
        },
        E::Invalidated => State {
            invalid_from: Some(on),
            ..state
        },
        E::Voided => moved(Place::Voided),
    }
}
