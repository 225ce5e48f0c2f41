//! The `User-Agent` of the client.

use http::HeaderValue;

use crate::error::Error;

/// Returns the `User-Agent` in AWS' format, with the application's name at its end if it has one.
pub(crate) fn user_agent(app_name: Option<&str>) -> Result<HeaderValue, Error> {
    const OWN: &str = concat!("chime-client/", env!("CARGO_PKG_VERSION"), " ua/2.1");
    let mut text = format!("{OWN} os/{} lang/rust", std::env::consts::OS);
    if let Some(name) = app_name {
        let fits = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
        if name.is_empty() || name.len() > 50 || !name.chars().all(fits) {
            return Err(Error::config(format!(
                "app name (AWS_SDK_UA_APP_ID): {name:?} is not one; expected 1 to 50 letters, digits and !#$%&'*+-.^_`|~"
            )));
        }
        text.extend([" app/", name]);
    }
    HeaderValue::try_from(text).map_err(|error| Error::config(format!("user agent: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_app_name_stands_at_the_end_or_is_refused() {
        let plain = user_agent(None).unwrap();
        let plain = plain.to_str().unwrap();
        assert!(plain.starts_with("chime-client/") && plain.contains(" ua/2.1 os/"), "{plain}");
        let longest = "a".repeat(50);
        for name in ["billing", "team!#$%&'*+-.^_`|~7", &longest] {
            assert_eq!(user_agent(Some(name)).unwrap().to_str().unwrap(), format!("{plain} app/{name}"));
        }
        for name in ["", "two words", "line\nbreak", "straße", "a/b", &"a".repeat(51)] {
            let refused = user_agent(Some(name)).unwrap_err().to_string();
            assert!(refused.contains("AWS_SDK_UA_APP_ID") && !refused.contains('\n'), "{refused}");
        }
    }
}
