//! How far the runs are: bars on a terminal, plain lines elsewhere.
//!
//! Runs only count iterations into an atomic of their own; a thread of this module looks at them ten
//! times a second, so showing progress costs the training loop nothing.

use super::print::to_stderr;
use crate::experiments::Observer;
use crate::train::Stopped;
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// The counter of one run, and the flag that stops all of them.
#[derive(Clone, Debug)]
pub struct Counter {
    /// What is counted, for the bar.
    pub name: String,
    /// Iterations there will be.
    pub iterations: usize,
    done: Arc<AtomicUsize>,
    stop: Arc<AtomicBool>,
}

impl Counter {
    /// A counter at zero.
    pub fn new(name: String, iterations: usize, stop: Arc<AtomicBool>) -> Self {
        Self { name, iterations, done: Arc::default(), stop }
    }

    /// Whether nobody has asked to stop.
    pub fn goes_on(&self) -> bool {
        !self.stop.load(Ordering::Relaxed)
    }
}

impl Observer for Counter {
    fn iterations_done(&self, done: usize) -> ControlFlow<Stopped> {
        self.done.store(done, Ordering::Relaxed);
        if self.goes_on() { ControlFlow::Continue(()) } else { ControlFlow::Break(Stopped) }
    }
}

/// With more runs than this, one bar stands for all.
const MOST_BARS: usize = 16;
const BETWEEN_LOOKS: Duration = Duration::from_millis(100);
const BETWEEN_LINES: Duration = Duration::from_secs(10);

/// Shows counters until it is dropped.
#[derive(Debug)]
pub struct Progress {
    end: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Progress {
    /// Starts to show these counters on standard error.
    pub fn show(counters: &[Counter]) -> Self {
        let counters = counters.to_vec();
        let (end, ended) = channel();
        let thread = thread::spawn(move || {
            let mut display = Display::new(&counters);
            while ended.recv_timeout(BETWEEN_LOOKS) == Err(RecvTimeoutError::Timeout) {
                display.update(&counters);
            }
            display.finish();
        });
        Self { end: Some(end), thread: Some(thread) }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        drop(self.end.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Bars, or the time of the last line.
enum Display {
    Bars { group: MultiProgress, bars: Vec<ProgressBar> },
    Lines { last: Instant },
}

impl Display {
    fn new(counters: &[Counter]) -> Self {
        if !std::io::stderr().is_terminal() || std::env::var_os("TERM").is_some_and(|term| term == "dumb") {
            return Self::Lines { last: Instant::now() };
        }
        let group = MultiProgress::with_draw_target(ProgressDrawTarget::stderr());
        let width = counters.iter().map(|counter| counter.name.chars().count()).max().unwrap_or(0);
        let bar = |name: &str, length: usize| {
            let style = ProgressStyle::with_template("{prefix} {bar:40} {pos}/{len} {eta}")
                .expect("a valid template");
            let bar = ProgressBar::new(length as u64).with_style(style).with_prefix(format!("{name:width$}"));
            group.add(bar)
        };
        let bars = if counters.len() <= MOST_BARS {
            counters.iter().map(|counter| bar(&counter.name, counter.iterations)).collect()
        } else {
            vec![bar("all runs", counters.iter().map(|counter| counter.iterations).sum())]
        };
        Self::Bars { group, bars }
    }

    fn update(&mut self, counters: &[Counter]) {
        let done = |counter: &Counter| counter.done.load(Ordering::Relaxed);
        match self {
            Self::Bars { bars, .. } if bars.len() == counters.len() => {
                bars.iter().zip(counters).for_each(|(bar, counter)| bar.set_position(done(counter) as u64));
            }
            Self::Bars { bars, .. } => bars[0].set_position(counters.iter().map(done).sum::<usize>() as u64),
            Self::Lines { last } if last.elapsed() >= BETWEEN_LINES => {
                *last = Instant::now();
                let all: usize = counters.iter().map(|counter| counter.iterations).sum();
                let done: usize = counters.iter().map(done).sum();
                to_stderr(&format!("{done} of {all} iterations"));
            }
            Self::Lines { .. } => {}
        }
    }

    fn finish(&self) {
        if let Self::Bars { group, bars } = self {
            bars.iter().for_each(ProgressBar::finish_and_clear);
            let _ = group.clear();
        }
    }
}
