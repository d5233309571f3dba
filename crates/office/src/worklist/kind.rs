//! 処理待ちの種類 — what kinds of matters wait, who looks after them, and how long they may.

use crate::security::Role;
use law::Date;

/// A kind of matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    /// Stable code, `area.matter`.
    pub code: &'static str,
    /// Name on pages.
    pub label_ja: &'static str,
    /// Who looks after it when nobody else is named.
    pub owner: Role,
    /// Days until it is overdue when no other day is named.
    pub days: i64,
}

impl Kind {
    const fn new(code: &'static str, label_ja: &'static str, owner: Role, days: i64) -> Self {
        Self {
            code,
            label_ja,
            owner,
            days,
        }
    }

    /// The kind of a stored code.
    #[must_use]
    pub fn of(code: &str) -> Option<Self> {
        ALL.iter().find(|kind| kind.code == code).copied()
    }

    /// The day by which a matter that arose on a day should be done.
    #[must_use]
    pub fn due_from(self, day: Date) -> Date {
        let days = jiff::Span::new().try_days(self.days);
        days.and_then(|days| day.checked_add(days)).unwrap_or(day)
    }
}

/// 資格異動の候補: what a move in another register would mean here (person, cause, day).
pub const ELIGIBILITY_CANDIDATE: Kind = Kind::new(
    "eligibility.candidate",
    "資格異動の候補",
    Role::Eligibility,
    14,
);
/// 効力を待つ異動: an event that cannot take effect yet.
pub const ELIGIBILITY_PENDING: Kind = Kind::new(
    "eligibility.pending",
    "効力を待つ異動",
    Role::Eligibility,
    14,
);
/// 資格異動の承認待ち.
pub const ELIGIBILITY_APPROVAL: Kind = Kind::new(
    "eligibility.approval",
    "資格異動の承認待ち",
    Role::EligibilitySupervisor,
    7,
);
/// 世帯主不在: the head died or left and nobody follows.
pub const ELIGIBILITY_HEAD: Kind = Kind::new(
    "eligibility.head",
    "世帯主のいない世帯",
    Role::Eligibility,
    14,
);
/// 都道府県の資格取得年月日 is not known yet.
pub const ELIGIBILITY_PREFECTURE: Kind = Kind::new(
    "eligibility.prefecture",
    "都道府県の資格取得日の確認",
    Role::Eligibility,
    30,
);
/// 給付の見直し: days that were insured and no longer are.
pub const BENEFIT_REVIEW: Kind = Kind::new(
    "benefit.review",
    "資格喪失後の給付の確認",
    Role::Eligibility,
    30,
);
/// 賦課保留 after an event: the levy was refused, the registration stands.
pub const LEVY_HELD: Kind = Kind::new("levy.held", "賦課の保留", Role::Levy, 14);
/// 資格重複.
pub const ELIGIBILITY_OVERLAP: Kind =
    Kind::new("eligibility.overlap", "資格重複", Role::Eligibility, 30);
/// 未届者の勧奨.
pub const ELIGIBILITY_UNREPORTED: Kind = Kind::new(
    "eligibility.unreported",
    "未届者の勧奨",
    Role::Eligibility,
    30,
);
/// 年齢到達.
pub const ELIGIBILITY_AGE: Kind =
    Kind::new("eligibility.age", "年齢到達の確認", Role::Eligibility, 14);
/// 居所不明の調査.
pub const STATUS_WHEREABOUTS: Kind = Kind::new(
    "status.whereabouts",
    "居所不明の調査",
    Role::Eligibility,
    30,
);
/// 修学の年次確認.
pub const STATUS_STUDENT: Kind =
    Kind::new("status.student", "修学の年次確認", Role::Eligibility, 30);
/// 住所地特例の確認.
pub const STATUS_FACILITY: Kind =
    Kind::new("status.facility", "住所地特例の確認", Role::Eligibility, 30);
/// 在留期間の満了.
pub const STATUS_RESIDENCE_PERIOD: Kind = Kind::new(
    "status.residence_period",
    "在留期間の満了",
    Role::Eligibility,
    14,
);
/// 特別の事情の審査.
pub const STATUS_SPECIAL_CIRCUMSTANCES: Kind = Kind::new(
    "status.special_circumstances",
    "特別の事情の審査",
    Role::Eligibility,
    14,
);
/// 処分と世帯主の変更: whether a sanction is lifted or goes on under another head, which the second person decides.
pub const SANCTION_HEAD: Kind = Kind::new(
    "certificate.sanction_head",
    "処分と世帯主の変更",
    Role::EligibilitySupervisor,
    7,
);
/// 他課の情報との違い.
pub const INTAKE_DIFFERENCE: Kind = Kind::new(
    "intake.difference",
    "他課の情報との違い",
    Role::Eligibility,
    14,
);
/// 証の回収.
pub const CERTIFICATE_RETURN: Kind =
    Kind::new("certificate.return", "証の回収", Role::Eligibility, 14);
/// 証の交付.
pub const CERTIFICATE_ISSUE: Kind =
    Kind::new("certificate.issue", "証の交付", Role::Eligibility, 7);
