//! Archives of signatures: what the command asks of whoever can read Arrow. The plain binary cannot; the wheel can.

use crate::args::VerifyBatchArgs;
use crate::language::Language;
use crate::output::{Failure, Output};
use crate::validation;
use honnin::ResultCode;
use honnin::certificate::ValidationOptions;
use indicatif::{HumanFloatCount, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use serde_json::{Map, Value};
use std::io::IsTerminal;
use std::path::PathBuf;
use zeroize::Zeroizing;

/// How many rows had each result: the name of the code, and the number.
pub type Counts = Vec<(String, u64)>;

/// Who can verify archives.
pub trait Archives {
    /// Verifies one, and tells how many rows had which result, the largest number first.
    ///
    /// # Errors
    /// A code, and what a person should know about it.
    fn verify(&self, archive: Archive) -> Result<Counts, (ResultCode, String)>;
}

/// An archive to be verified, and how.
pub struct Archive {
    /// The Parquet file.
    pub source: PathBuf,
    /// Where the findings go.
    pub target: PathBuf,
    /// The names of its columns.
    pub columns: Columns,
    /// Columns that are copied.
    pub keep: Vec<String>,
    /// The key of the hashes.
    pub key: Option<Zeroizing<Vec<u8>>>,
    /// Whether names are written.
    pub identify: bool,
    /// How many rows are judged at the same time; `None` is as many as there are processors.
    pub threads: Option<u32>,
    /// Whether to begin anew.
    pub restart: bool,
    /// What certificates are judged by.
    pub options: ValidationOptions,
    /// Hears how many rows are done, and of how many.
    pub progress: Box<dyn Fn(u64, u64) + Send + Sync>,
}

/// Names of columns.
pub struct Columns {
    /// CMS.
    pub cms: String,
    /// What was signed.
    pub content: String,
    /// Digests of what was signed.
    pub digest: String,
    /// Certificates, if there are no CMS.
    pub certificate: String,
}

pub(crate) fn verify(
    arguments: &VerifyBatchArgs,
    archives: Option<&dyn Archives>,
    output: &mut Output,
) -> Result<ResultCode, Failure> {
    let Some(archives) = archives else {
        let about = "archives need the Python package, whose command is this one and more: pip install 'honnin[batch]'";
        return Err(Failure::about(ResultCode::NotSupported, about));
    };
    let key = match &arguments.key_env {
        None => None,
        Some(name) => {
            let value = std::env::var_os(name)
                .ok_or_else(|| Failure::usage(format!("the environment variable {name} is not set")))?;
            Some(Zeroizing::new(value.into_encoded_bytes()))
        }
    };
    let archive = Archive {
        source: arguments.source.clone(),
        target: arguments.target.clone(),
        columns: Columns {
            cms: arguments.cms.clone(),
            content: arguments.content.clone(),
            digest: arguments.digest.clone(),
            certificate: arguments.certificate.clone(),
        },
        keep: arguments.keep.clone(),
        key,
        identify: arguments.identify,
        threads: arguments.threads,
        restart: arguments.restart,
        options: validation::options(&arguments.validation, None)?,
        progress: bar(output.language()),
    };
    let counts = archives.verify(archive).map_err(|(code, about)| Failure::about(code, about))?;
    let rows: u64 = counts.iter().map(|(_, count)| count).sum();
    output.field("rows", rows);
    let results: Map<String, Value> =
        counts.iter().map(|(name, count)| (name.clone(), Value::from(*count))).collect();
    output.field("results", results);
    output.field("target", arguments.target.to_string_lossy().into_owned());
    for (name, count) in counts {
        output.named(name, count.to_string());
    }
    output.line("行数", "Rows", rows.to_string());
    Ok(ResultCode::Ok)
}

/// Draws how far it is, for somebody who looks.
fn bar(language: Language) -> Box<dyn Fn(u64, u64) + Send + Sync> {
    if !std::io::stderr().is_terminal() {
        return Box::new(|_, _| ());
    }
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    let template = language.choose(
        "{bar:32} {percent:>3}% {human_pos}/{human_len}行 毎秒{rate}行 残り{eta_precise}",
        "{bar:32} {percent:>3}% {human_pos} of {human_len} rows, {rate} a second, {eta_precise} left",
    );
    let rate = |state: &ProgressState, text: &mut dyn core::fmt::Write| {
        let _ = write!(text, "{:.0}", HumanFloatCount(state.per_sec()));
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style.with_key("rate", rate));
    }
    Box::new(move |done, total| {
        bar.set_length(total);
        bar.set_position(done);
        if done >= total {
            bar.finish_and_clear();
        }
    })
}
