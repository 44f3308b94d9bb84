//! A clean stop on SIGINT and SIGTERM.
//!
//! The first signal asks every run to stop after its iteration; a second one ends the process at once.
//! A run that is busy for longer than that (it may be looking at all test images) is not waited for:
//! what it has not finished would not be kept anyway.

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Whether the command was asked to stop, and by what.
#[derive(Debug, Default)]
pub struct Stop {
    asked: Arc<AtomicBool>,
    signal: Arc<AtomicUsize>,
}

impl Stop {
    /// Listens for the two signals from now on.
    pub fn on_signals() -> io::Result<Self> {
        let stop = Self::default();
        for signal in [SIGINT, SIGTERM] {
            flag::register_conditional_shutdown(
                signal,
                exit_code(signal as usize).into(),
                Arc::clone(&stop.asked),
            )?;
            flag::register_usize(signal, Arc::clone(&stop.signal), signal as usize)?;
            flag::register(signal, Arc::clone(&stop.asked))?;
        }
        Ok(stop)
    }

    /// The flag that runs look at.
    pub fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.asked)
    }

    /// Asks every run to stop, without a signal.
    pub fn now(&self) {
        self.asked.store(true, Ordering::Relaxed);
    }

    /// The exit code of the signal that came, if one did.
    pub fn signal(&self) -> Option<u8> {
        code_of(&self.signal)
    }

    /// From now on until the result is dropped, the process ends soon after a signal, come what may:
    /// it says its last words and is gone.
    pub fn deadline(&self, last_words: impl Fn() + Send + 'static) -> Deadline {
        let signal = Arc::clone(&self.signal);
        let (end, ended) = channel();
        let thread = thread::spawn(move || {
            let mut asked = None;
            while ended.recv_timeout(BETWEEN_LOOKS) == Err(RecvTimeoutError::Timeout) {
                let Some(code) = code_of(&signal) else { continue };
                if asked.get_or_insert_with(Instant::now).elapsed() > PATIENCE {
                    last_words();
                    std::process::exit(code.into());
                }
            }
        });
        Deadline { end: Some(end), thread: Some(thread) }
    }
}

/// How long runs have to stop by themselves: with what it takes to look, below a second.
const PATIENCE: Duration = Duration::from_millis(600);
const BETWEEN_LOOKS: Duration = Duration::from_millis(50);

/// Ends the process after a signal for as long as it lives ([`Stop::deadline`]).
#[derive(Debug)]
pub struct Deadline {
    end: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Deadline {
    fn drop(&mut self) {
        drop(self.end.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn code_of(signal: &AtomicUsize) -> Option<u8> {
    match signal.load(Ordering::Relaxed) {
        0 => None,
        signal => Some(exit_code(signal)),
    }
}

/// 128 and the signal's number, as shells have it: 130 and 143.
fn exit_code(signal: usize) -> u8 {
    128 + signal as u8
}
