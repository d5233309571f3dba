//! バックアップの形 — a backup as a stream of frames inside an age envelope: a header, every table with its rows, and at
//! the end the manifest that says what there has to be.

use super::manifest::{Header, Manifest, TableHead};
use crate::error::OfficeError;
use age::x25519::{Identity, Recipient};
use age::{DecryptError, Decryptor, Encryptor};
use db::Value;
use law::Refusal;
use std::io::{self, BufReader, BufWriter, Read, Write};

/// What a file begins with, inside the envelope.
const MAGIC: &[u8] = b"kokuho-backup 1\n";
/// Bytes one frame may have; a cell of the store is never longer.
const LONGEST_FRAME: u32 = 600 * 1024 * 1024;

/// One piece of a backup.
#[derive(Debug)]
pub(super) enum Frame {
    Header(Header),
    Table(TableHead),
    Row(Vec<u8>),
    End(Manifest),
}

/// Frames on their way into an envelope.
pub(super) struct FrameWriter<W: Write> {
    sealed: age::stream::StreamWriter<BufWriter<W>>,
}

impl<W: Write> FrameWriter<W> {
    pub(super) fn start(out: W, recipients: &[Recipient]) -> Result<Self, OfficeError> {
        let to = recipients.iter().map(|one| one as &dyn age::Recipient);
        let encryptor = Encryptor::with_recipients(to)
            .map_err(|error| OfficeError::input("公開鍵", &error.to_string()))?;
        let mut sealed = encryptor
            .wrap_output(BufWriter::with_capacity(1 << 20, out))
            .map_err(|error| cannot_write(&error))?;
        sealed
            .write_all(MAGIC)
            .map_err(|error| cannot_write(&error))?;
        Ok(Self { sealed })
    }

    pub(super) fn header(&mut self, header: &Header) -> Result<(), OfficeError> {
        self.json(b'H', header)
    }

    pub(super) fn table(&mut self, head: &TableHead) -> Result<(), OfficeError> {
        self.json(b'T', head)
    }

    pub(super) fn row(&mut self, payload: &[u8]) -> Result<(), OfficeError> {
        self.frame(b'R', payload)
    }

    /// Ends the stream; nothing can be cut off after it without being noticed.
    pub(super) fn finish(mut self, manifest: &Manifest) -> Result<(), OfficeError> {
        self.json(b'E', manifest)?;
        let mut out = self.sealed.finish().map_err(|error| cannot_write(&error))?;
        out.flush().map_err(|error| cannot_write(&error))
    }

    fn json(&mut self, kind: u8, value: &impl serde::Serialize) -> Result<(), OfficeError> {
        let text = serde_json::to_vec(value).map_err(|error| {
            OfficeError::Bug(format!("バックアップの目録を書けません: {error}"))
        })?;
        self.frame(kind, &text)
    }

    fn frame(&mut self, kind: u8, payload: &[u8]) -> Result<(), OfficeError> {
        let length = u32::try_from(payload.len())
            .ok()
            .filter(|length| *length <= LONGEST_FRAME)
            .ok_or_else(|| OfficeError::Bug("バックアップの1行が長すぎます".to_owned()))?;
        self.sealed
            .write_all(&[kind])
            .and_then(|()| self.sealed.write_all(&length.to_le_bytes()))
            .and_then(|()| self.sealed.write_all(payload))
            .map_err(|error| cannot_write(&error))
    }
}

/// Frames read out of an envelope.
pub(super) struct FrameReader<R: Read> {
    open: age::stream::StreamReader<BufReader<R>>,
}

impl<R: Read> FrameReader<R> {
    pub(super) fn open(sealed: R, identity: &Identity) -> Result<Self, OfficeError> {
        let decryptor = Decryptor::new(BufReader::with_capacity(1 << 20, sealed))
            .map_err(|error| wrong_envelope(&error))?;
        let mut open = decryptor
            .decrypt(std::iter::once(identity as &dyn age::Identity))
            .map_err(|error| wrong_envelope(&error))?;
        let mut magic = vec![0; MAGIC.len()];
        open.read_exact(&mut magic)
            .map_err(|error| damaged(&error))?;
        if magic != MAGIC {
            return Err(refuse(
                "backup.format",
                "このプログラムのバックアップではないか、別の版の形式です".to_owned(),
            ));
        }
        Ok(Self { open })
    }

