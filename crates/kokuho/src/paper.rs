//! From what the office decided to what the printer sets: words, dates in 和暦, amounts as they stand.

use crate::issuer::office;
use anyhow::{Result, anyhow};
use law::era::{fiscal_year_ja, wareki};
use law::levy::What;
use law::rules::RuleBook;
use law::rules::levy::{LevyKind, Status};
use law::{Date, FiscalYear, Months, Payers, Yen};
use office::ledger::Method;
use office::levy::decide::flags;
use office::levy::numbers::label_ja;
use office::levy::why::Explained;
use office::notices::content::{InstalmentLine, NoticeContent};
use office::notices::table::Column;
use print::barcode::Gs1Payload;
use print::content::{
    Change, Component, Content, Document, Instalment, LevyNotice, LevyTable, Member,
    MissingLetters, PaymentSlip, PaymentSlips, Reduction, Window,
};

/// How papers of this office are made.
#[derive(Clone, Debug)]
pub struct PaperSettings {
    /// Sample papers of a demonstration: everything carries 見本.
    pub demo: bool,
    /// 発行日.
    pub issued_on: Date,
}

/// The notice as a document.
pub fn notice(
    book: &RuleBook,
    content: &NoticeContent,
    settings: &PaperSettings,
) -> Result<Document> {
    let levy = &content.rules.levy;
    let text = book.office(&levy.municipality, settings.issued_on)?;
    let notice = LevyNotice {
        kind: kind(levy.kind),
        change: content.total_before().map(|before| Change {
            before_yen: before.0,
            difference_yen: (content.total() - before).0,
        }),
        office: office(&levy.municipality, &levy.municipality_name, &text),
        ordinance: format!(
            "{}条例",
            levy.municipality_name.to_owned() + levy.kind.name_ja()
        ),
        notice_number: format!("{:010}", content.notice.notice_id),
        issued_on: wareki(settings.issued_on),
        window: window(content),
        liable_person: name_of(content, content.notice.addressee_id),
        symbol_number: format!("{} {}", content.symbol, content.number),
        levy_year: fiscal_year_ja(content.decision.levy_year),
        assessed_year: fiscal_year_ja(FiscalYear::of(content.decision.decided_on)),
        table: table(content),
        members: members(content),
        instalments: content
            .instalments
            .iter()
            .map(|line| instalment(content, line))
            .collect(),
        reduction: reduction(content),
        reasons: reasons(content),
        payment: payment(content),
    };
    Ok(document(content, settings, Content::Levy(Box::new(notice))))
}

/// The payment slips of a notice's ordinary instalments; `None` when nothing is to be paid by slip.
pub fn slips(
    book: &RuleBook,
    content: &NoticeContent,
    settings: &PaperSettings,
) -> Result<Option<Document>> {
    let levy = &content.rules.levy;
    let text = book.office(&levy.municipality, settings.issued_on)?;
    let payer = name_of(content, content.notice.addressee_id);
    let address = payer_address(content);
    let slips: Vec<PaymentSlip> = content
        .instalments
        .iter()
        .filter(|line| line.method == Method::Ordinary && line.after.total() > Yen::ZERO)
        .map(|line| PaymentSlip {
            item: levy.kind.name_ja().to_owned(),
            levy_year: fiscal_year_ja(content.decision.levy_year),
            assessed_year: assessed_year(line),
            instalment: label_ja(line.number),
            notice_number: format!("{:010}", content.notice.notice_id),
            payer: payer.clone(),
            payer_address: address.clone(),
            due_on: wareki(line.due_on),
            principal_yen: line.after.total().0,
            late_charge_yen: 0,
            demand_fee_yen: 0,
            total_yen: line.after.total().0,
            fund_account: String::new(),
            issued_on: settings.issued_on,
            barcode: Some(barcode(content, line)),
            qr: settings.demo.then(|| sample_qr(content, line)),
            codes: None,
        })
        .collect();
    if slips.is_empty() {
        return Ok(None);
    }
    let content_of = PaymentSlips {
        office: office(&levy.municipality, &levy.municipality_name, &text),
        window: None,
        notes: Vec::new(),
        slips,
    };
    Ok(Some(document(
        content,
        settings,
        Content::Slips(Box::new(content_of)),
    )))
}

