//! The operations, one file each.

mod describe_channel_membership_for_app_instance_user;

pub use describe_channel_membership_for_app_instance_user::{
    DescribeChannelMembershipForAppInstanceUser, DescribeChannelMembershipForAppInstanceUserBuilder,
    DescribeChannelMembershipForAppInstanceUserResponse,
};

/// Calls a macro with the list of every operation: its snake-case name, its type and its builder.
///
/// ```
/// macro_rules! names {
///     ($($method:ident: $Operation:ident, $Builder:ident;)*) => {
///         [$( <chime_types::$Operation as chime_types::operation::Operation>::METADATA.name ),*]
///     };
/// }
/// let names = chime_types::for_each_operation!(names);
/// assert!(names.contains(&"DescribeChannelMembershipForAppInstanceUser"));
/// ```
///
/// The client's methods, the command line's subcommands and the tests are made from this one list.
#[macro_export]
macro_rules! for_each_operation {
    ($callback:ident) => {
        $callback! {
            describe_channel_membership_for_app_instance_user:
                DescribeChannelMembershipForAppInstanceUser, DescribeChannelMembershipForAppInstanceUserBuilder;
        }
    };
}
