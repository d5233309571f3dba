-- What one person looked at within an hour is counted with every look: from the index alone.
drop index access_log_by_staff;
create index access_log_by_staff on access_log (staff_id, at, outcome, subject);
