//! A virtual card in a real PC/SC: it dials the vsmartcard reader that pcscd runs, and every program on the
//! machine meets it as it meets a card.
//!
//! The protocol: each message is a two-byte length, most significant byte first, and that many bytes. A message of
//! one byte is a control: 0 power off, 1 power on, 2 reset, 4 asks for the answer to reset. All others are
//! commands, and are answered. A connection that closes is a card that is taken away.

use super::VirtualCard;
use super::slot::{Outcome, Shared};
use crate::result::{Error, Result, ResultCode};
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Where the first slot of the vsmartcard reader listens.
const DEFAULT_ADDRESS: &str = "127.0.0.1:35963";
/// How long to listen before looking whether the card is still there.
const GLANCE: Duration = Duration::from_millis(20);
/// How long an attempt to reach the reader may take.
const DIAL: Duration = Duration::from_millis(500);
/// pcscd looks for cards 2.5 times a second: one that is away for less was never away.
const AWAY: Duration = Duration::from_millis(900);

const POWER_OFF: u8 = 0;
const POWER_ON: u8 = 1;
const RESET: u8 = 2;
const ATR: u8 = 4;

/// A virtual card that a real pcscd has. Dropping it takes the card away.
#[must_use = "the card leaves pcscd when this is dropped"]
pub struct Plugged {
    stop: Arc<AtomicBool>,
    connected: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Plugged {
    /// Whether the reader has accepted the card.
    pub fn is_connected(&self) -> bool {
        self.connected.load(Ordering::SeqCst)
    }

    /// Waits until the reader has accepted the card; `false` if the time is up.
    pub fn wait_until_connected(&self, timeout: Duration) -> bool {
        let begun = Instant::now();
        while !self.is_connected() {
            if begun.elapsed() >= timeout {
                return false;
            }
            thread::sleep(GLANCE);
        }
        true
    }
}

impl Drop for Plugged {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has nothing more to say here.
            let _ = thread.join();
        }
    }
}

/// Puts a virtual card into the vsmartcard reader of a pcscd, by default on 127.0.0.1:35963, for as long as the
/// answer lives. The reader may come later, or go and come again. `remove` and `insert` work as on a real reader.
///
/// # Errors
/// INVALID_ARGUMENT for an address that is none; INTERNAL if no thread can be started.
pub fn plug_into_pcscd(card: &VirtualCard, address: Option<&str>) -> Result<Plugged> {
    let addresses: Vec<SocketAddr> = address
        .unwrap_or(DEFAULT_ADDRESS)
        .to_socket_addrs()
        .map(Iterator::collect)
        .map_err(|_| Error::new(ResultCode::InvalidArgument, "not an address of the form host:port"))?;
    let stop = Arc::new(AtomicBool::new(false));
    let connected = Arc::new(AtomicBool::new(false));
    let plug = Plug {
        shared: Arc::clone(&card.shared),
        addresses,
        stop: Arc::clone(&stop),
        connected: Arc::clone(&connected),
    };
    let thread = thread::Builder::new()
        .name("honnin-virtual-card".to_owned())
        .spawn(move || plug.run())
        .map_err(|_| Error::new(ResultCode::Internal, "no thread could be started"))?;
    Ok(Plugged { stop, connected, thread: Some(thread) })
}

struct Plug {
    shared: Arc<Shared>,
    addresses: Vec<SocketAddr>,
    stop: Arc<AtomicBool>,
    connected: Arc<AtomicBool>,
}

impl Plug {
    fn run(&self) {
        let mut earliest = Instant::now();
        while !self.is_stopped() {
            let insertion = self.insertion().filter(|_| earliest <= Instant::now());
            if let Some(insertion) = insertion
                && let Some(mut stream) = self.dial()
            {
                self.connected.store(true, Ordering::SeqCst);
                // However it ends, the card is out of the reader now.
                let _ = self.serve(&mut stream, insertion);
                drop(stream);
                self.connected.store(false, Ordering::SeqCst);
                self.power_off();
                earliest = Instant::now().checked_add(AWAY).unwrap_or(earliest);
            }
            thread::sleep(GLANCE);
        }
    }

    fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::SeqCst)
    }

    /// Which insertion of the card is on the reader now, if any.
    fn insertion(&self) -> Option<u64> {
        let slot = self.shared.lock();
        slot.present.then_some(slot.insertion)
    }

    fn power_off(&self) {
        self.shared.lock().power_off();
    }

    fn dial(&self) -> Option<TcpStream> {
        let stream =
            self.addresses.iter().find_map(|address| TcpStream::connect_timeout(address, DIAL).ok())?;
        stream.set_nodelay(true).ok()?;
        stream.set_read_timeout(Some(GLANCE)).ok()?;
        stream.set_write_timeout(Some(DIAL)).ok()?;
        Some(stream)
    }

    /// Answers the reader until it hangs up, the card leaves or the plug is pulled.
    fn serve(&self, stream: &mut TcpStream, insertion: u64) -> std::io::Result<()> {
        loop {
            let mut length = [0; 2];
            self.receive(stream, &mut length, insertion)?;
            let mut message = vec![0; usize::from(u16::from_be_bytes(length))];
            self.receive(stream, &mut message, insertion)?;
            let answer = match message.as_slice() {
                [] => continue,
                [POWER_OFF] => {
                    self.power_off();
                    continue;
                }
                [POWER_ON] => {
                    self.shared.lock().power_on();
                    continue;
                }
                [RESET] => {
                    self.shared.lock().card.reset();
                    continue;
                }
                [ATR] => VirtualCard::ATR.to_vec(),
                [_] => continue,
                command => self.exchange(command)?,
            };
            // After an empty answer the driver would wait for ever; one byte is no answer either.
            let answer = if answer.is_empty() { vec![0] } else { answer };
            // An answer longer than the protocol can say is cut: no reader would take it either.
            let length = u16::try_from(answer.len()).unwrap_or(u16::MAX);
            let mut reply = length.to_be_bytes().to_vec();
            reply.extend(answer.into_iter().take(usize::from(length)));
            stream.write_all(&reply)?;
        }
    }

    fn exchange(&self, command: &[u8]) -> std::io::Result<Vec<u8>> {
        let outcome = self.shared.lock().exchange(command);
        match outcome {
            Outcome::Answered(answer, delay) => {
                thread::sleep(delay);
                Ok(answer)
            }
            // The network knows one failure only.
            Outcome::Left | Outcome::Failed(_) => {
                self.shared.notify();
                Err(ErrorKind::ConnectionAborted.into())
            }
        }
    }

    /// Fills the buffer, looking up now and then.
    fn receive(&self, stream: &mut TcpStream, buffer: &mut [u8], insertion: u64) -> std::io::Result<()> {
        let mut rest = buffer;
        while !rest.is_empty() {
            if self.is_stopped() || self.insertion() != Some(insertion) {
                return Err(ErrorKind::ConnectionAborted.into());
            }
            match stream.read(rest) {
                Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                Ok(count) => rest = rest.get_mut(count..).unwrap_or_default(),
                Err(error) => match error.kind() {
                    ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted => {}
                    _ => return Err(error),
                },
            }
            acknowledge(stream);
        }
        Ok(())
    }
}

/// The reader sends length and body in two packets, and its system holds the second back until the first is
/// acknowledged: 40 ms a command for nothing. The option holds for one receive only.
#[cfg(target_os = "linux")]
fn acknowledge(stream: &TcpStream) {
    // Slower without, and no worse.
    let _ = rustix::net::sockopt::set_tcp_quickack(stream, true);
}

#[cfg(not(target_os = "linux"))]
fn acknowledge(_: &TcpStream) {}
