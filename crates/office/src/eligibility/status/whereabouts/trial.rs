//! What can be tried to find a person.

/// What was tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trial {
    /// 返戻郵便.
    Returned,
    /// 受診の記録.
    Treated,
    /// 納付の記録.
    Paid,
    /// 現地調査.
    Visited,
    /// 電話・メール.
    Called,
    /// 勤務先・親族・管理人への照会.
    Asked,
    /// その他.
    Other,
}

impl Trial {
    /// Every kind: code and name.
    pub const ALL: [(Self, &'static str, &'static str); 7] = [
        (Self::Returned, "returned", "返戻郵便"),
        (Self::Treated, "treated", "受診の記録"),
        (Self::Paid, "paid", "納付の記録"),
        (Self::Visited, "visited", "現地調査"),
        (Self::Called, "called", "電話・メール"),
        (Self::Asked, "asked", "勤務先・親族・管理人への照会"),
        (Self::Other, "other", "その他"),
    ];

    /// As stored.
    #[must_use]
    pub fn code(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|row| row.0 == self)
            .map_or("", |row| row.1)
    }

    pub(super) fn read(code: &str) -> Option<Self> {
        Self::ALL.iter().find(|row| row.1 == code).map(|row| row.0)
    }

    /// Whether it speaks for the person living here.
    #[must_use]
    pub const fn speaks_for_presence(self) -> bool {
        matches!(self, Self::Treated | Self::Paid)
    }
}
