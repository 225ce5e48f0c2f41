//! What views of the world have in common: their parameters, their pages and the form of their JSON.

use std::collections::HashMap;

use chime_types::{AppInstanceUserArn, Sensitive};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

use super::refused::{Refused, bad_request};
use crate::paging::{Page, Place};
use crate::sessions::Sessions;
use crate::tables::users::NamedUser;

/// The number at which counts of a list stop, so that a page costs the same in a world of any size.
pub(super) const MOST: u32 = 1000;

/// The largest page of a view.
const LARGEST: i32 = 200;

/// The number of things that are part of another one, such as the bans of a channel.
pub(super) const PARTS: u32 = 200;

/// The parameters in the query of a request.
pub(super) struct Parameters<'q>(pub(super) Option<&'q str>);

impl Parameters<'_> {
    pub(super) fn get(&self, name: &str) -> Option<String> {
        let mut pairs = self.0.unwrap_or_default().split('&');
        let value = pairs.find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))?;
        percent_decode_str(value).decode_utf8().ok().map(Into::into)
    }

    /// The page of a list, which `path` distinguishes from all others.
    pub(super) fn page(&self, path: &str) -> Result<Page, Refused> {
        let size = self.get("max-results").map(|text| {
            text.parse()
                .ok()
                .filter(|size| (1..=LARGEST).contains(size))
                .ok_or_else(|| bad_request(format!("max-results: out of range; expected 1 to {LARGEST}")))
        });
        let token = self.get("next-token").map(Sensitive::from);
        Page::up_to(LARGEST, path, size.transpose()?, token.as_ref())
            .map_err(|_| bad_request("next-token: it is not one that this list gave"))
    }
}

/// The answer with a page of a list.
pub(super) fn listed<R>(
    name: &str,
    page: &Page,
    rows: Vec<R>,
    place: impl FnOnce(&R) -> Place,
    item: impl FnMut(R) -> Value,
) -> Value {
    let (items, token) = page.finish(rows, place, item);
    object(json!({ name: items, "NextToken": token }))
}

/// An object without the members that are null.
pub(super) fn object(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            Value::Object(members.into_iter().filter(|(_, value)| !value.is_null()).collect::<Map<_, _>>())
        }
        other => other,
    }
}

/// An object with more members.
pub(super) fn with(value: Value, more: Value) -> Value {
    match (value, more) {
        (Value::Object(mut members), Value::Object(more)) => {
            members.extend(more);
            Value::Object(members)
        }
        (other, _) => other,
    }
}

/// A user or a bot, as others name it.
pub(super) fn named(user: &NamedUser) -> Value {
    json!({ "Arn": user.arn, "Name": user.name })
}

/// The number of open sessions by user, without the users who have none.
pub(super) fn count_sessions(sessions: &Sessions) -> HashMap<AppInstanceUserArn, u32> {
    let mut counts = HashMap::new();
    for session in sessions.records() {
        *counts.entry(session.app_instance_user_arn).or_default() += 1;
    }
    counts
}
