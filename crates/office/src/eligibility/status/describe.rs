//! What the statuses have in common, and what each asks of its own columns.

use super::place::{Facility, FacilityStay, StayRenewal, Student, Whereabouts};
use super::scheme::{
    CareCertificate, CompanyInsurance, Exclusion, LateElderly, PublicAssistance, Retired,
    SpecialCircumstances,
};
use crate::error::OfficeError;
use crate::registry::CareExempt;
use crate::registry::fact::{Kind, Values, load_columns};
use db::{ColumnType, DatedTable, Span, Value};
use law::Date;

/// Whom a status is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// 個人.
    Person,
    /// 国保世帯.
    Household,
    /// 施設.
    Facility,
}

/// A status.
pub trait Status: Kind {
    /// Stable code, also that of its layout.
    const CODE: &'static str;
    /// Name on pages.
    const LABEL_JA: &'static str;
    /// Whom it is about.
    const SUBJECT: Subject = Subject::Person;

    /// The days it stands, when they follow from what it says.
    #[must_use]
    fn span(&self, given: Span) -> Span {
        given
    }

    /// Whether what it says makes sense on these days.
    ///
    /// # Errors
    /// [`OfficeError::Input`] beside the field.
    fn check(&self, span: Span) -> Result<(), OfficeError>;
}

/// A status as a row of a table: for undoing, listing and handing over.
#[derive(Clone, Copy, Debug)]
pub struct Described {
    /// Code.
    pub code: &'static str,
    /// Name on pages.
    pub label_ja: &'static str,
    /// Table.
    pub table: DatedTable,
    /// Types of its own columns.
    pub types: &'static [ColumnType],
    /// Whom it is about.
    pub subject: Subject,
    /// Columns of a bulk load.
    pub load: fn() -> Vec<(&'static str, ColumnType)>,
    /// The days it stands, by what it says.
    pub span: fn(&[Value], Span) -> Result<Span, OfficeError>,
    /// Whether its own columns make sense on some days.
    pub check: fn(&[Value], Span) -> Result<(), OfficeError>,
}

/// Reads a status from its columns and asks it.
fn check_values<S: Status>(values: &[Value], span: Span) -> Result<(), OfficeError> {
    S::read(&mut Values::of(S::TABLE.name, values))?.check(span)
}

/// Reads a status from its columns and asks it for its days.
fn span_values<S: Status>(values: &[Value], given: Span) -> Result<Span, OfficeError> {
    Ok(S::read(&mut Values::of(S::TABLE.name, values))?.span(given))
}

const fn of<S: Status>() -> Described {
    Described {
        code: S::CODE,
        label_ja: S::LABEL_JA,
        table: S::TABLE,
        types: S::TYPES,
        subject: S::SUBJECT,
        load: load_columns::<S>,
        span: span_values::<S>,
        check: check_values::<S>,
    }
}

impl Described {
    /// The status of a code.
    #[must_use]
    pub fn find(code: &str) -> Option<&'static Self> {
        DESCRIBED.iter().find(|row| row.code == code)
    }

    /// Whether a column tells where somebody is.
    #[must_use]
    pub fn tells_place(&self, column: &str) -> bool {
        self.place(column).is_some()
    }

    /// Whether a column that tells a place cannot be left empty by hand.
    #[must_use]
    pub fn needs_place(&self, column: &str) -> bool {
        self.place(column).is_some_and(|(_, _, needed)| *needed)
    }

    fn place(&self, column: &str) -> Option<&'static (&'static str, &'static str, bool)> {
        PLACES
            .iter()
            .find(|(code, name, _)| (*code, *name) == (self.code, column))
    }
}

/// Columns that tell where somebody lives, stays or studies. Of whoever is under 支援措置, and of those who live with them, they
/// are neither shown nor handed over. 保険者 of 住所地特例 is the municipality that was left: it stays. The last says whether a
/// clerk has to fill the column; in a file it may be missing, for these people.
///
/// 根拠: 住民基本台帳事務処理要領 第5-10
const PLACES: &[(&str, &str, bool)] = &[
    ("whereabouts", "address", false),
    ("facility_stay", "facility_id", true),
    ("care_exempt", "facility", false),
    ("student", "school", true),
    ("student", "place", false),
];

/// Every status, in the order of pages.
pub const DESCRIBED: &[Described] = &[
    of::<Student>(),
    of::<FacilityStay>(),
    of::<CareExempt>(),
    of::<Whereabouts>(),
    of::<CompanyInsurance>(),
    of::<LateElderly>(),
    of::<PublicAssistance>(),
    of::<CareCertificate>(),
    of::<Exclusion>(),
    of::<Retired>(),
    of::<SpecialCircumstances>(),
    of::<Facility>(),
    of::<StayRenewal>(),
];

