//! Channel flows, and the channels that use them.

use chime_types::operations::{
    AssociateChannelFlow, ChannelFlowCallback, ChannelFlowCallbackResponse, CreateChannelFlow,
    CreateChannelFlowResponse, DeleteChannelFlow, DescribeChannelFlow, DescribeChannelFlowResponse,
    DisassociateChannelFlow, ListChannelFlows, ListChannelFlowsResponse,
    ListChannelsAssociatedWithChannelFlow, ListChannelsAssociatedWithChannelFlowResponse, UpdateChannelFlow,
    UpdateChannelFlowResponse,
};
use chime_types::shapes::{ChannelAssociatedWithFlowSummary, ChannelFlow, ChannelFlowSummary};
use chime_types::{ChannelArn, ChannelFlowArn};

use super::elastic::check_exists;
use super::handle::{Handle, World};
use super::parts::{attach_tags, new_arn};
use super::processing;
use crate::access::{app_instance, find_channel};
use crate::events;
use crate::ids::new_id;
use crate::limits::{check_processors, check_tags};
use crate::paging::{Page, Place};
use crate::refusal::Refusal;
use crate::store::Transaction;
use crate::tables::channel_flows::{self, AssociatedChannel, ChannelFlowRow, NewChannelFlow};
use crate::tables::channels::{self, ChannelRow};
use crate::tables::tags;
use crate::tables::users::UserRow;

/// A channel flow, where one that does not exist is answered like one that the caller must not see: most operations
/// document no `NotFoundException`.
fn existing(db: &Transaction<'_>, arn: &ChannelFlowArn) -> Result<ChannelFlowRow, Refusal> {
    channel_flows::find(db, arn)?
        .ok_or_else(|| Refusal::forbidden(format!("the channel flow does not exist; it is {arn}")))
}

impl Handle for CreateChannelFlow {
    type Caller = ();

    fn handle(self, (): (), World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        check_processors(&self.processors).map_err(Refusal::bad_request)?;
        check_tags(self.tags.as_deref().unwrap_or_default()).map_err(Refusal::bad_request)?;
        let app_instance = app_instance(db, &self.app_instance_arn)?;
        let arn = format!("{}/channel-flow/{}", self.app_instance_arn, new_id());
        let now = db.write_time();
        let new = NewChannelFlow {
            app_instance,
            arn: &arn,
            name: &self.name,
            processors: &self.processors,
            created_at: now,
            updated_at: now,
        };
        channel_flows::insert(db, &new)?;
        attach_tags(db, &arn, self.tags.as_deref())?;
        Ok(CreateChannelFlowResponse::default().channel_flow_arn(new_arn::<ChannelFlowArn>(arn)?))
    }
}

impl Handle for DescribeChannelFlow {
    type Caller = ();

    fn handle(self, (): (), World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        let found = existing(db, &self.channel_flow_arn)?;
        let described = ChannelFlow::default()
            .channel_flow_arn(found.arn)
            .name(found.name)
            .processors(found.processors)
            .created_timestamp(found.created_at)
            .last_updated_timestamp(found.updated_at);
        Ok(DescribeChannelFlowResponse::default().channel_flow(described))
    }
}

impl Handle for UpdateChannelFlow {
    type Caller = ();

    /// Messages that are being processed keep the processors that they have.
    fn handle(self, (): (), World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        check_processors(&self.processors).map_err(Refusal::bad_request)?;
        let found = existing(db, &self.channel_flow_arn)?;
        channel_flows::update(db, found.key, &self.name, &self.processors, db.write_time())?;
        Ok(UpdateChannelFlowResponse::default().channel_flow_arn(self.channel_flow_arn))
    }
}

impl Handle for DeleteChannelFlow {
    type Caller = ();

    fn handle(self, (): (), World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        let found = existing(db, &self.channel_flow_arn)?;
        if channel_flows::is_used(db, found.key)? {
            let message =
                "ChannelFlowArn: a channel uses the channel flow; disassociate it from all channels first";
            return Err(Refusal::conflict(message));
        }
        tags::delete_of_channel_flow(db, found.key)?;
        Ok(channel_flows::delete(db, found.key)?)
    }
}

fn summary(row: ChannelFlowRow) -> ChannelFlowSummary {
    ChannelFlowSummary::default().channel_flow_arn(row.arn).name(row.name).processors(row.processors)
}

impl Handle for ListChannelFlows {
    type Caller = ();

