"""What public applications that use Chime do, one after the other, with boto3: a web demo, a telehealth widget, an iOS
and an Android demo, a bot platform, infrastructure constructs and an audit tool.

usage: applications.py
"""

import os

import boto3
import botocore.exceptions
from service import Service, check

ALIAS = "arn:aws:lex:us-east-1:123456789012:bot-alias/ABCDEFGHIJ/TSTALIASID"
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:moderate"
STREAM = "arn:aws:kinesis:us-east-1:123456789012:stream/chime-messaging-events"
PINPOINT = "arn:aws:mobiletargeting:us-east-1:123456789012:apps/7b2a"


def refused(exception, call, **parameters):
    try:
        answer = call(**parameters)
    except botocore.exceptions.ClientError as error:
        check(exception, error.response["Error"]["Code"] == exception, error)
    else:
        check(exception, False, answer)


def pages(call, items, **parameters):
    """All items of a list, by hand, as most applications do it."""
    found, token = [], {}
    while True:
        answer = call(**parameters, MaxResults=1, **token)
        found += answer[items]
        if not answer.get("NextToken"):
            return found
        token = {"NextToken": answer["NextToken"]}


def deploy(identity, messaging):
    """Infrastructure as code: an app instance with an administrator, retention, a stream, a flow and a bot."""
    instance = identity.create_app_instance(Name="Clinic", Tags=[{"Key": "stack", "Value": "clinic"}])["AppInstanceArn"]
    admin = identity.create_app_instance_user(
        AppInstanceArn=instance, AppInstanceUserId="admin", Name="Admin", ClientRequestToken="deploy"
    )["AppInstanceUserArn"]
    identity.create_app_instance_admin(AppInstanceArn=instance, AppInstanceAdminArn=admin)
    refused(
        "ConflictException", identity.create_app_instance_admin, AppInstanceArn=instance, AppInstanceAdminArn=admin
    )
    retention = {"ChannelRetentionSettings": {"RetentionDays": 90}}
    identity.put_app_instance_retention_settings(AppInstanceArn=instance, AppInstanceRetentionSettings=retention)
    kept = identity.get_app_instance_retention_settings(AppInstanceArn=instance)
    check("retention", kept["AppInstanceRetentionSettings"] == retention, kept)
    streams = [{"DataType": "ChannelMessage", "ResourceArn": STREAM}]
    messaging.put_messaging_streaming_configurations(AppInstanceArn=instance, StreamingConfigurations=streams)
    lambda_of = {"Lambda": {"ResourceArn": FUNCTION, "InvocationType": "ASYNC"}}
    processor = {"Name": "Moderate", "Configuration": lambda_of, "ExecutionOrder": 1, "FallbackAction": "CONTINUE"}
    flow = messaging.create_channel_flow(AppInstanceArn=instance, Name="Moderation", Processors=[processor])
    lex = {"LexBotAliasArn": ALIAS, "LocaleId": "en_US", "RespondsTo": "STANDARD_MESSAGES"}
    bot = identity.create_app_instance_bot(AppInstanceArn=instance, Name="Concierge", Configuration={"Lex": lex})
    return instance, admin, flow["ChannelFlowArn"], bot["AppInstanceBotArn"]


def sign_in(identity, instance, name):
    """Every sign-in creates the user, who exists after the first."""
    created = {
        identity.create_app_instance_user(AppInstanceArn=instance, AppInstanceUserId=name.lower(), Name=name)[
            "AppInstanceUserArn"
        ]
        for _ in range(2)
    }
    check("a user who signs in twice", len(created) == 1, created)
    user = created.pop()
    described = identity.describe_app_instance_user(AppInstanceUserArn=user)["AppInstanceUser"]
    check("the profile", described["Name"] == name, described)
    return user


