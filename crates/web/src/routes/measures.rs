//! The routes of what is applied for, decided and told beside a paper: 証の申請, 証の通知, 長期該当, 世帯の継続性, 一部負担金の減免,
//! 要配慮などの申出 and 特別療養費; and the term of a 住登外者.

use super::Table;
use crate::certificate::{application, apply, letter, setting, special, special_change};
use crate::registry::outsider_term;
use crate::{continuity, continuity_rule, copay_relief, long_stay};

pub(super) fn table(table: Table) -> Table {
    table
        .get("/households/{id}/continuity", continuity::page)
        .post("/households/{id}/continuity", continuity::send)
        .get(
            "/households/{id}/continuity/{number}",
            continuity_rule::page,
        )
        .post(
            "/households/{id}/continuity/{number}",
            continuity_rule::send,
        )
        .get("/households/{id}/copay-relief", copay_relief::page)
        .post("/households/{id}/copay-relief", copay_relief::send)
        .get("/people/{id}/outsider", outsider_term::page)
        .post("/people/{id}/outsider", outsider_term::send)
        .get("/people/{id}/long-stay", long_stay::page)
        .post("/people/{id}/long-stay", long_stay::send)
        .get("/people/{id}/setting", setting::page)
        .post("/people/{id}/setting", setting::send)
        .get("/households/{id}/special", special::page)
        .get(
            "/households/{id}/special/notice",
            special_change::notice_page,
        )
        .post(
            "/households/{id}/special/notice",
            special_change::notice_send,
        )
        .get(
            "/households/{id}/special/impose",
            special_change::impose_page,
        )
        .post(
            "/households/{id}/special/impose",
            special_change::impose_send,
        )
        .get(
            "/households/{id}/special/notice-end",
            special_change::notice_end_page,
        )
        .post(
            "/households/{id}/special/notice-end",
            special_change::notice_end_send,
        )
        .get("/households/{id}/special/lift", special_change::lift_page)
        .post("/households/{id}/special/lift", special_change::lift_send)
        .get(
            "/households/{id}/special/undo/{act}",
            special_change::undo_page,
        )
        .post(
            "/households/{id}/special/undo/{act}",
            special_change::undo_send,
        )
        .get("/certificate-letters/{id}", letter::page)
        .post("/certificate-letters/{id}", letter::order)
        .get("/certificate-letters/{id}/paper", letter::paper)
        .get("/households/{id}/apply", apply::page)
        .post("/households/{id}/apply", apply::send)
        .get("/applications/{id}", application::page)
        .post("/applications/{id}", application::rule)
}
