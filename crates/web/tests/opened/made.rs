//! A city where everything that has a number of its own has happened to somebody.

use super::browser::Browser;
use super::city::{self, NOW, STAFF};
use super::common::numbers::{Lots, empty_vault};
use super::hidden::{self, OTHER_SIDE, VICTIM, city_with_a_household_in_hiding};
use super::steps::{again, person};
use axum::Router;
use axum::http::StatusCode;
use db::testing::TestStore;
use db::{Span, Store};
use law::day;
use law::rules::RuleBook;
use office::acts;
use office::registry::merge::{self, Joining};
use office::registry::{Resident, Sex, Status, record_person};
use office::security::authorize;
use office::security::login::command_session;
use office::security::permit::{ApproveMerge, MergePerson, RegisterResident};
use office::security::setting::rows_key;
use web::App;

const TWINS: [i64; 2] = [9_100_001, 9_100_002];

pub struct Made {
    pub store: TestStore,
    _kept: TestStore,
    pub router: Router,
}

fn router(store: &Store, vault: office::vault::Vault) -> Router {
    let (_gone, office) = city::office(1);
    let office = web::Office {
        store: store.clone(),
        rules: city::years(),
        calendar: RuleBook::shared().unwrap().calendar().clone(),
        ..office
    };
    web::router(App::with_vault(city::config(), office, Some(vault)))
}

