//! Parameters: the types that can be one, their conversion from text, and their limits.

use std::collections::BTreeMap;

use crate::operation::member::{Kind, Limits, Member};
use crate::{InvalidValue, Sensitive};

/// A value that a setter takes for a parameter of type `T`: a `T`, a reference to one, or text; for a list, a
/// list of such.
///
/// ```
#[doc = import!("ChannelArn")]
#[doc = import!("builder::IntoParameter")]
///
/// let arn: ChannelArn = "arn:aws:chime:us-east-1:1:app-instance/i/channel/c".parse()?;
/// let copy: ChannelArn = IntoParameter::<_, ()>::into_parameter(&arn);
/// assert_eq!(copy, arn);
/// # Ok::<(), chime_types::InvalidValue>(())
/// ```
///
/// Text becomes a parameter unchecked. Whether it can be one is checked where the request is built, together with
/// the limits. `Name` stands for the parameter's name in the compiler's messages.
#[diagnostic::on_unimplemented(
    message = "`{Name}` is a `{T}`, which `{Self}` is not",
    label = "this parameter is a `{T}`"
)]
pub trait IntoParameter<T, Name = ()> {
    /// Returns the parameter, unchecked.
    fn into_parameter(self) -> T;
}

/// A parameter that can be given as text.
///
/// ```
#[doc = import!("builder::FromText")]
#[doc = import!("shapes::ChannelMode")]
///
/// assert_eq!(ChannelMode::from_text("RESTRICTED".to_owned()), ChannelMode::Restricted);
/// ```
pub trait FromText: Sized {
    /// Returns the parameter, unchecked: a request with text that cannot be one is refused where it is built.
    fn from_text(text: String) -> Self;
}

impl FromText for String {
    fn from_text(text: String) -> Self {
        text
    }
}

impl FromText for Sensitive {
    fn from_text(text: String) -> Self {
        text.into()
    }
}

#[diagnostic::do_not_recommend]
impl<T: FromText, Name> IntoParameter<T, Name> for String {
    fn into_parameter(self) -> T {
        T::from_text(self)
    }
}

#[diagnostic::do_not_recommend]
impl<T: FromText, Name> IntoParameter<T, Name> for &String {
    fn into_parameter(self) -> T {
        T::from_text(self.clone())
    }
}

#[diagnostic::do_not_recommend]
impl<T: FromText, Name> IntoParameter<T, Name> for &str {
    fn into_parameter(self) -> T {
        T::from_text(self.to_owned())
    }
}

impl<T, Name, U: IntoParameter<T, Name>> IntoParameter<Vec<T>, Name> for Vec<U> {
    fn into_parameter(self) -> Vec<T> {
        self.into_iter().map(U::into_parameter).collect()
    }
}

impl<T, Name, U: IntoParameter<T, Name>, const N: usize> IntoParameter<Vec<T>, Name> for [U; N] {
    fn into_parameter(self) -> Vec<T> {
        self.into_iter().map(U::into_parameter).collect()
    }
}

impl<T, Name, U: Clone + IntoParameter<T, Name>> IntoParameter<Vec<T>, Name> for &[U] {
    fn into_parameter(self) -> Vec<T> {
        self.iter().cloned().map(U::into_parameter).collect()
    }
}

#[diagnostic::do_not_recommend]
impl<V, Name> IntoParameter<BTreeMap<Sensitive, V>, Name> for BTreeMap<Sensitive, V> {
    fn into_parameter(self) -> BTreeMap<Sensitive, V> {
        self
    }
}

/// Lets a type be given as it is, by value or by reference.
macro_rules! itself {
    ($($Type:ty),+ $(,)?) => { $(
        #[diagnostic::do_not_recommend]
        impl<Name> $crate::parameter::IntoParameter<$Type, Name> for $Type {
            fn into_parameter(self) -> $Type {
                self
            }
        }

        #[diagnostic::do_not_recommend]
        impl<Name> $crate::parameter::IntoParameter<$Type, Name> for &$Type {
            fn into_parameter(self) -> $Type {
                self.clone()
            }
        }
    )+ };
}
pub(crate) use itself;

itself!(bool, i32, Sensitive);

/// A type that a member of a request or of a structure can have.
pub(crate) trait Parameter {
    /// Its kind.
    const KIND: Kind;

    /// Checks a value against the limits of a member.
    fn check(&self, member: &Member) -> Result<(), InvalidValue>;
}

fn check_count(member: &Member, count: usize, what: &str) -> Result<(), InvalidValue> {
    let count = u32::try_from(count).unwrap_or(u32::MAX);
    if (member.min..=member.max).contains(&count) {
        return Ok(());
    }
    Err(InvalidValue::new(format!("it has {count} {what}; expected {}", Limits(member))))
}

