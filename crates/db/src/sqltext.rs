//! Reading the common text of a migration: statements, words, and what SQLite needs different.

/// A piece of SQL text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Token<'t> {
    /// A bare word: keyword, name or number.
    Word(&'t str),
    /// A quoted literal or name, a comment, or white space: kept as it is.
    Kept(&'t str),
    /// One character of punctuation.
    Sign(&'t str),
}

/// Types that mean different things on the two engines, or exist on one only.
const FOREIGN_WORDS: &[&str] = &[
    "integer",
    "int",
    "int2",
    "int4",
    "int8",
    "tinyint",
    "boolean",
    "bool",
    "serial",
    "bigserial",
    "varchar",
    "char",
    "character",
    "timestamp",
    "timestamptz",
    "datetime",
    "date",
    "time",
    "numeric",
    "decimal",
    "real",
    "double",
    "float",
    "uuid",
    "json",
    "jsonb",
    "blob",
    "any",
    "autoincrement",
    "identity",
    "strict",
    "rowid",
    "unlogged",
];

/// The common text of a migration as SQLite takes it.
///
/// `bigint` and `smallint` become `integer`, `bytea` becomes `blob`, every table is `strict`, and a table with a
/// primary key of several columns is clustered by it (`without rowid`), which reads in key order half again as fast.
/// On failure the sentence says what the text must not hold.
pub(crate) fn for_sqlite(text: &str) -> Result<String, String> {
    let mut out = String::new();
    for statement in statements(text)? {
        let words = statement.iter().filter_map(|token| match token {
            Token::Word(word) => Some(word.to_ascii_lowercase()),
            _ => None,
        });
        let head: Vec<String> = words.take(2).collect();
        let head: Vec<&str> = head.iter().map(String::as_str).collect();
        let table = matches!(head.as_slice(), ["create" | "alter", "table"]);
        for token in &statement {
            match token {
                Token::Word(word) if table => out.push_str(sqlite_word(word)?),
                Token::Word(text) | Token::Kept(text) | Token::Sign(text) => out.push_str(text),
            }
        }
        if head.as_slice() == ["create", "table"] {
            out.push_str(if has_composite_key(&statement) {
                " strict, without rowid"
            } else {
                " strict"
            });
        }
        out.push_str(";\n");
    }
    Ok(out)
}

fn sqlite_word(word: &str) -> Result<&str, String> {
    let lower = word.to_ascii_lowercase();
    match lower.as_str() {
        "bigint" | "smallint" => Ok("integer"),
        "bytea" => Ok("blob"),
        foreign if FOREIGN_WORDS.contains(&foreign) => Err(format!(
            "共通の文に「{word}」は書けません。型は bigint・smallint・text・bytea だけにしてください"
        )),
        _ => Ok(word),
    }
}

/// Whether a table-level primary key names several columns.
fn has_composite_key(statement: &[Token<'_>]) -> bool {
    let solid: Vec<String> = statement
        .iter()
        .filter_map(|token| match token {
            Token::Word(text) | Token::Sign(text) => Some(text.to_ascii_lowercase()),
            Token::Kept(_) => None,
        })
        .collect();
    let starts = solid
        .windows(3)
        .enumerate()
        .filter_map(|(at, window)| match window {
            [primary, key, open] if primary == "primary" && key == "key" && open == "(" => {
                Some(at + 3)
            }
            _ => None,
        });
    for start in starts {
        let inside = solid
            .iter()
            .skip(start)
            .take_while(|text| text.as_str() != ")");
        if inside.into_iter().any(|text| text == ",") {
            return true;
        }
    }
    false
}

/// The statements of a text as tokens, without their semicolons; empty ones are left out.
fn statements(text: &str) -> Result<Vec<Vec<Token<'_>>>, String> {
    let mut all = Vec::new();
    let mut current = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = token_length(rest, first)?;
        let (piece, after) = rest.split_at(length);
        rest = after;
        let token = match first {
            ';' => {
                all.push(std::mem::take(&mut current));
                continue;
            }
            _ if is_word(first) => Token::Word(piece),
            _ if first.is_whitespace() || first == '\'' || first == '"' || piece.len() > 1 => {
                Token::Kept(piece)
            }
            _ => Token::Sign(piece),
        };
        current.push(token);
    }
    all.push(current);
    all.retain(|statement| {
        statement
            .iter()
            .any(|token| matches!(token, Token::Word(_)))
    });
    Ok(all)
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// How many bytes the token at the start of `rest` has.
fn token_length(rest: &str, first: char) -> Result<usize, String> {
    let run = |keep: fn(char) -> bool| rest.find(|c: char| !keep(c)).unwrap_or(rest.len());
    if is_word(first) {
        Ok(run(is_word))
    } else if first.is_whitespace() {
        Ok(run(char::is_whitespace))
    } else if first == '\'' || first == '"' {
        // A doubled quote is the end of one literal and the start of the next: the pieces stay together anyway.
        let inside = rest.get(1..).unwrap_or("");
        let end = inside
            .find(first)
            .ok_or_else(|| format!("引用符 {first} が閉じていません"))?;
        Ok(end + 2)
    } else if rest.starts_with("--") {
        Ok(rest.find('\n').unwrap_or(rest.len()))
    } else if rest.starts_with("/*") {
        rest.find("*/")
            .map(|end| end + 2)
            .ok_or_else(|| "注釈 /* が閉じていません".to_owned())
    } else {
        Ok(first.len_utf8())
    }
}

#[cfg(test)]
mod tests {
    use super::for_sqlite;

    #[test]
    fn tables_become_strict_and_clustered() {
        let text = "-- a; b\ncreate table a (id bigint primary key, n smallint, b bytea, t text default 'bigint;');\n\
                    create table b (x bigint, y bigint, primary key (x, y));\ncreate index i on b (y);";
        let made = for_sqlite(text).unwrap();
        assert!(made.contains(
            "a (id integer primary key, n integer, b blob, t text default 'bigint;') strict;"
        ));
        assert!(
            made.contains("b (x integer, y integer, primary key (x, y)) strict, without rowid;")
        );
        assert!(made.contains("create index i on b (y);"));
    }

    #[test]
    fn types_of_one_engine_are_refused() {
        for wrong in [
            "create table a (id integer)",
            "create table a (x boolean)",
            "alter table a add y timestamptz",
        ] {
            assert!(for_sqlite(wrong).is_err(), "{wrong}");
        }
        assert!(for_sqlite("create table a (x text default 'open)").is_err());
        assert!(for_sqlite("/* never closed").is_err());
    }
}
