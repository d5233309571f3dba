//! 入手 — where a number came from, who gave it, and what showed that it is that person's.

use super::ask::free_of_numbers;
use crate::error::OfficeError;

/// 入手元.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// 住基連携: the residents' record through the link platform.
    ResidentRecord,
    /// 届出・申請: a form of the enforcement rules.
    Form,
    /// 住基ネット照会.
    RegistryNetwork,
    /// 紐付け点検の結果.
    Inspection,
}

impl Source {
    /// Every source with its code, as forms have it.
    pub const ALL: [(Self, &'static str); 4] = [
        (Self::Form, "form"),
        (Self::ResidentRecord, "record"),
        (Self::RegistryNetwork, "network"),
        (Self::Inspection, "inspection"),
    ];

    /// In words.
    #[must_use]
    pub const fn label_ja(self) -> &'static str {
        match self {
            Self::ResidentRecord => "住基連携",
            Self::Form => "届出",
            Self::RegistryNetwork => "住基ネット照会",
            Self::Inspection => "紐付け点検",
        }
    }
}

/// 提供者.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Giver {
    /// 本人.
    Person,
    /// 同一世帯員・代理人, with the authority shown.
    Agent,
    /// 職権.
    ExOfficio,
}

impl Giver {
    /// Every giver with its code, as forms have it.
    pub const ALL: [(Self, &'static str); 3] = [
        (Self::Person, "person"),
        (Self::Agent, "agent"),
        (Self::ExOfficio, "office"),
    ];

    /// In words.
    #[must_use]
    pub const fn label_ja(self) -> &'static str {
        match self {
            Self::Person => "本人",
            Self::Agent => "同一世帯員・代理人",
            Self::ExOfficio => "職権",
        }
    }
}

/// 番号確認・身元確認の書類.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Evidence {
    /// 個人番号カード.
    NumberCard,
    /// 通知カード (whose items still fit) と身元確認書類.
    NoticeCard,
    /// 個人番号記載の住民票の写し・記載事項証明書と身元確認書類.
    ResidentCertificate,
    /// 住民票関係情報の連携, no paper.
    Feed,
    /// 住基ネットの本人確認情報.
    NetworkAnswer,
}

impl Evidence {
    /// Every evidence with its code, as forms have it.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::NumberCard, "card"),
        (Self::NoticeCard, "notice"),
        (Self::ResidentCertificate, "certificate"),
        (Self::Feed, "feed"),
        (Self::NetworkAnswer, "network"),
    ];

    /// In words.
    #[must_use]
    pub const fn label_ja(self) -> &'static str {
        match self {
            Self::NumberCard => "個人番号カード",
            Self::NoticeCard => "通知カードと身元確認書類",
            Self::ResidentCertificate => "番号記載の住民票の写し等と身元確認書類",
            Self::Feed => "住民票関係情報の連携",
            Self::NetworkAnswer => "住基ネットの本人確認情報",
        }
    }
}

/// All of it together; without it no number is registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// 入手元.
    pub source: Source,
    /// 提供者.
    pub giver: Giver,
    /// 確認書類.
    pub evidence: Evidence,
    /// 様式・受付番号 of a form; empty where there is none.
    pub form: String,
    /// 代理権の確認, or the ground of acting ex officio; empty where the person gave it.
    pub ground: String,
}

impl Origin {
    /// Whether source, giver and evidence go together.
    ///
    /// # Errors
    /// [`OfficeError::Input`] that names what is missing.
    pub fn check(&self) -> Result<(), OfficeError> {
        let wrong = |field: &str, message: &str| Err(OfficeError::input(field, message));
        if self.source == Source::Form && self.form.trim().is_empty() {
            return wrong(
                "様式",
                "番号を記載した届出・申請の様式と受付番号を入れてください",
            );
        }
        if self.giver != Giver::Person && self.ground.trim().is_empty() {
            return wrong(
                "提供者",
                "代理権を確かめた書類か、職権で入手した根拠を入れてください",
            );
        }
        free_of_numbers("様式", &self.form)?;
        free_of_numbers("提供者", &self.ground)?;
        let fits = match self.source {
            Source::Form => matches!(
                self.evidence,
                Evidence::NumberCard | Evidence::NoticeCard | Evidence::ResidentCertificate
            ),
            Source::ResidentRecord => self.evidence == Evidence::Feed,
            Source::RegistryNetwork | Source::Inspection => {
                self.evidence == Evidence::NetworkAnswer && self.giver == Giver::ExOfficio
            }
        };
        if fits {
            return Ok(());
        }
        wrong(
            "確認書類",
            "入手元に合う確認書類を選んでください（届出は番号確認と身元確認の書類、住基ネットは職権）",
        )
    }

    pub(super) fn codes(&self) -> [i64; 3] {
        let source = match self.source {
            Source::ResidentRecord => 1,
            Source::Form => 2,
            Source::RegistryNetwork => 3,
            Source::Inspection => 4,
        };
        let giver = match self.giver {
            Giver::Person => 1,
            Giver::Agent => 2,
            Giver::ExOfficio => 3,
        };
        let evidence = match self.evidence {
            Evidence::NumberCard => 1,
            Evidence::NoticeCard => 2,
            Evidence::ResidentCertificate => 3,
            Evidence::Feed => 4,
            Evidence::NetworkAnswer => 5,
        };
        [source, giver, evidence]
    }

    pub(super) fn from_codes(
        [source, giver, evidence]: [i64; 3],
        form: String,
        ground: String,
    ) -> Option<Self> {
        Some(Self {
            source: match source {
                1 => Source::ResidentRecord,
                2 => Source::Form,
                3 => Source::RegistryNetwork,
                4 => Source::Inspection,
                _ => return None,
            },
            giver: match giver {
                1 => Giver::Person,
                2 => Giver::Agent,
                3 => Giver::ExOfficio,
                _ => return None,
            },
            evidence: match evidence {
                1 => Evidence::NumberCard,
                2 => Evidence::NoticeCard,
                3 => Evidence::ResidentCertificate,
                4 => Evidence::Feed,
                5 => Evidence::NetworkAnswer,
                _ => return None,
            },
            form,
            ground,
        })
    }

    /// 入手元 in words, as histories show it.
    #[must_use]
    pub const fn source_ja(&self) -> &'static str {
        self.source.label_ja()
    }

    /// 提供者 in words.
    #[must_use]
    pub const fn giver_ja(&self) -> &'static str {
        self.giver.label_ja()
    }

    /// 確認書類 in words.
    #[must_use]
    pub const fn evidence_ja(&self) -> &'static str {
        self.evidence.label_ja()
    }
}
