//! The documented quotas on sizes and counts that the service model does not contain.

use std::collections::BTreeMap;
use std::time::Duration;

use chime_types::Sensitive;
use chime_types::operations::CreateChannel;
use chime_types::shapes::{
    ChannelMessageType, ChannelMode, Configuration, ElasticChannelConfiguration, ExpirationCriterion,
    ExpirationSettings, MessageAttributeValue, Processor, StreamingConfiguration, Tag,
};

/// The largest number of members of a channel.
pub(crate) const MEMBERS_OF_A_CHANNEL: usize = 10_000;

/// The largest number of members of an elastic channel.
const MEMBERS_OF_AN_ELASTIC_CHANNEL: i64 = 1_000_000;

/// The largest number of channels of a user.
pub(crate) const CHANNELS_OF_A_USER: usize = 20_000;

/// The largest number of bytes of a standard message.
const STANDARD_BYTES: usize = 4096;

/// The largest number of bytes of a control message.
const CONTROL_BYTES: usize = 30;

/// The largest number of bytes of all attributes of a message.
const ATTRIBUTE_BYTES: usize = 1024;

/// How many days after retention was set the service begins to delete messages: until then, other settings bring them
/// back.
pub(crate) const GRACE_DAYS: i32 = 30;

/// How long a processor of a channel flow may take to call back.
pub(crate) const CALLBACK_LIMIT: Duration = Duration::from_hours(48);

/// How many tags a resource may have.
pub(crate) const TAGS_OF_A_RESOURCE: usize = 50;

/// What no key of a tag may begin with, in any case: AWS has it to itself.
const RESERVED_FOR_AWS: &str = "aws:";

/// How many bytes the metadata of anything may have.
const METADATA_BYTES: usize = 1024;

/// Whether metadata is within its limit; otherwise, the parameter and why it is not.
pub(crate) fn check_metadata(metadata: Option<&Sensitive>) -> Result<(), String> {
    match metadata.map_or(0, |metadata| metadata.as_str().len()) {
        0..=METADATA_BYTES => Ok(()),
        bytes => Err(format!("Metadata: it has {bytes} bytes of UTF-8; expected at most {METADATA_BYTES}")),
    }
}

/// Whether a user may expire so; otherwise, why not.
pub(crate) fn check_expiration_of_a_user(settings: Option<&ExpirationSettings>) -> Result<(), String> {
    match settings.map(|settings| &settings.expiration_criterion) {
        None | Some(ExpirationCriterion::CreatedTimestamp) => Ok(()),
        Some(other) => Err(format!(
            "ExpirationSettings: ExpirationCriterion: {other} is for channels; expected CREATED_TIMESTAMP"
        )),
    }
}

/// Whether tags may be attached; otherwise, why not. No key is quoted, since it is sensitive.
pub(crate) fn check_tags(tags: &[Tag]) -> Result<(), String> {
    for (index, tag) in tags.iter().enumerate() {
        let refused = |reason| Err(format!("Tags: item {}: Key: {reason}", index + 1));
        let start = tag.key.as_str().get(..RESERVED_FOR_AWS.len());
        if start.is_some_and(|start| start.eq_ignore_ascii_case(RESERVED_FOR_AWS)) {
            return refused("it begins with \"aws:\", which is reserved for AWS; expected another prefix");
        }
        if tags.iter().take(index).any(|before| before.key == tag.key) {
            return refused("duplicate key; send each key once");
        }
    }
    Ok(())
}

/// Whether the processors of a channel flow have an order; otherwise, why not.
pub(crate) fn check_processors(processors: &[Processor]) -> Result<(), String> {
    let mut orders: Vec<_> = processors.iter().map(|processor| processor.execution_order).collect();
    orders.sort_unstable();
    if orders.iter().zip(1..).all(|(order, expected)| *order == expected) {
        return Ok(());
    }
    let given: Vec<_> = orders.iter().map(i32::to_string).collect();
    Err(format!(
        "Processors: the values of ExecutionOrder are {}; expected 1 to {}, each once",
        given.join(", "),
        processors.len()
    ))
}

/// Whether streaming configurations are for different types of data; otherwise, which is not.
pub(crate) fn check_streaming_configurations(
    configurations: &[StreamingConfiguration],
) -> Result<(), String> {
    for (index, configuration) in configurations.iter().enumerate() {
        let data_type = &configuration.data_type;
        if configurations.iter().take(index).any(|before| before.data_type == *data_type) {
            return Err(format!(
                "StreamingConfigurations: item {}: DataType: duplicate {data_type}; send each type once",
                index + 1
            ));
        }
    }
    Ok(())
}

/// Whether the content and the metadata of a message are within the limits of its type; otherwise, the parameter that is
/// not, and why.
pub(crate) fn check_content(
    r#type: &ChannelMessageType,
    content: &Sensitive,
    metadata: Option<&Sensitive>,
) -> Result<(), String> {
    let is_control = *r#type == ChannelMessageType::Control;
    let limit = if is_control { CONTROL_BYTES } else { STANDARD_BYTES };
    let bytes = content.as_str().len();
    if bytes > limit {
        let of = if is_control { " of a CONTROL message" } else { "" };
        return Err(format!("Content: it has {bytes} bytes of UTF-8; expected at most {limit}{of}"));
    }
    if is_control && metadata.is_some() {
        return Err("Metadata: expected none with a CONTROL message".to_owned());
    }
    check_metadata(metadata)
}

/// Whether the attributes of a message are within their limit; otherwise, why not.
pub(crate) fn check_attributes(
    attributes: Option<&BTreeMap<Sensitive, MessageAttributeValue>>,
) -> Result<(), String> {
    let bytes: usize = attributes
        .into_iter()
        .flatten()
        .map(|(key, value)| {
            let values = value.string_values.iter().flatten();
            key.as_str().len() + values.map(|value| value.as_str().len()).sum::<usize>()
        })
        .sum();
    if bytes > ATTRIBUTE_BYTES {
        return Err(format!(
            "MessageAttributes: they have {bytes} bytes of UTF-8 in all; expected at most {ATTRIBUTE_BYTES}"
        ));
    }
    Ok(())
}

/// Whether a bot can have a configuration; otherwise, the parameter that is malformed, and why.
pub(crate) fn check_configuration(configuration: &Configuration) -> Result<(), String> {
    if configuration.lex.invoked_by.is_some() && configuration.lex.responds_to.is_some() {
        return Err("Configuration: Lex: RespondsTo: expected none with InvokedBy".to_owned());
    }
    Ok(())
}

/// Whether a channel can be elastic; otherwise, the parameter that keeps it from being so, and why.
pub(crate) fn check_elastic(
    channel: &CreateChannel,
    configuration: &ElasticChannelConfiguration,
) -> Result<(), String> {
    if channel.mode != Some(ChannelMode::Restricted) {
        return Err("Mode: an elastic channel is RESTRICTED; expected RESTRICTED".to_owned());
    }
    if channel.member_arns.is_some() {
        return Err(
            "MemberArns: expected none with ElasticChannelConfiguration; add members later".to_owned()
        );
    }
    let members = i64::from(configuration.maximum_sub_channels)
        * i64::from(configuration.target_memberships_per_sub_channel);
    if members > MEMBERS_OF_AN_ELASTIC_CHANNEL {
        return Err(format!(
            "ElasticChannelConfiguration: it allows {members} members; expected at most \
             {MEMBERS_OF_AN_ELASTIC_CHANNEL}"
        ));
    }
    Ok(())
}
