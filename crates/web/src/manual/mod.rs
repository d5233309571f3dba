//! 手引き — the manual inside the program: it needs no internet, and every page leads to the chapter that explains it.

pub mod book;
mod render;

use crate::answer;
use crate::desk::Desk;
use crate::view::manual::{Line, ManualPage};
use axum::extract::Path;
use axum::response::Response;

/// The 目次.
pub async fn contents(desk: Desk) -> Response {
    show(desk, String::new()).await
}

/// One chapter.
pub async fn chapter(desk: Desk, Path(slug): Path<String>) -> Response {
    show(desk, slug).await
}

async fn show(desk: Desk, slug: String) -> Response {
    desk.answer(move |desk| {
        let all = book::chapters();
        let Some(place) = all.iter().position(|one| one.slug == slug) else {
            return answer::not_found(desk, "手引きのこの章");
        };
        let line = |place: usize| {
            all.get(place).map(|one| Line {
                href: book::href(&one.slug),
                title: one.title.clone(),
                current: one.slug == slug,
            })
        };
        let Some(here) = all.get(place) else {
            return answer::not_found(desk, "手引きのこの章");
        };
        answer::page(&ManualPage {
            page: desk.layout(&format!("手引き {}", here.title)),
            title: here.title.clone(),
            html: here.html.clone(),
            sections: here.sections.clone(),
            chapters: (0..all.len()).filter_map(line).collect(),
            before: place.checked_sub(1).and_then(line),
            after: line(place + 1),
        })
    })
    .await
}
