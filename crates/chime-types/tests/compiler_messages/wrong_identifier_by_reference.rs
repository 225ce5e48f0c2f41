use chime_types::ChannelArn;
use chime_types::operations::DescribeChannel;

fn request(channel: &ChannelArn) {
    let _ = DescribeChannel::builder().chime_bearer(channel);
}

fn main() {}
