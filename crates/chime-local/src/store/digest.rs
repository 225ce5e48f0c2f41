//! Digests of JSON.

use chime_transport::sigv4::sha256_hex;
use serde_json::Value;

/// The SHA-256 of JSON, in hexadecimal, whatever the order of the members.
///
/// A program that depends on this crate can choose the order in which `serde_json` keeps members.
pub(crate) fn json_digest(mut value: Value) -> String {
    value.sort_all_objects();
    sha256_hex(value.to_string().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_members_does_not_change_a_digest() {
        let digest = |text: &str| json_digest(serde_json::from_str(text).unwrap());
        let sorted = digest(r#"{"a":[{"x":1,"y":"é"}],"b":null}"#);
        assert_eq!(sorted, sha256_hex(r#"{"a":[{"x":1,"y":"é"}],"b":null}"#.as_bytes()));
        assert_eq!(digest(r#"{ "b": null, "a": [{ "y": "é", "x": 1 }] }"#), sorted);
        assert_ne!(digest(r#"{"a":[{"x":2,"y":"é"}],"b":null}"#), sorted);
    }
}
