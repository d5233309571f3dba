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
        .replace("{topic}", "contact")
        .replace("{event}", "1")
        .replace("{number}", "1")
        .replace("{file}", "1")
        .replace("{row}", "1")
        .replace("{hash}", "0")
        .replace("{name}", "app.css");
    if filled == "/runs/compare" {
        "/runs/compare?left=1&right=2".to_owned()
    } else {
        filled
    }
}
