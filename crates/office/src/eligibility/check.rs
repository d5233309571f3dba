//! 受付の確認 — what can be told at the counter before an event is stated, and whether a second person must approve.

use super::age::AT_75;
use super::born::{birth_of, birth_on_record};
use super::event::{self, NewChange, NewEvent, ResidencePaper};
use super::founding;
use super::request::{Books, Request};
use super::twice;
use crate::acts::Acting;
use crate::error::OfficeError;
use crate::registry::load::is_foreigner;
use db::{Conn, Sql};
use law::clause::{Clause, Statute};
use law::date::{attains, birthday};
use law::eligibility::Reason;
use law::eligibility::exclusion::{exclusion_of, needs_period};
use law::eligibility::report::days_between;
use law::era::wareki;
use law::rules::Cause;
use law::rules::eligibility::{PrefectureEffect, Side};
use law::{Date, Refusal};

const INSURED_BEFORE: Sql = Sql {
    name: "eligibility.check.insured_before",
    text: "select count(*) from insured_fact where subject = $1 and valid_from < $2 and superseded_at is null \
           and (valid_until is null or valid_until >= $2)",
};
const HOUSEHOLD_KNOWN: Sql = Sql {
    name: "eligibility.check.household_known",
    text: "select count(*) from household where household_id = $1",
};
/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[INSURED_BEFORE, HOUSEHOLD_KNOWN];

/// 喪失事由 of 障害認定.
const BY_DISABILITY: &str = "late_elderly_disability";

/// The row of a new event's cause.
pub(super) fn cause_of<'b>(books: &Books<'b>, event: &NewEvent) -> Result<&'b Cause, OfficeError> {
    let rules = books.book.eligibility();
    let cause = rules.cause(&event.cause, event.occurred_on)?;
    let wanted = match event.change {
        NewChange::Gain { .. } => Side::Gain,
        NewChange::Loss { .. } => Side::Loss,
        _ => Side::Change,
    };
    if cause.side != wanted {
        return Err(OfficeError::input(
            "事由",
            &format!(
                "「{}」は{}の事由です。{}の事由を選んでください",
                cause.name_ja,
                cause.side.label_ja(),
                wanted.label_ja()
            ),
        ));
    }
    Ok(cause)
}

/// Refuses what no later event could make right.
pub(super) fn event(
    conn: &mut Conn,
    books: &Books<'_>,
    acting: &Acting,
    request: &Request,
    new: &NewEvent,
) -> Result<(), OfficeError> {
    let cause = cause_of(books, new)?;
    if cause.key == founding::CAUSE {
        return Err(OfficeError::input(
            "事由",
            "設定日のさかのぼりは、設定より前の日からの加入を登録すると一緒に記録されます。加入を登録してください",
        ));
    }
    if new
        .reported_on
        .is_some_and(|day| day > acting.business_date)
    {
        return Err(OfficeError::input(
            "届出日",
            "届出日が今日より後です。届け出た日を入れてください",
        ));
    }
    declared(conn, new)?;
    match &new.change {
        NewChange::Gain {
            person_id,
            prefecture_since,
            residence,
            ..
        } => {
            gain(conn, *person_id, new.occurred_on)?;
            prefecture_day(books, cause, new.occurred_on, *prefecture_since)?;
            // The 資格 is the prefecture's: it goes on though its day is not told.
            let goes_on =
                prefecture_since.is_some() || cause.prefecture == PrefectureEffect::Continues;
            let day = (new.occurred_on, goes_on);
            foreigner(conn, books, *person_id, day, residence.as_ref())?;
        }
        NewChange::Loss {
            person_id,
            elsewhere_from,
        } => {
            over_to_late_elderly(conn, cause, *person_id, new.occurred_on)?;
            if cause.key == "died" && new.occurred_on > acting.business_date {
                return Err(OfficeError::input(
                    "異動日",
                    "死亡の日が今日より後です。死亡の日を確かめてください",
                ));
            }
            if elsewhere_from.is_some_and(|day| day < new.occurred_on) {
                return Err(OfficeError::input(
                    "転出先で住所を有した日",
                    "転出の日より前の日です。転出の日か、転出先の日を確かめてください",
                ));
            }
        }
        NewChange::FormerStart {
            person_id, since, ..
        } => {
            birth_on_record(conn, *person_id)?;
            if *since > new.occurred_on {
                return Err(OfficeError::input(
                    "資格喪失日の前日",
                    "転入の日より後の日です。特定同一世帯所属者証明書の日を確かめてください",
                ));
            }
        }
        NewChange::Move { person_id, .. } => {
            birth_on_record(conn, *person_id)?;
        }
        NewChange::FormerEnd { person_id } => {
            birth_of(conn, *person_id)?;
        }
        NewChange::Found { head_person_id, .. } | NewChange::Head { head_person_id, .. } => {
            birth_on_record(conn, *head_person_id)?;
        }
        NewChange::Renumber { .. } | NewChange::Close { .. } => {}
    }
    household(conn, request, new)?;
    twice::refuse(conn, request, new)
}

