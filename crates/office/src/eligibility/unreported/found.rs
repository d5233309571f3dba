//! 未届者の抽出の文 — who is found, and since when.

use db::Sql;

/// Residents of a day who are neither insured here nor known to be covered by anything else: not by another insurance,
/// not by the scheme of 75 and over, not on assistance that goes on, not excepted, not another municipality's insured in a
/// facility here. Whoever lost the insurance to another cover (社会保険 42, 保護 43, 組合・適用除外 49, 障害認定 52) is known to
/// have it until a fact tells of its end, or until the person has lived elsewhere.
///
/// A number joined to another (名寄せ) is one person with it: whatever covers the one covers both.
///
/// Whose 住民票 is elsewhere for a school or a facility is looked at like a resident, but for who has died.
///
/// 根拠: 国民健康保険法 第6条・第8条・第116条・第116条の2
pub(super) const FOUND: Sql = Sql {
    name: "eligibility.unreported.found",
    text: "select r.subject, r.resident_since, r.valid_from from resident_fact r \
           where r.superseded_at is null and r.valid_from <= $1 \
           and (r.valid_until is null or r.valid_until > $1) and r.birth_on > $2 and r.subject > $3 \
           and (r.status = 1 or (exists (select 1 from student_fact s where s.subject = r.subject \
             and s.superseded_at is null and s.valid_from <= $1 and (s.valid_until is null or s.valid_until > $1)) \
             or exists (select 1 from facility_stay_fact f where f.subject = r.subject and f.superseded_at is null \
             and f.valid_from <= $1 and (f.valid_until is null or f.valid_until > $1))) \
             and not (r.status = 2 and exists (select 1 from resident_detail_fact d where d.subject = r.subject \
             and d.superseded_at is null and d.move_cause = '23' and d.valid_from <= $1 \
             and (d.valid_until is null or d.valid_until > $1)))) \
           and not exists (select 1 from insured_fact i where i.subject = r.subject and i.superseded_at is null \
             and i.valid_from <= $1 and (i.valid_until is null or i.valid_until > $1)) \
           and not exists (select 1 from company_insurance_fact c where c.subject = r.subject \
             and c.superseded_at is null and c.valid_from <= $1 and (c.valid_until is null or c.valid_until > $1)) \
           and not exists (select 1 from late_elderly_fact l where l.subject = r.subject \
             and l.superseded_at is null and l.valid_from <= $1 and (l.valid_until is null or l.valid_until > $1)) \
           and not exists (select 1 from public_assistance_fact p where p.subject = r.subject \
             and p.superseded_at is null and p.state = 1 and p.valid_from <= $1 \
             and (p.valid_until is null or p.valid_until > $1)) \
           and not exists (select 1 from exclusion_fact e where e.subject = r.subject and e.superseded_at is null \
             and e.valid_from <= $1 and (e.valid_until is null or e.valid_until > $1)) \
           and not exists (select 1 from facility_stay_fact f where f.subject = r.subject and f.superseded_at is null \
             and f.insurer <> $5 and f.valid_from <= $1 and (f.valid_until is null or f.valid_until > $1)) \
           and not exists (select 1 from insured_fact o where o.subject = r.subject and o.superseded_at is null \
             and o.valid_until <= $1 and o.loss_cause in ('42', '43', '49', '52') \
             and (r.resident_since is null or r.resident_since <= o.valid_until) \
             and not exists (select 1 from insured_fact n where n.subject = o.subject and n.superseded_at is null \
               and n.valid_from >= o.valid_until and n.valid_from <= $1) \
             and not exists (select 1 from company_insurance_fact c where c.subject = o.subject \
               and c.superseded_at is null and c.valid_until >= o.valid_until and c.valid_until <= $1) \
             and not exists (select 1 from late_elderly_fact l where l.subject = o.subject \
               and l.superseded_at is null and l.valid_until >= o.valid_until and l.valid_until <= $1) \
             and not exists (select 1 from public_assistance_fact p where p.subject = o.subject \
               and p.superseded_at is null and p.state = 1 and p.valid_until >= o.valid_until and p.valid_until <= $1) \
             and not exists (select 1 from exclusion_fact e where e.subject = o.subject and e.superseded_at is null \
               and e.valid_until >= o.valid_until and e.valid_until <= $1)) \
           and not exists (select 1 from person_merge m where (m.kept_id = r.subject or m.joined_id = r.subject) \
             and not exists (select 1 from person_merge_undone u where u.merge_id = m.merge_id) \
             and (exists (select 1 from insured_fact i where i.subject in (m.kept_id, m.joined_id) \
               and i.superseded_at is null and i.valid_from <= $1 and (i.valid_until is null or i.valid_until > $1)) \
             or exists (select 1 from company_insurance_fact c where c.subject in (m.kept_id, m.joined_id) \
               and c.superseded_at is null and c.valid_from <= $1 and (c.valid_until is null or c.valid_until > $1)))) \
           order by r.subject limit $4",
};
/// The last day on which a cover of the person ended, or a stay as another municipality's insured.
pub(super) const LAST_END: Sql = Sql {
    name: "eligibility.unreported.last_end",
    text: "select max(ended) from (\
           select valid_until as ended from insured_fact where subject = $1 and superseded_at is null and valid_until <= $2 \
           union all select valid_until from company_insurance_fact where subject = $1 and superseded_at is null \
             and valid_until <= $2 \
           union all select valid_until from late_elderly_fact where subject = $1 and superseded_at is null \
             and valid_until <= $2 \
           union all select valid_until from public_assistance_fact where subject = $1 and superseded_at is null \
             and state = 1 and valid_until <= $2 \
           union all select valid_until from exclusion_fact where subject = $1 and superseded_at is null and valid_until <= $2 \
           union all select valid_until from facility_stay_fact where subject = $1 and superseded_at is null \
             and insurer <> $3 and valid_until <= $2) covers",
};

/// Statements of this module.
pub(super) const STATEMENTS: &[Sql] = &[FOUND, LAST_END];
