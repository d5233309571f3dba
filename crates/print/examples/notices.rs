//! Prints made-up notices: `notices N [threads] [folder]` renders N notices and says how many pages a second;
//! `notices samples FOLDER` writes one PDF of each form.
#![allow(clippy::disallowed_methods, reason = "measures time")]

use print::content::{Content, LevyKind, LevyNotice};
use print::{Document, Printer, sample};
use std::path::Path;
use std::time::Instant;

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn main() -> Outcome {
    let mut arguments = std::env::args().skip(1);
    let printer = Printer::from_setting()?;
    match arguments.next().as_deref() {
        Some("samples") => samples(
            &printer,
            Path::new(&arguments.next().unwrap_or_else(|| ".".into())),
        ),
        count => {
            let count: u32 = count.unwrap_or("1000").parse()?;
            let threads: usize = arguments.next().as_deref().unwrap_or("2").parse()?;
            measure(&printer, count, threads, arguments.next())
        }
    }
}

fn samples(printer: &Printer, folder: &Path) -> Outcome {
    let all = [
        (
            "premium",
            Content::Levy(Box::new(sample::levy(LevyKind::Premium, "見本　太郎"))),
        ),
        (
            "tax-change",
            Content::Levy(Box::new(sample::levy_change(LevyKind::Tax, "見本　太郎"))),
        ),
        ("slips", Content::Slips(Box::new(sample::slips()))),
        (
            "explanation",
            Content::Explanation(Box::new(sample::explanation())),
        ),
        ("list", Content::List(Box::new(sample::list(90, false)))),
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
        std::fs::write(folder.join(format!("{name}.pdf")), pdf.bytes)?;
    }
    Ok(())
}

/// A household of its own: names, number of members, incomes and every amount differ.
fn household(number: u32) -> LevyNotice {
    let mut notice = sample::levy(LevyKind::Premium, &format!("見本　太郎{number}"));
    let more = i64::from(number) * 137;
    for (place, component) in notice.table.components.iter_mut().enumerate() {
        let extra = more / (i64::try_from(place).unwrap_or(0) + 1) / 100 * 100;
        component.income_levy_yen = component.income_levy_yen.map(|yen| yen + extra);
        component.decided_yen += extra;
    }
    notice.table.total = sample::total(&notice.table.components);
    notice.instalments = sample::instalments(notice.table.total.decided_yen);
    let members = usize::try_from(number % 4).unwrap_or(0) + 1;
    notice.members.truncate(members);
    for member in &mut notice.members {
        member.name = format!("{}{number}", member.name);
        member.income_base_yen = member.income_base_yen.map(|yen| yen + more * 10);
    }
    notice.notice_number = format!("{number:010}");
    notice.symbol_number = format!("見本 {number:07}");
    if let Some(line) = notice.window.address.first_mut() {
        *line = format!("見本県見本市桜町二丁目{number}番地");
    }
    notice
}

fn measure(printer: &Printer, count: u32, threads: usize, folder: Option<String>) -> Outcome {
    let documents = (0..count).map(|number| {
        let notice = household(number);
        sample::document(
            &notice.notice_number.clone(),
            Content::Levy(Box::new(notice)),
        )
    });
    let start = Instant::now();
    let mut bytes = 0;
    let counts = printer.render_many(documents, threads, |chunk| {
        bytes += chunk.bytes.len();
        if let Some(folder) = &folder {
            std::fs::write(
                Path::new(folder).join(format!("{:05}.pdf", chunk.index)),
                chunk.bytes,
            )?;
        }
        Ok(())
    })?;
    let elapsed = start.elapsed();
    let milliseconds = elapsed.as_millis().max(1);
    let pages = u128::try_from(counts.pages)?;
    println!(
        "{} documents, {} pages, {} chunks, {bytes} bytes, {elapsed:?}, {} pages/s on {threads} threads",
        counts.printed,
        counts.pages,
        counts.chunks,
        pages * 1000 / milliseconds
    );
    let start = Instant::now();
    let notice = sample::levy(LevyKind::Premium, "見本　次郎");
    printer.render(&Document::official("one", Content::Levy(Box::new(notice))))?;
    println!("one more at the counter: {:?}", start.elapsed());
    Ok(())
}
