use chime_types::operations::CreateChannel;

fn request(app_instance: &str, user: &str) {
    let _ = CreateChannel::builder().app_instance_arn(app_instance).chime_bearer(user).build();
}

fn main() {}
