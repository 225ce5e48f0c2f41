use chime_types::ChannelArn;
use chime_types::operations::ListChannelMembershipsForAppInstanceUser;

fn request(channel: ChannelArn) {
    let _ = ListChannelMembershipsForAppInstanceUser::builder().app_instance_user_arn(channel);
}

fn main() {}
