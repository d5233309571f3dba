//! 住基ネット照会 — a query as a file in its declared layout, and the record that it was made. The link itself does not exist
//! yet: a member of staff carries the file to the terminal of the network.

use super::query::NetworkQuery;
use super::{Vault, free_of_numbers};
use crate::acts::{self, ActDetails, Acting};
use crate::error::OfficeError;
use crate::exports::NetworkQueryFile;
use crate::hex;
use crate::provision::Cleared;
use crate::registry::support;
use crate::security::permit::{Permit, RegisterNumber};
use db::{Sql, Store};
use exchange::{Catalogue, FileName, Writer};
use law::Refusal;
use sha2::{Digest, Sha256};

const INSERT: Sql = Sql {
    name: "vault.network.insert",
    text: "insert into network_query (query_id, person_id, items, case_name, file_name, file_sha256, recorded_at, act_id) \
           values ($1, $2, $3, $4, $5, $6, $7, $8)",
};
const OF_PERSON: Sql = Sql {
    name: "vault.network.of_person",
    text: "select query_id, items, case_name, file_name, file_sha256, recorded_at, act_id from network_query \
           where person_id = $1 order by query_id desc",
};

/// Statements of this module.
pub(super) const STATEMENTS: &[Sql] = &[INSERT, OF_PERSON];

/// A query as it leaves.
#[derive(Clone, Debug)]
pub struct QueryFile {
    /// Name of the file.
    pub name: String,
    /// The file.
    pub bytes: Vec<u8>,
}

/// A query as it was made; it holds no value that was asked by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MadeQuery {
    /// Number.
    pub query_id: i64,
    /// 氏名・生年月日・性別・住所: which.
    pub items: String,
    /// 件名.
    pub case: String,
    /// Name of the file.
    pub file_name: String,
    /// SHA-256 of the file.
    pub sha256: String,
    /// When, microseconds.
    pub recorded_at: i64,
    /// The act.
    pub act_id: i64,
}

/// For whom and for what is asked.
#[derive(Clone, Copy, Debug)]
pub struct Asking<'a> {
    /// 宛名番号.
    pub person_id: i64,
    /// 件名.
    pub case: &'a str,
    /// 全国地方公共団体コード of the one that asks.
    pub municipality: &'a str,
    /// `YYYYMMDDhhmmss`, for the name of the file.
    pub made_at: &'a str,
}

impl Vault {
    /// 住基ネット照会 of a person: the file, and the record of it.
    ///
    /// # Errors
    /// [`OfficeError::Input`] without a case; a refusal where the layout cannot carry an item.
    pub fn ask_network(
        &self,
        office: &Store,
        catalogue: &Catalogue,
        (permit, _cleared): (&Permit<RegisterNumber>, &Cleared<NetworkQueryFile>),
        acting: &Acting,
        (asking, query): (Asking<'_>, &NetworkQuery),
    ) -> Result<QueryFile, OfficeError> {
        let case = asking.case.trim();
        if case.is_empty() {
            return Err(OfficeError::input(
                "件名",
                "どの届出・確認のために照会するのか、受付番号か件名を入れてください",
            ));
        }
        free_of_numbers("件名", case)?;
        let query_id = self
            .store
            .write(|conn| Ok::<_, OfficeError>(conn.next_ids("network_query", 1)?))?;
        let on = acting.business_date;
        let withheld = office.read(|conn| support::is_hidden_from(conn, asking.person_id, on))?;
        let file = write(catalogue, (asking, query_id, withheld), query)?;
        let items = query.items_ja();
        let act = office.write(|conn| {
            let details = ActDetails {
                note: format!(
                    "宛名番号{}の住基ネット照会（{items}）（{case}）",
                    asking.person_id
                ),
                ..ActDetails::default()
            };
            acts::begin(conn, acting, permit, "number.network_query", &details)
        })?;
        let params = [
            query_id.into(),
            asking.person_id.into(),
            items.into(),
            case.into(),
            file.name.as_str().into(),
            hex::write(&Sha256::digest(&file.bytes)).into(),
            act.recorded_at.into(),
            act.id.0.into(),
        ];
        self.store
            .write(|conn| Ok::<_, OfficeError>(conn.execute(&INSERT, &params)?))?;
        Ok(file)
    }

    /// The queries made for a person, newest first.
    ///
    /// # Errors
    /// [`OfficeError::Store`].
    pub fn queries_of(&self, person_id: i64) -> Result<Vec<MadeQuery>, OfficeError> {
        self.store.read(|conn| {
            Ok(conn.query(&OF_PERSON, &[person_id.into()], |row| {
                Ok(MadeQuery {
                    query_id: row.int(0)?,
                    items: row.text(1)?,
                    case: row.text(2)?,
                    file_name: row.text(3)?,
                    sha256: row.text(4)?,
                    recorded_at: row.int(5)?,
                    act_id: row.int(6)?,
                })
            })?)
        })
    }
}

fn write(
    catalogue: &Catalogue,
    (asking, query_id, withheld): (Asking<'_>, i64, bool),
    query: &NetworkQuery,
) -> Result<QueryFile, OfficeError> {
    let layout = catalogue
        .layout("network_query")
        .ok_or_else(|| OfficeError::Bug("住基ネット照会のレイアウトがありません".to_owned()))?;
    let mut writer = Writer::new(layout, catalogue.codes());
    let (number, person) = (query_id.to_string(), asking.person_id.to_string());
    let birth = query.birth_on().map(|day| day.to_string());
    let sex = query.sex().map(|sex| sex.to_string());
    let mut cells = vec![
        ("query_number", number.as_str()),
        ("person_number", person.as_str()),
        ("withheld", if withheld { "1" } else { "0" }),
    ];
    let given = [
        ("name", query.name()),
        ("birth_on", birth.as_deref()),
        ("sex", sex.as_deref()),
        ("address", query.address()),
    ];
    cells.extend(
        given
            .into_iter()
            .filter_map(|(name, value)| value.map(|value| (name, value))),
    );
    writer.row(&cells).map_err(|error| {
        Refusal::new(
            "vault.query.item",
            format!("{error}。この項目を直してから照会してください"),
        )
    })?;
    let name = FileName::of(layout, asking.municipality, asking.made_at);
    Ok(QueryFile {
        name: name.to_string(),
        bytes: writer.finish(),
    })
}
