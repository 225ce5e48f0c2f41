//! Timestamps as events have them: ISO-8601 in UTC with three digits after the second.

use serde::Serializer;

use crate::Timestamp;

/// Writes a time as text.
#[expect(clippy::ref_option, reason = "serde calls it so")]
pub(super) fn serialize<S: Serializer>(time: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
    let Some(time) = time else { return serializer.serialize_none() };
    let text = time.to_string();
    let text = text.trim_end_matches('Z');
    let (seconds, fraction) = text.split_once('.').unwrap_or((text, ""));
    serializer.collect_str(&format_args!("{seconds}.{fraction:0<3.3}Z"))
}
