//! A member of a request: where it travels and what it may be.

use std::fmt;

/// A member of a request: its name, where it travels and what it may be.
///
/// ```
#[doc = import!("operation::{At, Member}")]
///
/// const NAME: Member = Member::body("Name").limits(1, 256);
/// assert_eq!((NAME.at, NAME.max), (At::Body, 256));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Member {
    /// The member's name, as the service spells it.
    pub name: &'static str,
    /// The description of the member, in one sentence.
    pub about: &'static str,
    /// The place in which the member travels.
    pub at: At,
    /// Whether the service requires it.
    pub required: bool,
    /// The origin of the value, if it is a token by which the service recognizes a repeated request.
    pub token: Option<Token>,
    /// The kind of its value.
    pub kind: Kind,
    /// The smallest number, the fewest characters of a text, the fewest items of a list.
    pub min: u32,
    /// The largest number, the most characters of a text, the most items of a list.
    pub max: u32,
    /// The fewest characters of each item of a list, or of each key of a map.
    pub item_min: u32,
    /// The most characters of each item of a list, or of each key of a map.
    pub item_max: u32,
    /// The form of a text.
    pub form: Form,
}

impl Member {
    /// Returns an optional text without limits in the path, in place of a label.
    #[must_use]
    pub const fn label(name: &'static str, label: &'static str) -> Self {
        Self::at(name, At::Label(label))
    }

    /// Returns an optional text without limits in the query, under the parameter's name.
    #[must_use]
    pub const fn query(name: &'static str, parameter: &'static str) -> Self {
        Self::at(name, At::Query(parameter))
    }

    /// Returns an optional text without limits in a header, whose name is in lower case.
    #[must_use]
    pub const fn header(name: &'static str, header: &'static str) -> Self {
        Self::at(name, At::Header(header))
    }

    /// Returns an optional text without limits in the JSON body, under its own name.
    #[must_use]
    pub const fn body(name: &'static str) -> Self {
        Self::at(name, At::Body)
    }

    const fn at(name: &'static str, at: At) -> Self {
        Self {
            name,
            about: "",
            at,
            required: false,
            token: None,
            kind: Kind::Text,
            min: 0,
            max: u32::MAX,
            item_min: 0,
            item_max: u32::MAX,
            form: Form::Any,
        }
    }

    /// Returns a copy of this member with a minimum and a maximum of its number, length or count.
    #[must_use]
    pub const fn limits(self, min: u32, max: u32) -> Self {
        Self { min, max, ..self }
    }

    /// Returns a copy of this list or map with a minimum and a maximum length of each item or key.
    #[must_use]
    pub const fn items(self, item_min: u32, item_max: u32) -> Self {
        Self { item_min, item_max, ..self }
    }

    /// Returns a copy of this text that must have a form.
    #[must_use]
    pub const fn form(self, form: Form) -> Self {
        Self { form, ..self }
    }

    /// Returns a copy of this member that the service requires.
    #[must_use]
    pub const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// Returns a copy of this member as a required token, with its origin.
    #[must_use]
    pub const fn token(self, made_by: Token) -> Self {
        Self { required: true, token: Some(made_by), ..self }
    }

    /// Returns a copy of this member with another kind of value.
    #[must_use]
    pub const fn kind(self, kind: Kind) -> Self {
        Self { kind, ..self }
    }

    /// Returns a copy of this member with a description in one sentence.
    #[must_use]
    pub const fn about(self, about: &'static str) -> Self {
        Self { about, ..self }
    }

    /// Returns whether a client makes the member up where it is not given.
    #[must_use]
    pub const fn is_made_by_client(&self) -> bool {
        matches!(self.token, Some(Token::Client))
    }

    /// Returns whether the member is a part of the request's path or query.
    pub(crate) const fn travels_in_target(&self) -> bool {
        matches!(self.at, At::Label(_) | At::Query(_))
    }

    /// Returns whether the member is bound to the label that starts at `start` in a path and ends with its segment.
    #[allow(clippy::indexing_slicing, reason = "`get` of a slice is not a const fn")]
    pub(crate) const fn is_bound_to(&self, path: &[u8], start: usize) -> bool {
        let At::Label(label) = self.at else { return false };
        let label = label.as_bytes();
        let end = start + label.len();
        let mut same = 0;
        while same < label.len() && start + same < path.len() && path[start + same] == label[same] {
            same += 1;
        }
        let ends = end < path.len() && path[end] == b'}' && (end + 1 == path.len() || path[end + 1] == b'/');
        same == label.len() && ends
    }
}