/// Types a form, looks at the preview and confirms; answers where it leads.
async fn through(clerk: &mut Browser, path: &str, typed: &[(&str, &str)]) -> String {
    let shown = clerk.post(path, typed).await;
    assert_eq!(shown.status, StatusCode::OK, "{path} {}", shown.text);
    let done = clerk.post(path, &again(&shown, "confirm")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{path} {}", done.text);
    done.location().to_owned()
}

/// One person under two numbers, joined by two members of staff.
fn joined(store: &Store) {
    let session = |login: &str| {
        store
            .read(|conn| command_session(conn, login, "test", NOW))
            .unwrap()
    };
    let acting = |login: &str, minute: i64| {
        let now = NOW + minute * 60_000_000;
        session(login).acting("試験", day(2026, 6, 15), now, None)
    };
    let permit = authorize::<RegisterResident>(&session("counter01")).unwrap();
    let by = acting("counter01", 1);
    store
        .write(|conn| {
            let details = acts::ActDetails::default();
            let act = acts::begin(conn, &by, &permit, "registry.register", &details)?;
            for (id, kind, status) in [
                (TWINS[0], 1, Status::Resident),
                (TWINS[1], 3, Status::NonResident),
            ] {
                let resident = Resident {
                    status,
                    name: "双子　重子".to_owned(),
                    kana: "フタゴ　シゲコ".to_owned(),
                    latin_name: None,
                    alias: None,
                    former_surname: None,
                    birth_on: day(1979, 3, 4),
                    birth_unknown: false,
                    sex: Sex::Female,
                    register_household: None,
                    relationship: "02".to_owned(),
                    postal_code: "1050001".to_owned(),
                    address: "東京都港区虎ノ門一丁目1番".to_owned(),
                    building: String::new(),
                    ward: String::new(),
                    resident_since: None,
                    withheld: false,
                };
                record_person(
                    conn,
                    &act,
                    id,
                    kind,
                    Span::since(day(2026, 1, 5)),
                    &resident,
                )?;
            }
            Ok::<_, office::OfficeError>(())
        })
        .unwrap();
    let seen = TWINS.map(|id| {
        store
            .read(|conn| office::registry::event::version(conn, id))
            .unwrap()
    });
    let joining = Joining {
        kept_id: TWINS[0],
        joined_id: TWINS[1],
        reason: "本人確認書類".to_owned(),
        became_resident_on: None,
    };
    let may = authorize::<MergePerson>(&session("shikaku01")).unwrap();
    let by = acting("shikaku01", 2);
    let id = merge::propose(store, &may, &by, &joining, (seen[0], seen[1])).unwrap();
    let may = authorize::<ApproveMerge>(&session("shikaku02")).unwrap();
    merge::decide(store, &may, &acting("shikaku02", 3), id, true, "").unwrap();
}

/// Somebody arrives at the counter.
async fn arrives(router: &Router) {
    let (mut clerk, csrf) = person(router, "counter01").await;
    let typed = [
        ("csrf", csrf.as_str()),
        ("rows", "1"),
        ("cause", "01"),
        ("occurred_on", "080601"),
        ("reported_on", "R8.6.15"),
        ("postal_code", "105-0011"),
        ("town", "芝公園一丁目"),
        ("lot", "5番25号"),
        ("before_prefecture", "14"),
        ("before_city", "藤沢市"),
        ("before_town", "朝日町1番地の1"),
        ("p1_name", "来田　花子"),
        ("p1_kana", "クルタ　ハナコ"),
        ("p1_birth_on", "S62.8.9"),
        ("p1_sex", "2"),
        ("p1_relationship", "02"),
        ("do", "preview"),
    ];
    let place = through(&mut clerk, "/people/arrive", &typed).await;
    assert!(place.starts_with("/movements/"), "{place}");
}

/// A certificate of eligibility is handed over, a paper applied for, a measure noticed, a number taken twice.
async fn served(router: &Router) {
    let (mut clerk, csrf) = person(router, "counter01").await;
    let typed = [
        ("csrf", csrf.as_str()),
        ("do", "preview"),
        ("kind", "1"),
        ("copies", "1"),
        ("handed_to", "本人（窓口）"),
    ];
    through(&mut clerk, &format!("/people/{OTHER_SIDE}/proof"), &typed).await;
    let path = format!("/households/{}/apply", hidden::HOME);
    let form = clerk.get(&path).await;
    let list = form.text.split("id=\"kind-list\">").nth(1).unwrap();
    let list = list.split("</datalist>").next().unwrap().to_owned();
    let kinds = list
        .split("<option value=\"")
        .skip(1)
        .map(|one| one.split('"').next().unwrap());
    let victim = VICTIM.to_string();
    let mut received = false;
    for kind in kinds {
        let typed = [
            ("csrf", csrf.as_str()),
            ("kind", kind),
            ("person", victim.as_str()),
            ("applied_on", "R8.6.15"),
            ("applicant", "見本　申請"),
            ("relation", "本人"),
            ("grounds", "窓口"),
            ("disease", "1"),
            ("do", "preview"),
        ];
        let shown = clerk.post(&path, &typed).await;
        if shown.status == StatusCode::OK {
            let done = clerk.post(&path, &again(&shown, "confirm")).await;
            received |= done.status == StatusCode::SEE_OTHER;
        }
    }
    assert!(received, "something can be applied for");
    let typed = [
        ("csrf", csrf.as_str()),
        ("do", "preview"),
        ("until", "R8.7.10"),
        ("from", "R8.8.1"),
    ];
    let path = format!("/households/{}/special/notice", hidden::HOME);
    through(&mut clerk, &path, &typed).await;
    let (mut clerk, csrf) = person(router, "bango01").await;
    let number = Lots::new(41).number();
    for one in [VICTIM, OTHER_SIDE] {
        let fields = [
            ("csrf", csrf.as_str()),
            ("do", "register"),
            ("number", number.as_str()),
            ("source", "form"),
            ("giver", "person"),
            ("evidence", "card"),
            ("form", "資格取得届"),
            ("checked", "1"),
        ];
        clerk.post(&format!("/number/people/{one}"), &fields).await;
    }
}

/// A loss without notification: proposed, approved, notified, printed.
async fn ex_officio(router: &Router, store: &Store) {
    let (mut clerk, csrf) = person(router, "shikaku01").await;
    let page = clerk.get("/ex-officio/new").await;
    let place = page
        .text
        .split("<option")
        .find(|one| one.contains("（喪失）") && one.contains("社会保険"))
        .map(|one| one.split('"').nth(1).unwrap().to_owned())
        .unwrap();
    let other = OTHER_SIDE.to_string();
    let typed = [
        ("csrf", csrf.as_str()),
        ("do", "preview"),
        ("person", other.as_str()),
        ("cause", place.as_str()),
        ("event_on", "R8.5.10"),
        ("ground", "国民健康保険法第6条第1号に該当"),
        ("evidence", "オンライン資格確認の資格情報"),
    ];
    through(&mut clerk, "/ex-officio/new", &typed).await;
    let (mut chief, _) = person(router, "shikaku02").await;
    let page = chief.get("/approvals/1").await;
    chief.post("/approvals/1", &again(&page, "approve")).await;
    let case = store.read(office::eligibility::ex_officio::list).unwrap()[0].0;
    let notify = [("csrf", csrf.as_str()), ("request_id", "notify-1")];
    let done = clerk.post(&format!("/ex-officio/{case}"), &notify).await;
    assert!(done.location().starts_with("/letters/"), "{}", done.text);
    let page = clerk.get("/letters?kind=ex_officio_loss").await;
    clerk.post("/letters", &again(&page, "print")).await;
}

/// Everything that has a number of its own.
pub async fn city() -> Made {
    let hidden = city_with_a_household_in_hiding().await;
    let store = hidden.store;
    let (kept, vault) = empty_vault();
    let router = router(&store, vault);
    joined(&store);
    arrives(&router).await;
    served(&router).await;
    ex_officio(&router, &store).await;
    // Somebody whom a full file left out.
    let absent = format!(
        "insert into import_row (file_id, row_number, state, field, code, message, body, owner) values \
         (1, 9, 'held', '', 'import.missing_in_full', '全件ファイルにありません', '{{\"person_number\":\"{OTHER_SIDE}\"}}', '資格担当')"
    );
    store.write(|conn| conn.execute_text(&absent, &[])).unwrap();
    // Somebody whose records are not to be erased.
    let hold = format!(
        "insert into retention_hold (hold_id, kind, person_id, household_id, ground, review_on, placed_at, staff_id, act_id) \
         values (3, 'litigation', {OTHER_SIDE}, null, '審査請求', '2027-03-31', 1, 1, 1)"
    );
    store.write(|conn| conn.execute_text(&hold, &[])).unwrap();
    Made {
        store,
        _kept: kept,
        router,
    }
}

impl Made {
    fn numbers(&self, text: &str) -> Vec<i64> {
        self.store
            .read(|conn| conn.query_text(text, &[], |row| row.int(0)))
            .unwrap()
    }

    /// Things numbered from one are asked for up to here.
    pub fn others(&self) -> i64 {
        3
    }

    /// What was done so far.
    pub fn acts(&self) -> Vec<String> {
        let text = "select kind || ' ' || note from act order by act_id";
        self.store
            .read(|conn| conn.query_text(text, &[], |row| row.text(0)))
            .unwrap()
    }

    /// Acts that stated an event, or made a paper, a letter or a proof.
    pub fn acts_about_somebody(&self) -> Vec<i64> {
        let all = self.numbers(
            "select act_id from eligibility_event union select act_id from resident_event union select act_id \
             from certificate union select act_id from eligibility_letter union select act_id from certificate_letter union select act_id from eligibility_proof",
        );
        assert!(all.len() > 4, "{all:?}");
        all
    }

    /// Nobody may open anybody but their own cases, and nobody has one.
    pub fn narrow(&self) {
        for (number, (_, role)) in (1_000..).zip(STAFF) {
            let text = format!(
                "insert into security_setting (setting_no, key, value, set_at, act_id) values ({number}, '{}', 'case', 1, 1)",
                rows_key(role)
            );
            self.store
                .write(|conn| conn.execute_text(&text, &[]))
                .unwrap();
        }
    }

    /// Everybody of the staff is given a case of somebody, whom they may open from then on.
    pub fn give(&self, person: i64, household: i64) {
        for (number, staff) in (900_000..).zip(self.numbers("select staff_id from staff")) {
            let text = format!(
                "insert into work_item (item_id, kind, subject, person_id, household_id, title, detail, source, due_on, \
                 owner_role, owner_staff, state, outcome, opened_act_id, steps) values ({number}, 'test', '{number}', \
                 {person}, {household}, '試験', '', '試験', '2026-07-01', 'eligibility', {staff}, 'open', '', 1, 0)"
            );
            self.store
                .write(|conn| conn.execute_text(&text, &[]))
                .unwrap();
        }
    }

    /// The addresses of a route; an act is asked for by its own number.
    pub fn addresses(&self, filled: Vec<String>, route: &str) -> Vec<String> {
        let acts = match route {
            _ if route.starts_with("/movements/") => {
                "select distinct act_id from resident_event order by act_id desc limit 2"
            }
            _ if route.starts_with("/acts/") => {
                "select act_id from act where kind not in ('levy.publish') order by act_id desc limit 40"
            }
            _ if route.starts_with("/certificates/of-act/") => {
                "select distinct act_id from certificate order by act_id limit 3"
            }
            _ if route.starts_with("/facilities/") && route.contains("{act}") => {
                "select distinct act_id from resident_fact order by act_id desc limit 2"
            }
            _ => return filled,
        };
        let at = if route.contains("{act}") {
            "{act}"
        } else {
            "{id}"
        };
        self.numbers(acts)
            .iter()
            .map(|act| route.replace(at, &act.to_string()).replace("{id}", "1"))
            .collect()
    }
}
