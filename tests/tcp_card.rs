//! A card that reaches a real pcscd over TCP, by the protocol of the vsmartcard reader "Virtual PCD".

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

/// The port that the reader's first slot waits on.
pub const PORT: u16 = 35963;

/// A card in the reader, as long as it lives.
pub struct TcpCard {
    stream: TcpStream,
    seen: Arc<Mutex<Vec<Vec<u8>>>>,
    thread: Option<JoinHandle<()>>,
}

impl TcpCard {
    /// Puts a card with that answer to reset into the reader; `answer` makes a response APDU of a command APDU.
    ///
    /// # Errors
    /// Those of connecting to the reader.
    pub fn insert(
        port: u16,
        atr: &'static [u8],
        answer: impl Fn(&[u8]) -> Vec<u8> + Send + 'static,
    ) -> std::io::Result<TcpCard> {
        let stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_nodelay(true)?;
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (mut wire, record) = (stream.try_clone()?, Arc::clone(&seen));
        let thread = std::thread::spawn(move || {
            while let Some(message) = receive(&mut wire) {
                let reply = match message.as_slice() {
                    // Power off, power on, reset: no answer is expected.
                    [0..=2] => continue,
                    [4] => atr.to_vec(),
                    command => {
                        if let Ok(mut seen) = record.lock() {
                            seen.push(command.to_vec());
                        }
                        answer(command)
                    }
                };
                if send(&mut wire, &reply).is_none() {
                    return;
                }
            }
        });
        Ok(TcpCard { stream, seen, thread: Some(thread) })
    }

    /// Every command that the card has received.
    pub fn commands(&self) -> Vec<Vec<u8>> {
        self.seen.lock().map(|seen| seen.clone()).unwrap_or_default()
    }

    /// Takes the card out of the reader.
    pub fn remove(self) {}
}

impl Drop for TcpCard {
    fn drop(&mut self) {
        let _ = self.stream.shutdown(Shutdown::Both);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn receive(wire: &mut TcpStream) -> Option<Vec<u8>> {
    let mut length = [0; 2];
    wire.read_exact(&mut length).ok()?;
    let mut message = vec![0; usize::from(u16::from_be_bytes(length))];
    wire.read_exact(&mut message).ok()?;
    Some(message)
}

fn send(wire: &mut TcpStream, message: &[u8]) -> Option<()> {
    let length = u16::try_from(message.len()).ok()?;
    wire.write_all(&[&length.to_be_bytes(), message].concat()).ok()
}
