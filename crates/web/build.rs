//! Lists the chapters of `docs/manual` and their pictures so that the program carries them.

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let manifest = std::env::var("CARGO_MANIFEST_DIR")?;
    let root = Path::new(&manifest)
        .join("../../docs/manual")
        .canonicalize()?;
    let mut list = String::new();
    write_list(
        &mut list,
        "CHAPTERS",
        "&str",
        "include_str",
        &files(&root, "md")?,
    )?;
    let pictures = files(&root.join("images"), "png")?;
    write_list(&mut list, "PICTURES", "&[u8]", "include_bytes", &pictures)?;
    let out = PathBuf::from(std::env::var("OUT_DIR")?).join("manual_files.rs");
    fs::write(out, list)?;
    Ok(())
}

/// The files of a folder with an ending, by name.
fn files(folder: &Path, ending: &str) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == ending)
        {
            println!("cargo::rerun-if-changed={}", path.display());
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn write_list(
    list: &mut String,
    name: &str,
    kind: &str,
    include: &str,
    files: &[PathBuf],
) -> Result<(), Box<dyn Error>> {
    writeln!(list, "static {name}: &[(&str, {kind})] = &[")?;
    for file in files {
        let short = file
            .file_name()
            .and_then(|name| name.to_str())
            .ok_or("a file of the manual has a name that is not text")?;
        let path = file.to_string_lossy();
        writeln!(list, "    ({short:?}, {include}!({path:?})),")?;
    }
    list.push_str("];\n");
    Ok(())
}
