//! 届出・申告の欄 — the fields of each kind of statement, and what they say.

use super::declare_income::{filing_code, filings, income, income_of, income_year};
use crate::desk::Desk;
use crate::fields::Fields;
use crate::view::FieldError;
use crate::view::cards::Note;
use crate::view::entry::{Choice, Field, Input};
use crate::view::format::day_ja;
use crate::view::layout::Tone;
use law::Date;
use law::levy::Filing;
use law::levy::unemployment::CODES;
use office::levy::declare::Statement;
use office::registry::origin::Paper;
use office::registry::{Maternity, PersonPicture, Unemployment};

/// Kinds of statements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 非自発的失業.
    Unemployment,
    /// 産前産後.
    Maternity,
    /// 旧被扶養者.
    FormerDependant,
    /// 介護適用除外.
    CareExempt,
    /// 所得の申告.
    Income,
}

impl Kind {
    /// Every kind: its place in the address, its title.
    pub const ALL: [(Self, &'static str, &'static str); 5] = [
        (Self::Unemployment, "unemployment", "非自発的失業の届出"),
        (Self::Maternity, "maternity", "産前産後の届出"),
        (
            Self::FormerDependant,
            "former-dependant",
            "旧被扶養者の届出",
        ),
        (Self::CareExempt, "care-exempt", "介護適用除外の届出"),
        (Self::Income, "income", "所得の申告（簡易申告）"),
    ];

    /// The kind of an address.
    #[must_use]
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(_, known, _)| *known == code)
            .map(|(kind, ..)| *kind)
    }

    /// Its place in the address.
    #[must_use]
    pub fn code(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(kind, ..)| *kind == self)
            .map_or("", |(_, code, _)| code)
    }

    /// Its title.
    #[must_use]
    pub fn title(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(kind, ..)| *kind == self)
            .map_or("", |(.., title)| title)
    }

    /// What has to be looked at before.
    #[must_use]
    pub fn notes(self) -> Vec<Note> {
        let line = match self {
            Self::Unemployment => {
                "雇用保険受給資格者証（受給資格通知）の離職年月日と離職理由コードを写してください。離職の翌日から翌年度末までの給与所得を30/100として計算します。"
            }
            Self::Maternity => {
                "母子健康手帳などで出産（予定）日と多胎かどうかを確かめてください。出産予定月の前月（多胎は3か月前）から翌々月までの所得割・均等割を減額します。"
            }
            Self::FormerDependant => {
                "被用者保険の本人が後期高齢者医療へ移り、被扶養者から国保に加入した65歳以上の人です。資格喪失証明書で確かめてください。"
            }
            Self::CareExempt => {
                "適用除外施設の入所証明書を確かめてください。入所の月から退所の月の前月まで、介護分はかかりません。"
            }
            Self::Income => {
                "申告書の内容を写してください。収入だけを入れると、給与所得と年金の所得は所得税の表で求めます。税の資料が後から届けば、それが優先されます。"
            }
        };
        vec![Note::new(Tone::Info, "", vec![line.to_owned()])]
    }
}

/// The field of a name in Japanese.
#[must_use]
pub fn field_of(label: &str) -> &'static str {
    match label {
        "対象者" => "person",
        "離職年月日" => "left_on",
        "離職理由コード" => "leaving_code",
        "出産（予定）日" => "delivery_on",
        "旧被扶養者となった日" => "since",
        "入所日" => "from",
        "退所日" => "until",
        "施設名" => "facility",
        "申告日" => "received_on",
        _ => "",
    }
}

fn leaving_codes() -> Vec<Choice> {
    CODES
        .iter()
        .map(|code| {
            let label = match code {
                11 => "解雇",
                12 => "天災等の理由により事業の継続が不可能になったことによる解雇",
                21 => "雇止め（雇用期間3年以上）",
                22 => "雇止め（雇用期間3年未満・更新明示あり）",
                23 => "期間満了（雇用期間3年未満・更新明示なし）",
                31 => "事業主からの働きかけによる正当な理由のある自己都合退職",
                32 => "事業所移転等に伴う正当な理由のある自己都合退職",
                33 => "正当な理由のある自己都合退職",
                _ => "正当な理由のある自己都合退職（被保険者期間12か月未満）",
            };
            (code.to_string(), label.to_owned())
        })
        .collect()
}

/// What was typed; a day that can be read comes back in full.
fn day_typed(desk: &Desk, fields: &Fields, name: &str) -> String {
    fields.day_written(name, desk.business_date())
}

