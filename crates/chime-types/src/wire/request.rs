//! Requests, both ways.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use percent_encoding::percent_decode_str;
use serde::Serialize;
use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{self, Deserializer, IntoDeserializer};
use serde::ser::{self, Impossible, Serializer};
use serde_json::Value;

use super::push_escaped;
use crate::operation::{At, Kind, Member, Metadata, Operation};
use crate::{InvalidParameter, Timestamp};

/// The request as it is sent, but for host and signature.
///
/// # Errors
/// A member that is not within its limits.
pub fn encode_request<O: Operation>(operation: &O) -> Result<http::Request<Bytes>, InvalidParameter> {
    operation.check()?;
    let metadata = &O::METADATA;
    let mut encoder = Encoder {
        metadata,
        path: Some(metadata.path),
        separator: b'?',
        // Room for two ARNs, and for the headers of a signed request.
        target: Vec::with_capacity(512),
        headers: http::HeaderMap::with_capacity(6),
        body: Vec::new(),
    };
    operation
        .serialize(Target::Request(&mut encoder))
        .map_err(|fault| InvalidParameter::new(metadata.name, fault.member, fault.reason))?;
    encoder.finish()
}

/// The operation that a request carries: labels, query, headers and body are read and checked.
///
/// Whether the request is this operation at all is [`Metadata::matches`]'s to say.
///
/// # Errors
/// The member that is missing or malformed, or a body that is no JSON object.
pub fn decode_request<O: Operation>(
    request: &http::Request<impl AsRef<[u8]>>,
) -> Result<O, InvalidParameter> {
    let metadata = &O::METADATA;
    let invalid = |name, reason: &dyn fmt::Display| InvalidParameter::new(metadata.name, name, reason);
    let labels = metadata.labels(request.uri().path()).unwrap_or_default();
    let query = request.uri().query().unwrap_or_default();
    let mut members = Vec::with_capacity(metadata.input.len());
    for member in metadata.input {
        let escaped = match member.at {
            At::Label(label) => labels.iter().find(|(name, _)| *name == label).map(|(_, text)| *text),
            At::Query(name) => query
                .split('&')
                .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
                .find(|(given, _)| *given == name)
                .map(|(_, text)| text),
            At::Header(name) => {
                if let Some(value) = request.headers().get(name) {
                    let text = std::str::from_utf8(value.as_bytes()).map_err(|e| invalid(member.name, &e))?;
                    members.push((member.name, Source::Text(text.into())));
                }
                continue;
            }
            At::Body => continue,
        };
        if let Some(escaped) = escaped {
            let text = percent_decode_str(escaped).decode_utf8().map_err(|e| invalid(member.name, &e))?;
            members.push((member.name, Source::Text(text)));
        }
    }
    let body = request.body().as_ref();
    if !body.is_empty() && metadata.input.iter().any(|member| member.at == At::Body) {
        let object: serde_json::Map<String, Value> = serde_json::from_slice(body).map_err(|e| {
            InvalidParameter::whole(metadata.name, format!("the body is no JSON object: {e}"))
        })?;
        for (name, value) in object {
            if let Some(member) = metadata.member(&name).filter(|member| member.at == At::Body) {
                members.push((member.name, Source::Json(value)));
            }
        }
    }
    assemble(members, |_| true)
}

/// An operation from its members as a command line has them: a text, whatever its kind, or a JSON value where
/// text will not do, as for a list; a number within it may be a text, too.
///
/// ```
/// use chime_types::{DescribeChannelMembershipForAppInstanceUser, wire};
///
/// let refused = wire::from_members::<DescribeChannelMembershipForAppInstanceUser>([
///     ("ChannelArn", "arn:aws:chime:us-east-1:1:app-instance/i/channel/c".into()),
///     ("AppInstanceUserArn", "alice".into()),
///     ("ChimeBearer", "arn:aws:chime:us-east-1:1:app-instance/i/user/alice".into()),
/// ]);
/// assert_eq!(refused.unwrap_err().parameter(), Some("AppInstanceUserArn"));
/// ```
///
/// A `ClientRequestToken` may be missing: a client makes one up.
///
/// # Errors
/// The member that is missing or malformed.
pub fn from_members<O: Operation>(
    members: impl IntoIterator<Item = (&'static str, Value)>,
) -> Result<O, InvalidParameter> {
    fn source(value: Value) -> Source<'static> {
        match value {
            Value::String(text) => Source::Text(text.into()),
            Value::Array(items) => Source::List(items.into_iter().map(source).collect()),
            Value::Object(members) => {
                Source::Structure(members.into_iter().map(|(name, value)| (name, source(value))).collect())
            }
            other => Source::Json(other),
        }
    }
    assemble(members.into_iter().map(|(name, value)| (name, source(value))).collect(), |member| !member.token)
}

