//! `--debug`: each attempt of a call, on standard error.

use std::fmt::{self, Debug, Write as _};
use std::io::Write as _;

use chime_client::OneLine;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Shows the attempts of all calls from now on.
pub(crate) fn show_attempts() {
    // This process sets no other subscriber.
    let _ = tracing::subscriber::set_global_default(Attempts);
}

/// Writes a line for each attempt, and nothing else.
struct Attempts;

impl Subscriber for Attempts {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        !metadata.is_span() && metadata.target().starts_with("chime_transport")
    }

    fn event(&self, event: &Event<'_>) {
        let mut line = Line::default();
        event.record(&mut line);
        // Standard error is closed, so nobody can read the message.
        let _ = writeln!(std::io::stderr(), "{line}");
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// The fields of an event: the first ones in a sentence, the others after it.
#[derive(Default)]
struct Line {
    attempt: String,
    method: String,
    url: String,
    elapsed: String,
    error: String,
    message: String,
    others: String,
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let text = OneLine(format!("{value:?}")).to_string();
        match field.name() {
            "attempt" => self.attempt = text,
            "method" => self.method = text,
            "url" => self.url = text,
            "elapsed" => self.elapsed = text,
            "error" => self.error = text,
            "message" => self.message = text,
            name => {
                // Writing to a `String` does not fail.
                let _ = write!(self.others, ", {} {text}", name.replace('_', " "));
            }
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.record_debug(field, &format_args!("{value}"));
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { attempt, method, url, elapsed, error, message, others } = self;
        f.write_str("chime: ")?;
        // Only calls have attempts.
        if !attempt.is_empty() {
            write!(f, "attempt {attempt}: ")?;
        }
        // Without credentials nothing is sent.
        if !url.is_empty() {
            write!(f, "{method} {url}: ")?;
        }
        f.write_str(message)?;
        if !elapsed.is_empty() {
            write!(f, " in {elapsed}")?;
        }
        f.write_str(others)?;
        if error.is_empty() { Ok(()) } else { write!(f, ": {error}") }
    }
}
