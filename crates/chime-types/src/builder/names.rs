//! The names of parameters and members, as types.
//!
//! A required parameter that is not set has its name as its state, and every setter says whose it is, so that the
//! compiler's messages name the parameter.

/// Declares a type for each name.
macro_rules! names {
    ($($name:ident),+ $(,)?) => {
        $(
            #[doc = concat!("The name `", stringify!($name), "`, as a type.")]
            #[allow(non_camel_case_types, reason = "a name that the compiler shows")]
            #[derive(Clone, Copy, Debug)]
            pub struct $name;
        )+

        /// Every name.
        pub const ALL: &[&str] = &[$(stringify!($name)),+];
    };
}

// Those of every structure in the two models. The compiler shows a type without its path if no other one has its name and
// it is not hidden from the documentation: so all operations share one type for each name.
names! {
    admin, allow_messages, allow_notifications, app_instance, app_instance_admin, app_instance_admin_arn,
    app_instance_admins, app_instance_arn, app_instance_bot, app_instance_bot_arn, app_instance_bots,
    app_instance_retention_settings, app_instance_user, app_instance_user_arn, app_instance_user_endpoint,
    app_instance_user_endpoints, app_instance_user_id, app_instance_user_membership_summary, app_instance_users,
    app_instances, arn, batch_channel_memberships, body, callback_id, channel, channel_arn, channel_ban,
    channel_bans, channel_flow, channel_flow_arn, channel_flows, channel_id, channel_membership,
    channel_memberships, channel_message, channel_messages, channel_moderator, channel_moderator_arn,
    channel_moderators, channel_retention_settings, channel_summary, channels, chime_bearer, client_request_token,
    code, configuration, content, content_type, created_by, created_timestamp, data_type, delete_resource, detail,
    device_token, elastic_channel_configuration, endpoint, endpoint_attributes, endpoint_id, endpoint_state,
    error_code, error_message, errors, execution_order, expiration_criterion, expiration_days, expiration_settings,
    fallback_action, fields, filter_rule, initiate_deletion_timestamp, invited_by, invocation_type, invoked_by, key,
    lambda, last_edited_timestamp, last_message_timestamp, last_updated_timestamp, lex, lex_bot_alias_arn,
    locale_id, max_results, maximum_sub_channels, member, member_arn, member_arns, members, membership_count,
    message, message_attributes, message_id, metadata, minimum_membership_percentage, mode, moderator,
    moderator_arns, name, network_type, next_token, not_after, not_before, operator, persistence, preferences,
    privacy, processors, push_notification, push_notifications, read_marker_timestamp, redacted, resource_arn,
    responds_to, retention_days, sender, sort_order, standard_messages, status, status_reason,
    streaming_configurations, string_values, sub_channel_id, sub_channels, tag_keys, tags, target,
    target_memberships_per_sub_channel, targeted_messages, title, r#type, url, value, values, voip_device_token,
    welcome_intent,
}
