//! What the client makes of any answer and of any text, whatever is in it.
//!
//! Each law that reads bytes returns whether they were of its kind.

use std::fmt::{Debug, Display};
use std::str::FromStr;

use aws_smithy_types::DateTime;
use bytes::Bytes;
use chime_client::events::{Event, SessionFrame};
use chime_client::operation::Operation;
use chime_client::{
    AppInstanceArn, AppInstanceUserArn, ChannelArn, ChannelFlowArn, ClientBuilder, Credentials, ErrorKind,
    Exception, ServiceError, Timestamp, wire,
};
use chime_local::{Fault, Seed};
use chime_transport::EndpointSettings;
use chime_transport::sigv4::{SignedQuery, Signer};
use http::Response;
use http::uri::Authority;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::written;

/// What must not be shown, wherever the laws look for it.
const HIDDEN: &str = "SECRET";

/// The members of answers that the service model marks sensitive.
const SENSITIVE: [&str; 6] = ["Name", "Metadata", "Content", "ContentType", "NextToken", "StringValues"];

/// The longest refusal of a text.
const LONGEST_REFUSAL: usize = 8192;

/// Reads a [written](mod@crate::written) answer as each operation's.
pub fn response(written: &[u8]) -> bool {
    let Some(answer) = written::answer(written) else { return false };
    decode_responses(&answer);
    true
}

/// Reads a [written](mod@crate::written) answer as a refusal.
pub fn error(written: &[u8]) -> bool {
    let Some(answer) = written::answer(written) else { return false };
    decode_error(&answer);
    true
}

/// Holds what every operation makes of an answer to the laws.
pub fn decode_responses(response: &Response<Bytes>) {
    macro_rules! decode {
        ($($method:ident: $Operation:ident, $Builder:ident, $bearer:ident;)*) => {
            $( decode_response::<chime_client::operations::$Operation>(response); )*
        };
    }
    chime_client::for_each_operation!(decode);
}

fn decode_response<O: Operation>(response: &Response<Bytes>)
where
    O::Output: PartialEq,
{
    match wire::decode_response::<O>(response) {
        Ok(answer) => {
            let json = serde_json::to_value(&answer).unwrap();
            let sent = wire::encode_response::<O>(&answer).unwrap();
            let again = wire::decode_response::<O>(&sent).unwrap();
            assert!(again == answer || !is_exact(&json), "{}: {json}", O::METADATA.name);
            let mut changed = json;
            change_sensitive(&mut changed);
            let changed: O::Output = serde_json::from_str(&changed.to_string()).unwrap();
            // Both have been JSON once, which is not exact for every time.
            let shown = format!("{again:?}");
            assert_eq!(shown, format!("{changed:?}"), "{}: a sensitive member shows", O::METADATA.name);
            one_line(&shown);
        }
        Err(unreadable) => {
            assert_eq!(unreadable.body(), response.body());
            assert_eq!(unreadable.status(), response.status().as_u16());
            assert_eq!(unreadable.request_id(), wire::request_id(response));
            for shown in [unreadable.to_string(), format!("{unreadable:?}")] {
                one_line(&shown);
                // Headers follow the reason, and are shown.
                let reason = shown.split(" (status ").next().unwrap();
                assert!(!reason.contains(HIDDEN) && reason.len() < LONGEST_REFUSAL, "{shown}");
            }
        }
    }
}

/// Whether each time in an answer is one of the years that JSON is exact in, 1700 to 2242.
fn is_exact(json: &Value) -> bool {
    match json {
        Value::Array(items) => items.iter().all(is_exact),
        Value::Object(members) => members.values().all(is_exact),
        Value::Number(number) => {
            number.is_i64() || (-8_520_336_000.0..8_589_934_592.0).contains(&number.as_f64().unwrap())
        }
        _ => true,
    }
}

fn change_sensitive(json: &mut Value) {
    match json {
        Value::Array(items) => items.iter_mut().for_each(change_sensitive),
        Value::Object(members) => {
            for (name, value) in members {
                match value {
                    Value::String(text) if SENSITIVE.contains(&name.as_str()) => text.push_str("changed"),
                    Value::Array(items) if SENSITIVE.contains(&name.as_str()) => items.fill("changed".into()),
                    other => change_sensitive(other),
                }
            }
        }
        _ => {}
    }
}

