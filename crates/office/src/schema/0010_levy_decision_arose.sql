-- The day the standing levy could first be decided, as a number yyyymmdd (0: unknown): a decrease is judged by it.
alter table levy_decision add column arose_on bigint not null default 0;
-- What half of a pension payment leaves for the levy, for the publication of a run (-1: unknown).
alter table levy_candidate add column half_room_yen bigint not null default -1;
