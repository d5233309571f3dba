//! 検査の道具 — the municipality's own scanner for malware, asked about every file before anything of it is taken.
//!
//! The program is given the file on its standard input and answers as `clamdscan -` does: 0 is clean, 1 is found. Whatever
//! else it says, or where it says nothing in time, the file is not taken. No shell stands between.

use super::malware;
use crate::error::OfficeError;
use law::Refusal;
use std::io::{ErrorKind, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

/// Between two looks whether the scanner has ended.
const LOOK: Duration = Duration::from_millis(10);
/// So many looks: a minute.
const LOOKS: u32 = 6_000;

/// 受け取ったファイルの検査 — what every file passes before anything of it is read: it is no program, archive or document,
/// and the municipality's scanner, where one is named, calls it clean.
///
/// # Errors
/// [`OfficeError::Refusal`] with the code `import.file.malware` or `import.file.unscanned`.
pub fn check(bytes: &[u8], scanner: Option<&Scanner>) -> Result<(), OfficeError> {
    malware::check(bytes)?;
    scanner.map_or(Ok(()), |scanner| scanner.check(bytes))
}

/// 検査の命令.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scanner {
    program: String,
    arguments: Vec<String>,
    looks: u32,
}

impl Scanner {
    /// From one line: the program and its arguments, parted by blanks.
    ///
    /// # Errors
    /// [`OfficeError::Input`] where there is no program in it.
    pub fn read(line: &str) -> Result<Self, OfficeError> {
        let mut words = line.split_whitespace().map(str::to_owned);
        let program = words.next().ok_or_else(|| {
            OfficeError::input(
                "検査の命令",
                "プログラムと引数を空白で区切って指定してください。例 clamdscan --no-summary -",
            )
        })?;
        Ok(Self {
            program,
            arguments: words.collect(),
            looks: LOOKS,
        })
    }

    /// Asks about a file.
    ///
    /// # Errors
    /// [`OfficeError::Refusal`] with the code `import.file.malware` where something was found, `import.file.unscanned` where
    /// the scanner did not answer that the file is clean.
    fn check(&self, bytes: &[u8]) -> Result<(), OfficeError> {
        match self.answer(bytes).map(|status| status.code()) {
            Ok(Some(0)) => Ok(()),
            Ok(Some(1)) => Err(Refusal::new(
                "import.file.malware",
                "検査でウイルスなどが見つかりました。取り込まず、送り元と情報システム管理者へ知らせてください。1行も取り込んでいません"
                    .to_owned(),
            )
            .into()),
            other => {
                tracing::error!(program = %self.program, answer = ?other, "the scanner did not answer");
                Err(Refusal::new(
                    "import.file.unscanned",
                    "ファイルの検査ができません。1行も取り込んでいません。情報システム管理者に検査の設定を確かめてもらい、もう一度渡してください"
                        .to_owned(),
                )
                .into())
            }
        }
    }

    fn answer(&self, bytes: &[u8]) -> std::io::Result<ExitStatus> {
        let mut child = Command::new(&self.program)
            .args(&self.arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let input = child.stdin.take();
        std::thread::scope(|scope| {
            let writing = scope.spawn(move || match input {
                Some(mut input) => input.write_all(bytes),
                None => Ok(()),
            });
            let status = self.wait(&mut child);
            let written = writing
                .join()
                .unwrap_or_else(|_| Err(ErrorKind::Other.into()));
            let status = status?;
            // One that calls a file clean has to have read the whole of it.
            if status.success() {
                written?;
            }
            Ok(status)
        })
    }

    /// Waits for the end; one that takes too long is ended.
    fn wait(&self, child: &mut Child) -> std::io::Result<ExitStatus> {
        for _ in 0..self.looks {
            if let Some(status) = child.try_wait()? {
                return Ok(status);
            }
            std::thread::sleep(LOOK);
        }
        child.kill()?;
        child.wait()?;
        Err(ErrorKind::TimedOut.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(line: &str, bytes: &[u8]) -> &'static str {
        let mut scanner = Scanner::read(line).unwrap();
        scanner.looks = 30;
        match scanner.check(bytes) {
            Ok(()) => "clean",
            Err(OfficeError::Refusal(refusal)) => refusal.code,
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn only_a_file_that_was_called_clean_is_taken() {
        // `grep -q` answers 0 where the words are there, so it stands for a scanner that knows one clean file.
        assert_eq!(code("grep -q -a clean", b"a clean file"), "clean");
        assert_eq!(code("grep -q -a clean", b"another"), "import.file.malware");
        for line in ["grep --no-such-thing", "/nowhere/scanner", "sleep 20"] {
            assert_eq!(
                code(line, b"a clean file"),
                "import.file.unscanned",
                "{line}"
            );
        }
    }

    #[test]
    fn a_large_file_is_read_to_its_end() {
        let large = b"1,2,3\n".repeat(200_000);
        assert_eq!(code("wc -c", &large), "clean");
        // It answers before it has read all of it.
        assert_eq!(code("true", &large), "import.file.unscanned");
    }

    #[test]
    fn a_line_without_a_program_is_none() {
        for line in ["", "  ", "\t"] {
            assert!(
                matches!(Scanner::read(line), Err(OfficeError::Input { .. })),
                "{line:?}"
            );
        }
    }
}
