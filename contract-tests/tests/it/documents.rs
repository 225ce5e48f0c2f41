//! Tables of the documentation that are made of the operations' metadata.

use std::fmt::Write as _;

use chime_client::operation::{Bearer, Per, Quota, Resource};
use chime_client::operations::ALL;

/// The implemented operations by resource.
fn operations() -> String {
    let mut table = "| resource | operations |\n|---|---|\n".to_owned();
    for resource in Resource::ALL {
        let names: Vec<_> = ALL
            .iter()
            .filter(|operation| operation.resource == *resource)
            .map(|operation| operation.name)
            .collect();
        if !names.is_empty() {
            let _ = writeln!(table, "| {} | {} |", resource.title(), names.join(", "));
        }
    }
    table
}

/// The quotas, those that most operations have last.
fn quotas() -> String {
    const BEARER: Quota = Quota { us_east_1: 10, eu_central_1: 5, per: Per::Bearer };
    const ACCOUNT: Quota = Quota { us_east_1: 10, eu_central_1: 10, per: Per::Account };
    let mut rows: Vec<(Quota, Vec<&str>)> = Vec::new();
    for operation in ALL {
        let usual = if operation.bearer == Bearer::None { ACCOUNT } else { BEARER };
        if operation.quota == usual {
            continue;
        }
        match rows.iter_mut().find(|(quota, _)| *quota == operation.quota) {
            Some((_, names)) => names.push(operation.name),
            None => rows.push((operation.quota, vec![operation.name])),
        }
    }
    rows.push((BEARER, vec!["all others with a bearer"]));
    rows.push((ACCOUNT, vec!["all others without a bearer"]));
    let mut table = "| operation | us-east-1 | eu-central-1 | for each |\n|---|---|---|---|\n".to_owned();
    for (Quota { us_east_1, eu_central_1, per }, names) in rows {
        let per = match per {
            Per::Bearer => "bearer",
            Per::Channel => "channel",
            _ => "account",
        };
        let _ = writeln!(table, "| {} | {us_east_1} | {eu_central_1} | {per} |", names.join(", "));
    }
    table
}

#[test]
fn the_page_of_the_local_service_has_the_operations_and_their_quotas() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/local.md")).unwrap();
    for table in [operations(), quotas()] {
        assert!(page.contains(&table), "docs/local.md lacks this table:\n\n{table}");
    }
}