    fn handle(self, (): (), World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        let app_instance = app_instance(db, &self.app_instance_arn)?;
        let list = ("channel flows", app_instance);
        let page = Page::new(list, self.max_results, self.next_token.as_ref())?;
        let rows = channel_flows::list(db, app_instance, page.after_key(), page.rows)?;
        let (channel_flows, next_token) = page.finish(rows, |row| Place::key(row.key), summary);
        let mut answer = ListChannelFlowsResponse::default().channel_flows(channel_flows);
        answer.next_token = next_token;
        Ok(answer)
    }
}

/// A channel that the caller may change, and a channel flow of its app instance.
fn channel_and_flow(
    db: &Transaction<'_>,
    channel_arn: &ChannelArn,
    channel_flow_arn: &ChannelFlowArn,
    caller: &UserRow,
) -> Result<(ChannelRow, ChannelFlowRow), Refusal> {
    let (channel, standing) =
        find_channel(db, channel_arn, caller)?.ok_or_else(|| Refusal::not_found("channel"))?;
    if !standing.may_moderate() {
        let rule = "only moderators and administrators may set the channel flow of a channel";
        return Err(standing.refuse(rule, channel_arn));
    }
    let flow = channel_flows::find(db, channel_flow_arn)?;
    let flow = flow.filter(|flow| flow.app_instance == channel.app_instance);
    Ok((channel, flow.ok_or_else(|| Refusal::not_found("channel flow"))?))
}

impl Handle for AssociateChannelFlow {
    type Caller = UserRow;

    /// A channel keeps a channel flow that it has already.
    fn handle(self, caller: UserRow, World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        let (channel, flow) = channel_and_flow(db, &self.channel_arn, &self.channel_flow_arn, &caller)?;
        match channel_flows::of_channel(db, channel.key)? {
            Some(current) if current.key == flow.key => Ok(()),
            Some(_) => Err(Refusal::conflict(
                "ChannelArn: the channel has another channel flow; disassociate that one first",
            )),
            None => {
                channel_flows::associate(db, channel.key, Some(flow.key))?;
                channels::touch(db, channel.key, db.write_time())?;
                Ok(events::channel_updated(db, channel.key)?)
            }
        }
    }
}

impl Handle for DisassociateChannelFlow {
    type Caller = UserRow;

    /// Disassociating from a channel without a channel flow succeeds. Messages that are being processed stay so.
    fn handle(self, caller: UserRow, World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        let (channel, flow) = channel_and_flow(db, &self.channel_arn, &self.channel_flow_arn, &caller)?;
        match channel_flows::of_channel(db, channel.key)? {
            None => Ok(()),
            Some(current) if current.key == flow.key => {
                channel_flows::associate(db, channel.key, None)?;
                channels::touch(db, channel.key, db.write_time())?;
                Ok(events::channel_updated(db, channel.key)?)
            }
            Some(_) => Err(Refusal::conflict("ChannelFlowArn: the channel has another channel flow")),
        }
    }
}

fn associated(channel: AssociatedChannel) -> ChannelAssociatedWithFlowSummary {
    let mut summary = ChannelAssociatedWithFlowSummary::default()
        .channel_arn(channel.arn)
        .name(channel.name)
        .mode(channel.mode)
        .privacy(channel.privacy);
    summary.metadata = channel.metadata;
    summary
}

impl Handle for ListChannelsAssociatedWithChannelFlow {
    type Caller = ();

    fn handle(self, (): (), World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        let flow = existing(db, &self.channel_flow_arn)?;
        let list = ("channels of a channel flow", flow.key);
        let page = Page::new(list, self.max_results, self.next_token.as_ref())?;
        let rows = channel_flows::channels(db, flow.key, page.after_key(), page.rows)?;
        let (channels, next_token) = page.finish(rows, |row| Place::key(row.key), associated);
        let mut answer = ListChannelsAssociatedWithChannelFlowResponse::default().channels(channels);
        answer.next_token = next_token;
        Ok(answer)
    }
}

impl Handle for ChannelFlowCallback {
    type Caller = ();

    /// The operation documents no `NotFoundException`: a callback that no message waits for is forbidden.
    fn handle(self, (): (), World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        check_exists(db, &self.channel_arn, self.channel_message.sub_channel_id.as_ref())?;
        processing::answer(db, &self)?;
        Ok(ChannelFlowCallbackResponse::default().channel_arn(self.channel_arn).callback_id(self.callback_id))
    }
}