fn assemble<O: Operation>(
    mut members: Vec<(&'static str, Source<'_>)>,
    insist: impl Fn(&Member) -> bool,
) -> Result<O, InvalidParameter> {
    let metadata = &O::METADATA;
    // What is null was not given, as in an answer.
    members.retain(|(_, source)| !matches!(source, Source::Json(Value::Null)));
    for member in metadata.input.iter().filter(|member| member.required && insist(member)) {
        if !members.iter().any(|(name, _)| *name == member.name) {
            return Err(InvalidParameter::new(
                metadata.name,
                member.name,
                "it is required and was not given",
            ));
        }
    }
    // The deserializer's error does not tell the member it was at.
    let current = Cell::new(None);
    let watched = members.into_iter().inspect(|(name, _)| current.set(metadata.member(name)));
    let operation = O::deserialize(MapDeserializer::new(watched)).map_err(|error: serde_json::Error| {
        match current.get() {
            Some(member) => {
                InvalidParameter::new(metadata.name, member.name, unreadable(member.kind, &error))
            }
            None => InvalidParameter::whole(metadata.name, error),
        }
    })?;
    operation.check()?;
    Ok(operation)
}

/// What would have been right. serde's own message quotes the value, which may be sensitive.
fn unreadable(kind: Kind, error: &serde_json::Error) -> String {
    let expected = match kind {
        Kind::Text | Kind::Enumeration(_) => "a text",
        Kind::Integer => "a whole number",
        Kind::Time => "a time such as 2021-01-07T20:35:41.085Z, or seconds since 1970",
        Kind::TextList => "a list of texts",
        Kind::Structure | Kind::StructureList => {
            let reason = error.to_string();
            return match reason.find("missing field") {
                Some(missing) => {
                    format!("it has another form; {}", reason.get(missing..).unwrap_or_default())
                }
                None => "it has another form; expected JSON of the documented structure".to_owned(),
            };
        }
    };
    format!("expected {expected}")
}

/// A member as it arrived: text from label, query or header, or a value from the JSON body; from a command line,
/// text within lists and structures, too.
enum Source<'a> {
    Text(Cow<'a, str>),
    List(Vec<Self>),
    Structure(Vec<(String, Self)>),
    Json(Value),
}

/// The plain types that stand as text outside the body.
macro_rules! parsed {
    ($($method:ident: $visit:ident)*) => {
        $( fn $method<V: de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
            match self {
                Self::Text(text) => match text.parse() {
                    Ok(value) => visitor.$visit(value),
                    Err(_) => Err(de::Error::invalid_value(de::Unexpected::Str(&text), &visitor)),
                },
                Self::Json(value) => value.$method(visitor),
                other => other.deserialize_any(visitor),
            }
        } )*
    };
}

impl<'de> IntoDeserializer<'de, serde_json::Error> for Source<'de> {
    type Deserializer = Self;
    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Source<'de> {
    type Error = serde_json::Error;

    fn deserialize_any<V: de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        match self {
            Self::Text(text) => visitor.visit_str(&text),
            Self::List(items) => visitor.visit_seq(SeqDeserializer::new(items.into_iter())),
            Self::Structure(members) => visitor.visit_map(MapDeserializer::new(members.into_iter())),
            Self::Json(value) => value.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        match self {
            Self::Json(value) => value.deserialize_option(visitor),
            other => visitor.visit_some(other),
        }
    }

    fn deserialize_newtype_struct<V: de::Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        visitor.visit_newtype_struct(self)
    }

    parsed! {
        deserialize_bool: visit_bool deserialize_i32: visit_i32 deserialize_i64: visit_i64
    }

    serde::forward_to_deserialize_any! {
        i8 i16 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        unit unit_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// Sends each member of a request where its table says it travels.
struct Encoder<'m> {
    metadata: &'m Metadata,
    /// What of the path is not in the target yet; none once the query has begun.
    path: Option<&'static str>,
    /// What stands before the next pair of the query.
    separator: u8,
    target: Vec<u8>,
    headers: http::HeaderMap,
    body: Vec<u8>,
}

