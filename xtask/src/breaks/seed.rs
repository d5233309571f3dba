//! What the workspace itself has compiled of other people's packages, lent to a copy that has compiled nothing yet: linked,
//! so that it takes neither minutes nor disk. What was compiled with other features, the copy compiles itself.

use anyhow::Result;
use std::ffi::OsStr;
use std::io::ErrorKind;
use std::path::Path;

/// Lends everything below `debug` of one target folder to another that has no `debug` yet.
pub(super) fn seed(root: &Path, from: &Path, to: &Path) -> Result<()> {
    let (from, to) = (from.join("debug"), to.join("debug"));
    if to.exists() || !from.is_dir() {
        return Ok(());
    }
    let own = own(root)?;
    for folder in [".fingerprint", "build", "deps"] {
        let place = Path::new(folder);
        if from.join(place).is_dir() {
            lend(&from, &to, place, &own)?;
        }
    }
    Ok(())
}

/// The names that our own packages have among compiled files.
fn own(root: &Path) -> Result<Vec<String>> {
    let mut names = vec!["xtask".to_owned()];
    for entry in std::fs::read_dir(root.join("crates"))? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    Ok(names)
}

fn lend(from: &Path, to: &Path, place: &Path, own: &[String]) -> Result<()> {
    std::fs::create_dir_all(to.join(place))?;
    for entry in std::fs::read_dir(from.join(place))? {
        let entry = entry?;
        let name = entry.file_name();
        if !is_lent(&name, own) {
            continue;
        }
        let path = place.join(&name);
        if entry.file_type()?.is_dir() {
            lend(from, to, &path, own)?;
        } else if !place.starts_with("deps") {
            copy(&from.join(&path), &to.join(&path))?;
        } else if path.extension().is_some() {
            // What has no ending is a program: somebody's tests.
            match std::fs::hard_link(from.join(&path), to.join(&path)) {
                Err(error) if error.kind() == ErrorKind::CrossesDevices => {
                    copy(&from.join(&path), &to.join(&path))?;
                }
                other => other?,
            }
        }
    }
    Ok(())
}

/// A copy with the time of the file: cargo compiles anew what is younger than what was made from it.
fn copy(from: &Path, to: &Path) -> Result<()> {
    std::fs::copy(from, to)?;
    let written = std::fs::metadata(from)?.modified()?;
    let copied = std::fs::File::options().write(true).open(to)?;
    copied.set_modified(written)?;
    Ok(())
}

/// Whether a file or folder belongs to none of our packages: `lib<package>-<hash>.rlib`, `<package>-<hash>`.
fn is_lent(name: &OsStr, own: &[String]) -> bool {
    let name = name.to_string_lossy();
    let Some((package, _)) = name.rsplit_once('-') else {
        return true;
    };
    let bare = package.strip_prefix("lib").unwrap_or(package);
    !own.iter().any(|own| own == package || own == bare)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_ours_is_not_lent() {
        let own = ["law".to_owned(), "web".to_owned()];
        let lent = |name: &str| is_lent(OsStr::new(name), &own);
        assert!(lent("libserde-0123456789abcdef.rlib"));
        assert!(lent("libc-0123456789abcdef"));
        assert!(lent("output"));
        assert!(!lent("liblaw-0123456789abcdef.rmeta"));
        assert!(!lent("web-0123456789abcdef"));
    }

    #[test]
    fn a_copy_that_has_compiled_nothing_is_lent_what_others_wrote_and_no_tests() {
        let root = std::env::temp_dir().join(format!("kokuho-seed-{}", std::process::id()));
        let deps = root.join("target/debug/deps");
        std::fs::create_dir_all(root.join("crates/law")).unwrap();
        std::fs::create_dir_all(&deps).unwrap();
        for name in ["libserde-01.rlib", "liblaw-01.rlib", "levy-01"] {
            std::fs::write(deps.join(name), name).unwrap();
        }
        let there = || {
            let folder = root.join("copy/debug/deps");
            let mut names: Vec<String> = std::fs::read_dir(folder)
                .unwrap()
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .collect();
            names.sort();
            names
        };
        let lend = || seed(&root, &root.join("target"), &root.join("copy")).unwrap();
        lend();
        assert_eq!(there(), ["libserde-01.rlib"]);
        std::fs::write(deps.join("libsyn-01.rlib"), "").unwrap();
        lend();
        assert_eq!(there(), ["libserde-01.rlib"]);
        std::fs::remove_dir_all(&root).unwrap();
    }
}
