//! Who may do what: every operation that takes a bearer, by everybody, in every kind of channel, as `data/roles.json`
//! has it.

use std::collections::{BTreeMap, BTreeSet};

use chime_client::operation::Bearer;
use chime_client::operations::ALL;
use chime_client::{AppInstanceUserArn, ChannelArn, Client};
use contract_tests::arns::{APP_INSTANCE, LEX_BOT_ALIAS};
use contract_tests::data;
use contract_tests::operations;
use contract_tests::outcome::outcome;
use contract_tests::scenario::Player;
use contract_tests::world::{app_instance, channel, channel_flow, service, start, user};
use serde::Deserialize;
use serde_json::{Map, Value, json};

const FOREIGN: &str = "arn:aws:chime:us-east-1:123456789012:app-instance/foreign";

/// The table of `data/roles.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    /// The callers, in the order of the columns: an administrator of the app instance outside the channel and one in it;
    /// a moderator without a membership and one with it; members, one of them a bot; a user of the app instance outside the channel, and
    /// a banned one; a user and an administrator of another app instance.
    callers: Vec<String>,
    /// The kinds of channels, in the order of the letters of a cell: members that a channel's seed has.
    kinds: Vec<Map<String, Value>>,
    rows: Vec<Row>,
}

/// A call, and its outcome for each caller in each kind of channel.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    /// A cell for each caller, with a letter for each kind: `-` is `ForbiddenException`, `n` is `NotFoundException`, `c`
    /// is `ConflictException`, `b` is `BadRequestException`, any other is an answer, for which `answers` may say more.
    outcomes: String,
    /// The outcome if the channel does not exist; a space if the call is not about a channel.
    nowhere: char,
    call: String,
    /// The parameters, in which `$instance`, `$channel` and `$caller` are recalled.
    with: Map<String, Value>,
    #[serde(default)]
    answers: BTreeMap<char, Shown>,
}

/// What the JSON of an answer contains, and what it does not.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shown {
    #[serde(default)]
    shows: Vec<String>,
    #[serde(default)]
    hides: Vec<String>,
}

fn table() -> Table {
    data::json("data/roles.json")
}

impl Table {
    /// The first row of an operation.
    fn row(&self, operation: &str) -> &Row {
        self.rows.iter().find(|row| row.call == operation).unwrap()
    }
}

impl Row {
    /// Makes the call; the answer as JSON, or the exception.
    async fn call(
        &self,
        client: &Client,
        channel: &ChannelArn,
        caller: &AppInstanceUserArn,
    ) -> Result<String, String> {
        let mut player = Player::new(client);
        player.remember("instance", APP_INSTANCE);
        player.remember("channel", channel.as_str());
        player.remember("caller", caller.as_str());
        let answer = player.call(&self.call, &self.with).await;
        outcome(answer.unwrap_or_else(|| panic!("{} is not implemented", self.call)))
            .map(|answer| answer.to_string())
    }

    /// What is wrong with what came of the call, if anything is.
    fn judge(&self, expected: char, outcome: &Result<String, String>) -> Option<String> {
        let exception = match expected {
            '-' => Some("ForbiddenException"),
            'n' => Some("NotFoundException"),
            'c' => Some("ConflictException"),
            'b' => Some("BadRequestException"),
            _ => None,
        };
        match (outcome, exception) {
            (Ok(answer), None) => {
                let shown = self.answers.get(&expected)?;
                let missing = shown.shows.iter().find(|text| !answer.contains(*text));
                let leaked = shown.hides.iter().find(|text| answer.contains(*text));
                (missing.is_some() || leaked.is_some())
                    .then(|| format!("{answer}: lacks {missing:?}, shows {leaked:?}"))
            }
            (Err(name), Some(exception)) if name == exception => None,
            (outcome, _) => Some(format!("{outcome:?}, expected {}", exception.unwrap_or("an answer"))),
        }
    }
}

fn caller_arn(caller: &str) -> AppInstanceUserArn {
    match caller {
        "bot" => format!("{APP_INSTANCE}/bot/bot").parse().unwrap(),
        _ if caller.starts_with("foreign") => format!("{FOREIGN}/user/{caller}").parse().unwrap(),
        _ => user(caller),
    }
}

/// The seed of a channel in which everybody is what they are called.
fn seed(id: &str, kind: &Map<String, Value>) -> Value {
    let member = |id: &str, r#type: &str| json!({ "Member": id, "Type": r#type });
    let mut seed = json!({
        "ChannelId": id,
        "Name": "Channel",
        "CreatedBy": "admin",
        "Moderators": ["moderator", "moderator-member"],
        "Memberships": [
            member("admin-member", "DEFAULT"),
            member("moderator-member", "DEFAULT"),
            member("member", "DEFAULT"),
            member("bot/bot", "DEFAULT"),
            member("hidden", "HIDDEN"),
            member("other", "DEFAULT"),
        ],
        "Bans": [{ "Member": "banned" }],
        "Messages": [
            { "MessageId": "first", "Sender": "member", "Content": "Hello" },
            { "MessageId": "of-an-admin", "Sender": "admin-member", "Content": "Hello" },
        ],
    });
    seed.as_object_mut().unwrap().extend(kind.clone());
    seed
}

