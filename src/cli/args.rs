//! What one can type.

use crate::language::Language;
use clap::{Args, Parser, Subcommand, ValueEnum};
use honnin::holder::{PartialDate, Sex};
use honnin::{CertificateKind, Hash, KeyKind, PinKind};
use std::ffi::OsString;
use std::path::PathBuf;

/// Read a My Number Card (マイナンバーカード): certificates, signatures, and what to do when it fails.
///
/// Try it without a card or a reader:
///   P=ABC123 honnin read --virtual --pin-env P
///
/// Exit codes: 0 good; 10 wrong use; 20 reader; 30 card; 40 PIN; 50 certificate; 60 signature; 70 identity;
/// 90 internal; 130 interrupted (the card has been left).
#[derive(Parser)]
#[command(
    name = "honnin",
    version,
    verbatim_doc_comment,
    propagate_version = true,
    disable_help_subcommand = true
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Args)]
#[command(next_help_heading = "Everywhere")]
pub(crate) struct Global {
    /// The reader to use; without it, the only one that has a card
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) reader: Option<String>,
    /// Use a virtual card instead of a real one; PROFILE is a JSON file that describes it
    #[arg(long, global = true, value_name = "PROFILE", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pub(crate) r#virtual: Option<OsString>,
    /// Answer with one JSON object
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// The language for people
    #[arg(long, global = true, value_enum)]
    pub(crate) lang: Option<Language>,
    /// How many seconds to wait for a card, or for another program to let go of it [default: 30]
    #[arg(long, global = true, value_name = "S", value_parser = seconds)]
    pub(crate) timeout: Option<f64>,
    /// How many seconds a card that was lifted may take to come back; what was under way then starts again, unless a PIN
    /// was presented [default: 0]
    #[arg(long, global = true, value_name = "S", value_parser = seconds)]
    pub(crate) grace: Option<f64>,
    /// Write what happens to standard error: never contents, PINs or persons
    #[arg(long, global = true, value_enum, value_name = "LEVEL")]
    pub(crate) log: Option<LogLevel>,
}

fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(seconds) if (0.0..=4_000_000.0).contains(&seconds) => Ok(seconds),
        _ => Err("a number of seconds, 0 or more".to_owned()),
    }
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum LogLevel {
    Error,
    Warn,
    Info,
    Debug,
    Trace,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// List the readers
    Readers,
    /// Say when cards and readers come and go, until interrupted
    Watch(WatchArgs),
    /// Find out why no card can be read, and what to do about it
    Doctor(DoctorArgs),
    /// What the card tells without a PIN
    Info(InfoArgs),
    /// Read the signing certificate: who the holder is, and whether the certificate can be relied upon
    ///
    /// Asks for the signing password (署名用パスワード: 6 to 16 letters and digits, not the 4-digit PIN). Five
    /// mistakes in all, here and elsewhere, lock it; the last try is not spent unless --allow-last-try is given.
    /// Without --waive revocation the answer is OK only if --crl or --ocsp tells that the certificate is not revoked.
    Read(ReadArgs),
    /// Tries left, form, verify, change
    #[command(subcommand)]
    Pin(PinCommand),
    /// Certificates: get, show, check
    #[command(subcommand)]
    Cert(CertCommand),
    /// Sign with the card
    #[command(subcommand)]
    Sign(SignCommand),
    /// Verify a signature
    #[command(subcommand)]
    Verify(VerifyCommand),
    /// Compare the holder with what is registered: name, address, birth date, sex
    ///
    /// Takes the holder from the card (asking for the signing password), from a certificate, or from an earlier answer
    /// of read. Prints neither side: each finding says how the two differ, and nothing of what they say. What only a
    /// person can judge is never a pass.
    Compare(CompareArgs),
    /// Read the name, address, birth date and sex as text (券面入力補助)
    ///
    /// Opens with the 4-digit PIN for it, or with what is printed on the card (--pin text-code-b: 14 digits).
    Text(TextArgs),
    /// Whether somebody is old enough, by the birth date printed on the card: no password
    ///
    /// The code is the birth date: six digits YYMMDD with the year of the era, or YYYY-MM-DD through --pin-env or
    /// --pin-fd. A card that has expired does not pass.
    Age(AgeArgs),
    /// Read the card face: birth date, sex, expiry, photo; opens with what is printed on the card, 14 digits
    Face(FaceArgs),
    /// Whether the card is genuine: its issuer, its records, and its answer to a challenge
    Genuine(GenuineArgs),
    /// Explain the result codes
    Codes(CodesArgs),
    /// A card in software, for trying and testing
    VirtualCard(VirtualCardArgs),
    /// Print a completion script for a shell
    ///
    /// bash: honnin completion bash > ~/.local/share/bash-completion/completions/honnin;
    /// zsh: honnin completion zsh > a folder of $fpath, as _honnin;
    /// fish: honnin completion fish > ~/.config/fish/completions/honnin.fish
    #[command(visible_alias = "completions")]
    Completion {
        /// The shell
        shell: clap_complete::Shell,
    },
}

