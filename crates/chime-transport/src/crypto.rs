//! The one crypto provider, for signatures and for TLS.

#[cfg(not(any(feature = "aws-lc-rs", feature = "ring")))]
compile_error!("chime-transport needs one of its features `aws-lc-rs` (the default) and `ring`");

#[cfg(feature = "aws-lc-rs")]
pub(crate) use aws_lc_rs::{digest, hmac, rand};
#[cfg(all(feature = "ring", not(feature = "aws-lc-rs")))]
pub(crate) use ring::{digest, hmac, rand};

#[cfg(feature = "aws-lc-rs")]
pub(crate) use rustls::crypto::aws_lc_rs::default_provider;
#[cfg(all(feature = "ring", not(feature = "aws-lc-rs")))]
pub(crate) use rustls::crypto::ring::default_provider;

/// A random fraction from 0 to below 1.
#[must_use]
#[doc(hidden)]
pub fn random_fraction() -> f64 {
    use rand::SecureRandom;
    let mut bytes = [0; 4];
    // Jitter is a courtesy: without randomness the wait is half of the longest.
    match rand::SystemRandom::new().fill(&mut bytes) {
        Ok(()) => f64::from(u32::from_ne_bytes(bytes)) / (f64::from(u32::MAX) + 1.0),
        Err(_) => 0.5,
    }
}

/// Returns a unique token, 128 random bits as 32 hexadecimal digits, or `None` without a source of randomness.
///
/// ```
/// let token = chime_transport::random_token().unwrap();
/// assert_eq!(token.len(), 32);
/// assert_ne!(chime_transport::random_token().unwrap(), token);
/// ```
#[must_use]
pub fn random_token() -> Option<String> {
    use rand::SecureRandom;
    let mut bytes = [0; 16];
    rand::SystemRandom::new().fill(&mut bytes).ok()?;
    Some(format!("{:032x}", u128::from_ne_bytes(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_fractions_are_spread_from_zero_to_below_one() {
        let drawn: Vec<f64> = (0..1000).map(|_| random_fraction()).collect();
        assert!(drawn.iter().all(|fraction| (0.0..1.0).contains(fraction)));
        // Each tenth is missed once in 10^45 runs.
        for tenth in 0..10 {
            let tenth = f64::from(tenth) / 10.0;
            assert!(drawn.iter().any(|fraction| (tenth..tenth + 0.1).contains(fraction)), "{tenth}");
        }
    }
}
