-- Made by the test retention_guards; see crates/office/src/retention/guards.rs.
drop trigger network_query_no_delete;
create trigger network_query_no_delete before delete on network_query when not (
  exists (select 1 from number_erased k where k.person_id = old.person_id)
) begin select raise(abort, 'network_query は追記専用です'); end;
drop trigger number_link_step_no_delete;
create trigger number_link_step_no_delete before delete on number_link_step when not (
  exists (select 1 from number_link p join number_erased k on k.person_id = p.person_id where p.link_id = old.link_id)
) begin select raise(abort, 'number_link_step は追記専用です'); end;
drop trigger number_link_no_delete;
create trigger number_link_no_delete before delete on number_link when not (
  exists (select 1 from number_erased k where k.person_id = old.person_id)
) begin select raise(abort, 'number_link は追記専用です'); end;
drop trigger number_fact_no_delete;
create trigger number_fact_no_delete before delete on number_fact when not (
  exists (select 1 from number_erased k where k.person_id = old.person_id)
) begin select raise(abort, 'number_fact は追記専用です'); end;