#[derive(Args)]
pub(crate) struct WatchArgs {
    /// End after so many changes
    #[arg(long, value_name = "N")]
    pub(crate) count: Option<u64>,
}

#[derive(Args)]
pub(crate) struct DoctorArgs {
    /// Also open the card and say what it is and how long commands may be; asks for no PIN, spends no try
    #[arg(long)]
    pub(crate) card: bool,
    /// Write what was asked of the card and how it answered, in lengths, status words and times: a report that may be
    /// shared, without anything that is on the card. The holder is asked first
    #[arg(long, value_name = "FILE", requires = "card")]
    pub(crate) report: Option<PathBuf>,
    /// The holder of the card has agreed to the report
    #[arg(long, requires = "report")]
    pub(crate) yes: bool,
    /// Give the remedies for this system instead of the one it runs on
    #[arg(long, value_enum, value_name = "SYSTEM")]
    pub(crate) system: Option<crate::commands::doctor::System>,
}

#[derive(Args)]
pub(crate) struct InfoArgs {
    /// Also read the card's serial number
    #[arg(long)]
    pub(crate) serial: bool,
    /// Also read the code of the municipality
    #[arg(long)]
    pub(crate) municipality: bool,
}

/// Where a PIN comes from, and how carefully it is presented.
#[derive(Args, Clone)]
#[command(next_help_heading = "PIN")]
pub(crate) struct PinArgs {
    /// Take the PIN from this environment variable instead of asking
    #[arg(long, value_name = "VAR", conflicts_with = "pin_fd")]
    pub(crate) pin_env: Option<String>,
    /// Take the PIN from this file descriptor (its first line) instead of asking
    #[arg(long, value_name = "N")]
    pub(crate) pin_fd: Option<u32>,
    /// Accept lower case and full-width characters (a PIN that is asked for is always folded)
    #[arg(long)]
    pub(crate) fold: bool,
    /// Do not present the PIN when only this many tries are left
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=15))]
    pub(crate) keep_tries: u8,
    /// Present the PIN even if this is the last try
    #[arg(long)]
    pub(crate) allow_last_try: bool,
}

