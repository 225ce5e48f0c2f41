//! What a parameter may be: its kind, its limits, its form.

use std::collections::BTreeMap;
use std::fmt;

use crate::operation::Member;
use crate::{InvalidValue, Sensitive};

/// What kind of value a member is, for whoever reads it from text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// A text: identifiers and enumerations too.
    Text,
    /// A whole number.
    Integer,
    /// A point in time.
    Time,
    /// A list of texts.
    TextList,
    /// A structure, a map, or a list of structures.
    Structure,
}

/// What a text must look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Form {
    /// Anything.
    Any,
    /// Letters, digits, `-` and `_`.
    Token,
    /// Letters, digits and `:-_.@`, the first and the last a letter or digit, at most 64 altogether.
    Id,
    /// No control characters but tab and line breaks.
    Name,
    /// Something that is not white space.
    NotBlank,
}

impl Form {
    /// The service model's own pattern, a regular expression; none where anything goes.
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
        }
    }

    fn check(self, text: &str) -> Result<(), &'static str> {
        let word = |c: char| c.is_ascii_alphanumeric();
        match self {
            Self::Any => Ok(()),
            Self::Token if text.chars().all(|c| word(c) || c == '-' || c == '_') => Ok(()),
            Self::Token => Err("expected letters, digits, '-' and '_' alone"),
            Self::Id
                if text.starts_with(word)
                    && text.ends_with(word)
                    && text.chars().all(|c| word(c) || ":-_.@".contains(c)) =>
            {
                Ok(())
            }
            Self::Id => Err("expected letters, digits and ':-_.@', the first and the last a letter or digit"),
            Self::Name if text.chars().all(stands_in_a_name) => Ok(()),
            Self::Name => Err("expected no control characters but tabs and line breaks"),
            Self::NotBlank if text.chars().any(|c| !c.is_whitespace()) => Ok(()),
            Self::NotBlank => Err("expected something that is not white space"),
        }
    }
}

fn stands_in_a_name(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{85}' | ' '..='~' | '\u{a0}'..='\u{fffd}' | '\u{10000}'..)
}

/// A type that a member of a request can have.
pub(crate) trait Parameter {
    /// Its kind.
    const KIND: Kind;

    /// Whether a value is within the limits of a member.
    fn check(&self, member: &Member) -> Result<(), InvalidValue>;
}

fn within(member: &Member, count: usize, what: &str) -> Result<(), InvalidValue> {
    let count = u32::try_from(count).unwrap_or(u32::MAX);
    if (member.min..=member.max).contains(&count) {
        return Ok(());
    }
    Err(InvalidValue::new(format!("it has {count} {what}; expected {}", Range(member))))
}

/// `1 to 256`, `at least 1`.
struct Range<'m>(&'m Member);

impl fmt::Display for Range<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0.min, self.0.max) {
            (min, u32::MAX) => write!(f, "at least {min}"),
            (min, max) if min == max => write!(f, "{min}"),
            (min, max) => write!(f, "{min} to {max}"),
        }
    }
}

/// Checks a text. The message never quotes it: it may be sensitive.
pub(crate) fn check_text(text: &str, member: &Member) -> Result<(), InvalidValue> {
    within(member, text.chars().count(), "characters")?;
    member.form.check(text).map_err(|expected| InvalidValue::new(format!("it has another form; {expected}")))
}

impl Parameter for String {
    const KIND: Kind = Kind::Text;

    fn check(&self, member: &Member) -> Result<(), InvalidValue> {
        check_text(self, member)
    }
}

impl Parameter for Sensitive {
    const KIND: Kind = Kind::Text;

    fn check(&self, member: &Member) -> Result<(), InvalidValue> {
        check_text(self.as_str(), member)
    }
}

impl Parameter for i32 {
    const KIND: Kind = Kind::Integer;

    fn check(&self, member: &Member) -> Result<(), InvalidValue> {
        if u32::try_from(*self).is_ok_and(|number| (member.min..=member.max).contains(&number)) {
            return Ok(());
        }
        Err(InvalidValue::new(format!("it is {self}; expected {}", Range(member))))
    }
}

