//! Writing dated rows: cutting what stands, keeping acts and moments in order.

use super::{DatedTable, Span, Stamp, read_fact};
use crate::conn::Conn;
use crate::error::StoreError;
use crate::value::Value;

impl DatedTable {
    /// Supersedes what stands over a span and writes what remains; returns the next row number and how many were cut.
    pub(super) fn cut(
        &self,
        conn: &mut Conn,
        stamp: Stamp,
        subject: i64,
        span: Span,
    ) -> Result<(i64, u64), StoreError> {
        if !span.has_days() {
            return Err(self.refuse(format!(
                "対象{subject}の期間に日がありません(開始 {})",
                span.from
            )));
        }
        let mut next_no = self.check_moment(conn, stamp, subject)? + 1;
        let text = format!(
            "{} where {} = $1 and superseded_at is null and (valid_until is null or valid_until > $2) \
             and (cast($3 as text) is null or valid_from < cast($3 as text)) order by valid_from",
            self.select(),
            self.subject
        );
        let params = [subject.into(), span.from.into(), span.until.into()];
        let standing = conn.collect(self.name, &text, &params, read_fact)?;
        let mut touched = 0;
        for fact in &standing {
            self.supersede(conn, stamp, subject, fact.fact_no)?;
            for rest in fact.valid.minus(span).into_iter().flatten() {
                self.insert(
                    conn,
                    stamp.recorded_at,
                    fact.act_id,
                    subject,
                    &mut next_no,
                    rest,
                    &fact.values,
                )?;
            }
            touched += 1;
        }
        Ok((next_no, touched))
    }

    /// The last row number of a subject, after checking that acts and moments go together.
    fn check_moment(&self, conn: &mut Conn, stamp: Stamp, subject: i64) -> Result<i64, StoreError> {
        let (table, column) = (self.name, self.subject);
        let text = format!(
            "select coalesce(max(fact_no), 0), coalesce(max(coalesce(superseded_at, recorded_at)), 0), \
             coalesce(max(case when act_id = $2 and recorded_at <> $3 then 1 \
                               when superseded_by_act = $2 and superseded_at <> $3 then 1 else 0 end), 0), \
             (select count(*) from dated_undo where table_name = $4 and undo_act_id = $2) \
             from {table} where {column} = $1"
        );
        let params = [
            subject.into(),
            stamp.act_id.into(),
            stamp.recorded_at.into(),
            table.into(),
        ];
        let found = conn.collect(table, &text, &params, |row| {
            Ok((row.int(0)?, row.int(1)?, row.int(2)?, row.int(3)?))
        })?;
        let (last_no, last_moment, other_moment, undoes) =
            found.first().copied().unwrap_or_default();
        if last_moment > stamp.recorded_at {
            return Err(self.refuse(format!(
                "対象{subject}には、より新しい記録があります。記録時刻は前の記録より後にしてください"
            )));
        }
        if other_moment != 0 {
            return Err(self.refuse(format!(
                "処理{}の記録時刻が一つではありません",
                stamp.act_id
            )));
        }
        if undoes > 0 {
            return Err(self.refuse(format!(
                "取消の処理{}では、同じ表を他に変更できません",
                stamp.act_id
            )));
        }
        if last_moment == stamp.recorded_at && last_no > 0 {
            self.check_same_act(conn, stamp, subject)?;
        }
        Ok(last_no)
    }

    /// Refuses when another act wrote about the subject at the same moment: their order would not be known.
    fn check_same_act(
        &self,
        conn: &mut Conn,
        stamp: Stamp,
        subject: i64,
    ) -> Result<(), StoreError> {
        let (table, column) = (self.name, self.subject);
        let text = format!(
            "select count(*) from {table} f where f.{column} = $1 and \
             ((f.superseded_at = $3 and f.superseded_by_act <> $2) or \
              (f.recorded_at = $3 and f.act_id <> $2 and not exists (select 1 from {table} o \
                where o.{column} = $1 and o.act_id = f.act_id and o.recorded_at < $3)))"
        );
        let params = [
            subject.into(),
            stamp.act_id.into(),
            stamp.recorded_at.into(),
        ];
        let others = conn.collect(table, &text, &params, |row| row.int(0))?;
        if others.iter().any(|count| *count > 0) {
            return Err(self.refuse(format!(
                "対象{subject}には、同じ記録時刻の別の処理があります"
            )));
        }
        Ok(())
    }

    pub(super) fn supersede(
        &self,
        conn: &mut Conn,
        stamp: Stamp,
        subject: i64,
        fact_no: i64,
    ) -> Result<(), StoreError> {
        let text = format!(
            "update {} set superseded_at = $3, superseded_by_act = $4 \
             where {} = $1 and fact_no = $2 and superseded_at is null",
            self.name, self.subject
        );
        let params = [
            subject.into(),
            fact_no.into(),
            stamp.recorded_at.into(),
            stamp.act_id.into(),
        ];
        match conn.run(self.name, &text, &params)? {
            1 => Ok(()),
            _ => Err(self.refuse(format!(
                "対象{subject}の{fact_no}番の行は、すでに有効ではありません"
            ))),
        }
    }

    #[allow(
        clippy::too_many_arguments,
        reason = "one argument for each part of a row"
    )]
    pub(super) fn insert(
        &self,
        conn: &mut Conn,
        recorded_at: i64,
        act_id: i64,
        subject: i64,
        next_no: &mut i64,
        valid: Span,
        values: &[Value],
    ) -> Result<(), StoreError> {
        let columns = self.load_columns();
        let places: Vec<String> = (1..=columns.len())
            .map(|number| format!("${number}"))
            .collect();
        let text = format!(
            "insert into {} ({}) values ({})",
            self.name,
            columns.join(", "),
            places.join(", ")
        );
        let mut params: Vec<Value> = vec![
            subject.into(),
            (*next_no).into(),
            valid.from.into(),
            valid.until.into(),
            recorded_at.into(),
            act_id.into(),
        ];
        params.extend_from_slice(values);
        *next_no += 1;
        conn.run(self.name, &text, &params).map(|_| ())
    }
}