/// Checks a text. The message never quotes it: it may be sensitive.
fn check_text(text: &str, member: &Member) -> Result<(), InvalidValue> {
    check_count(member, text.chars().count(), "characters")?;
    member.form.check(text).map_err(|reason| InvalidValue::new(format!("it {reason}")))
}

/// The limits of each item of a list or of each key of a map.
fn item_of(member: &Member) -> Member {
    Member::body(member.name).limits(member.item_min, member.item_max)
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
        Err(InvalidValue::new(format!("it is {self}; expected {}", Limits(member))))
    }
}

impl Parameter for bool {
    const KIND: Kind = Kind::Boolean;

    fn check(&self, _: &Member) -> Result<(), InvalidValue> {
        Ok(())
    }
}

impl<T: Parameter> Parameter for Vec<T> {
    const KIND: Kind = match T::KIND {
        Kind::Text | Kind::Enumeration(_) => Kind::TextList,
        _ => Kind::StructureList,
    };

    fn check(&self, member: &Member) -> Result<(), InvalidValue> {
        check_count(member, self.len(), "items")?;
        let item = item_of(member);
        self.iter().enumerate().try_for_each(|(index, value)| {
            value.check(&item).map_err(|reason| InvalidValue::new(format!("item {}: {reason}", index + 1)))
        })
    }
}

impl<V: Parameter> Parameter for BTreeMap<Sensitive, V> {
    const KIND: Kind = Kind::Structure;

    fn check(&self, member: &Member) -> Result<(), InvalidValue> {
        let (name, value) = (item_of(member), Member::body(member.name));
        self.iter().try_for_each(|(key, attribute)| {
            key.check(&name).map_err(|reason| InvalidValue::new(format!("a name: {reason}")))?;
            attribute.check(&value)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operation::member::Form;

    #[test]
    fn limits_and_forms_say_what_would_be_right() {
        let member = |min, max, form| Member::body("M").limits(min, max).form(form);
        let long = "x".repeat(257);
        let cases = [
            ("", member(1, 256, Form::Any), Some("it has 0 characters; expected 1 to 256")),
            (&long, member(1, 256, Form::Any), Some("it has 257 characters; expected 1 to 256")),
            ("", member(1, u32::MAX, Form::Any), Some("it has 0 characters; expected at least 1")),
            ("é\u{1f600}", member(2, 2, Form::Name), None),
            ("a\tb\r\nc", member(0, 9, Form::Name), None),
            ("a\0b", member(0, 9, Form::Name), Some("may contain no control characters")),
            ("a\u{7f}", member(0, 9, Form::Name), Some("may contain no control characters")),
            ("a\u{84}", member(0, 9, Form::Name), Some("may contain no control characters")),
            ("a\u{fffe}", member(0, 9, Form::Name), Some("may contain no control characters")),
            ("aZ-_9", member(2, 64, Form::Token), None),
            ("a b", member(2, 64, Form::Token), Some("may contain only letters, digits, '-' and '_'")),
            ("a:-_.@b", member(1, 64, Form::Id), None),
            ("a", member(1, 64, Form::Id), None),
            ("-a", member(1, 64, Form::Id), Some("must begin and end with a letter or digit")),
            ("a.", member(1, 64, Form::Id), Some("must begin and end with a letter or digit")),
            ("aéa", member(1, 64, Form::Id), Some("may contain only letters, digits and ':-_.@'")),
            (" \n", member(1, 64, Form::NotBlank), Some("a character that is not white space")),
            (" x ", member(1, 64, Form::NotBlank), None),
            ("Greet_them_", member(1, 100, Form::Intent), None),
            ("Greet__them", member(1, 100, Form::Intent), Some("only letters, and '_' after a letter")),
            ("_Greet", member(1, 100, Form::Intent), Some("only letters, and '_' after a letter")),
            ("Greet2", member(1, 100, Form::Intent), Some("only letters, and '_' after a letter")),
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
        let pages = Member::body("MaxResults").limits(1, 50);
        assert_eq!((1.check(&pages), 50.check(&pages)), (Ok(()), Ok(())));
        for number in [0, 51, -1] {
            let reason = number.check(&pages).unwrap_err().to_string();
            assert_eq!(reason, format!("it is {number}; expected 1 to 50"));
        }
        let list = Member::body("Names").limits(1, 2);
        assert_eq!(vec![String::new(); 2].check(&list), Ok(()));
        let reason = vec![String::new(); 3].check(&list).unwrap_err().to_string();
        assert_eq!(reason, "it has 3 items; expected 1 to 2");
        let keys = Member::body("TagKeys").limits(1, 50).items(1, 3);
        assert_eq!(vec!["abc".to_owned()].check(&keys), Ok(()));
        let reason = vec!["a".to_owned(), "abcd".to_owned()].check(&keys).unwrap_err().to_string();
        assert_eq!(reason, "item 2: it has 4 characters; expected 1 to 3");
    }
}
