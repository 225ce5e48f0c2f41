use chime_types::AppInstanceUserArn;
use chime_types::operations::DescribeChannel;

fn request(user: AppInstanceUserArn) {
    let _ = DescribeChannel::builder().channel_arn(user);
}

fn main() {}
