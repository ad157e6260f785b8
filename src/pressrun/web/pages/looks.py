"""How states look: a tone, an icon and a word, in that order of trust (ui/UI.md, principle 3)."""

from dataclasses import dataclass

from pressrun.domain.account import AccountStatus
from pressrun.domain.content import ContentType
from pressrun.domain.post import Badge, Format, HeldReason, PostStatus, badge
from pressrun.domain.run import RunStatus, Stage, StageStatus
from pressrun.store.posts import Post
from pressrun.web.progress import told_as
from pressrun.web.templating import msgid


@dataclass(frozen=True)
class Look:
    """`tone` is a `data-s` of the style sheets, `word` a message id."""

    tone: str
    icon: str
    word: str


BADGES = {
    Badge.WAITING: Look("waiting", "clock", msgid("Waiting")),
    Badge.RUNNING: Look("running", "loader", msgid("In progress")),
    Badge.DONE: Look("done", "ok", msgid("Done")),
    Badge.FAILED: Look("failed", "fail", msgid("Failed")),
}
"""The four words of the queue (S2.1)."""

APPROVAL = Look("attention", "approve", msgid("Awaiting approval"))
_PAUSED = Look("paused", "pause", msgid("Paused"))
_SUSPENDED = Look("failed", "ban", msgid("Suspended"))
_REAUTH = Look("attention", "key", msgid("Reconnect needed"))

_POSTS = {
    PostStatus.DRAFT: Look("waiting", "edit", msgid("Draft")),
    PostStatus.AWAITING_APPROVAL: APPROVAL,
    PostStatus.CONFIRMING: Look("running", "loader", msgid("Confirming")),
    PostStatus.UNCONFIRMED: Look("failed", "warn", msgid("Unconfirmed")),
    PostStatus.CANCELLED: Look("paused", "x", msgid("Cancelled")),
    PostStatus.GIVEN_UP: Look("paused", "flag", msgid("Given up")),
}

_HELD = {
    HeldReason.ACCOUNT_SUSPENDED: _SUSPENDED,
    HeldReason.PERSONA_PAUSED: _PAUSED,
    HeldReason.NEEDS_REAUTH: _REAUTH,
    HeldReason.NOT_APPROVED: APPROVAL,
}

_RUNS = {
    RunStatus.SCHEDULED: BADGES[Badge.WAITING],
    RunStatus.SCRIPT_PROCESSING: Look("running", "loader", msgid("Writing")),
    RunStatus.IMAGE_PROCESSING: Look("running", "loader", msgid("Drawing")),
    RunStatus.VIDEO_PROCESSING: Look("running", "loader", msgid("Making the video")),
    RunStatus.AWAITING_APPROVAL: APPROVAL,
    RunStatus.PUBLISHING: Look("running", "loader", msgid("Publishing")),
    RunStatus.COMPLETED: BADGES[Badge.DONE],
    RunStatus.FAILED: BADGES[Badge.FAILED],
    RunStatus.CANCELLED: Look("paused", "stop", msgid("Stopped")),
}

STAGES = {
    StageStatus.WAITING: BADGES[Badge.WAITING],
    StageStatus.RUNNING: BADGES[Badge.RUNNING],
    StageStatus.DONE: BADGES[Badge.DONE],
    StageStatus.FAILED: BADGES[Badge.FAILED],
    StageStatus.SKIPPED: Look("paused", "minus", msgid("Skipped")),
}

ACCOUNTS = {
    AccountStatus.ACTIVE: Look("done", "ok", msgid("Active")),
    AccountStatus.NEEDS_REAUTH: _REAUTH,
    AccountStatus.SUSPENDED: _SUSPENDED,
    AccountStatus.PAUSED: _PAUSED,
}

STAGE_WORDS = {
    Stage.TOPIC: msgid("Topic"),
    Stage.SCRIPT: msgid("Script"),
    Stage.IMAGE: msgid("Images"),
    Stage.VIDEO: msgid("Video"),
    Stage.PUBLISH: msgid("Publish"),
}

