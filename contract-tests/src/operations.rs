//! Operations by their names: metadata, values and calls.

use chime_client::operation::{Metadata, Operation};
use chime_client::operations::ALL;
use chime_client::{Client, Error, InvalidParameter, wire};
use serde_json::{Map, Value};

/// The metadata of an operation by its name, if the operation is implemented.
pub fn find(name: &str) -> Option<&'static Metadata> {
    ALL.iter().copied().find(|operation| operation.name == name)
}

/// The request that has those members.
///
/// # Errors
///
/// [`InvalidParameter`] if a value does not fit its member or a required one is missing.
pub fn request_of<O: Operation>(members: &Map<String, Value>) -> Result<O, InvalidParameter> {
    let named = |(name, value): (&String, &Value)| {
        let member = O::METADATA.member(name);
        let member = member.unwrap_or_else(|| panic!("{} has no {name}", O::METADATA.name));
        (member.name, value.clone())
    };
    wire::from_members(members.iter().map(named))
}

/// Calls an operation by its name and returns the answer as JSON; `None` if the operation is not implemented.
pub async fn call(
    client: &Client,
    operation: &str,
    members: &Map<String, Value>,
) -> Option<Result<Value, Error>> {
    macro_rules! dispatch {
        ($($method:ident: $Operation:ident, $Builder:ident, $bearer:ident;)*) => {
            match operation {
                $( stringify!($Operation) => {
                    Some(call_typed::<chime_client::operations::$Operation>(client, members).await)
                } )*
                _ => None,
            }
        };
    }
    chime_client::for_each_operation!(dispatch)
}

/// Whether the answers of an operation have a body.
pub fn has_output(operation: &str) -> bool {
    macro_rules! outputs {
        ($($method:ident: $Operation:ident, $Builder:ident, $bearer:ident;)*) => {
            match operation {
                $( stringify!($Operation) => {
                    size_of::<<chime_client::operations::$Operation as Operation>::Output>() > 0
                } )*
                _ => true,
            }
        };
    }
    chime_client::for_each_operation!(outputs)
}

async fn call_typed<O: Operation>(client: &Client, members: &Map<String, Value>) -> Result<Value, Error> {
    let request: O = request_of(members).unwrap_or_else(|refused| panic!("{refused}"));
    client.call(request).await.map(|answer| serde_json::to_value(&answer).unwrap())
}