/// What a certificate is judged by.
#[derive(Args, Clone, Default)]
#[command(next_help_heading = "Validation")]
pub(crate) struct ValidationArgs {
    /// The moment asked about, as 2026-11-01T12:00:00Z; a fraction of a second is cut off [default:
    /// now]
    #[arg(long, value_name = "TIME", value_parser = crate::validation::moment)]
    pub(crate) at: Option<i64>,
    /// Whom to trust: the CAs of JPKI, also those of test cards (and of --virtual), or only what is added
    #[arg(long, value_enum, default_value_t)]
    pub(crate) anchors: Anchors,
    /// Trust this certificate, or every one in this PEM file (repeatable)
    #[arg(long, value_name = "FILE")]
    pub(crate) anchor: Vec<PathBuf>,
    /// Trust this certificate, or every one in this PEM file, for time-stamps; --anchor does not
    /// (repeatable)
    #[arg(long, value_name = "FILE")]
    pub(crate) timestamp_anchor: Vec<PathBuf>,
    /// A certificate, or every one in this PEM file, that may stand between (repeatable)
    #[arg(long, value_name = "FILE")]
    pub(crate) intermediate: Vec<PathBuf>,
    /// The rules
    #[arg(long, value_enum, default_value_t)]
    pub(crate) profile: ProfileName,
    /// A revocation list (repeatable)
    #[arg(long, value_name = "FILE")]
    pub(crate) crl: Vec<PathBuf>,
    /// An OCSP response (repeatable)
    #[arg(long, value_name = "FILE")]
    pub(crate) ocsp: Vec<PathBuf>,
    /// The nonce that the OCSP response must carry
    #[arg(long, value_name = "HEX", value_parser = crate::validation::nonce)]
    pub(crate) nonce: Option<crate::validation::Nonce>,
    /// A finding that shall not count (repeatable)
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(crate) waive: Vec<Waiver>,
    /// What the certificate is used for [default: what it was issued for]
    #[arg(long, value_enum)]
    pub(crate) purpose: Option<PurposeName>,
    /// How many CAs may stand between the certificate and one that is trusted, without those that a
    /// CA issued to itself [default: 8]
    #[arg(long, value_name = "N")]
    pub(crate) max_depth: Option<u32>,
}

#[derive(Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Anchors {
    #[default]
    Production,
    Test,
    Added,
}

#[derive(Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum ProfileName {
    #[default]
    Jpki,
    Rfc5280,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum Waiver {
    Revocation,
    TestCard,
    Timestamp,
    SigningCertificate,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PurposeName {
    Document,
    Authentication,
}

#[derive(Args)]
pub(crate) struct ReadArgs {
    #[command(flatten)]
    pub(crate) pin: PinArgs,
    #[command(flatten)]
    pub(crate) validation: ValidationArgs,
}

/// One of the PINs, by the name that C and Python use.
fn pin_kind(name: &str) -> Result<PinKind, String> {
    PinKind::from_name(name).ok_or_else(|| list("one of", PinKind::ALL.iter().map(|kind| kind.name())))
}

fn list<'a>(before: &str, names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.map(|name| name.to_ascii_lowercase().replace('_', "-")).collect();
    format!("{before} {}", names.join(", "))
}

fn certificate_kind(name: &str) -> Result<CertificateKind, String> {
    CertificateKind::from_name(name)
        .ok_or_else(|| list("one of", CertificateKind::ALL.iter().map(|kind| kind.name())))
}

fn key_kind(name: &str) -> Result<KeyKind, String> {
    KeyKind::from_name(name).ok_or_else(|| list("one of", KeyKind::ALL.iter().map(|kind| kind.name())))
}

fn hash(name: &str) -> Result<Hash, String> {
    Hash::from_name(name).ok_or_else(|| list("one of", Hash::ALL.iter().map(|hash| hash.name())))
}

#[derive(Subcommand)]
pub(crate) enum PinCommand {
    /// How many tries are left, spending none
    Status {
        /// Which PINs (repeatable) [default: signing and authentication]
        #[arg(long, value_name = "PIN", value_parser = pin_kind)]
        pin: Vec<PinKind>,
    },
    /// Check the form of a PIN; nothing is sent to any card
    Check {
        #[command(flatten)]
        which: WhichPin,
        #[command(flatten)]
        entry: PinArgs,
    },
    /// Verify a PIN, spending a try if it is wrong, and forget it again
    Verify {
        #[command(flatten)]
        which: WhichPin,
        #[command(flatten)]
        entry: PinArgs,
    },
    /// Change a PIN
    Change {
        #[command(flatten)]
        which: WhichPin,
        #[command(flatten)]
        entry: PinArgs,
        /// Take the new PIN from this environment variable instead of asking twice
        #[arg(long, value_name = "VAR", conflicts_with = "new_pin_fd")]
        new_pin_env: Option<String>,
        /// Take the new PIN from this file descriptor (its first line)
        #[arg(long, value_name = "N")]
        new_pin_fd: Option<u32>,
    },
}

