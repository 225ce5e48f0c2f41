//! The date and time of a signature.

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

/// A day, in seconds.
pub(super) const DAY: i64 = 24 * 60 * 60;

/// Formats a time as signatures contain it: `20260604T071451Z`.
#[must_use]
pub fn amz_date(time: DateTime) -> String {
    let whole = DateTime::from_secs(time.secs());
    whole.fmt(Format::DateTime).unwrap_or_default().replace(['-', ':'], "")
}

/// Formats a time of a day whose date is formatted already, without an allocation.
pub(super) fn amz_date_of_day(date: &str, time: DateTime) -> [u8; 16] {
    let second = time.secs().rem_euclid(DAY);
    let mut text = *b"00000000T000000Z";
    for (to, from) in text.iter_mut().zip(date.bytes().take(8)) {
        *to = from;
    }
    for (at, number) in [(9, second / 3600), (11, second / 60 % 60), (13, second % 60)] {
        let number = u8::try_from(number).unwrap_or_default();
        if let Some(two) = text.get_mut(at..at + 2) {
            two.copy_from_slice(&[b'0' + number / 10, b'0' + number % 10]);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_date_of_the_day_and_the_time_of_day_are_the_formatted_time() {
        for day in [0, 20_608, 20_609, -1, 11_016] {
            let date = amz_date(DateTime::from_secs(day * DAY));
            for second in (0..DAY).step_by(7).chain([DAY - 1]) {
                let time = DateTime::from_secs(day * DAY + second);
                assert_eq!(amz_date_of_day(&date, time), amz_date(time).as_bytes(), "{day} {second}");
            }
        }
    }
}
