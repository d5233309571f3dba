//! 特別療養費の処理 — the notice before it, its beginning, the notice before its end, its end, and a mistake taken back.

use super::special::{FROM_AGAIN, notices, to_end, told};
use crate::change::{self, About, Blank, Change, Shown};
use crate::desk::{Desk, Posted};
use crate::fields::{Fields, note};
use crate::view::FieldError;
use crate::view::cards::Note;
use crate::view::entry::{Field, Form, Input};
use crate::view::format::day_ja;
use crate::view::layout::Tone;
use axum::extract::{Path, Query};
use axum::response::Response;
use db::Conn;
use law::Date;
use office::certificate::give_back;
use office::certificate::letter::LetterKind;
use office::certificate::measure;
use office::security::permit::{ApproveCertificate, IssueCertificate};
use office::{Acting, OfficeError};

/// One of the five.
#[derive(Clone, Copy)]
pub(super) enum What {
    /// 事前通知.
    Notice,
    /// 特別療養費への切替.
    Impose,
    /// 療養の給付等を行う旨の通知.
    NoticeEnd,
    /// 解除.
    Lift,
    /// 処分の取消, by the act that put it down.
    TakeBack(i64),
}

/// What is done to a household.
pub struct Measure {
    pub(super) household: i64,
    pub(super) what: What,
}

/// What was typed.
#[derive(Clone, Default)]
pub struct Typed {
    pub(super) from: Option<Date>,
    pub(super) until: Option<Date>,
    pub(super) noticed_on: Option<Date>,
    pub(super) reason: String,
}

type Asked = Query<Vec<(String, String)>>;

fn of(household: i64, what: What) -> Measure {
    Measure { household, what }
}

/// The form of the 事前通知.
pub async fn notice_page(desk: Desk, Path(id): Path<i64>, Query(asked): Asked) -> Response {
    change::open(desk, of(id, What::Notice), asked).await
}

/// What was typed for the 事前通知.
pub async fn notice_send(Path(id): Path<i64>, posted: Posted) -> Response {
    change::send(posted, of(id, What::Notice)).await
}

/// The form of the beginning.
pub async fn impose_page(desk: Desk, Path(id): Path<i64>, Query(asked): Asked) -> Response {
    change::open(desk, of(id, What::Impose), asked).await
}

/// What was typed for the beginning.
pub async fn impose_send(Path(id): Path<i64>, posted: Posted) -> Response {
    change::send(posted, of(id, What::Impose)).await
}

/// The form of the notice before the end.
pub async fn notice_end_page(desk: Desk, Path(id): Path<i64>, Query(asked): Asked) -> Response {
    change::open(desk, of(id, What::NoticeEnd), asked).await
}

/// What was typed for the notice before the end.
pub async fn notice_end_send(Path(id): Path<i64>, posted: Posted) -> Response {
    change::send(posted, of(id, What::NoticeEnd)).await
}

/// The form of the end.
pub async fn lift_page(desk: Desk, Path(id): Path<i64>, Query(asked): Asked) -> Response {
    change::open(desk, of(id, What::Lift), asked).await
}

/// What was typed for the end.
pub async fn lift_send(Path(id): Path<i64>, posted: Posted) -> Response {
    change::send(posted, of(id, What::Lift)).await
}

/// The form that takes a mistake back.
pub async fn undo_page(
    desk: Desk,
    Path((id, act)): Path<(i64, i64)>,
    Query(asked): Asked,
) -> Response {
    change::open(desk, of(id, What::TakeBack(act)), asked).await
}

/// Why it was a mistake.
pub async fn undo_send(Path((id, act)): Path<(i64, i64)>, posted: Posted) -> Response {
    change::send(posted, of(id, What::TakeBack(act))).await
}

impl What {
    fn step(self) -> String {
        match self {
            Self::Notice => "notice".to_owned(),
            Self::Impose => "impose".to_owned(),
            Self::NoticeEnd => "notice-end".to_owned(),
            Self::Lift => "lift".to_owned(),
            Self::TakeBack(act) => format!("undo/{act}"),
        }
    }