/// The place in which a member of a request travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum At {
    /// In the path, in place of the label of that name.
    Label(&'static str),
    /// In the query, as the parameter of that name.
    Query(&'static str),
    /// In the header of that (lower-case) name.
    Header(&'static str),
    /// In the JSON body, under the member's own name.
    Body,
}

/// The origin of a token by which the service recognizes a repeated request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Token {
    /// A client makes one up for each call where none is given, as for a `ClientRequestToken`.
    Client,
    /// The caller has it from elsewhere, as the `CallbackId` of a channel flow's event.
    Caller,
}

/// The kind of a member's value, for a program that reads it from text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// A text, which includes identifiers.
    Text,
    /// One of these texts.
    Enumeration(&'static [&'static str]),
    /// A whole number.
    Integer,
    /// True or false.
    Boolean,
    /// A point in time.
    Time,
    /// A list of texts.
    TextList,
    /// A structure or a map.
    Structure,
    /// A list of structures.
    StructureList,
}

/// The form of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Form {
    /// Anything.
    Any,
    /// Letters, digits, `-` and `_`.
    Token,
    /// At most 64 letters, digits and `:-_.@`, of which the first and the last are a letter or digit.
    Id,
    /// No control characters except tabs and line breaks.
    Name,
    /// At least one character that is not white space.
    NotBlank,
    /// Letters, of which `_` may separate two, and may be at the end.
    Intent,
}

impl Form {
    /// Returns the service model's own pattern, a regular expression, or `None` where anything is allowed.
    #[must_use]
    pub const fn pattern(self) -> Option<&'static str> {
        match self {
            Self::Any => None,
            Self::Token => Some("[-_a-zA-Z0-9]*"),
            Self::Id => Some(r"[A-Za-z0-9]([A-Za-z0-9\:\-\_\.\@]{0,62}[A-Za-z0-9])?"),
            Self::Name => {
                Some(r"[\u0009\u000A\u000D\u0020-\u007E\u0085\u00A0-\uD7FF\uE000-\uFFFD\u10000-\u10FFFF]*")
            }
            Self::NotBlank => Some(r".*\S.*"),
            Self::Intent => Some("^([A-Za-z]_?)+$"),
        }
    }

    /// Checks a text. The error says which characters it may contain.
    pub(crate) fn check(self, text: &str) -> Result<(), &'static str> {
        let alphanumeric = |c: char| c.is_ascii_alphanumeric();
        match self {
            Self::Any => Ok(()),
            Self::Token if text.chars().all(|c| alphanumeric(c) || c == '-' || c == '_') => Ok(()),
            Self::Token => Err("may contain only letters, digits, '-' and '_'"),
            Self::Id
                if text.starts_with(alphanumeric)
                    && text.ends_with(alphanumeric)
                    && text.chars().all(|c| alphanumeric(c) || ":-_.@".contains(c)) =>
            {
                Ok(())
            }
            Self::Id => Err(
                "may contain only letters, digits and ':-_.@', and must begin and end with a letter or digit",
            ),
            Self::Name if text.chars().all(is_allowed_in_a_name) => Ok(()),
            Self::Name => Err("may contain no control characters except tabs and line breaks"),
            Self::NotBlank if text.chars().any(|c| !c.is_whitespace()) => Ok(()),
            Self::NotBlank => Err("must contain a character that is not white space"),
            Self::Intent
                if text.starts_with(|c: char| c.is_ascii_alphabetic())
                    && !text.contains("__")
                    && text.chars().all(|c| c.is_ascii_alphabetic() || c == '_') =>
            {
                Ok(())
            }
            Self::Intent => Err("may contain only letters, and '_' after a letter"),
        }
    }
}

fn is_allowed_in_a_name(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{85}' | ' '..='~' | '\u{a0}'..='\u{fffd}' | '\u{10000}'..)
}

/// `1 to 256`, `at least 1`: what a member's limits allow.
pub(crate) struct Limits<'m>(pub(crate) &'m Member);

impl fmt::Display for Limits<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0.min, self.0.max) {
            (min, u32::MAX) => write!(f, "at least {min}"),
            (min, max) if min == max => write!(f, "{min}"),
            (min, max) => write!(f, "{min} to {max}"),
        }
    }
}