/// Holds what is made of a refusal to the laws.
pub fn decode_error(response: &Response<Bytes>) {
    let error = wire::decode_error(response);
    assert_eq!(&error.body, response.body());
    assert_eq!(error.status, response.status().as_u16());
    assert_eq!(error.request_id.as_deref(), wire::request_id(response));
    for shown in [error.to_string(), format!("{error:?}")] {
        one_line(&shown);
    }
    if let Some(exception) = &error.exception {
        assert!(!exception.as_str().is_empty(), "{error:?}");
        assert_eq!(&Exception::from(exception.as_str()), exception);
    }
    let again = wire::decode_error(&wire::encode_error(&error));
    let kept = |error: &ServiceError| {
        (error.exception.clone(), error.message.clone(), error.status, error.request_id.clone())
    };
    assert_eq!(kept(&again), kept(&error));
    assert!(error.code.is_none() || again.code == error.code, "{error:?}");
}

/// Reads a text as each kind of identifier.
pub fn arn(written: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(written) else { return false };
    let instance = parse::<AppInstanceArn>(text);
    let user = parse::<AppInstanceUserArn>(text);
    let channel = parse::<ChannelArn>(text);
    let flow = parse::<ChannelFlowArn>(text);
    let kinds = [instance.is_some(), user.is_some(), channel.is_some(), flow.is_some()];
    assert!(kinds.iter().filter(|is| **is).count() <= 1, "{text:?}");
    if kinds.contains(&true) {
        // Whichever it is.
        let read: ChannelArn = serde_json::from_value(text.into()).unwrap();
        let within = read.app_instance_arn().expect("it lies in an app instance");
        // White space at an end is refused, which within an identifier it is not.
        let is_one = within.trim_end() != within || within.parse::<AppInstanceArn>().is_ok();
        assert!(text.starts_with(within) && is_one, "{text:?}");
    }
    // It travels as a label, in the query and as a header.
    let other = "arn:aws:chime:us-east-1:1:app-instance/i";
    let request = chime_client::operations::DescribeChannelMembershipForAppInstanceUser::builder()
        .channel_arn(channel.map_or_else(|| format!("{other}/channel/c"), Into::into))
        .app_instance_user_arn(user.as_ref().map_or_else(|| format!("{other}/user/u"), ToString::to_string))
        .chime_bearer(user.map_or_else(|| format!("{other}/user/u"), Into::into))
        .build()
        .unwrap();
    let sent = wire::encode_request(&request).unwrap();
    assert_eq!(wire::decode_request(&sent), Ok(request));
    true
}

/// Reads a text as a time and as the JSON of one.
pub fn timestamp(written: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(written) else { return false };
    let read = serde_json::from_str::<Timestamp>(text).ok();
    for time in parse::<Timestamp>(text).into_iter().chain(read) {
        assert_eq!(time.to_string().parse(), Ok(time), "{text:?}");
        assert_eq!(Timestamp::from_epoch_micros(time.as_epoch_micros()), time, "{text:?}");
        survives_json(&time);
    }
    true
}

/// A text as a value of a type: its `Display` is that text again, or the refusal is short and one line.
fn parse<T: FromStr + Display + Debug + PartialEq>(text: &str) -> Option<T>
where
    T::Err: Display + Debug,
{
    match text.parse::<T>() {
        Ok(value) => {
            assert_eq!(value.to_string().parse::<T>().as_ref().ok(), Some(&value), "{text:?}");
            Some(value)
        }
        Err(refused) => {
            let refused = refused.to_string();
            one_line(&refused);
            assert!(refused.len() < LONGEST_REFUSAL, "{} bytes: {refused}", refused.len());
            None
        }
    }
}

fn survives_json<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T) {
    let json = serde_json::to_value(value).unwrap();
    let again: T = serde_json::from_str(&json.to_string()).unwrap();
    assert!(again == *value || !is_exact(&json), "{json}: {value:?}, {again:?}");
}

