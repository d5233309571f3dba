//! 連絡先・送付先・口座・代表者の欄 — the fields of each kind, and what they say.

use super::keep::{Kept, What};
use crate::fields::{Fields, half_width, note};
use crate::view::FieldError;
use crate::view::entry::{Choice, Field, Input};
use office::registry::account::{Account, AccountUse};
use office::registry::contact::{self, Contact};
use office::registry::destination::{self, Destination};
use office::registry::representative::{Representative, Standing};

fn choices(list: &[(&str, &str)]) -> Vec<Choice> {
    list.iter()
        .map(|(code, label)| ((*code).to_owned(), (*label).to_owned()))
        .collect()
}

fn label(list: &[(&str, &str)], code: &str) -> String {
    list.iter()
        .find(|(known, _)| *known == code)
        .map_or(code, |(_, label)| label)
        .to_owned()
}

const BANK_KINDS: [(&str, &str); 4] =
    [("1", "普通"), ("2", "当座"), ("4", "貯蓄"), ("9", "その他")];
const STANDINGS: [(&str, Standing); 2] = [
    ("heir", Standing::Heir),
    ("tax_manager", Standing::TaxManager),
];

pub(super) fn special(what: What, fields: &Fields) -> Vec<Field> {
    let text = |name: &str, label: &str| Field::new(Input::Text, name, label, fields.text(name));
    let pick = |name: &str, label: &str, list: Vec<Choice>| {
        Field::new(Input::Choice(list), name, label, fields.text(name))
    };
    match what {
        What::Contact => vec![
            pick("kind", "種類", choices(contact::KINDS)).first(),
            text("contact", "連絡先"),
            text("remark", "備考（誰の・いつ）"),
        ],
        What::Destination => vec![
            pick("scheme", "制度", choices(destination::SCHEMES)).first(),
            pick("document", "文書", choices(destination::DOCUMENTS)),
            text("addressee", "宛名"),
            text("postal_code", "郵便番号").hint("7桁"),
            text("address", "住所").wide(),
            text("building", "方書").wide(),
            pick("relation", "本人との関係", choices(destination::RELATIONS)),
            text("ground", "根拠（申出書・審判書など）").wide(),
        ],
        What::Account => {
            let uses = AccountUse::ALL
                .map(|one| (one.code().to_owned(), one.name_ja().to_owned()))
                .to_vec();
            vec![
                pick("purpose", "用途", uses).first(),
                text("bank", "金融機関コード").hint("4桁"),
                text("branch", "支店コード").hint("3桁"),
                pick("account_kind", "預金種目", choices(&BANK_KINDS)),
                text("account_number", "口座番号").hint("7桁"),
                text("holder_kana", "口座名義人（カナ）"),
                Field::new(
                    Input::Check,
                    "public_account",
                    "公金受取口座",
                    fields.text("public_account"),
                ),
                text("ground", "根拠（本人以外の口座のとき）").wide(),
            ]
        }
        What::Representative => {
            let standings = STANDINGS
                .map(|(code, one)| (code.to_owned(), one.name_ja().to_owned()))
                .to_vec();
            vec![
                pick("standing", "立場", standings).first(),
                text("representative_id", "代表者の宛名番号").hint("宛名にない人は空欄"),
                text("name", "代表者の氏名"),
                text("postal_code", "郵便番号"),
                text("address", "代表者の住所").wide(),
                text("building", "方書").wide(),
                text("relation", "続柄・関係"),
                text("ground", "根拠（届出・指定の決定）").wide(),
            ]
        }
    }
}

/// Reads what is special to a kind, and says it.
pub(super) fn read_special(
    what: What,
    fields: &Fields,
    errors: &mut Vec<FieldError>,
) -> Option<(Kept, Vec<(String, String)>)> {
    let text = |name: &str| fields.text(name).to_owned();
    let mut said = Vec::new();
    let mut say = |name: &str, value: String| {
        if !value.is_empty() {
            said.push((name.to_owned(), value));
        }
    };
    let kept = match what {
        What::Contact => {
            let known = contact::KINDS
                .iter()
                .find(|(code, _)| *code == fields.text("kind"));
            let Some((kind, kind_ja)) = known else {
                note(errors, "kind", "種類: 一覧から選んでください");
                return None;
            };
            say("種類", (*kind_ja).to_owned());
            say("連絡先", text("contact"));
            say("備考", text("remark"));
            Kept::Contact(
                kind,
                Contact {
                    contact: text("contact"),
                    remark: text("remark"),
                },
            )
        }
        What::Destination => {
            say("制度", label(destination::SCHEMES, fields.text("scheme")));
            say(
                "文書",
                label(destination::DOCUMENTS, fields.text("document")),
            );
            say("宛名", text("addressee"));
            say("郵便番号", text("postal_code"));
            say("住所", text("address"));
            say("方書", text("building"));
            say(
                "本人との関係",
                label(destination::RELATIONS, fields.text("relation")),
            );
            say("根拠", text("ground"));
            let new = Destination {
                addressee: text("addressee"),
                postal_code: text("postal_code").replace('-', ""),
                address_code: String::new(),
                address: text("address"),
                building: text("building"),
                relation: text("relation"),
                ground: text("ground"),
            };
            Kept::Destination(text("scheme"), text("document"), new)
        }
        What::Account => {
            let wanted = AccountUse::ALL
                .into_iter()
                .find(|one| one.code() == fields.text("purpose"));
            let Some(purpose) = wanted else {
                note(errors, "purpose", "用途: 一覧から選んでください");
                return None;
            };
            let account = Account {
                bank: text("bank"),
                branch: text("branch"),
                account_kind: fields.text("account_kind").parse().unwrap_or(0),
                account_number: text("account_number"),
                holder_kana: text("holder_kana"),
                public_account: fields.has("public_account"),
                ground: text("ground"),
            };
            say("用途", purpose.name_ja().to_owned());
            say(
                "金融機関・支店",
                format!("{} {}", account.bank, account.branch),
            );
            say("預金種目", label(&BANK_KINDS, fields.text("account_kind")));
            say("口座番号", account.masked());
            say("口座名義人", account.holder_kana.clone());
            say("根拠", account.ground.clone());
            Kept::Account(purpose, account)
        }
        What::Representative => {
            let known = STANDINGS
                .iter()
                .find(|(code, _)| *code == fields.text("standing"));
            let Some((_, standing)) = known else {
                note(errors, "standing", "立場: 一覧から選んでください");
                return None;
            };
            say("立場", standing.name_ja().to_owned());
            say("代表者の宛名番号", text("representative_id"));
            say("代表者の氏名", text("name"));
            say("代表者の住所", text("address"));
            say("続柄・関係", text("relation"));
            say("根拠", text("ground"));
            let typed = half_width(fields.text("representative_id"));
            let representative_id = typed.parse().ok().filter(|number: &i64| *number > 0);
            if representative_id.is_none() && !typed.is_empty() {
                let message = format!("代表者の宛名番号: 「{typed}」は番号ではありません");
                note(errors, "representative_id", &message);
                return None;
            }
            let new = Representative {
                representative_id,
                name: text("name"),
                postal_code: text("postal_code").replace('-', ""),
                address: text("address"),
                building: text("building"),
                relation: text("relation"),
                ground: text("ground"),
            };
            Kept::Representative(*standing, new)
        }
    };
    Some((kept, said))
}
