-- What of a candidate's amounts waits for a day within the year (40歳到達): day as yyyymmdd, place of the column, yen.
create table levy_candidate_later (
  run_id bigint not null,
  household_id bigint not null,
  liable_id bigint not null,
  after_on bigint not null,
  place bigint not null,
  yen bigint not null,
  primary key (run_id, household_id, liable_id, after_on, place)
);
