//! 終わった記録 — of each class the records that ended before a day (`$1`) and were written down before it began. A business
//! date is typed, so it makes nothing older: what came to pass and was written down later is as old as its writing down, by
//! the clock.

use db::Sql;

/// 賦課・収納: household-years whose year, decisions and entries lie before the day (`$1`, and its year `$2`) and were written
/// down before it began (`$3`). The last column is 1 where an instalment or a suspense account does not come out even.
pub(super) const LEVY: Sql = Sql {
    name: "retention.due.levy",
    text: "select y.household_id, y.levy_year, case when exists (select 1 from ledger l where l.household_id = y.household_id \
           and l.levy_year = y.levy_year group by l.debtor_id, l.fiscal_year, l.instalment having \
           sum(case when l.debit = 1 then l.medical_yen + l.support_yen + l.care_yen + l.child_yen else 0 end) <> \
           sum(case when l.credit = 1 then l.medical_yen + l.support_yen + l.care_yen + l.child_yen else 0 end)) \
           or exists (select 1 from ledger l where l.household_id = y.household_id and l.levy_year = y.levy_year group by l.household_id \
           having sum(case when l.debit in (4, 5, 6) then l.medical_yen + l.support_yen + l.care_yen + l.child_yen else 0 end) <> \
           sum(case when l.credit in (4, 5, 6) then l.medical_yen + l.support_yen + l.care_yen + l.child_yen else 0 end)) \
           then 1 else 0 end \
           from (select household_id, levy_year from levy_decision union select household_id, levy_year from ledger \
           union select household_id, levy_year from notice) y where y.levy_year < $2 \
           and not exists (select 1 from levy_decision d left join act a on a.act_id = d.act_id \
           where d.household_id = y.household_id and d.levy_year = y.levy_year \
           and (d.decided_on >= $1 or a.recorded_at >= $3)) \
           and not exists (select 1 from ledger l join act a on a.act_id = l.act_id where l.household_id = y.household_id \
           and l.levy_year = y.levy_year and (a.business_date >= $1 or a.recorded_at >= $3 or l.due_on >= $1)) \
           order by y.household_id, y.levy_year",
};

