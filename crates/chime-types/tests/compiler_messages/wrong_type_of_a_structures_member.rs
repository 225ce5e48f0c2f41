use chime_types::shapes::ChannelSummary;

fn main() {
    let _ = ChannelSummary::default().name(5);
}
