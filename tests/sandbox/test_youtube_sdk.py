"""Google's official clients, unchanged, against the stand-in: uploads, reading back, login."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import requests
from google.auth.exceptions import RefreshError
from google.auth.transport.requests import Request
from google.oauth2.credentials import Credentials
from google_auth_oauthlib.flow import Flow
from googleapiclient.errors import HttpError
from googleapiclient.http import MediaFileUpload, MediaIoBaseUpload

from clips import padded
from sandbox.conftest import MakeVideo, jpeg, switch_on
from sandbox.youtube_tools import (
    CHOSEN,
    GRANULE,
    Channel,
    assert_contiguous,
    google_client,
    google_credentials,
    open_channel,
)


@pytest.fixture
def channel(http: httpx.Client) -> Channel:
    return open_channel(http, "산책하루")


@pytest.fixture(params=["/youtube", ""], ids=["below the prefix", "at the root"])
def youtube(request: pytest.FixtureRequest, sandbox_url: str, channel: Channel) -> Iterator[Any]:
    with google_client(sandbox_url + request.param, google_credentials(channel)) as client:
        yield client


@pytest.fixture
def film(tmp_path: Path, make_video: MakeVideo) -> Path:
    file = tmp_path / "film.mp4"
    file.write_bytes(padded(make_video(size="192x108"), 5 * GRANULE + 17))
    return file


def finish(request: Any) -> dict[str, Any]:
    done = None
    while done is None:
        _, done = request.next_chunk()
    return done


def reason_of(failure: HttpError) -> str:
    details: Any = failure.error_details
    return details[0]["reason"]


def refresh(credentials: Credentials) -> None:
    with requests.Session() as session:
        credentials.refresh(Request(session))


def test_a_resumable_upload_in_chunks_is_one_video(youtube: Any, channel: Channel, film: Path) -> None:
    media = MediaFileUpload(str(film), mimetype="video/mp4", chunksize=2 * GRANULE, resumable=True)
    request = youtube.videos().insert(part="snippet,status", body=CHOSEN, media_body=media)
    video = finish(request)
    assert video["snippet"]["title"] == CHOSEN["snippet"]["title"]
    assert [post["id"] for post in channel.published()] == [video["id"]]
    assert_contiguous(channel.confirmed(), film.stat().st_size)
    assert len(channel.confirmed()) == 3


def test_the_whole_file_in_one_request(youtube: Any, channel: Channel, film: Path) -> None:
    media = MediaFileUpload(str(film), mimetype="video/mp4", chunksize=-1, resumable=True)
    video = finish(youtube.videos().insert(part="snippet,status", body=CHOSEN, media_body=media))
    assert channel.confirmed() == [(0, film.stat().st_size - 1)]
    assert channel.published()[0]["id"] == video["id"]


def test_an_upload_without_sessions(youtube: Any, channel: Channel, film: Path) -> None:
    media = MediaFileUpload(str(film), mimetype="video/mp4")
    video = youtube.videos().insert(part="snippet,status", body=CHOSEN, media_body=media).execute()
    (post,) = channel.published()
    assert post["id"] == video["id"]
    assert channel.http.get(post["media"][0]["url"]).content == film.read_bytes()


class Unstreamed(MediaIoBaseUpload):
    """Chunks are read into memory, so that the transport can send them again."""

    def has_stream(self) -> bool:  # pyright: ignore[reportIncompatibleMethodOverride]
        return False


class Unmeasured(Unstreamed):
    """The length is not known before the end."""

    def size(self) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        return None


def test_a_stream_of_unknown_length(youtube: Any, channel: Channel, film: Path) -> None:
    with film.open("rb") as content:
        media = Unmeasured(content, mimetype="video/mp4", chunksize=2 * GRANULE, resumable=True)
        finish(youtube.videos().insert(part="snippet,status", body=CHOSEN, media_body=media))
    assert_contiguous(channel.confirmed(), film.stat().st_size)


@pytest.mark.parametrize(
    ("kind", "overlap", "refusals"),
    [("drop_before", "refuses", 0), ("drop_after", "refuses", 1), ("drop_after", "ignores", 0)],
)
def test_a_chunk_that_the_transport_sends_again_is_counted_once(
    http: httpx.Client, youtube: Any, channel: Channel, film: Path, kind: str, overlap: str, refusals: int
) -> None:
    channel.set_state(rules={"overlap": overlap})
    refused: list[int] = []
    done = None
    with film.open("rb") as content:
        media = Unstreamed(content, mimetype="video/mp4", chunksize=2 * GRANULE, resumable=True)
        request = youtube.videos().insert(part="snippet,status", body=CHOSEN, media_body=media)
        request.next_chunk()
        switch_on(http, {"kind": kind}, platform="youtube", match={"method": "PUT"})
        while done is None:
            try:
                _, done = request.next_chunk()
            except HttpError as failure:
                refused.append(failure.status_code)
    assert refused == [400] * refusals
    assert len(channel.published()) == 1
    assert_contiguous(channel.confirmed(), film.stat().st_size)


def test_the_client_asks_for_the_confirmed_range_after_a_server_error(
    http: httpx.Client, youtube: Any, channel: Channel, film: Path
) -> None:
    media = MediaFileUpload(str(film), mimetype="video/mp4", chunksize=2 * GRANULE, resumable=True)
    request = youtube.videos().insert(part="snippet,status", body=CHOSEN, media_body=media)
    switch_on(http, {"kind": "answer_after", "status": 503}, platform="youtube", match={"method": "PUT"})
    with pytest.raises(HttpError) as failed:
        request.next_chunk()
    assert failed.value.resp.status == 503
    finish(request)
    assert_contiguous(channel.confirmed(), film.stat().st_size)


def test_another_process_goes_on_with_the_session_it_was_given(
    sandbox_url: str, channel: Channel, film: Path
) -> None:
    def upload() -> Any:
        media = MediaFileUpload(str(film), mimetype="video/mp4", chunksize=GRANULE, resumable=True)
        return client.videos().insert(part="snippet,status", body=CHOSEN, media_body=media)

    with google_client(f"{sandbox_url}/youtube", google_credentials(channel)) as client:
        first = upload()
        first.next_chunk()
        first.next_chunk()
        second = upload()
        second.resumable_uri = first.resumable_uri
        second._in_error_state = True
        video = finish(second)
        third = upload()
        third.resumable_uri = first.resumable_uri
        third._in_error_state = True
        assert third.next_chunk()[1]["id"] == video["id"]
    assert len(channel.published()) == 1


def test_refused_metadata_comes_with_its_reason(youtube: Any, channel: Channel, film: Path) -> None:
    body = {"snippet": {"title": "a" * 101}, "status": {"privacyStatus": "private"}}
    media = MediaFileUpload(str(film), mimetype="video/mp4", resumable=True)
    with pytest.raises(HttpError) as refused:
        youtube.videos().insert(part="snippet,status", body=body, media_body=media).next_chunk()
    assert reason_of(refused.value) == "invalidTitle"
    assert channel.published() == []


def test_thumbnail_captions_and_playlist_of_a_video(youtube: Any, channel: Channel, film: Path) -> None:
    id_ = channel.upload(film.read_bytes())["id"]
    picture = MediaIoBaseUpload(io.BytesIO(jpeg(1280, 720)), mimetype="image/jpeg")
    answer = youtube.thumbnails().set(videoId=id_, media_body=picture).execute()
    assert channel.http.get(answer["items"][0]["high"]["url"]).content == jpeg(1280, 720)

    track = {"snippet": {"videoId": id_, "language": "ko", "name": "한국어"}}
    for resumable in (True, False):
        words = MediaIoBaseUpload(
            io.BytesIO(b"1\n"), mimetype="application/octet-stream", resumable=resumable
        )
        inserting = youtube.captions().insert(part="snippet", body=track, media_body=words)
        if resumable:
            assert finish(inserting)["snippet"]["language"] == "ko"
        else:
            with pytest.raises(HttpError) as refused:
                inserting.execute()
            assert reason_of(refused.value) == "captionExists"
    listed = youtube.captions().list(part="snippet", videoId=id_).execute()["items"]
    assert [item["snippet"]["name"] for item in listed] == ["한국어"]

    made = {"snippet": {"title": "산책"}, "status": {"privacyStatus": "unlisted"}}
    playlist = youtube.playlists().insert(part="snippet,status", body=made).execute()["id"]
    entry = {"snippet": {"playlistId": playlist, "resourceId": {"kind": "youtube#video", "videoId": id_}}}
    youtube.playlistItems().insert(part="snippet", body=entry).execute()
    items = youtube.playlistItems().list(part="contentDetails", playlistId=playlist).execute()["items"]
    assert [item["contentDetails"]["videoId"] for item in items] == [id_]
    mine = youtube.playlists().list(part="snippet,contentDetails", mine=True).execute()["items"]
    assert [(p["snippet"]["title"], p["contentDetails"]["itemCount"]) for p in mine] == [("산책", 1)]


def test_reading_back_changing_and_deleting(youtube: Any, channel: Channel, film: Path) -> None:
    id_ = channel.upload(film.read_bytes())["id"]
    (own,) = youtube.channels().list(part="id,contentDetails", mine=True).execute()["items"]
    uploads = own["contentDetails"]["relatedPlaylists"]["uploads"]
    (item,) = youtube.playlistItems().list(part="snippet", playlistId=uploads).execute()["items"]
    assert (own["id"], item["snippet"]["resourceId"]["videoId"]) == (channel.id, id_)

    changed = {"id": id_, "snippet": {"title": "저녁 산책", "categoryId": "24"}}
    youtube.videos().update(part="snippet", body=changed).execute()
    (video,) = youtube.videos().list(part="snippet,status,statistics", id=id_).execute()["items"]
    assert (video["snippet"]["title"], video["snippet"]["description"]) == ("저녁 산책", "")
    assert channel.published()[0]["text"] == "저녁 산책"

    categories = youtube.videoCategories().list(part="snippet", regionCode="KR").execute()["items"]
    assert "22" in [item["id"] for item in categories if item["snippet"]["assignable"]]

    youtube.videos().delete(id=id_).execute()
    assert youtube.videos().list(part="id", id=id_).execute()["items"] == []
    assert channel.published() == []


def test_an_expired_token_is_refreshed_by_the_client_itself(
    http: httpx.Client, youtube: Any, channel: Channel
) -> None:
    channel.set_state(token="expired")
    (own,) = youtube.channels().list(part="id", mine=True).execute()["items"]
    assert own["id"] == channel.id
    assert http.get(f"/_sandbox/accounts/youtube/{channel.id}/state").json()["token"] == "valid"


def test_a_revoked_login_can_not_be_refreshed(channel: Channel) -> None:
    credentials = google_credentials(channel)
    channel.set_state(token="revoked")
    with pytest.raises(RefreshError) as refused:
        refresh(credentials)
    message, answer = refused.value.args
    assert message == "invalid_grant: Token has been expired or revoked."
    assert answer == {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}
    assert not refused.value.retryable


def test_consent_by_the_official_flow(
    http: httpx.Client, sandbox_url: str, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    app = http.post(
        "/_sandbox/apps", json={"platform": "youtube", "redirect_uris": ["http://127.0.0.1:8000/callback"]}
    ).json()
    config = {
        **app,
        "auth_uri": f"{sandbox_url}/google-accounts/o/oauth2/v2/auth",
        "token_uri": f"{sandbox_url}/google-oauth/token",
    }
    scopes = [
        "https://www.googleapis.com/auth/youtube.upload",
        "https://www.googleapis.com/auth/youtube.readonly",
    ]
    flow = Flow.from_client_config({"web": config}, scopes, redirect_uri="http://127.0.0.1:8000/callback")
    address, state = flow.authorization_url(access_type="offline", prompt="consent")
    answer = http.post(address, data={"account_id": channel.id, "decision": "allow"})
    location = answer.headers["location"]
    assert parse_qs(urlsplit(location).query)["state"] == [state]

    flow.fetch_token(authorization_response=location)
    flow.oauth2session.close()
    credentials = flow.credentials
    assert isinstance(credentials, Credentials)
    assert credentials.refresh_token
    refresh(credentials)
    with google_client(f"{sandbox_url}/youtube", credentials) as youtube:
        (own,) = youtube.channels().list(part="id", mine=True).execute()["items"]
    assert own["id"] == channel.id
