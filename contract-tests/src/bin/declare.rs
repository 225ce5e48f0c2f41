//! Prints the declaration of an operation from the services' models, with `FILL IN` wherever prose is needed.
//!
//! ```sh
//! cargo run -q -p contract-tests --bin declare RedactChannelMessage
//! ```
//!
//! `docs/adding-an-operation.md` says what to do with it. Nothing that it prints is checked in as it is: the model test
//! holds the finished declaration to the model.

use std::collections::BTreeSet;
use std::fmt::{Display, Write as _};
use std::io::{self, Write as _};
use std::process::ExitCode;

use chime_client::operation::Form;
use contract_tests::service_model::{Member, Model, ModelOperation, Shape, models};

/// The exceptions that a declaration does not list.
const COMMON: [&str; 6] = [
    "BadRequestException",
    "ForbiddenException",
    "UnauthorizedClientException",
    "ThrottledClientException",
    "ServiceUnavailableException",
    "ServiceFailureException",
];

/// The members that a section of the declaration stands for.
const SECTIONS: [&str; 5] = ["ChimeBearer", "ClientRequestToken", "SubChannelId", "MaxResults", "NextToken"];

fn main() -> ExitCode {
    let Some(name) = std::env::args().nth(1) else {
        return refuse("OPERATION: missing; expected the name of an operation, such as RedactChannelMessage");
    };
    let models = models();
    let Some(model) = models.iter().find(|model| model.operations.contains_key(&name)) else {
        return refuse(format_args!(
            "OPERATION: {name:?} is not an operation of either service; expected a name as the models spell it"
        ));
    };
    match write!(io::stdout(), "{}", Declaration { model, name: &name }.print()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => refuse(format_args!("standard output: {error}")),
    }
}

fn refuse(reason: impl Display) -> ExitCode {
    // If standard error is closed too, the message is lost.
    let _ = writeln!(io::stderr(), "declare: {reason}");
    ExitCode::FAILURE
}

/// An operation of a model, to be printed.
struct Declaration<'m> {
    model: &'m Model,
    name: &'m str,
}

