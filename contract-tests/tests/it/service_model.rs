//! The services' own models, `data/chime-sdk-messaging.json` and `data/chime-sdk-identity.json`, to hold the
//! declarations against and to make values from.

use std::collections::BTreeMap;

use chime_client::operation::{Operation, Service};
use chime_client::{InvalidParameter, wire};
use serde::Deserialize;
use serde_json::{Map, Value, json};

#[derive(Deserialize)]
pub(crate) struct Model {
    pub(crate) endpoint_prefix: String,
    pub(crate) signing_name: String,
    pub(crate) operations: BTreeMap<String, ModelOperation>,
    pub(crate) shapes: BTreeMap<String, Shape>,
}

#[derive(Deserialize)]
pub(crate) struct ModelOperation {
    pub(crate) method: String,
    pub(crate) uri: String,
    pub(crate) success: u16,
    pub(crate) input: String,
    pub(crate) output: Option<String>,
    pub(crate) errors: Vec<String>,
}

/// A shape; which members it has depends on its type.
#[derive(Deserialize)]
pub(crate) struct Shape {
    pub(crate) r#type: String,
    #[serde(default)]
    pub(crate) members: BTreeMap<String, Member>,
    #[serde(default)]
    pub(crate) required: Vec<String>,
    /// The shape of a list's items.
    #[serde(default)]
    pub(crate) member: String,
    /// The shapes of a map's keys and values.
    #[serde(default)]
    pub(crate) key: String,
    #[serde(default)]
    pub(crate) value: String,
    #[serde(default, rename = "enum")]
    pub(crate) values: Vec<String>,
    #[serde(default)]
    pub(crate) sensitive: bool,
    #[serde(default)]
    pub(crate) min: u32,
    #[serde(default = "unlimited")]
    pub(crate) max: u32,
    pub(crate) pattern: Option<String>,
    pub(crate) error: Option<ModelError>,
}

fn unlimited() -> u32 {
    u32::MAX
}

#[derive(Deserialize)]
pub(crate) struct Member {
    pub(crate) shape: String,
    pub(crate) location: Option<String>,
    #[serde(rename = "locationName")]
    pub(crate) location_name: Option<String>,
    #[serde(default, rename = "idempotencyToken")]
    pub(crate) token: bool,
}

#[derive(Deserialize)]
pub(crate) struct ModelError {
    #[serde(rename = "httpStatusCode")]
    pub(crate) status: u16,
}

/// The model of a service.
pub(crate) fn model(service: Service) -> Model {
    let [mut messaging, mut identity] = models();
    if service == Service::Messaging {
        return messaging;
    }
    // We have one type where both have one, and channels may expire in one way more than users may.
    let criterion = "ExpirationCriterion";
    identity.shapes.insert(criterion.to_owned(), messaging.shapes.remove(criterion).unwrap());
    identity
}

/// The models of both services, as they are.
pub(crate) fn models() -> [Model; 2] {
    ["chime-sdk-messaging.json", "chime-sdk-identity.json"].map(crate::data)
}

impl Model {
    pub(crate) fn shape(&self, name: &str) -> &Shape {
        self.shapes.get(name).unwrap_or_else(|| panic!("the model has no shape {name:?}"))
    }

    /// A value of a shape with everything in it once. `leaf` makes the plain values, from the name of the member
    /// that each stands in, or is an item of, and its shape.
    pub(crate) fn value(
        &self,
        shape: &str,
        member: &str,
        leaf: &mut impl FnMut(&str, &Shape) -> Value,
    ) -> Value {
        let shape = self.shape(shape);
        match shape.r#type.as_str() {
            "structure" => {
                let member =
                    |(name, of): (&String, &Member)| (name.clone(), self.value(&of.shape, name, leaf));
                Value::Object(shape.members.iter().map(member).collect())
            }
            "list" => json!([self.value(&shape.member, member, leaf)]),
            "map" => {
                let key = leaf(member, self.shape(&shape.key));
                json!({ key.as_str().unwrap(): self.value(&shape.value, member, leaf) })
            }
            _ => leaf(member, shape),
        }
    }
}

impl Shape {
    /// Whether it is an identifier, whose form is that of the resource it names.
    pub(crate) fn is_arn(&self) -> bool {
        self.pattern.as_deref().is_some_and(|pattern| pattern.starts_with("arn:"))
    }

    /// The pattern, where it keeps any text out.
    pub(crate) fn narrow_pattern(&self) -> Option<&str> {
        self.pattern.as_deref().filter(|pattern| ![".*", r"[\s\S]*"].contains(pattern))
    }
}

/// The operation that has those members.
pub(crate) fn operation_of<O: Operation>(members: &Map<String, Value>) -> Result<O, InvalidParameter> {
    let named = |(name, value): (&String, &Value)| {
        let member = O::METADATA.member(name);
        let member = member.unwrap_or_else(|| panic!("{} has no {name}", O::METADATA.name));
        (member.name, value.clone())
    };
    wire::from_members(members.iter().map(named))
}

/// An identifier of the kind that stands in a member of that name.
pub(crate) fn arn(member: &str) -> String {
    match member {
        "AppInstanceArn" => crate::APP_INSTANCE.to_owned(),
        "ChannelArn" => crate::CHANNEL.to_owned(),
        "ChannelFlowArn" => format!("{}/channel-flow/f", crate::APP_INSTANCE),
        _ => crate::USER.to_owned(),
    }
}
