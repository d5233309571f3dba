//! Every shipped layout: it loads, what it writes it reads back, and hostile bytes are told, never a panic.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use exchange::field::Severity;
use exchange::layout::{FieldType, Form};
use exchange::{
    Catalogue, Codes, Control, Encoding, Extent, Field, FileError, FileName, Layout, Table, Writer,
};
use proptest::prelude::*;

/// A value that fits a field.
fn value(field: &Field, codes: &Codes) -> BoxedStrategy<String> {
    if let Some(constant) = &field.constant {
        return Just(constant.clone()).boxed();
    }
    if let Some(list) = &field.codes {
        let all: Vec<String> = codes
            .list(list)
            .unwrap()
            .entries
            .iter()
            .map(|(code, _)| code.clone())
            .collect();
        return prop::sample::select(all).boxed();
    }
    let max = usize::from(field.max);
    let full = match field.kind {
        FieldType::Ascii | FieldType::Code => prop::collection::vec(0x20_u8..0x7F, 1..=max)
            .prop_map(|bytes| String::from_utf8(bytes).unwrap())
            .boxed(),
        FieldType::Digits => (0_i64..999_999_999_999_999)
            .prop_map(move |number| number.to_string().chars().take(max).collect::<String>())
            .boxed(),
        FieldType::Signed => (-99_999_i64..99_999)
            .prop_map(move |number| {
                (number % 10_i64.pow(u32::try_from(max.min(9)).unwrap())).to_string()
            })
            .boxed(),
        FieldType::Decimal => Just("1.5".to_owned()).boxed(),
        FieldType::Date => (1900_i16..2100, 1_u8..13, 1_u8..29)
            .prop_map(|(year, month, day)| format!("{year:04}-{month:02}-{day:02}"))
            .boxed(),
        FieldType::Year => (2000_u16..2100).prop_map(|year| year.to_string()).boxed(),
        FieldType::Time => Just("23:59:59".to_owned()).boxed(),
        FieldType::Text => {
            let quote = if field.rule.is_none() { "\"," } else { "" };
            let letters: Vec<char> = "𠮷髙﨑葛辻邉邊はなヴー々〆・アイ東京 "
                .chars()
                .chain(quote.chars())
                .collect();
            prop::collection::vec(prop::sample::select(letters), 1..=max.min(12))
                .prop_map(|letters| format!("山{}子", letters.into_iter().collect::<String>()))
                .prop_map(move |text| text.chars().take(max).collect::<String>())
                .boxed()
        }
    };
    let full = if field.rule == Some(exchange::layout::LetterRule::Kana) {
        Just("ヤマダ ハナコ".to_owned()).boxed()
    } else {
        full
    };
    if field.required {
        full
    } else {
        prop_oneof![Just(String::new()), full].boxed()
    }
}

fn rows(layout: &Layout, codes: &Codes) -> BoxedStrategy<Vec<Vec<String>>> {
    let row: Vec<BoxedStrategy<String>> = layout
        .fields
        .iter()
        .map(|field| value(field, codes))
        .collect();
    prop::collection::vec(row, 0..6).boxed()
}

fn read_all(
    layout: &Layout,
    bytes: &[u8],
) -> Result<(Vec<Vec<String>>, Option<Control>), FileError> {
    let table = Table::open(layout, bytes)?;
    let mut found = Vec::new();
    let mut places = Vec::new();
    let control = table.for_each(|row| {
        found.push(
            (0..layout.fields.len())
                .map(|column| row.text(column).to_owned())
                .collect::<Vec<_>>(),
        );
        places.push((row.start, row.line));
        Ok::<(), FileError>(())
    })?;
    for ((start, line), cells) in places.iter().zip(&found) {
        let again = table
            .row_at(*start, *line, |row| row.text(0).to_owned())
            .unwrap();
        assert_eq!(again, cells[0]);
    }
    Ok((found, control))
}

/// Layouts whose rows may come more than once: the control, and events.
const EVENTS: &[&str] = &[
    "control",
    "nonresident",
    "resident_event",
    "support_measure",
];

#[test]
fn every_shipped_layout_loads_and_is_named_once() {
    let catalogue = Catalogue::shipped().unwrap();
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("layouts");
    let files = std::fs::read_dir(folder).unwrap().count();
    assert_eq!(catalogue.layouts().count(), files, "every file is shipped");
    for layout in catalogue.layouts() {
        assert!(!layout.source.is_empty(), "{}", layout.id);
        assert_eq!(catalogue.by_link(&layout.link_id).unwrap().id, layout.id);
        assert!(
            EVENTS.contains(&layout.id.as_str()) || !layout.key.is_empty(),
            "{}",
            layout.id
        );
    }
}

