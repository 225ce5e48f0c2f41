//! An operation as an HTTP request.

use std::fmt;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use serde::Serialize;
use serde::ser::{self, Impossible, Serializer};

use super::escape::push_escaped;
use crate::operation::{At, Metadata, Operation};
use crate::{InvalidParameter, Timestamp};

/// Encodes an operation as the request to send, without host and signature.
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
        .serialize(Sink::Request(&mut encoder))
        .map_err(|error| InvalidParameter::new(metadata.name, error.member, error.reason))?;
    encoder.finish()
}

/// Sends each member of a request where its table says it travels.
struct Encoder<'m> {
    metadata: &'m Metadata,
    /// The part of the path that is not in the target yet; `None` once the query has begun.
    path: Option<&'static str>,
    /// The separator before the next pair of the query.
    separator: u8,
    target: Vec<u8>,
    headers: http::HeaderMap,
    body: Vec<u8>,
}

impl Encoder<'_> {
    /// Adds the path up to its next label, and in place of that its value: members are declared in the path's order.
    fn push_label(&mut self, label: &str, value: &str) {
        let (before, rest) = self.path.unwrap_or_default().split_once('{').unwrap_or_default();
        // After the label and its brace.
        self.path = rest.get(label.len() + 1..);
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
struct EncodeError {
    member: &'static str,
    reason: String,
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl std::error::Error for EncodeError {}

impl ser::Error for EncodeError {
    fn custom<T: fmt::Display>(reason: T) -> Self {
        Self { member: "", reason: reason.to_string() }
    }
}

/// Where a value goes while a request is encoded: the request itself to the encoder, which takes its members
/// apart, and each member that is not in the body to a function that takes its text.
enum Sink<'e, 'm> {
    Request(&'e mut Encoder<'m>),
    Text(&'e mut dyn FnMut(&str) -> Result<(), EncodeError>),
}

impl Sink<'_, '_> {
    fn text(self, text: &str) -> Result<(), EncodeError> {
        match self {
            Self::Text(push) => push(text),
            Self::Request(_) => Err(ser::Error::custom("a request is a structure")),
        }
    }
}

impl ser::SerializeStruct for &mut Encoder<'_> {
    type Ok = ();
    type Error = EncodeError;

    fn serialize_field<T: ?Sized + Serialize>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), EncodeError> {
        let error = |reason: String| EncodeError { member: key, reason };
        let member = self.metadata.member(key).ok_or_else(|| error("the table has no such member".into()))?;
        if member.at == At::Body {
            self.body.push(if self.body.is_empty() { b'{' } else { b',' });
            serde_json::to_writer(&mut self.body, key).map_err(|e| error(e.to_string()))?;
            self.body.push(b':');
            return serde_json::to_writer(&mut self.body, value).map_err(|e| error(e.to_string()));
        }
        let mut push = |text: &str| {
            match member.at {
                At::Label(label) => self.push_label(label, text),
                At::Query(name) => self.push_query(name, text),
                At::Header(name) => {
                    let value = HeaderValue::from_bytes(text.as_bytes()).map_err(ser::Error::custom)?;
                    self.headers.insert(HeaderName::from_static(name), value);
                }
                At::Body => {}
            }
            Ok(())
        };
        value.serialize(Sink::Text(&mut push)).map_err(|e| error(e.reason))
    }

    fn end(self) -> Result<(), EncodeError> {
        Ok(())
    }
}

/// Values whose text is their `Display`.
macro_rules! as_text {
    ($($method:ident: $type:ty)*) => {
        $( fn $method(self, value: $type) -> Result<(), EncodeError> { self.text(&value.to_string()) } )*
    };
}

/// Values that no member outside the body has.
macro_rules! refusals {
    ($($method:ident($($type:ty),*) -> $Ok:ty;)*) => {
        $( fn $method(self, $(_: $type),*) -> Result<$Ok, EncodeError> {
            Err(ser::Error::custom("only plain values travel outside the body"))
        } )*
    };
}

impl<'e, 'm> Serializer for Sink<'e, 'm> {
    type Ok = ();
    type Error = EncodeError;
    type SerializeSeq = Impossible<(), EncodeError>;
    type SerializeTuple = Impossible<(), EncodeError>;
    type SerializeTupleStruct = Impossible<(), EncodeError>;
    type SerializeTupleVariant = Impossible<(), EncodeError>;
    type SerializeMap = Impossible<(), EncodeError>;
    type SerializeStruct = &'e mut Encoder<'m>;
    type SerializeStructVariant = Impossible<(), EncodeError>;

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeStruct, EncodeError> {
        match self {
            Self::Request(encoder) => Ok(encoder),
            Self::Text(_) => Err(ser::Error::custom("only plain values travel outside the body")),
        }
    }

    fn serialize_str(self, text: &str) -> Result<(), EncodeError> {
        self.text(text)
    }

    fn serialize_none(self) -> Result<(), EncodeError> {
        Ok(())
    }

    fn serialize_some<T: ?Sized + Serialize>(self, value: &T) -> Result<(), EncodeError> {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: ?Sized + Serialize>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<(), EncodeError> {
        if name == Timestamp::NAME {
            // A time is a number in a body, and ISO-8601 everywhere else.
            let time = Timestamp::from_seconds(value).map_err(ser::Error::custom)?;
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

    refusals! {
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
    ) -> Result<(), EncodeError> {
        Err(ser::Error::custom("only plain values travel outside the body"))
    }
}
