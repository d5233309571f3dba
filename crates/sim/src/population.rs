//! The shape of the population, read from `data/population.toml`.

use serde::Deserialize;

/// Shares in ten-thousandths.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Population {
    /// Households.
    pub household: Households,
    /// Ages.
    pub age: Ages,
    /// Incomes.
    pub income: Incomes,
    /// Rare things.
    pub special: Special,
    /// Joining and leaving.
    pub movement: Movement,
}

/// Households.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Households {
    /// Insured members, from one.
    pub size: Vec<u32>,
    /// 擬制世帯主.
    pub fictitious_head: u32,
    /// 特定同一世帯所属者.
    pub former_insured: u32,
}

/// Ages in five-year bands.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ages {
    /// Weight of each band.
    pub share: Vec<u32>,
    /// Share of women in each band.
    pub female: Vec<u32>,
}

/// Incomes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Incomes {
    /// Least and most in thousand yen, and weight.
    pub classes: Vec<[u32; 3]>,
    /// 未申告.
    pub unfiled: u32,
    /// 所得照会中.
    pub inquiry: u32,
    /// Salary, business, farming, real estate.
    pub occupation: Vec<u32>,
}

/// Rare things, per ten thousand persons.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Special {
    /// 非自発的失業.
    pub unemployed: u32,
    /// 産前産後, of women of 20 to 44.
    pub maternity: u32,
    /// 介護適用除外.
    pub care_exempt: u32,
    /// 旧被扶養者.
    pub former_dependant: u32,
    /// 株式等.
    pub shares: u32,
    /// 土地の譲渡.
    pub land: u32,
    /// 雑損失の繰越.
    pub casualty_loss: u32,
    /// 専従者.
    pub family_employee: u32,
    /// 固定資産を持つ者.
    pub asset_owner: u32,
}

/// Movements, per ten thousand households.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Movement {
    /// Joined within the year.
    pub joined: u32,
    /// Left within the year.
    pub left: u32,
}

impl Population {
    /// The shipped shape.
    ///
    /// # Errors
    /// What is wrong with the shipped file, in Japanese.
    pub fn shipped() -> Result<Self, String> {
        toml::from_str(include_str!("../data/population.toml"))
            .map_err(|error| format!("人口の設定を読めません: {error}"))
    }
}