/// 突合: what the paper says of the person against what the register says.
fn declared(conn: &mut Conn, new: &NewEvent) -> Result<(), OfficeError> {
    let (Some(person_id), Some(declared)) = (new.person_id(), new.declared_birth_on) else {
        return Ok(());
    };
    let birth_on = birth_of(conn, person_id)?;
    if birth_on == declared {
        return Ok(());
    }
    Err(OfficeError::input(
        "届書の生年月日",
        &format!(
            "届書の生年月日（{}）が宛名番号{person_id}の記録（{}）と違います。人の取り違えがないか確かめてください",
            wareki(declared),
            wareki(birth_on)
        ),
    ))
}

fn gain(conn: &mut Conn, person_id: i64, on: Date) -> Result<(), OfficeError> {
    let birth_on = birth_on_record(conn, person_id)?;
    let at_75 = birthday(birth_on, 75);
    let reason = if on < birth_on {
        Reason::BeforeBirth(birth_on)
    } else if on >= at_75 {
        Reason::Aged75(at_75)
    } else {
        return Ok(());
    };
    Err(Refusal::new("eligibility.gain.age", reason.message_ja())
        .under(Clause::new(Statute::NhiAct, "第6条第8号"))
        .into())
}

/// 後期高齢者医療への加入: at 75 from the birthday on; by 障害認定 from the day on which 65 is attained.
///
/// 根拠: 高齢者の医療の確保に関する法律 第50条第1号・第2号、年齢計算ニ関スル法律
fn over_to_late_elderly(
    conn: &mut Conn,
    cause: &Cause,
    person_id: i64,
    on: Date,
) -> Result<(), OfficeError> {
    let birth_on = birth_of(conn, person_id)?;
    let (age, first) = match cause.key.as_str() {
        AT_75 => (75, birthday(birth_on, 75)),
        BY_DISABILITY => (65, attains(birth_on, 65)),
        _ => return Ok(()),
    };
    if on >= first {
        return Ok(());
    }
    let message = format!(
        "{}にはまだ{age}歳に達していません（{}から）。「{}」は{age}歳からの事由です。異動日・生年月日・事由を確かめてください",
        wareki(on),
        wareki(first),
        cause.name_ja
    );
    Err(Refusal::new("eligibility.loss.age", message)
        .under(Clause::new(Statute::ElderlyCareAct, "第50条"))
        .into())
}

/// 都道府県の資格取得年月日 with a gain: only of a cause under which the 資格 may go on from another municipality of the prefecture.
///
/// 根拠: 国民健康保険法 第5条・第7条
fn prefecture_day(
    books: &Books<'_>,
    cause: &Cause,
    on: Date,
    since: Option<Date>,
) -> Result<(), OfficeError> {
    let Some(since) = since else { return Ok(()) };
    let goes_on = |cause: &Cause| {
        let (side, effect) = (cause.side, cause.prefecture);
        let on = [PrefectureEffect::Continues, PrefectureEffect::Told];
        side == Side::Gain && on.contains(&effect)
    };
    let message = if !goes_on(cause) {
        let known = books.book.eligibility().causes_on(on).into_iter();
        let names: Vec<&str> = known
            .filter(|cause| goes_on(cause))
            .map(|cause| cause.name_ja.as_str())
            .collect();
        if names.is_empty() {
            "平成30年3月までの取得には入れません（資格は市町村ごとでした）。空欄にしてください"
                .to_owned()
        } else {
            format!(
                "「{}」では、前の市町村の資格は続きません。空欄にするか、事由を確かめてください（入れられるのは「{}」のときです）",
                cause.name_ja,
                names.join("」「")
            )
        }
    } else if since > on {
        "取得の日より後の日です。前の市町村での資格取得年月日を入れてください".to_owned()
    } else {
        return Ok(());
    };
    Err(OfficeError::input("都道府県の資格取得年月日", &message))
}

