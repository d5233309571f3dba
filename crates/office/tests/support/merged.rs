//! 名寄せ of two numbers, by two people.

use super::{permit, staff_named};
use db::Store;
use law::Date;
use office::registry::event;
use office::registry::merge::{self, Joining};
use office::security::Role;
use office::security::permit::{ApproveMerge, MergePerson, Permit};
use office::{Acting, OfficeError};

/// A proposal that the second number is the first one's; its number.
pub fn propose(store: &Store, (kept_id, joined_id): (i64, i64), (on, now): (Date, i64)) -> i64 {
    let (clerk, _) = staff_named(store, "merge01", &[Role::Eligibility]);
    let seen = store.read(|conn| {
        let kept = event::version(conn, kept_id)?;
        Ok::<_, OfficeError>((kept, event::version(conn, joined_id)?))
    });
    let joining = Joining {
        kept_id,
        joined_id,
        reason: "本人確認書類で確認".to_owned(),
        became_resident_on: None,
    };
    let acting = clerk.acting("試験", on, now, None);
    let may = permit::<MergePerson>(&clerk);
    merge::propose(store, &may, &acting, &joining, seen.unwrap()).unwrap()
}

/// The proposal is confirmed; who may take the 名寄せ back, and the 名寄せ.
pub fn confirm(
    store: &Store,
    asked: i64,
    (on, now): (Date, i64),
) -> (Permit<ApproveMerge>, Acting, i64) {
    let (second, _) = staff_named(store, "merge02", &[Role::EligibilitySupervisor]);
    let may = permit::<ApproveMerge>(&second);
    let acting = second.acting("試験", on, now, None);
    let merged = merge::decide(store, &may, &acting, asked, true, "確認済");
    (may, acting, merged.unwrap().unwrap())
}
