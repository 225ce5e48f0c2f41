//! Every declared operation against the services' own models.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use chime_client::builder::names;
use chime_client::operation::{At, Bearer, Metadata, Operation, Service};
use chime_client::{Exception, wire};
use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeOwned, Deserializer, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Value, json};

use contract_tests::arns::arn_of;
use contract_tests::operations::request_of;
use contract_tests::service_model::{Model, Shape, model, models};

#[test]
fn every_operation_is_the_models() {
    macro_rules! check {
        ($($method:ident: $Operation:ident, $Builder:ident, $bearer:ident;)*) => {
            $( check_operation::<chime_client::operations::$Operation>(stringify!($method)); )*
        };
    }
    chime_client::for_each_operation!(check);
}

fn check_operation<O: Operation>(method: &str) {
    match O::METADATA.resource.service() {
        Some(service) => check_against::<O>(method, service),
        // Both services have the operations on tags.
        None => [Service::Messaging, Service::Identity]
            .into_iter()
            .for_each(|service| check_against::<O>(method, service)),
    }
}

fn check_against<O: Operation>(method: &str, service: Service) {
    let declared = O::METADATA;
    let name = declared.name;
    let model = &model(service);
    assert_eq!(method.replace('_', ""), name.to_lowercase(), "the method is called as the operation");
    assert_eq!(service.endpoint_prefix(), model.endpoint_prefix);
    assert_eq!(chime_transport::sigv4::SERVICE, model.signing_name);
    let operation = model.operation(name);

    assert_eq!(http::Method::from(declared.method).as_str(), operation.method, "{name}: method");
    let (path, query) = operation.uri.split_once('?').unwrap_or((&operation.uri, ""));
    assert_eq!(declared.path, path, "{name}: path");
    let constants: Vec<_> = declared.query.iter().map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(constants.join("&"), query, "{name}: constant query");
    assert_eq!(declared.success, operation.success, "{name}: success");
    let errors: BTreeSet<_> = declared.errors.iter().map(|error| (*error).to_owned()).collect();
    assert_eq!(errors, operation.errors.iter().cloned().collect(), "{name}: exceptions");
    assert_eq!(errors.len(), declared.errors.len(), "{name}: a duplicate exception");
    // What reads, sets or deletes may be repeated, and what the service recognizes by a token. Of the others, the
    // model does not say.
    let has_token = declared.input.iter().any(|member| member.token.is_some());
    assert!(declared.idempotent || operation.method == "POST" && !has_token, "{name}: it may be repeated");

    let input = model.shape(&operation.input);
    let bearer = match (input.members.contains_key("ChimeBearer"), declared.bearer) {
        (true, Bearer::Required) => input.required.iter().any(|member| member == "ChimeBearer"),
        (true, Bearer::Optional) => input.required.iter().all(|member| member != "ChimeBearer"),
        (has_bearer, bearer) => !has_bearer && bearer == Bearer::None,
    };
    assert!(bearer, "{name}: the bearer is declared {:?}", declared.bearer);
    assert_eq!(input.members.contains_key("NextToken"), declared.lists.is_some(), "{name}: a page of a list");

    check_table(model, &declared, input);
    assert_eq!(structure::<O>(), modelled(model, Some(&operation.input)), "{name}: types of the input");
    let output = operation.output.as_deref();
    assert_eq!(structure::<O::Output>(), modelled(model, output), "{name}: types of the output");
    check_values::<O>(model, &operation.input);
    if let Some(output) = output {
        check_values::<O::Output>(model, output);
        check_unreadable::<O>(model, output);
    }
    check_limits::<O>(model, &operation.input);
}

/// The facts about a member of a request that its structure does not have.
#[derive(Debug, PartialEq)]
struct Row {
    at: String,
    required: bool,
    token: bool,
    kind: String,
    min: u32,
    max: u32,
    item_min: u32,
    item_max: u32,
    pattern: Option<String>,
}