impl Encoder<'_> {
    /// Adds the path up to its next label, and in place of that its value: members are declared in the path's order.
    fn push_label(&mut self, value: &str) {
        let (before, label) = self.path.unwrap_or_default().split_once('{').unwrap_or_default();
        self.path = label.split_once('}').map(|(_, after)| after);
        self.target.extend_from_slice(before.as_bytes());
        push_escaped(&mut self.target, value);
    }

    fn push_query(&mut self, name: &str, value: &str) {
        self.finish_path();
        self.push_pair(name, value);
    }

    /// Adds what is left of the path, and the part of the query that is always sent.
    fn finish_path(&mut self) {
        if let Some(rest) = self.path.take() {
            self.target.extend_from_slice(rest.as_bytes());
            for (name, value) in self.metadata.query {
                self.push_pair(name, value);
            }
        }
    }

    fn push_pair(&mut self, name: &str, value: &str) {
        self.target.push(self.separator);
        self.separator = b'&';
        self.target.extend_from_slice(name.as_bytes());
        self.target.push(b'=');
        push_escaped(&mut self.target, value);
    }

    fn finish(mut self) -> Result<http::Request<Bytes>, InvalidParameter> {
        self.finish_path();
        let whole = |reason: http::Error| InvalidParameter::whole(self.metadata.name, reason);
        if self.metadata.input.iter().any(|member| member.at == At::Body) {
            self.body.extend(if self.body.is_empty() { &b"{}"[..] } else { b"}" });
            self.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        let mut request = http::Request::new(Bytes::from(self.body));
        *request.method_mut() = self.metadata.method.into();
        *request.uri_mut() =
            http::Uri::from_maybe_shared(Bytes::from(self.target)).map_err(|e| whole(e.into()))?;
        *request.headers_mut() = self.headers;
        Ok(request)
    }
}

/// A member that cannot be encoded.
#[derive(Debug)]
struct Fault {
    member: &'static str,
    reason: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl std::error::Error for Fault {}

impl ser::Error for Fault {
    fn custom<T: fmt::Display>(reason: T) -> Self {
        Self { member: "", reason: reason.to_string() }
    }
}

/// Where a value goes while a request is encoded: the request itself to the encoder, which takes its members
/// apart, and each member that is not in the body to a sink for its text.
enum Target<'e, 'm> {
    Request(&'e mut Encoder<'m>),
    Text(&'e mut dyn FnMut(&str) -> Result<(), Fault>),
}

impl Target<'_, '_> {
    fn text(self, text: &str) -> Result<(), Fault> {
        match self {
            Self::Text(sink) => sink(text),
            Self::Request(_) => Err(ser::Error::custom("a request is a structure")),
        }
    }
}

impl ser::SerializeStruct for &mut Encoder<'_> {
    type Ok = ();
    type Error = Fault;

    fn serialize_field<T: ?Sized + Serialize>(&mut self, key: &'static str, value: &T) -> Result<(), Fault> {
        let fault = |reason: String| Fault { member: key, reason };
        let member = self.metadata.member(key).ok_or_else(|| fault("the table has no such member".into()))?;
        if member.at == At::Body {
            self.body.push(if self.body.is_empty() { b'{' } else { b',' });
            serde_json::to_writer(&mut self.body, key).map_err(|e| fault(e.to_string()))?;
            self.body.push(b':');
            return serde_json::to_writer(&mut self.body, value).map_err(|e| fault(e.to_string()));
        }
        let mut sink = |text: &str| {
            match member.at {
                At::Label(_) => self.push_label(text),
                At::Query(name) => self.push_query(name, text),
                At::Header(name) => {
                    let value = HeaderValue::from_bytes(text.as_bytes()).map_err(ser::Error::custom)?;
                    self.headers.insert(HeaderName::from_static(name), value);
                }
                At::Body => {}
            }
            Ok(())
        };
        value.serialize(Target::Text(&mut sink)).map_err(|e| fault(e.reason))
    }

    fn end(self) -> Result<(), Fault> {
        Ok(())
    }
}

/// Values whose text is their `Display`.
macro_rules! as_text {
    ($($method:ident: $type:ty)*) => {
        $( fn $method(self, value: $type) -> Result<(), Fault> { self.text(&value.to_string()) } )*
    };
}

/// Values that no member outside the body has.
macro_rules! refused {
    ($($method:ident($($type:ty),*) -> $Ok:ty;)*) => {
        $( fn $method(self, $(_: $type),*) -> Result<$Ok, Fault> {
            Err(ser::Error::custom("only plain values travel outside the body"))
        } )*
    };
}

impl<'e, 'm> Serializer for Target<'e, 'm> {
    type Ok = ();
    type Error = Fault;
    type SerializeSeq = Impossible<(), Fault>;
    type SerializeTuple = Impossible<(), Fault>;
    type SerializeTupleStruct = Impossible<(), Fault>;
    type SerializeTupleVariant = Impossible<(), Fault>;
    type SerializeMap = Impossible<(), Fault>;
    type SerializeStruct = &'e mut Encoder<'m>;
    type SerializeStructVariant = Impossible<(), Fault>;

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeStruct, Fault> {
        match self {
            Self::Request(encoder) => Ok(encoder),
            Self::Text(_) => Err(ser::Error::custom("only plain values travel outside the body")),
        }
    }

