//! The form of ARNs: what keeps a text from being one.

use crate::byte_set::ByteSet;
use crate::quoted::Quoted;

/// The parts of an ARN, with an unchecked resource.
pub(super) struct Parts<'t> {
    pub(super) service: &'t str,
    pub(super) region: &'t str,
    pub(super) account: &'t str,
    pub(super) resource: &'t str,
}

/// The characters of a partition, a service, a region or an account.
const PART: ByteSet = ByteSet::of("abcdefghijklmnopqrstuvwxyz0123456789-.");

/// Takes an ARN apart, or says what keeps a text from being one.
pub(super) fn parts(text: &str) -> Result<Parts<'_>, String> {
    // Nearly every ARN is plain text, which this fold recognizes without a branch for each byte.
    let is_odd = |byte: u8| !matches!(byte, b' '..=b'~');
    if text.bytes().fold(false, |any, byte| any | is_odd(byte))
        && let Some(bad) = text.chars().find(|c| c.is_control())
    {
        return Err(format!("{bad:?} cannot stand in an ARN"));
    }
    if text.ends_with(char::is_whitespace) {
        return Err("it ends with white space".to_owned());
    }
    let ends = |rest: &str| rest.is_empty() || rest.starts_with(':');
    let rest = text.strip_prefix("arn").filter(|rest| ends(rest));
    let mut rest = rest.ok_or("it does not start with \"arn:\"")?;
    let mut part = |name: &str, shortest: usize| {
        let text = rest.strip_prefix(':').ok_or_else(|| format!("the {name} is missing"))?;
        let (part, after) = text.split_at(PART.run(text.as_bytes()));
        if part.len() < shortest || part.len() > 63 || !ends(after) {
            let part = text.split(':').next().unwrap_or_default();
            return Err(format!("its {name} is {:?}", Quoted(part)));
        }
        rest = after;
        Ok(part)
    };
    part("partition", 1)?;
    let (service, region, account) = (part("service", 1)?, part("region", 0)?, part("account", 0)?);
    let resource = rest.strip_prefix(':').ok_or("the resource is missing")?;
    // The model's limit of 1,600 characters for the whole cannot be reached with this one for the resource.
    if resource.len() > 1024 {
        let length = resource.chars().count();
        if length > 1024 {
            return Err(format!("its resource has {length} characters, more than 1024"));
        }
    }
    Ok(Parts { service, region, account, resource })
}

/// Says what keeps a text from being the ARN of an app instance, where `kinds` is empty, or of one of these kinds of
/// resource within one.
pub(super) fn check(text: &str, kinds: &[&str]) -> Result<(), String> {
    let wanted = |resource| {
        let forms: Vec<_> = kinds.iter().map(|kind| format!("app-instance/INSTANCE/{kind}/ID")).collect();
        let forms = if forms.is_empty() { "app-instance/INSTANCE".to_owned() } else { forms.join(" or ") };
        format!("its resource is {:?}, not {forms}", Quoted(resource))
    };
    let resource = chime_resource(text)?;
    match named_by(resource) {
        Some(Named::Within(kind)) if kinds.contains(&kind) => Ok(()),
        Some(Named::AppInstance) if kinds.is_empty() => Ok(()),
        _ => Err(wanted(resource)),
    }
}

/// Says what keeps a text from being the ARN of an app instance or of anything within one.
pub(super) fn check_any(text: &str) -> Result<(), String> {
    let resource = chime_resource(text)?;
    if named_by(resource).is_some() {
        return Ok(());
    }
    Err(format!(
        "its resource is {:?}, not app-instance/INSTANCE or app-instance/INSTANCE/KIND/ID",
        Quoted(resource)
    ))
}

fn chime_resource(text: &str) -> Result<&str, String> {
    let parts = parts(text)?;
    if parts.service != "chime" {
        return Err(format!("its service is {:?}, not \"chime\"", parts.service));
    }
    Ok(parts.resource)
}

/// The thing that the resource of an ARN names.
enum Named<'t> {
    AppInstance,
    /// A resource of that kind within an app instance.
    Within(&'t str),
}

/// Returns what the resource of an ARN names, or `None` if it is neither an app instance nor within one.
fn named_by(resource: &str) -> Option<Named<'_>> {
    let rest = resource.strip_prefix("app-instance/")?;
    let Some((instance, rest)) = split_at_slash(rest) else {
        return (!rest.is_empty()).then_some(Named::AppInstance);
    };
    let (kind, id) = split_at_slash(rest)?;
    (!instance.is_empty() && !id.is_empty()).then_some(Named::Within(kind))
}

/// Splits a text at its first slash. For texts this short, `str::split_once` takes twice as long.
fn split_at_slash(text: &str) -> Option<(&str, &str)> {
    let slash = text.bytes().position(|byte| byte == b'/')?;
    Some((text.get(..slash)?, text.get(slash + 1..)?))
}

/// Returns the ARN of the app instance that an ARN lies in.
pub(super) fn app_instance_of(text: &str) -> Option<&str> {
    let (colon, _) = text.match_indices(':').nth(4)?;
    let resource = text.get(colon + 1..)?;
    let id = resource.strip_prefix("app-instance/")?.split('/').next()?;
    text.get(..colon + 1 + "app-instance/".len() + id.len())
}

/// Returns the kind of resource within an app instance, such as `channel`, that an ARN is of.
pub(super) fn kind_of(text: &str) -> Option<&str> {
    match named_by(parts(text).ok()?.resource)? {
        Named::Within(kind) => Some(kind),
        Named::AppInstance => None,
    }
}
