//! Writes one PDF of each form of 証 into a folder and says how long each took: `certificates FOLDER`.
#![allow(clippy::disallowed_methods, reason = "measures time")]

use print::content::{CertificatePaper, Content};
use print::{Printer, sample};
use std::path::Path;
use std::time::Instant;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| ".".into());
    let start = Instant::now();
    let printer = Printer::from_setting()?;
    println!("fonts and forms: {:?}", start.elapsed());
    let card = sample::certificate("見本　花子");
    let mut notice = card.clone();
    notice.title = "資格情報のお知らせ".into();
    notice.form_id = "1002".into();
    notice.scan = "10020100000012340182".into();
    notice.paper = CertificatePaper::A4;
    notice.colour = "白".into();
    let mut large = card.clone();
    large.paper = CertificatePaper::Postcard;
    large.copy = 2;
    let all = [
        ("card", Content::Certificate(Box::new(card))),
        ("notice", Content::Certificate(Box::new(notice))),
        ("postcard", Content::Certificate(Box::new(large))),
        (
            "proof",
            Content::Certificate(Box::new(sample::certificate_slip("見本　花子"))),
        ),
        (
            "letter",
            Content::CertificateLetter(Box::new(sample::certificate_letter("見本　花子"))),
        ),
        (
            "eligibility-letter",
            Content::EligibilityLetter(Box::new(sample::eligibility_letter("見本　花子"))),
        ),
        (
            "eligibility-proof",
            Content::EligibilityProof(Box::new(sample::eligibility_proof("見本　花子"))),
        ),
    ];
    for (name, content) in all {
        let start = Instant::now();
        let pdf = printer.render(&sample::document(name, content))?;
        println!(
            "{name}: {} pages, {} bytes, {:?}",
            pdf.pages,
            pdf.bytes.len(),
            start.elapsed()
        );
        std::fs::write(Path::new(&folder).join(format!("{name}.pdf")), pdf.bytes)?;
    }
    Ok(())
}
