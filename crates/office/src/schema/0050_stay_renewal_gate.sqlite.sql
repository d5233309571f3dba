-- Made by the test retention_guards; see crates/office/src/retention/guards.rs.
drop trigger stay_renewal_fact_no_delete;
create trigger stay_renewal_fact_no_delete before delete on stay_renewal_fact when not (
  exists (select 1 from erasable_key k where k.anchor = 'insured' and k.key1 = old.subject and k.key2 = 0)
) begin select raise(abort, 'stay_renewal_fact は追記専用です'); end;
