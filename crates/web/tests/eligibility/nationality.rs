//! 在留資格 on the page of a 取得: asked for where the record of the day that is typed is a foreigner's.

use super::{move_in, pages, person};
use crate::common::city::NOW;
use db::Span;
use law::day;
use law::registry::Items;
use office::registry::detail::Detail;
use office::registry::record;
use office::security::authorize;
use office::security::login::command_session;
use office::security::permit::RegisterResident;
use office::{OfficeError, acts};

/// 国民健康保険法 第6条第11号、施行規則 第1条: who was naturalised has no 在留資格 to type from that day on.
// covers: QUA-001
#[tokio::test(flavor = "multi_thread")]
async fn the_residence_paper_is_asked_for_on_the_page_by_the_day_that_is_typed() {
    let (store, router) = pages(4);
    let foreign = "insert into person (person_id, kind, act_id) values (9000001, 2, 0)";
    let make = |conn: &mut db::Conn| conn.execute_text(foreign, &[]);
    store.write(make).unwrap();
    move_in(&store);
    store
        .write(|conn| {
            let session = command_session(conn, "counter01", "test", 0)?;
            let acting = session.acting("試験", day(2026, 6, 15), NOW, None);
            let permit = authorize::<RegisterResident>(&session)?;
            let details = acts::ActDetails::default();
            let act = acts::begin(conn, &acting, &permit, "registry.register", &details)?;
            let detail = Detail {
                items: Items::from([("resident_kind".to_owned(), "1".to_owned())]),
                ..Detail::default()
            };
            let span = Span::since(day(2026, 6, 10));
            record(conn, &act, 9_000_001, span, &detail)?;
            Ok::<_, OfficeError>(())
        })
        .unwrap();
    let (mut clerk, _) = person(&router, "counter01").await;
    let asks = "status_9000001";
    let today = clerk.get("/people/9000001/gain").await;
    assert!(!today.text.contains(asks), "{}", today.text);
    let before = clerk.get("/people/9000001/gain?occurred_on=080601").await;
    assert!(before.text.contains(asks), "{}", before.text);
}
