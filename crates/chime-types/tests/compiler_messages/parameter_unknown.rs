use chime_types::operations::DescribeChannel;

fn request(channel: &str) {
    let _ = DescribeChannel::builder().channel_name(channel);
}

fn main() {}