/// The table of where each member travels and what it may be.
fn check_table(model: &Model, declared: &Metadata, input: &Shape) {
    let name = declared.name;
    let modelled: BTreeMap<_, _> = model
        .members(input)
        .map(|(member, of, shape)| {
            let location_name = of.location_name.clone().unwrap_or_default();
            let at = match of.location.as_deref() {
                Some("uri") => format!("label {location_name}"),
                Some("querystring") => format!("query {location_name}"),
                Some("header") => format!("header {location_name}"),
                None => "body".to_owned(),
                Some(other) => panic!("{name}: {member} travels in the {other}"),
            };
            let kind = match shape.r#type.as_str() {
                "string" if !shape.values.is_empty() => format!("Enumeration({:?})", shape.values),
                "string" => "Text".to_owned(),
                "integer" => "Integer".to_owned(),
                "boolean" => "Boolean".to_owned(),
                "timestamp" => "Time".to_owned(),
                "list" if model.shape(&shape.member).r#type == "string" => "TextList".to_owned(),
                "list" => "StructureList".to_owned(),
                "map" | "structure" => "Structure".to_owned(),
                other => panic!("{name}: {member} is a {other}"),
            };
            // The types of identifiers and enumerations have limits of their own.
            let plain = !shape.is_arn() && shape.values.is_empty();
            // The items of a list, the keys of a map.
            let item = [&shape.member, &shape.key].into_iter().find(|name| !name.is_empty());
            let item = item
                .map(|name| model.shape(name))
                .filter(|item| item.r#type == "string" && !item.is_arn() && item.values.is_empty());
            let row = Row {
                at,
                required: input.required.iter().any(|name| name == member),
                token: of.token,
                kind,
                min: if plain { shape.min } else { 0 },
                max: if plain { shape.max } else { u32::MAX },
                item_min: item.map_or(0, |item| item.min),
                item_max: item.map_or(u32::MAX, |item| item.max),
                pattern: shape.narrow_pattern().filter(|_| plain).map(str::to_owned),
            };
            (member.to_owned(), row)
        })
        .collect();
    let table: BTreeMap<_, _> = declared
        .input
        .iter()
        .map(|member| {
            let at = match member.at {
                At::Label(label) => format!("label {label}"),
                At::Query(query) => format!("query {query}"),
                At::Header(header) => format!("header {header}"),
                At::Body => "body".to_owned(),
                other => panic!("{name}: {other:?}"),
            };
            let row = Row {
                at,
                required: member.required,
                token: member.token.is_some(),
                kind: format!("{:?}", member.kind),
                min: member.min,
                max: member.max,
                item_min: member.item_min,
                item_max: member.item_max,
                pattern: member.form.pattern().map(str::to_owned),
            };
            (member.name.to_owned(), row)
        })
        .collect();
    assert_eq!(table.len(), declared.input.len(), "{name}: a duplicate member");
    assert_eq!(table, modelled, "{name}: the table of members");
}

/// Everything that is in a structure of the model, by its path: what it is, and whether it may be absent.
fn modelled(model: &Model, structure: Option<&str>) -> BTreeMap<String, String> {
    let mut nodes = BTreeMap::new();
    if let Some(structure) = structure {
        visit(model, structure, String::new(), "", &mut nodes);
    }
    nodes
}

fn visit(model: &Model, name: &str, path: String, optional: &str, nodes: &mut BTreeMap<String, String>) {
    let shape = model.shape(name);
    match shape.r#type.as_str() {
        "structure" => {
            for (member, of) in &shape.members {
                // A token may be left to the client, though the service insists on it; that of a callback comes from an
                // event.
                let is_made_up = of.token && member != "CallbackId";
                let required = shape.required.contains(member) && !is_made_up;
                let optional = if required { "" } else { "optional " };
                visit(model, &of.shape, format!("{path}/{member}"), optional, nodes);
            }
        }
        "list" => visit(model, &shape.member, format!("{path}/item"), "", nodes),
        "map" => {
            visit(model, &shape.key, format!("{path}/key"), "", nodes);
            visit(model, &shape.value, format!("{path}/value"), "", nodes);
        }
        _ => {}
    }
    // A request has the operation's name.
    let of = match shape.r#type.as_str() {
        "structure" => format!("structure {}", name.trim_end_matches("Request")),
        "string" if !shape.values.is_empty() => format!("one of {}", shape.values.join(", ")),
        other => other.to_owned(),
    };
    nodes.insert(path, format!("{optional}{of}"));
}

