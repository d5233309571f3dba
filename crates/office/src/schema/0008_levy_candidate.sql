-- What the publication of a run must know of a candidate besides its amounts: the day its levy could first be decided, as
-- a number yyyymmdd (0: unknown), for the limits of time; and what last February took from a pension.
alter table levy_candidate add column arose_on bigint not null default 0;
alter table levy_candidate add column february_yen bigint not null default 0;
