//! 通知の中身 — everything a levy notice tells, gathered as it was decided.

use super::Notice;
use super::table::{self, Column};
use crate::error::OfficeError;
use crate::ledger::{Method, Parts};
use crate::levy::YearRules;
use crate::levy::decision::{self, Decision};
use crate::levy::why::{self, Explained};
use crate::registry::destination::{Mailing, address_for};
use crate::registry::support;
use db::{Conn, Row, Sql, StoreError};
use law::{Date, Yen};
use std::collections::BTreeMap;

/// Name and address of a person on a day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NameAndAddress {
    /// As registered, code point for code point.
    pub name: String,
    /// 郵便番号.
    pub postal_code: String,
    /// 住所.
    pub address: String,
    /// 方書.
    pub building: String,
    /// 不開示（支援措置）.
    pub withheld: bool,
}

/// One instalment as the notice shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstalmentLine {
    /// 期別 as stored: 定期 1…, 随時 101…, 過年度 201….
    pub number: i64,
    /// 納期限.
    pub due_on: Date,
    /// 徴収方法.
    pub method: Method,
    /// 調定年度.
    pub fiscal_year: i64,
    /// Before this decision.
    pub before: Parts,
    /// After this decision.
    pub after: Parts,
}

/// Everything a levy notice tells.
#[derive(Clone, Debug)]
pub struct NoticeContent {
    /// The notice.
    pub notice: Notice,
    /// The decision it tells of.
    pub decision: Decision,
    /// What stood before it.
    pub before: Option<Decision>,
    /// The rules it was decided under.
    pub rules: YearRules,
    /// The calculation; empty when the decision takes a levy away altogether.
    pub explained: Vec<Explained>,
    /// People by 宛名番号.
    pub people: BTreeMap<i64, NameAndAddress>,
    /// 宛先 of the notice on the day it is made: the 送付先 in force, else the registered address.
    pub mailing: Mailing,
    /// 記号.
    pub symbol: String,
    /// 番号.
    pub number: String,
    /// Instalments in order of their due day.
    pub instalments: Vec<InstalmentLine>,
}

impl NoticeContent {
    /// 年額 after the decision.
    #[must_use]
    pub fn total(&self) -> Yen {
        self.decision.outcome.parts.total()
    }

    /// The columns of the table and their sum.
    #[must_use]
    pub fn table(&self) -> (Vec<Column>, Column) {
        table::columns(&self.rules, &self.explained, self.decision.outcome.parts)
    }

    /// 変更前の年額, for a change.
    #[must_use]
    pub fn total_before(&self) -> Option<Yen> {
        self.before
            .as_ref()
            .map(|decision| decision.outcome.parts.total())
    }
}

