//! Every declared operation against the service's own model, `data/chime-sdk-messaging.json`.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use chime_client::operation::{At, Metadata, Operation};
use chime_client::{ChannelMembershipType, ChannelMode, ChannelPrivacy, Exception};
use serde::Deserialize;
use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeOwned, Deserializer, IntoDeserializer, MapAccess, Visitor};
use serde_json::json;

#[derive(Deserialize)]
struct Model {
    operations: BTreeMap<String, ModelOperation>,
    shapes: BTreeMap<String, Shape>,
}

#[derive(Deserialize)]
struct ModelOperation {
    method: String,
    uri: String,
    success: u16,
    input: String,
    output: Option<String>,
    errors: Vec<String>,
}

#[derive(Deserialize)]
struct Shape {
    r#type: String,
    #[serde(default)]
    members: BTreeMap<String, ModelMember>,
    #[serde(default)]
    required: Vec<String>,
    #[serde(default, rename = "enum")]
    values: Vec<String>,
    #[serde(default)]
    sensitive: bool,
    error: Option<ModelError>,
}

#[derive(Deserialize)]
struct ModelMember {
    shape: String,
    location: Option<String>,
    #[serde(rename = "locationName")]
    location_name: Option<String>,
}

#[derive(Deserialize)]
struct ModelError {
    #[serde(rename = "httpStatusCode")]
    status: u16,
}

fn model() -> Model {
    crate::data("chime-sdk-messaging.json")
}

#[test]
fn every_operation_is_the_models() {
    let model = model();
    macro_rules! check {
        ($($method:ident: $Operation:ident, $Builder:ident;)*) => {
            $( check_operation::<chime_client::$Operation>(&model, stringify!($method)); )*
        };
    }
    chime_client::for_each_operation!(check);
}

fn check_operation<O: Operation>(model: &Model, method: &str) {
    let declared = O::METADATA;
    let name = declared.name;
    assert_eq!(method.replace('_', ""), name.to_lowercase(), "the method is called as the operation");
    let operation = model.operations.get(name).unwrap_or_else(|| panic!("the model has no {name}"));

    assert_eq!(http::Method::from(declared.method).as_str(), operation.method, "{name}: method");
    let (path, query) = operation.uri.split_once('?').unwrap_or((&operation.uri, ""));
    assert_eq!(declared.path, path, "{name}: path");
    let constants: Vec<_> = declared.query.iter().map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(constants.join("&"), query, "{name}: constant query");
    assert_eq!(declared.success, operation.success, "{name}: success");
    let errors = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect::<BTreeSet<_>>();
    assert_eq!(
        errors(declared.errors.to_vec()),
        operation.errors.iter().cloned().collect(),
        "{name}: exceptions"
    );
    // Reading changes nothing. Whether another operation may be repeated, the model does not say.
    assert!(declared.idempotent || operation.method != "GET", "{name}: a GET may be repeated");

    check_input(model, &declared, &model.shapes[&operation.input]);
    let output = operation.output.as_deref().unwrap_or_else(|| panic!("{name} answers nothing"));
    assert_eq!(structure::<O>(), modelled(model, &operation.input), "{name}: types of the input");
    assert_eq!(structure::<O::Output>(), modelled(model, output), "{name}: types of the output");
    check_values::<O>(model, &operation.input);
    check_values::<O::Output>(model, output);
}

/// The table of where each member travels.
fn check_input(model: &Model, declared: &Metadata, input: &Shape) {
    let name = declared.name;
    let member = |(member, shape): (&String, &ModelMember)| {
        let location_name = shape.location_name.clone().unwrap_or_default();
        let at = match shape.location.as_deref() {
            Some("uri") => format!("label {location_name}"),
            Some("querystring") => format!("query {location_name}"),
            Some("header") => format!("header {location_name}"),
            None => "body".to_owned(),
            Some(other) => panic!("{name}: {member} travels in the {other}"),
        };
        assert!(model.shapes.contains_key(&shape.shape));
        (member.clone(), (at, input.required.contains(member)))
    };
    let modelled: BTreeMap<_, _> = input.members.iter().map(member).collect();
    let declared: BTreeMap<_, _> = declared
        .input
        .iter()
        .map(|member| {
            let at = match member.at {
                At::Label(label) => format!("label {label}"),
                At::Query(query) => format!("query {query}"),
                At::Header(header) => format!("header {header}"),
                At::Body => "body".to_owned(),
            };
            (member.name.to_owned(), (at, member.required))
        })
        .collect();
    assert_eq!(declared, modelled, "{name}: bindings and required members");
}

/// The path of every plain member below a structure of the model, and its type.
fn modelled(model: &Model, shape: &str) -> BTreeMap<String, String> {
    let mut members = BTreeMap::new();
    visit(model, shape, "", &mut |path, shape| {
        members.insert(path.to_owned(), shape.r#type.clone());
    });
    members
}

fn visit<'m>(model: &'m Model, shape: &str, path: &str, leaf: &mut impl FnMut(&str, &'m Shape)) {
    let shape = &model.shapes[shape];
    if shape.r#type == "structure" {
        for (name, member) in &shape.members {
            visit(model, &member.shape, &format!("{path}/{name}"), leaf);
        }
    } else {
        leaf(path, shape);
    }
}

/// The same of a Rust type: serde is asked to deserialize it, and what it asks for is written down.
fn structure<T: DeserializeOwned>() -> BTreeMap<String, String> {
    let members = RefCell::new(BTreeMap::new());
    let recorder = Recorder { path: String::new(), members: &members };
    let _ = T::deserialize(recorder).unwrap_or_else(|error| panic!("{error}"));
    members.into_inner()
}