#[derive(Args)]
pub(crate) struct WhichPin {
    /// Which PIN: signing, authentication, text, …
    #[arg(long, value_name = "PIN", value_parser = pin_kind, default_value = "signing")]
    pub(crate) pin: PinKind,
}

/// A certificate: from a file, or from the card.
#[derive(Args)]
pub(crate) struct CertSource {
    /// A certificate in DER or PEM; without it, one is read from the card
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// Which certificate of the card: signing, authentication, signing-ca, authentication-ca
    #[arg(long, value_name = "KIND", value_parser = certificate_kind, default_value = "authentication")]
    pub(crate) kind: CertificateKind,
    #[command(flatten)]
    pub(crate) pin: PinArgs,
}

#[derive(Subcommand)]
pub(crate) enum CertCommand {
    /// Read a certificate from the card and write it out
    Get {
        #[command(flatten)]
        source: CertSource,
        /// Where to write it
        #[arg(long, value_name = "FILE", default_value = "-")]
        out: PathBuf,
        /// In which form
        #[arg(long, value_enum, default_value_t)]
        format: CertFormat,
    },
    /// Show what a certificate says; nothing is judged
    Show {
        #[command(flatten)]
        source: CertSource,
    },
    /// Judge a certificate: each finding by itself
    Check {
        #[command(flatten)]
        source: CertSource,
        #[command(flatten)]
        validation: ValidationArgs,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum CertFormat {
    #[default]
    Pem,
    Der,
}

#[derive(Subcommand)]
pub(crate) enum SignCommand {
    /// Sign a file: RSASSA-PKCS1-v1_5, checked against the card's certificate before it is handed out
    Raw(SignRawArgs),
    /// Sign a file as CMS (CAdES-B-B): the certificate is inside, and signed with it
    Cms(SignCmsArgs),
    /// Sign a PDF (PAdES-B-B, with a time-stamp B-T): what is in it stays, other signatures too
    Pdf(SignPdfArgs),
}

#[derive(Args)]
pub(crate) struct SignPdfArgs {
    /// The PDF to sign; `-` is standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Which digest: sha256, sha384, sha512
    #[arg(long, value_name = "HASH", value_parser = hash, default_value = "sha256")]
    pub(crate) hash: Hash,
    /// The name of an empty signature field that is there, or of a new one
    #[arg(long, value_name = "NAME")]
    pub(crate) field: Option<String>,
    /// Why it is signed
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
    /// Where it is signed
    #[arg(long, value_name = "TEXT")]
    pub(crate) location: Option<String>,
    /// Who signs, as it is to be shown; without it a box shows the name in the certificate
    #[arg(long, value_name = "TEXT")]
    pub(crate) name: Option<String>,
    /// Show name, time, reason and location: the page from 1, left and lower edge, width and height in points, as
    /// 1,36,36,200,60
    #[arg(long = "box", value_name = "PAGE,X,Y,W,H", value_parser = pdf_box)]
    pub(crate) visible: Option<honnin::signature::pdf::Box>,
    /// Write the box in this TrueType or OpenType font and embed what is used of it; without it the fonts are the viewer's
    #[arg(long, value_name = "FILE")]
    pub(crate) font: Option<PathBuf>,
    /// With the certificate of the CA, read from the card
    #[arg(long)]
    pub(crate) embed_ca: bool,
    /// Sign with an expired certificate all the same
    #[arg(long)]
    pub(crate) allow_expired: bool,
    /// With a time-stamp of the authority at this http:// or https:// address (RFC 3161)
    ///
    /// It is fetched with curl, after the card has been left. If that fails, the signed document is written all the same,
    /// without a time-stamp, and the exit code is not 0.
    #[arg(long, value_name = "URL", value_parser = crate::timestamp::url)]
    pub(crate) timestamp: Option<String>,
    /// Where to write the signed PDF; without it, to standard output unless that is a terminal
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) pin: PinArgs,
}

/// A box on a page.
fn pdf_box(text: &str) -> Result<honnin::signature::pdf::Box, String> {
    let parse = || {
        let (page, sides) = text.split_once(',')?;
        let sides: Vec<f64> = sides.split(',').map(|side| side.trim().parse().ok()).collect::<Option<_>>()?;
        let [x, y, width, height] = sides.try_into().ok()?;
        Some(honnin::signature::pdf::Box { page: page.trim().parse().ok()?, x, y, width, height })
    };
    parse().ok_or_else(|| String::from("five numbers: the page, left, lower, width, height"))
}

#[derive(Args)]
pub(crate) struct SignCmsArgs {
    /// What to sign; `-` is standard input
    #[arg(value_name = "CONTENT")]
    pub(crate) content: PathBuf,
    /// Which key: signing or authentication
    #[arg(long, value_name = "KEY", value_parser = key_kind, default_value = "signing")]
    pub(crate) key: KeyKind,
    /// Which digest: sha256, sha384, sha512
    #[arg(long, value_name = "HASH", value_parser = hash, default_value = "sha256")]
    pub(crate) hash: Hash,
    /// The content stays outside; it may be of any size then
    #[arg(long)]
    pub(crate) detached: bool,
    /// With the time of signing, as this machine says
    #[arg(long)]
    pub(crate) signing_time: bool,
    /// With the certificate of the CA, read from the card
    #[arg(long)]
    pub(crate) embed_ca: bool,
    /// Sign with an expired certificate all the same
    #[arg(long)]
    pub(crate) allow_expired: bool,
    /// Add the signature to this CMS, which is about CONTENT too
    #[arg(long, value_name = "CMS")]
    pub(crate) add_to: Option<PathBuf>,
    /// With a time-stamp of the authority at this http:// or https:// address (RFC 3161)
    ///
    /// It is fetched with curl, after the card has been left. If that fails, the signed document is written all the same,
    /// without a time-stamp, and the exit code is not 0.
    #[arg(long, value_name = "URL", value_parser = crate::timestamp::url)]
    pub(crate) timestamp: Option<String>,
    /// Where to write the CMS, in DER; without it, to standard output unless that is a terminal
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) pin: PinArgs,
}

