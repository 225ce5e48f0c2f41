//! `chime listen`: the events of a user, until interrupted.

use std::io::{ErrorKind, IsTerminal, Write};

use chime_client::events::Event;
use chime_client::{MessagingSession, OneLine, Prefetch, SessionError, SessionErrorKind, SessionItem};
use chime_local::Demo;
use clap::ArgMatches;
use clap::parser::ValueSource;

use crate::arguments::LISTEN;
use crate::call::{argument_text, client_of};
use crate::failure::Failure;
use crate::serve::interrupted;

/// What becomes of the events.
#[derive(Clone, Copy)]
enum Form {
    /// One JSON object per line.
    Json,
    /// One line to read.
    Text,
}

/// Why the command ends without an error of the session.
enum End {
    Interrupted,
    /// The reader of standard output has closed it.
    Unread,
}

/// Prints the events of a user until interrupted.
pub(crate) async fn listen(matches: &ArgMatches) -> Result<(), Failure> {
    let form = form_of(matches)?;
    let user = match argument_text(matches, "app-instance-user-arn") {
        Some(user) => user.to_owned(),
        None if matches.get_flag("local") => String::from(Demo::new().app_instance_user_arn().clone()),
        None => {
            let reason = "the following arguments are required: --app-instance-user-arn";
            return Err(Failure::usage(&format!("{LISTEN}: {reason}")));
        }
    };
    let mut interrupted =
        Box::pin(interrupted().map_err(|error| Failure::other(&format!("signals: {error}")))?);
    // The local service ends with this function.
    let (client, _local) = client_of(matches).await?;
    let mut builder = client.messaging_session().app_instance_user_arn(user);
    if matches.get_flag("prefetch") {
        builder = builder.prefetch(Prefetch::UnreadFirst);
    }
    if matches.get_flag("fill-gaps") {
        builder = builder.fill_gaps();
    }
    let mut session = tokio::select! {
        biased;
        () = &mut interrupted => return Err(Failure::interrupted("interrupted before the session began")),
        connected = builder.connect() => connected.map_err(|error| failure(&error))?,
    };
    say(&format!("listening to the events of {}; Ctrl-C ends it", session.app_instance_user_arn()));
    let mut events = 0;
    let end = tokio::select! {
        biased;
        () = &mut interrupted => End::Interrupted,
        end = print_events(&mut session, form, &mut events) => end?,
    };
    session.close().await;
    match end {
        // Ctrl-C is the usual end, as for `chime local`.
        End::Interrupted => {
            let plural = if events == 1 { "" } else { "s" };
            say(&format!("ended after {events} event{plural}"));
            Ok(())
        }
        End::Unread => Ok(()),
    }
}

/// The form of the events: the command line's, lines to read on a terminal, JSON.
fn form_of(matches: &ArgMatches) -> Result<Form, Failure> {
    if matches.value_source("query") == Some(ValueSource::CommandLine) {
        return Err(Failure::usage(
            "--query is for single calls; the output of listen is one event per line",
        ));
    }
    match argument_text(matches, "output") {
        Some("json") => Ok(Form::Json),
        Some("text") => Ok(Form::Text),
        Some(_) => Err(Failure::usage("--output: the events of listen are lines; expected json or text")),
        None if std::io::stdout().is_terminal() => Ok(Form::Text),
        None => Ok(Form::Json),
    }
}

/// Prints events until the session ends.
async fn print_events(session: &mut MessagingSession, form: Form, events: &mut u64) -> Result<End, Failure> {
    while let Some(item) = session.next().await {
        match item.map_err(|error| failure(&error))? {
            SessionItem::Event(frame) => {
                *events += 1;
                let line = match form {
                    Form::Text => text(&frame.event),
                    Form::Json => serde_json::to_string(&frame.event)
                        .map_err(|error| Failure::other(&format!("the event could not be shown: {error}")))?,
                };
                if !print(&line)? {
                    return Ok(End::Unread);
                }
            }
            SessionItem::Disconnected { error, retry_in, .. } => {
                say(&format!("{error}; the next connect is in {:.1} s", retry_in.as_secs_f64()));
            }
            SessionItem::Reconnected { gap } if session.fills_gaps() => {
                say(&format!("connected again; the messages since {} follow", gap.from));
            }
            SessionItem::Reconnected { gap } => {
                say(&format!("connected again; events from {} to {} may be missing", gap.from, gap.to));
            }
            SessionItem::NotFilled { channel_arn, error } => match channel_arn {
                Some(channel) => say(&format!("{channel}: messages are missing: {error}")),
                None => say(&format!("messages are missing: {error}")),
            },
            SessionItem::Unreadable(frame) => say(&frame.to_string()),
            _ => {}
        }
    }
    // A session that ends does so with an error.
    Ok(End::Unread)
}

