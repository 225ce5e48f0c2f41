//! What botocore sends for each operation of both services, `data/requests.json`.

use std::collections::BTreeMap;

use chime_client::operation::Operation;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::service_model::operation_of;

#[derive(Deserialize)]
pub(crate) struct Recorded {
    pub(crate) operation: String,
    /// The parameters by name: all of them where an operation is there first, and those that are required where it
    /// is there again.
    pub(crate) input: Map<String, Value>,
    pub(crate) method: String,
    pub(crate) host: String,
    /// Path and query.
    pub(crate) target: String,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Option<Value>,
}

pub(crate) fn requests() -> Vec<Recorded> {
    crate::data("requests.json")
}

impl Recorded {
    /// The parameters as the operation that they are of.
    pub(crate) fn operation<O: Operation>(&self) -> O {
        operation_of(&self.input).unwrap_or_else(|refused| panic!("{refused}"))
    }
}

/// An operation with every parameter set.
pub(crate) fn example<O: Operation>() -> O {
    let name = O::METADATA.name;
    let recorded = requests().into_iter().find(|recorded| recorded.operation == name);
    recorded.unwrap_or_else(|| panic!("{name}")).operation()
}
