use chime_types::builder::Call;
use chime_types::operations::DescribeChannelMembershipForAppInstanceUserBuilder;

async fn describe(client: impl Call, channel: &str, bearer: &str) {
    let request = DescribeChannelMembershipForAppInstanceUserBuilder::via(client);
    let _ = request.channel_arn(channel).chime_bearer(bearer).send().await;
}

fn main() {}
