use chime_types::builder::Call;
use chime_types::operations::DescribeChannelBuilder;

async fn describe(client: impl Call, channel: &str) {
    let _ = DescribeChannelBuilder::via(client).channel_arn(channel).send().await;
}

fn main() {}
