-- Made by the test retention_guards; see crates/office/src/retention/guards.rs.
drop trigger certificate_correction_no_delete;
create trigger certificate_correction_no_delete before delete on certificate_correction when not (
  exists (select 1 from erasable_key k where k.anchor = 'certificate' and k.key1 = old.certificate_id and k.key2 = 0)
  or exists (select 1 from certificate p join erasable_key k on k.anchor = 'insured' and k.key1 = p.person_id and k.key2 = 0 where p.certificate_id = old.certificate_id)
) begin select raise(abort, 'certificate_correction は追記専用です'); end;
