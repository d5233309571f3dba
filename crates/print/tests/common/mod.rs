//! Reading papers back with poppler (`poppler-utils`) and zbar (`zbar-tools`).

use print::{Pdf, Printer};
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::{LazyLock, atomic::AtomicU32, atomic::Ordering};

/// One printer for all tests of a file.
pub static PRINTER: LazyLock<Printer> = LazyLock::new(|| Printer::open(&[]).unwrap());

/// A folder of this test alone, gone afterwards.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("print-test-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The text of a PDF in the order in which it was drawn; pages end with a form feed.
#[allow(dead_code, reason = "not every test file reads text")]
pub fn text_of(bytes: &[u8]) -> String {
    let mut child = Command::new("pdftotext")
        .args(["-raw", "-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("pdftotext is missing: apt-get install poppler-utils");
    let mut input = child.stdin.take().unwrap();
    let bytes = bytes.to_vec();
    let writer = std::thread::spawn(move || input.write_all(&bytes));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

/// Every code zbar reads on the first page at 200 dpi, as 「CODE-128:…」 or 「QR-Code:…」.
#[allow(dead_code, reason = "not every test file reads codes")]
pub fn codes_of(pdf: &Pdf) -> Vec<String> {
    codes_of_page(pdf, 1)
}

/// The codes a scanner reads from one page.
pub fn codes_of_page(pdf: &Pdf, page: usize) -> Vec<String> {
    let folder = Folder::new();
    let file = folder.0.join("paper.pdf");
    std::fs::write(&file, &pdf.bytes).unwrap();
    let image = folder.0.join("paper");
    let drawn = Command::new("pdftoppm")
        .args(["-r", "200", "-gray", "-singlefile", "-f", &page.to_string()])
        .args([&file, &image])
        .status()
        .expect("pdftoppm is missing: apt-get install poppler-utils");
    assert!(drawn.success());
    let output = Command::new("zbarimg")
        .args(["-q", "--nodbus"])
        .arg(folder.0.join("paper.pgm"))
        .output()
        .expect("zbarimg is missing: apt-get install zbar-tools");
    let mut codes: Vec<String> = String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(str::to_owned)
        .collect();
    codes.sort();
    codes
}