#[test]
fn what_a_layout_writes_it_reads_back() {
    let catalogue = Catalogue::shipped().unwrap();
    for layout in catalogue.layouts() {
        let strategy = rows(layout, catalogue.codes());
        let config = ProptestConfig {
            cases: 24,
            ..ProptestConfig::default()
        };
        proptest!(config, |(rows in strategy)| {
            let mut writer = Writer::new(layout, catalogue.codes());
            let mut written = Vec::new();
            for row in &rows {
                let cells: Vec<&str> = row.iter().map(String::as_str).collect();
                writer.values(&cells).unwrap();
                written.push(row.clone());
            }
            let name = FileName {
                business_id: layout.business_id.clone(),
                link_id: layout.link_id.clone(),
                municipality: "131032".to_owned(),
                made_at: "20260601120000".to_owned(),
            };
            let control = Control::of(&writer, &name, Extent::Full);
            let bytes = writer.finish();
            let (found, _) = read_all(layout, &bytes).unwrap();
            prop_assert_eq!(&found, &written);
            let again = Control::read(&control.write(&catalogue).unwrap(), &catalogue).unwrap();
            prop_assert_eq!(again, control);
        });
    }
}

#[test]
fn hostile_bytes_are_told_and_never_panic() {
    let catalogue = Catalogue::shipped().unwrap();
    let resident = catalogue.layout("resident").unwrap();
    let mut broken = resident.clone();
    broken.heading = exchange::layout::Heading::None;
    let config = ProptestConfig {
        cases: 400,
        ..ProptestConfig::default()
    };
    proptest!(config, |(bytes in prop::collection::vec(any::<u8>(), 0..600), text in "[\"',\r\n0-9a-z年月あ𠮷]{0,300}")| {
        for encoding in [Encoding::Utf8, Encoding::Utf8Bom, Encoding::Cp932, Encoding::JisX0201] {
            for form in [Form::Csv, Form::Tsv, Form::Fixed] {
                let mut layout = broken.clone();
                layout.encoding = encoding;
                layout.form = form;
                for input in [&bytes[..], text.as_bytes()] {
                    if let Ok(table) = Table::open(&layout, input) {
                        let mut flaws = Vec::new();
                        let _ = table.for_each(|row| {
                            row.check(catalogue.codes(), &mut flaws);
                            Ok::<(), FileError>(())
                        });
                        let _ = table.row_at(3, 1, |row| row.cells().len());
                    }
                }
            }
        }
        let _ = Control::read(&bytes, &catalogue);
        let _ = Control::read(text.as_bytes(), &catalogue);
        let _ = FileName::parse(&text);
    });
}

#[test]
fn a_changed_byte_is_told_or_gives_other_cells() {
    let catalogue = Catalogue::shipped().unwrap();
    let layout = catalogue.layout("asset_tax").unwrap();
    let mut writer = Writer::new(layout, catalogue.codes());
    writer.values(&["131032", "1", "2026", "100"]).unwrap();
    writer.values(&["131032", "2", "2026", "200"]).unwrap();
    let good = writer.finish();
    let before = read_all(layout, &good).unwrap();
    for at in 0..good.len() {
        // Cut anywhere: at worst whole records are missing, which the control file tells.
        if let Ok((rows, _)) = read_all(layout, &good[..at]) {
            assert!(rows.len() <= 2);
            for (row, whole) in rows.iter().zip(&before.0) {
                assert!(
                    row == whole
                        || row.last().unwrap().len() < whole.last().unwrap().len()
                        || rows.len() < 2
                );
            }
        }
        let mut changed = good.clone();
        changed[at] ^= 0x80;
        assert!(read_all(layout, &changed).is_err(), "byte {at}");
    }
}

