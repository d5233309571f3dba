//! 返還・回収・検認・無効 — a paper asked back, given back, looked at, ended.

use super::deliver::step;
use super::event::{self, Happened};
use super::find::{self, Certificate};
use super::issue::load_household;
use super::left;
use super::letter::{self, Letter};
use super::load;
use super::repeat;
use super::rules::KeptRules;
use super::run_tell;
use super::task;
use super::view::Household;
use super::voided;
use super::wish::{Destination, Wish};
use crate::acts::{self, Act, ActDetails, Acting};
use crate::error::OfficeError;
use crate::security::permit::{IssueCertificate, Permit};
use db::{Conn, Store};
use law::Date;
use law::certificate::due::special_is_about;
use law::certificate::{Condition, EventKind, Family};

/// 返還請求: the letter is made and kept, and the paper is on the list of those asked back.
///
/// # Errors
/// A refusal when the paper is not outside; an input error without reason or with a term that has passed.
pub fn request_return(
    store: &Store,
    permit: &Permit<IssueCertificate>,
    acting: &Acting,
    rules: &KeptRules,
    (certificate_id, reason, until): (i64, &str, Date),
) -> Result<i64, OfficeError> {
    let on = acting.business_date;
    if reason.trim().is_empty() {
        return Err(OfficeError::input(
            "返還の理由",
            "返還の理由を入れてください（通知書に記載します）",
        ));
    }
    if until <= on {
        return Err(OfficeError::input(
            "返還の期限",
            "返還の期限は先の日にしてください",
        ));
    }
    store.write(|conn| {
        if let Some(act_id) = repeat::seen(conn, acting)? {
            return letter::by_act(conn, act_id);
        }
        let certificate = find::require(conn, certificate_id)?;
        let act = acts::begin(
            conn,
            acting,
            permit,
            "certificate.request_return",
            &ActDetails::default(),
        )?;
        let happened = Happened {
            reason: reason.to_owned(),
            detail: until.to_string(),
            ..Happened::default()
        };
        event::append(
            conn,
            &act,
            &certificate,
            (EventKind::ReturnRequested, on),
            &happened,
        )?;
        let destination = answers_for(conn, rules, &certificate, on)?;
        let words = Letter::give_back(&certificate, destination, (reason, until));
        letter::insert(conn, &act, &words, on)
    })
}

/// Where whoever answers for a paper is today: not where the household lived, or under whom, when it was issued.
///
/// 根拠: 国民健康保険法施行規則 第7条第4項・第11条（返還するのは世帯主）
fn answers_for(
    conn: &mut Conn,
    rules: &KeptRules,
    certificate: &Certificate,
    on: Date,
) -> Result<Destination, OfficeError> {
    let household = load::household(conn, certificate.household_id, on, load::NOW)?;
    let Some(household) = household.filter(|one| one.head_person.is_some()) else {
        return Ok(certificate.destination.clone());
    };
    let practice = rules.practice(on)?;
    Ok(household.member(certificate.person_id).map_or_else(
        || letter::of_head(&household, practice),
        |member| letter::of_member(&household, member, practice),
    ))
}

/// 特別療養費の事前通知: made and kept for a household, before [`super::fact::impose`]. The 資格確認書 of those whom it is about are
/// asked back with it.
///
/// 根拠: 国民健康保険法 第54条の3第3項、国民健康保険法施行規則 第27条の5の2第1項・第2項
///
/// # Errors
/// A refusal when the household is unknown; an input error when the days do not follow each other.
pub fn notify_special(
    store: &Store,
    permit: &Permit<IssueCertificate>,
    acting: &Acting,
    rules: &KeptRules,
    household_id: i64,
    (from, answer_until): (Date, Date),
) -> Result<i64, OfficeError> {
    let on = acting.business_date;
    if !(on < answer_until && answer_until < from) {
        return Err(OfficeError::input(
            "届出の期限",
            "届出の期限は今日より後、開始の予定日より前にしてください",
        ));
    }
    store.write(|conn| {
        if let Some(act_id) = repeat::seen(conn, acting)? {
            return letter::by_act(conn, act_id);
        }
        let household = load_household(conn, household_id, on)?;
        let act = acts::begin(
            conn,
            acting,
            permit,
            "certificate.notify_special",
            &ActDetails::default(),
        )?;
        let asked_back = confirmations(conn, rules, &household, on)?;
        let happened = Happened {
            reason: "特別療養費の事前通知".to_owned(),
            detail: answer_until.to_string(),
            ..Happened::default()
        };
        for paper in &asked_back {
            let asked = (EventKind::ReturnRequested, on);
            event::append(conn, &act, paper, asked, &happened)?;
        }
        let days = (from, answer_until);
        let words = Letter::special_notice(&household, rules.practice(on)?, days, &asked_back);
        letter::insert(conn, &act, &words, on)
    })
}

/// The 資格確認書 that members hold whom 特別療養費 is about: not of those up to the 31 March after 18, nor of those who can have
/// 原爆一般疾病医療費 and the like.
///
/// 根拠: 国民健康保険法 第54条の3第1項、国民健康保険法施行規則 第27条の5の2第1項
fn confirmations(
    conn: &mut Conn,
    rules: &KeptRules,
    household: &Household,
    on: Date,
) -> Result<Vec<Certificate>, OfficeError> {
    let mut found = Vec::new();
    for member in household.insured_on(on) {
        if !special_is_about(&member.facts(household, &Wish::default()), on) {
            continue;
        }
        // August's paper, handed out in July, is asked back too.
        for held in member.previous.iter().filter(|one| on <= one.last_day()) {
            let kind = rules.kind(&held.kind, held.effective_from)?;
            let confirms = kind.family == Family::Eligibility && kind.asks(Condition::NotSpecial);
            let here = held.household_id == household.household_id;
            if confirms
                && !kind.asks(Condition::CardUsable)
                && here
                && left::is_outside(&held.place)
            {
                found.push(find::require(conn, held.certificate_id)?);
            }
        }
    }
    Ok(found)
}

