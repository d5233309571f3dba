-- 名前空間の団体: whose namespace this is. Written once; a program that serves another municipality does not open it.
create table namespace_owner (
  one smallint primary key,
  municipality text not null,
  bound_at bigint not null
);
