-- 証を作れない人: a few of everybody in a renewal, counted within the order to publish it; and who of them was let in again.
create index certificate_run_row_refused on certificate_run_row (run_id, reason_code) where reason_code <> '';
create index certificate_pull_release on certificate_pull (releases);
