//! 年齢による節目 — the days on which age alone changes something.
//!
//! 根拠: 年齢計算ニ関スル法律、国民健康保険法 第6条第8号・第42条、介護保険法 第9条、国民健康保険法施行令 第29条の3・第29条の7

use crate::date::{attains, birthday, first_march_end_from, next_day};
use crate::{Date, FiscalYear};

/// The days that matter in a person's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Milestones {
    /// 未就学の終わり: the first 31 March on or after completing six.
    pub preschool_until: Date,
    /// 18歳に達する日以後の最初の3月31日.
    pub minor_until: Date,
    /// First month with 介護分.
    pub care_from: Date,
    /// First month without 介護分.
    pub care_until: Date,
    /// First month with the share of 70 to 74.
    pub elderly_share_from: Date,
    /// 後期高齢者医療の被保険者となる日, the 75th birthday: the first day not covered.
    pub late_elderly_on: Date,
    /// 限度額が半分になる月: the month of the 75th birthday, unless it falls on the first.
    pub halved_month: Option<Date>,
}

/// The milestones of a day of birth.
#[must_use]
pub fn milestones(birth_on: Date) -> Milestones {
    let first = |on: Date| on.first_of_month();
    let late_elderly_on = birthday(birth_on, 75);
    let month_of_70 = first(attains(birth_on, 70));
    let year_of_70 = FiscalYear::of(month_of_70);
    Milestones {
        preschool_until: first_march_end_from(birth_on, 6),
        minor_until: first_march_end_from(birth_on, 18),
        care_from: first(attains(birth_on, 40)),
        care_until: first(attains(birth_on, 65)),
        elderly_share_from: year_of_70.month_start(year_of_70.month_index(month_of_70) + 1),
        late_elderly_on,
        halved_month: (late_elderly_on.day() != 1).then(|| first(late_elderly_on)),
    }
}

/// 任意継続の失効 — the day on which 資格 under 任意継続 ends because a contribution was not paid by its due day.
///
/// 根拠: 健康保険法 第38条第3号
#[must_use]
pub fn voluntary_lapse_on(due_on: Date) -> Date {
    next_day(due_on)
}
