//! What botocore sends for each operation of both services, `data/requests.json`.

use std::collections::BTreeMap;

use chime_client::operation::Operation;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::data;
use crate::operations::request_of;

/// A request that botocore made.
#[derive(Clone, Debug, Deserialize)]
pub struct Recorded {
    /// The operation's name.
    pub operation: String,
    /// The parameters by name: all of them in an operation's first request, the required ones in its second.
    pub input: Map<String, Value>,
    /// The HTTP method.
    pub method: String,
    /// The host of the service in us-east-1.
    pub host: String,
    /// The path and the query.
    pub target: String,
    /// The headers that the operation's parameters make.
    pub headers: BTreeMap<String, String>,
    /// The body, if the operation sends one.
    pub body: Option<Value>,
}

/// Every recorded request.
pub fn requests() -> Vec<Recorded> {
    data::json("data/requests.json")
}

impl Recorded {
    /// The parameters as a request of that operation.
    pub fn request<O: Operation>(&self) -> O {
        request_of(&self.input).unwrap_or_else(|refused| panic!("{refused}"))
    }
}

/// A request of an operation with every parameter set.
pub fn example<O: Operation>() -> O {
    let name = O::METADATA.name;
    let recorded = requests().into_iter().find(|recorded| recorded.operation == name);
    recorded.unwrap_or_else(|| panic!("{name}")).request()
}
