//! データ抽出 (EUC) — a declared table, for an approved request alone: who asked, for which purpose, until which day.
//!
//! No table has a name, an address or an individual number in it, and whoever is under 支援措置, by any of their numbers (名寄せ), is
//! left out of every line that stands for one person. There is no other way to take lists out.

use crate::acts::{self, ActDetails, Acting};
use crate::error::OfficeError;
use crate::exports::Extract;
use crate::provision::Cleared;
use crate::registers::{self, Entry};
use crate::registry::hidden::hiding;
use crate::security::hours::in_japan;
use crate::security::permit::{ExportData, Permit};
use crate::sheet::{Sheet, Written};
use db::{Conn, Sql, Store};
use law::{Date, FiscalYear, Refusal};

const PERSONS: Sql = Sql {
    name: "extract.persons",
    text: concat!(
        "with ",
        hiding!("$1"),
        " select cast(i.subject as text), substr(r.birth_on, 1, 4), cast(r.sex as text), i.valid_from \
         from insured_fact i join resident_fact r on r.subject = i.subject and r.superseded_at is null \
         and r.valid_from <= $1 and (r.valid_until is null or r.valid_until > $1) \
         where i.superseded_at is null and i.valid_from <= $1 and (i.valid_until is null or i.valid_until > $1) \
         and cast($2 as bigint) > 0 and i.subject not in (select person_id from hiding) order by i.subject"
    ),
};
const BY_BIRTH: Sql = Sql {
    name: "extract.by_birth",
    text: "select substr(r.birth_on, 1, 4), cast(r.sex as text), cast(count(distinct i.subject) as text), '' \
           from insured_fact i join resident_fact r on r.subject = i.subject and r.superseded_at is null \
           and r.valid_from <= $1 and (r.valid_until is null or r.valid_until > $1) \
           where i.superseded_at is null and i.valid_from <= $1 and (i.valid_until is null or i.valid_until > $1) \
           and cast($2 as bigint) > 0 group by substr(r.birth_on, 1, 4), r.sex order by 1, 2",
};
const BY_HOUSEHOLD: Sql = Sql {
    name: "extract.by_household",
    text: concat!(
        "with ",
        hiding!("$1"),
        " select cast(l.household_id as text), cast(l.levy_year as text), \
         cast(cast(sum(l.medical_yen + l.support_yen + l.care_yen + l.child_yen) as bigint) as text), '' from ledger l \
         where l.levy_year = $2 and l.debit = 1 and l.credit = 2 \
         and l.debtor_id not in (select person_id from hiding) \
         group by l.household_id, l.levy_year order by l.household_id"
    ),
};
const LOGIN: Sql = Sql {
    name: "extract.login",
    text: "select login from staff where staff_id = $1",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[PERSONS, BY_BIRTH, BY_HOUSEHOLD, LOGIN];

/// A table that may be asked for.
#[derive(Debug)]
struct View {
    /// As the register of requests has it.
    name: &'static str,
    columns: &'static [&'static str],
    sql: &'static Sql,
}

const VIEWS: &[View] = &[
    View {
        name: "被保険者の一覧（生年・性別・取得日）",
        columns: &["宛名番号", "生年", "性別", "資格取得日"],
        sql: &PERSONS,
    },
    View {
        name: "生年別・性別の被保険者数",
        columns: &["生年", "性別", "人数"],
        sql: &BY_BIRTH,
    },
    View {
        name: "世帯別の年額",
        columns: &["国保世帯番号", "相当年度", "年額"],
        sql: &BY_HOUSEHOLD,
    },
];

/// The table of an approved request, as of the business date, as CSV with a heading.
///
/// # Errors
/// A refusal that says which of approval, person and term is missing.
pub fn extract(
    store: &Store,
    (permit, _cleared): (&Permit<ExportData>, &Cleared<Extract>),
    acting: &Acting,
    request: i64,
) -> Result<Written, OfficeError> {
    let today = acting.business_date;
    store.write(|conn| {
        let entry = registers::entry(conn, request)?
            .filter(|entry| entry.register == "extraction")
            .ok_or_else(|| {
                OfficeError::input("申請番号", &format!("{request}番の抽出申請はありません"))
            })?;
        let view = approved(conn, &entry, acting, today)?;
        let details = ActDetails {
            note: format!("抽出申請{request} {}", view.name),
            ..ActDetails::default()
        };
        acts::begin(conn, acting, permit, "export.extract", &details)?;
        let year = i64::from(FiscalYear::of(today).0);
        let rows = conn.query(view.sql, &[today.into(), year.into()], |row| {
            (0..view.columns.len())
                .map(|column| row.text(column))
                .collect::<Result<Vec<String>, _>>()
        })?;
        let mut sheet = Sheet::new(view.columns);
        for row in rows {
            sheet.row(&row);
        }
        Ok(sheet.finish())
    })
}

fn approved(
    conn: &mut Conn,
    entry: &Entry,
    acting: &Acting,
    today: Date,
) -> Result<&'static View, OfficeError> {
    let refuse =
        |message: String| -> OfficeError { Refusal::new("extract.request", message).into() };
    let value = |field: &str| entry.values.get(field).map_or("", String::as_str);
    if entry.state != "承認" {
        return Err(refuse(format!(
            "抽出申請{}は「{}」です。二人の承認を受けてから抽出してください",
            entry.entry_id, entry.state
        )));
    }
    let login = conn.query_opt(&LOGIN, &[acting.staff_id.into()], |row| row.text(0))?;
    if login.as_deref() != Some(value("user_login")) {
        return Err(refuse(format!(
            "抽出申請{}で認められた職員ではありません。自分の申請で抽出してください",
            entry.entry_id
        )));
    }
    // 申請した人と認めた二人は別の人である。 The register refuses it beforehand; what it let through earlier stops here.
    let approvers = entry
        .history
        .iter()
        .filter(|step| step.counts && step.second.is_some())
        .flat_map(|step| [Some(step.staff_id), step.second]);
    if approvers.flatten().any(|staff| staff == acting.staff_id) {
        return Err(refuse(format!(
            "抽出申請{}を認めた職員は、自分では抽出できません。ほかの職員の名で申請し直してください",
            entry.entry_id
        )));
    }
    // A 業務日付 that was put back does not make a request last longer.
    let today = today.max(in_japan(acting.now).0);
    let until: Option<Date> = value("use_until").parse().ok();
    if until.is_none_or(|until| until < today) {
        return Err(refuse(format!(
            "抽出申請{}の利用期限が過ぎています。廃棄を記録し、要るときは改めて申請してください",
            entry.entry_id
        )));
    }
    VIEWS
        .iter()
        .find(|view| view.name == value("view"))
        .ok_or_else(|| OfficeError::Bug(format!("抽出する表「{}」がありません", value("view"))))
}
