//! The forms of a page as a browser would send them, read from its HTML.

/// One form.
#[derive(Clone, Debug)]
pub struct Form {
    pub action: String,
    pub post: bool,
    /// Names with what stands in them, in the order of the page.
    pub fields: Vec<(String, String)>,
    /// The names somebody can type into or that a page carries along, the token aside.
    pub open: Vec<String>,
}

impl Form {
    /// The same form of another person or household is the same form.
    pub fn kind(&self) -> String {
        let path = self.action.split('?').next().unwrap_or("");
        let places: Vec<&str> = path
            .split('/')
            .map(|part| {
                if part.chars().any(|letter| letter.is_ascii_digit()) {
                    "#"
                } else {
                    part
                }
            })
            .collect();
        format!("{} {} {:?}", self.post, places.join("/"), self.open)
    }

    pub fn with(&self, change: impl Fn(&str, &str) -> String) -> Vec<(String, String)> {
        self.fields
            .iter()
            .map(|(name, value)| {
                let value = if self.open.contains(name) {
                    change(name, value)
                } else {
                    value.clone()
                };
                (name.clone(), value)
            })
            .collect()
    }
}

/// The value of an attribute of a tag.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let rest = tag.split(&format!(" {name}=\"")).nth(1)?;
    Some(plain(rest.split('"').next()?))
}

/// Text as it was before it was escaped.
fn plain(text: &str) -> String {
    [
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#38;", "&"),
        ("&amp;", "&"),
    ]
    .iter()
    .fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

/// Every form of a page. What has no action is sent to the page itself.
pub fn forms(page: &str, html: &str) -> Vec<Form> {
    html.split("<form")
        .skip(1)
        .filter_map(|rest| {
            let (tag, body) = rest.split_once('>')?;
            Some(form(page, tag, body.split("</form>").next()?))
        })
        .collect()
}

fn form(page: &str, tag: &str, body: &str) -> Form {
    let mut form = Form {
        action: attribute(tag, "action").unwrap_or_else(|| page.to_owned()),
        post: attribute(tag, "method").is_some_and(|method| method.eq_ignore_ascii_case("post")),
        fields: Vec::new(),
        open: Vec::new(),
    };
    let mut pressed = false;
    for piece in body.split('<').skip(1) {
        let Some((tag, after)) = piece.split_once('>') else {
            continue;
        };
        let word = tag.split([' ', '\n']).next().unwrap_or("");
        let tag = format!(" {}", tag.replace('\n', " "));
        let Some(name) = attribute(&tag, "name") else {
            continue;
        };
        let kind = attribute(&tag, "type").unwrap_or_default();
        let value = attribute(&tag, "value").unwrap_or_default();
        match word {
            "input" if kind == "radio" || kind == "checkbox" => {
                let known = form.fields.iter().any(|(other, _)| *other == name);
                if kind == "checkbox" || tag.contains(" checked") || !known {
                    form.fields
                        .retain(|(other, _)| kind == "checkbox" || *other != name);
                    form.fields.push((name.clone(), value));
                }
            }
            "input" => form.fields.push((name.clone(), value)),
            "textarea" => form.fields.push((name.clone(), plain(after))),
            "select" => {
                let list = body.split(&format!("name=\"{name}\"")).nth(1).unwrap_or("");
                let list = list.split("</select>").next().unwrap_or("");
                let mut options = list.split("<option").skip(1);
                let first = options
                    .clone()
                    .find(|option| !option.contains("value=\"\""));
                let chosen = options
                    .find(|option| option.contains(" selected"))
                    .or(first);
                let value = chosen.and_then(|option| attribute(&format!(" {option}"), "value"));
                form.fields.push((name.clone(), value.unwrap_or_default()));
            }
            // One button is pressed, the first.
            "button" if !pressed => {
                pressed = true;
                form.fields.push((name.clone(), value));
            }
            _ => continue,
        }
        if name != "csrf" && !form.open.contains(&name) {
            form.open.push(name);
        }
    }
    form
}

/// The links of a page that stay on this site.
pub fn links(html: &str) -> Vec<String> {
    html.split("<a ")
        .skip(1)
        .filter_map(|rest| attribute(&format!(" {}", rest.split('>').next()?), "href"))
        .filter(|href| href.starts_with('/') && !href.starts_with("//"))
        .collect()
}
