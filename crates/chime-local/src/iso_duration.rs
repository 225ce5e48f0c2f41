//! Durations as ISO-8601 writes them: `P30D`, `PT6H30M`.

use std::time::Duration;

/// The units in the order in which a text has them: in the date or in the time, the letter, and its seconds.
const UNITS: [(bool, char, u64); 4] =
    [(false, 'D', 86_400), (true, 'H', 3600), (true, 'M', 60), (true, 'S', 1)];

/// The duration that a text means. Months and years, whose lengths differ, are not accepted.
pub(crate) fn parse(text: &str) -> Option<Duration> {
    let (date, time) = match text.strip_prefix('P')?.split_once('T') {
        Some((_, "")) => return None,
        Some((date, time)) => (date, time),
        None => (text.strip_prefix('P')?, ""),
    };
    if date.is_empty() && time.is_empty() {
        return None;
    }
    let (mut date, mut time) = (date, time);
    let mut seconds = 0_u64;
    for (is_in_time, letter, length) in UNITS {
        let rest = if is_in_time { &mut time } else { &mut date };
        let Some((number, after)) = rest.split_once(letter) else { continue };
        if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        seconds = number.parse::<u64>().ok()?.checked_mul(length)?.checked_add(seconds)?;
        *rest = after;
    }
    (date.is_empty() && time.is_empty()).then_some(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_hours_minutes_and_seconds_add_up() {
        for (text, seconds) in [
            ("P30D", Some(30 * 86_400)),
            ("PT6H", Some(6 * 3600)),
            ("P1DT2H3M4S", Some(86_400 + 2 * 3600 + 3 * 60 + 4)),
            ("PT90M", Some(5400)),
            ("PT0S", Some(0)),
            ("", None),
            ("P", None),
            ("PT", None),
            ("P1DT", None),
            ("30D", None),
            ("P30", None),
            ("PD", None),
            ("P6H", None),
            ("PT1D", None),
            ("PT1M1H", None),
            ("P1D1D", None),
            ("P1M", None),
            ("P1Y", None),
            ("-P1D", None),
            ("P-1D", None),
            ("P+1D", None),
            ("P1.5D", None),
            ("p1d", None),
            ("P1D ", None),
            ("P99999999999999999999D", None),
            ("P999999999999999999D", None),
        ] {
            assert_eq!(parse(text), seconds.map(Duration::from_secs), "{text:?}");
        }
    }
}