def load_page(messaging, instance, user):
    """The page lists the user's channels and the public ones, and the latest messages of each of the user's."""
    own = pages(
        messaging.list_channel_memberships_for_app_instance_user,
        "ChannelMemberships",
        AppInstanceUserArn=user,
        ChimeBearer=user,
    )
    moderated = pages(messaging.list_channels_moderated_by_app_instance_user, "Channels", ChimeBearer=user)
    public = pages(messaging.list_channels, "Channels", AppInstanceArn=instance, Privacy="PUBLIC", ChimeBearer=user)
    messages = {}
    for membership in own:
        channel = membership["ChannelSummary"]["ChannelArn"]
        messages[channel] = pages(
            messaging.list_channel_messages, "ChannelMessages", ChannelArn=channel, ChimeBearer=user
        )
        messaging.update_channel_read_marker(ChannelArn=channel, ChimeBearer=user)
    return own, moderated, public, messages


def chat(messaging, instance, flow, bot, ada, ben, cho):
    """Users create, join, write, edit and leave; a moderator moderates; a bot takes part."""
    general = messaging.create_channel(
        AppInstanceArn=instance, Name="General", Mode="RESTRICTED", Privacy="PUBLIC", ChimeBearer=ada
    )["ChannelArn"]
    for user in (ben, cho):
        messaging.create_channel_membership(ChannelArn=general, MemberArn=user, Type="DEFAULT", ChimeBearer=user)
    messaging.create_channel_membership(ChannelArn=general, MemberArn=bot, Type="DEFAULT", ChimeBearer=ada)
    members = pages(messaging.list_channel_memberships, "ChannelMemberships", ChannelArn=general, ChimeBearer=ben)
    check("the members", [of["Member"]["Arn"] for of in members] == [ada, ben, cho, bot], members)

    text = {"Type": "STANDARD", "Persistence": "PERSISTENT"}
    push = {"Title": "Ben", "Body": "Hello", "Type": "DEFAULT"}
    mention = {"CHIME.mentions": {"StringValues": [bot]}}
    sent = messaging.send_channel_message(
        ChannelArn=general, Content="Hello", ChimeBearer=ben, PushNotification=push, MessageAttributes=mention, **text
    )
    typing = {"Content": "typing", "Type": "CONTROL", "Persistence": "NON_PERSISTENT"}
    messaging.send_channel_message(ChannelArn=general, ChimeBearer=ben, **typing)
    message = {"ChannelArn": general, "MessageId": sent["MessageId"]}
    messaging.update_channel_message(**message, Content="Hello, all", Metadata="{}", ChimeBearer=ben)
    messaging.redact_channel_message(**message, ChimeBearer=ada)
    redacted = messaging.get_channel_message(**message, ChimeBearer=cho)["ChannelMessage"]
    check("a redacted message", redacted["Redacted"] and "Content" not in redacted, redacted)
    messaging.send_channel_message(ChannelArn=general, Content="At your service", ChimeBearer=bot, **text)

    messaging.create_channel_ban(ChannelArn=general, MemberArn=cho, ChimeBearer=ada)
    refused(
        "ForbiddenException",
        messaging.create_channel_membership,
        ChannelArn=general,
        MemberArn=cho,
        Type="DEFAULT",
        ChimeBearer=cho,
    )
    banned = pages(messaging.list_channel_bans, "ChannelBans", ChannelArn=general, ChimeBearer=ada)
    check("the bans", [ban["Member"]["Arn"] for ban in banned] == [cho], banned)
    messaging.delete_channel_ban(ChannelArn=general, MemberArn=cho, ChimeBearer=ada)

    # Nobody serves the processor's function, so its fallback lets messages through.
    messaging.associate_channel_flow(ChannelArn=general, ChannelFlowArn=flow, ChimeBearer=ada)
    pending = messaging.send_channel_message(ChannelArn=general, Content="Moderated", ChimeBearer=ada, **text)
    check("a message in a flow", pending["Status"]["Value"] == "PENDING", pending)
    status = {"ChannelArn": general, "MessageId": pending["MessageId"], "ChimeBearer": ada}
    for _ in range(1000):
        if messaging.get_channel_message_status(**status)["Status"]["Value"] == "SENT":
            break
    check("the end of the flow", messaging.get_channel_message_status(**status)["Status"]["Value"] == "SENT")
    refused("ConflictException", messaging.delete_channel_flow, ChannelFlowArn=flow)
    messaging.disassociate_channel_flow(ChannelArn=general, ChannelFlowArn=flow, ChimeBearer=ada)
    return general


