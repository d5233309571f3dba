//! 異動日 on the pages: before the household was founded, planned and overtaken, and a day that no rule has.

use super::*;

/// 法76条: who joins before the day of the founding is shown that the household begins earlier; where its head was not here
/// yet it is said beside the field.
#[tokio::test(flavor = "multi_thread")]
async fn a_late_gain_moves_the_founding_of_its_household_back() {
    let (store, router) = pages(4);
    publish(&router, &store).await;
    move_in(&store);
    let (mut clerk, csrf) = person(&router, "counter01").await;
    let left = ("02", "社会保険・共済の離脱");
    let path = "/people/9000001/gain";
    let typed = [
        ("csrf", csrf.as_str()),
        ("occurred_on", "R8.6.10"),
        ("reported_on", "R8.6.15"),
        ("target", "new"),
        ("head", "9000001"),
        ("join_9000001", "1"),
    ];
    let shown = look(&mut clerk, path, &typed, left).await;
    confirm(&mut clerk, path, &shown).await;
    let (home, ..) = spans(&store, 9_000_001)[0];
    let path = format!("/households/{home}/gain");
    let target = home.to_string();
    let wife = |on: &'static str| {
        [
            ("csrf", csrf.as_str()),
            ("occurred_on", on),
            ("reported_on", "R8.6.15"),
            ("target", target.as_str()),
            ("join_9000002", "1"),
        ]
    };
    let refused = look(&mut clerk, &path, &wife("R8.5.20"), left).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let words = "その間ここに住民登録がありません";
    assert!(refused.text.contains(words), "{}", refused.text);
    assert!(spans(&store, 9_000_002).is_empty());
    let shown = look(&mut clerk, &path, &wife("R8.6.5"), left).await;
    let words = "令和8年6月10日から令和8年6月5日にさかのぼらせます";
    assert!(shown.text.contains(words), "{}", shown.text);
    confirm(&mut clerk, &path, &shown).await;
    let found = store
        .read(|conn| load_household(conn, home, day(2026, 6, 15), None))
        .unwrap()
        .unwrap();
    assert_eq!(found.heads.len(), 1);
    assert_eq!(found.heads[0].valid.from, day(2026, 6, 5));
    let register = clerk.get(&format!("/households/{home}/register")).await;
    let words = "国保世帯の設定日のさかのぼり";
    assert!(register.text.contains(words), "{}", register.text);
}

/// 転出予定 of a family, and one of them dies before: the form lists him with the end that is registered, and the death takes
/// its place. Who has left since parts from the household on the 異動日 too.
#[tokio::test(flavor = "multi_thread")]
async fn a_planned_departure_gives_way_to_a_death() {
    let (store, router) = pages(4);
    publish(&router, &store).await;
    move_in(&store);
    let (mut clerk, csrf) = person(&router, "shikaku01").await;
    let home = join(&mut clerk, &csrf).await;
    let home = home.split('?').next().unwrap().to_owned();
    let path = format!("{home}/loss");
    let mut planned = vec![
        ("csrf", csrf.as_str()),
        ("occurred_on", "R8.11.30"),
        ("reported_on", "R8.6.15"),
    ];
    planned.extend([
        ("leave_9000001", "1"),
        ("leave_9000002", "1"),
        ("leave_9000004", "1"),
    ]);
    let out = ("41", "県外への転出");
    let shown = look(&mut clerk, &path, &planned, out).await;
    confirm(&mut clerk, &path, &shown).await;
    let form = clerk.get(&path).await;
    let words = "登録済みの終わり 令和8年12月1日";
    assert_eq!(form.text.matches(words).count(), 3, "{}", form.text);
    let died = [
        ("csrf", csrf.as_str()),
        ("occurred_on", "R8.6.12"),
        ("reported_on", "R8.6.15"),
        ("leave_9000002", "1"),
    ];
    let shown = look(&mut clerk, &path, &died, ("44", "死亡")).await;
    let words = "取り消す登録済みの喪失";
    assert!(shown.text.contains(words), "{}", shown.text);
    confirm(&mut clerk, &path, &shown).await;
    let ends = |id| spans(&store, id).last().unwrap().2;
    assert_eq!(ends(9_000_002), Some(day(2026, 6, 13)));
    assert_eq!(ends(9_000_004), Some(day(2026, 12, 1)));
    let gone = [
        ("csrf", csrf.as_str()),
        ("occurred_on", "R8.6.12"),
        ("reported_on", "R8.6.15"),
        ("leave_9000003", "1"),
    ];
    let shown = look(&mut clerk, &path, &gone, out).await;
    confirm(&mut clerk, &path, &shown).await;

    let path = format!("{home}/change/split");
    let form = clerk.get(&path).await;
    assert!(form.text.contains("leave_9000003"), "{}", form.text);
    let split = [
        ("csrf", csrf.as_str()),
        ("occurred_on", "R8.6.5"),
        ("reported_on", "R8.6.15"),
        ("head", "9000003"),
        ("leave_9000003", "1"),
        ("successor", ""),
    ];
    let shown = clerk.post(&path, &split).await;
    confirm(&mut clerk, &path, &shown).await;
    let parted = spans(&store, 9_000_003);
    assert_eq!(parted.len(), 2);
    assert_eq!(
        (parted[0].2, parted[1].1),
        (Some(day(2026, 6, 5)), day(2026, 6, 5))
    );
    assert_eq!(parted[1].2, Some(day(2026, 6, 13)));
}

/// A day for which there is no rule is wrong, not the code: it is said beside the day, in the era's years.
#[tokio::test]
async fn a_loss_of_a_day_without_rules_names_the_day() {
    let (store, router) = pages(4);
    publish(&router, &store).await;
    move_in(&store);
    let (mut clerk, csrf) = person(&router, "counter01").await;
    let home = join(&mut clerk, &csrf).await;
    let path = format!("{}/loss", home.split('?').next().unwrap());
    let typed = |on, cause| {
        vec![
            ("csrf", csrf.as_str()),
            ("cause", cause),
            ("occurred_on", on),
            ("reported_on", "R8.6.15"),
            ("leave_9000002", "1"),
        ]
    };
    let shown = clerk.post(&path, &typed("R12.12.1", "42b")).await;
    assert_eq!(shown.status, StatusCode::UNPROCESSABLE_ENTITY);
    let words = "異動日: 令和12年12月1日には事由「";
    assert!(shown.text.contains(words), "{}", shown.text);
    assert!(!shown.text.contains("は一覧にありません"), "{}", shown.text);
    let shown = clerk.post(&path, &typed("R12.12.1", "99")).await;
    let words = "「99」は一覧にありません";
    assert!(shown.text.contains(words), "{}", shown.text);
}
