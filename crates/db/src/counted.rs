//! 行数を数え直す — PostgreSQL plans by what it counted in a table when it last looked. Only the owner of a table may have it
//! counted; the application's role asks for it through a function of the owner's that does this and nothing else.

use crate::conn::Conn;
use crate::error::StoreError;

/// Counts some tables of this schema, by name, in the transaction of who calls; how many. Not where the schema was laid before
/// there was such a function: its owner makes it with the next step or [`crate::Store::grant`].
const COUNT: &str = "select count_anew($1)";

const THERE: &str = "select count(*) from pg_proc where proname = 'count_anew' \
                     and pronamespace = to_regnamespace(current_schema())";

/// Makes the function, and lets the application's roles call it.
pub(crate) fn make(conn: &mut Conn, schema: &str, roles: &[String]) -> Result<(), StoreError> {
    let text = format!(
        "create or replace function count_anew(names text) returns bigint language plpgsql security definer \
         set search_path = \"{schema}\", pg_temp as $$ declare one text; counted bigint := 0; begin \
         foreach one in array string_to_array(names, ',') loop \
         if not exists (select 1 from pg_tables where schemaname = '{schema}' and tablename = one) then \
         raise exception using errcode = 'undefined_table', message = 'no table of this schema: ' || one; end if; \
         execute format('analyze %I.%I', '{schema}', one); counted := counted + 1; end loop; return counted; end $$; \
         revoke all on function count_anew(text) from public"
    );
    conn.batch("db.counted.make", &text)?;
    for role in roles {
        let text = format!("grant execute on function count_anew(text) to \"{role}\"");
        conn.batch("db.counted.grant", &text)?;
    }
    Ok(())
}

/// Has tables counted, in a transaction that is begun and not committed here.
pub(crate) fn count(conn: &mut Conn, tables: &[&'static str]) -> Result<(), StoreError> {
    let there = conn.collect("db.counted.there", THERE, &[], |row| row.int(0))?;
    if there.first().is_some_and(|found| *found > 0) {
        conn.collect(
            "db.counted.count",
            COUNT,
            &[tables.join(",").into()],
            |row| row.int(0),
        )?;
    }
    Ok(())
}
