"""The demo's ten sample personas with their accounts of the sandbox, and work for them to do."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from pressrun.cli.demo_house import DemoHouse
from pressrun.connectors.base import Picture
from pressrun.rendering.title_card import draw


@dataclass(frozen=True)
class Sample:
    """A sample persona; `topics` are what it is asked about."""

    handle: str
    name: str
    language: str
    timezone: str
    approval: str
    style: str
    hashtags: tuple[str, ...]
    topics: tuple[str, ...]


SAMPLES = (
    Sample("cafe.haru", "카페 하루", "ko", "Asia/Seoul", "always", "다정한 동네 카페 주인",
           ("카페하루",), ("비 오는 날 어울리는 커피", "원두를 오래 신선하게 보관하는 법")),
    Sample("chobo.run", "초보 러너", "ko", "Asia/Seoul", "never", "함께 뛰는 친구",
           ("러닝",), ("처음 5킬로미터를 뛰는 날", "러닝화를 고르기 전에")),
    Sample("seoul.walk", "서울 산책", "ko", "Asia/Seoul", "never", "느린 걸음의 여행자",
           ("서울산책",), ("해 질 무렵 걷기 좋은 길", "골목에서 찾은 작은 책방")),
    Sample("jipbap.note", "집밥 노트", "ko", "Asia/Seoul", "checks", "실용적인 살림 고수",
           ("집밥",), ("냉장고 속 채소로 차린 저녁", "도시락 반찬 미리 준비하기")),
    Sample("banryeo.sikmul", "반려 식물", "ko", "Asia/Seoul", "never", "차분한 식물 집사",
           ("식물집사",), ("겨울 창가의 화분 돌보기", "물 주는 때를 알아보는 법")),
    Sample("goyangi.ilgi", "고양이 일기", "ko", "Asia/Seoul", "never", "유쾌한 집사",
           ("고양이",), ("고양이가 상자를 좋아하는 날", "처음 고양이를 맞이할 때")),
    Sample("chaek.bam", "책 읽는 밤", "ko", "Asia/Seoul", "always", "조용한 독서가",
           ("책추천",), ("잠들기 전 열 쪽 읽기", "다시 읽고 싶은 책 고르기")),
    Sample("night.desk", "Night Desk", "en", "Europe/London", "never", "a calm night owl",
           ("nightdesk",), ("Working well after dark", "A tidy desk in ten minutes")),
    Sample("plain.econ", "Plain Econ", "en", "America/New_York", "checks", "a patient teacher",
           ("plainecon",), ("How to read a household budget", "Saving for a rainy day")),
    Sample("small.tech", "Small Tech", "en", "Australia/Lord_Howe", "never", "a friendly tinkerer",
           ("smalltech",), ("Backups that you will really make", "Quieter notifications")),
)  # fmt: skip

RECURRING = SAMPLES[1]
"""The persona with a recurring schedule, every ten minutes so that a visitor sees it work."""

SCHEDULED_POSTS = 5
"""How many personas also have a finished post that waits for its time (예약 목록)."""

ELSEWHERE = {"cafe.haru": ("x", "youtube"), "seoul.walk": ("x",), "night.desk": ("x", "youtube")}
"""Who is also where, besides Instagram."""

FIRST_POST = timedelta(minutes=2)
BETWEEN_POSTS = timedelta(minutes=3)


def first_persona() -> Sample:
    """The persona that `--once` speaks as."""
    return SAMPLES[0]


def settle_in(client: httpx.Client, house: DemoHouse) -> None:
    """All sample personas with accounts; at the first start also titles that begin one after another."""
    known = _persona_ids(client)
    begin = datetime.now(UTC) + FIRST_POST
    for position, sample in enumerate(SAMPLES):
        account = connect_persona(client, house, sample)
        if sample.name in known:
            continue
        for platform in ELSEWHERE.get(sample.handle, ()):
            connect_persona(client, house, sample, platform)
        _register(client, account, sample.topics[0], "image_post", at=None)
        _register(client, account, sample.topics[1], "carousel", at=begin + position * BETWEEN_POSTS)
        if position < SCHEDULED_POSTS:
            _schedule_post(client, account, sample, at=begin + position * BETWEEN_POSTS)
    if not client.get("/api/schedule").raise_for_status().json()["items"]:
        _schedule(client, connect_persona(client, house, RECURRING))


def connect_persona(
    client: httpx.Client, house: DemoHouse, sample: Sample, platform: str = "instagram"
) -> dict[str, Any]:
    """The persona's account on a platform, made where it is not there yet."""
    persona_id = _persona_ids(client).get(sample.name) or _make_persona(client, sample)
    asked = {"persona_id": persona_id, "platform": platform}
    found = client.get("/api/accounts", params=asked).raise_for_status().json()
    if found["items"]:
        return found["items"][0]
    credentials = house.sandbox_account(platform, sample.handle)["credentials"]
    wanted = {**asked, "credentials": credentials}
    return client.post("/api/accounts", json=wanted).raise_for_status().json()


def _make_persona(client: httpx.Client, sample: Sample) -> str:
    wanted = {
        "name": sample.name,
        "language": sample.language,
        "timezone": sample.timezone,
        "approval": sample.approval,
        "style": sample.style,
        "hashtags": list(sample.hashtags),
    }
    return client.post("/api/personas", json=wanted).raise_for_status().json()["id"]


def _persona_ids(client: httpx.Client) -> dict[str, str]:
    found = client.get("/api/personas", params={"limit": 100}).raise_for_status().json()
    return {persona["name"]: persona["id"] for persona in found["items"]}


def _register(
    client: httpx.Client, account: dict[str, Any], topic: str, content_type: str, *, at: datetime | None
) -> None:
    wanted = {
        "title": topic,
        "persona_id": account["persona_id"],
        "account_ids": [account["id"]],
        "content_type": content_type,
        "scheduled_at": at.isoformat() if at else None,
    }
    client.post("/api/titles", json=wanted).raise_for_status()


def _schedule_post(client: httpx.Client, account: dict[str, Any], sample: Sample, *, at: datetime) -> None:
    card = Picture(
        headline=sample.topics[0],
        body=sample.style,
        prompt="",
        language=sample.language,
        persona=sample.name,
        hue=200,
        position=1,
        count=1,
    )
    file = {"file": (f"{sample.handle}.jpg", draw(card), "image/jpeg")}
    asset = client.post("/api/assets", files=file).raise_for_status().json()
    wanted = {
        "account_id": account["id"],
        "caption": sample.topics[0],
        "hashtags": list(sample.hashtags),
        "asset_ids": [asset["id"]],
        "scheduled_publish_time": at.isoformat(),
    }
    client.post("/api/workflow/publish", json=wanted).raise_for_status()


def _schedule(client: httpx.Client, account: dict[str, Any]) -> None:
    wanted = {
        "name": "러닝 한 줄",
        "persona_id": account["persona_id"],
        "account_ids": [account["id"]],
        "content_type": "image_post",
        "cron": "*/10 * * * *",
        "settings": {"promptType": "custom", "customPrompt": "오늘의 가벼운 달리기"},
    }
    client.post("/api/schedule", json=wanted).raise_for_status()