def direct_message(messaging, instance, ada, ben):
    """A chat of two looks for their channel before it creates one."""
    exactly = [{"Key": "MEMBERS", "Operator": "EQUALS", "Values": [ada, ben]}]
    found = messaging.search_channels(Fields=exactly, ChimeBearer=ada)["Channels"]
    check("no channel of the two yet", found == [], found)
    direct = messaging.create_channel(
        AppInstanceArn=instance, Name="Ada and Ben", Privacy="PRIVATE", MemberArns=[ben], ChimeBearer=ada
    )["ChannelArn"]
    found = messaging.search_channels(Fields=exactly, ChimeBearer=ben)["Channels"]
    check("the channel of the two", [channel["ChannelArn"] for channel in found] == [direct], found)
    return direct


def register_device(identity, messaging, user, channel):
    """A telephone registers at each start, and its user mutes a channel."""
    device = {
        "AppInstanceUserArn": user,
        "Type": "GCM",
        "ResourceArn": PINPOINT,
        "EndpointAttributes": {"DeviceToken": "device"},
    }
    endpoint = identity.register_app_instance_user_endpoint(**device, AllowMessages="ALL")["EndpointId"]
    refused("ConflictException", identity.register_app_instance_user_endpoint, **device)
    muted = {"PushNotifications": {"AllowNotifications": "NONE"}}
    messaging.put_channel_membership_preferences(
        ChannelArn=channel, MemberArn=user, Preferences=muted, ChimeBearer=user
    )
    return endpoint


def clean_up(identity, messaging, instance, flow, bot):
    """A test environment is taken down, the app instance last."""
    messaging.delete_channel_flow(ChannelFlowArn=flow)
    identity.delete_app_instance_bot(AppInstanceBotArn=bot)
    messaging.delete_messaging_streaming_configurations(AppInstanceArn=instance)
    for user in pages(identity.list_app_instance_users, "AppInstanceUsers", AppInstanceArn=instance):
        identity.delete_app_instance_user(AppInstanceUserArn=user["AppInstanceUserArn"])
    identity.delete_app_instance(AppInstanceArn=instance)
    left = pages(identity.list_app_instances, "AppInstances")
    check("the app instance is gone", instance not in [of["AppInstanceArn"] for of in left], left)


with Service() as service:
    os.environ.update(service.variables)
    messaging, identity = boto3.client("chime-sdk-messaging"), boto3.client("chime-sdk-identity")
    instance, admin, flow, bot = deploy(identity, messaging)
    ada, ben, cho = (sign_in(identity, instance, name) for name in ("Ada", "Ben", "Cho"))
    general = chat(messaging, instance, flow, bot, ada, ben, cho)
    direct = direct_message(messaging, instance, ada, ben)
    own, moderated, public, messages = load_page(messaging, instance, ada)
    check("the page's channels", len(own) == 2 and len(moderated) == 2 and len(public) == 1, (own, moderated, public))
    check("the page's messages", len(messages[general]) == 3 and messages[direct] == [], messages)
    endpoint = register_device(identity, messaging, ben, general)
    identity.deregister_app_instance_user_endpoint(AppInstanceUserArn=ben, EndpointId=endpoint)
    host = messaging.get_messaging_session_endpoint()["Endpoint"]["Url"]
    check("the host of sessions", service.url.endswith(host), host)
    clean_up(identity, messaging, instance, flow, bot)

print(f"what applications do: {check.passed} checks passed")