/// Says something about the session on standard error.
fn say(text: &str) {
    // A closed standard error has no reader.
    let _ = writeln!(std::io::stderr(), "chime: {}", OneLine(text));
}

/// Prints a line; whether anybody reads it.
fn print(line: &str) -> Result<bool, Failure> {
    let mut output = std::io::stdout().lock();
    match writeln!(output, "{line}").and_then(|()| output.flush()) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(Failure::other(&format!("standard output: {error}"))),
    }
}

/// The failure of a session.
fn failure(error: &SessionError) -> Failure {
    match error.kind() {
        SessionErrorKind::InvalidParameter(_, reason) => {
            Failure::usage(&format!("--app-instance-user-arn: {reason}"))
        }
        SessionErrorKind::Call(call) => Failure::of(call),
        SessionErrorKind::Connect(connect) => Failure::of_session(&error.to_string(), connect),
        SessionErrorKind::Closed(_) => Failure::refused(&error.to_string()),
        _ => Failure::other(&error.to_string()),
    }
}

/// An event as a line to read: when, what, where, who, and the words.
fn text(event: &Event) -> String {
    let value = serde_json::to_value(event).unwrap_or_default();
    let of = |path: &[&str]| {
        let start = value.get("Payload");
        path.iter().fold(start, |value, name| value?.get(name))
    };
    let first = |paths: &[&[&str]]| paths.iter().find_map(|path| of(path)?.as_str());
    let time = first(&[&["LastUpdatedTimestamp"], &["CreatedTimestamp"]]);
    let channel = first(&[&["ChannelArn"], &["Channel", "ChannelArn"]]).map(id);
    let who =
        first(&[&["Sender", "Name"], &["Member", "Name"], &["Sender", "Arn"], &["Member", "Arn"]]).map(id);
    let members = of(&["Members"])
        .and_then(serde_json::Value::as_array)
        .map(|members| format!("{} members", members.len()));
    let words = first(&[&["Content"], &["Name"], &["Channel", "Name"]]);
    let mut line = String::new();
    for part in [time, Some(event.event_type()), channel].into_iter().flatten() {
        line.extend([part, " "]);
    }
    let about: Vec<_> = [who, members.as_deref(), words].into_iter().flatten().collect();
    line.push_str(&about.join(": "));
    OneLine(line.trim_end()).to_string()
}

/// The last part of an ARN, or a text that is not one.
fn id(text: &str) -> &str {
    if text.starts_with("arn:") { text.rsplit('/').next().unwrap_or(text) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_one_line_to_read() {
        let instance = "arn:aws:chime:us-east-1:1:app-instance/i";
        let cases = [
            (
                format!(
                    r#"{{"EventType":"CREATE_CHANNEL_MESSAGE","Payload":{{"ChannelArn":"{instance}/channel/general",
                    "Content":"Hello\nall","CreatedTimestamp":"2026-06-04T07:14:51.000Z",
                    "Sender":{{"Arn":"{instance}/user/alice","Name":"Alice"}}}}}}"#
                ),
                r"2026-06-04T07:14:51.000Z CREATE_CHANNEL_MESSAGE general Alice: Hello\nall",
            ),
            (
                format!(
                    r#"{{"EventType":"DELETE_CHANNEL_MEMBERSHIP","Payload":{{"ChannelArn":"{instance}/channel/general",
                    "Member":{{"Arn":"{instance}/user/bob"}}}}}}"#
                ),
                "DELETE_CHANNEL_MEMBERSHIP general bob",
            ),
            (
                format!(
                    r#"{{"EventType":"BATCH_CREATE_CHANNEL_MEMBERSHIP","Payload":{{
                    "ChannelArn":"{instance}/channel/general","Members":[{{}},{{}}]}}}}"#
                ),
                "BATCH_CREATE_CHANNEL_MEMBERSHIP general 2 members",
            ),
            (
                format!(
                    r#"{{"EventType":"CHANNEL_DETAILS","Payload":{{
                    "Channel":{{"ChannelArn":"{instance}/channel/general","Name":"General"}}}}}}"#
                ),
                "CHANNEL_DETAILS general General",
            ),
            (r#"{"EventType":"SOMETHING_NEW"}"#.to_owned(), "SOMETHING_NEW"),
        ];
        for (json, expected) in cases {
            assert_eq!(text(&serde_json::from_str(&json).unwrap()), expected);
        }
    }
}