fn wrong(field: &str, message: &str) -> Result<(), OfficeError> {
    Err(OfficeError::input(field, message))
}

fn filled(text: &str, field: &str) -> Result<(), OfficeError> {
    if text.trim().is_empty() {
        return wrong(field, &format!("{field}を入れてください"));
    }
    Ok(())
}

fn digits(text: &str, lengths: &[usize], field: &str) -> Result<(), OfficeError> {
    let fits = text.bytes().all(|byte| byte.is_ascii_digit()) && lengths.contains(&text.len());
    if fits {
        return Ok(());
    }
    let lengths: Vec<String> = lengths.iter().map(ToString::to_string).collect();
    wrong(
        field,
        &format!(
            "{field}は半角数字{}桁で入れてください",
            lengths.join("桁か")
        ),
    )
}

fn one_of(code: i64, last: i64, field: &str, names: &str) -> Result<(), OfficeError> {
    if (1..=last).contains(&code) {
        return Ok(());
    }
    wrong(field, &format!("{field}は{names}から選んでください"))
}

impl Status for Student {
    const CODE: &'static str = "student";
    const LABEL_JA: &'static str = "修学（マル学・マル遠）";

    /// Without another day it ends with the course.
    fn span(&self, given: Span) -> Span {
        let last = law::date::next_day(self.course_end_on);
        Span::new(given.from, Some(given.until.unwrap_or(last)))
    }

    fn check(&self, span: Span) -> Result<(), OfficeError> {
        one_of(self.kind, 2, "学遠区分", "1 マル学、2 マル遠")?;
        filled(&self.school, "学校名")?;
        if self.course_end_on < span.from {
            return wrong("卒業予定年月日", "卒業予定日が開始日より前です");
        }
        Ok(())
    }
}

impl Status for FacilityStay {
    const CODE: &'static str = "facility_stay";
    const LABEL_JA: &'static str = "住所地特例";

    fn check(&self, _: Span) -> Result<(), OfficeError> {
        // It is left out of the file for whoever is under 支援措置.
        if self.facility_id < 1 {
            return wrong(
                "施設番号",
                "空です。支援措置の人の行は施設を出さないで渡されます。送り元に確かめて入れてください",
            );
        }
        digits(&self.insurer, &[6], "保険者の市区町村コード")
    }
}

impl Status for StayRenewal {
    const CODE: &'static str = "stay_renewal";
    const LABEL_JA: &'static str = "在留期間の更新・変更の申請";

    /// From the application until the stay is over by it.
    fn span(&self, given: Span) -> Span {
        // One that came too late has a day as well, for the check to say so.
        let next = law::date::next_day(self.applied_on);
        let over = self.stay().over_on().map(|over| over.max(next));
        Span::new(self.applied_on, given.until.or(over))
    }

    fn check(&self, _: Span) -> Result<(), OfficeError> {
        if self.applied_on > self.stay_until {
            return wrong(
                "申請年月日",
                "在留期間の満了日より後の申請では在留は続きません（出入国管理及び難民認定法第20条第6項）。申請の日と満了日を確かめてください",
            );
        }
        if self.refused_on.is_some_and(|on| on < self.applied_on) {
            return wrong("不許可年月日", "不許可の日が申請の日より前です");
        }
        Ok(())
    }
}

impl Status for Facility {
    const CODE: &'static str = "facility";
    const LABEL_JA: &'static str = "施設";
    const SUBJECT: Subject = Subject::Facility;

    fn check(&self, _: Span) -> Result<(), OfficeError> {
        filled(&self.name, "施設名")?;
        one_of(
            self.kind,
            6,
            "施設の種別",
            "国民健康保険法第116条の2第1項の6種",
        )?;
        digits(&self.municipality, &[6], "所在地の市区町村コード")
    }
}

impl Status for CareExempt {
    const CODE: &'static str = "care_exempt";
    const LABEL_JA: &'static str = "介護適用除外";

    fn check(&self, _: Span) -> Result<(), OfficeError> {
        filled(&self.facility, "施設名")
    }
}

/// 居所不明の保留の最長期間, in months. No law fixes it; it is an assumption of this office.
pub const HOLD_MONTHS: i64 = 6;

