//! 注意 — what a clerk should know before confirming an event.

use crate::certificate::fact::SanctionKind;
use crate::eligibility::ended::Stays;
use law::era::{fiscal_year_ja, wareki};
use law::{Date, FiscalYear, Span, Yen};

/// Something a clerk should know before confirming.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Warning {
    /// 届出遅れ in days after the fourteen.
    Late {
        /// 宛名番号 or none.
        person_id: Option<i64>,
        /// 届出の期限.
        until: Date,
        /// Days after it.
        days: i64,
    },
    /// 期間制限: an amount of a year that can no longer be decided.
    Barred {
        /// 相当年度.
        levy_year: FiscalYear,
        /// Positive: not charged; negative: not given back.
        yen: Yen,
    },
    /// A year whose months change and whose levy is not open here.
    YearNotLevied(FiscalYear),
    /// 給付の見直し: days that were insured and no longer are, with their last day not in the future.
    BenefitReview {
        /// 宛名番号.
        person_id: i64,
        /// The days.
        days: Span,
    },
    /// 世帯主不在: the head has died or left, and nobody follows.
    NoHead {
        /// 国保世帯.
        household_id: i64,
        /// Since when.
        from: Date,
    },
    /// 処分と世帯主の変更: a sanction is in force that was told to another head.
    SanctionedHead {
        /// 国保世帯.
        household_id: i64,
        /// 処分の種類.
        kind: SanctionKind,
        /// The head now.
        head_person_id: i64,
        /// The first day of that head within the sanction.
        from: Date,
        /// 氏名 of the head it was told to.
        told: String,
        /// 氏名 of the head now.
        head: String,
    },
    /// 修学中の者が世帯主: the article takes a student for one of another's household.
    StudentHead {
        /// 国保世帯.
        household_id: i64,
        /// 宛名番号.
        person_id: i64,
        /// The first day.
        from: Date,
    },
    /// 設定日のさかのぼり: somebody is insured in the household before its first day, so its head was the head then too.
    FoundedBefore {
        /// 国保世帯.
        household_id: i64,
        /// 世帯主, 擬制世帯主 where he was not insured.
        head_person_id: i64,
        /// The first day now.
        from: Date,
        /// The day of the founding as it was stated.
        until: Date,
    },
    /// 住民票の消除 that had come before the 取得: the insurance as it stands has no end.
    ResidenceEnded {
        /// 宛名番号.
        person_id: i64,
        /// 異動日.
        on: Date,
        /// The event, in a clerk's words.
        told_by: String,
    },
    /// No record of the person holds on the day of the 取得: 住民となった日 may lie after it.
    NoResidence {
        /// 宛名番号.
        person_id: i64,
        /// 取得日.
        on: Date,
    },
    /// The 住民票 had ended before the day of the 取得.
    ResidenceOver {
        /// 宛名番号.
        person_id: i64,
        /// 取得日.
        on: Date,
        /// 消除の日.
        ended_on: Date,
    },
    /// Another scheme is on file of the day of the 取得.
    CoveredElsewhere {
        /// 宛名番号.
        person_id: i64,
        /// 取得日.
        on: Date,
        /// The scheme, in a clerk's words.
        what: String,
        /// The article that excludes.
        clause: &'static str,
    },
    /// Another scheme is on file from a day after the 取得: the insurance as it stands goes on beyond it.
    SchemeBegan {
        /// 宛名番号.
        person_id: i64,
        /// The day from which it is on file.
        on: Date,
        /// The scheme, in a clerk's words.
        what: String,
    },
    /// 修学・住所地特例: a 喪失 by 転出 of somebody who stays insured here.
    StaysInsured {
        /// 宛名番号.
        person_id: i64,
        /// Why.
        stays: Stays,
    },
    /// 75歳 had passed: the insurance as it stands goes on beyond it.
    Aged75 {
        /// 宛名番号.
        person_id: i64,
        /// The 75th birthday.
        on: Date,
    },
    /// 枝番 of three digits: the number should be changed.
    LongBranch {
        /// 国保世帯.
        household_id: i64,
        /// 枝番.
        branch: i64,
    },
    /// 都道府県の資格取得年月日 is not known yet.
    PrefectureUnknown {
        /// 宛名番号.
        person_id: i64,
    },
    /// An event of a day to come.
    Future {
        /// 異動日.
        on: Date,
    },
    /// The rule of the cause is a draft.
    DraftRule {
        /// 事由.
        name_ja: String,
    },
}