/// What a refusal of the configuration names.
const SETTINGS: [&str; 9] = [
    "region: ",
    "endpoint URL: ",
    "app name (AWS_SDK_UA_APP_ID): ",
    "HTTPS_PROXY: ",
    "AWS_MAX_ATTEMPTS: ",
    "AWS_USE_FIPS_ENDPOINT: ",
    "AWS_USE_DUALSTACK_ENDPOINT: ",
    "AWS_ENDPOINT_URL_CHIME_SDK_IDENTITY: ",
    "AWS_ENDPOINT_URL_CHIME_SDK_MESSAGING: ",
];

/// Reads a text as everything that configures the client and the local service.
///
/// These are variables, one `NAME=value` per line; a fault; the JSON of faults; and the JSON of a world.
pub fn configuration(written: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(written) else { return false };
    variables(text);
    if let Ok(seed) = text.parse::<Seed>().inspect_err(|refused| one_line(&refused.to_string())) {
        let json = seed.to_string();
        assert_eq!(json.parse::<Seed>().unwrap().to_string(), json);
        one_line(&format!("{seed:?}"));
    }
    let fault = text.parse::<Fault>().map(|fault| vec![fault]);
    for faults in [fault, Fault::list_from_json(written)] {
        match faults {
            Err(refused) => one_line(&refused.to_string()),
            Ok(faults) => {
                let json = serde_json::to_vec(&faults).unwrap();
                assert_eq!(Fault::list_from_json(&json), Ok(faults));
            }
        }
    }
    true
}

