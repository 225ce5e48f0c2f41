//! The rows of the output: what each row of the input came to.

use chime_client::operations::{
    DescribeChannelMembershipForAppInstanceUser as Describe,
    DescribeChannelMembershipForAppInstanceUserResponse as Response,
};
use chime_client::{Admission, Error, ErrorKind, InvalidParameter};
use serde::Deserialize;
use serde_json::{Value, json};

use super::rows::Row;
use crate::output;

/// The beginning of every row of the output.
pub(super) const BEGINNING: &[u8] = br#"{"Line":"#;

#[derive(Clone, Copy, Debug, Deserialize, PartialEq)]
pub(super) enum Outcome {
    Member,
    NotMemberOrNotVisible,
    Failed,
    Rejected,
}

/// A row of the output, as far as it is read again.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Finished {
    pub(super) line: u64,
    pub(super) channel_arn: Option<String>,
    pub(super) app_instance_user_arn: Option<String>,
    pub(super) outcome: Outcome,
    pub(super) error: Option<FinishedError>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct FinishedError {
    pub(super) code: String,
}

/// A row of the output, and what is counted and reported of it.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) outcome: Outcome,
    /// The code and the message of the error, if the row failed.
    pub(super) error: Option<(String, String)>,
    /// The row, with its line's end.
    pub(super) text: String,
}

/// Returns the request for a row. For a row with a fault it is an error, and nothing is sent.
pub(super) fn request_of(row: &Row, bearer: Option<&str>) -> Result<Describe, InvalidParameter> {
    let members = &row.members;
    let user = members.app_instance_user_arn.as_deref().unwrap_or_default();
    let channel = members.channel_arn.as_deref().unwrap_or_default();
    Describe::builder()
        .channel_arn(channel)
        .app_instance_user_arn(user)
        .chime_bearer(members.chime_bearer.as_deref().or(bearer).unwrap_or(user))
        .build()
}

/// The row of the output for a row of the input.
pub(super) fn answer(row: &Row, response: Result<Response, Error>) -> Answer {
    let mut text = json!({
        "Line": row.line,
        "ChannelArn": row.members.channel_arn,
        "AppInstanceUserArn": row.members.app_instance_user_arn,
        "Outcome": null,
    });
    let mut set = |name: &str, value: Value| {
        if let Some(members) = text.as_object_mut() {
            members.insert(name.to_owned(), value);
        }
    };
    let (outcome, error) = match (&row.fault, Admission::of(response)) {
        (Some(fault), _) => (Outcome::Rejected, Some(("InvalidRow".to_owned(), fault.clone()))),
        (None, Ok(Admission::Member(membership))) => {
            set("HasUnread", json!(membership.has_unread()));
            set("ChannelMembership", json!(membership));
            (Outcome::Member, None)
        }
        (None, Ok(Admission::NotMemberOrNotVisible)) => (Outcome::NotMemberOrNotVisible, None),
        (None, Err(error)) => {
            let (outcome, code, message) = match error.kind() {
                ErrorKind::InvalidParameter(invalid) => {
                    (Outcome::Rejected, "InvalidRow", invalid.to_string())
                }
                ErrorKind::Service(refused) => (Outcome::Failed, refused.name(), error.to_string()),
                _ => (Outcome::Failed, "NoAnswer", error.to_string()),
            };
            (outcome, Some((code.to_owned(), message)))
        }
    };
    if let Some((code, message)) = &error {
        set("Error", json!({ "Code": code, "Message": message }));
    }
    set("Outcome", format!("{outcome:?}").into());
    output::write_out_times(&mut text);
    Answer { outcome, error, text: format!("{text}\n") }
}
