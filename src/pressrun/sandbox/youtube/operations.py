"""The methods of the API: what each costs, and the scopes of which one is enough."""

from dataclasses import dataclass

_AUTH = "https://www.googleapis.com/auth/"
UPLOAD = f"{_AUTH}youtube.upload"
MANAGE = f"{_AUTH}youtube"
FORCE_SSL = f"{_AUTH}youtube.force-ssl"
READONLY = f"{_AUTH}youtube.readonly"
ALL_SCOPES: tuple[str, ...] = (UPLOAD, MANAGE, FORCE_SSL, READONLY)

_READ = frozenset([MANAGE, FORCE_SSL, READONLY])
_EDIT = frozenset([MANAGE, FORCE_SSL])
_SEND = frozenset([UPLOAD, MANAGE, FORCE_SSL])
_CAPTION = frozenset([FORCE_SSL])


@dataclass(frozen=True)
class Operation:
    """`cost` is in units a day; None means one of the day's uploads instead."""

    name: str
    cost: int | None
    scopes: frozenset[str]
    writes: bool = True


CHANNELS_LIST = Operation("channels.list", 1, _READ, writes=False)
VIDEOS_LIST = Operation("videos.list", 1, _READ, writes=False)
VIDEOS_INSERT = Operation("videos.insert", None, _SEND)
VIDEOS_UPDATE = Operation("videos.update", 50, _EDIT)
VIDEOS_DELETE = Operation("videos.delete", 50, _EDIT)
CATEGORIES_LIST = Operation("videoCategories.list", 1, _READ, writes=False)
THUMBNAILS_SET = Operation("thumbnails.set", 50, _SEND)
CAPTIONS_LIST = Operation("captions.list", 50, _CAPTION, writes=False)
CAPTIONS_INSERT = Operation("captions.insert", 400, _CAPTION)
CAPTIONS_DELETE = Operation("captions.delete", 50, _CAPTION)
PLAYLISTS_LIST = Operation("playlists.list", 1, _READ, writes=False)
PLAYLISTS_INSERT = Operation("playlists.insert", 50, _EDIT)
ITEMS_LIST = Operation("playlistItems.list", 1, _READ, writes=False)
ITEMS_INSERT = Operation("playlistItems.insert", 50, _EDIT)