#[derive(Args)]
pub(crate) struct SignRawArgs {
    /// What to sign; `-` is standard input
    #[arg(value_name = "CONTENT")]
    pub(crate) content: PathBuf,
    /// Which key: signing or authentication
    #[arg(long, value_name = "KEY", value_parser = key_kind, default_value = "signing")]
    pub(crate) key: KeyKind,
    /// Which digest: sha256, sha384, sha512
    #[arg(long, value_name = "HASH", value_parser = hash, default_value = "sha256")]
    pub(crate) hash: Hash,
    /// The content is a digest already
    #[arg(long)]
    pub(crate) digest: bool,
    /// Where to write the signature; without it, to standard output unless that is a terminal
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Also write the certificate of the key, as PEM
    #[arg(long, value_name = "FILE")]
    pub(crate) certificate_out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) pin: PinArgs,
}

#[derive(Subcommand)]
pub(crate) enum VerifyCommand {
    /// Verify a bare signature with a certificate or a public key
    ///
    /// Only the mathematics are looked at, unless a validation option is given: then the certificate is judged too.
    Raw(VerifyRawArgs),
    /// Verify a CMS: each signer and each finding by itself
    ///
    /// Revocation is known from --crl and --ocsp only; time-stamps are judged at the moment asked about.
    /// Without --purpose the signers must be persons who sign documents.
    Cms(VerifyCmsArgs),
    /// Verify the signatures of a PDF: each by itself, what it covers, and what came after it; the weakest decides
    Pdf(VerifyPdfArgs),
    /// Verify an archive: a Parquet file of CMS or certificates; writes a Parquet file with the findings of each row
    ///
    /// Bad rows are rows with a bad result; the exit code is 0 when every row was judged. What is done lies in OUT.parts:
    /// after an interruption the same command goes on from there, and the output is the same to the byte.
    /// Nothing that identifies a person is written: with --key-env there are hashes of certificates and holders, which are
    /// the same for the same person; with --identify there are names. Needs the Python package: pip install 'honnin[batch]'.
    Batch(VerifyBatchArgs),
}

