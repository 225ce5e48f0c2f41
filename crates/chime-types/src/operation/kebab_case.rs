//! Names as the command line has them.

/// Returns the name of an operation or of a member as the command line has it, like the AWS CLI.
///
/// ```
#[doc = import!("operation::kebab_case")]
///
/// assert_eq!(kebab_case("AppInstanceUserArn"), "app-instance-user-arn");
/// assert_eq!(kebab_case("ResourceARN"), "resource-arn");
/// ```
#[must_use]
pub fn kebab_case(name: &str) -> String {
    let mut words = String::new();
    let mut after_small = false;
    for letter in name.chars() {
        if letter.is_uppercase() && after_small {
            words.push('-');
        }
        after_small = !letter.is_uppercase();
        words.push(letter.to_ascii_lowercase());
    }
    words
}