impl Declaration<'_> {
    fn operation(&self) -> &ModelOperation {
        self.model.operation(self.name)
    }

    /// The file of the operation, and then what belongs into the files of shapes.
    fn print(&self) -> String {
        let operation = self.operation();
        let (path, query) = operation.uri.split_once('?').unwrap_or((&operation.uri, ""));
        let query = query.split_once('=').map(|(name, value)| format!(" [\"{name}\" = \"{value}\"]"));
        let query = query.unwrap_or_default();
        let output = operation.output.as_deref();
        let mut code = format!(
            "operation! {{\n    /// FILL IN: what it does, in one sentence on one line.\n    ///\n    \
             /// FILL IN: an example, which imports with `#[doc = import!(\"operations::{name}\")]`.\n\
             {}    {name}, {name}Builder -> {};\n    RESOURCE {} \"{path}\"{query} => {};\n",
            match self.bearer() {
                Some(_) => "    ///\n    /// **Who may call it**: FILL IN.\n",
                None => "",
            },
            output.unwrap_or("()"),
            capitalized(&operation.method),
            operation.success,
            name = self.name,
        );
        code += &self.lines();
        code += &self.members();
        code += "}\n";
        if let Some(output) = output {
            code += &self.structure(output, true);
        }
        let mut text = format!("//! `{} {}`\n\n", operation.method, operation.uri);
        text += &imports(&code);
        text += &code;
        for shape in self.new_shapes() {
            let _ = write!(text, "\n// FILL IN: move to crates/chime-types/src/shapes, unless it exists.");
            text += &self.structure(&shape, false);
        }
        text
    }

    fn input(&self) -> &Shape {
        self.model.shape(&self.operation().input)
    }

    /// Whether the bearer is required; `None` without a bearer.
    fn bearer(&self) -> Option<bool> {
        let input = self.input();
        input.members.contains_key("ChimeBearer").then(|| is_required(input, "ChimeBearer"))
    }

    /// What follows the path.
    fn lines(&self) -> String {
        let mut text = String::new();
        if let Some(required) = self.bearer() {
            let _ = writeln!(text, "    bearer {};", if required { "required" } else { "optional" });
        }
        text += "    // FILL IN: `quota: 30, 10 for each Channel;` if it is not the default.\n";
        let errors: BTreeSet<_> = self.operation().errors.iter().map(String::as_str).collect();
        let others: Vec<_> = errors.iter().copied().filter(|error| !COMMON.contains(error)).collect();
        if !COMMON.iter().all(|error| errors.contains(error)) {
            let _ = writeln!(text, "    errors: {};", errors.into_iter().collect::<Vec<_>>().join(", "));
        } else if !others.is_empty() {
            let _ = writeln!(text, "    errors: common, {};", others.join(", "));
        }
        let token = self.input().members.values().any(|member| member.token);
        if self.operation().method == "POST" && !token {
            text += "    // FILL IN: `idempotent: true;` if a repetition does no harm.\n";
        }
        if self.input().members.contains_key("ResourceARN") {
            text += "    service of resource_arn;\n";
        }
        text
    }

    /// The sections.
    fn members(&self) -> String {
        let input = self.input();
        let mut members: Vec<_> =
            self.model.members(input).filter(|(name, ..)| !SECTIONS.contains(name)).collect();
        // The labels in the path's order, then the query, then the body.
        let place = |member: &Member| match member.location.as_deref() {
            Some("uri") => self.operation().uri.find(&format!("{{{}}}", at(member))).unwrap_or_default(),
            Some("querystring") => usize::MAX - 1,
            _ => usize::MAX,
        };
        members.sort_by_key(|(_, member, _)| place(member));
        let mut text = String::new();
        for (section, required) in [("required", true), ("optional", false)] {
            let section_of: Vec<_> =
                members.iter().filter(|(name, ..)| is_required(input, name) == required).collect();
            if !section_of.is_empty() {
                let _ = writeln!(text, "    {section} {{");
                for (name, member, shape) in section_of {
                    text += &self.member(name, member, shape, required);
                }
                text += "    }\n";
            }
            let token = input.members.get("ClientRequestToken").filter(|token| required && token.token);
            if let Some(token) = token {
                let of = self.type_of("ClientRequestToken", &token.shape);
                let _ = writeln!(text, "    token client_request_token: {of};");
            }
        }
        if let Some(member) = input.members.get("SubChannelId") {
            let place = if member.location.is_some() { "query" } else { "body" };
            let _ = writeln!(text, "    sub_channel {place};");
        }
        if input.members.contains_key("NextToken")
            && let Some(output) = &self.operation().output
        {
            let lists = |(name, _, shape): (&str, &Member, &Shape)| {
                (shape.r#type == "list").then(|| format!("{}: {}", snake(name), self.item(shape)))
            };
            let list = self.model.members(self.model.shape(output)).find_map(lists).unwrap_or_default();
            let _ = writeln!(text, "    lists {list};");
        }
        text
    }

    fn member(&self, name: &str, member: &Member, shape: &Shape, required: bool) -> String {
        let place = match member.location.as_deref() {
            Some("uri") => format!("label(\"{name}\", \"{}\")", at(member)),
            Some("querystring") => format!("query(\"{name}\", \"{}\")", at(member)),
            Some("header") => format!("header(\"{name}\", \"{}\")", at(member)),
            _ => format!("body(\"{name}\")"),
        };
        let token = if member.token { ".token(Token::Caller)" } else { "" };
        let field = snake(name);
        let set = if required { String::new() } else { format!(", set_{}", field.trim_start_matches("r#")) };
        let of = self.type_of(name, &member.shape);
        let limits = self.limits(shape);
        format!("        /// FILL IN: what it is.\n        {field}{set}: {of} = {place}{token}{limits},\n")
    }

    /// A structure or an enumeration.
    fn structure(&self, name: &str, is_answer: bool) -> String {
        let shape = self.model.shape(name);
        if !shape.values.is_empty() {
            let mut text = format!("\nopen_enum! {{\n    /// FILL IN: what it is.\n    pub enum {name} {{\n");
            for value in &shape.values {
                let variant: String = value.split('_').map(capitalized).collect();
                let _ =
                    writeln!(text, "        /// FILL IN: what it means.\n        {variant} = \"{value}\",");
            }
            return text + "    }\n}\n";
        }
        let mut text = format!("\nstructure! {{\n    /// FILL IN: what it is.\n    pub struct {name} {{\n");
        let sections = !is_answer && !shape.required.is_empty();
        for (section, required) in [("required", true), ("optional", false)] {
            let members: Vec<_> = self
                .model
                .members(shape)
                .filter(|(name, ..)| (sections && is_required(shape, name)) == required)
                .collect();
            if members.is_empty() {
                continue;
            }
            let indent = if sections { "    " } else { "" };
            if sections {
                let _ = writeln!(text, "        {section} {{");
            }
            for (name, member, of) in members {
                let limits = if is_answer { String::new() } else { self.limits(of) };
                let limits =
                    limits.strip_prefix('.').map(|limits| format!(" = {limits}")).unwrap_or_default();
                let _ = writeln!(
                    text,
                    "        {indent}/// FILL IN: what it is.\n        {indent}{}: {}{limits},",
                    snake(name),
                    self.type_of(name, &member.shape)
                );
            }
            if sections {
                text += "        }\n";
            }
        }
        text + "    }\n}\n"
    }

    /// The structures and enumerations that the operation is made of, but for the request and the answer.
    fn new_shapes(&self) -> BTreeSet<String> {
        let operation = self.operation();
        let roots: Vec<_> =
            [Some(&operation.input), operation.output.as_ref()].into_iter().flatten().collect();
        let mut found = BTreeSet::new();
        let mut rest: Vec<String> = roots.iter().map(|name| (*name).clone()).collect();
        while let Some(name) = rest.pop() {
            let shape = self.model.shape(&name);
            let below = [&shape.member, &shape.key, &shape.value].into_iter();
            rest.extend(below.filter(|name| !name.is_empty()).cloned());
            rest.extend(shape.members.values().map(|member| member.shape.clone()));
            let is_declared = shape.r#type == "structure" || !shape.values.is_empty();
            if is_declared && !roots.contains(&&name) && !is_in_shapes(&name) && !found.insert(name) {
                // A structure that contains itself ends here.
                break;
            }
        }
        found
    }

    fn item(&self, list: &Shape) -> String {
        self.type_of("", &list.member)
    }

    /// The Rust type of a member.
    fn type_of(&self, member: &str, name: &str) -> String {
        let shape = self.model.shape(name);
        match shape.r#type.as_str() {
            "list" => format!("Vec<{}>", self.type_of(member.trim_end_matches('s'), &shape.member)),
            "map" => format!("BTreeMap<Sensitive, {}>", self.type_of(member, &shape.value)),
            "structure" => name.to_owned(),
            "integer" => "i32".to_owned(),
            "boolean" => "bool".to_owned(),
            "timestamp" => "Timestamp".to_owned(),
            _ if !shape.values.is_empty() => name.to_owned(),
            _ if shape.is_arn() => arn(member, name, shape),
            _ if shape.sensitive => "Sensitive".to_owned(),
            _ => "String".to_owned(),
        }
    }

    fn limits(&self, shape: &Shape) -> String {
        if shape.is_arn() || !shape.values.is_empty() {
            return String::new();
        }
        let bounds = |shape: &Shape| {
            let max = if shape.max == u32::MAX { "u32::MAX".to_owned() } else { shape.max.to_string() };
            (shape.min > 0 || shape.max < u32::MAX).then(|| format!("({}, {max})", shape.min))
        };
        let mut text = bounds(shape).map(|bounds| format!(".limits{bounds}")).unwrap_or_default();
        let item = [&shape.member, &shape.key].into_iter().find(|name| !name.is_empty());
        let item = item.map(|name| self.model.shape(name)).filter(|item| !item.is_arn());
        if let Some(bounds) = item.filter(|item| item.values.is_empty()).and_then(bounds) {
            let _ = write!(text, ".items{bounds}");
        }
        if let Some(pattern) = shape.narrow_pattern() {
            let forms = [Form::Token, Form::Id, Form::Name, Form::NotBlank, Form::Intent];
            let form = forms.into_iter().find(|form| form.pattern() == Some(pattern));
            let form =
                form.map_or_else(|| format!("FORM /* FILL IN: {pattern} */"), |form| format!("{form:?}"));
            let _ = write!(text, ".form(Form::{form})");
        }
        text
    }
}

