//! 宛名に付くもの — 送付先, 連絡先, 口座 and 代表者 of a person as cards, the account numbers masked.

use super::keep::What;
use crate::desk::Desk;
use crate::view::cards::{Action, Card, Table};
use crate::view::format::day_ja;
use db::{Conn, Span};
use office::OfficeError;
use office::registry::account::{self, AccountUse};
use office::registry::slot::Filled;
use office::registry::{Dated, HIDDEN, contact, destination, representative, support};
use office::security::permit::{Function, RegisterContact};

fn span_ja(span: Span) -> String {
    let until = span
        .until
        .map_or_else(String::new, |until| day_ja(law::date::previous_day(until)));
    format!("{}〜{until}", day_ja(span.from))
}

fn word<'l>(list: &'l [(&'l str, &'l str)], code: &'l str) -> &'l str {
    list.iter()
        .find(|(known, _)| *known == code)
        .map_or(code, |(_, label)| label)
}

/// Every fact of a list of slots.
fn facts<F>(filled: &[Filled<F>]) -> impl Iterator<Item = (&Filled<F>, &Dated<F>)> {
    filled
        .iter()
        .flat_map(|slot| slot.facts.iter().map(move |fact| (slot, fact)))
}

/// What is kept beside a person; `withheld` hides where papers go. Of whoever stands for the person, the address is hidden as it
/// is on their own page.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn cards(
    desk: &Desk,
    conn: &mut Conn,
    person: i64,
    withheld: bool,
) -> Result<Vec<Card>, OfficeError> {
    let today = desk.business_date();
    let mut table = Table::new(
        "送付先・連絡先・口座・代表者",
        &["種類", "内容", "期間", "備考"],
    );
    for (slot, fact) in facts(&destination::list(conn, person, None)?) {
        let one = &fact.fact;
        let what = format!(
            "送付先（{}・{}）",
            word(destination::SCHEMES, &slot.slot.scheme),
            word(destination::DOCUMENTS, &slot.slot.detail)
        );
        let place = if withheld {
            HIDDEN.to_owned()
        } else {
            format!(
                "{} {} {} {}",
                one.postal_code, one.address, one.building, one.addressee
            )
        };
        let row = table.row(vec![
            what.into(),
            place.into(),
            span_ja(fact.valid).into(),
            format!(
                "{} {}",
                word(destination::RELATIONS, &one.relation),
                one.ground
            )
            .into(),
        ]);
        row.off = !fact.valid.holds(today);
    }
    for (slot, fact) in facts(&contact::list(conn, person, None)?) {
        let row = table.row(vec![
            word(contact::KINDS, &slot.slot.detail).into(),
            fact.fact.contact.as_str().into(),
            span_ja(fact.valid).into(),
            fact.fact.remark.as_str().into(),
        ]);
        row.off = !fact.valid.holds(today);
    }
    for (slot, fact) in facts(&account::list(conn, person, None)?) {
        let purpose = AccountUse::ALL
            .into_iter()
            .find(|one| one.code() == slot.slot.detail)
            .map_or("", AccountUse::name_ja);
        let one = &fact.fact;
        let public = if one.public_account {
            "公金受取口座 "
        } else {
            ""
        };
        let row = table.row(vec![
            format!("口座（{purpose}）").into(),
            format!(
                "{} {} {} {}",
                one.bank,
                one.branch,
                one.masked(),
                one.holder_kana
            )
            .into(),
            span_ja(fact.valid).into(),
            format!("{public}{}", one.ground).into(),
        ]);
        row.off = !fact.valid.holds(today);
    }
    for (_, fact) in facts(&representative::list(conn, person, None)?) {
        let one = &fact.fact;
        let name = one.representative_id.map_or_else(
            || one.name.clone(),
            |id| format!("{} 宛名番号{id}", one.name),
        );
        let theirs = match one.representative_id {
            Some(id) => support::is_hidden_from(conn, id, today)?,
            None => false,
        };
        let row = table.row(vec![
            "代表者".into(),
            if withheld || theirs {
                format!("{name} {HIDDEN}").into()
            } else {
                format!("{name} {} {}", one.address, one.building).into()
            },
            span_ja(fact.valid).into(),
            format!("{} {}", one.relation, one.ground).into(),
        ]);
        row.off = !fact.valid.holds(today);
    }
    let mut card =
        Card::new("送付先・連絡先・口座・代表者", "w12").with_table(table, "登録はありません。");
    if desk.session().may(RegisterContact::CODE) {
        for (_, code, title) in What::ALL {
            let href = format!("/people/{person}/keep/{code}");
            card.actions.push(Action::link(title, &href));
        }
    }
    Ok(vec![card])
}
