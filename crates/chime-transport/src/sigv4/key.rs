//! The key that signs, and the text that it signs.

use super::canonical::Canonical;
use super::hex::{Hex, from_hex, hex};
use super::names::{ALGORITHM, TERMINATOR};
use crate::crypto::hmac;

/// Makes the text that a key signs: the time, the scope (`date/region/service/aws4_request`) and the request's hash.
#[must_use]
pub fn string_to_sign(amz_date: &str, scope: &str, canonical: &Canonical) -> Vec<u8> {
    let mut text = Vec::with_capacity(ALGORITHM.len() + amz_date.len() + scope.len() + 67);
    push_string_to_sign(&mut text, amz_date.as_bytes(), scope, canonical);
    text
}

pub(super) fn push_string_to_sign(text: &mut Vec<u8>, amz_date: &[u8], scope: &str, canonical: &Canonical) {
    for line in [ALGORITHM.as_bytes(), amz_date, scope.as_bytes()] {
        text.extend_from_slice(line);
        text.push(b'\n');
    }
    text.extend_from_slice(canonical.hash().as_flattened());
}

/// A key for one day, region and service, derived from a secret access key.
#[derive(Clone)]
pub struct SigningKey(hmac::Key);

impl SigningKey {
    /// Derives the key. That takes four HMACs, so keep the key for the day.
    #[must_use]
    pub fn derive(secret_access_key: &str, date: &str, region: &str, service: &str) -> Self {
        let key = |bytes: &[u8]| hmac::Key::new(hmac::HMAC_SHA256, bytes);
        let mut first = String::with_capacity(4 + secret_access_key.len());
        first.push_str("AWS4");
        first.push_str(secret_access_key);
        let parts = [date, region, service, TERMINATOR];
        let derived = parts
            .iter()
            .fold(key(first.as_bytes()), |from, part| key(hmac::sign(&from, part.as_bytes()).as_ref()));
        Self(derived)
    }

    /// Signs a text. The signature is in hexadecimal.
    #[must_use]
    pub fn sign(&self, string_to_sign: &[u8]) -> String {
        self.signature(string_to_sign).as_flattened().iter().copied().map(char::from).collect()
    }

    pub(super) fn signature(&self, string_to_sign: &[u8]) -> Hex {
        hex(hmac::sign(&self.0, string_to_sign).as_ref())
    }

    /// Returns whether a signature in hexadecimal is right. The time it takes does not depend on where the signature is
    /// wrong.
    #[must_use]
    pub fn verify(&self, string_to_sign: &[u8], signature: &str) -> bool {
        from_hex(signature).is_some_and(|tag| hmac::verify(&self.0, string_to_sign, &tag).is_ok())
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SigningKey([secret])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_that_is_not_lower_case_hexadecimal_is_wrong() {
        let key = SigningKey::derive("secret", "20260604", "us-east-1", "chime");
        let right = key.sign(b"text");
        assert!(key.verify(b"text", &right));
        let odd = &right[1..];
        for wrong in ["", "zz", odd, &right.to_uppercase(), &format!("{right}00"), &right.replace('a', "é")]
        {
            assert!(!key.verify(b"text", wrong), "{wrong}");
        }
    }

    #[test]
    fn debug_shows_no_secret() {
        let token: [(&str, &[u8]); 1] = [("x-amz-security-token", b"TOKEN")];
        let canonical = Canonical::new("GET", "/", "", token, b"");
        let key = SigningKey::derive("SECRET", "20260604", "us-east-1", "chime");
        let shown = format!("{canonical:?} {key:?}");
        assert_eq!(shown, r#"Canonical { signed_headers: "x-amz-security-token", .. } SigningKey([secret])"#);
    }
}