impl<T: Parameter> Parameter for Vec<T> {
    const KIND: Kind = match T::KIND {
        Kind::Text => Kind::TextList,
        _ => Kind::Structure,
    };

    fn check(&self, member: &Member) -> Result<(), InvalidValue> {
        within(member, self.len(), "items")?;
        // The limits are the list's; an item's own are in its type.
        let item = Member::new(member.name, member.at);
        self.iter().enumerate().try_for_each(|(index, value)| {
            value.check(&item).map_err(|reason| InvalidValue::new(format!("item {}: {reason}", index + 1)))
        })
    }
}

impl<V: Parameter> Parameter for BTreeMap<Sensitive, V> {
    const KIND: Kind = Kind::Structure;

    fn check(&self, member: &Member) -> Result<(), InvalidValue> {
        let value = Member::new(member.name, member.at);
        self.iter().try_for_each(|(name, attribute)| {
            check_text(name.as_str(), &value.limits(1, 64))
                .map_err(|reason| InvalidValue::new(format!("a name: {reason}")))?;
            attribute.check(&value)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operation::At;

    #[test]
    fn limits_and_forms_say_what_would_be_right() {
        let member = |min, max, form| Member::new("M", At::Body).limits(min, max).form(form);
        let long = "x".repeat(257);
        let cases = [
            ("", member(1, 256, Form::Any), Some("it has 0 characters; expected 1 to 256")),
            (&long, member(1, 256, Form::Any), Some("it has 257 characters; expected 1 to 256")),
            ("", member(1, u32::MAX, Form::Any), Some("it has 0 characters; expected at least 1")),
            ("é\u{1f600}", member(2, 2, Form::Name), None),
            ("a\tb\r\nc", member(0, 9, Form::Name), None),
            ("a\0b", member(0, 9, Form::Name), Some("no control characters")),
            ("a\u{7f}", member(0, 9, Form::Name), Some("no control characters")),
            ("a\u{84}", member(0, 9, Form::Name), Some("no control characters")),
            ("a\u{fffe}", member(0, 9, Form::Name), Some("no control characters")),
            ("aZ-_9", member(2, 64, Form::Token), None),
            ("a b", member(2, 64, Form::Token), Some("letters, digits, '-' and '_'")),
            ("a:-_.@b", member(1, 64, Form::Id), None),
            ("a", member(1, 64, Form::Id), None),
            ("-a", member(1, 64, Form::Id), Some("the first and the last")),
            ("a.", member(1, 64, Form::Id), Some("the first and the last")),
            ("aéa", member(1, 64, Form::Id), Some("letters, digits and ':-_.@'")),
            (" \n", member(1, 64, Form::NotBlank), Some("not white space")),
            (" x ", member(1, 64, Form::NotBlank), None),
        ];
        for (text, member, refusal) in cases {
            for checked in [text.to_owned().check(&member), Sensitive::from(text).check(&member)] {
                match (checked, refusal) {
                    (Ok(()), None) => {}
                    (Err(reason), Some(expected)) => {
                        assert!(reason.to_string().contains(expected), "{reason}");
                    }
                    (checked, _) => panic!("{text:?}: {checked:?}"),
                }
            }
        }
        let pages = Member::new("MaxResults", At::Body).limits(1, 50);
        assert_eq!((1.check(&pages), 50.check(&pages)), (Ok(()), Ok(())));
        for number in [0, 51, -1] {
            let reason = number.check(&pages).unwrap_err().to_string();
            assert_eq!(reason, format!("it is {number}; expected 1 to 50"));
        }
        let list = Member::new("Names", At::Body).limits(1, 2);
        assert_eq!(vec![String::new(); 2].check(&list), Ok(()));
        let reason = vec![String::new(); 3].check(&list).unwrap_err().to_string();
        assert_eq!(reason, "it has 3 items; expected 1 to 2");
    }
}
