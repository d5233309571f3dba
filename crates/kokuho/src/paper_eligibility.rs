//! 資格の文書と証明書 — from what the office decided to what the printer sets, kept as it was set.

use crate::issuer::Issuer;
use anyhow::{Context, Result, anyhow};
use exchange::Catalogue;
use law::FiscalYear;
use law::era::{fiscal_year_ja, wareki};
use law::rules::RuleBook;
use office::OfficeError;
use office::eligibility::letters::Letter;
use office::eligibility::letters::desk::scan_of;
use office::eligibility::proof::Proof;
use print::content::{
    AnswerForm, CertificateLetter, CertifiedPeriod, Content, Document, EligibilityLetter,
    EligibilityProof, MissingLetters, Window,
};
use print::{PrintError, Printer};
use std::sync::Arc;
use web::EligibilityPapers;

/// Makes the papers of the eligibility pages.
pub fn maker(printer: Printer, book: RuleBook, city: String, demo: bool) -> EligibilityPapers {
    let printer = Arc::new(printer);
    let desk = Arc::new((book, city, demo));
    let (letter_printer, letter_desk) = (printer.clone(), desk.clone());
    let (proof_printer, proof_desk) = (printer.clone(), desk);
    EligibilityPapers {
        letter: Arc::new(move |one| {
            let (book, city, demo) = letter_desk.as_ref();
            set(&letter_printer, letter(book, city, one, *demo), "文書")
        }),
        proof: Arc::new(move |one| {
            let (book, city, demo) = proof_desk.as_ref();
            set(&proof_printer, proof(book, city, one, *demo), "証明書")
        }),
        render: Arc::new(move |bodies| {
            render(&printer, bodies)
                .map_err(|error| OfficeError::input("印刷", &format!("{error:#}")))
        }),
    }
}

/// Checked by the printer and written down as it will be printed.
fn set(printer: &Printer, document: Result<Document>, field: &str) -> Result<String, OfficeError> {
    let wrong = |error: &dyn std::fmt::Display| OfficeError::input(field, &error.to_string());
    let document = document.map_err(|error| wrong(&error))?;
    printer.check(&document).map_err(|error| wrong(&error))?;
    serde_json::to_string(&document)
        .map_err(|error| OfficeError::Bug(format!("版面を書き出せません: {error}")))
}

/// Papers as they were set, in one PDF; a run of the printer has no more than one file takes.
fn render(printer: &Printer, bodies: &[String]) -> Result<Vec<u8>> {
    let documents = bodies
        .iter()
        .map(|body| serde_json::from_str(body).context("保存した版面を読めません"))
        .collect::<Result<Vec<Document>>>()?;
    let mut files: Vec<Vec<u8>> = Vec::new();
    let counts = printer.render_many(documents.into_iter(), 1, |chunk| {
        files.push(chunk.bytes);
        Ok::<_, PrintError>(())
    })?;
    if let Some(refused) = counts.refused.first() {
        return Err(anyhow!("{}: {}", refused.key, refused.reason));
    }
    match files.len() {
        1 => files
            .pop()
            .ok_or_else(|| anyhow!("印刷するものがありません")),
        many => Err(anyhow!(
            "一度に印刷できる数を超えています（{many}ファイル）"
        )),
    }
}

fn document(key: String, content: Content, demo: bool) -> Document {
    Document {
        key,
        draft_rules: false,
        demo,
        draft: false,
        missing_letters: MissingLetters::Refuse,
        content,
    }
}

fn postal(code: &str) -> String {
    match code.split_at_checked(3) {
        Some((front, back)) if code.len() == 7 => format!("{front}-{back}"),
        _ => code.to_owned(),
    }
}

/// A letter of the office with its answer form.
pub fn letter(book: &RuleBook, city: &str, one: &Letter, demo: bool) -> Result<Document> {
    let issuer = Issuer::of(book, city, one.sent_on)?;
    let content = &one.content;
    let to = &content.addressee;
    let address = [to.address.as_str(), to.building.as_str()];
    let mut facts: Vec<(String, String)> = content.lines.clone();
    if let Some(about) = &to.about {
        facts.insert(
            0,
            ("宛名の方と別の方の件".to_owned(), format!("{about}様分")),
        );
    }
    if !content.answer_by.is_empty() {
        facts.push(("回答の期限".to_owned(), content.answer_by.clone()));
    }
    let answer = if content.questions.is_empty() || content.answer_by.is_empty() {
        None
    } else {
        Some(AnswerForm {
            until: content.answer_by.clone(),
            scan: scan_of(one.letter_id)?,
            facts: content.lines.clone(),
            questions: content.questions.clone(),
        })
    };
    let letter = CertificateLetter {
        title: content.title.clone(),
        number: format!("資格文書{}", one.letter_id),
        issued_on: content.sent_on.clone(),
        window: Window {
            postal_code: postal(&to.postal_code),
            address: address
                .into_iter()
                .filter(|line| !line.is_empty())
                .map(str::to_owned)
                .collect(),
            addressee: to.name.clone(),
        },
        office: issuer.office(),
        paragraphs: content.paragraphs.clone(),
        facts,
        appealable: !content.instruction.is_empty(),
    };
    let paper = EligibilityLetter { letter, answer };
    let content = Content::EligibilityLetter(Box::new(paper));
    Ok(document(
        format!("資格文書{}", one.letter_id),
        content,
        demo,
    ))
}

