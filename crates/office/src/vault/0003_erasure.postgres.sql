-- Made by the test retention_guards; see crates/office/src/retention/guards.rs.
create function erase_agreed(target text) returns bigint language plpgsql security definer
set search_path from current as $guard$
declare gone bigint;
begin
  case target
  when 'network_query' then delete from network_query r where
    exists (select 1 from number_erased k where k.person_id = r.person_id);
  when 'number_link_step' then delete from number_link_step r where
    exists (select 1 from number_link p join number_erased k on k.person_id = p.person_id where p.link_id = r.link_id);
  when 'number_link' then delete from number_link r where
    exists (select 1 from number_erased k where k.person_id = r.person_id);
  when 'number_seal' then delete from number_seal r where
    exists (select 1 from number_erased k where k.person_id = r.person_id);
  when 'number_fact' then delete from number_fact r where
    exists (select 1 from number_erased k where k.person_id = r.person_id);
  else raise exception 'not a table of which anything is erased: %', target;
  end case;
  get diagnostics gone = row_count;
  return gone;
end $guard$;
