//! 封をしたファイルの要約値, taken while it is written.

use crate::hex;
use sha2::{Digest, Sha256};
use std::io::{self, Write};

/// Passes bytes on and keeps their number and digest.
#[derive(Debug)]
pub struct Digested<W> {
    inner: W,
    digest: Sha256,
    bytes: u64,
}

impl<W: Write> Digested<W> {
    /// Nothing written yet.
    pub fn new(inner: W) -> Self {
        Self {
            inner,
            digest: Sha256::new(),
            bytes: 0,
        }
    }

    /// The writer beneath, SHA-256 of what was written (hexadecimal), and how many bytes it was.
    pub fn end(self) -> (W, String, u64) {
        (self.inner, hex::write(&self.digest.finalize()), self.bytes)
    }
}

impl<W: Write> Write for Digested<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.digest.update(bytes.get(..written).unwrap_or(bytes));
        self.bytes += u64::try_from(written).unwrap_or(0);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
