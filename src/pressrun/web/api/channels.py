"""`/api/channels`: where people hear of notifications when no page is open."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from pressrun.actions import telling
from pressrun.domain.persona import Language
from pressrun.store import channels
from pressrun.store.channels import Channel
from pressrun.web.auth import Admin
from pressrun.web.deps import InStore, InWorkspace
from pressrun.web.openapi import EVERYWHERE

router = APIRouter(prefix="/api/channels", tags=["channels"], responses=EVERYWHERE)


class NewChannel(BaseModel):
    """A channel by its Apprise address, such as `slack://TokenA/TokenB/TokenC`."""

    address: Annotated[str, Field(min_length=1, max_length=2000)]
    name: Annotated[str, Field(max_length=200)] = ""
    language: Language = Language.KO


class ChannelChange(BaseModel):
    """Whether it is on."""

    enabled: bool


class ChannelAnswer(BaseModel):
    """A channel. Its address is never answered back; `trouble` says why the last message did not go out."""

    id: str
    name: str
    language: Language
    enabled: bool
    trouble: str
    created_at: datetime


class ChannelList(BaseModel):
    """Every channel."""

    items: list[ChannelAnswer]


@router.get("")
def list_channels(visitor: Admin, store: InStore) -> ChannelList:
    """Every channel, the oldest first."""
    with store.read() as tx:
        return ChannelList(items=[_answer(channel) for channel in channels.listed(tx)])


@router.post("", status_code=201)
def add_channel(visitor: Admin, workspace: InWorkspace, wanted: NewChannel) -> ChannelAnswer:
    """Makes a channel, switched on."""
    return _answer(
        telling.add_channel(
            workspace,
            visitor.caller,
            name=wanted.name,
            address=wanted.address,
            language=wanted.language,
        )
    )


@router.put("/{channel_id}")
def change_channel(
    visitor: Admin, workspace: InWorkspace, channel_id: str, wanted: ChannelChange
) -> ChannelAnswer:
    """Switches a channel on or off."""
    return _answer(telling.switch_channel(workspace, visitor.caller, channel_id, enabled=wanted.enabled))


@router.delete("/{channel_id}")
def remove_channel(visitor: Admin, workspace: InWorkspace, channel_id: str) -> dict[str, bool]:
    """Forgets a channel."""
    telling.remove_channel(workspace, visitor.caller, channel_id)
    return {"success": True}


@router.post("/{channel_id}/test")
async def test_channel(visitor: Admin, workspace: InWorkspace, channel_id: str) -> ChannelAnswer:
    """Sends a test message."""
    return _answer(await telling.try_channel(workspace, visitor.caller, channel_id))


def _answer(channel: Channel) -> ChannelAnswer:
    return ChannelAnswer(**vars(channel))