impl Warning {
    /// As shown.
    #[must_use]
    pub fn message_ja(&self) -> String {
        match self {
            Self::Late { until, days, .. } => format!(
                "届出の期限（{}、14日以内）を{days}日過ぎています。届出が遅れた理由を確かめてください",
                wareki(*until)
            ),
            Self::Barred { levy_year, yen } if *yen > Yen::ZERO => format!(
                "{}の{yen}は期間制限を過ぎているため賦課できません。決定0円の記録だけを残します",
                fiscal_year_ja(*levy_year)
            ),
            Self::Barred { levy_year, yen } => format!(
                "{}の減額{}は期間制限を過ぎているためできません。被用者保険との調整など、延びる事情がないか確かめてください",
                fiscal_year_ja(*levy_year),
                Yen::ZERO - *yen
            ),
            Self::YearNotLevied(year) => format!(
                "{}の資格が変わりますが、この年度の賦課はここで開いていません。期間制限と当時の賦課を確かめてください",
                fiscal_year_ja(*year)
            ),
            Self::BenefitReview { person_id, days } => format!(
                "宛名番号{person_id}は{}から{}の前日まで資格がなくなります。その間の受診について、返還か保険者間調整が要るか確かめてください（国民健康保険法第65条）",
                wareki(days.from),
                days.until.map_or_else(|| "本日".to_owned(), wareki)
            ),
            Self::NoHead { household_id, from } => format!(
                "国保世帯{household_id}は{}から世帯主がいません。新しい世帯主を登録してください（国民健康保険法第76条）",
                wareki(*from)
            ),
            Self::SanctionedHead {
                household_id,
                kind,
                from,
                told,
                head,
                ..
            } => format!(
                "国保世帯{household_id}の世帯主は{}から{head}です。{}は{told}の滞納によるものです。{head}に滞納があるかを確かめ、処分を解除するか続けるかを決定してください（{}）",
                wareki(*from),
                kind.label_ja(),
                clause(*kind)
            ),
            Self::StudentHead {
                household_id,
                person_id,
                from,
            } => format!(
                "宛名番号{person_id}は修学中の者ですが、{}から国保世帯{household_id}の世帯主です。他人の世帯に属する者といえるかを確かめてください。処理待ちに載せます（国民健康保険法第116条）",
                wareki(*from)
            ),
            Self::FoundedBefore {
                household_id,
                head_person_id,
                from,
                until,
            } => format!(
                "国保世帯{household_id}の設定日を{}から{}にさかのぼらせます。記号番号は同じで、その間の世帯主は宛名番号{head_person_id}です（加入していない間は擬制世帯主）。世帯主が違うときは登録せずに確かめてください（国民健康保険法第76条）",
                wareki(*until),
                wareki(*from)
            ),
            Self::ResidenceEnded {
                person_id,
                on,
                told_by,
            } => format!(
                "宛名番号{person_id}には{}の{told_by}があり、この資格はそこで終わります。喪失の候補を処理待ちに載せます（国民健康保険法第8条第1項）",
                wareki(*on)
            ),
            Self::NoResidence { person_id, on } => format!(
                "宛名番号{person_id}には{}の住民の記録がありません。住民となった日より前の取得でないか確かめてください（国民健康保険法第5条・第7条）",
                wareki(*on)
            ),
            Self::ResidenceOver {
                person_id,
                on,
                ended_on,
            } => format!(
                "宛名番号{person_id}の住民票は{}に消除されており、取得日の{}にはここに住所がありません。死亡・転出の後の取得でないか、修学・住所地特例などの事情があるか確かめてください（国民健康保険法第5条・第7条）",
                wareki(*ended_on),
                wareki(*on)
            ),
            Self::CoveredElsewhere {
                person_id,
                on,
                what,
                clause,
            } => format!(
                "宛名番号{person_id}は{}に「{what}」の登録があり、被保険者になりません。終わっているときは、先にその終わりを登録してください（国民健康保険法{clause}）",
                wareki(*on)
            ),
            Self::SchemeBegan {
                person_id,
                on,
                what,
            } => format!(
                "宛名番号{person_id}には{}からの「{what}」があり、この資格はそこで終わります。喪失の候補を処理待ちに載せます（国民健康保険法第6条・第8条第1項）",
                wareki(*on)
            ),
            Self::StaysInsured { person_id, stays } => {
                let (why, clause) = match stays {
                    Stays::Student => ("修学中の者", "第116条"),
                    Stays::Facility => ("住所地特例の対象", "第116条の2"),
                };
                format!(
                    "宛名番号{person_id}は{why}で、転出した後もこの市区町村の国保に加入します。喪失を登録する前に、{why}でなくなったか確かめてください（国民健康保険法{clause}）"
                )
            }
            Self::Aged75 { person_id, on } => format!(
                "宛名番号{person_id}は{}に75歳に達しており、国保の資格はそこで終わります。喪失の候補を処理待ちに載せます（国民健康保険法第6条第8号・第8条第1項）",
                wareki(*on)
            ),
            Self::LongBranch {
                household_id,
                branch,
            } => format!(
                "国保世帯{household_id}の枝番が{branch}になります。2桁を超えるので、記号番号を変えてください"
            ),
            Self::PrefectureUnknown { person_id } => format!(
                "宛名番号{person_id}の都道府県の資格取得年月日が分かりません。国保情報集約システムの回答で補ってください"
            ),
            Self::Future { on } => format!(
                "{}はこれからの日です。予定として登録し、その日に確かめてください",
                wareki(*on)
            ),
            Self::DraftRule { name_ja } => {
                format!("事由「{name_ja}」の規則は条文・仕様書で確かめていない下書きです")
            }
        }
    }
}

/// Where a sanction is said to be for a head in arrears.
const fn clause(kind: SanctionKind) -> &'static str {
    match kind {
        SanctionKind::Special => "国民健康保険法第54条の3第1項・第4項",
        SanctionKind::ShortTerm | SanctionKind::Qualification => {
            "令和6年12月2日改正前の国民健康保険法第9条"
        }
    }
}