/// The type of an identifier, by the name of its member.
fn arn(member: &str, shape_name: &str, shape: &Shape) -> String {
    let of = match (shape_name, member) {
        ("LambdaFunctionArn" | "LexBotAliasArn", _) => shape_name,
        (_, "ResourceARN") => "ResourceArn",
        // Of a streaming configuration, or of a push endpoint.
        (_, "ResourceArn") => "StreamArn /* FILL IN: or PinpointAppArn */",
        (_, "ChannelArn" | "ChannelFlowArn" | "AppInstanceArn" | "AppInstanceBotArn") => member,
        _ if shape.sensitive => "SensitiveUserArn",
        _ => "AppInstanceUserArn",
    };
    of.to_owned()
}

/// The lines that import what code uses.
fn imports(code: &str) -> String {
    let words: BTreeSet<&str> = code
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        // Without the names on the wire.
        .flat_map(|line| line.split('"').step_by(2))
        .flat_map(|code| code.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '!'))
        .collect();
    let use_line = |from: &str, names: Vec<&str>| match names[..] {
        [] => String::new(),
        [name] => format!("use {from}::{name};\n"),
        _ => format!("use {from}::{{{}}};\n", names.join(", ")),
    };
    let of = |names: &[&'static str]| names.iter().copied().filter(|name| words.contains(name)).collect();
    let shapes = words.iter().copied().filter(|word| is_in_shapes(word)).collect();
    let macros =
        if words.contains("structure!") { vec!["operation", "structure"] } else { vec!["operation"] };
    let operation = [("Form", "Form::"), ("Token", "(Token::")].into_iter();
    let operation = operation.filter(|(_, used)| code.contains(used)).map(|(name, _)| name).collect();
    let std = use_line("std::collections", of(&["BTreeMap"]));
    let arns = [
        "AppInstanceArn",
        "AppInstanceBotArn",
        "AppInstanceUserArn",
        "ChannelArn",
        "ChannelFlowArn",
        "LambdaFunctionArn",
        "LexBotAliasArn",
        "PinpointAppArn",
        "ResourceArn",
        "Sensitive",
        "SensitiveUserArn",
        "StreamArn",
        "Timestamp",
    ];
    format!(
        "{std}{}{}{}{}{}\n",
        if std.is_empty() { "" } else { "\n" },
        use_line("crate::declare", macros),
        use_line("crate::operation", operation),
        use_line("crate::shapes", shapes),
        use_line("crate", of(&arns)),
    )
}