    /// The next frame; the last one is [`Frame::End`], after which nothing may follow.
    pub(super) fn next(&mut self) -> Result<Frame, OfficeError> {
        let mut head = [0; 5];
        self.open
            .read_exact(&mut head)
            .map_err(|error| damaged(&error))?;
        let [kind, length @ ..] = head;
        let length = u32::from_le_bytes(length);
        if length > LONGEST_FRAME {
            return Err(damaged(&"行が長すぎます"));
        }
        // Read as it comes: a length that lies must not take memory.
        let mut payload = Vec::new();
        let read = (&mut self.open)
            .take(u64::from(length))
            .read_to_end(&mut payload)
            .map_err(|error| damaged(&error))?;
        if u32::try_from(read) != Ok(length) {
            return Err(damaged(&"途中で終わっています"));
        }
        match kind {
            b'H' => read_json(&payload).map(Frame::Header),
            b'T' => read_json(&payload).map(Frame::Table),
            b'R' => Ok(Frame::Row(payload)),
            b'E' => {
                let mut more = [0];
                match self.open.read(&mut more) {
                    Ok(0) => read_json(&payload).map(Frame::End),
                    Ok(_) => Err(damaged(&"終わりの後に続きがあります")),
                    Err(error) => Err(damaged(&error)),
                }
            }
            _ => Err(damaged(&"知らない区分です")),
        }
    }
}

fn read_json<T: serde::de::DeserializeOwned>(payload: &[u8]) -> Result<T, OfficeError> {
    serde_json::from_slice(payload).map_err(|error| damaged(&error))
}

/// A row as bytes: each cell with its kind, texts and bytes with their length.
pub(super) fn encode(values: &[Value], out: &mut Vec<u8>) {
    out.clear();
    for value in values {
        match value {
            Value::Null => out.push(0),
            Value::Int(number) => {
                out.push(1);
                out.extend_from_slice(&number.to_le_bytes());
            }
            Value::Text(text) => lengthy(2, text.as_bytes(), out),
            Value::Blob(bytes) => lengthy(3, bytes, out),
        }
    }
}

fn lengthy(kind: u8, bytes: &[u8], out: &mut Vec<u8>) {
    out.push(kind);
    out.extend_from_slice(&u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_le_bytes());
    out.extend_from_slice(bytes);
}

/// The cells of a row.
///
/// # Errors
/// A refusal where the bytes are no row.
pub(super) fn decode(mut bytes: &[u8]) -> Result<Vec<Value>, OfficeError> {
    let mut values = Vec::new();
    while let Some((kind, rest)) = bytes.split_first() {
        let (value, rest) = cell(*kind, rest).ok_or_else(|| damaged(&"行を読めません"))?;
        values.push(value);
        bytes = rest;
    }
    Ok(values)
}

fn cell(kind: u8, rest: &[u8]) -> Option<(Value, &[u8])> {
    match kind {
        0 => Some((Value::Null, rest)),
        1 => {
            let (number, rest) = rest.split_first_chunk::<8>()?;
            Some((Value::Int(i64::from_le_bytes(*number)), rest))
        }
        2 | 3 => {
            let (length, rest) = rest.split_first_chunk::<8>()?;
            let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
            let (held, rest) = rest.split_at_checked(length)?;
            let value = if kind == 2 {
                Value::Text(String::from_utf8(held.to_vec()).ok()?)
            } else {
                Value::Blob(held.to_vec())
            };
            Some((value, rest))
        }
        _ => None,
    }
}

pub(super) fn refuse(code: &'static str, message: String) -> OfficeError {
    Refusal::new(code, message).into()
}

fn wrong_envelope(error: &DecryptError) -> OfficeError {
    match error {
        DecryptError::NoMatchingKeys
        | DecryptError::DecryptionFailed
        | DecryptError::KeyDecryptionFailed => refuse(
            "backup.key",
            "この鍵では開けません。バックアップを作ったときの公開鍵と対になる鍵を指定してください"
                .to_owned(),
        ),
        other => damaged(other),
    }
}

pub(super) fn damaged(why: &impl std::fmt::Display) -> OfficeError {
    refuse(
        "backup.damaged",
        format!(
            "バックアップが壊れているか、途中で切れています（{why}）。何も書き込んでいません。別のバックアップを使ってください"
        ),
    )
}

pub(super) fn cannot_write(error: &io::Error) -> OfficeError {
    refuse(
        "backup.write",
        format!("バックアップを書けません（{error}）。空き容量と書込みの権限を確かめてください"),
    )
}