macro_rules! tax {
    ($table:literal) => {
        concat!(
            "select f.subject, f.fact_no, case when exists (select 1 from levy_decision d where d.levy_year = \
             cast(substr(f.valid_from, 1, 4) as bigint) and d.household_id in (select household_id from insured_fact \
             where subject = f.subject union select household_id from former_insured_fact where subject = f.subject \
             union select subject from household_fact where head_person_id = f.subject)) then 1 else 0 end from ",
            $table,
            " f where f.valid_until is not null and f.valid_until <= $1 \
             and coalesce(f.superseded_at, f.recorded_at) < $2 order by f.subject, f.fact_no"
        )
    };
}
pub(super) const INCOME: Sql = Sql {
    name: "retention.due.income",
    text: tax!("income_fact"),
};
pub(super) const ASSET: Sql = Sql {
    name: "retention.due.asset",
    text: tax!("asset_tax_fact"),
};
pub(super) const PENSION: Sql = Sql {
    name: "retention.due.pension",
    text: tax!("pension_fact"),
};
pub(super) const RESIDENT_TAX: Sql = Sql {
    name: "retention.due.resident_tax",
    text: tax!("resident_tax_fact"),
};
pub(super) const REVENUE: Sql = Sql {
    name: "retention.due.revenue",
    text: tax!("revenue_fact"),
};
pub(super) const JUDGEMENT: Sql = Sql {
    name: "retention.due.judgement",
    text: "select household_id, decision_id, subject_id from judgement_decision where valid_until is not null \
           and valid_until <= $1 and recorded_at < $2 order by household_id, decision_id",
};
pub(super) const REVENUE_APPLICATION: Sql = Sql {
    name: "retention.due.revenue_application",
    text: "select application_id, household_id from revenue_application where benefit_year + 1 < $1 \
           and recorded_at < $2 order by application_id",
};
pub(super) const CERTIFICATE: Sql = Sql {
    name: "retention.due.certificate",
    text: "select c.certificate_id, c.person_id, c.household_id from certificate c \
           left join certificate_standing s on s.certificate_id = c.certificate_id \
           where coalesce(s.invalid_from, s.expires_on, c.expires_on) < $1 \
           and not exists (select 1 from act a where a.act_id = c.act_id and a.recorded_at >= $2) \
           and not exists (select 1 from certificate_event e join act a on a.act_id = e.act_id \
           where e.certificate_id = c.certificate_id and a.recorded_at >= $2) order by c.certificate_id",
};
/// The runs of three kinds, each with whether they have rows left.
pub(super) const RUNS: Sql = Sql {
    name: "retention.due.runs",
    text: "select f.kind, f.run_id from (select 1 as kind, run_id, act_id, published_act_id from levy_run r \
           where r.levy_year < $2 and (exists (select 1 from levy_candidate c where \
           c.run_id = r.run_id) or exists (select 1 from levy_held h where h.run_id = r.run_id)) \
           union all select 2, run_id, act_id, published_act_id from judgement_run r where r.decided_on < $1 and exists (select 1 from \
           judgement_candidate c where c.run_id = r.run_id) \
           union all select 3, run_id, act_id, published_act_id from certificate_run r where r.issued_on < $1 and (exists (select 1 from \
           certificate_run_row c where c.run_id = r.run_id) or exists (select 1 from certificate_envelope e where \
           e.run_id = r.run_id))) f where not exists (select 1 from act a where a.recorded_at >= $3 \
           and a.act_id in (f.act_id, f.published_act_id)) order by 1, 2",
};
pub(super) const WORK: Sql = Sql {
    name: "retention.due.work",
    text: "select w.item_id, w.person_id, w.household_id from work_item w join act a on a.act_id = w.settled_act_id \
           where w.state = 'settled' and a.business_date < $1 and a.recorded_at < $2 order by w.item_id",
};
pub(super) const PROPOSALS: Sql = Sql {
    name: "retention.due.proposals",
    text: "select r.proposal_id from eligibility_ruling r join act a on a.act_id = r.act_id where a.business_date < $1 \
           and a.recorded_at < $2 order by r.proposal_id",
};
pub(super) const FILES: Sql = Sql {
    name: "retention.due.files",
    text: "select f.file_id from import_file f join act a on a.act_id = f.act_id where a.business_date < $1 \
           and a.recorded_at < $2 and exists (select 1 from import_row r where r.file_id = f.file_id) \
           and not exists (select 1 from import_row r where r.file_id = f.file_id and r.state in ('held', 'review')) \
           order by f.file_id",
};
pub(super) const SENT_FILES: Sql = Sql {
    name: "retention.due.sent_files",
    text: "select f.file_id, case when exists (select 1 from outbox_message m where m.file_id = f.file_id \
           and m.state in ('waiting', 'sent', 'refused')) then 1 else 0 end from outbox_file f \
           join act a on a.act_id = f.act_id where f.made_on < $1 and a.recorded_at < $2 order by f.file_id",
};
/// 宛名: nobody whose eligibility is recorded, who lives here, or whom another record names.
pub(super) const ADDRESSEE: Sql = Sql {
    name: "retention.due.addressee",
    text: "select p.person_id from person p where exists (select 1 from resident_fact f where f.subject = p.person_id \
           and f.superseded_at is null) \
           and not exists (select 1 from resident_fact f where f.subject = p.person_id and f.superseded_at is null \
           and ((f.valid_until is null and f.status <> 2) or coalesce(f.valid_until, f.valid_from) >= $1 \
           or f.recorded_at >= $2)) \
           and not exists (select 1 from insured_fact x where x.subject = p.person_id) \
           and not exists (select 1 from former_insured_fact x where x.subject = p.person_id) \
           and not exists (select 1 from household_fact x where x.head_person_id = p.person_id) \
           and not exists (select 1 from eligibility_event x where x.person_id = p.person_id or x.head_person_id = p.person_id) \
           and not exists (select 1 from levy_decision x where x.liable_id = p.person_id) \
           and not exists (select 1 from ledger x where x.debtor_id = p.person_id) \
           and not exists (select 1 from notice x where x.addressee_id = p.person_id) \
           and not exists (select 1 from judgement_decision x where x.subject_id = p.person_id) \
           and not exists (select 1 from certificate x where x.person_id = p.person_id) \
           and not exists (select 1 from representative_fact x where x.representative_id = p.person_id \
           and x.subject <> p.person_id) \
           and not exists (select 1 from person_merge x where x.kept_id = p.person_id) \
           and not exists (select 1 from work_item x where x.person_id = p.person_id and x.state = 'open') \
           order by p.person_id",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[
    LEVY,
    INCOME,
    ASSET,
    PENSION,
    RESIDENT_TAX,
    REVENUE,
    JUDGEMENT,
    REVENUE_APPLICATION,
    CERTIFICATE,
    RUNS,
    WORK,
    PROPOSALS,
    FILES,
    SENT_FILES,
    ADDRESSEE,
];