/// The same of a Rust type: serde is asked to deserialize it, and what it asks for is written down.
fn structure<T: DeserializeOwned>() -> BTreeMap<String, String> {
    let nodes = RefCell::new(BTreeMap::new());
    let recorder = Recorder { path: String::new(), optional: "", nodes: &nodes };
    let _ = T::deserialize(recorder).unwrap_or_else(|error| panic!("{error}"));
    nodes.into_inner()
}

struct Recorder<'r> {
    path: String,
    optional: &'static str,
    nodes: &'r RefCell<BTreeMap<String, String>>,
}

impl<'r> Recorder<'r> {
    fn record(&self, of: &str) {
        self.nodes.borrow_mut().insert(self.path.clone(), format!("{}{of}", self.optional));
    }

    fn below(&self, name: &str) -> Recorder<'r> {
        Recorder { path: format!("{}/{name}", self.path), optional: "", nodes: self.nodes }
    }
}

type Refused = de::value::Error;

impl<'de> Deserializer<'de> for Recorder<'_> {
    type Error = Refused;

    /// Only a time accepts any type.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        self.record("timestamp");
        visitor.visit_i64(0)
    }

    /// An enumeration says what it expects.
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        let expected: &dyn de::Expected = &visitor;
        let expected = expected.to_string();
        self.record(if expected.starts_with("one of ") { &expected } else { "string" });
        visitor.visit_str("text")
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

    /// An empty answer.
    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        visitor.visit_unit()
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        visitor.visit_some(Recorder { optional: "optional ", ..self })
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Refused> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        self.record("list");
        visitor.visit_seq(Item { of: Some(self) })
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        self.record("map");
        visitor.visit_map(Entry { given: false, of: self })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refused> {
        self.record(&format!("structure {name}"));
        visitor.visit_map(Fields { names: fields.iter(), current: "", of: self })
    }

    serde::forward_to_deserialize_any! {
        i8 i16 i64 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf unit_struct tuple
        tuple_struct enum identifier ignored_any
    }
}

/// One item of a list.
struct Item<'r> {
    of: Option<Recorder<'r>>,
}

impl<'de> SeqAccess<'de> for Item<'_> {
    type Error = Refused;

    fn next_element_seed<T: de::DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Refused> {
        self.of.take().map(|list| seed.deserialize(list.below("item"))).transpose()
    }
}

/// One entry of a map.
struct Entry<'r> {
    given: bool,
    of: Recorder<'r>,
}

impl<'de> MapAccess<'de> for Entry<'_> {
    type Error = Refused;

    fn next_key_seed<K: de::DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Refused> {
        if std::mem::replace(&mut self.given, true) {
            return Ok(None);
        }
        seed.deserialize(self.of.below("key")).map(Some)
    }

    fn next_value_seed<V: de::DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Refused> {
        seed.deserialize(self.of.below("value"))
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
        seed.deserialize(self.of.below(self.current))
    }
}

