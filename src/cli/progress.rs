//! Progress of the runs: bars on a terminal, plain lines elsewhere.
//!
//! Runs only count iterations into an atomic of their own; a thread of this module looks at them ten
//! times a second, so showing progress costs the training loop nothing.

use super::background::Background;
use super::print::to_stderr;
use crate::experiments::Observer;
use crate::train::Stopped;
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{self, IsTerminal};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Counts the iterations of one run; stops it once the flag that all share is set.
#[derive(Clone, Debug)]
pub struct RunCounter {
    /// The run's name, for the bar.
    pub name: String,
    /// Iterations there will be.
    pub iterations: usize,
    done: Arc<AtomicUsize>,
    stop: Arc<AtomicBool>,
}

impl RunCounter {
    /// A counter at zero.
    pub fn new(name: String, iterations: usize, stop: Arc<AtomicBool>) -> Self {
        Self { name, iterations, done: Arc::default(), stop }
    }

    /// False once the command was asked to stop.
    pub fn should_continue(&self) -> bool {
        !self.stop.load(Ordering::Relaxed)
    }
}

impl Observer for RunCounter {
    fn iterations_done(&self, done: usize) -> ControlFlow<Stopped> {
        self.done.store(done, Ordering::Relaxed);
        if self.should_continue() { ControlFlow::Continue(()) } else { ControlFlow::Break(Stopped) }
    }
}

/// With more runs than this, one bar stands for all.
const MOST_BARS: usize = 16;
/// Time between two looks at the counters.
const BETWEEN_LOOKS: Duration = Duration::from_millis(100);
/// Time between two lines where there is no terminal.
const BETWEEN_LINES: Duration = Duration::from_secs(10);

/// Shows these counters on standard error until the result is dropped.
pub fn show(counters: &[RunCounter]) -> io::Result<Background> {
    let counters = counters.to_vec();
    let mut display = ProgressDisplay::new(&counters);
    Background::every(BETWEEN_LOOKS, move || display.update(&counters))
}

/// Bars, or the time of the last line.
enum ProgressDisplay {
    Bars { group: MultiProgress, bars: Vec<ProgressBar> },
    Lines { start: Instant, last: Instant },
}

impl ProgressDisplay {
    /// Bars on a terminal that can move its cursor, else lines.
    fn new(counters: &[RunCounter]) -> Self {
        if !std::io::stderr().is_terminal() || std::env::var_os("TERM").is_some_and(|term| term == "dumb") {
            return Self::Lines { start: Instant::now(), last: Instant::now() };
        }
        let group = MultiProgress::with_draw_target(ProgressDrawTarget::stderr());
        let width = counters.iter().map(|counter| counter.name.chars().count()).max().unwrap_or(0);
        let bar = |name: &str, length: usize| {
            let style =
                ProgressStyle::with_template("{prefix} {wide_bar} {pos}/{len} {elapsed} elapsed, {eta} left")
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

    /// Shows what the counters say now; a line only where the last one is ten seconds old.
    fn update(&mut self, counters: &[RunCounter]) {
        let done = |counter: &RunCounter| counter.done.load(Ordering::Relaxed);
        match self {
            Self::Bars { bars, .. } if bars.len() == counters.len() => {
                bars.iter().zip(counters).for_each(|(bar, counter)| bar.set_position(done(counter) as u64));
            }
            Self::Bars { bars, .. } => bars[0].set_position(counters.iter().map(done).sum::<usize>() as u64),
            Self::Lines { start, last } if last.elapsed() >= BETWEEN_LINES => {
                *last = Instant::now();
                let all: usize = counters.iter().map(|counter| counter.iterations).sum();
                let done: usize = counters.iter().map(done).sum();
                to_stderr(&progress_line(done, all, start.elapsed()));
            }
            Self::Lines { .. } => {}
        }
    }
}

/// `600 of 6000 iterations, 10 s elapsed, about 90 s left`.
fn progress_line(done: usize, all: usize, elapsed: Duration) -> String {
    let elapsed = elapsed.as_secs_f64();
    let left = match done {
        0 => String::new(),
        _ => format!(", about {:.0} s left", elapsed * (all - done.min(all)) as f64 / done as f64),
    };
    format!("{done} of {all} iterations, {elapsed:.0} s elapsed{left}")
}

impl Drop for ProgressDisplay {
    fn drop(&mut self) {
        if let Self::Bars { group, bars } = self {
            bars.iter().for_each(ProgressBar::finish_and_clear);
            let _ = group.clear();
        }
    }
}