struct Recorder<'r> {
    path: String,
    members: &'r RefCell<BTreeMap<String, String>>,
}

impl Recorder<'_> {
    fn record(&self, r#type: &str) {
        self.members.borrow_mut().insert(self.path.clone(), r#type.to_owned());
    }
}

type Refused = de::value::Error;

impl<'de> Deserializer<'de> for Recorder<'_> {
    type Error = Refused;

    /// Only a time asks for whatever there is.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        self.record("timestamp");
        visitor.visit_i64(0)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        self.record("string");
        // Identifiers of a request are checked.
        visitor.visit_str(if self.path.ends_with("ChannelArn") { crate::CHANNEL } else { crate::USER })
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        self.deserialize_str(visitor)
    }

    fn deserialize_i32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        self.record("integer");
        visitor.visit_i32(1)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        self.record("boolean");
        visitor.visit_bool(true)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Refused> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refused> {
        visitor.visit_map(Fields { names: fields.iter(), current: "", of: self })
    }

    serde::forward_to_deserialize_any! {
        i8 i16 i64 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf unit unit_struct seq tuple
        tuple_struct map enum identifier ignored_any
    }
}

/// Every field of a structure, one after the other.
struct Fields<'r> {
    names: std::slice::Iter<'static, &'static str>,
    current: &'static str,
    of: Recorder<'r>,
}

impl<'de> MapAccess<'de> for Fields<'_> {
    type Error = Refused;

    fn next_key_seed<K: de::DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Refused> {
        let Some(name) = self.names.next() else { return Ok(None) };
        self.current = name;
        let name: StrDeserializer<'_, Refused> = (*name).into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<V: de::DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Refused> {
        seed.deserialize(Recorder {
            path: format!("{}/{}", self.of.path, self.current),
            members: self.of.members,
        })
    }
}

/// A structure that is made from the model is read whole, names every enum value, keeps one that it does not
/// know, and hides what is sensitive.
fn check_values<T: DeserializeOwned + serde::Serialize + std::fmt::Debug>(model: &Model, structure: &str) {
    const SECRET: &str = "KEEP THIS OUT OF LOGS";
    let most = model.shapes.values().map(|shape| shape.values.len()).max().unwrap_or_default();
    // In the last round every enum has a value that is in no model.
    for round in 0..=most {
        let mut value = json!({});
        let (mut enums, mut sensitive) = (0, 0);
        visit(model, structure, "", &mut |path, shape| {
            enums += usize::from(!shape.values.is_empty());
            sensitive += usize::from(shape.sensitive);
            let leaf = match shape.r#type.as_str() {
                "timestamp" => json!(1_610_051_741.085),
                "integer" => json!(7),
                "boolean" => json!(true),
                _ if shape.sensitive => json!(SECRET),
                _ if !shape.values.is_empty() && round == most => json!("NEW"),
                _ if !shape.values.is_empty() => json!(shape.values[round % shape.values.len()]),
                _ if path.ends_with("ChannelArn") => json!(crate::CHANNEL),
                _ if path.ends_with("Arn") || path.ends_with("Bearer") => json!(crate::USER),
                _ => json!("text"),
            };
            let (parents, name) = path.rsplit_once('/').unwrap();
            let parent = parents.split('/').skip(1).fold(&mut value, |below, name| &mut below[name]);
            parent[name] = leaf;
        });
        let decoded: T = serde_json::from_value(value.clone()).unwrap();
        assert_eq!(serde_json::to_value(&decoded).unwrap(), value, "{structure}");
        let debug = format!("{decoded:?}");
        let unknown = if round == most { enums } else { 0 };
        assert_eq!(
            debug.matches("UnknownValue").count(),
            unknown,
            "{structure}: values that are not named: {debug}"
        );
        assert!(!debug.contains(SECRET), "{structure} shows what is sensitive: {debug}");
        assert_eq!(
            debug.matches("[sensitive]").count(),
            sensitive,
            "{structure} hides something else: {debug}"
        );
    }
}

#[test]
fn every_enumeration_names_what_the_model_names() {
    let model = model();
    for (shape, named) in [
        ("ChannelMode", ChannelMode::NAMED),
        ("ChannelPrivacy", ChannelPrivacy::NAMED),
        ("ChannelMembershipType", ChannelMembershipType::NAMED),
    ] {
        assert_eq!(model.shapes[shape].values, named, "{shape}");
    }
}

#[test]
fn every_exception_has_the_models_status_and_a_code_of_the_model() {
    let model = model();
    let codes = &model.shapes["ErrorCode"].values;
    for name in Exception::NAMED {
        let exception = Exception::from(*name);
        let shape = &model.shapes[*name];
        assert_eq!(exception.status(), shape.error.as_ref().map(|error| error.status), "{name}");
        let code = exception.code().unwrap();
        assert!(codes.iter().any(|known| known == code), "{name}: {code}");
        assert_eq!(Exception::from_code(code), exception);
    }
}

#[test]
fn a_member_is_a_time_exactly_if_its_name_says_so() {
    // The command line writes the times of an answer out by this rule. Inputs, which no answer has, are
    // exempt: `NotBefore` and `NotAfter`.
    let model = model();
    for (name, shape) in model.shapes.iter().filter(|(name, _)| !name.ends_with("Request")) {
        for (member, of) in &shape.members {
            let is_time = model.shapes[&of.shape].r#type == "timestamp";
            assert_eq!(is_time, member.ends_with("Timestamp"), "{name}/{member}");
        }
    }
}