impl Status for Whereabouts {
    const CODE: &'static str = "whereabouts";
    const LABEL_JA: &'static str = "居所不明";

    fn check(&self, span: Span) -> Result<(), OfficeError> {
        one_of(self.stage, 2, "区分", "1 調査中、2 居所不明")?;
        filled(&self.ground, "理由")?;
        let months = jiff::Span::new().try_months(HOLD_MONTHS);
        let latest = months
            .and_then(|months| span.from.checked_add(months))
            .unwrap_or(span.from);
        if span.until.is_none_or(|until| until > latest) {
            return wrong(
                "保留の期限",
                &format!(
                    "保留には{HOLD_MONTHS}か月以内の期限が要ります。期限までに調べ、続けるときは改めて登録してください"
                ),
            );
        }
        Ok(())
    }
}

impl Status for CompanyInsurance {
    const CODE: &'static str = "company_insurance";
    const LABEL_JA: &'static str = "社会保険";

    fn check(&self, _: Span) -> Result<(), OfficeError> {
        digits(&self.insurer_number, &[6, 8], "保険者番号")?;
        one_of(self.relation, 2, "本人・家族の別", "1 本人、2 被扶養者")
    }
}

impl Status for LateElderly {
    const CODE: &'static str = "late_elderly";
    const LABEL_JA: &'static str = "後期高齢者医療";

    fn check(&self, span: Span) -> Result<(), OfficeError> {
        digits(&self.number, &[8], "後期高齢者医療の被保険者番号")?;
        filled(&self.gain_cause, "資格取得事由")?;
        if span.until.is_some() && self.loss_cause.is_none() {
            return wrong("資格喪失事由", "喪失日があるときは喪失事由を入れてください");
        }
        Ok(())
    }
}

impl Status for CareCertificate {
    const CODE: &'static str = "care_certificate";
    const LABEL_JA: &'static str = "介護証番号";

    fn check(&self, _: Span) -> Result<(), OfficeError> {
        digits(&self.insurer, &[6], "介護保険者番号")?;
        digits(&self.number, &[10], "介護保険の被保険者番号")?;
        one_of(self.category, 2, "被保険者区分", "1 第1号、2 第2号")
    }
}

impl Status for PublicAssistance {
    const CODE: &'static str = "public_assistance";
    const LABEL_JA: &'static str = "生活保護";

    fn check(&self, _: Span) -> Result<(), OfficeError> {
        one_of(self.state, 2, "状態", "1 受給中、2 停止中")?;
        filled(&self.case_number, "ケース番号")
    }
}

impl Status for Exclusion {
    const CODE: &'static str = "exclusion";
    const LABEL_JA: &'static str = "適用除外";

    fn check(&self, _: Span) -> Result<(), OfficeError> {
        one_of(
            self.item,
            11,
            "適用除外の号",
            "国民健康保険法第6条の第1号から第11号",
        )
    }
}

/// 退職被保険者の新規適用が終わった日の翌日: nobody entered the scheme from here on.
///
/// 根拠: 国民健康保険法 附則第6条（廃止前）
pub const RETIRED_CLOSED_ON: Date = jiff::civil::date(2015, 4, 1);
/// 退職者医療制度の廃止日.
pub const RETIRED_ABOLISHED_ON: Date = jiff::civil::date(2024, 4, 1);

impl Status for Retired {
    const CODE: &'static str = "retired";
    const LABEL_JA: &'static str = "退職被保険者等";

    fn check(&self, span: Span) -> Result<(), OfficeError> {
        one_of(self.category, 2, "退区分", "1 本人、2 被扶養者")?;
        if span.from >= RETIRED_CLOSED_ON {
            return wrong(
                "退該当日",
                "退職者医療制度の新規適用は平成27年3月31日で終わっています。該当日を確かめてください",
            );
        }
        if span.until.is_none_or(|until| until > RETIRED_ABOLISHED_ON) {
            return wrong(
                "退非該当日",
                "退職者医療制度は令和6年4月1日に廃止されました。それ以前の非該当日を入れてください",
            );
        }
        Ok(())
    }
}

impl Status for SpecialCircumstances {
    const CODE: &'static str = "special_circumstances";
    const LABEL_JA: &'static str = "特別の事情";
    const SUBJECT: Subject = Subject::Household;

    fn check(&self, _: Span) -> Result<(), OfficeError> {
        filled(&self.ground, "届け出た事情")?;
        filled(&self.evidence, "添付書類")?;
        one_of(self.state, 3, "状態", "1 審査中、2 認めた、3 認めない")
    }
}