#[test]
fn a_cell_that_does_not_fit_names_its_field() {
    let catalogue = Catalogue::shipped().unwrap();
    let layout = catalogue.layout("insured").unwrap();
    let mut text = String::new();
    let names: Vec<String> = layout
        .fields
        .iter()
        .map(|field| format!("\"{}\"", field.name))
        .collect();
    text.push_str(&names.join(","));
    text.push_str("\r\n\"131032\",\"12x\",\"1\",\"1\",\"-1\",\"2026-02-30\",\"99\",\"\",\"\",\"20260401\",\"\",\"\",\"\"\r\n");
    let table = Table::open(layout, text.as_bytes()).unwrap();
    let mut flaws = Vec::new();
    table
        .for_each(|row| {
            assert_eq!(row.line, 2);
            row.check(catalogue.codes(), &mut flaws);
            Ok::<(), FileError>(())
        })
        .unwrap();
    let found: Vec<(&str, &str)> = flaws
        .iter()
        .map(|flaw| (flaw.field.as_str(), flaw.code))
        .collect();
    assert_eq!(
        found,
        [
            ("宛名番号", "import.field.digits"),
            ("枝番", "import.field.digits"),
            ("資格取得年月日", "import.field.date"),
            ("資格取得事由", "import.field.code"),
            ("資格喪失年月日", "import.field.date"),
        ]
    );
    assert!(
        flaws
            .iter()
            .all(|flaw| flaw.severity == Severity::Hold && !flaw.message.is_empty())
    );
}

#[test]
fn a_heading_of_another_layout_is_refused() {
    let catalogue = Catalogue::shipped().unwrap();
    let pension = Writer::new(
        catalogue.layout("former_dependant").unwrap(),
        catalogue.codes(),
    )
    .finish();
    let error = read_all(catalogue.layout("unemployment").unwrap(), &pension)
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("1行目") && error.contains("見出し"),
        "{error}"
    );
}

#[test]
fn a_citys_own_layout_takes_the_place_of_ours() {
    let mut catalogue = Catalogue::shipped().unwrap();
    let own = r#"
        id = "asset_tax"
        title_ja = "固定資産税額（固定長）"
        encoding = "cp932"
        form = "fixed"
        newline = "lf"
        dates = "compact"
        balance = "trailer"
        sums = ["asset_tax"]
        key = ["person_number"]
        source = "市の様式"
        fields = [
          { name = "kind", name_ja = "区分", type = "X", max = 1, constant = "2", required = true },
          { name = "municipality_code", name_ja = "市区町村コード", type = "X", max = 6, required = true },
          { name = "person_number", name_ja = "宛名番号", type = "9", max = 15, required = true },
          { name = "owner", name_ja = "氏名", type = "N", max = 20 },
          { name = "asset_tax", name_ja = "税額", type = "9", max = 11, required = true },
        ]
        trailer = [
          { name = "kind", name_ja = "区分", type = "X", max = 1, constant = "8" },
          { name = "rows", name_ja = "件数", type = "9", max = 6 },
          { name = "sum_asset_tax", name_ja = "合計", type = "9", max = 15 },
        ]
    "#;
    catalogue.add_layout(own).unwrap();
    let layout = catalogue.layout("asset_tax").unwrap();
    assert_eq!(layout.record_bytes(), 53);
    let mut writer = Writer::new(layout, catalogue.codes());
    writer
        .row(&[
            ("municipality_code", "131032"),
            ("person_number", "7"),
            ("owner", "髙橋 ﾊﾅ"),
            ("asset_tax", "1200"),
        ])
        .unwrap();
    let error = writer.row(&[
        ("municipality_code", "131032"),
        ("person_number", "8"),
        ("owner", "𠮷田"),
        ("asset_tax", "1"),
    ]);
    assert!(
        error
            .unwrap_err()
            .to_string()
            .contains("2件目 項目「氏名」")
    );
    let bytes = writer.finish();
    assert_eq!(bytes.len(), 53 + 1 + 22 + 1);
    let (rows, control) = read_all(layout, &bytes).unwrap();
    assert_eq!(
        rows,
        [["2", "131032", "000000000000007", "髙橋 ﾊﾅ", "00000001200"]]
    );
    assert!(
        control
            .unwrap()
            .differences(1, &[("asset_tax".to_owned(), 1200)])
            .is_empty()
    );
    let error = read_all(layout, &bytes[..30]).unwrap_err().to_string();
    assert!(error.contains("途中で切れ"), "{error}");
    assert!(
        catalogue
            .add_layout("id = 'x'\ntitle_ja = 'x'\nsource = 'x'\nfields = []")
            .is_err()
    );
    assert!(catalogue.add_layout("id = 'x'\nunknown = 1").is_err());
}
