//! 届出・申告の確認 — what cannot be, beside its field.

use super::declare::{Statement, Whose};
use crate::error::OfficeError;
use crate::registry::fact::timeline;
use crate::registry::{InsuredSpan, Resident};
use db::Conn;
use law::Date;
use law::levy::unemployment::CODES;

/// What cannot be, beside its field.
pub(super) fn check(
    conn: &mut Conn,
    today: Date,
    whose: Whose,
    statement: &Statement,
) -> Result<(), OfficeError> {
    let residents = timeline::<Resident>(conn, whose.person_id, None)?;
    let Some(birth_on) = residents.last().map(|record| record.fact.birth_on) else {
        return Err(OfficeError::input(
            "対象者",
            "この宛名番号の人は登録されていません。対象者を選び直してください",
        ));
    };
    let insured = timeline::<InsuredSpan>(conn, whose.person_id, None)?;
    if insured.is_empty() && !matches!(statement, Statement::Income(..)) {
        return Err(OfficeError::input(
            "対象者",
            "国保に加入したことのない人です。加入の届出を先に登録してください",
        ));
    }
    let later =
        |field: &str| OfficeError::input(field, "業務日付より後の日です。日付を確かめてください");
    match statement {
        Statement::Unemployment(fact) => {
            if fact.left_on > today {
                return Err(later("離職年月日"));
            }
            if !u8::try_from(fact.leaving_code).is_ok_and(|code| CODES.contains(&code)) {
                let listed: Vec<String> = CODES.iter().map(ToString::to_string).collect();
                return Err(OfficeError::input(
                    "離職理由コード",
                    &format!(
                        "「{}」は特例の対象ではありません。雇用保険受給資格者証の離職理由（{}）を確かめてください",
                        fact.leaving_code,
                        listed.join("・")
                    ),
                ));
            }
            if law::date::attains(birth_on, 65) <= fact.left_on {
                return Err(OfficeError::input(
                    "離職年月日",
                    "離職の日に65歳以上の人は対象になりません（高年齢被保険者）",
                ));
            }
        }
        Statement::Maternity(fact) => {
            if fact.confirmed && fact.delivery_on > today {
                return Err(later("出産（予定）日"));
            }
        }
        Statement::FormerDependant(since) => {
            if law::date::attains(birth_on, 65) > *since {
                return Err(OfficeError::input(
                    "旧被扶養者となった日",
                    "旧被扶養者の減免は、資格を取得した日に65歳以上の人が対象です",
                ));
            }
        }
        Statement::CareExempt(from, until, facility) => {
            if until.is_some_and(|until| until <= *from) {
                return Err(OfficeError::input(
                    "退所日",
                    "入所日より後の日にしてください",
                ));
            }
            if facility.trim().is_empty() {
                return Err(OfficeError::input("施設名", "施設名を入力してください"));
            }
        }
        Statement::Income(_, income) => {
            if income.received_on > today {
                return Err(later("申告日"));
            }
        }
    }
    Ok(())
}
