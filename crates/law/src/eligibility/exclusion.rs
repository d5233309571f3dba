//! 適用除外となる外国人 — residence status and activity, not the residents' register alone, decide.
//!
//! 根拠: 国民健康保険法 第6条第11号、国民健康保険法施行規則 第1条、住民基本台帳法 第30条の45、
//! 出入国管理及び難民認定法 第19条の3・第20条第6項

use crate::Date;
use crate::date::{age_on, next_day, previous_day};
use crate::rules::eligibility::{EligibilityRules, Exclusion};
use jiff::ToSpan;

/// Months of the longest 在留期間: five years (六十月), and a few days more where it is told in days.
const LONGEST_MONTHS: u8 = 61;

/// 在留資格 of a person on some day, as the residence card and the designation paper show it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Residence {
    /// 在留資格 (「留学」「特定活動」…), 「なし」 without one.
    pub status: String,
    /// 指定された活動 of 特定活動, empty for others.
    pub activity: String,
    /// Months of the permitted stay; none where it has no end.
    pub months: Option<u8>,
    /// The person was insured before and still has a status of residence.
    pub insured_before: bool,
    /// 厚生労働大臣が別に定める者: three months or less do not exclude, because papers show a longer stay.
    pub excepted: bool,
}

/// The first exclusion that applies on a day, or none.
#[must_use]
pub fn exclusion_of<'r>(
    rules: &'r EligibilityRules,
    residence: &Residence,
    birth_on: Date,
    on: Date,
) -> Option<&'r Exclusion> {
    rules
        .exclusions_on(on)
        .into_iter()
        .find(|row| applies(row, residence, birth_on, on))
}

/// 根拠: 国民健康保険法施行規則 第1条第1号（括弧書: 既に被保険者の資格を取得しているもの及び厚生労働大臣が別に定める者を除く）
fn applies(row: &Exclusion, residence: &Residence, birth_on: Date, on: Date) -> bool {
    let among = |list: &[String], word: &str| list.is_empty() || list.iter().any(|one| one == word);
    let short = |most: u8| {
        let counted = !is_resident_apart(&residence.status) && !residence.excepted;
        counted && residence.months.is_some_and(|months| months <= most)
    };
    among(&row.statuses, residence.status.trim())
        && among(&row.activities, residence.activity.trim())
        && row.most_months.is_none_or(short)
        && !(row.adults_only && age_on(birth_on, on) < 18)
        && !(row.keeps_insured && residence.insured_before)
}

/// Letters of a word of the residence card without brackets and blanks, digits in half width.
fn plain(typed: &str) -> String {
    let digit = |letter: char| match letter {
        '０'..='９' => {
            let value = u32::from(letter) - u32::from('０');
            char::from_digit(value, 10).unwrap_or(letter)
        }
        other => other,
    };
    let silent = |letter: &char| letter.is_whitespace() || "（）()「」".contains(*letter);
    typed
        .chars()
        .filter(|letter| !silent(letter))
        .map(digit)
        .collect()
}

/// 特別永住者・経過滞在者・一時庇護許可者・仮滞在許可者: foreign residents by rows of their own, whatever their period.
///
/// 根拠: 住民基本台帳法 第30条の45（表の中長期在留者でない欄）
fn is_resident_apart(status: &str) -> bool {
    let status = plain(status);
    ["特別永住者", "経過滞在", "一時庇護", "仮滞在"]
        .iter()
        .any(|word| status.contains(word))
}

/// Whether a standing is decided by its 在留期間, so that it cannot be left out. 永住者 and 高度専門職2号 stay without end,
/// and who has no status of residence has no period of it.
///
/// 根拠: 出入国管理及び難民認定法 第2条の2第3項・第19条の3第1号、住民基本台帳法 第30条の45
#[must_use]
pub fn needs_period(status: &str) -> bool {
    let endless = [
        "永住者",
        "高度専門職2号",
        "高度専門職第2号",
        "高度専門職二号",
        "高度専門職第二号",
        "なし",
    ];
    !is_resident_apart(status) && !endless.contains(&plain(status).as_str())
}