/// 資格の証明書 as it was certified.
pub fn proof(book: &RuleBook, city: &str, one: &Proof, demo: bool) -> Result<Document> {
    let issuer = Issuer::of(book, city, one.issued_on)?;
    let words = Catalogue::shipped().map_err(|error| anyhow!("コード表を読めません: {error}"))?;
    let content = &one.content;
    let mut periods = Vec::new();
    for period in &content.periods {
        periods.push(CertifiedPeriod {
            number: format!("{}（枝番{:02}）", period.number, period.branch),
            from: wareki(period.from),
            until: period.until.map(wareki).unwrap_or_default(),
            cause: words
                .codes()
                .label("loss_cause", &period.loss_cause)
                .unwrap_or(&period.loss_cause)
                .to_owned(),
        });
    }
    let year = i16::try_from(one.fiscal_year)?;
    let paper = EligibilityProof {
        title: content.title.clone(),
        number: format!("{} 第{}号", fiscal_year_ja(FiscalYear(year)), one.proof_no),
        name: content.name.clone(),
        birth_on: content.birth_on.clone(),
        address: content.address.clone(),
        periods,
        issued_on: content.issued_on.clone(),
        office: issuer.office(),
    };
    let content = Content::EligibilityProof(Box::new(paper));
    let key = format!("証明書{}-{}", one.fiscal_year, one.proof_no);
    Ok(document(key, content, demo))
}

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "tests"
)]
mod tests {
    use super::{letter, maker, proof};
    use law::rules::RuleBook;
    use law::{Date, day};
    use office::eligibility::letters::{Addressee, Content, Letter};
    use office::eligibility::proof::{Content as Certified, Period, Proof, ProofKind};
    use print::content::Content as Paper;

    const CITY: &str = "131032";

    fn today() -> Date {
        day(2026, 11, 20)
    }

    fn written(instruction: &str) -> Letter {
        Letter {
            letter_id: 77,
            kind: "unreported_first".to_owned(),
            item_id: Some(1),
            person_id: 1,
            sent_on: today(),
            answer_by: Some(day(2026, 12, 20)),
            content: Content {
                title: "国民健康保険の加入手続きのお願い".to_owned(),
                addressee: Addressee {
                    postal_code: "1050001".to_owned(),
                    address: "東京都港区虎ノ門一丁目1番1号".to_owned(),
                    building: String::new(),
                    name: "見本　成年後見人".to_owned(),
                    about: Some("見本　花子".to_owned()),
                    withheld: false,
                },
                sent_on: "令和8年11月20日".to_owned(),
                paragraphs: vec!["届出をお願いします。".to_owned()],
                lines: vec![("対象の方".to_owned(), "見本　花子".to_owned())],
                answer_by: "令和8年12月20日".to_owned(),
                instruction: instruction.to_owned(),
                questions: vec![(
                    "加入していますか。".to_owned(),
                    vec!["いる".to_owned(), "いない".to_owned()],
                )],
            },
            act_id: 1,
        }
    }

    fn certified() -> Proof {
        let content = Certified {
            title: ProofKind::Loss.title_ja().to_owned(),
            name: "見本　花子".to_owned(),
            birth_on: "昭和55年5月5日".to_owned(),
            address: "東京都港区虎ノ門一丁目1番1号".to_owned(),
            periods: vec![Period {
                number: "港国 0012345".to_owned(),
                branch: 2,
                from: day(2020, 4, 1),
                until: Some(day(2026, 9, 2)),
                loss_cause: "42".to_owned(),
            }],
            issued_on: "令和8年11月20日".to_owned(),
        };
        Proof::unnumbered(ProofKind::Loss, 1, today(), content)
    }

    #[test]
    fn a_letter_goes_to_who_stands_for_the_person_and_its_form_leads_back() {
        let book = RuleBook::embedded().unwrap();
        let document = letter(&book, CITY, &written(""), true).unwrap();
        let Paper::EligibilityLetter(paper) = document.content else {
            unreachable!("another paper");
        };
        assert_eq!(paper.letter.window.addressee, "見本　成年後見人");
        assert_eq!(paper.letter.window.postal_code, "105-0001");
        assert_eq!(paper.letter.facts[0].1, "見本　花子様分");
        assert_eq!(paper.letter.office.prefecture, "東京都");
        assert!(!paper.letter.appealable);
        let code = paper.answer.unwrap().scan;
        let back = office::eligibility::letters::desk::by_scan(&code).unwrap();
        assert_eq!(back, 77);
        let told = letter(&book, CITY, &written("不服があるときは"), true).unwrap();
        assert!(matches!(told.content, Paper::EligibilityLetter(paper) if paper.letter.appealable));
    }

    #[test]
    fn what_was_set_is_printed_again_letter_by_letter_and_nothing_official_without_its_issuer() {
        let book = RuleBook::embedded().unwrap();
        let printer = crate::paper::printer().unwrap();
        let demo = maker(printer, book.clone(), CITY.to_owned(), true);
        let set = (demo.proof)(&certified()).unwrap();
        assert!(
            set.contains("社会保険") || set.contains("資格喪失"),
            "{set}"
        );
        let letter = (demo.letter)(&written("")).unwrap();
        let pdf = (demo.render)(&[set.clone(), letter, set]).unwrap();
        assert!(pdf.starts_with(b"%PDF"));
        assert!((demo.render)(&[]).is_err());
        let printer = crate::paper::printer().unwrap();
        let real = maker(printer, book.clone(), CITY.to_owned(), false);
        let refused = (real.proof)(&certified()).unwrap_err().to_string();
        assert!(refused.contains("首長の氏名"), "{refused}");
        let document = proof(&book, CITY, &certified(), false).unwrap();
        assert!(!document.is_sample());
    }
}