/// 適用除外: the residents' register alone does not make a foreigner insured. "既に被保険者の資格を取得しているもの" is one whose
/// 資格 reaches to the day, here or (`goes_on`) in another municipality of the prefecture; one that ended before is over.
///
/// 根拠: 国民健康保険法 第6条第11号、国民健康保険法施行規則 第1条・第2条第3項
fn foreigner(
    conn: &mut Conn,
    books: &Books<'_>,
    person_id: i64,
    (on, goes_on): (Date, bool),
    paper: Option<&ResidencePaper>,
) -> Result<(), OfficeError> {
    let Some(paper) = paper else {
        if !is_foreigner(conn, person_id, on)? {
            return Ok(());
        }
        return Err(OfficeError::input(
            "在留資格",
            "外国人は住民票だけでは加入できません。在留カードと指定書の在留資格・活動・期間を入れてください",
        ));
    };
    let before = conn.query_one(&INSURED_BEFORE, &[person_id.into(), on.into()], |row| {
        row.int(0)
    })?;
    let residence = paper.read(goes_on || before > 0);
    paper.grounded()?;
    designated(books, paper, on)?;
    let birth_on = birth_of(conn, person_id)?;
    let Some(row) = exclusion_of(books.book.eligibility(), &residence, birth_on, on) else {
        return period_told(paper);
    };
    Err(Refusal::new(
        "eligibility.excluded",
        format!(
            "適用除外です（{}）。{}（{}）",
            row.name_ja, row.reason_ja, row.clause
        ),
    )
    .under(Clause::new(Statute::NhiAct, "第6条第11号"))
    .into())
}

/// 在留期間: three months or less exclude, so a stay with a period is not taken for one without.
///
/// 根拠: 国民健康保険法施行規則 第1条第1号、住民基本台帳法 第30条の45、出入国管理及び難民認定法 第19条の3第1号
fn period_told(paper: &ResidencePaper) -> Result<(), OfficeError> {
    let status = paper.status.trim();
    if paper.months.is_some() || !needs_period(status) {
        return Ok(());
    }
    Err(OfficeError::input(
        "在留期間",
        &format!(
            "在留資格「{status}」には在留期間があり、3か月以下なら加入できません。在留カードの在留期間を入れてください"
        ),
    ))
}

/// 指定書の活動: 特定活動 is told by its activity alone, and only in the words that the rules know can it be told.
///
/// 根拠: 国民健康保険法施行規則 第1条第2号から第4号・第2条第3項
fn designated(books: &Books<'_>, paper: &ResidencePaper, on: Date) -> Result<(), OfficeError> {
    let (status, activity) = (paper.status.trim(), paper.activity.trim());
    let excluded = books.book.eligibility().exclusions_on(on);
    let words: Vec<&str> = excluded
        .iter()
        .filter(|row| row.statuses.iter().any(|one| one == status))
        .flat_map(|row| row.activities.iter().map(String::as_str))
        .collect();
    if words.is_empty() || words.contains(&activity) {
        return Ok(());
    }
    let resembles = |word: &&str| word.split('・').any(|part| activity.contains(part));
    if !activity.is_empty() && !words.iter().any(resembles) {
        return Ok(());
    }
    Err(OfficeError::input(
        "指定された活動",
        &format!(
            "在留資格「{status}」は指定書の活動で決まります。「{}」のどれかに当たるときはその語で、当たらないときは指定書の活動の名を入れてください",
            words.join("」「")
        ),
    ))
}

fn household(conn: &mut Conn, request: &Request, new: &NewEvent) -> Result<(), OfficeError> {
    let Some(household_id) = new.household_id() else {
        return Ok(());
    };
    let founded = request.events.iter().any(|other| {
        matches!(other.change, NewChange::Found { household_id: one, .. } if one == household_id)
    });
    let known = conn.query_one(&HOUSEHOLD_KNOWN, &[household_id.into()], |row| row.int(0))? > 0;
    if known || founded {
        return Ok(());
    }
    Err(OfficeError::input(
        "国保世帯",
        &format!("国保世帯{household_id}がありません。世帯を設定してから登録してください"),
    ))
}

/// Why a second person must approve; empty where nobody must.
pub(super) fn approval(
    conn: &mut Conn,
    books: &Books<'_>,
    acting: &Acting,
    request: &Request,
) -> Result<Vec<String>, OfficeError> {
    let practice = books.eligibility()?.practice(acting.business_date)?;
    let mut why = Vec::new();
    for new in &request.events {
        let cause = cause_of(books, new)?;
        if cause.approval {
            why.push(format!("「{}」は承認が要ります", cause.name_ja));
        }
        let back = days_between(new.occurred_on, acting.business_date);
        if cause.side != Side::Change && back > practice.backdated_approval_after_days {
            why.push(format!("{back}日さかのぼる異動です"));
        }
    }
    for event_id in &request.undo {
        let Some(event) = event::one(conn, *event_id)? else {
            continue;
        };
        let back = days_between(event.occurred_on, acting.business_date);
        if back > practice.undo_approval_after_days {
            why.push(format!("{back}日前の異動の取消です"));
        }
    }
    if practice.correction_approval && !request.undo.is_empty() && !request.events.is_empty() {
        why.push("訂正は承認が要ります".to_owned());
    }
    why.sort();
    why.dedup();
    Ok(why)
}
