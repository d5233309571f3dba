-- 住基ネット照会: which items were asked by, for whom and for which case; the values stand in the file alone.
create table network_query (
  query_id bigint primary key,
  person_id bigint not null,
  items text not null,
  case_name text not null,
  file_name text not null,
  file_sha256 text not null,
  recorded_at bigint not null,
  act_id bigint not null
);
create index network_query_by_person on network_query (person_id, query_id);