/// 在留期間 as the residence card shows it, in months: 「3月」「3か月」「1年3月」「5年」「90日」, and a bare number of months.
/// None where it cannot be read, is none, or is longer than any. Ninety days are within three months; of 91 and 92 that
/// depends on the months they fall into, and the card says.
///
/// 根拠: 出入国管理及び難民認定法 第2条の2第3項・第19条の3第1号
#[must_use]
pub fn permitted_months(typed: &str) -> Option<u8> {
    let text = plain(typed);
    let mut parts: Vec<(u16, &str)> = Vec::new();
    let mut rest = text.strip_suffix('間').unwrap_or(&text);
    while !rest.is_empty() {
        let (digits, after) = rest.split_at(
            rest.find(|c: char| !c.is_ascii_digit())
                .unwrap_or(rest.len()),
        );
        let (unit, next) = after.split_at(
            after
                .find(|c: char| c.is_ascii_digit())
                .unwrap_or(after.len()),
        );
        parts.push((digits.parse().ok()?, unit));
        rest = next;
    }
    let of_month = |unit: &str| {
        let before = unit.strip_suffix('月');
        before.is_some_and(|word| ["", "か", "カ", "ヶ", "ケ", "ヵ", "箇", "個"].contains(&word))
    };
    let months = match parts.as_slice() {
        [(months, "")] => *months,
        [(months, unit)] if of_month(unit) => *months,
        [(years, "年")] => years.checked_mul(12)?,
        [(years, "年"), (months, unit)] if of_month(unit) && *months < 12 => {
            years.checked_mul(12)?.checked_add(*months)?
        }
        [(days, "日")] if !(91..=92).contains(days) => days.div_ceil(30),
        _ => return None,
    };
    u8::try_from(months)
        .ok()
        .filter(|months| (1..=LONGEST_MONTHS).contains(months))
}

/// What became of an application to renew or change the status of residence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RenewalOutcome {
    /// 審査中.
    Open,
    /// 許可 on a day.
    Permitted(Date),
    /// 不許可 on a day.
    Refused(Date),
}

/// 満了の日から二月を経過する日: the months begin the day after and end the day before the same day of the month, or with
/// the month where it has no such day.
///
/// 根拠: 民法 第140条・第143条
fn two_months_after(expires_on: Date) -> Date {
    let begins = next_day(expires_on);
    let ends = begins.checked_add(2.months()).unwrap_or(begins);
    if ends.day() == begins.day() {
        previous_day(ends)
    } else {
        ends
    }
}

/// 在留期間の更新 — the permitted stay and an application for more of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stay {
    /// 在留期間の満了の日.
    pub expires_on: Date,
    /// The day of the application, if there was one.
    pub applied_on: Option<Date>,
    /// What became of it.
    pub outcome: RenewalOutcome,
}

impl Stay {
    /// 特例期間: while an application made in time is open, the stay goes on until the decision or two months after
    /// the expiry, whichever is earlier.
    ///
    /// 根拠: 出入国管理及び難民認定法 第20条第6項
    ///
    /// The last day on which the person may be treated as staying; none where a permission carries on.
    #[must_use]
    pub fn stays_until(&self) -> Option<Date> {
        let in_time = self
            .applied_on
            .is_some_and(|applied_on| applied_on <= self.expires_on);
        if !in_time {
            return Some(self.expires_on);
        }
        let special = two_months_after(self.expires_on);
        match self.outcome {
            RenewalOutcome::Permitted(on) if on <= special => None,
            RenewalOutcome::Refused(on) => Some(on.max(self.expires_on).min(special)),
            RenewalOutcome::Open | RenewalOutcome::Permitted(_) => Some(special),
        }
    }

    /// Whether the stay, and with it 資格, goes on over a day.
    #[must_use]
    pub fn goes_on(&self, on: Date) -> bool {
        self.stays_until().is_none_or(|until| on <= until)
    }

    /// The day on which the stay is over, for the work list; the deletion from the register decides the loss.
    #[must_use]
    pub fn over_on(&self) -> Option<Date> {
        self.stays_until().map(next_day)
    }
}
