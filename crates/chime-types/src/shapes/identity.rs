//! Users and bots as other structures name them.

use crate::declare::structure;
use crate::{AppInstanceUserArn, Sensitive};

structure! {
    /// A user or bot: its ARN and its name.
    ///
    /// ```
    #[doc = import!("shapes::Identity")]
    ///
    /// let sender: Identity =
    ///     serde_json::from_str(r#"{"Arn":"arn:aws:chime:us-east-1:1:app-instance/i/user/u","Name":"Alice"}"#)?;
    /// assert_eq!(sender.name.unwrap(), "Alice");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub struct Identity {
        /// The ARN of the user or bot.
        arn: AppInstanceUserArn,
        /// The name of the user or bot, up to 256 characters.
        name: Sensitive,
    }
}
