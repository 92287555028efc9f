//! What the card saw: headers, lengths and status words. Never data, so never a PIN.

use serde::Serialize;

/// One command and how it ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Exchange {
    /// CLA INS P1 P2; zeros for what a malformed command lacks.
    pub header: [u8; 4],
    /// How many bytes of data the command carried.
    pub data_len: usize,
    /// How many bytes it asked for; `None` if for none.
    pub expected: Option<usize>,
    /// Whether its lengths were in extended form.
    pub extended: bool,
    /// How many bytes of data came back.
    pub response_len: usize,
    /// The status word that the reader got; `None` if the answer was lost or had none.
    pub status_word: Option<u16>,
}

impl Exchange {
    /// The header in hex, as "002000 9B" is written: `0020009B`.
    pub fn header_hex(&self) -> String {
        self.header.iter().map(|byte| format!("{byte:02X}")).collect()
    }
}

/// Every command that a virtual card saw, in order.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Transcript {
    /// The commands.
    pub exchanges: Vec<Exchange>,
}

#[derive(Serialize)]
struct Line {
    header: String,
    lc: usize,
    le: Option<usize>,
    extended: bool,
    response: usize,
    sw: Option<String>,
}

impl Transcript {
    /// The headers in hex: what a test compares.
    pub fn headers(&self) -> Vec<String> {
        self.exchanges.iter().map(Exchange::header_hex).collect()
    }

    /// How many commands had that instruction byte.
    pub fn count(&self, instruction: u8) -> usize {
        self.exchanges.iter().filter(|exchange| exchange.header.get(1) == Some(&instruction)).count()
    }

    /// A JSON array of `{"header", "lc", "le", "extended", "response", "sw"}`.
    pub fn to_json(&self) -> String {
        let lines: Vec<Line> = self
            .exchanges
            .iter()
            .map(|exchange| Line {
                header: exchange.header_hex(),
                lc: exchange.data_len,
                le: exchange.expected,
                extended: exchange.extended,
                response: exchange.response_len,
                sw: exchange.status_word.map(|status_word| format!("{status_word:04X}")),
            })
            .collect();
        serde_json::to_string(&lines).unwrap_or_else(|_| "[]".to_owned())
    }
}