/// An app instance with the bot that is one of the callers.
fn with_bot(mut app_instance: Value) -> Value {
    let lex = json!({ "LexBotAliasArn": LEX_BOT_ALIAS, "LocaleId": "en_US" });
    app_instance["Bots"] =
        json!([{ "AppInstanceBotId": "bot", "Name": "Bot", "Configuration": { "Lex": lex } }]);
    app_instance
}

/// A case of the table: a row, a caller, a letter, and the channel that it has to itself.
struct Case<'t> {
    row: &'t Row,
    caller: &'t str,
    kind: &'t Map<String, Value>,
    expected: char,
    channel: String,
}

fn cases(table: &Table) -> Vec<Case<'_>> {
    let mut cases = Vec::new();
    for row in &table.rows {
        let cells: Vec<_> = row.outcomes.split(' ').collect();
        assert_eq!(cells.len(), table.callers.len(), "{}: {}", row.call, row.outcomes);
        for (caller, cell) in table.callers.iter().zip(cells) {
            assert_eq!(cell.len(), table.kinds.len(), "{}: {cell}", row.call);
            for (kind, expected) in table.kinds.iter().zip(cell.chars()) {
                let channel = format!("c{}", cases.len());
                cases.push(Case { row, caller, kind, expected, channel });
            }
        }
    }
    cases
}

#[tokio::test]
async fn the_roles_decide_who_may_do_what() {
    let table = table();
    let cases = cases(&table);
    let channels: Vec<_> = cases.iter().map(|case| seed(&case.channel, case.kind)).collect();
    let users = table.callers.iter().map(String::as_str).filter(|caller| *caller != "bot");
    let (foreigners, own): (Vec<&str>, Vec<&str>) = users.partition(|caller| caller.starts_with("foreign"));
    let mut home = with_bot(app_instance(&[own, vec!["other", "new"]].concat(), &channels));
    home["Admins"] = json!(["admin", "admin-member"]);
    home["ChannelFlows"] = json!([channel_flow("flow")]);
    let mut foreign = app_instance(&foreigners, &[]);
    foreign["AppInstanceArn"] = json!(FOREIGN);
    foreign["Admins"] = json!(["foreign-admin"]);
    let (_local, client) = start(service(&[home, foreign])).await;
    let mut wrong = Vec::new();
    for Case { row, caller, kind, expected, channel: id } in cases {
        let outcome = row.call(&client, &channel(&id), &caller_arn(caller)).await;
        let context = || format!("{} {:?} by {caller} in {kind:?}", row.call, row.with);
        wrong.extend(row.judge(expected, &outcome).map(|what| format!("{}: {what}", context())));
    }
    for row in table.rows.iter().filter(|row| row.nowhere != ' ') {
        for caller in ["admin", "member", "foreign"] {
            let outcome = row.call(&client, &channel("nowhere"), &caller_arn(caller)).await;
            let what = row.judge(row.nowhere, &outcome);
            wrong.extend(what.map(|what| format!("{} by {caller} in a missing channel: {what}", row.call)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_has_every_operation_with_a_bearer() {
    let with_bearer = ALL.iter().filter(|operation| operation.bearer != Bearer::None);
    let operations: BTreeSet<_> = with_bearer.map(|operation| operation.name).collect();
    let table = table();
    let rows: BTreeSet<_> = table.rows.iter().map(|row| row.call.as_str()).collect();
    assert_eq!(rows, operations);
    // What a missing channel is answered with, each row about a channel says.
    for row in &table.rows {
        assert_eq!(row.with.contains_key("ChannelArn"), row.nowhere != ' ', "{}", row.call);
    }
}

#[tokio::test]
async fn administrators_and_moderators_who_join_may_send() {
    let table = table();
    let (send, mark) = (table.row("SendChannelMessage"), table.row("UpdateChannelReadMarker"));
    let channels: Vec<_> =
        table.kinds.iter().enumerate().map(|(at, kind)| seed(&format!("c{at}"), kind)).collect();
    let users = table.callers.iter().map(String::as_str).filter(|caller| *caller != "bot");
    let users: Vec<&str> = users.chain(["other"]).collect();
    let (_local, client) = start(service(&[with_bot(app_instance(&users, &channels))])).await;
    for seed in &channels {
        let channel = &channel(seed["ChannelId"].as_str().unwrap());
        for id in ["admin", "moderator"] {
            let join = json!({
                "ChannelArn": channel, "MemberArn": user(id), "Type": "DEFAULT", "ChimeBearer": user(id),
            });
            let join = operations::call(&client, "CreateChannelMembership", join.as_object().unwrap()).await;
            assert!(outcome(join.unwrap()).is_ok(), "{id} {seed}");
            for row in [send, mark] {
                let outcome = row.call(&client, channel, &user(id)).await;
                assert!(outcome.is_ok(), "{} by {id} in {seed}: {outcome:?}", row.call);
            }
        }
    }
}
