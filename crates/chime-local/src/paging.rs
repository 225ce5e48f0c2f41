//! Pages of lists, with opaque tokens that say after which row the next page begins.
//!
//! A token contains the position of the last row of its page, not a count of rows. Rows that are added or removed
//! between two pages therefore neither hide a row nor repeat one. Keys only grow, so a new row follows the last page of
//! an ascending list.

use std::hash::{DefaultHasher, Hash, Hasher};

use aws_smithy_types::base64;
use chime_types::Sensitive;

use crate::refusal::Refusal;

/// The largest page of an operation, and the default size of a page.
const LARGEST: i32 = 50;

/// The requested page of a list.
pub(crate) struct Page {
    /// The identity of the list: a token of another list is refused.
    list: u64,
    /// The number of rows to select: one more than the page has, to see whether another page follows.
    pub(crate) rows: u32,
    /// The last row of the page before; `None` at the beginning.
    pub(crate) after: Option<Place>,
}

/// The place of a row in its list: what it is ordered by, and its key where several are equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) order: i64,
    pub(crate) key: i64,
}

impl Place {
    /// The place in a list that is ordered by its key alone.
    pub(crate) fn key(key: i64) -> Self {
        Self { order: 0, key }
    }
}

impl Page {
    /// Returns the page of a list that `list` distinguishes from all others.
    pub(crate) fn new(
        list: impl Hash,
        max_results: Option<i32>,
        token: Option<&Sensitive>,
    ) -> Result<Self, Refusal> {
        Self::up_to(LARGEST, list, max_results, token)
    }

    /// Returns the page of a list whose pages may be larger than those of operations.
    pub(crate) fn up_to(
        largest: i32,
        list: impl Hash,
        max_results: Option<i32>,
        token: Option<&Sensitive>,
    ) -> Result<Self, Refusal> {
        let mut hasher = DefaultHasher::new();
        list.hash(&mut hasher);
        let list = hasher.finish();
        let after = match token.map(Sensitive::as_str).filter(|token| !token.is_empty()) {
            None => None,
            Some(token) => Some(
                read(token)
                    .filter(|(of, _)| *of == list)
                    .map(|(_, place)| place)
                    .ok_or_else(|| Refusal::bad_request("NextToken: it is not one that this list gave"))?,
            ),
        };
        let size = max_results.unwrap_or(LARGEST).clamp(1, largest);
        Ok(Self { list, rows: size.unsigned_abs() + 1, after })
    }

    /// Returns the key after which a list continues that is ordered by keys alone.
    pub(crate) fn after_key(&self) -> i64 {
        self.after.map_or(0, |place| place.key)
    }

    /// Returns the items of the page, made from the selected rows, and the token of the next page, if one follows.
    pub(crate) fn finish<R, T>(
        &self,
        mut rows: Vec<R>,
        place: impl FnOnce(&R) -> Place,
        item: impl FnMut(R) -> T,
    ) -> (Vec<T>, Option<Sensitive>) {
        let size = usize::try_from(self.rows - 1).unwrap_or(usize::MAX);
        let more = rows.len() > size;
        rows.truncate(size);
        let last = rows.last().filter(|_| more).map(place);
        let token = last.map(|place| self.token(place));
        (rows.into_iter().map(item).collect(), token)
    }

    /// Returns the token of the page that begins after a place.
    pub(crate) fn token(&self, place: Place) -> Sensitive {
        Sensitive::from(write(self.list, place))
    }
}

fn write(list: u64, place: Place) -> String {
    base64::encode(format!("{list:016x}.{}.{}", place.order, place.key))
}

fn read(token: &str) -> Option<(u64, Place)> {
    let text = String::from_utf8(base64::decode(token).ok()?).ok()?;
    let (list, place) = text.split_once('.')?;
    let (order, key) = place.split_once('.')?;
    Some((u64::from_str_radix(list, 16).ok()?, Place { order: order.parse().ok()?, key: key.parse().ok()? }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_leads_on_in_its_own_list_alone() {
        let page = Page::new("list", Some(2), None).unwrap();
        assert_eq!((page.rows, page.after), (3, None));
        let finish = |page: &Page, rows| page.finish(rows, |key| Place { order: -key, key: *key }, |key| key);
        let (items, token) = finish(&page, vec![1, 2, 3]);
        assert_eq!(items, [1, 2]);
        let token = token.unwrap();
        let next = Page::new("list", None, Some(&token)).unwrap();
        assert_eq!((next.rows, next.after), (51, Some(Place { order: -2, key: 2 })));
        assert_eq!(finish(&next, vec![3]), (vec![3], None));

        let other = Page::new("list", Some(2), None).unwrap();
        let (_, token) = finish(&other, vec![1, 2, 3]);
        for (list, token) in [
            ("other", token.unwrap().as_str()),
            ("list", "x"),
            ("list", "AAAA"),
            ("list", "é"),
            ("list", "="),
        ] {
            let refused = Page::new(list, None, Some(&token.into())).err().unwrap();
            assert_eq!(refused.name(), "BadRequestException", "{token}");
        }
    }
}
