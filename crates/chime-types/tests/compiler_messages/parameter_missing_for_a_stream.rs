use chime_types::builder::Call;
use chime_types::operations::ListChannelsBuilder;

fn list(client: impl Call + Clone + 'static, bearer: &str) {
    let _ = ListChannelsBuilder::via(client).chime_bearer(bearer).into_stream();
}

fn main() {}
