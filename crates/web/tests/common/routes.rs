//! Every route with its places filled in, so that a test can walk all of them.

/// A route with its places filled in.
pub fn filled(path: &str) -> String {
    let id = if path.starts_with("/households") {
        "1000001"
    } else {
        "1"
    };
    let filled = path
        .replace("{id}", id)
        .replace("{year}", "2026")
        .replace("{what}", "unemployment")
        .replace("{act}", "1")
        .replace("{kind}", "head")
        .replace("{code}", "student")
        .replace("{list}", "unreported")
        .replace("{step}", "wave")
        .replace("{bulk}", "town")
        .replace("{household_code}", "special_circumstances")
        .replace("{topic}", "contact")
        .replace("{event}", "1")
        .replace("{one}", "1")
        .replace("{other}", "2")
        .replace("{number}", "1")
        .replace("{file}", "1")
        .replace("{row}", "1")
        .replace("{register}", "media")
        .replace("{hash}", "0")
        .replace("{chapter}", "move-in")
        .replace("{name}", "app.css");
    match filled.as_str() {
        "/runs/compare" => "/runs/compare?left=1&right=2".to_owned(),
        _ => filled,
    }
}