/// A structure that is made from the model is read whole, names every enum value, keeps one that it does not
/// know, and hides what is sensitive.
fn check_values<T: DeserializeOwned + serde::Serialize + std::fmt::Debug>(model: &Model, structure: &str) {
    const SECRET: &str = "KEEP THIS OUT OF LOGS";
    let most = model.shapes.values().map(|shape| shape.values.len()).max().unwrap_or_default();
    // In the last round every enum has a value that is in no model.
    for round in 0..=most {
        let (mut enums, mut sensitive) = (0, 0);
        let value = model.value(structure, "", &mut |member, shape| {
            enums += usize::from(!shape.values.is_empty());
            sensitive += usize::from(shape.sensitive);
            match shape.r#type.as_str() {
                "timestamp" => json!(1_610_051_741.085),
                "integer" => json!(7),
                "boolean" => json!(true),
                _ if shape.sensitive => json!(SECRET),
                _ if !shape.values.is_empty() && round == most => json!("NEW"),
                _ if !shape.values.is_empty() => json!(shape.values[round % shape.values.len()]),
                _ if shape.is_arn() => json!(arn_of(member)),
                _ => json!("text"),
            }
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

/// An answer that lacks a required member, or has a member of another type, is refused. The refusal names the member by
/// its path, and shows no value.
fn check_unreadable<O: Operation>(model: &Model, output: &str) {
    let full = model.value(output, "", &mut example);
    let refusal_of = |answer: &Value| {
        let answer = http::Response::new(answer.to_string().into());
        wire::decode_response::<O>(&answer).map(|_| ()).map_err(|unreadable| unreadable.to_string())
    };
    let mut places = Vec::new();
    members_of(model, output, (String::new(), String::new()), &mut places);
    for (pointer, path, required) in places {
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        let is_text = full.pointer(&pointer).unwrap().is_string();
        let other = if is_text { json!({ "SECRET": 1 }) } else { json!("SECRET") };
        let mut cases = vec![(other, format!("{path}: expected "))];
        if required {
            cases.push((Value::Null, format!("{path}: expected ")));
            cases.push((json!("absent"), format!("{path} is missing at line 1 column ")));
        }
        for (value, said) in cases {
            let mut changed = full.clone();
            let parent = changed.pointer_mut(parent).unwrap().as_object_mut().unwrap();
            if value == "absent" {
                parent.remove(name);
            } else {
                parent[name] = value.clone();
            }
            let context = format!("{}: {path} {value}", O::METADATA.name);
            let refused = refusal_of(&changed).expect_err(&context);
            assert!(refused.contains(&said) && !refused.contains("SECRET"), "{context}: {refused}");
        }
    }
}

/// The members below a structure, each as a JSON pointer, as the path that a refusal has, and whether it is required.
/// A map has none, since its keys are not shown.
fn members_of(model: &Model, shape: &str, at: (String, String), places: &mut Vec<(String, String, bool)>) {
    let shape = model.shape(shape);
    let (pointer, path) = at;
    match shape.r#type.as_str() {
        "structure" => {
            for (name, of) in &shape.members {
                let dot = if path.is_empty() { "" } else { "." };
                let at = (format!("{pointer}/{name}"), format!("{path}{dot}{name}"));
                places.push((at.0.clone(), at.1.clone(), shape.required.contains(name)));
                members_of(model, &of.shape, at, places);
            }
        }
        "list" => members_of(model, &shape.member, (format!("{pointer}/0"), format!("{path}[0]")), places),
        "map" => {
            assert!(
                path.ends_with("MessageAttributes"),
                "{path}: its keys are shown as if they were members"
            );
        }
        _ => {}
    }
}

/// A request with everything in it is accepted; so is each value at its limits, and refused beyond them, wherever
/// in the request it stands. The refusal names the member.
fn check_limits<O: Operation>(model: &Model, input: &str) {
    let name = O::METADATA.name;
    let full = model.value(input, "", &mut example);
    let read = |members: &Value| request_of::<O>(members.as_object().unwrap());
    read(&full).unwrap_or_else(|refused| panic!("{name}: {refused}"));
    for (member, of) in &model.shape(input).members {
        for (path, value, fits) in variations(model, &of.shape, member, format!("/{member}"), &full) {
            let mut changed = full.clone();
            *changed.pointer_mut(&path).unwrap() = value.clone();
            match read(&changed) {
                Ok(_) => assert!(fits, "{name}: {path} may be {value}"),
                Err(refused) => {
                    assert!(!fits, "{name}: {path} may not be {value}: {refused}");
                    assert_eq!(
                        refused.parameter(),
                        Some(member.as_str()),
                        "{name}: {path} {value}: {refused}"
                    );
                    // Texts may be sensitive, and have nothing but `x` in them here.
                    assert!(!refused.to_string().contains("xxxx"), "{name}: {path} is quoted: {refused}");
                }
            }
        }
    }
}

/// A value that fits its shape.
fn example(member: &str, shape: &Shape) -> Value {
    match shape.r#type.as_str() {
        "timestamp" => json!(1_610_051_741.085),
        "integer" => json!(shape.min),
        "boolean" => json!(true),
        _ if !shape.values.is_empty() => json!(shape.values[0]),
        _ if shape.is_arn() => json!(shape.arn_of_another_service().unwrap_or(arn_of(member))),
        _ => json!("x".repeat(shape.min as usize)),
    }
}

/// Where in a value of that shape, what to put there, whether it fits then.
fn variations(
    model: &Model,
    shape: &str,
    member: &str,
    path: String,
    full: &Value,
) -> Vec<(String, Value, bool)> {
    let shape = model.shape(shape);
    let there = full.pointer(&path).unwrap();
    let below =
        |shape: &str, member: &str, at: &str| variations(model, shape, member, format!("{path}/{at}"), full);
    let limits = |make: &dyn Fn(u32) -> Value| {
        let mut values = vec![(path.clone(), make(shape.min), true)];
        if shape.min > 0 {
            values.push((path.clone(), make(shape.min - 1), false));
        }
        if shape.max < u32::MAX {
            values.push((path.clone(), make(shape.max), true));
            values.push((path.clone(), make(shape.max + 1), false));
        }
        values
    };
    match shape.r#type.as_str() {
        "structure" => shape.members.iter().flat_map(|(name, of)| below(&of.shape, name, name)).collect(),
        "list" => {
            let mut values = limits(&|count| json!(vec![there[0].clone(); count as usize]));
            values.extend(below(&shape.member, member, "0"));
            values
        }
        "map" => {
            let (key, value) = there.as_object().unwrap().iter().next().unwrap();
            let keys = variations(model, &shape.key, member, String::new(), &json!(key)).into_iter();
            let mut values: Vec<_> = keys
                .map(|(_, key, fits)| (path.clone(), json!({ key.as_str().unwrap(): value }), fits))
                .collect();
            values.extend(below(&shape.value, member, key));
            values
        }
        "integer" => limits(&|number| json!(number)),
        "string" if !shape.values.is_empty() => vec![(path, json!("NEW"), false)],
        "string" if shape.is_arn() => vec![(path, json!("alice"), false)],
        "string" => {
            let mut values = limits(&|length| json!("x".repeat(length as usize)));
            // Whether the pattern is the model's, the table says.
            let control = "\0".repeat(shape.min.max(1) as usize);
            let not_blank = shape.pattern.as_deref() == Some(r".*\S.*");
            values.push((path, json!(control), shape.narrow_pattern().is_none() || not_blank));
            values
        }
        _ => Vec::new(),
    }
}

