//! The services' own models, to hold declarations against and to make values from.
//!
//! `data/chime-sdk-messaging.json` and `data/chime-sdk-identity.json` contain the facts of the models without prose.

use std::collections::BTreeMap;

use chime_client::operation::{Metadata, Service};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::arns::{LAMBDA_FUNCTION, LEX_BOT_ALIAS, PINPOINT_APP, STREAM};
use crate::data;

/// A service's model.
#[derive(Clone, Debug, Deserialize)]
pub struct Model {
    /// The first label of the service's host.
    pub endpoint_prefix: String,
    /// The name that signatures contain.
    pub signing_name: String,
    /// The operations by name.
    pub operations: BTreeMap<String, ModelOperation>,
    /// The shapes by name.
    pub shapes: BTreeMap<String, Shape>,
}

/// An operation of a model.
#[derive(Clone, Debug, Deserialize)]
pub struct ModelOperation {
    /// The HTTP method.
    pub method: String,
    /// The path with its labels, and the constant query.
    pub uri: String,
    /// The status of success.
    pub success: u16,
    /// The name of the request's shape.
    pub input: String,
    /// The name of the answer's shape, if the operation answers anything.
    pub output: Option<String>,
    /// The names of the exceptions.
    pub errors: Vec<String>,
}

/// A shape; its type says which of the other fields it has.
#[derive(Clone, Debug, Deserialize)]
pub struct Shape {
    /// `structure`, `list`, `map`, `string`, `integer`, `boolean` or `timestamp`.
    pub r#type: String,
    /// The members of a structure by name.
    #[serde(default)]
    pub members: BTreeMap<String, Member>,
    /// The names of a structure's required members.
    #[serde(default)]
    pub required: Vec<String>,
    /// The name of the shape of a list's items.
    #[serde(default)]
    pub member: String,
    /// The name of the shape of a map's keys.
    #[serde(default)]
    pub key: String,
    /// The name of the shape of a map's values.
    #[serde(default)]
    pub value: String,
    /// The values of an enumeration.
    #[serde(default, rename = "enum")]
    pub values: Vec<String>,
    /// Whether values must not be shown.
    #[serde(default)]
    pub sensitive: bool,
    /// The least length, number of items or number.
    #[serde(default)]
    pub min: u32,
    /// The greatest length, number of items or number.
    #[serde(default = "unlimited")]
    pub max: u32,
    /// The regular expression that a string must match.
    pub pattern: Option<String>,
    /// The facts of an exception.
    pub error: Option<ModelError>,
}

fn unlimited() -> u32 {
    u32::MAX
}

/// A member of a structure.
#[derive(Clone, Debug, Deserialize)]
pub struct Member {
    /// The name of its shape.
    pub shape: String,
    /// `uri`, `querystring` or `header`; in the body if it is absent.
    pub location: Option<String>,
    /// The name of the label, the query parameter or the header.
    #[serde(rename = "locationName")]
    pub location_name: Option<String>,
    /// Whether the service recognizes a repeated request by it.
    #[serde(default, rename = "idempotencyToken")]
    pub token: bool,
}

/// The facts of an exception.
#[derive(Clone, Debug, Deserialize)]
pub struct ModelError {
    /// The status that it comes with.
    #[serde(rename = "httpStatusCode")]
    pub status: u16,
}

/// The model of a service, as the declarations have it.
pub fn model(service: Service) -> Model {
    let [mut messaging, mut identity] = models();
    if service == Service::Messaging {
        narrow_resource_arns(&mut messaging, "StreamArn", STREAM);
        return messaging;
    }
    // Both services have this enumeration and we declare it once. Channels may expire in one way more than users may.
    let criterion = "ExpirationCriterion";
    identity.shapes.insert(criterion.to_owned(), messaging.shapes.remove(criterion).unwrap());
    narrow_resource_arns(&mut identity, "PinpointAppArn", PINPOINT_APP);
    identity
}

/// Gives the members `ResourceArn` a shape of their own. The model says that they are any ARN, and the documentation that
/// they are a stream, or an application of Pinpoint.
fn narrow_resource_arns(model: &mut Model, name: &str, example: &str) {
    let shape = Shape { pattern: Some(example.to_owned()), ..model.shapes["ChimeArn"].clone() };
    model.shapes.insert(name.to_owned(), shape);
    let members = model.shapes.values_mut().filter_map(|shape| shape.members.get_mut("ResourceArn"));
    for member in members.filter(|member| member.shape == "ChimeArn") {
        name.clone_into(&mut member.shape);
    }
}

/// The model that an operation is declared from. Both services declare the operations on tags, and alike: for them it is
/// messaging's.
pub fn model_of(operation: &Metadata) -> Model {
    model(operation.resource.service().unwrap_or(Service::Messaging))
}

/// The models of both services, unchanged: messaging, then identity.
pub fn models() -> [Model; 2] {
    ["data/chime-sdk-messaging.json", "data/chime-sdk-identity.json"].map(data::json)
}

impl Model {
    /// The operation of that name.
    pub fn operation(&self, name: &str) -> &ModelOperation {
        self.operations.get(name).unwrap_or_else(|| panic!("the model has no operation {name:?}"))
    }

    /// The shape of that name.
    pub fn shape(&self, name: &str) -> &Shape {
        self.shapes.get(name).unwrap_or_else(|| panic!("the model has no shape {name:?}"))
    }

    /// The members of a structure, each with its name and its shape.
    pub fn members<'m>(
        &'m self,
        structure: &'m Shape,
    ) -> impl Iterator<Item = (&'m str, &'m Member, &'m Shape)> {
        let members = structure.members.iter();
        members.map(|(name, member)| (name.as_str(), member, self.shape(&member.shape)))
    }

    /// A value of a shape that contains everything once.
    ///
    /// `leaf` makes the plain values, from the name of the nearest member above each and its shape.
    pub fn value(&self, shape: &str, member: &str, leaf: &mut impl FnMut(&str, &Shape) -> Value) -> Value {
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
    pub fn is_arn(&self) -> bool {
        self.pattern.as_deref().is_some_and(|pattern| pattern.starts_with("arn:"))
    }

    /// An identifier of another service's resource, if the shape is one.
    pub fn arn_of_another_service(&self) -> Option<&'static str> {
        let pattern = self.pattern.as_deref()?;
        if pattern.starts_with("arn:aws:lex:") {
            return Some(LEX_BOT_ALIAS);
        }
        if pattern.starts_with("arn:aws:lambda:") {
            return Some(LAMBDA_FUNCTION);
        }
        [PINPOINT_APP, STREAM].into_iter().find(|arn| pattern == *arn)
    }

    /// The pattern, if it excludes any text.
    pub fn narrow_pattern(&self) -> Option<&str> {
        self.pattern.as_deref().filter(|pattern| ![".*", r"[\s\S]*"].contains(pattern))
    }
}
