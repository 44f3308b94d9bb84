//! A clean stop on SIGINT, SIGTERM and SIGHUP, from a command's first moment to its last.
//!
//! The first signal asks every run to stop after its iteration; a second one ends the process at once.
//! A command that is busy for longer than that (with a file of a slow disk, with all test images, with a
//! message that nobody reads) is not waited for: what it has not finished would not be kept anyway.

use super::background::Background;
use super::threads::STACK;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};
use signal_hook::{flag, low_level};
use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::thread::Builder;
use std::time::{Duration, Instant};

/// The request to stop, and the signal it came from.
#[derive(Clone, Default)]
pub struct Stop {
    asked: Arc<AtomicBool>,
    signal: Arc<AtomicUsize>,
    message: Arc<Mutex<Option<Message>>>,
}

/// Tells on standard error what is kept of a command that is stopped.
type Message = Arc<dyn Fn() + Send + Sync>;

impl Stop {
    /// Listens for the signals from now on, and ends the process soon after one, come what may, until
    /// the second result is dropped.
    ///
    /// A file that grows beyond the limit of its size is an error of the write, not the process's end.
    pub fn on_signals() -> io::Result<(Self, Background)> {
        let stop = Self::default();
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            let code = exit_code(signal as usize).into();
            flag::register_conditional_shutdown(signal, code, Arc::clone(&stop.asked))?;
            flag::register_usize(signal, Arc::clone(&stop.signal), signal as usize)?;
            flag::register(signal, Arc::clone(&stop.asked))?;
        }
        flag::register(SIGXFSZ, Arc::default())?;
        let deadline = stop.deadline()?;
        Ok((stop, deadline))
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

    /// Sets the message for a command that is stopped by a signal from now on.
    pub fn set_message(&self, message: impl Fn() + Send + Sync + 'static) {
        *self.message.lock().expect("no holder panics") = Some(Arc::new(message));
    }

    /// Prints the message, if there is one.
    pub fn print_message(&self) {
        let message = self.message.lock().expect("no holder panics").clone();
        message.into_iter().for_each(|print| print());
    }

    fn deadline(&self) -> io::Result<Background> {
        let stop = self.clone();
        let mut asked = None;
        Background::every(BETWEEN_LOOKS, move || {
            let Some(code) = stop.signal() else { return };
            if asked.get_or_insert_with(Instant::now).elapsed() > GRACE_PERIOD {
                stop.exit(code);
            }
        })
    }

    /// Ends the process with a message that gets its chance, but is not waited for: the reader of a pipe
    /// or a terminal may have stopped.
    fn exit(&self, code: u8) -> ! {
        let stop = self.clone();
        let (told, is_told) = channel::<()>();
        let printer = Builder::new().stack_size(STACK).spawn(move || {
            stop.print_message();
            drop(told);
        });
        if printer.is_ok() {
            let _ = is_told.recv_timeout(MESSAGE_PERIOD);
        }
        // Without what is done at a regular exit, which flushes output and may wait for its reader.
        low_level::exit(code.into())
    }
}

/// Time that runs have to stop by themselves.
const GRACE_PERIOD: Duration = Duration::from_millis(600);
/// Time that the message has to be printed; with [`GRACE_PERIOD`] and [`BETWEEN_LOOKS`] below a second.
const MESSAGE_PERIOD: Duration = Duration::from_millis(200);
/// Time between two looks at whether a signal came.
const BETWEEN_LOOKS: Duration = Duration::from_millis(50);

fn code_of(signal: &AtomicUsize) -> Option<u8> {
    match signal.load(Ordering::Relaxed) {
        0 => None,
        signal => Some(exit_code(signal)),
    }
}

/// 128 and the signal's number, as shells have it: 129, 130 and 143.
fn exit_code(signal: usize) -> u8 {
    128 + signal as u8
}
