//! 名前空間の団体 — whose store this is. It is written once, and a program started for another municipality does not get
//! in: neither its rules nor its pages ever meet the data of the wrong one.

use crate::error::OfficeError;
use db::{Conn, Sql};
use law::Refusal;

const OWNER: Sql = Sql {
    name: "namespace.owner",
    text: "select municipality from namespace_owner where one = 1",
};
const BIND: Sql = Sql {
    name: "namespace.bind",
    text: "insert into namespace_owner (one, municipality, bound_at) values (1, $1, $2)",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[OWNER, BIND];

/// The 全国地方公共団体コード this namespace belongs to; `None` before anybody has said.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn owner(conn: &mut Conn) -> Result<Option<String>, OfficeError> {
    Ok(conn.query_opt(&OWNER, &[], |row| row.text(0))?)
}

/// Checks that the namespace belongs to a municipality, and says so for ever where it belongs to nobody yet.
///
/// # Errors
/// [`OfficeError::Input`] for what is no code of six digits with its check digit; a [`Refusal`] with code
/// `namespace.other` where it belongs to another.
pub fn bind(conn: &mut Conn, municipality: &str, now: i64) -> Result<(), OfficeError> {
    if !is_code(municipality) {
        return Err(OfficeError::input(
            "団体コード",
            "全国地方公共団体コード6桁（検査数字を含む）を指定してください",
        ));
    }
    match owner(conn)? {
        Some(owner) if owner == municipality => Ok(()),
        Some(owner) => Err(Refusal::new(
            "namespace.other",
            format!(
                "このデータベースは団体{owner}のものです。団体{municipality}としては開けません。--store と --city を確かめてください"
            ),
        )
        .into()),
        None => {
            conn.execute(&BIND, &[municipality.into(), now.into()])?;
            Ok(())
        }
    }
}

/// Whether a text is a 全国地方公共団体コード: five digits and the check digit of 地方公共団体コードの検査数字.
#[must_use]
pub fn is_code(text: &str) -> bool {
    let digits: Option<Vec<u32>> = text
        .chars()
        .map(|letter| letter.is_ascii().then(|| letter.to_digit(10)).flatten())
        .collect();
    let Some([one, two, three, four, five, check]) = digits.as_deref() else {
        return false;
    };
    let sum = one * 6 + two * 5 + three * 4 + four * 3 + five * 2;
    (11 - sum % 11) % 10 == *check
}

#[cfg(test)]
mod tests {
    use super::is_code;

    #[test]
    fn a_code_has_six_digits_and_the_last_checks_the_others() {
        for code in ["131032", "142051", "011002", "131016", "271004"] {
            assert!(is_code(code), "{code}");
        }
        for wrong in [
            "",
            "131033",
            "13103",
            "1310320",
            "１３１０３２",
            "../../",
            "13103a",
            "131032 ",
        ] {
            assert!(!is_code(wrong), "{wrong}");
        }
    }
}
