//! A clean stop on SIGINT and SIGTERM.
//!
//! The first signal asks every run to stop after its iteration; a second one ends the process at once.
//! A run that is busy for longer than that (it may be looking at all test images) is not waited for:
//! what it has not finished would not be kept anyway.

use super::background::Background;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// The request to stop, and the signal it came from.
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

    /// Ends the process soon after a signal, come what may, until the result is dropped.
    ///
    /// Right before that it calls `interrupt_message`, which tells what is kept.
    pub fn deadline(&self, interrupt_message: impl Fn() + Send + 'static) -> io::Result<Background> {
        let signal = Arc::clone(&self.signal);
        let mut asked = None;
        Background::every(BETWEEN_LOOKS, move || {
            let Some(code) = code_of(&signal) else { return };
            if asked.get_or_insert_with(Instant::now).elapsed() > GRACE_PERIOD {
                interrupt_message();
                std::process::exit(code.into());
            }
        })
    }
}

/// Time that runs have to stop by themselves: together with [`BETWEEN_LOOKS`] below a second.
const GRACE_PERIOD: Duration = Duration::from_millis(600);
const BETWEEN_LOOKS: Duration = Duration::from_millis(50);

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
