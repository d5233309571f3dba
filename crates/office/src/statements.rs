//! Every named statement of the office, prepared on both engines by a test.

use crate::{
    acts, backup, certificate, concerned, eligibility, extract, import, jobs, judgement, ledger,
    levy, nightly, notices, outbox, provision, registers, registry, retention, security, trail,
    worklist,
};
use db::Sql;

/// Every named statement.
#[must_use]
pub fn all() -> Vec<Sql> {
    let lists = [
        acts::STATEMENTS,
        extract::STATEMENTS,
        jobs::STATEMENTS,
        jobs::EVERYONE,
        jobs::overview::STATEMENTS,
        ledger::STATEMENTS,
        levy::adjustment::STATEMENTS,
        levy::candidate::STATEMENTS,
        levy::compare::STATEMENTS,
        levy::decision::STATEMENTS,
        levy::declare::STATEMENTS,
        levy::declare_whose::STATEMENTS,
        levy::deferral::STATEMENTS,
        levy::held::STATEMENTS,
        levy::load::STATEMENTS,
        levy::load_rare::STATEMENTS,
        levy::publish::STATEMENTS,
        levy::relevy::STATEMENTS,
        levy::relief::STATEMENTS,
        levy::run::STATEMENTS,
        levy::run_scope::STATEMENTS,
        levy::special::STATEMENTS,
        levy::tally::STATEMENTS,
        levy::undo::STATEMENTS,
        levy::why::STATEMENTS,
        levy::year_rules::STATEMENTS,
        notices::STATEMENTS,
        notices::content::STATEMENTS,
        notices::not_found::STATEMENTS,
        notices::release::STATEMENTS,
        concerned::STATEMENTS,
        trail::STATEMENTS,
    ];
    let mut all = lists.concat();
    all.extend(backup::statements());
    all.extend(certificate::statements());
    all.extend(eligibility::statements());
    all.extend(import::statements());
    all.extend(judgement::statements());
    all.extend(nightly::statements());
    all.extend(outbox::statements());
    all.extend(provision::statements());
    all.extend(registers::statements());
    all.extend(registry::statements());
    all.extend(retention::statements());
    all.extend(security::statements());
    all.extend(worklist::statements());
    all
}
