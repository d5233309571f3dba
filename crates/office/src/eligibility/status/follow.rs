//! 状態の後続 — what a status does to the levy, and what a clerk has to know of it.

use super::assistance;
use super::order::Order;
use super::{circumstances, student, whereabouts};
use crate::acts::{Act, Acting};
use crate::eligibility::overlap;
use crate::eligibility::request::Books;
use crate::error::OfficeError;
use crate::levy::relevy::NOW;
use crate::levy::why::{Explained, explain_facts};
use crate::levy::{self, Relevied};
use crate::registry::{InsuredSpan, timeline};
use crate::worklist::{self, NewItem};
use db::Conn;
use law::Date;

/// What the levy of a person's households becomes.
#[derive(Clone, Debug, Default)]
pub struct Levied {
    /// Each liable person and year that changes.
    pub relevied: Vec<Relevied>,
    /// Why, of each of `relevied`.
    pub reasons: Vec<Vec<Explained>>,
    /// 保留: why a household could not be levied; the matter is on the work list.
    pub held: Vec<String>,
}

/// 即時の更正 of every household a person is or was insured in.
pub(super) fn levy(
    conn: &mut Conn,
    books: &Books<'_>,
    acting: &Acting,
    act: &Act,
    person_id: i64,
    note: &str,
) -> Result<Levied, OfficeError> {
    let spans = timeline::<InsuredSpan>(conn, person_id, None)?;
    let mut households: Vec<i64> = spans.iter().map(|span| span.fact.household_id).collect();
    households.sort_unstable();
    households.dedup();
    let reason = if note.trim().is_empty() {
        "状態の登録"
    } else {
        note
    };
    let day = acting.business_date;
    let mut levied = Levied::default();
    for household_id in households {
        let done = conn.savepoint(|conn| {
            levy::relevy_within(conn, &books.levy, act, day, household_id, reason)
        });
        match done {
            Ok(relevied) => levied.relevied.extend(relevied),
            Err(OfficeError::Refusal(refusal)) => {
                let item = NewItem::about_household(
                    worklist::LEVY_HELD,
                    household_id,
                    &format!("levy/{household_id}"),
                    &refusal.message_ja,
                    day,
                );
                worklist::open(conn, act, &item)?;
                levied.held.push(refusal.message_ja);
            }
            Err(other) => return Err(other),
        }
    }
    for one in &levied.relevied {
        let outcome = &one.after.outcome;
        let rules = books.levy.of(one.after.levy_year)?;
        // A levy that cannot be explained is an alarm on its own page, not here.
        let all = explain_facts(conn, rules, outcome.household_id, NOW).unwrap_or_default();
        let own = all
            .into_iter()
            .filter(|(liable, _)| *liable == outcome.liable_id);
        levied.reasons.push(own.map(|(_, one)| one).collect());
    }
    Ok(levied)
}

/// What an order means in law, and what else is to be looked at.
pub(super) fn says(
    conn: &mut Conn,
    order: &Order,
    today: Date,
) -> Result<Vec<String>, OfficeError> {
    let mut says: Vec<String> = Vec::new();
    match order {
        Order::State(stated) => match stated.code.as_str() {
            "student" => says.push(student::EFFECT_JA.to_owned()),
            "stay_renewal" => says.push(
                "満了日までに申請した人は、許可・不許可があるまで、遅くとも満了日から2か月までは在留が続き、国民健康保険の資格も続きます（特例期間、出入国管理及び難民認定法第20条第6項）。証の有効期限はこの日までになります"
                    .to_owned(),
            ),
            "exclusion" => says.push(
                "国民健康保険法第6条の各号に当たる間は被保険者となりません。加入中のときは喪失の届出を登録してください"
                    .to_owned(),
            ),
            "late_elderly" => says.push(
                "後期高齢者医療の被保険者は国民健康保険の被保険者となりません（国民健康保険法第6条第8号）。障害認定のときは喪失を、認定の撤回のときは取得を登録してください"
                    .to_owned(),
            ),
            "company_insurance" => says.extend(doubles(conn, stated.subject, today)?),
            _ => {}
        },
        Order::Hold {
            notice,
            certificate,
            ..
        } => {
            let notice = notice.then_some(whereabouts::NOTICE_EFFECT_JA);
            let certificate = certificate.then_some(whereabouts::CERTIFICATE_EFFECT_JA);
            says.extend(notice.into_iter().chain(certificate).map(str::to_owned));
        }
        Order::Circumstances { .. } => says.push(circumstances::EFFECT_JA.to_owned()),
        Order::Enter { .. } => says.push(
            "施設に入る前に住所があった市区町村が保険者であり続けます。続けて別の施設に移ったときは、最初の施設に入る前の市区町村です（国民健康保険法第116条の2）"
                .to_owned(),
        ),
        Order::Assistance(told) if told.change == assistance::Change::Suspended => says.push(
            "保護を停止されている世帯は適用除外になりません（国民健康保険法第6条第9号）".to_owned(),
        ),
        _ => {}
    }
    Ok(says)
}

/// 二重加入 of a person, in words.
fn doubles(conn: &mut Conn, person_id: i64, today: Date) -> Result<Vec<String>, OfficeError> {
    let found = overlap::double_coverage(conn, person_id, today)?;
    let words = found.into_iter().map(|one| {
        let until = one
            .until
            .map_or_else(String::new, |until| {
                law::era::wareki(law::date::previous_day(until))
            });
        format!(
            "国民健康保険と二重に加入する期間があります（{}〜{until} {}）。喪失の届出を登録してください",
            law::era::wareki(one.from),
            one.insurer_name
        )
    });
    Ok(words.collect())
}