fn document(content: &NoticeContent, settings: &PaperSettings, of: Content) -> Document {
    Document {
        key: format!("通知書{}", content.notice.notice_id),
        draft_rules: content.rules.levy.status == Status::Draft,
        demo: settings.demo,
        draft: false,
        missing_letters: MissingLetters::Refuse,
        content: of,
    }
}

fn kind(kind: LevyKind) -> print::content::LevyKind {
    match kind {
        LevyKind::Premium => print::content::LevyKind::Premium,
        LevyKind::Tax => print::content::LevyKind::Tax,
    }
}

fn name_of(content: &NoticeContent, id: i64) -> String {
    content
        .people
        .get(&id)
        .map_or_else(String::new, |person| person.name.clone())
}

/// The registered address of the payer, as slips show it.
fn payer_address(content: &NoticeContent) -> String {
    let person = content.people.get(&content.notice.addressee_id);
    let lines = person.map(|person| [person.address.as_str(), person.building.as_str()]);
    lines
        .unwrap_or_default()
        .into_iter()
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

fn window(content: &NoticeContent) -> Window {
    let mailing = &content.mailing;
    let postal = mailing.postal_code.as_str();
    let postal_code = match (postal.get(..3), postal.get(3..)) {
        (Some(area), Some(town)) if postal.len() == 7 => format!("{area}-{town}"),
        _ => postal.to_owned(),
    };
    // Sent to somebody else, the envelope says whose paper it is.
    let about = mailing
        .about
        .as_ref()
        .map(|about| format!("（{about} 様分）"));
    Window {
        postal_code,
        address: [mailing.address.clone(), mailing.building.clone()]
            .into_iter()
            .chain(about)
            .filter(|line| !line.is_empty())
            .collect(),
        addressee: mailing.addressee.clone(),
    }
}

fn table(content: &NoticeContent) -> LevyTable {
    let (columns, total) = content.table();
    LevyTable {
        components: columns.iter().map(component).collect(),
        total: component(&total),
    }
}

fn component(column: &Column) -> Component {
    let off = |yen: Yen| (yen != Yen::ZERO).then_some(yen.0);
    Component {
        name: column.name_ja.clone(),
        income_levy_yen: Some(column.income.0),
        asset_levy_yen: column.asset.map(|yen| yen.0),
        per_capita_yen: Some(column.per_capita.0),
        per_household_yen: column.per_household.map(|yen| yen.0),
        statutory_reduction_yen: off(column.statutory_reduction),
        preschool_deduction_yen: off(column.preschool_deduction),
        under18_deduction_yen: off(column.minor_deduction),
        birth_deduction_yen: off(column.maternity_deduction),
        over_cap_yen: off(column.over_cap),
        month_share_yen: None,
        rounding_yen: off(column.rounding),
        relief_yen: off(column.relief),
        decided_yen: column.decided.0,
    }
}

fn members(content: &NoticeContent) -> Vec<Member> {
    let mut rows = Vec::new();
    for one in &content.explained {
        for (index, (member, person)) in one
            .members
            .iter()
            .zip(&one.year.household.people)
            .enumerate()
        {
            let months: Vec<Option<u8>> = one
                .rules
                .levy
                .components
                .iter()
                .map(|component| {
                    let months = match component.payers {
                        Payers::Everyone => person.insured,
                        Payers::CareAge => person.care,
                    };
                    count(months)
                })
                .collect();
            if months.iter().all(Option::is_none) {
                continue;
            }
            rows.push(Member {
                name: name_of(content, member.person_id),
                income_base_yen: income_base(one, index).filter(|_| !income_unknown(person)),
                months,
                note: remarks(person),
            });
        }
    }
    rows
}

fn payment(content: &NoticeContent) -> String {
    let by = |method: Method| {
        content
            .instalments
            .iter()
            .any(|line| line.method == method && line.after.total() > Yen::ZERO)
    };
    match (by(Method::Ordinary), by(Method::Special)) {
        (true, false) => "同封の納付書で、各納期限までに納めてください。",
        (false, true) => "年金の支払月に、年金から差し引きます。納める手続は要りません。",
        (true, true) => {
            "「普」の期別は同封の納付書で納期限までに納めてください。「特」の期別は年金から差し引きます。"
        }
        (false, false) => "納めていただく額はありません。",
    }
    .to_owned()
}

fn count(months: Months) -> Option<u8> {
    u8::try_from(months.count()).ok().filter(|count| *count > 0)
}

fn income_base(one: &Explained, index: usize) -> Option<i64> {
    let person = u16::try_from(index).ok()?;
    one.reasoned
        .steps
        .iter()
        .find(|step| step.what == What::IncomeBase && step.person == person)
        .map(|step| step.value)
}

/// Whether nothing is known of the year's income: no return, or the answer of the place of before still to come.
fn income_unknown(person: &law::levy::PersonYear) -> bool {
    person.inquiry_open || person.filing == law::levy::Filing::Unfiled
}

fn remarks(person: &law::levy::PersonYear) -> String {
    let marks = [
        (person.preschool, "未就学児"),
        (person.minor && !person.preschool, "18歳未満"),
        (
            !person.unemployed.and(person.insured).is_empty(),
            "非自発的失業",
        ),
        (!person.maternity.and(person.insured).is_empty(), "産前産後"),
        (person.former_dependant, "旧被扶養者"),
        (person.inquiry_open, "所得照会中"),
        (person.filing == law::levy::Filing::Unfiled, "所得不明"),
    ];
    let words: Vec<&str> = marks
        .iter()
        .filter(|(holds, _)| *holds)
        .map(|(_, word)| *word)
        .collect();
    words.join("・")
}

fn assessed_year(line: &InstalmentLine) -> String {
    i16::try_from(line.fiscal_year)
        .map_or_else(|_| String::new(), |year| fiscal_year_ja(FiscalYear(year)))
}

fn instalment(content: &NoticeContent, line: &InstalmentLine) -> Instalment {
    Instalment {
        method: match line.method {
            Method::Ordinary => print::content::Method::Ordinary,
            Method::Special => print::content::Method::Special,
        },
        label: label_ja(line.number),
        due_on: wareki(line.due_on),
        before_yen: content.before.as_ref().map(|_| line.before.total().0),
        amount_yen: line.after.total().0,
    }
}

fn reduction(content: &NoticeContent) -> Option<Reduction> {
    let one = content.explained.last()?;
    let tenths = one.reasoned.value.reduction_tenths;
    if tenths == 0 {
        return None;
    }
    let step = one
        .reasoned
        .steps
        .iter()
        .rfind(|step| step.what == What::ReductionTier)?;
    Some(Reduction {
        class: format!("{tenths}割軽減"),
        why: format!(
            "世帯の軽減判定所得{}が基準額{}以下のため",
            Yen(step.left),
            Yen(step.right)
        ),
    })
}

fn reasons(content: &NoticeContent) -> Vec<String> {
    let mut reasons = vec![content.decision.reason.clone()];
    if content.decision.barred != Yen::ZERO {
        reasons.push(format!(
            "期間制限により、{}は決定していません",
            content.decision.barred
        ));
    }
    reasons.retain(|reason| !reason.is_empty());
    let unknown = content.decision.outcome.flags & (flags::UNFILED | flags::INQUIRY) != 0;
    if unknown && content.total() > Yen::ZERO {
        reasons.push(
            "所得の分からない方がいるため、その方の所得割は含めず、所得による軽減もしていません。申告のお済みでない方は申告してください。所得が分かったときは、変更後の額をあらためてお知らせします"
                .to_owned(),
        );
    }
    reasons
}

/// The shop barcode. The municipality's key is its notice number, levy year and instalment.
fn barcode(content: &NoticeContent, line: &InstalmentLine) -> Gs1Payload {
    let year = content.decision.levy_year.0 % 100;
    Gs1Payload {
        // 000000 and 00000 stand for the codes a collecting company assigns; the demo never leaves the house.
        issuer: "000000".to_owned(),
        free: format!(
            "00000{year:02}{:010}{:03}0",
            content.notice.notice_id, line.number
        ),
        reissue: 0,
        payable_until: Some(line.due_on),
        stamp: false,
        amount_yen: line.after.total().0,
    }
}

/// The layout of the eL-QR is handed out to municipalities only; a demonstration shows where it goes.
fn sample_qr(content: &NoticeContent, line: &InstalmentLine) -> String {
    format!(
        "MIHON/{}/{:010}/{}/{}",
        content.rules.levy.municipality,
        content.notice.notice_id,
        line.number,
        line.after.total().0
    )
}

/// Opens the printer with the machine's fonts.
pub fn printer() -> Result<print::Printer> {
    print::Printer::from_setting().map_err(|error| anyhow!("{error}"))
}