#[test]
fn every_exception_has_the_models_status_and_a_code_of_the_model() {
    for model in models() {
        let codes = &model.shapes["ErrorCode"].values;
        for name in Exception::NAMED {
            let exception = Exception::from(*name);
            let shape = &model.shapes[*name];
            assert_eq!(exception.status(), shape.error.as_ref().map(|error| error.status), "{name}");
            let code = exception.code().unwrap();
            assert!(codes.iter().any(|known| known == code), "{name}: {code}");
            assert_eq!(Exception::from_code(code), exception);
        }
        let modelled = model.shapes.iter().filter(|(_, shape)| shape.error.is_some()).map(|(name, _)| name);
        let named = Exception::NAMED.iter().map(|name| (*name).to_owned());
        assert_eq!(modelled.cloned().collect::<BTreeSet<_>>(), named.collect());
    }
}

#[test]
fn the_names_that_the_compiler_shows_are_the_models_members() {
    let of_models: BTreeSet<_> = models()
        .into_iter()
        .flat_map(|model| model.shapes.into_values())
        .flat_map(|shape| shape.members.into_keys())
        .map(|name| name.to_lowercase())
        .collect();
    let declared = names::ALL.iter().map(|name| name.trim_start_matches("r#").replace('_', ""));
    assert_eq!(declared.collect::<BTreeSet<_>>(), of_models);
}

#[test]
fn a_member_is_a_time_exactly_if_its_name_says_so() {
    // The command line writes the times of an answer out by this rule. Inputs, which no answer has, are
    // exempt: `NotBefore` and `NotAfter`.
    for model in models() {
        for (name, shape) in model.shapes.iter().filter(|(name, _)| !name.ends_with("Request")) {
            for (member, _, of) in model.members(shape) {
                let is_time = of.r#type == "timestamp";
                assert_eq!(is_time, member.ends_with("Timestamp"), "{name}/{member}");
            }
        }
    }
}
