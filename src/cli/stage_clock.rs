//! The time that each stage of a command takes, and the time it began.

use std::collections::BTreeMap;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Measures the time that each stage of a command takes. The stages of an experiment are `reading data`,
/// `training` and `writing`; `run.json` has their seconds.
#[derive(Debug)]
pub struct StageClock {
    started: SystemTime,
    last: Instant,
    /// Seconds that each stage took, by name.
    pub seconds: BTreeMap<String, f64>,
}

impl StageClock {
    /// Starts to measure the first stage.
    pub fn start() -> Self {
        Self { started: SystemTime::now(), last: Instant::now(), seconds: BTreeMap::new() }
    }

    /// Ends a stage and starts the next one.
    pub fn lap(&mut self, stage: &str) {
        self.seconds.insert(stage.to_owned(), self.last.elapsed().as_secs_f64());
        self.last = Instant::now();
    }

    /// The time of the start as RFC 3339 text in UTC, to the second: `2025-01-31T12:00:00Z`.
    pub fn started(&self) -> String {
        rfc_3339(self.started)
    }
}

/// 10000-01-01, the first second that RFC 3339 has no text for.
const YEAR_10000: u64 = 253_402_300_800;

/// A time as RFC 3339 text, or what is wrong with the clock that it comes from.
fn rfc_3339(time: SystemTime) -> String {
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) if since.as_secs() < YEAR_10000 => humantime::format_rfc3339_seconds(time).to_string(),
        Ok(_) => "unknown: the clock is after the year 9999".to_owned(),
        Err(_) => "unknown: the clock is before 1970".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_wrong_clock_is_said_to_be_wrong() {
        let last = UNIX_EPOCH + Duration::from_secs(YEAR_10000 - 1);
        let table = [
            (UNIX_EPOCH, "1970-01-01T00:00:00Z"),
            (last, "9999-12-31T23:59:59Z"),
            (last + Duration::from_secs(1), "unknown: the clock is after the year 9999"),
            (UNIX_EPOCH - Duration::from_secs(100), "unknown: the clock is before 1970"),
        ];
        for (time, expected) in table {
            assert_eq!(rfc_3339(time), expected);
        }
    }
}
