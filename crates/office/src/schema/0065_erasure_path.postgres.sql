-- A table of the session with the name of one of the schema would be looked into first: it comes last.
do $path$ begin
  execute format('alter function erase_agreed(text) set search_path = %I, pg_temp', current_schema());
end $path$;
