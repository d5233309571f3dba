//! 提供の確かめ — asked before anything is read: whether the table lists the recipient for the purpose, on this day, for this
//! export. What comes out of it is the only thing that lets an export be made.

use crate::acts::{self, ActDetails, Acting};
use crate::error::OfficeError;
use crate::exports::{self, Handed};
use crate::security::permit::Permit;
use db::{Conn, Sql};
use law::Refusal;
use law::rules::RuleBook;
use law::rules::provision::{ProvisionMethod, ProvisionRow};
use std::marker::PhantomData;

const INSERT: Sql = Sql {
    name: "provision.insert",
    text: "insert into provision_record (record_id, code, recipient, purpose, ground, items, method, export_code, \
           request_number, made_on, recorded_at, staff_id, act_id) \
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[INSERT];

/// What is asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked<'a> {
    /// Code of the recipient in the table.
    pub recipient: &'a str,
    /// 用途 as the request has it; it has to be the one of the table. Empty where nobody says any.
    pub purpose: &'a str,
    /// Number of 依頼票, or of the inquiry; empty where there is none.
    pub request: &'a str,
}

/// Proof that the table lets this export go to a recipient. Only [`clear`] makes one, and only for its own export:
///
/// ```compile_fail,E0308
/// use office::exports::{EligibilityStatus, LinkageOutbox};
/// use office::provision::Cleared;
///
/// fn send(cleared: &Cleared<LinkageOutbox>) -> i64 {
///     cleared.record_id()
/// }
/// fn other(cleared: &Cleared<EligibilityStatus>) -> i64 {
///     send(cleared)
/// }
/// ```
#[derive(Debug)]
pub struct Cleared<E> {
    record_id: i64,
    recipient: String,
    method: ProvisionMethod,
    export: PhantomData<E>,
}

impl<E> Cleared<E> {
    /// Number of the record.
    #[must_use]
    pub fn record_id(&self) -> i64 {
        self.record_id
    }

    /// 提供先.
    #[must_use]
    pub fn recipient(&self) -> &str {
        &self.recipient
    }

    /// It is carried on a medium: sealed, and entered in 媒体管理簿.
    #[must_use]
    pub fn is_carried(&self) -> bool {
        self.method == ProvisionMethod::Medium
    }
}

/// Asks the table, and writes down who takes out what, for whom, on which ground.
///
/// # Errors
/// A refusal where the recipient is not in the table on the day (the later of 業務日付 and today), the export or the purpose is
/// not its, or another system has to carry it; [`OfficeError::Input`] where a request needs its number.
pub fn clear<E: Handed>(
    conn: &mut Conn,
    (acting, permit): (&Acting, &Permit<E::Needs>),
    (book, municipality): (&RuleBook, &str),
    asked: &Asked<'_>,
) -> Result<Cleared<E>, OfficeError> {
    let row = book.provision(municipality, asked.recipient, acting.latest_day())?;
    allowed::<E>(&row, asked)?;
    let provision = row.provision;
    let details = ActDetails {
        note: format!(
            "{} {} {}",
            provision.recipient,
            exports::name_of(E::CODE),
            asked.request
        )
        .trim_end()
        .to_owned(),
        ..ActDetails::default()
    };
    let act = acts::begin(conn, acting, permit, "provision.clear", &details)?;
    let record_id = conn.next_ids("provision_record", 1)?;
    conn.execute(
        &INSERT,
        &[
            record_id.into(),
            row.code.into(),
            provision.recipient.as_str().into(),
            provision.purpose.as_str().into(),
            row.clause.into(),
            provision.items.join("、").into(),
            provision.method.label_ja().into(),
            E::CODE.into(),
            asked.request.trim().into(),
            acting.business_date.into(),
            act.recorded_at.into(),
            acting.staff_id.into(),
            act.id.0.into(),
        ],
    )?;
    Ok(Cleared {
        record_id,
        recipient: provision.recipient.clone(),
        method: provision.method,
        export: PhantomData,
    })
}

fn allowed<E: Handed>(row: &ProvisionRow<'_>, asked: &Asked<'_>) -> Result<(), OfficeError> {
    let provision = row.provision;
    let refuse = |code: &'static str, message: String| Err(Refusal::new(code, message).into());
    if let Some(system) = &provision.awaits {
        return refuse(
            "provision.other_way",
            format!(
                "「{}」へは{system}を通じて渡します。ファイルでは渡せません",
                provision.recipient
            ),
        );
    }
    if !provision.exports.iter().any(|code| code == E::CODE) {
        return refuse(
            "provision.not_listed",
            format!(
                "提供先の表で、「{}」へ「{}」を渡すことになっていません。提供先の表を確かめてください",
                provision.recipient,
                exports::name_of(E::CODE)
            ),
        );
    }
    let purpose = asked.purpose.trim();
    if !purpose.is_empty() && purpose != provision.purpose {
        return refuse(
            "provision.purpose",
            format!(
                "「{}」へ渡せるのは「{}」のためだけです。「{purpose}」のためには渡せません",
                provision.recipient, provision.purpose
            ),
        );
    }
    if provision.request && asked.request.trim().is_empty() {
        return Err(OfficeError::input(
            "依頼票の番号",
            &format!(
                "「{}」へ渡すには、依頼票か申請の番号を指定してください",
                provision.recipient
            ),
        ));
    }
    Ok(())
}
