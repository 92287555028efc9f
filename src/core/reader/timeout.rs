//! How long an operation may wait.

use std::time::{Duration, Instant};

/// How long an operation may wait, on a clock that nobody sets.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Timeout {
    /// 30 seconds.
    #[default]
    Default,
    /// Until it happens or is cancelled.
    Forever,
    /// Not at all: look once.
    Poll,
    /// That many milliseconds.
    Millis(u32),
}

impl Timeout {
    /// What `Default` stands for.
    pub const DEFAULT: Duration = Duration::from_secs(30);

    /// The moment at which a wait that begins now ends. "For ever" ends after a year.
    pub fn deadline(self) -> Instant {
        let now = Instant::now();
        now.checked_add(self.duration()).unwrap_or(now)
    }

    /// The time as a duration. "For ever" is a year.
    pub fn duration(self) -> Duration {
        match self {
            Timeout::Default => Timeout::DEFAULT,
            Timeout::Forever => Duration::from_secs(365 * 24 * 3600),
            Timeout::Poll => Duration::ZERO,
            Timeout::Millis(millis) => Duration::from_millis(millis.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_poll_ends_now_and_for_ever_ends_late() {
        assert!(Timeout::Poll.deadline() <= Instant::now());
        assert!(Timeout::Forever.deadline() > Instant::now() + Duration::from_secs(1_000_000));
        assert_eq!(Timeout::default().duration(), Duration::from_secs(30));
    }
}