    /// The days that are typed: name, label, what helps.
    const fn days(self) -> &'static [(&'static str, &'static str, &'static str)] {
        match self {
            Self::Notice => &[
                ("until", "届出・弁明と返還の期限", "今日より後の日"),
                ("from", "開始の予定年月日", "期限より後の日"),
            ],
            Self::Impose => &[
                ("noticed_on", "事前通知日", "通知書を作った日"),
                ("until", "届出・弁明と返還の期限", "通知書に書いた期限"),
                ("from", "開始日", "期限より後の日"),
            ],
            Self::NoticeEnd => &[("from", "療養の給付に戻す日", "今日以後の日")],
            Self::Lift => &[
                (
                    "noticed_on",
                    "解除の通知日",
                    "療養の給付に戻す旨と開始の予定年月日を世帯主に通知した日（法第54条の3第5項）",
                ),
                ("from", "療養の給付に戻す日", "通知日以後の日"),
            ],
            Self::TakeBack(_) => &[],
        }
    }

    const fn reason(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Notice => None,
            Self::Impose => Some(("処分の理由", "滞納の期別と勧奨の経過")),
            Self::NoticeEnd | Self::Lift => {
                Some(("解除の理由", "完納、滞納額の著しい減少、特別の事情など"))
            }
            Self::TakeBack(_) => Some(("取消の理由", "何を誤ったか")),
        }
    }
}

impl Measure {
    /// What the form opens with, from the latest notice or the measure in force.
    fn usual(&self, desk: &Desk, conn: &mut Conn, name: &str) -> Result<String, OfficeError> {
        let kind = match self.what {
            What::Lift => LetterKind::SpecialEnd,
            _ => LetterKind::SpecialNotice,
        };
        let kept = notices(conn, self.household, kind)?;
        Ok(match (self.what, name, kept.last()) {
            (What::Impose, "noticed_on", Some(kept)) => day_ja(kept.made_on),
            (What::Impose, "until", Some(kept)) => told(kept, "届出・弁明と返還の期限").to_owned(),
            (What::Impose, "from", Some(kept)) => told(kept, "開始の予定年月日").to_owned(),
            (What::Lift, "noticed_on", Some(kept)) => day_ja(kept.made_on),
            (What::Lift, "from", Some(kept)) => told(kept, FROM_AGAIN).to_owned(),
            (What::Lift, "noticed_on", None) => day_ja(desk.business_date()),
            _ => String::new(),
        })
    }

    fn notes(&self, desk: &Desk, conn: &mut Conn) -> Result<Vec<Note>, OfficeError> {
        let line = match self.what {
            What::Notice => {
                "通知書には、支給申請先、特別の事情と原爆一般疾病医療費の支給等の届出、資格確認書の返還を書きます（法第54条の3第3項、施行規則第27条の5の2・第27条の5の3）。"
            }
            What::Impose
                if notices(conn, self.household, LetterKind::SpecialNotice)?.is_empty() =>
            {
                "この世帯の事前通知は、このシステムでは作られていません。通知書の控えで日付を確かめてください。"
            }
            What::Impose => {
                "18歳到達後最初の3月31日までの人と、原爆一般疾病医療費の支給等を受けられる人には適用しません。"
            }
            What::NoticeEnd => {
                "通知書には、療養の給付等を行う旨と開始の予定年月日を書きます（法第54条の3第5項、施行規則第27条の5の6）。"
            }
            What::Lift if to_end(conn, self.household, desk.business_date())?.is_none() => {
                "この世帯に、解除する処分はありません。"
            }
            What::Lift => "先に世帯主へ通知してから登録します（法第54条の3第5項）。",
            What::TakeBack(_) => {
                "はじめからなかったことにします。完納などで終わるときは、取り消さずに解除してください。"
            }
        };
        Ok(vec![Note::new(Tone::Info, "", vec![line.to_owned()])])
    }

    fn page(&self) -> String {
        format!("/households/{}/special", self.household)
    }
}

impl Change for Measure {
    type Order = Typed;

    fn title(&self) -> String {
        match self.what {
            What::Notice => "特別療養費の事前通知",
            What::Impose => "特別療養費への切替",
            What::NoticeEnd => "療養の給付等を行う旨の通知",
            What::Lift => "特別療養費の解除",
            What::TakeBack(_) => "処分の取消",
        }
        .to_owned()
    }

    fn about(&self) -> About {
        About {
            household: Some(self.household),
            person: None,
            tab: "certificates",
        }
    }

    fn allow(&self, desk: &Desk) -> Result<(), OfficeError> {
        match self.what {
            What::Notice | What::NoticeEnd => desk.permit::<IssueCertificate>().map(|_| ()),
            _ => desk.permit::<ApproveCertificate>().map(|_| ()),
        }
    }

