//! 主なメニュー — areas, and in each the entries: where they lead and the function it takes to see them.

use crate::view::layout::{MenuArea, MenuItem};
use office::security::permit::{self, Function};

/// One entry of the menu.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// What it is called.
    pub label: &'static str,
    /// Where it leads.
    pub href: &'static str,
    /// The address its pages begin with.
    pub under: &'static str,
    /// Codes of the functions that open it, any of them; none for what is open to everybody.
    pub functions: &'static [&'static str],
}

/// 区分 — entries that belong together.
#[derive(Clone, Copy, Debug)]
pub struct Area {
    /// What it is called.
    pub label: &'static str,
    /// What is in it, in the order of the menu.
    pub entries: &'static [Entry],
    /// Beginnings of addresses that belong to it without an entry of their own.
    pub pages: &'static [&'static str],
}

const fn entry(
    label: &'static str,
    href: &'static str,
    functions: &'static [&'static str],
) -> Entry {
    Entry {
        label,
        href,
        under: href,
        functions,
    }
}

/// Every area, in the order of the menu.
pub const AREAS: &[Area] = &[
    Area {
        label: "ホーム",
        entries: &[entry("ホーム", "/", &[])],
        pages: &[],
    },
    Area {
        label: "窓口",
        entries: &[
            entry("宛名検索", "/search", &[permit::SearchPerson::CODE]),
            entry(
                "転入・出生",
                "/people/arrive",
                &[permit::RegisterResident::CODE],
            ),
            entry("住登外", "/people/new", &[permit::RegisterResident::CODE]),
            entry("受付一覧", "/receptions", &[permit::ViewHousehold::CODE]),
        ],
        pages: &["/people", "/households", "/movements", "/acts"],
    },
    Area {
        label: "処理",
        entries: &[
            entry("処理待ち", "/work", &[permit::HandleWork::CODE]),
            entry(
                "承認待ち",
                "/approvals",
                &[permit::ApproveEligibility::CODE],
            ),
            entry("処理状況", "/jobs", &[permit::ViewLevy::CODE]),
            entry("夜間処理", "/nightly", &[permit::HandleWork::CODE]),
        ],
        pages: &[],
    },
    Area {
        label: "資格",
        entries: &[
            Entry {
                under: "/lists",
                ..entry("資格の一覧", "/lists/overlap", &[permit::HandleWork::CODE])
            },
            entry("資格の文書", "/letters", &[permit::HandleWork::CODE]),
            entry("年齢到達", "/ages", &[permit::RunEligibility::CODE]),
            entry(
                "一括処理",
                "/bulk",
                &[
                    permit::RunEligibility::CODE,
                    permit::ApproveEligibility::CODE,
                ],
            ),
            entry("施設", "/facilities", &[permit::ViewHousehold::CODE]),
            entry("名寄せ", "/merge", &[permit::MergePerson::CODE]),
        ],
        pages: &["/ex-officio", "/merges", "/register-proposals"],
    },
    Area {
        label: "証・判定",
        entries: &[
            entry("証", "/certificates", &[permit::IssueCertificate::CODE]),
            entry("証明書", "/proofs", &[permit::IssueCertificate::CODE]),
            entry(
                "年次判定",
                "/cut-over",
                &[permit::RunJudgement::CODE, permit::ApproveEligibility::CODE],
            ),
            entry(
                "年次更新",
                "/renewals",
                &[permit::RunRenewal::CODE, permit::ApproveCertificate::CODE],
            ),
        ],
        pages: &["/applications", "/certificate-letters"],
    },
    Area {
        label: "賦課",
        entries: &[
            entry("賦課処理", "/runs", &[permit::ViewLevy::CODE]),
            entry("通知書", "/notices", &[permit::ViewLevy::CODE]),
            entry("試算", "/trial", &[permit::TrialLevy::CODE]),
            entry("料率の試算", "/what-if", &[permit::RunLevy::CODE]),
        ],
        pages: &[],
    },
    Area {
        label: "取込・連携",
        entries: &[
            entry("受付簿", "/files", &[permit::ImportFile::CODE]),
            entry("保留", "/held", &[permit::SettleHeld::CODE]),
            entry("全件差異", "/missing", &[permit::SettleHeld::CODE]),
            entry("連携", "/messages", &[permit::HandleWork::CODE]),
            entry("データ抽出", "/extractions", &[permit::ExportData::CODE]),
        ],
        pages: &[],
    },
    Area {
        label: "個人番号",
        entries: &[entry("個人番号", "/number", &[permit::UseNumber::CODE])],
        pages: &[],
    },
    Area {
        label: "管理",
        entries: &[
            entry("職員", "/staff", &[permit::ManageStaff::CODE]),
            entry("安全管理", "/security", &[permit::ManageStaff::CODE]),
            entry(
                "緊急利用",
                "/emergencies",
                &[permit::ApproveEmergency::CODE, permit::ReviewAccess::CODE],
            ),
            entry("台帳", "/registers", &[permit::KeepRegister::CODE]),
            entry("保存と消去", "/retention", &[permit::ProposeErasure::CODE]),
        ],
        pages: &[
            "/hours",
            "/terminals",
            "/permissions",
            "/permissions.csv",
            "/settings",
            "/proposals",
        ],
    },
    Area {
        label: "記録",
        entries: &[
            entry("操作の記録", "/access-log", &[permit::ReviewAccess::CODE]),
            entry("警告", "/alerts", &[permit::ReviewAccess::CODE]),
            entry("提供先", "/provisions", &[permit::ReviewAccess::CODE]),
        ],
        pages: &["/who-could-see"],
    },
    Area {
        label: "手引き・設定",
        entries: &[
            entry("手引き", "/manual", &[]),
            entry("本人の設定", "/me", &[]),
        ],
        pages: &[],
    },
];

