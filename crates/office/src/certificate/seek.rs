//! 証を探す — by every field a clerk knows of it: 交付区分, 交付事由, 発効期日, 有効期限, 長期該当, 発行先, 回収, 返戻 and where it is.

use super::event::place_code;
use super::find::{Certificate, PAGE, all};
use super::record::Division;
use crate::error::OfficeError;
use db::{Conn, Sql, Value};
use law::Date;
use law::certificate::Place;

const SEARCH: Sql = Sql {
    name: "certificate.seek.search",
    text: "select c.certificate_id from certificate c join certificate_standing s on s.certificate_id = c.certificate_id \
           left join certificate_correction k on k.certificate_id = c.certificate_id and k.correction_no = (\
             select max(m.correction_no) from certificate_correction m where m.certificate_id = c.certificate_id) \
           where ($1 = '' or s.kind = $1) and ($2 = '' or s.place = $2) and ($3 = -1 or s.outstanding = $3) \
         and ($4 = '' or coalesce(k.division, c.division) = $4) and ($5 = '' or c.class = $5) and c.issued_on >= $6 and c.issued_on <= $7 \
         and coalesce(c.expires_on, '9999-12-31') >= $8 and coalesce(c.expires_on, '9999-12-31') <= $9 \
         and ($10 = -1 or s.run_id = $10) and ($11 = '' or coalesce(k.reason, c.reason) = $11) \
         and c.effective_from >= $12 and c.effective_from <= $13 \
         and ($14 = -1 or case when c.long_term_on is null then 0 else 1 end = $14) \
         and ($15 = '' or replace(c.destination, $15, '') <> c.destination) \
         and ($16 = -1 or (s.collected_on >= $17 and s.collected_on <= $18)) \
         and ($19 = -1 or exists (select 1 from certificate_event e where e.certificate_id = c.certificate_id \
           and e.kind = 'mail_returned' and e.undoes is null and e.occurred_on >= $20 and e.occurred_on <= $21 \
           and not exists (select 1 from certificate_event u where u.certificate_id = e.certificate_id \
             and u.undoes = e.event_no))) \
         and c.certificate_id > $22 order by c.certificate_id limit $23",
};
const REASONS: Sql = Sql {
    name: "certificate.seek.reasons",
    text: "select reason from certificate union select reason from certificate_correction",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[SEARCH, REASONS];

/// First and last day; an open end seeks everything on that side.
pub type Days = (Option<Date>, Option<Date>);

/// What is sought; an empty field seeks everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// 種類.
    pub kind: Option<String>,
    /// Where it is.
    pub place: Option<Place>,
    /// Only those asked back and not yet back.
    pub outstanding: Option<bool>,
    /// 交付区分.
    pub division: Option<Division>,
    /// 交付事由, as recorded.
    pub reason: Option<String>,
    /// 適用区分.
    pub class: Option<String>,
    /// 交付日.
    pub issued: Days,
    /// 発効期日.
    pub effective: Days,
    /// 有効期限.
    pub expires: Days,
    /// 長期該当: with a day of it, or without.
    pub long_term: Option<bool>,
    /// 発行先: the beginning of the 宛名 it was addressed to. Addresses are not sought: an answer would tell where
    /// somebody under 支援措置 is.
    pub addressee: Option<String>,
    /// 回収日; with either end given only those that were collected.
    pub collected: Days,
    /// 返戻日; with either end given only those that came back.
    pub came_back: Days,
    /// 一斉更新.
    pub run_id: Option<i64>,
}

/// Certificates that fit, in the order of their numbers, above a number (0 for the first page).
///
/// # Errors
/// [`OfficeError::Store`].
pub fn search(
    conn: &mut Conn,
    filter: &Filter,
    above: i64,
) -> Result<Vec<Certificate>, OfficeError> {
    let params = [
        filter.kind.as_deref().unwrap_or("").into(),
        filter.place.map_or("", place_code).into(),
        filter.outstanding.map_or(-1, i64::from).into(),
        filter.division.map_or("", Division::code).into(),
        filter.class.as_deref().unwrap_or("").into(),
        first(filter.issued),
        last(filter.issued),
        first(filter.expires),
        last(filter.expires),
        filter.run_id.unwrap_or(-1).into(),
        filter.reason.as_deref().unwrap_or("").into(),
        first(filter.effective),
        last(filter.effective),
        filter.long_term.map_or(-1, i64::from).into(),
        filter
            .addressee
            .as_deref()
            .map_or_else(String::new, beginning)
            .into(),
        asked(filter.collected),
        first(filter.collected),
        last(filter.collected),
        asked(filter.came_back),
        first(filter.came_back),
        last(filter.came_back),
        above.into(),
        PAGE.into(),
    ];
    all(conn, &SEARCH, &params)
}

/// Every 交付事由 that was ever recorded, in the order of their letters: what can be sought.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn reasons(conn: &mut Conn) -> Result<Vec<String>, OfficeError> {
    let mut found = conn.query(&REASONS, &[], |row| row.text(0))?;
    // The engines sort Japanese each in their own way.
    found.sort();
    Ok(found)
}

fn first((from, _): Days) -> Value {
    from.map_or_else(|| "0000-01-01".into(), |day| day.to_string().into())
}

fn last((_, until): Days) -> Value {
    until.map_or_else(|| "9999-12-31".into(), |day| day.to_string().into())
}

fn asked(days: Days) -> Value {
    if days == (None, None) { -1_i64 } else { 1 }.into()
}

/// How the 宛名 of a stored destination begins.
fn beginning(typed: &str) -> String {
    let quoted = serde_json::Value::from(typed).to_string();
    let open = quoted.strip_suffix('"').unwrap_or(&quoted);
    format!("\"addressee\":{open}")
}