/// 証の差替え.
pub const CERTIFICATE_REPLACE: Kind =
    Kind::new("certificate.replace", "証の差替え", Role::Eligibility, 14);
/// 判定の保留.
pub const JUDGEMENT_PENDING: Kind =
    Kind::new("judgement.pending", "判定の保留", Role::Eligibility, 30);
/// 基準収入額適用申請の勧奨: households of 3割 that an application could make 2割.
pub const JUDGEMENT_INVITE: Kind = Kind::new(
    "judgement.invite",
    "基準収入額適用申請の勧奨",
    Role::Eligibility,
    30,
);
/// 名寄せの承認待ち.
pub const MERGE_APPROVAL: Kind = Kind::new(
    "registry.merge",
    "名寄せの承認待ち",
    Role::EligibilitySupervisor,
    7,
);
/// 送付先の確認待ち.
pub const DESTINATION_APPROVAL: Kind =
    Kind::new("registry.destination", "送付先の確認待ち", Role::Counter, 7);
/// 台帳の手続の期限: the next step of an entry of a register is overdue.
pub const REGISTER_DUE: Kind =
    Kind::new("register.due", "台帳の期限", Role::EligibilitySupervisor, 7);
/// 支援措置の期限.
pub const SUPPORT_EXPIRY: Kind = Kind::new(
    "registry.support_expiry",
    "支援措置の期限",
    Role::Eligibility,
    30,
);
/// 住民異動の保留.
pub const RESIDENT_EVENT: Kind = Kind::new(
    "registry.resident_event",
    "住民異動の保留",
    Role::Eligibility,
    7,
);

/// 送付先の期限.
pub const DESTINATION_EXPIRY: Kind = Kind::new(
    "registry.destination_expiry",
    "送付先の期限",
    Role::Eligibility,
    30,
);
/// 住登外の期限.
pub const NONRESIDENT_EXPIRY: Kind = Kind::new(
    "registry.nonresident_expiry",
    "住登外の期限",
    Role::Eligibility,
    30,
);
/// 賦課額の変わる異動 found in the night.
pub const LEVY_CHANGED: Kind = Kind::new("levy.changed", "賦課額の変わる異動", Role::Levy, 14);
/// 証の期限.
pub const CERTIFICATE_END: Kind = Kind::new("certificate.end", "証の期限", Role::Eligibility, 30);
/// 返戻された証.
pub const CERTIFICATE_COME_BACK: Kind = Kind::new(
    "certificate.come_back",
    "返戻された証",
    Role::Eligibility,
    14,
);
/// 連携の結果確認: sent and not confirmed, or refused.
pub const MESSAGE_UNCONFIRMED: Kind = Kind::new(
    "linkage.unconfirmed",
    "連携の結果確認",
    Role::Eligibility,
    3,
);
/// 全件ファイルにない人の照会.
pub const IMPORT_MISSING: Kind = Kind::new(
    "import.missing",
    "全件ファイルにない人の照会",
    Role::Eligibility,
    14,
);

/// 保存期間の満了: a class of records that is due for erasure, which two people decide.
pub const RETENTION_DUE: Kind = Kind::new(
    "retention.due",
    "保存期間の満了",
    Role::EligibilitySupervisor,
    90,
);

/// Every kind, in the order of pages.
pub const ALL: &[Kind] = &[
    ELIGIBILITY_CANDIDATE,
    ELIGIBILITY_PENDING,
    ELIGIBILITY_APPROVAL,
    ELIGIBILITY_HEAD,
    ELIGIBILITY_PREFECTURE,
    BENEFIT_REVIEW,
    LEVY_HELD,
    ELIGIBILITY_OVERLAP,
    ELIGIBILITY_UNREPORTED,
    ELIGIBILITY_AGE,
    STATUS_WHEREABOUTS,
    STATUS_STUDENT,
    STATUS_FACILITY,
    STATUS_RESIDENCE_PERIOD,
    STATUS_SPECIAL_CIRCUMSTANCES,
    SANCTION_HEAD,
    INTAKE_DIFFERENCE,
    CERTIFICATE_RETURN,
    CERTIFICATE_ISSUE,
    CERTIFICATE_REPLACE,
    JUDGEMENT_PENDING,
    JUDGEMENT_INVITE,
    MERGE_APPROVAL,
    DESTINATION_APPROVAL,
    REGISTER_DUE,
    SUPPORT_EXPIRY,
    RESIDENT_EVENT,
    DESTINATION_EXPIRY,
    NONRESIDENT_EXPIRY,
    LEVY_CHANGED,
    CERTIFICATE_END,
    CERTIFICATE_COME_BACK,
    MESSAGE_UNCONFIRMED,
    IMPORT_MISSING,
    RETENTION_DUE,
];

#[cfg(test)]
mod tests {
    use super::ALL;
    use crate::security::permit::{Function, HandleWork};

    #[test]
    fn whoever_looks_after_a_kind_may_handle_it() {
        for kind in ALL {
            let owner = kind.owner;
            assert!(owner.holds(HandleWork::CODE), "{}: {owner:?}", kind.code);
        }
    }
}
