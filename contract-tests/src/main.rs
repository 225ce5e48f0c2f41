//! A local service with a file, in a process that a test can kill: prints its address and runs until it is killed.

use std::io::{Error, Write};

#[tokio::main]
async fn main() -> Result<(), Error> {
    let path = std::env::args_os().nth(1).ok_or_else(|| Error::other("expected the file"))?;
    let local = chime_local::LocalService::demo().data(path).start().await?;
    writeln!(std::io::stdout(), "{}", local.endpoint_url())?;
    std::future::pending().await
}
