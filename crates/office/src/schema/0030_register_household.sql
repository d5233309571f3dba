-- 住民票の世帯: who lives together, for the counter that registers a whole family at once.
create index resident_by_household on resident_fact (register_household);