/// 回収・返還: the paper is back. `arose_on` is the day the reason arose (治癒, 限度額の変更).
///
/// # Errors
/// A refusal when it is back already or never left.
pub fn collect(
    store: &Store,
    permit: &Permit<IssueCertificate>,
    acting: &Acting,
    certificate_id: i64,
    (reason, arose_on): (&str, Option<Date>),
) -> Result<Certificate, OfficeError> {
    if reason.trim().is_empty() {
        return Err(OfficeError::input(
            "回収の理由",
            "回収の理由を入れてください",
        ));
    }
    if arose_on.is_some_and(|day| day > acting.business_date) {
        return Err(OfficeError::input("理由発生日", "理由発生日が先の日です"));
    }
    let happened = Happened {
        reason: reason.to_owned(),
        reason_arose_on: arose_on,
        ..Happened::default()
    };
    store.write(|conn| {
        let certificate = find::require(conn, certificate_id)?;
        if repeat::seen(conn, acting)?.is_some() {
            return Ok(certificate);
        }
        let act = acts::begin(
            conn,
            acting,
            permit,
            "certificate.collect",
            &ActDetails::default(),
        )?;
        let on = acting.business_date;
        event::append(
            conn,
            &act,
            &certificate,
            (EventKind::Collected, on),
            &happened,
        )?;
        task::collected(conn, &act, &certificate)?;
        find::require(conn, certificate_id)
    })
}

/// 検認.
///
/// 根拠: 国民健康保険法施行規則 第7条の2
///
/// # Errors
/// A refusal when the certificate is not valid and with its holder.
pub fn inspect(
    store: &Store,
    permit: &Permit<IssueCertificate>,
    acting: &Acting,
    certificate_id: i64,
) -> Result<Certificate, OfficeError> {
    let find = |conn: &mut Conn| find::require(conn, certificate_id);
    step(
        store,
        permit,
        acting,
        "certificate.inspect",
        find,
        (EventKind::Inspected, &Happened::default()),
    )
}

/// 旧証の発見 after a loss: it must be given back at once.
///
/// 根拠: 国民健康保険法施行規則 第7条第4項
///
/// # Errors
/// A refusal when no loss was reported.
pub fn found_again(
    store: &Store,
    permit: &Permit<IssueCertificate>,
    acting: &Acting,
    certificate_id: i64,
) -> Result<Certificate, OfficeError> {
    let find = |conn: &mut Conn| find::require(conn, certificate_id);
    step(
        store,
        permit,
        acting,
        "certificate.found",
        find,
        (EventKind::Found, &Happened::default()),
    )
}

/// 無効: from a day on, with the reason (資格喪失, 特別療養費への切替え, 非該当).
///
/// # Errors
/// A refusal when it is invalid already.
pub fn invalidate(
    store: &Store,
    permit: &Permit<IssueCertificate>,
    acting: &Acting,
    certificate_id: i64,
    (from, reason): (Date, &str),
) -> Result<Certificate, OfficeError> {
    if reason.trim().is_empty() {
        return Err(OfficeError::input(
            "無効の理由",
            "無効にする理由を入れてください",
        ));
    }
    store.write(|conn| {
        let certificate = find::require(conn, certificate_id)?;
        if repeat::seen(conn, acting)?.is_some() {
            return Ok(certificate);
        }
        let act = acts::begin(
            conn,
            acting,
            permit,
            "certificate.invalidate",
            &ActDetails::default(),
        )?;
        end(conn, &act, &certificate, from, reason)?;
        find::require(conn, certificate_id)
    })
}

/// 交付の取消 of a paper that never left the office, or came back to it: it is void, what its issue ended holds again, and what is
/// due to its household instead is told.
///
/// # Errors
/// A refusal when it has left; an input error without a reason.
pub fn void(
    store: &Store,
    permit: &Permit<IssueCertificate>,
    acting: &Acting,
    rules: &KeptRules,
    (certificate_id, reason): (i64, &str),
) -> Result<Certificate, OfficeError> {
    if reason.trim().is_empty() {
        return Err(OfficeError::input(
            "取消の理由",
            "交付を取り消す理由を入れてください",
        ));
    }
    let on = acting.business_date;
    store.write(|conn| {
        let certificate = find::require(conn, certificate_id)?;
        if repeat::seen(conn, acting)?.is_some() {
            return Ok(certificate);
        }
        let none = ActDetails::default();
        let act = acts::begin(conn, acting, permit, "certificate.void", &none)?;
        let why = Happened::because(reason);
        event::append(conn, &act, &certificate, (EventKind::Voided, on), &why)?;
        task::voided(conn, &act, &certificate)?;
        if certificate.run_id > 0 {
            let of = (certificate.run_id, certificate.household_id);
            run_tell::tell_household(conn, &act, of, on)?;
        } else {
            voided::follow_up(conn, &act, rules, &certificate, on)?;
        }
        find::require(conn, certificate_id)
    })
}

pub(super) fn end(
    conn: &mut Conn,
    act: &Act,
    certificate: &Certificate,
    from: Date,
    reason: &str,
) -> Result<(), OfficeError> {
    let why = Happened::because(reason);
    event::append(conn, act, certificate, (EventKind::Invalidated, from), &why)?;
    Ok(())
}
