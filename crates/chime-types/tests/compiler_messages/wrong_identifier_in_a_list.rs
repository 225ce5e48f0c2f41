use chime_types::ChannelArn;
use chime_types::operations::CreateChannel;

fn request(channel: ChannelArn) {
    let _ = CreateChannel::builder().member_arns([channel]);
}

fn main() {}