const INSTALMENTS: Sql = Sql {
    name: "notices.content.instalments",
    text: "select instalment, due_on, method, fiscal_year, \
           cast(sum(case when decision_id < $4 then medical_yen else 0 end) as bigint), \
           cast(sum(case when decision_id < $4 then support_yen else 0 end) as bigint), \
           cast(sum(case when decision_id < $4 then care_yen else 0 end) as bigint), \
           cast(sum(case when decision_id < $4 then child_yen else 0 end) as bigint), \
           cast(sum(medical_yen) as bigint), cast(sum(support_yen) as bigint), \
           cast(sum(care_yen) as bigint), cast(sum(child_yen) as bigint) \
           from ledger where household_id = $1 and levy_year = $2 and debtor_id = $3 and decision_id <= $4 \
           and debit = 1 and credit = 2 \
           group by instalment, due_on, method, fiscal_year \
           having sum(medical_yen + support_yen + care_yen + child_yen) <> 0 \
           or sum(case when decision_id < $4 then medical_yen + support_yen + care_yen + child_yen else 0 end) <> 0 \
           order by due_on, instalment",
};
const PERSON: Sql = Sql {
    name: "notices.content.person",
    text: "select name, postal_code, address, building, withheld from resident_fact \
           where subject = $1 and superseded_at is null and valid_from <= $2 \
           order by valid_from desc limit 1",
};
const NUMBER: Sql = Sql {
    name: "notices.content.number",
    text: "select symbol, number from household_fact where subject = $1 and superseded_at is null \
           order by valid_from desc limit 1",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[INSTALMENTS, PERSON, NUMBER];

/// Gathers what a notice tells; `on` is the day it is made, on which its 送付先 is looked up.
///
/// # Errors
/// [`OfficeError::Bug`] when the decision is missing or no longer comes out of the rule.
pub fn gather(conn: &mut Conn, notice: &Notice, on: Date) -> Result<NoticeContent, OfficeError> {
    let history = decision::history(conn, notice.household_id)?;
    let decision = history
        .iter()
        .find(|decision| decision.decision_id == notice.decision_id)
        .cloned()
        .ok_or_else(|| OfficeError::Bug(format!("通知{}の決定がありません", notice.notice_id)))?;
    let before = history
        .iter()
        .find(|other| {
            other.levy_year == decision.levy_year
                && other.outcome.liable_id == decision.outcome.liable_id
                && other.sequence + 1 == decision.sequence
        })
        // What a cancelled run left behind was never told, so an initial notice has nothing before it.
        .filter(|_| notice.kind != "initial")
        .cloned();
    let explained = if decision.outcome.months.is_empty() {
        Vec::new()
    } else {
        why::explain(conn, &decision)?
    };
    let mut people = BTreeMap::new();
    let ids = explained
        .iter()
        .flat_map(|one| one.members.iter().map(|member| member.person_id));
    for id in ids.chain([notice.addressee_id]) {
        if let std::collections::btree_map::Entry::Vacant(entry) = people.entry(id) {
            entry.insert(person(conn, id, (decision.decided_on, on))?);
        }
    }
    let params = [
        notice.household_id.into(),
        i64::from(decision.levy_year.0).into(),
        notice.addressee_id.into(),
        decision.decision_id.into(),
    ];
    let rows = conn.query(&INSTALMENTS, &params, |row| Ok((row.int(2)?, line(row)?)))?;
    let instalments = rows
        .into_iter()
        .map(|(method, mut line)| {
            line.method = Method::read(method)?;
            Ok(line)
        })
        .collect::<Result<Vec<_>, OfficeError>>()?;
    let number = conn.query_opt(&NUMBER, &[notice.household_id.into()], |row| {
        Ok((row.text(0)?, row.text(1)?))
    })?;
    let (symbol, number) = number.unwrap_or_default();
    let rule_hash = decision.rule_hash.clone();
    Ok(NoticeContent {
        notice: notice.clone(),
        decision,
        before,
        rules: YearRules::recall(conn, &rule_hash)?,
        explained,
        people,
        mailing: address_for(conn, notice.addressee_id, "nhi", "levy", on)?,
        symbol,
        number,
        instalments,
    })
}

/// Name and address of a person as of a day; of somebody under 支援措置 the name alone, because a paper may go elsewhere than
/// there. Where it goes is [`Mailing`].
///
/// # Errors
/// [`OfficeError::Store`].
pub fn person(
    conn: &mut Conn,
    id: i64,
    (on, today): (Date, Date),
) -> Result<NameAndAddress, OfficeError> {
    let found = conn.query_opt(&PERSON, &[id.into(), on.into()], |row| {
        Ok(NameAndAddress {
            name: row.text(0)?,
            postal_code: row.text(1)?,
            address: row.text(2)?,
            building: row.text(3)?,
            withheld: row.flag(4)?,
        })
    })?;
    let mut found = found.unwrap_or_default();
    if found.withheld || support::is_hidden_from(conn, id, today)? {
        found = NameAndAddress {
            name: found.name,
            withheld: true,
            ..NameAndAddress::default()
        };
    }
    Ok(found)
}

fn line(row: &Row) -> Result<InstalmentLine, StoreError> {
    let parts = |at: usize| {
        Ok::<_, StoreError>(Parts::from_columns([
            Yen(row.int(at)?),
            Yen(row.int(at + 1)?),
            Yen(row.int(at + 2)?),
            Yen(row.int(at + 3)?),
        ]))
    };
    Ok(InstalmentLine {
        number: row.int(0)?,
        due_on: row.date(1)?,
        method: Method::Ordinary,
        fiscal_year: row.int(3)?,
        before: parts(4)?,
        after: parts(8)?,
    })
}
