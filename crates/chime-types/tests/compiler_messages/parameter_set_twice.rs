use chime_types::operations::DescribeChannel;

fn request(channel: &str) {
    let _ = DescribeChannel::builder().channel_arn(channel).channel_arn(channel);
}

fn main() {}
