use super::*;
use serde_json::json;

#[test]
fn every_shipped_case_agrees_to_the_yen() {
    let mut passed = 0;
    for file in shipped_files().unwrap() {
        let outcome = run_file(&file).unwrap();
        assert_eq!(outcome.failures, Vec::<String>::new(), "{}", file.display());
        passed += outcome.passed;
    }
    assert!(passed >= 130, "only {passed} cases were found");
}

fn sample() -> Value {
    json!({
        "id": "sample", "fy": 2026, "ryo_or_zei": "料",
        "rates": {"medical": {"shotoku": 7.5, "kintou": 30000, "byodo": 20000, "cap": 660000},
                  "reduction": {"five": 310000, "two": 570000}},
        "household": [{"age": 50, "その他所得": 1430000, "months": 12}],
        "convention": {},
        "expected": {"reduction": 0, "medical": 125000, "total": 125000}
    })
}

#[test]
fn a_wrong_figure_is_told_with_its_difference() {
    let mut case = sample();
    assert_eq!(check_levy(&case), Ok(()));
    case["expected"]["medical"] = json!(125_100);
    assert_eq!(
        check_levy(&case),
        Err("medical expected 125100, got 125000, difference -100".to_owned())
    );
}

#[test]
fn what_is_not_understood_fails_the_case() {
    for (path, value) in [
        ("/convention", json!({"shotoku": "by_moon"})),
        ("/convention", json!({"rounding": 10})),
        ("/convention", json!({"base_floor": 7})),
        ("/household", json!([{"age": 50, "宝くじ": 1}])),
        ("/household", json!([{"months": 12}])),
        ("/rates", json!({"medical": {"shotoku": "7,5"}})),
        ("/expected", json!({})),
        ("/expected", json!({"medicare": 1})),
    ] {
        let mut case = sample();
        *case.pointer_mut(path).unwrap() = value.clone();
        assert!(check_levy(&case).is_err(), "{path} {value}");
    }
}

#[test]
fn months_follow_age_and_movement() {
    for (case, want) in [
        (
            json!({"kind": "care40", "birth": "05-01", "expect_start_month": "04", "expect_months": 12}),
            true,
        ),
        (
            json!({"kind": "care40", "birth": "05-02", "expect_start_month": "05", "expect_months": 11}),
            true,
        ),
        (
            json!({"kind": "care40", "birth": "04-01", "expect_start_month": "03", "expect_months": 1}),
            true,
        ),
        (
            json!({"kind": "care65", "birth": "07-01", "expect_months": 2}),
            true,
        ),
        (
            json!({"kind": "care65", "birth": "07-02", "expect_months": 3, "expect_end_month": 6}),
            true,
        ),
        (
            json!({"kind": "age75", "birth": "07-01", "expect_months": 3}),
            true,
        ),
        (
            json!({"kind": "age75", "birth": "06-30", "expect_months": 2}),
            true,
        ),
        (
            json!({"kind": "lose", "acquire": "05-10", "lose": "05-20", "expect_months": 0}),
            true,
        ),
        (
            json!({"kind": "join", "acquire": "03-31", "expect_months": 2}),
            false,
        ),
        (json!({"kind": "moon", "expect_months": 2}), false),
    ] {
        assert_eq!(month::check(&case).is_ok(), want, "{case}");
    }
}