#[derive(Args)]
pub(crate) struct VerifyBatchArgs {
    /// The archive, a Parquet file
    #[arg(value_name = "IN.parquet")]
    pub(crate) source: PathBuf,
    /// Where the findings go
    #[arg(value_name = "OUT.parquet")]
    pub(crate) target: PathBuf,
    /// The column of CMS, in DER or PEM
    #[arg(long, value_name = "COLUMN", default_value = "cms")]
    pub(crate) cms: String,
    /// The column of what was signed, where it is outside of the CMS
    #[arg(long, value_name = "COLUMN", default_value = "content")]
    pub(crate) content: String,
    /// The column of digests of what was signed (SHA-256, SHA-384 or SHA-512, by their length)
    #[arg(long, value_name = "COLUMN", default_value = "digest")]
    pub(crate) digest: String,
    /// The column of certificates, in DER or PEM, if there is none of CMS
    #[arg(long, value_name = "COLUMN", default_value = "certificate")]
    pub(crate) certificate: String,
    /// A column that is copied, so that rows can be told apart (repeatable)
    #[arg(long, value_name = "COLUMN")]
    pub(crate) keep: Vec<String>,
    /// The environment variable that has the secret of the hashes, 16 bytes or more
    #[arg(long, value_name = "VAR")]
    pub(crate) key_env: Option<String>,
    /// Write names, addresses, birth dates and fingerprints too
    #[arg(long)]
    pub(crate) identify: bool,
    /// How many rows are judged at the same time [default: as many as there are processors]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=256))]
    pub(crate) threads: Option<u32>,
    /// Begin anew: forget what an earlier run left, and replace OUT
    #[arg(long)]
    pub(crate) restart: bool,
    #[command(flatten)]
    pub(crate) validation: ValidationArgs,
}

#[derive(Args)]
pub(crate) struct VerifyPdfArgs {
    /// The PDF
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) validation: ValidationArgs,
}

#[derive(Args)]
pub(crate) struct VerifyCmsArgs {
    /// The CMS, in DER or PEM
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// What was signed, if it is outside; `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) content: Option<PathBuf>,
    /// Write the content that was inside here, if every signer signed it
    #[arg(long, value_name = "FILE", conflicts_with = "content")]
    pub(crate) content_out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) validation: ValidationArgs,
}

#[derive(Args)]
pub(crate) struct VerifyRawArgs {
    /// What was signed; `-` is standard input
    #[arg(value_name = "CONTENT")]
    pub(crate) content: PathBuf,
    /// The certificate or the public key (SubjectPublicKeyInfo), in DER or PEM
    #[arg(long, value_name = "CERT_OR_SPKI")]
    pub(crate) key: PathBuf,
    /// Which digest: sha256, sha384, sha512
    #[arg(long, value_name = "HASH", value_parser = hash, default_value = "sha256")]
    pub(crate) hash: Hash,
    /// The signature
    #[arg(long, value_name = "FILE")]
    pub(crate) signature: PathBuf,
    #[command(flatten)]
    pub(crate) validation: ValidationArgs,
}