    fn blank(&self, desk: &Desk, conn: &mut Conn, fields: &Fields) -> Result<Blank, OfficeError> {
        let today = desk.business_date();
        let mut all = Vec::new();
        for (name, label, hint) in self.what.days() {
            let value = if fields.has(name) {
                fields.day_written(name, today)
            } else {
                self.usual(desk, conn, name)?
            };
            all.push(Field::new(Input::Day, name, label, &value).hint(hint));
        }
        if let Some((label, hint)) = self.what.reason() {
            let field = Field::new(Input::Text, "reason", label, fields.text("reason"));
            all.push(field.hint(hint).wide());
        }
        if let Some(first) = all.first_mut() {
            first.first = true;
        }
        let action = format!("{}/{}", self.page(), self.what.step());
        Ok(Blank {
            form: Form::post(&action).fields(all),
            notes: self.notes(desk, conn)?,
            ..Blank::default()
        })
    }

    fn read(
        &self,
        desk: &Desk,
        _: &mut Conn,
        fields: &Fields,
        errors: &mut Vec<FieldError>,
    ) -> Result<Option<Typed>, OfficeError> {
        let today = desk.business_date();
        let mut typed = Typed {
            reason: fields.text("reason").to_owned(),
            ..Typed::default()
        };
        for (name, label, _) in self.what.days() {
            let day = fields.required_day(name, label, today, errors);
            match *name {
                "from" => typed.from = day,
                "until" => typed.until = day,
                _ => typed.noticed_on = day,
            }
        }
        if let Some((label, hint)) = self.what.reason()
            && typed.reason.is_empty()
        {
            note(
                errors,
                "reason",
                &format!("{label}: {hint}を入力してください"),
            );
        }
        if matches!(self.what, What::Impose) && typed.noticed_on.is_some_and(|day| day > today) {
            note(
                errors,
                "noticed_on",
                "事前通知日: 先の日です。通知した日を入れてください",
            );
        }
        Ok(Some(typed))
    }

    fn show(&self, desk: &Desk, typed: &Typed) -> Result<Shown, OfficeError> {
        let mut facts = Vec::new();
        for (name, label, _) in self.what.days() {
            let day = match *name {
                "from" => typed.from,
                "until" => typed.until,
                _ => typed.noticed_on,
            };
            facts.push(((*label).to_owned(), day.map_or_else(String::new, day_ja)));
        }
        if let Some((label, _)) = self.what.reason() {
            facts.push((label.to_owned(), typed.reason.clone()));
        }
        let line = match self.what {
            What::Notice => "事前通知書を1通作ります。まだ特別療養費には切り替わりません。",
            What::NoticeEnd => {
                "通知書を1通作ります。まだ解除はされません。印刷して送ってから、責任者が解除を登録します。"
            }
            What::Impose => {
                "開始日から、対象になる人の証は特別療養の様式になります。持っている資格確認書は返還を求めてください。"
            }
            What::Lift => "この日から、療養の給付に戻ります。特別療養の証は差し替えてください。",
            What::TakeBack(_) => {
                "この処分はなかったことになります。交付した特別療養の証は差し替えてください。"
            }
        };
        Ok(Shown {
            facts,
            notes: vec![Note::new(Tone::Warn, "", vec![line.to_owned()])],
            cards: self.papers(desk, typed)?,
            ..Shown::default()
        })
    }

    fn carry_out(&self, desk: &Desk, typed: &Typed, acting: &Acting) -> Result<(), OfficeError> {
        let (store, id) = (desk.store(), self.household);
        let missing = || OfficeError::input("開始日", "日付を入力してください");
        match self.what {
            What::Notice => {
                let permit = desk.permit::<IssueCertificate>()?;
                let days = typed.from.zip(typed.until).ok_or_else(missing)?;
                give_back::notify_special(store, &permit, acting, &super::rules(desk)?, id, days)?;
            }
            What::NoticeEnd => {
                let permit = desk.permit::<IssueCertificate>()?;
                let words = (typed.from.ok_or_else(missing)?, typed.reason.as_str());
                measure::notify_end(store, &permit, acting, &super::rules(desk)?, id, words)?;
            }
            What::Impose | What::Lift | What::TakeBack(_) => {
                let permit = desk.permit::<ApproveCertificate>()?;
                let rules = super::rules(desk)?;
                self.ordered(typed, |order| {
                    measure::decide(store, &permit, acting, &rules, id, order).map(|_| ())
                })?;
            }
        }
        Ok(())
    }

    fn done(&self, _: i64) -> String {
        self.page()
    }

    fn field_of(&self, label: &str) -> String {
        match label {
            "届出の期限" => "until",
            "解除の通知日" => "noticed_on",
            "開始日" | "療養の給付に戻す日" => "from",
            "処分の理由" | "解除の理由" | "取消の理由" => "reason",
            _ => "",
        }
        .to_owned()
    }

    fn back(&self) -> String {
        self.page()
    }
}
