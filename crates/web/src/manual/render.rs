//! Markdown to HTML that is safe by construction: raw HTML but the sign of a key is shown as text, pictures are those of the program, and
//! links stay inside it.

use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

/// What a chapter came to.
#[derive(Clone, Debug, Default)]
pub struct Rendered {
    /// Its first heading.
    pub title: String,
    /// Everything under it.
    pub html: String,
    /// Its sections: address within the page, and heading.
    pub sections: Vec<(String, String)>,
}

fn events(text: &str) -> impl Iterator<Item = Event<'_>> {
    Parser::new_ext(text, Options::ENABLE_TABLES)
}

/// The chapters a table of contents names, in its order.
#[must_use]
pub fn chapters_named(text: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for event in events(text) {
        if let Event::Start(Tag::Link { dest_url, .. }) = event
            && let Some(slug) = dest_url.strip_suffix(".md")
            && !all.iter().any(|known| known == slug)
        {
            all.push(slug.to_owned());
        }
    }
    all
}

/// Renders a chapter.
#[must_use]
pub fn render(text: &str) -> Rendered {
    let all: Vec<Event<'_>> = events(text).collect();
    let mut found = Rendered::default();
    let mut out = Vec::with_capacity(all.len());
    let mut within_title = false;
    let mut caption = String::new();
    for (place, event) in all.iter().enumerate() {
        match event {
            Event::Start(Tag::Heading {
                level: HeadingLevel::H1,
                ..
            }) => {
                found.title = words(all.get(place..).unwrap_or_default());
                within_title = true;
            }
            Event::End(TagEnd::Heading(HeadingLevel::H1)) => within_title = false,
            _ if within_title => {}
            Event::Start(Tag::Heading {
                level,
                classes,
                attrs,
                ..
            }) => {
                let heading = words(all.get(place..).unwrap_or_default());
                let id = anchor(&heading);
                caption.clone_from(&heading);
                if *level == HeadingLevel::H2 {
                    found.sections.push((id.clone(), heading));
                }
                out.push(Event::Start(Tag::Heading {
                    level: *level,
                    id: Some(id.into()),
                    classes: classes.clone(),
                    attrs: attrs.clone(),
                }));
            }
            Event::Start(Tag::Table(alignments)) => {
                out.push(Event::Start(Tag::Table(alignments.clone())));
                let words = escape(&caption);
                let line = format!("<caption class=\"hidden\">{words}</caption>");
                out.push(Event::InlineHtml(line.into()));
            }
            other => out.push(safe(other.clone())),
        }
    }
    html::push_html(&mut found.html, out.into_iter());
    found
}

/// The words of the heading that begins here.
fn words(events: &[Event<'_>]) -> String {
    let mut text = String::new();
    for event in events {
        match event {
            Event::Text(more) | Event::Code(more) => text.push_str(more),
            Event::End(TagEnd::Heading(_)) => break,
            _ => {}
        }
    }
    text
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// The address of a section, as code forges make it: letters and figures, blanks as hyphens.
fn anchor(heading: &str) -> String {
    heading
        .to_lowercase()
        .chars()
        .filter_map(|letter| match letter {
            ' ' => Some('-'),
            '-' | '_' => Some(letter),
            'ー' => Some(letter),
            _ if letter.is_alphanumeric() => Some(letter),
            _ => None,
        })
        .collect()
}

fn safe(event: Event<'_>) -> Event<'_> {
    match event {
        Event::InlineHtml(text) if matches!(&*text, "<kbd>" | "</kbd>") => Event::InlineHtml(text),
        Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
        Event::Start(Tag::Image {
            link_type,
            dest_url,
            title,
            id,
        }) => {
            let name = dest_url.strip_prefix("images/").unwrap_or_default();
            Event::Start(Tag::Image {
                link_type,
                dest_url: CowStr::Borrowed(crate::assets::href(name)),
                title,
                id,
            })
        }
        Event::Start(Tag::Link {
            link_type,
            dest_url,
            title,
            id,
        }) => Event::Start(Tag::Link {
            link_type,
            dest_url: inside(&dest_url).into(),
            title,
            id,
        }),
        other => other,
    }
}

/// Where a link of a chapter leads inside the program; what leads out of it leads to the 目次.
fn inside(address: &str) -> String {
    let (file, section) = match address.split_once('#') {
        Some((file, section)) => (file, format!("#{section}")),
        None => (address, String::new()),
    };
    match file.strip_suffix(".md") {
        Some("README") => format!("/manual{section}"),
        Some(slug) if !slug.contains(['/', ':', '.']) => format!("/manual/{slug}{section}"),
        None if file.is_empty() => section,
        _ => "/manual".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chapter_has_a_title_and_sections_and_nothing_of_it_runs() {
        let page = render(
            "# 加入\n\n## 1 人を さがす\n\n<script>alert(1)</script>\n\n<kbd onclick=\"x\">a</kbd> <kbd>Tab</kbd> **「加入」** [次](leave.md#喪失)\n\n\
             [外](https://example.org/) [悪](javascript:alert(1)) ![絵](http://example.org/a.png)\n",
        );
        assert_eq!(page.title, "加入");
        assert_eq!(
            page.sections,
            [("1-人を-さがす".to_owned(), "1 人を さがす".to_owned())]
        );
        assert!(page.html.contains("id=\"1-人を-さがす\""), "{}", page.html);
        assert!(!page.html.contains("<script"), "{}", page.html);
        assert!(!page.html.contains("<kbd onclick"), "{}", page.html);
        assert!(page.html.contains("<kbd>Tab</kbd>"), "{}", page.html);
        assert!(!page.html.contains("javascript:"), "{}", page.html);
        assert!(!page.html.contains("example.org"), "{}", page.html);
        assert!(page.html.contains("/manual/leave#"), "{}", page.html);
        assert!(!page.html.contains("<h1"), "the page has its own");
    }

    #[test]
    fn the_contents_name_each_chapter_once_in_order() {
        let text = "# 目次\n\n1. [a](one.md)\n2. [b](two.md)\n3. [c](one.md)\n[x](https://x/)\n";
        assert_eq!(chapters_named(text), ["one", "two"]);
    }
}
