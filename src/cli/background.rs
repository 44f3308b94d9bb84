//! A thread that looks at something at regular intervals until it is dropped.

use super::threads::STACK;
use std::io;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

/// Repeats an action on a thread of its own; dropping it ends the thread and waits for that.
#[derive(Debug)]
pub struct Background {
    end: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Background {
    /// Starts the thread, which calls `action` after each `interval`.
    ///
    /// # Errors
    /// If the system has no thread to give.
    pub fn every(interval: Duration, mut action: impl FnMut() + Send + 'static) -> io::Result<Self> {
        let (end, ended) = channel();
        let thread = Builder::new().stack_size(STACK).spawn(move || {
            while ended.recv_timeout(interval) == Err(RecvTimeoutError::Timeout) {
                action();
            }
        })?;
        Ok(Self { end: Some(end), thread: Some(thread) })
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        drop(self.end.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
