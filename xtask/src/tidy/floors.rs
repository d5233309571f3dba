//! Few crates, each one floor; arrows only point down.

use crate::meta::{Metadata, Package};

/// The floor of each crate. A crate may only name crates of a lower floor.
const FLOORS: [(&str, u8); 9] = [
    ("law", 0),
    ("db", 1),
    ("exchange", 2),
    ("print", 2),
    ("office", 3),
    ("partners", 4),
    ("web", 5),
    ("sim", 5),
    ("kokuho", 6),
];

/// What a crate never does, as packages it never names.
const NEVER: [(&str, &[&str]); 6] = [
    (
        "law",
        &[
            "db",
            "rusqlite",
            "postgres",
            "tokio",
            "fastrand",
            "getrandom",
            "rayon",
        ],
    ),
    ("db", &["law"]),
    ("exchange", &["db", "rusqlite", "postgres"]),
    ("print", &["db", "rusqlite", "postgres"]),
    ("office", &["axum", "askama", "tokio", "typst", "print"]),
    ("web", &["rusqlite", "postgres"]),
];

/// Reports arrows that point up or sideways, crates without a floor, and things a crate never does.
pub fn check(metadata: &Metadata, wrong: &mut Vec<String>) {
    for package in metadata.own().filter(|package| package.name != "xtask") {
        match floor(&package.name) {
            Some(own) => arrows(package, own, wrong),
            None => wrong.push(format!(
                "crate {} has no floor in xtask/src/tidy/floors.rs",
                package.name
            )),
        }
    }
}

fn floor(name: &str) -> Option<u8> {
    FLOORS
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, floor)| *floor)
}

fn arrows(package: &Package, own: u8, wrong: &mut Vec<String>) {
    for dependency in &package.dependencies {
        // A test may look sideways, and at the made-up city; nothing else looks up.
        let in_tests = dependency.kind.as_deref() == Some("dev");
        if let Some(other) = floor(&dependency.name)
            && other >= own
            && !(in_tests && (other == own || dependency.name == "sim"))
        {
            wrong.push(format!(
                "{} (floor {own}) may not depend on {} (floor {other})",
                package.name, dependency.name
            ));
        }
        let never = NEVER
            .iter()
            .find(|(name, _)| *name == package.name)
            .is_some_and(|(_, names)| names.contains(&dependency.name.as_str()));
        if never && !in_tests {
            wrong.push(format!(
                "{} may never depend on {}",
                package.name, dependency.name
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::meta::Dependency;

    fn told(name: &str, on: &str, kind: Option<&str>) -> usize {
        let package = Package {
            id: name.to_owned(),
            name: name.to_owned(),
            version: String::new(),
            license: None,
            source: None,
            dependencies: vec![Dependency {
                name: on.to_owned(),
                kind: kind.map(str::to_owned),
            }],
        };
        let mut wrong = Vec::new();
        check(
            &Metadata {
                packages: vec![package],
                workspace_members: [name.to_owned()].into(),
            },
            &mut wrong,
        );
        wrong.len()
    }

    #[test]
    fn arrows_point_down() {
        assert_eq!(told("office", "law", None), 0);
        assert_eq!(told("law", "serde", None), 0);
        assert!(told("law", "office", None) > 0);
        assert!(told("sim", "web", None) > 0);
        assert_eq!(told("sim", "web", Some("dev")), 0);
        assert_eq!(told("office", "sim", Some("dev")), 0);
        assert!(told("office", "sim", None) > 0);
        assert!(told("office", "web", Some("dev")) > 0);
        assert!(told("web", "rusqlite", None) > 0);
        assert!(told("attic", "law", None) > 0);
    }
}