/// The fields of a kind besides the person.
pub fn fields(
    desk: &Desk,
    kind: Kind,
    fields: &Fields,
    standing: Option<&PersonPicture>,
) -> Vec<Field> {
    let day = |name: &str, label: &str| {
        Field::new(Input::Day, name, label, &day_typed(desk, fields, name))
    };
    let tick = |name: &str, label: &str| Field::new(Input::Check, name, label, fields.text(name));
    match kind {
        Kind::Unemployment => vec![
            day("left_on", "離職年月日"),
            Field::new(
                Input::Code(leaving_codes()),
                "leaving_code",
                "離職理由コード",
                fields.text("leaving_code"),
            ),
        ],
        Kind::Maternity => vec![
            day("delivery_on", "出産（予定）日"),
            tick("multiple", "多胎妊娠"),
            tick("confirmed", "出産済"),
        ],
        Kind::FormerDependant => vec![day("since", "旧被扶養者となった日（資格取得日）")],
        Kind::CareExempt => vec![
            day("from", "入所日"),
            day("until", "退所日").hint("入所中なら空欄"),
            Field::new(Input::Text, "facility", "施設名", fields.text("facility")),
        ],
        Kind::Income => {
            let year = income_year(desk, fields);
            let stands = standing.and_then(|person| income_of(person, year));
            let filing = if fields.has("filing") {
                fields.text("filing").to_owned()
            } else {
                filing_code(stands.map_or(Filing::Filed, |income| income.filing)).to_owned()
            };
            let source = if fields.has("source") {
                fields.text("source").to_owned()
            } else {
                "簡易申告書".to_owned()
            };
            let received = if fields.has("received_on") {
                day_typed(desk, fields, "received_on")
            } else {
                day_ja(desk.business_date())
            };
            let papers = Paper::IN_HAND
                .map(|paper| (paper.code().to_owned(), paper.label_ja().to_owned()))
                .to_vec();
            vec![
                Field::new(
                    Input::Choice(desk.years()),
                    "year",
                    "賦課年度",
                    &year.0.to_string(),
                ),
                Field::new(Input::Choice(filings()), "filing", "申告", &filing),
                Field::new(
                    Input::Choice(papers),
                    "paper",
                    "資料の種類",
                    fields.text("paper"),
                ),
                Field::new(Input::Text, "source", "資料", &source),
                Field::new(Input::Day, "received_on", "受け取った日", &received),
                tick("inquiry_open", "前住所地へ照会中"),
            ]
        }
    }
}

/// Reads a statement; what cannot be read is noted. Beside it what was said, in words.
pub fn read(
    desk: &Desk,
    kind: Kind,
    fields: &Fields,
    person: &PersonPicture,
    errors: &mut Vec<FieldError>,
) -> Option<(Statement, Vec<(String, String)>)> {
    let today = desk.business_date();
    let said = |name: &str, value: String| (name.to_owned(), value);
    let yes = |name: &str| {
        if fields.has(name) {
            "はい"
        } else {
            "いいえ"
        }
        .to_owned()
    };
    match kind {
        Kind::Unemployment => {
            let left_on = fields.required_day("left_on", "離職年月日", today, errors);
            let code = fields.code("leaving_code", "離職理由コード", &leaving_codes(), errors);
            let fact = Unemployment {
                left_on: left_on?,
                leaving_code: code.as_ref()?.0.parse().ok()?,
            };
            let span = fact.span();
            let words = vec![
                said("離職年月日", day_ja(fact.left_on)),
                said(
                    "離職理由",
                    code.map(|(code, label)| format!("{code} {label}"))?,
                ),
                said("特例の期間", range(span.from, span.until)),
            ];
            Some((Statement::Unemployment(fact), words))
        }
        Kind::Maternity => {
            let fact = Maternity {
                delivery_on: fields.required_day("delivery_on", "出産（予定）日", today, errors)?,
                multiple: fields.has("multiple"),
                confirmed: fields.has("confirmed"),
            };
            let words = vec![
                said("出産（予定）日", day_ja(fact.delivery_on)),
                said("多胎妊娠", yes("multiple")),
                said("出産済", yes("confirmed")),
            ];
            Some((Statement::Maternity(fact), words))
        }
        Kind::FormerDependant => {
            let since = fields.required_day("since", "旧被扶養者となった日", today, errors)?;
            let words = vec![said("旧被扶養者となった日", day_ja(since))];
            Some((Statement::FormerDependant(since), words))
        }
        Kind::CareExempt => {
            let from = fields.required_day("from", "入所日", today, errors);
            let until = fields.day("until", "退所日", today, errors);
            let (from, facility) = (from?, fields.text("facility").to_owned());
            let words = vec![
                said("入所日", day_ja(from)),
                said("退所日", until.map_or_else(|| "入所中".to_owned(), day_ja)),
                said("施設名", facility.clone()),
            ];
            Some((Statement::CareExempt(from, until, facility), words))
        }
        Kind::Income => income(desk, fields, person, errors),
    }
}

fn range(from: Date, until: Option<Date>) -> String {
    match until {
        Some(until) => format!(
            "{}から{}まで",
            day_ja(from),
            day_ja(law::date::previous_day(until))
        ),
        None => format!("{}から", day_ja(from)),
    }
}
