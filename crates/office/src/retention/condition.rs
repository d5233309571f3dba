//! 消去の条件 — a target as SQL: the condition under which a row belongs to one of the keys.

use super::targets::TARGETS;

/// What a key of an erasure stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Target {
    /// The class.
    pub class: &'static str,
    /// What the key is of.
    pub anchor: &'static str,
    /// The table.
    pub table: &'static str,
    /// The table whose row it belongs to and the columns both have, where the key is that row's.
    pub(super) via: Option<(&'static str, &'static str)>,
    /// The key's columns; `{r}` is the row (or the row it belongs to).
    pub(super) columns: &'static [&'static str],
}

/// A table whose rows bear the key themselves.
pub(super) const fn own(
    class: &'static str,
    anchor: &'static str,
    table: &'static str,
    columns: &'static [&'static str],
) -> Target {
    Target {
        class,
        anchor,
        table,
        via: None,
        columns,
    }
}

/// A table whose rows belong to a row that bears the key.
pub(super) const fn below(
    class: &'static str,
    anchor: &'static str,
    (table, parent, link): (&'static str, &'static str, &'static str),
    columns: &'static [&'static str],
) -> Target {
    Target {
        class,
        anchor,
        table,
        via: Some((parent, link)),
        columns,
    }
}

/// Where the keys are read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keys {
    /// What two people agreed on and is not done.
    Agreed,
    /// What one proposal (`$1`) would erase.
    Proposed,
}

impl Target {
    /// The condition under which a row belongs to one of the keys.
    pub(super) fn condition(&self, row: &str, keys: Keys) -> String {
        let (from, owner) = match self.via {
            None => (String::new(), row.to_owned()),
            Some((parent, _)) => (format!("{parent} p join "), "p".to_owned()),
        };
        let mut equal = format!("k.anchor = '{}'", self.anchor);
        for place in 0..2 {
            let column = self
                .columns
                .get(place)
                .map_or_else(|| "0".to_owned(), |column| column.replace("{r}", &owner));
            equal += &format!(" and k.key{} = {column}", place + 1);
        }
        let source = match keys {
            Keys::Agreed => "erasable_key k",
            Keys::Proposed => "erasure_key k",
        };
        let of = match keys {
            Keys::Agreed => "",
            Keys::Proposed => " and k.erasure_id = $1",
        };
        match self.via {
            None => format!("exists (select 1 from {source} where {equal}{of})"),
            Some((_, links)) => {
                let linked: Vec<String> = links
                    .split(", ")
                    .map(|link| format!("p.{link} = {row}.{link}"))
                    .collect();
                format!(
                    "exists (select 1 from {from}{source} on {equal}{of} where {})",
                    linked.join(" and ")
                )
            }
        }
    }
}

/// The targets of a class, in the order in which rows are taken away.
pub(super) fn of_class(class: &str) -> impl Iterator<Item = &'static Target> {
    TARGETS.iter().filter(move |target| target.class == class)
}

/// What the vault erases of a person, children before their parents.
pub(super) const VAULT_TARGETS: &[(&str, &str)] = &[
    (
        "network_query",
        "exists (select 1 from number_erased k where k.person_id = {r}.person_id)",
    ),
    (
        "number_link_step",
        "exists (select 1 from number_link p join number_erased k on k.person_id = p.person_id where p.link_id = {r}.link_id)",
    ),
    (
        "number_link",
        "exists (select 1 from number_erased k where k.person_id = {r}.person_id)",
    ),
    (
        "number_seal",
        "exists (select 1 from number_erased k where k.person_id = {r}.person_id)",
    ),
    (
        "number_fact",
        "exists (select 1 from number_erased k where k.person_id = {r}.person_id)",
    ),
];
