//! 住基ネット照会 — asked only by all four items, or by three of which one is the address; what comes back is chosen by a
//! person where it is more than one.

use crate::error::OfficeError;
use law::{Date, Refusal};

/// 照会の条件. It cannot be made with less than the rule asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkQuery {
    name: Option<String>,
    birth_on: Option<Date>,
    sex: Option<i64>,
    address: Option<String>,
}

impl NetworkQuery {
    /// 氏名, where asked by it.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// 生年月日, where asked by it.
    #[must_use]
    pub const fn birth_on(&self) -> Option<Date> {
        self.birth_on
    }

    /// 性別, where asked by it.
    #[must_use]
    pub const fn sex(&self) -> Option<i64> {
        self.sex
    }

    /// 住所, where asked by it.
    #[must_use]
    pub fn address(&self) -> Option<&str> {
        self.address.as_deref()
    }

    /// Which items it asks by, in words.
    #[must_use]
    pub fn items_ja(&self) -> String {
        let items = [
            ("氏名", self.name.is_some()),
            ("生年月日", self.birth_on.is_some()),
            ("性別", self.sex.is_some()),
            ("住所", self.address.is_some()),
        ];
        let given: Vec<&str> = items
            .into_iter()
            .filter(|(_, given)| *given)
            .map(|(name, _)| name)
            .collect();
        given.join("・")
    }

    /// 4情報, or 3情報 with the address.
    ///
    /// # Errors
    /// A refusal that says which items are needed.
    pub fn new(
        name: Option<&str>,
        birth_on: Option<Date>,
        sex: Option<i64>,
        address: Option<&str>,
    ) -> Result<Self, OfficeError> {
        let given = |text: Option<&str>| {
            text.map(str::trim)
                .filter(|text| !text.is_empty())
                .map(str::to_owned)
        };
        let query = Self {
            name: given(name),
            birth_on,
            sex: sex.filter(|sex| matches!(sex, 1 | 2)),
            address: given(address),
        };
        let others = [
            query.name.is_some(),
            query.birth_on.is_some(),
            query.sex.is_some(),
        ];
        let others = others.into_iter().filter(|given| *given).count();
        if query.address.is_some() && others >= 2 {
            return Ok(query);
        }
        Err(Refusal::new(
            "vault.query.items",
            "住基ネットの照会は、氏名・生年月日・性別・住所の4情報か、住所を含む3情報で行ってください"
                .to_owned(),
        )
        .into())
    }
}

/// 本人確認情報の回答 of one resident. 他業務参照不可: it is for the asking business alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundResident {
    /// 氏名.
    pub name: String,
    /// 生年月日.
    pub birth_on: Date,
    /// 住所.
    pub address: String,
    /// Which of the answers, as the network numbers them.
    pub answer_no: u32,
}

/// The one that is meant: alone, or chosen by a person. Several are never decided by the program.
///
/// # Errors
/// A refusal where there are several and none, or one that is not among them, was chosen.
pub fn choose(
    found: &[FoundResident],
    chosen: Option<u32>,
) -> Result<Option<&FoundResident>, OfficeError> {
    match (found, chosen) {
        ([], _) => Ok(None),
        ([one], None) => Ok(Some(one)),
        (many, Some(number)) => many
            .iter()
            .find(|resident| resident.answer_no == number)
            .map(Some)
            .ok_or_else(|| OfficeError::input("該当者", "回答の中から選んでください")),
        (many, None) => Err(Refusal::new(
            "vault.query.several",
            format!(
                "{}人が該当しました。氏名・生年月日・住所を見比べて、該当者を選んでください",
                many.len()
            ),
        )
        .into()),
    }
}
