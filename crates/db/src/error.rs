//! What can go wrong between the office and its store. Messages are for the log and the administrator;
//! they name the statement and the column, never the data.

use std::fmt;

/// Why an engine refused a statement, in terms that hold for both engines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cause {
    /// A unique or primary key exists already.
    Unique,
    /// A foreign key has no parent, or a parent still has children.
    ForeignKey,
    /// A check, not-null or type rule of the table.
    Rule,
    /// The store forbids it: insert-only table, read-only transaction, missing right.
    Forbidden,
    /// Another transaction was in the way; the transaction can be run again.
    Contention,
    /// The connection is gone.
    Connection,
    /// Anything else: wrong SQL text, missing table, full disk.
    Other,
}

impl fmt::Display for Cause {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Unique => "一意制約",
            Self::ForeignKey => "外部キー制約",
            Self::Rule => "検査制約",
            Self::Forbidden => "禁止された操作",
            Self::Contention => "他の処理との競合",
            Self::Connection => "接続断",
            Self::Other => "実行失敗",
        })
    }
}

/// An error of the store.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The address of a store cannot be read.
    #[error("保存先の指定「{given}」を読めません。{reason}")]
    Url {
        /// The address as given, without a password.
        given: String,
        /// What to write instead.
        reason: String,
    },
    /// A store cannot be opened or reached.
    #[error("保存先 {target} を開けません: {reason}")]
    Open {
        /// The store, without a password.
        target: String,
        /// What the engine said.
        reason: String,
    },
    /// The engine refused a statement.
    #[error("文「{statement}」が{cause}で失敗しました: {reason}")]
    Statement {
        /// The name of the statement.
        statement: String,
        /// The class of the refusal.
        cause: Cause,
        /// What the engine said.
        reason: String,
    },
    /// A parameter cannot be given to the engine.
    #[error("文「{statement}」の引数 ${number}: {reason}")]
    Parameter {
        /// The name of the statement.
        statement: String,
        /// The number of the placeholder, from 1.
        number: usize,
        /// What is wrong and what to do.
        reason: String,
    },
    /// The number of parameters is not the number of placeholders.
    #[error("文「{statement}」の引数は{expected}個ですが、{given}個渡されました")]
    ParameterCount {
        /// The name of the statement.
        statement: String,
        /// How many the text has.
        expected: usize,
        /// How many were given.
        given: usize,
    },
    /// A column of a result is missing or of another kind.
    #[error("文「{statement}」の結果の列{index}({column}): {reason}")]
    Column {
        /// The name of the statement.
        statement: String,
        /// The position, from 0.
        index: usize,
        /// The name the engine gives the column.
        column: String,
        /// What is wrong.
        reason: String,
    },
    /// Another number of rows than asked for.
    #[error("文「{statement}」の結果は{expected}のはずですが、{found}でした")]
    RowCount {
        /// The name of the statement.
        statement: String,
        /// What the caller expects.
        expected: &'static str,
        /// What came.
        found: &'static str,
    },
    /// A row of a bulk load does not fit the table.
    #[error("表「{table}」への一括登録の{row}行目、列「{column}」: {reason}")]
    Bulk {
        /// The table.
        table: String,
        /// The row, from 1.
        row: u64,
        /// The column.
        column: String,
        /// What is wrong.
        reason: String,
    },
    /// A statement failed before; only rolling back is possible.
    #[error("文「{statement}」が失敗したため、この取引は取り消すことしかできません")]
    Aborted {
        /// The name of the statement that failed.
        statement: String,
    },
    /// A store was used inside a use of itself.
    #[error(
        "同じ保存先の読み書きの中から、もう一度読み書きが呼ばれました。外側の Conn を渡してください"
    )]
    Nested,
    /// No connection became free in time.
    #[error("保存先が{seconds}秒以内に空きませんでした。長く続く処理がないか確かめてください")]
    Busy {
        /// How long was waited.
        seconds: u64,
    },
    /// The transaction met others again and again.
    #[error("他の処理との競合が{attempts}回続いたため中止しました: {last}")]
    Contention {
        /// How often it was tried.
        attempts: u32,
        /// The last refusal.
        last: String,
    },
    /// The connection broke while committing.
    #[error(
        "確定の途中で接続が切れ、確定できたか分かりません。結果を確かめてから再実行してください: {reason}"
    )]
    CommitUnknown {
        /// What the engine said.
        reason: String,
    },
    /// A migration cannot be applied.
    #[error("移行「{name}」: {reason}")]
    Migration {
        /// The migration.
        name: String,
        /// What is wrong and what to do.
        reason: String,
    },
    /// A name cannot be used in SQL.
    #[error(
        "名前「{name}」は使えません。英小文字で始まる英小文字・数字・下線の63字以内にしてください"
    )]
    Name {
        /// The name.
        name: String,
    },
    /// A dated fact cannot be written or undone.
    #[error("履歴表「{table}」: {reason}")]
    Dated {
        /// The table.
        table: String,
        /// What is wrong and what to do.
        reason: String,
    },
    /// Statements that an engine cannot prepare.
    #[error("準備できない文があります:\n{}", .failures.join("\n"))]
    Unprepared {
        /// One line for each statement, with its name.
        failures: Vec<String>,
    },
}

impl StoreError {
    /// The class of a refused statement; `None` for errors that are not the engine's.
    #[must_use]
    pub fn cause(&self) -> Option<Cause> {
        match self {
            Self::Statement { cause, .. } => Some(*cause),
            _ => None,
        }
    }

    /// Whether a unique or primary key exists already.
    #[must_use]
    pub fn is_duplicate(&self) -> bool {
        self.cause() == Some(Cause::Unique)
    }
}
