//! Files that the person names: bounded, and with an error that says which.

use crate::output::Failure;
use honnin::ResultCode;
use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

/// Certificates, keys, signatures, profiles: nothing of the kind is larger.
const SMALL: u64 = 16 << 20;
/// The longest document that is read whole.
const DOCUMENT: u64 = 1 << 30;
/// The longest revocation list that the library reads, in PEM.
const LIST: u64 = 128 << 20;

/// Opens a file; `-` is standard input.
pub(crate) fn open(path: &Path) -> Result<Box<dyn Read>, Failure> {
    if path.as_os_str() == "-" {
        return Ok(Box::new(std::io::stdin().lock()));
    }
    match File::open(path) {
        Ok(file) => Ok(Box::new(file)),
        Err(error) => Err(failed(path, &error)),
    }
}

/// Reads a small file whole.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    read_up_to(path, SMALL)
}

/// Reads a revocation list whole, which may be larger than other files.
pub(crate) fn read_list(path: &Path) -> Result<Vec<u8>, Failure> {
    read_up_to(path, LIST)
}

/// Reads a document whole.
pub(crate) fn read_document(path: &Path) -> Result<Vec<u8>, Failure> {
    read_up_to(path, DOCUMENT)
}

fn read_up_to(path: &Path, most: u64) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    open(path)?.take(most).read_to_end(&mut bytes).map_err(|error| failed(path, &error))?;
    if u64::try_from(bytes.len()).unwrap_or(most) >= most {
        let most = most >> 20;
        let text = format!("{}: larger than {most} MiB", path.display());
        return Err(Failure::about(ResultCode::IoError, text));
    }
    Ok(bytes)
}

/// Writes a file; `-` is standard output. An existing file is replaced only when the new one is complete.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    if path.as_os_str() == "-" {
        let mut out = std::io::stdout().lock();
        return out.write_all(bytes).and_then(|()| out.flush()).map_err(|error| failed(path, &error));
    }
    if !path.is_file() {
        // New, or a device or a pipe, which cannot be replaced but only written to.
        return std::fs::write(path, bytes).map_err(|error| failed(path, &error));
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let part = path.with_file_name(name);
    std::fs::write(&part, bytes)
        .and_then(|()| std::fs::rename(&part, path))
        .map_err(|error| failed(path, &error))
}

/// A file of the caller failed: which, and how the system puts it.
pub(crate) fn failed(path: &Path, error: &std::io::Error) -> Failure {
    Failure::about(ResultCode::IoError, format!("{}: {error}", path.display()))
}
