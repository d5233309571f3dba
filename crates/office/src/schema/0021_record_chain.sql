-- 記録の鎖: the digest of every act (lane 1) and of every line of the record of access (lane 2), each over the one before.
create table chain_link (
  lane smallint not null,
  entry_no bigint not null,
  link text not null,
  primary key (lane, entry_no)
);

-- 封: signed Merkle roots over the links since the seal before.
create table chain_seal (
  seal_no bigint primary key,
  statement text not null,
  signature text not null
);