/// What a card and its records are judged by.
#[derive(Args, Clone)]
#[command(next_help_heading = "Genuineness")]
pub(crate) struct CardTrustArgs {
    /// Whose cards to trust: those of production, also test cards (and --virtual), or only what is added
    #[arg(long, value_enum, default_value_t)]
    pub(crate) anchors: Anchors,
    /// Trust this issuer: a file with the identifier and the public key (repeatable)
    #[arg(long, value_name = "FILE")]
    pub(crate) card_key: Vec<PathBuf>,
    /// A finding that shall not count (repeatable)
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(crate) waive: Vec<Waiver>,
}

#[derive(Args)]
pub(crate) struct TextArgs {
    /// What opens it: text, text-code-b
    #[arg(long = "pin", value_name = "PIN", value_parser = pin_kind)]
    pub(crate) pin_kind: Option<PinKind>,
    /// Also check the signed digest of the record; it reveals the 個人番号, so a purpose must be given
    #[arg(long, requires = "purpose_text")]
    pub(crate) integrity: bool,
    /// Also read the 個人番号; only for what the law allows
    #[arg(long, requires = "purpose_text")]
    pub(crate) my_number: bool,
    /// Read encrypted; the PIN still travels in clear
    #[arg(long)]
    pub(crate) secure: bool,
    /// What the 個人番号 is read for; it is logged
    #[arg(long, value_name = "TEXT")]
    pub(crate) purpose_text: Option<String>,
    #[command(flatten)]
    pub(crate) pin: PinArgs,
    #[command(flatten)]
    pub(crate) trust: CardTrustArgs,
}

#[derive(Args)]
pub(crate) struct AgeArgs {
    /// The age that must have been reached; without it, the birth date is shown
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=200))]
    pub(crate) years: Option<u32>,
    /// On this day instead of today in Japan
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day, requires = "years")]
    pub(crate) on: Option<PartialDate>,
    /// The age is reached on the eve of the birthday, as procedures count that go by the day
    #[arg(long, requires = "years")]
    pub(crate) count_eve: bool,
    /// Answer yes or no and nothing else
    #[arg(long, requires = "years")]
    pub(crate) answer_only: bool,
    /// The card must be genuine as well
    #[arg(long)]
    pub(crate) genuine: bool,
    #[command(flatten)]
    pub(crate) pin: PinArgs,
    #[command(flatten)]
    pub(crate) trust: CardTrustArgs,
}

fn day(text: &str) -> Result<PartialDate, String> {
    PartialDate::from_text(text)
        .filter(|day| day.is_complete())
        .ok_or_else(|| "a day, like 2026-11-01".to_owned())
}

#[derive(Args)]
pub(crate) struct FaceArgs {
    /// Write the photo, as PNG
    #[arg(long, value_name = "FILE")]
    pub(crate) photo: Option<PathBuf>,
    /// Write the picture of the name, as PNG
    #[arg(long, value_name = "FILE")]
    pub(crate) name_image: Option<PathBuf>,
    /// Write the picture of the address, as PNG
    #[arg(long, value_name = "FILE")]
    pub(crate) address_image: Option<PathBuf>,
    /// Write the picture of the security code, as PNG
    #[arg(long, value_name = "FILE")]
    pub(crate) code_image: Option<PathBuf>,
    /// Write pictures as the card has them: the photo is JPEG 2000
    #[arg(long)]
    pub(crate) as_stored: bool,
    /// The card must answer a challenge as well
    #[arg(long)]
    pub(crate) genuine: bool,
    #[command(flatten)]
    pub(crate) pin: PinArgs,
    #[command(flatten)]
    pub(crate) trust: CardTrustArgs,
}