DIALOG_STEPS = {
    "upload": msgid("Upload"),
    "container": msgid("Container"),
    "carousel": msgid("Carousel"),
    "polling": msgid("Processing check"),
    "publish": msgid("Publish"),
    "done": msgid("Done"),
}
"""The steps of publishing (S0.3)."""

STEP_WORDS = {
    **DIALOG_STEPS,
    "session": msgid("Upload session"),
    "transfer": msgid("Transfer"),
    "media": msgid("Media"),
    "alt_text": msgid("Alt text"),
    "ready": msgid("Preparation"),
    "link": msgid("Link"),
    "thumbnail": msgid("Thumbnail"),
    "captions": msgid("Subtitles"),
    "playlist": msgid("Playlist"),
    "processing": msgid("Processing"),
}
"""Every stage of publishing, on any platform."""

FORMAT_WORDS = {
    Format.FEED: msgid("Feed"),
    Format.CAROUSEL: msgid("Carousel"),
    Format.REEL: msgid("Reel"),
    Format.STORY: msgid("Story"),
    Format.VIDEO: msgid("Video"),
    Format.SHORT: msgid("Short"),
    Format.TWEET: msgid("Post on X"),
    Format.THREAD: msgid("Thread"),
}

PLATFORM_WORDS = {"instagram": "Instagram", "youtube": "YouTube", "x": "X"}
"""How platforms write their names; one that is not here is shown by its word."""

OPTION_WORDS = {
    "yes": msgid("Yes"),
    "no": msgid("No"),
    "public": msgid("Public"),
    "unlisted": msgid("Unlisted"),
    "private": msgid("Private"),
    "everyone": msgid("Everyone"),
    "following": msgid("Accounts it follows"),
    "mentionedUsers": msgid("Mentioned accounts"),
    "subscribers": msgid("Subscribers"),
    "verified": msgid("Verified accounts"),
    "youtube": msgid("Standard licence"),
    "creativeCommon": msgid("Creative Commons"),
}
"""The platforms' words of choices; others are shown as they are."""

METRIC_WORDS = {
    "views": msgid("Views"),
    "viewCount": msgid("Views"),
    "impression_count": msgid("Views"),
    "reach": msgid("Reached"),
    "likes": msgid("Likes"),
    "likeCount": msgid("Likes"),
    "like_count": msgid("Likes"),
    "comments": msgid("Comments"),
    "commentCount": msgid("Comments"),
    "comments_count": msgid("Comments"),
    "reply_count": msgid("Replies"),
    "replies": msgid("Replies"),
    "shares": msgid("Shares"),
    "retweet_count": msgid("Reposts"),
    "reposts": msgid("Reposts"),
    "quote_count": msgid("Quotes"),
    "saved": msgid("Saved"),
    "bookmark_count": msgid("Saved"),
    "total_interactions": msgid("Interactions"),
}
"""The platforms' names of numbers that people know; others are shown as they are."""

CONTENT_WORDS = {
    ContentType.TEXT_POST: msgid("Text post"),
    ContentType.IMAGE_POST: msgid("Image post"),
    ContentType.CAROUSEL: msgid("Carousel"),
    ContentType.STORY: msgid("Story"),
    ContentType.SHORT_VIDEO: msgid("Short video"),
    ContentType.VIDEO: msgid("Video"),
}


def stage_name(stage: str) -> str:
    """The message id of a stage's name; one that has none is called as it is."""
    return STEP_WORDS.get(told_as(stage), stage)


def post_look(post: Post) -> Look:
    """A post's badge, or the word that says more."""
    if post.status is PostStatus.HELD:
        return _HELD[HeldReason(post.status_reason)] if post.status_reason else _PAUSED
    return _POSTS.get(post.status, BADGES[badge(post.status)])


def run_look(status: RunStatus) -> Look:
    """How a run stands."""
    return _RUNS[status]
