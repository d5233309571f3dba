//! The rest of the year: August's classes, the renewal of the papers, the nights, what partners are told.

use super::Piece;
use super::city::NOW;
use super::year::{Year, folder, rows};
use db::Store;
use office::certificate::card_list;
use office::security::authorize;
use office::security::login::command_session;
use office::security::permit::ImportFile;

/// The latest run of its kind.
fn last(store: &Store, table: &str) -> String {
    rows(store, &format!("select max(run_id) from {table}"))
        .pop()
        .unwrap()
}

impl Year {
    /// A list of who uses a card instead of a paper.
    fn cards(&self) {
        let clerk = self
            .store
            .read(|conn| command_session(conn, "shikaku01", "test", NOW))
            .unwrap();
        let as_of = law::day(2026, 6, 30);
        let acting = clerk.acting("取込", as_of, NOW, None);
        let cards: Vec<(i64, bool)> = self.people.iter().map(|id| (*id, id % 2 == 0)).collect();
        let list = (as_of, "試験", "digest");
        let permit = authorize::<ImportFile>(&clerk).unwrap();
        card_list::receive(&self.store, &permit, &acting, list, &cards).unwrap();
    }

    /// The rest of the year: August's classes, the renewal of the papers, the nights, what partners are told. Once.
    pub fn months(&self) -> Vec<Piece> {
        let mut all = Vec::new();
        let mut run = |login: &str, today: &str, words: &[&str]| {
            let bytes = self.kokuho_as(login, today, words);
            let what = words.join(" ");
            all.push(Piece { what, bytes });
        };
        let (clerk, chief) = ("shikaku01", "shikaku02");
        run(clerk, "20260710", &["judgement", "run", "--year", "2026"]);
        let judged = last(&self.store, "judgement_run");
        let changes = self
            .store
            .read(|conn| office::judgement::run::changes(conn, judged.parse().unwrap()))
            .unwrap()
            .ratio_changes()
            .to_string();
        run(
            chief,
            "20260710",
            &["judgement", "approve", &judged, "--changes", &changes],
        );
        run(clerk, "20260710", &["judgement", "publish", &judged]);
        self.cards();
        let days = ["--from", "20260801", "--issued-on", "20260715"];
        let list = ["--list-as-of", "20260630"];
        run(
            clerk,
            "20260715",
            &[&["renewal", "run"], &days[..], &list].concat(),
        );
        let renewed = last(&self.store, "certificate_run");
        run(chief, "20260715", &["renewal", "approve", &renewed]);
        run(clerk, "20260715", &["renewal", "publish", &renewed]);
        let papers = folder(&self.store).join("papers");
        let out = papers.to_str().unwrap();
        let print = ["certificate", "renewal", "--run", &renewed, "--sample"];
        run(clerk, "20260716", &[&print[..], &["--out", out]].concat());
        for night in ["20260801", "20261001", "20270101", "20270401"] {
            run(clerk, night, &["nightly"]);
            run(chief, night, &["remind"]);
        }
        let sent = folder(&self.store).join("sent");
        std::fs::create_dir_all(&sent).unwrap();
        let out = sent.to_str().unwrap();
        run(clerk, "20270401", &["messages", "export", "--out", out]);
        for path in std::fs::read_dir(&sent).unwrap() {
            let path = path.unwrap().path();
            let bytes = std::fs::read(&path).unwrap();
            let what = format!("sent {}", path.display());
            all.push(Piece { what, bytes });
        }
        all
    }
}
