//! From a certificate or letter as kept to what the printer sets: nothing is looked up that stands on its face.

use crate::issuer::Issuer;
use anyhow::Result;
use law::certificate::{Item, Paper};
use law::era::wareki;
use law::rules::levy::Status;
use office::certificate::letter::Kept;
use office::certificate::{self, Destination, KeptRules};
use print::content::{
    Certificate, CertificateItem, CertificateLetter, CertificatePaper, Content, Document,
    ItemWidth, MissingLetters, Window,
};

/// 証 as a document.
pub fn certificate(
    issuer: &Issuer,
    rules: &KeptRules,
    one: &certificate::Certificate,
    demo: bool,
) -> Result<Document> {
    let kind = rules.kind(&one.kind, one.issued_on)?;
    let (id, version) = one
        .form_stock
        .split_at_checked(4)
        .unwrap_or((&one.form_stock, ""));
    let paper = Certificate {
        title: one.face.title.clone(),
        form_id: id.to_owned(),
        form_version: version.to_owned(),
        paper: match one.face.paper {
            Paper::Card => CertificatePaper::Card,
            Paper::Postcard => CertificatePaper::Postcard,
            Paper::A4 => CertificatePaper::A4,
        },
        colour: one.face.colour.clone(),
        items: one
            .face
            .lines
            .iter()
            .filter_map(|(item, value)| line(*item, value))
            .collect(),
        back: one.face.back.clone(),
        notes: one.face.notes.clone(),
        copy: one.face.copy,
        number: one.number.clone(),
        scan: one.scan().figures()?,
        insurer_number: one.face.insurer_number.clone(),
        insurer_name: one.face.insurer_name.clone(),
        window: window(&one.face.destination),
        office: issuer.office(),
        issued_on: wareki(one.issued_on),
    };
    let content = Content::Certificate(Box::new(paper));
    Ok(document(
        format!("証{}", one.certificate_id),
        content,
        kind.status,
        demo,
    ))
}

/// 通知 as a document.
pub fn letter(issuer: &Issuer, kept: &Kept, demo: bool) -> Document {
    let one = &kept.letter;
    let content = CertificateLetter {
        title: one.title.clone(),
        number: format!("通知{}", kept.letter_id),
        issued_on: wareki(kept.made_on),
        window: window(&one.destination),
        office: issuer.office(),
        paragraphs: one.paragraphs.clone(),
        facts: one.facts.clone(),
        appealable: one.appealable,
    };
    let content = Content::CertificateLetter(Box::new(content));
    document(
        format!("通知{}", kept.letter_id),
        content,
        Status::Confirmed,
        demo,
    )
}

fn document(key: String, content: Content, status: Status, demo: bool) -> Document {
    Document {
        key,
        draft_rules: status == Status::Draft,
        demo,
        draft: false,
        missing_letters: MissingLetters::Refuse,
        content,
    }
}

fn window(destination: &Destination) -> Window {
    let code = &destination.postal_code;
    let postal_code = match code.split_at_checked(3) {
        Some((front, back)) if code.len() == 7 => format!("{front}-{back}"),
        _ => code.clone(),
    };
    Window {
        postal_code,
        address: destination.address.clone(),
        addressee: destination.addressee.clone(),
    }
}

/// An item with its room on a card; number and insurer have places of their own on every paper.
fn line(item: Item, value: &str) -> Option<CertificateItem> {
    let width = match item {
        Item::Insurer | Item::Number => return None,
        Item::Name => ItemWidth::Large,
        Item::Address | Item::Disease | Item::Relief | Item::Special => ItemWidth::Tall,
        Item::Sex
        | Item::Birth
        | Item::Acquired
        | Item::AppliedFrom
        | Item::IssuedOn
        | Item::EffectiveFrom
        | Item::ExpiresOn
        | Item::Class
        | Item::LongTerm => ItemWidth::Half,
        Item::Head
        | Item::SymbolNumber
        | Item::LostOn
        | Item::Ratio
        | Item::Ceiling
        | Item::Periods => ItemWidth::Whole,
    };
    Some(CertificateItem {
        label: item.label_ja().to_owned(),
        value: value.to_owned(),
        width,
    })
}