/// Whether a structure or an enumeration of that name is declared already.
fn is_in_shapes(name: &str) -> bool {
    let shapes = format!("{}/../crates/chime-types/src/shapes", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_dir(shapes).into_iter().flatten().flatten().any(|file| {
        let text = std::fs::read_to_string(file.path()).unwrap_or_default();
        ["struct", "enum"].iter().any(|kind| text.contains(&format!("pub {kind} {name} {{")))
    })
}

fn is_required(structure: &Shape, member: &str) -> bool {
    structure.required.iter().any(|required| required == member)
}

fn at(member: &Member) -> &str {
    member.location_name.as_deref().unwrap_or_default()
}

/// `channel_arn` for `ChannelArn`, `resource_arn` for `ResourceARN`, `r#type` for `Type`.
fn snake(name: &str) -> String {
    let mut text = String::new();
    let mut after_small = false;
    for letter in name.chars() {
        if letter.is_uppercase() && after_small {
            text.push('_');
        }
        after_small = !letter.is_uppercase();
        text.push(letter.to_ascii_lowercase());
    }
    if text == "type" { "r#type".to_owned() } else { text }
}

/// `Post` for `POST`.
fn capitalized(word: &str) -> String {
    let (first, rest) = word.split_at(usize::from(!word.is_empty()));
    first.to_uppercase() + &rest.to_lowercase()
}