/// Whether an address lies at or below another.
fn lies_under(path: &str, under: &str) -> bool {
    path.strip_prefix(under)
        .is_some_and(|rest| rest.is_empty() || (under != "/" && rest.starts_with('/')))
}

impl Area {
    /// Whether a page is one of this area.
    #[must_use]
    pub fn holds(&self, path: &str) -> bool {
        let entries = self.entries.iter().map(|entry| entry.under);
        entries
            .chain(self.pages.iter().copied())
            .any(|under| lies_under(path, under))
    }
}

/// The menu on a page, for somebody who may use these functions. An area with nothing to open is not there.
#[must_use]
pub fn on(path: &str, may: impl Fn(&str) -> bool) -> Vec<MenuArea> {
    let open = |entry: &&Entry| {
        entry.functions.is_empty() || entry.functions.iter().any(|function| may(function))
    };
    let area = |area: &Area| MenuArea {
        label: area.label.to_owned(),
        current: area.holds(path),
        items: area
            .entries
            .iter()
            .filter(open)
            .map(|entry| MenuItem::new(entry.label, entry.href, lies_under(path, entry.under)))
            .collect(),
    };
    AREAS
        .iter()
        .map(area)
        .filter(|area| !area.items.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn areas_of(path: &str) -> Vec<&'static str> {
        let held = AREAS.iter().filter(|area| area.holds(path));
        held.map(|area| area.label).collect()
    }

    #[test]
    fn every_page_of_the_table_of_routes_lies_in_one_area() {
        // What nobody comes to through the menu.
        let doors = ["/health", "/static", "/login", "/logout", "/api"];
        for (_, path) in crate::routes::list() {
            let found = areas_of(path);
            if doors.iter().any(|door| lies_under(path, door)) {
                assert_eq!(found.len(), 0, "{path}: {found:?}");
            } else {
                assert_eq!(found.len(), 1, "{path}: {found:?}");
            }
        }
    }

    #[test]
    fn one_entry_at_most_is_the_page_and_it_lies_in_the_current_area() {
        for (_, path) in crate::routes::list() {
            let menu = on(path, |_| true);
            let here: Vec<&MenuArea> = menu.iter().filter(|area| area.current).collect();
            let pages = menu.iter().flat_map(|area| &area.items);
            let pages: Vec<&MenuItem> = pages.filter(|item| item.current).collect();
            assert!(pages.len() <= 1, "{path}: {pages:?}");
            for page in pages {
                assert!(here.iter().any(|area| area.items.contains(page)), "{path}");
            }
        }
        let menu = on("/lists/moved-in", |_| true);
        let area = menu.iter().find(|area| area.current).unwrap();
        assert_eq!(area.label, "資格");
        assert!(
            area.items
                .iter()
                .any(|item| item.label == "資格の一覧" && item.current)
        );
    }

    #[test]
    fn nothing_is_shown_that_no_function_opens() {
        let labels = |menu: &[MenuArea]| -> Vec<String> {
            let items = menu.iter().flat_map(|area| &area.items);
            items.map(|item| item.label.clone()).collect()
        };
        let nobody = on("/", |_| false);
        assert_eq!(labels(&nobody), ["ホーム", "手引き", "本人の設定"]);
        let viewer = on("/", |function| function == permit::ReviewAccess::CODE);
        assert_eq!(
            labels(&viewer),
            [
                "ホーム",
                "緊急利用",
                "操作の記録",
                "警告",
                "提供先",
                "手引き",
                "本人の設定"
            ]
        );
    }

    #[test]
    fn each_entry_is_there_once() {
        let all = || AREAS.iter().flat_map(|area| area.entries);
        for one in all() {
            let same = all().filter(|other| other.href == one.href || other.label == one.label);
            assert_eq!(same.count(), 1, "{}", one.label);
        }
    }
}