fn variables(text: &str) {
    let text = text.to_owned();
    // A file is not the text's to name.
    let found = move |name: &str| {
        let lines = || text.lines().filter_map(|line| line.split_once('='));
        let value =
            lines().find(|(given, value)| *given == name && *name != *"AWS_CA_BUNDLE" && !value.is_empty());
        value.map(|(_, value)| value.to_owned())
    };
    let url = |name| found(name).or_else(|| found("AWS_ENDPOINT_URL"));
    let flag = |name| found(name).is_some_and(|text| text.eq_ignore_ascii_case("true"));
    let settings = EndpointSettings {
        region: found("AWS_REGION").or_else(|| found("AWS_DEFAULT_REGION")),
        endpoint_url: url("AWS_ENDPOINT_URL_CHIME_SDK_MESSAGING"),
        use_fips_endpoint: flag("AWS_USE_FIPS_ENDPOINT"),
        use_dualstack_endpoint: flag("AWS_USE_DUALSTACK_ENDPOINT"),
        ..EndpointSettings::default()
    };
    let urls = [settings.endpoint_url.clone(), url("AWS_ENDPOINT_URL_CHIME_SDK_IDENTITY")];
    let urls = urls.into_iter().flatten().filter(|url| url.contains(HIDDEN));
    let (with_secret, plain): (Vec<_>, Vec<_>) = urls.partition(|url| url.contains(['@', '?']));
    let among =
        |names: &[&str]| names.iter().filter_map(|name| found(name)).any(|value| value.contains(HIDDEN));
    let secret = among(&["AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "HTTPS_PROXY", "https_proxy"]);
    // What may be shown may have the text, too.
    let open = among(&[
        "AWS_REGION",
        "AWS_DEFAULT_REGION",
        "AWS_SDK_UA_APP_ID",
        "AWS_MAX_ATTEMPTS",
        "AWS_USE_FIPS_ENDPOINT",
        "AWS_USE_DUALSTACK_ENDPOINT",
        "AWS_ACCESS_KEY_ID",
        "NO_PROXY",
        "no_proxy",
    ]) || !plain.is_empty();
    let look = |shown: &str, hidden: bool| {
        one_line(shown);
        assert!(!hidden || open || !shown.contains(HIDDEN), "{shown}");
    };
    let show = |shown: String| look(&shown, secret || !with_secret.is_empty());
    let refuse = |refused: chime_client::Error| {
        show(refused.to_string());
        show(format!("{refused:?}"));
        let ErrorKind::Config(reason) = refused.kind() else { panic!("{refused}") };
        assert!(SETTINGS.iter().any(|setting| reason.starts_with(setting)), "{reason}");
    };
    show(format!("{settings:?}"));
    let resolved = settings.resolve();
    let region = settings.region.clone();
    if let Ok(endpoint) = &resolved {
        let own =
            EndpointSettings { region, endpoint_url: Some(endpoint.url()), ..EndpointSettings::default() };
        assert_eq!(own.resolve().unwrap().url(), endpoint.url());
        assert!(settings.region.is_none_or(|region| region == endpoint.region()));
        // An address that is taken has neither user nor query, so that nothing in it is secret.
        let url = endpoint.url();
        let authority: Authority = url.split('/').nth(2).unwrap().parse().unwrap();
        let port = authority.port_u16().map(|port| format!(":{port}")).unwrap_or_default();
        assert_eq!(authority.as_str(), format!("{}{port}", authority.host()));
        assert!(!url.contains(['?', '#']), "{url}");
        one_line(&format!("{endpoint:?} {url}"));
    }
    let builder = match ClientBuilder::from_lookup(found) {
        Ok(builder) => builder,
        Err(refused) => return refuse(refused),
    };
    show(format!("{builder:?}"));
    // For TLS, the platform's certificates would be read each time.
    if resolved.as_ref().is_ok_and(|endpoint| endpoint.url().starts_with("https:")) {
        return;
    }
    match (builder.build(), resolved) {
        (Ok(client), Ok(endpoint)) => {
            assert_eq!(client.endpoint(), &endpoint);
            look(&format!("{client:?}"), secret && with_secret.is_empty());
        }
        // Something else is wrong: the proxy, the application's name, the other endpoint.
        (Err(refused), Ok(_)) => refuse(refused),
        (refused, Err(same)) => {
            assert_eq!(refused.unwrap_err().to_string(), same.to_string());
            refuse(same);
        }
    }
}

/// Asserts that a text is one line.
pub fn one_line(text: &str) {
    assert!(!text.contains(|c: char| c.is_control() || c == '\u{2028}' || c == '\u{2029}'), "{text:?}");
}

/// Reads bytes as a frame of a session.
pub fn session_frame(written: &[u8]) -> bool {
    let Ok(frame) = serde_json::from_slice::<SessionFrame>(written) else { return false };
    let again = serde_json::to_string(&frame).unwrap();
    let read = serde_json::from_str::<SessionFrame>(&again).unwrap();
    let headers = |frame: &SessionFrame| {
        let kind = (frame.event.event_type().to_owned(), frame.message_type.clone());
        (kind, frame.reason.clone())
    };
    assert_eq!(headers(&read), headers(&frame), "{again}");
    // Members that are not known are JSON, whose fractions are not exact. Times are written with three digits.
    let is_known = !matches!(frame.event, Event::Other(_) | Event::ChannelDetails(_));
    if is_known && has_exact_times(&again) {
        assert_eq!(serde_json::to_string(&read).unwrap(), again);
    }
    true
}

/// Whether each time in the text of a frame is one of the years that JSON is exact in.
fn has_exact_times(text: &str) -> bool {
    let years = text
        .match_indices('T')
        .filter_map(|(end, _)| text.get(end.checked_sub(10)?..end)?.get(..4)?.parse().ok());
    years.into_iter().all(|year: u32| (1700..2242).contains(&year))
}

/// Reads bytes as the query of a signed session.
pub fn session_query(written: &[u8]) -> bool {
    let Ok(query) = std::str::from_utf8(written) else { return false };
    let signed = match SignedQuery::parse(query) {
        Ok(signed) => signed,
        Err(error) => {
            one_line(&error.to_string());
            return false;
        }
    };
    let mut changed = SignedQuery::parse(query).unwrap();
    changed.session_token = None;
    changed.signature = String::new();
    assert_eq!(format!("{changed:?}"), format!("{signed:?}"), "a secret shows");
    // Not every query is that of a URL.
    let Ok(mut request) = http::Request::get(format!("https://localhost/connect?{query}")).body(Bytes::new())
    else {
        return false;
    };
    let credentials = Credentials::new(&signed.access_key_id, "secret");
    let time = DateTime::from_secs(1_780_557_291);
    if Signer::default().sign_query(&mut request, &credentials, &signed.region, time, signed.expires).is_err()
    {
        return false;
    }
    let again = SignedQuery::parse(request.uri().query().unwrap()).unwrap();
    assert_eq!(
        (&again.access_key_id, &again.region, again.expires),
        (&signed.access_key_id, &signed.region, signed.expires)
    );
    assert_eq!((again.amz_date.as_str(), again.signature.len()), ("20260604T071451Z", 64));
    true
}
