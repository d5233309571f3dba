//! Every template, rendered with a sample that shows everything it can.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod common;

use common::samples::all;

fn count(text: &str, part: &str) -> usize {
    text.matches(part).count()
}

#[test]
fn every_template_file_has_a_sample() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/templates");
    let parts = ["layout", "menu_entry", "parts", "timeline", "chart", "why"];
    let names: Vec<&str> = all().iter().map(|(name, _)| *name).collect();
    for file in std::fs::read_dir(folder).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        let name = name.strip_suffix(".html").unwrap().to_owned();
        assert!(
            parts.contains(&name.as_str()) || names.contains(&name.as_str()),
            "{name} has no sample"
        );
    }
}

#[test]
fn pages_have_one_heading_one_main_and_a_language() {
    for (name, page) in all() {
        assert_eq!(count(&page, "<h1"), 1, "{name}");
        assert_eq!(count(&page, "<main"), 1, "{name}");
        assert!(
            page.starts_with("<!DOCTYPE html>\n<html lang=\"ja\">"),
            "{name}"
        );
    }
}

#[test]
fn every_form_that_changes_something_carries_the_token() {
    for (name, page) in all() {
        for form in page.split("<form").skip(1) {
            let form = form.split("</form>").next().unwrap();
            let posts = form.split('>').next().unwrap().contains("method=\"post\"");
            assert_eq!(posts, form.contains("name=\"csrf\""), "{name}: {form}");
        }
    }
}

#[test]
fn nothing_needs_what_the_policy_forbids() {
    for (name, page) in all() {
        for forbidden in [
            " style=",
            "<style",
            " onclick=",
            " onload=",
            " onchange=",
            "javascript:",
            "http://",
            "https://",
        ] {
            assert!(!page.contains(forbidden), "{name} has {forbidden}");
        }
        for script in page.split("<script").skip(1) {
            assert!(script.starts_with(" src=\"/static/"), "{name}");
        }
    }
}

#[test]
fn identifiers_are_unique_and_labels_point_at_fields() {
    for (name, page) in all() {
        let mut ids: Vec<&str> = page
            .split(" id=\"")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap())
            .collect();
        for label in page.split("<label").skip(1) {
            let wanted = label
                .split(" for=\"")
                .nth(1)
                .unwrap()
                .split('"')
                .next()
                .unwrap();
            assert!(ids.contains(&wanted), "{name}: label for {wanted}");
        }
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all, "{name} repeats an id");
    }
}

#[test]
fn figures_stand_on_the_right_and_tables_have_captions() {
    for (name, page) in all() {
        assert_eq!(count(&page, "<table"), count(&page, "<caption"), "{name}");
    }
}

#[test]
fn an_error_stands_at_the_top_and_beside_its_field() {
    let trial = all()
        .into_iter()
        .find(|(name, _)| *name == "trial")
        .unwrap()
        .1;
    assert!(trial.contains("<a href=\"#birth_1\">1人目の生年月日"));
    assert!(trial.contains("aria-invalid=\"true\" aria-describedby=\"birth_1-wrong\""));
    assert!(trial.contains("<span class=\"wrong\" id=\"birth_1-wrong\">"));
}

#[test]
fn what_people_typed_is_never_markup() {
    let mut page = web::view::Layout::bare("検索", "<b>市</b>");
    page.query = "\"><script>alert(1)</script>".to_owned();
    page.may_search = true;
    let page = askama::Template::render(&web::view::search::SearchPage {
        page,
        found: Vec::new(),
        read_as: Vec::new(),
        more_href: String::new(),
        asked: true,
    })
    .unwrap();
    assert!(!page.contains("<script>alert"));
    assert!(!page.contains("<b>市"));
}