    fn serialize_str(self, text: &str) -> Result<(), Fault> {
        self.text(text)
    }

    fn serialize_none(self) -> Result<(), Fault> {
        Ok(())
    }

    fn serialize_some<T: ?Sized + Serialize>(self, value: &T) -> Result<(), Fault> {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: ?Sized + Serialize>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Fault> {
        if name == Timestamp::NAME {
            // A time is a number in a body, and ISO-8601 everywhere else.
            let seconds = serde_json::to_value(value).map_err(ser::Error::custom)?;
            let time: Timestamp = serde_json::from_value(seconds).map_err(ser::Error::custom)?;
            return self.text(&time.to_string());
        }
        value.serialize(self)
    }

    as_text! {
        serialize_bool: bool serialize_char: char
        serialize_i8: i8 serialize_i16: i16 serialize_i32: i32 serialize_i64: i64
        serialize_u8: u8 serialize_u16: u16 serialize_u32: u32 serialize_u64: u64
        serialize_f32: f32 serialize_f64: f64
    }

    refused! {
        serialize_bytes(&[u8]) -> ();
        serialize_unit() -> ();
        serialize_unit_struct(&'static str) -> ();
        serialize_unit_variant(&'static str, u32, &'static str) -> ();
        serialize_seq(Option<usize>) -> Self::SerializeSeq;
        serialize_tuple(usize) -> Self::SerializeTuple;
        serialize_tuple_struct(&'static str, usize) -> Self::SerializeTupleStruct;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Self::SerializeTupleVariant;
        serialize_map(Option<usize>) -> Self::SerializeMap;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> Self::SerializeStructVariant;
    }

    fn serialize_newtype_variant<T: ?Sized + Serialize>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), Fault> {
        Err(ser::Error::custom("only plain values travel outside the body"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[allow(dead_code, unreachable_pub, reason = "declared like an operation that people use")]
    mod everything {
        use crate::declare::operation;
        use crate::operation::{At, Member};
        use crate::{Tag, Timestamp};

        operation! {
            /// An operation of every binding there is, which the service does not have.
            Everything, EverythingBuilder -> ();
            Messaging Post "/things/{id}/parts" ["operation" = "all"] => 201,
            idempotent: false,
            errors: ["BadRequestException"];
            required {
                /// In the path.
                id: String = Member::new("Id", At::Label("id")),
                /// In a header.
                token: String = Member::new("Token", At::Header("x-token")),
            }
            optional {
                /// A number in the query.
                max_results: i32 = Member::new("MaxResults", At::Query("max-results")).limits(1, 50),
                /// A time in the query.
                not_before: Timestamp = Member::new("NotBefore", At::Query("not-before")),
                /// A list in the body.
                list: Vec<String> = Member::new("List", At::Body),
                /// A structure in the body.
                tag: Tag = Member::new("Tag", At::Body),
                /// A time in the body.
                at: Timestamp = Member::new("At", At::Body),
            }
        }
    }
    use everything::Everything;

    fn everything() -> Everything {
        Everything::builder()
            .id("a/b c%é~")
            .token("t:/?")
            .max_results(7)
            .not_before("2021-01-07T20:35:41.085Z")
            .list(["x", "\"y"])
            .at(Timestamp::from_epoch_micros(1_500_000))
            .build()
            .unwrap()
    }

    #[test]
    fn every_binding_reaches_its_place_and_comes_back() {
        let sent = encode_request(&everything()).unwrap();
        assert_eq!(sent.method(), "POST");
        assert_eq!(
            sent.uri(),
            "/things/a%2Fb%20c%25%C3%A9~/parts?operation=all&max-results=7&not-before=2021-01-07T20%3A35%3A41.085Z"
        );
        assert_eq!(sent.headers()["x-token"], "t:/?");
        assert_eq!(sent.headers()[CONTENT_TYPE], "application/json");
        assert_eq!(sent.body(), &r#"{"List":["x","\"y"],"At":1.5}"#);
        assert_eq!(decode_request::<Everything>(&sent).unwrap(), everything());
        assert!(Everything::METADATA.matches(sent.method(), sent.uri().path(), sent.uri().query().unwrap()));
    }

    #[test]
    fn a_body_without_members_is_an_empty_object() {
        let request = Everything { list: None, at: None, ..everything() };
        assert_eq!(encode_request(&request).unwrap().body(), "{}");
    }

    #[test]
    fn refusals_name_the_member() {
        let uri = "/things/a/parts?operation=all";
        let cases = [
            (uri.to_owned(), Some("t"), r#"{"List":7}"#, Some("List"), "expected a list of texts"),
            (uri.to_owned(), Some("t"), r#"{"Tag":{"Key":"k"}}"#, Some("Tag"), "missing field `Value`"),
            (
                uri.to_owned(),
                Some("t"),
                r#"{"Tag":{"Key":"","Value":"v"}}"#,
                Some("Tag"),
                "Key: it has 0 characters",
            ),
            (uri.to_owned(), Some("t"), r#"{"Tag":"SECRET"}"#, Some("Tag"), "JSON of the documented"),
            (uri.to_owned(), Some("t"), "[]", None, "no JSON object"),
            (uri.to_owned(), Some("t"), "{", None, "no JSON object"),
            (uri.to_owned(), None, "", Some("Token"), "required"),
            (format!("{uri}&max-results=many"), Some("t"), "", Some("MaxResults"), "expected a whole number"),
            (
                format!("{uri}&max-results=99999999999"),
                Some("t"),
                "",
                Some("MaxResults"),
                "expected a whole number",
            ),
            (
                format!("{uri}&max-results=51"),
                Some("t"),
                "",
                Some("MaxResults"),
                "it is 51; expected 1 to 50",
            ),
            (format!("{uri}&not-before=SECRET"), Some("t"), "", Some("NotBefore"), "expected a time such as"),
            ("/things/%FF/parts?operation=all".to_owned(), Some("t"), "", Some("Id"), "utf-8"),
        ];
        for (uri, token, body, parameter, reason) in cases {
            let mut request = http::Request::post(&uri);
            if let Some(token) = token {
                request = request.header("x-token", token);
            }
            let refused = decode_request::<Everything>(&request.body(body).unwrap()).unwrap_err();
            assert_eq!(refused.parameter(), parameter, "{uri} {body}");
            assert!(refused.reason().contains(reason), "{refused} does not say {reason:?}");
            assert!(!refused.reason().contains("SECRET"), "{refused}");
        }
    }

    #[test]
    fn a_command_line_gives_numbers_as_texts_within_structures_too() {
        let (instance, bearer) = ("arn:aws:chime:us-east-1:1:app-instance/i", "ChimeBearer");
        let build = |settings: Value| {
            from_members::<crate::CreateChannel>([
                ("AppInstanceArn", instance.into()),
                ("Name", "1".into()),
                (bearer, format!("{instance}/user/u").into()),
                ("Tags", serde_json::json!([{"Key": "1", "Value": "2"}])),
                ("ExpirationSettings", settings),
            ])
        };
        for days in [Value::from("30"), Value::from(30)] {
            let settings =
                serde_json::json!({"ExpirationDays": days, "ExpirationCriterion": "CREATED_TIMESTAMP"});
            let request = build(settings).unwrap();
            assert_eq!(request.expiration_settings.unwrap().expiration_days, 30);
            assert_eq!(request.tags.unwrap(), [crate::Tag::new("1", "2")]);
        }
        for days in [Value::from("many"), Value::from(true), Value::from(["1"])] {
            let settings =
                serde_json::json!({"ExpirationDays": days, "ExpirationCriterion": "CREATED_TIMESTAMP"});
            assert_eq!(build(settings).unwrap_err().parameter(), Some("ExpirationSettings"));
        }
    }

    #[test]
    fn a_value_that_no_header_can_carry_is_refused() {
        let refused = encode_request(&Everything { token: "a\nb".into(), ..everything() }).unwrap_err();
        assert_eq!(refused.parameter(), Some("Token"));
    }

    #[test]
    fn the_constant_query_tells_operations_on_one_path_apart() {
        use http::Method as M;
        let matches = |method, path, query| Everything::METADATA.matches(&method, path, query);
        assert!(matches(M::POST, "/things/a/parts", "x=1&operation=all"));
        assert!(!matches(M::POST, "/things/a/parts", ""));
        assert!(!matches(M::POST, "/things/a/parts", "operation=allx"));
        assert!(!matches(M::GET, "/things/a/parts", "operation=all"));
        assert!(!matches(M::POST, "/things/a/parts/more", "operation=all"));
        assert!(!matches(M::POST, "/things/a", "operation=all"));
    }
}
