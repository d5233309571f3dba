-- By what a session was opened: 0 the password alone, else the kind of the second factor.
alter table session add column factor smallint not null default 0;
