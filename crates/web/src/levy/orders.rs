//! What is ordered for a run: 集計, 承認, 確定, 取消, and going on with one that was stopped.

use super::runs;
use crate::answer;
use crate::desk::Posted;
use axum::extract::Path;
use axum::response::Response;
use office::OfficeError;
use office::levy::run::{self, RunState};
use office::levy::{publish, tally, undo};
use office::security::permit::{ApproveLevy, PublishLevy, RunLevy};

/// 集計 — kept with the run.
pub async fn freeze(Path(run_id): Path<i64>, posted: Posted) -> Response {
    let fields = posted.fields;
    posted
        .desk
        .answer(move |desk| {
            let permit = desk.permit::<RunLevy>()?;
            let acting = desk.acting(fields.text("request_id"));
            tally::freeze(desk.store(), &permit, &acting, run_id)?;
            Ok(answer::go(&format!("/runs/{run_id}")))
        })
        .await
}

/// 確定の取消 — a published run taken back, as long as nothing was posted or paid.
pub async fn undo(Path(run_id): Path<i64>, posted: Posted) -> Response {
    let fields = posted.fields;
    posted
        .desk
        .answer(move |desk| {
            let permit = desk.permit::<PublishLevy>()?;
            let acting = desk.acting(fields.text("request_id"));
            undo::begin(
                desk.store(),
                &permit,
                &acting,
                run_id,
                fields.text("reason"),
            )?;
            runs::take_back(desk.app(), run_id);
            Ok(answer::go(&format!("/runs/{run_id}")))
        })
        .await
}

/// 承認.
pub async fn approve(Path(run_id): Path<i64>, posted: Posted) -> Response {
    let fields = posted.fields;
    posted
        .desk
        .answer(move |desk| {
            let permit = desk.permit::<ApproveLevy>()?;
            let acting = desk.acting(fields.text("request_id"));
            run::approve(desk.store(), &permit, &acting, run_id)?;
            Ok(answer::go(&format!("/runs/{run_id}")))
        })
        .await
}

/// 確定.
pub async fn publish(Path(run_id): Path<i64>, posted: Posted) -> Response {
    let fields = posted.fields;
    posted
        .desk
        .answer(move |desk| {
            let permit = desk.permit::<PublishLevy>()?;
            let acting = desk.acting(fields.text("request_id"));
            publish::begin(desk.store(), &permit, &acting, run_id)?;
            runs::publish(desk.app(), run_id);
            Ok(answer::go(&format!("/runs/{run_id}")))
        })
        .await
}

/// 取消.
pub async fn cancel(Path(run_id): Path<i64>, posted: Posted) -> Response {
    let fields = posted.fields;
    posted
        .desk
        .answer(move |desk| {
            let permit = desk.permit::<RunLevy>()?;
            let acting = desk.acting(fields.text("request_id"));
            run::cancel(desk.store(), &permit, &acting, run_id)?;
            Ok(answer::go(&format!("/runs/{run_id}")))
        })
        .await
}

/// Goes on with a run that was stopped, failed or killed.
pub async fn resume(Path(run_id): Path<i64>, posted: Posted) -> Response {
    posted
        .desk
        .answer(move |desk| {
            desk.permit::<RunLevy>()?;
            let found = run::require(desk.store(), run_id)?;
            match found.state {
                RunState::Calculating => runs::calculate(desk.app(), run_id),
                RunState::Publishing => runs::publish(desk.app(), run_id),
                _ => {
                    return Err(OfficeError::Conflict(format!(
                        "賦課処理{run_id}は{}です。続ける処理はありません",
                        found.state.label_ja()
                    )));
                }
            }
            Ok(answer::go(&format!("/runs/{run_id}")))
        })
        .await
}
