//! `browser` — the pages in a real browser, from `tests/browser`.

use crate::sh;
use crate::tests_run::Count;
use anyhow::{Context, Result, bail};
use std::path::Path;

const FOLDER: &str = "tests/browser";
/// Where Debian and others put the browser.
const BROWSERS: [&str; 3] = [
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
];

/// Builds the binary, installs the two packages of the tests and runs them.
pub fn run(root: &Path) -> Result<Count> {
    tests(root, &[], &[])
}

/// Walks the ways of the manual and takes its pictures anew.
pub fn manual(root: &Path) -> Result<Count> {
    let count = tests(root, &["manual.test.mjs"], &[("KOKUHO_MANUAL", "1")])?;
    println!("docs/manual/images is written anew; look at the pictures before they are kept");
    Ok(count)
}

fn tests(root: &Path, files: &[&str], settings: &[(&str, &str)]) -> Result<Count> {
    let folder = root.join(FOLDER);
    if !folder.is_dir() {
        println!("{FOLDER} is not there: no page was opened in a browser");
        return Ok(Count::default());
    }
    let named = std::env::var("KOKUHO_CHROMIUM").ok();
    let browser = BROWSERS
        .into_iter()
        .map(str::to_owned)
        .chain(named)
        .rfind(|path| Path::new(path).is_file())
        .context("Chromium is missing; install Debian's package `chromium`, name it in KOKUHO_CHROMIUM, or run ./test")?;
    sh::run(sh::cargo(root).args(["build", "--locked", "--package", "kokuho"]))?;
    sh::run(sh::program("npm", &folder).args(["ci", "--no-audit", "--no-fund"]))?;
    let mut command = sh::program("node", &folder);
    command.args(["--test", "--test-concurrency=1", "--test-reporter=tap"]);
    command.args(files);
    command.env("KOKUHO_CHROMIUM", browser);
    command.envs(settings.iter().copied());
    let mut count = Count::default();
    let status = sh::listen(&mut command, |line| count.add(read_count(line)))?;
    if !status.success() && count.failed == 0 {
        bail!("the browser tests failed before a test did ({status})");
    }
    if count.passed + count.failed == 0 {
        bail!("{FOLDER} holds no test");
    }
    Ok(count)
}

/// Reads `# pass 3` and `# fail 0` of the report.
fn read_count(line: &str) -> Count {
    let number = |label: &str| {
        line.strip_prefix(label)
            .and_then(|rest| rest.trim().parse().ok())
    };
    Count {
        passed: number("# pass ").unwrap_or(0),
        failed: number("# fail ").unwrap_or(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_s_report_is_counted() {
        assert_eq!(read_count("# pass 3").passed, 3);
        assert_eq!(read_count("# fail 2").failed, 2);
        assert_eq!(read_count("    # pass 3"), Count::default());
        assert_eq!(read_count("ok 1 - pass 3"), Count::default());
    }
}
