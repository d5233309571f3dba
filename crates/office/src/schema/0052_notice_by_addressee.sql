-- 発送停止（居所不明）: the notices of a person who is not found.
create index notice_by_addressee on notice (addressee_id, state);
