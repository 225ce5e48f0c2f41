//! `--query`: the part of an answer that a `JMESPath` expression selects.

use std::collections::BTreeMap;

use chime_client::OneLine;
use jmespath::Expression;
use jmespath::ast::Ast;
use serde_json::Value;

use crate::failure::Failure;

/// An expression that has been read.
pub(crate) struct Query(Expression<'static>);

impl Query {
    /// Reads an expression.
    pub(crate) fn new(expression: &str) -> Result<Self, Failure> {
        let read = jmespath::compile(&with_quoted_literals(expression));
        read.map(Self)
            .map_err(|error| Failure::usage(&format!("--query: {expression:?}: {}", reason(&error))))
    }

    /// The part of an answer that the expression selects.
    pub(crate) fn select(&self, answer: &Value) -> Result<Value, Failure> {
        let refuse = |reason: String| Failure::other(&format!("--query: {reason}"));
        let selected = self.0.search(answer).map_err(|error| refuse(reason(&error)))?;
        let mut selected = serde_json::to_value(&*selected).map_err(|error| refuse(error.to_string()))?;
        let mut orders = Orders::new();
        // The expression's come first: they are what the user wrote.
        orders_of_expression(self.0.as_ast(), &mut orders);
        orders_of_answer(answer, &mut orders);
        restore(&mut selected, &orders);
        Ok(selected)
    }
}

/// An expression with quotes where the AWS CLI takes a literal without them: `` `b` `` for `` `"b"` ``.
fn with_quoted_literals(expression: &str) -> String {
    let mut text = String::new();
    let mut rest = expression;
    while let Some(start) = rest.find(['`', '\'', '"']) {
        let (before, quoted) = rest.split_at(start);
        text.push_str(before);
        let end = end_of_quoted(quoted);
        let (quoted, after) = quoted.split_at(end);
        let literal =
            quoted.strip_prefix('`').and_then(|quoted| quoted.strip_suffix('`')).filter(|_| end > 1);
        match literal.map(|literal| literal.replace("\\`", "`")) {
            Some(literal) if serde_json::from_str::<Value>(&literal).is_err() => {
                let literal = Value::from(literal.trim_start()).to_string();
                text.extend(["`", &literal.replace('`', "\\`"), "`"]);
            }
            _ => text.push_str(quoted),
        }
        rest = after;
    }
    text + rest
}

/// Returns the end of a text that begins with a quote: after the next such quote without a backslash before it.
fn end_of_quoted(text: &str) -> usize {
    let mut letters = text.char_indices();
    let quote = letters.next().map(|(_, quote)| quote);
    while let Some((at, letter)) = letters.next() {
        if letter == '\\' {
            letters.next();
        } else if Some(letter) == quote {
            return at + letter.len_utf8();
        }
    }
    text.len()
}

/// Returns the fault of an expression, without the lines that point at its place.
fn reason(error: &jmespath::JmespathError) -> String {
    OneLine(error.to_string().lines().next().unwrap_or_default()).to_string()
}

/// The order of members, by their names in alphabetical order.
type Orders = BTreeMap<Vec<String>, Vec<String>>;

fn insert<'n>(names: impl Iterator<Item = &'n String>, orders: &mut Orders) {
    let names: Vec<_> = names.cloned().collect();
    let mut sorted = names.clone();
    sorted.sort_unstable();
    orders.entry(sorted).or_insert(names);
}

fn orders_of_answer(value: &Value, orders: &mut Orders) {
    match value {
        Value::Object(members) => {
            insert(members.keys(), orders);
            members.values().for_each(|member| orders_of_answer(member, orders));
        }
        Value::Array(items) => items.iter().for_each(|item| orders_of_answer(item, orders)),
        _ => {}
    }
}

/// The orders of the structures that an expression makes: `{Name: Name, Arn: ChannelArn}`.
fn orders_of_expression(ast: &Ast, orders: &mut Orders) {
    match ast {
        Ast::MultiHash { elements, .. } => {
            insert(elements.iter().map(|pair| &pair.key), orders);
            for pair in elements {
                orders_of_expression(&pair.value, orders);
            }
        }
        Ast::MultiList { elements, .. } => elements.iter().for_each(|ast| orders_of_expression(ast, orders)),
        Ast::Function { args, .. } => args.iter().for_each(|ast| orders_of_expression(ast, orders)),
        Ast::Projection { lhs, rhs, .. }
        | Ast::Subexpr { lhs, rhs, .. }
        | Ast::Comparison { lhs, rhs, .. }
        | Ast::Or { lhs, rhs, .. }
        | Ast::And { lhs, rhs, .. } => {
            orders_of_expression(lhs, orders);
            orders_of_expression(rhs, orders);
        }
        Ast::Condition { predicate, then, .. } => {
            orders_of_expression(predicate, orders);
            orders_of_expression(then, orders);
        }
        Ast::Expref { ast, .. } => orders_of_expression(ast, orders),
        Ast::Flatten { node, .. } | Ast::ObjectValues { node, .. } | Ast::Not { node, .. } => {
            orders_of_expression(node, orders);
        }
        _ => {}
    }
}

/// Puts members back into their order, since the library sorts them.
fn restore(value: &mut Value, orders: &Orders) {
    match value {
        Value::Object(members) => {
            let mut sorted: Vec<_> = members.keys().cloned().collect();
            sorted.sort_unstable();
            if let Some(order) = orders.get(&sorted) {
                *members = order.iter().filter_map(|name| members.remove_entry(name)).collect();
            }
            members.values_mut().for_each(|member| restore(member, orders));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| restore(item, orders)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_selection_keeps_its_order() {
        let answer =
            json!({"Channels": [{"Name": "b", "Arn": 1, "More": {"z": 1, "a": 2}}, {"Name": "a", "Arn": 2}]});
        let cases = [
            ("Channels[0]", r#"{"Name":"b","Arn":1,"More":{"z":1,"a":2}}"#),
            ("Channels[].{Title: Name, Arn: Arn}", r#"[{"Title":"b","Arn":1},{"Title":"a","Arn":2}]"#),
            ("Channels[?Arn > `1`] | [0].Name", r#""a""#),
            ("sort_by(Channels, &Name)[].Name", r#"["a","b"]"#),
            ("length(Channels)", "2"),
            ("Nothing", "null"),
            ("Channels[?Name == `b`].Arn", "[1]"),
            ("Channels[?Name == ` b` || Name == `\"a\"` || Name == '`x`'].Arn", "[1,2]"),
            ("`it\\`s`", r#""it`s""#),
            ("[{b: Channels[0].Arn, a: 'x'}]", r#"[{"b":1,"a":"x"}]"#),
        ];
        for (expression, expected) in cases {
            let selected = Query::new(expression).ok().and_then(|query| query.select(&answer).ok());
            assert_eq!(selected.map(|value| value.to_string()).as_deref(), Some(expected), "{expression}");
        }
    }
}
