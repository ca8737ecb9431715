"""The HTTP client against a server that misbehaves: what is tried again, what is given up, what is said."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator

import pytest

from orchestration.ingest.fetch_http import MAX_REDIRECTS, Answer, Client, FetchError
from tests.publisher_server import (
    Publisher,
    Reply,
    Waits,
    file_of,
    gzipped,
    in_turn,
    redirect,
    serve,
    text_reply,
)

FILE = "https://files.example.org/AB/12CD34/data.csv"
ROWS = "code,value\nQK1,5\n"


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with serve() as running:
        yield running


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
def client(publisher: Publisher, waits: Waits) -> Client:
    return Client(pause=0, session=publisher.session(), sleep=waits.sleep, clock=waits.clock)


def own_host(address: str) -> bool:
    return address.startswith("https://files.example.org/")


def get(client: Client, max_bytes: int = 10_000, **conditions: str) -> tuple[Answer | None, str]:
    out = io.BytesIO()
    answer = client.get(FILE, own_host, out, max_bytes, conditions)
    return answer, out.getvalue().decode()


def test_a_file_comes_with_its_headers(client: Client, publisher: Publisher) -> None:
    publisher.at(FILE, file_of(ROWS, modified="Thu, 20 Nov 2025 09:30:00 GMT"))
    answer, body = get(client)
    assert body == ROWS
    assert answer is not None
    assert answer.address == FILE
    assert answer.headers["Last-Modified"] == "Thu, 20 Nov 2025 09:30:00 GMT"


def test_compressed_on_the_way_is_the_same_file(client: Client, publisher: Publisher) -> None:
    publisher.at(FILE, gzipped(ROWS.encode()))
    assert get(client)[1] == ROWS


@pytest.mark.parametrize("by_etag", [True, False])
def test_not_modified(client: Client, publisher: Publisher, by_etag: bool) -> None:
    publisher.at(FILE, file_of(ROWS, etag=by_etag, modified="Thu, 20 Nov 2025 09:30:00 GMT"))
    answer, _ = get(client)
    assert answer is not None
    known = {"If-Modified-Since": answer.headers["Last-Modified"]}
    if by_etag:
        known = {"If-None-Match": answer.headers["ETag"]}
    assert get(client, **known) == (None, "")


def test_the_publisher_can_see_who_asks_but_no_password(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    netrc = tmp_path_factory.mktemp("home") / "netrc"
    netrc.write_text("default login someone password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    publisher.at(FILE, file_of(ROWS))
    get(Client(contact="team@example.org", session=publisher.session()))
    headers = publisher.asked[0].headers
    assert headers["User-Agent"] == "Mozilla/5.0 (compatible; equity-audit; team@example.org)"
    assert "Authorization" not in headers


# What is tried again -----------------------------------------------------------------------------


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_fault_is_tried_again_after_longer_and_longer_waits(
    client: Client, publisher: Publisher, waits: Waits, status: int
) -> None:
    fault = Reply(status=status)
    publisher.at(FILE, in_turn(fault, fault, fault, file_of(ROWS)))
    assert get(client)[1] == ROWS
    assert waits.waits == [2, 4, 8]


def test_a_lasting_fault_is_given_up(client: Client, publisher: Publisher, waits: Waits) -> None:
    publisher.at(FILE, Reply(status=500))
    with pytest.raises(FetchError, match="HTTP 500, the publisher's server has a fault"):
        get(client)
    assert publisher.count(FILE) == 4
    assert waits.waits == [2, 4, 8]


def test_a_publisher_that_asks_to_wait_is_waited_for(
    client: Client, publisher: Publisher, waits: Waits
) -> None:
    publisher.at(FILE, in_turn(Reply(status=503, headers={"Retry-After": "30"}), file_of(ROWS)))
    assert get(client)[1] == ROWS
    assert waits.waits == [30]


def test_but_not_for_an_hour(client: Client, publisher: Publisher, waits: Waits) -> None:
    publisher.at(FILE, Reply(status=429, headers={"Retry-After": "3600"}))
    with pytest.raises(FetchError, match="another 3600 s: try later"):
        get(client)
    assert publisher.count(FILE) == 1
    assert waits.waits == []


def test_waiting_never_outlasts_the_deadline(client: Client, publisher: Publisher, waits: Waits) -> None:
    client.deadline = 5
    publisher.at(FILE, Reply(status=500))
    with pytest.raises(FetchError, match="try later"):
        get(client)
    assert sum(waits.waits) < 5


@pytest.mark.parametrize(
    "short",
    [
        Reply(ROWS.encode(), claim=len(ROWS) + 100),
        Reply(ROWS.encode() * 500, chunked=True, cut=2000),
    ],
    ids=["fewer bytes than announced", "chunks end early"],
)
def test_a_truncated_body_is_tried_again_and_never_kept_in_part(
    client: Client, publisher: Publisher, short: Reply
) -> None:
    publisher.at(FILE, in_turn(short, file_of(ROWS)))
    assert get(client)[1] == ROWS
    publisher.at(FILE, short)
    with pytest.raises(FetchError, match=r"ended early|broke off"):
        get(client)


def test_a_server_that_says_nothing(client: Client, publisher: Publisher) -> None:
    client.read_timeout = 0.05
    client.attempts = 2
    publisher.at(FILE, Reply(hang=5))
    with pytest.raises(FetchError, match="no data in time"):
        get(client)
    assert publisher.count(FILE) == 2


def test_a_host_that_does_not_answer_is_tried_once_from_then_on(client: Client, publisher: Publisher) -> None:
    client.read_timeout = 0.05
    client.attempts = 2
    publisher.at(FILE, Reply(hang=5))
    for _ in range(2):
        with pytest.raises(FetchError):
            get(client)
    assert publisher.count(FILE) == 3


def test_nobody_listens(client: Client, publisher: Publisher) -> None:
    publisher.address = "http://127.0.0.1:9"
    with pytest.raises(FetchError, match="the connection was refused"):
        get(client)


def test_a_trickle_is_cut_off(publisher: Publisher) -> None:
    publisher.at(FILE, Reply(b"x" * 1000, drip=0.02))
    client = Client(pause=0, deadline=0.1, session=publisher.session())
    with pytest.raises(FetchError, match="not complete after"):
        get(client)


# What is not tried again -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (401, "asks for a login: download it in a browser"),
        (403, "refuses automatic downloads: set EQUITY_CONTACT"),
        (404, "nothing at this address any more: look for the new one"),
        (410, "has removed it"),
        (418, "an answer that was not expected"),
        (304, "an answer that was not expected"),
    ],
)
def test_a_refusal_says_what_to_do(
    client: Client, publisher: Publisher, waits: Waits, status: int, says: str
) -> None:
    publisher.at(FILE, Reply(status=status))
    with pytest.raises(FetchError, match=f"HTTP {status}, .*{says}"):
        get(client)
    assert publisher.count(FILE) == 1
    assert waits.waits == []


@pytest.mark.parametrize(
    "large",
    [
        Reply(b"x" * 200),
        Reply(b"x" * 200, chunked=True),
        Reply(b"", claim=10**12),
        Reply(
            zlib.compress(b"x" * 10**6, wbits=31),
            headers={"Content-Encoding": "gzip"},
            chunked=True,
        ),
    ],
    ids=["announced", "not announced", "announced, never sent", "a bomb of zeros"],
)
def test_larger_than_the_limit(client: Client, publisher: Publisher, large: Reply) -> None:
    publisher.at(FILE, large)
    with pytest.raises(FetchError, match="larger than the limit"):
        get(client, max_bytes=100)
    assert publisher.count(FILE) == 1


# Redirects ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed(client: Client, publisher: Publisher, status: int) -> None:
    new = publisher.at("https://files.example.org/new/data.csv", file_of(ROWS))
    publisher.at(FILE, redirect("/new/data.csv#top", status))
    answer, body = get(client)
    assert body == ROWS
    assert answer is not None
    assert answer.address == new


@pytest.mark.parametrize(
    ("to", "says"),
    [
        ("https://evil.example.net/data.csv", "redirected to evil.example.net, which is not followed"),
        ("https://files.example.org.evil.net/data.csv", "which is not followed"),
        ("http://files.example.org/data.csv", "from https to http"),
        ("https://files.example.org:8443/data.csv", "from https|which is not followed"),
        ("file:///etc/passwd", "not an http or https address"),
        ("https://user:secret@files.example.org/data.csv", "must not hold a user name"),
        ("https://127.0.0.1/data.csv", "redirected to 127.0.0.1"),
    ],
)
def test_a_hostile_redirect_is_not_even_asked(
    client: Client, publisher: Publisher, to: str, says: str
) -> None:
    publisher.at(FILE, redirect(to))
    with pytest.raises(FetchError, match=says) as error:
        get(client)
    assert len(publisher.asked) == 1
    assert "secret" not in str(error.value)


def test_redirects_in_a_circle(client: Client, publisher: Publisher) -> None:
    publisher.at(FILE, redirect("/b"))
    publisher.at("https://files.example.org/b", redirect(FILE))
    with pytest.raises(FetchError, match="lead nowhere"):
        get(client)
    assert len(publisher.asked) == 2


def test_redirects_without_end(client: Client, publisher: Publisher) -> None:
    publisher.at(FILE, redirect("/0"))
    for number in range(20):
        publisher.at(f"https://files.example.org/{number}", redirect(f"/{number + 1}"))
    with pytest.raises(FetchError, match="lead nowhere"):
        get(client)
    assert len(publisher.asked) == MAX_REDIRECTS + 1


def test_requests_are_spaced_out(publisher: Publisher, waits: Waits) -> None:
    client = Client(pause=0.5, session=publisher.session(), sleep=waits.sleep, clock=waits.clock)
    publisher.at(FILE, file_of(ROWS))
    for _ in range(3):
        get(client)
    assert waits.waits == [0.5, 0.5]


def test_a_page_is_text_whatever_its_bytes(client: Client, publisher: Publisher) -> None:
    publisher.at(FILE, Reply("Año ✓".encode() + b"\xa0"))
    assert client.page(FILE, own_host) == ("Año ✓\ufffd", FILE)
    publisher.at(FILE, text_reply("later"))
    assert client.page(FILE, own_host)[0] == "later"