#[derive(Args)]
pub(crate) struct GenuineArgs {
    /// What opens a record: face-birth-date, face-code-b, text, text-code-b
    #[arg(long = "pin", value_name = "PIN", value_parser = pin_kind)]
    pub(crate) pin_kind: Option<PinKind>,
    #[command(flatten)]
    pub(crate) pin: PinArgs,
    #[command(flatten)]
    pub(crate) trust: CardTrustArgs,
}

#[derive(Args)]
pub(crate) struct CompareArgs {
    /// A signing certificate in DER or PEM; without it, the one of the card
    #[arg(value_name = "CERTIFICATE")]
    pub(crate) file: Option<PathBuf>,
    /// The answer of `read --json` or `cert show --json`, instead of a certificate
    #[arg(long, value_name = "FILE", conflicts_with = "file")]
    pub(crate) holder: Option<PathBuf>,
    /// What is registered, as one JSON object with name, name_kana, script, address, birth_date and sex; `-` is standard
    /// input. Others can read a command line, and cannot read this
    #[arg(long, value_name = "FILE", conflicts_with_all = ["name", "name_kana", "script", "address", "birth_date", "sex"])]
    pub(crate) registered: Option<PathBuf>,
    /// The registered name
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// The registered reading of the name
    #[arg(long, value_name = "KANA")]
    pub(crate) name_kana: Option<String>,
    /// What the registered name is written in: kanji, kana, latin [default: found out]
    #[arg(long)]
    pub(crate) script: Option<String>,
    /// The registered address
    #[arg(long)]
    pub(crate) address: Option<String>,
    /// The registered birth date, YYYY-MM-DD, unknown parts 00
    #[arg(long, value_name = "DATE", value_parser = crate::commands::compare::parse_date)]
    pub(crate) birth_date: Option<PartialDate>,
    /// The registered sex: male, female, unknown
    #[arg(long, value_parser = crate::commands::compare::parse_sex)]
    pub(crate) sex: Option<Sex>,
    /// A difference that may pass, by its name, or `spelling` or `nothing` (repeatable) [default: spelling]
    #[arg(long, value_name = "DIFFERENCE")]
    pub(crate) accept: Vec<String>,
    #[command(flatten)]
    pub(crate) pin: PinArgs,
}

#[derive(Args)]
pub(crate) struct CodesArgs {
    /// A name (PIN_LOCKED) or number (403); without it, all are listed
    #[arg(value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// The text for this reason, as FOUR_DIGITS_FOR_SIGNING
    #[arg(long)]
    pub(crate) reason: Option<String>,
    /// The text for this PIN
    #[arg(long, value_parser = pin_kind)]
    pub(crate) pin: Option<PinKind>,
    /// The text for this kind of card: plastic, android, iphone, other
    #[arg(long)]
    pub(crate) card: Option<String>,
    /// The text for this way to the reader: contact, contactless
    #[arg(long)]
    pub(crate) interface: Option<String>,
    /// The text for so many tries left
    #[arg(long, value_name = "N")]
    pub(crate) tries: Option<u8>,
    /// Also the hints for what only the shop can know: other-way, phone-as-reader, name-must-match
    #[arg(long, value_name = "TAG")]
    pub(crate) offer: Vec<String>,
}

#[derive(Args)]
pub(crate) struct VirtualCardArgs {
    /// Put the card into the vsmartcard reader of a running pcscd, until interrupted
    #[arg(long, value_name = "HOST:PORT", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pub(crate) pcscd: Option<String>,
    /// A JSON file that describes the card [default: 番号 花子]
    #[arg(long, value_name = "FILE")]
    pub(crate) profile: Option<PathBuf>,
    /// Write the certificates of its two CAs, as PEM
    #[arg(long, value_name = "FILE")]
    pub(crate) ca_out: Option<PathBuf>,
    /// Write the commands that the card saw, as JSON, when it leaves
    #[arg(long, value_name = "FILE", requires = "pcscd")]
    pub(crate) transcript: Option<PathBuf>,
}
