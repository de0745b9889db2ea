"""The loopback site itself: what every test that crawls relies on."""

import threading
from collections.abc import Iterator

import httpx
import pytest

from app.demo.site import NOT_FOUND, Reply, Request, Site, routes


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False) as client:
        yield client


def test_a_page_of_the_table_is_served_with_its_type(client: httpx.Client) -> None:
    with Site(routes({"/feed": Reply(b"<rss/>", content_type="application/rss+xml")})) as site:
        answer = client.get(site.url("/feed?x=1"))
    assert (answer.status_code, answer.content) == (200, b"<rss/>")
    assert answer.headers["content-type"] == "application/rss+xml"


def test_an_unknown_path_is_not_found(client: httpx.Client) -> None:
    with Site(routes({})) as site:
        assert client.get(site.url("/nothing")).status_code == NOT_FOUND.status


def test_who_holds_the_body_gets_304_by_etag_and_by_date(client: httpx.Client) -> None:
    date = "Tue, 01 Mar 2022 08:00:00 GMT"
    page = Reply(b"same", validators=True, headers={"Last-Modified": date})
    with Site(routes({"/": page})) as site:
        etag = client.get(site.url()).headers["etag"]
        assert client.get(site.url(), headers={"If-None-Match": etag}).status_code == 304
        assert client.get(site.url(), headers={"If-Modified-Since": date}).status_code == 304
        assert client.get(site.url(), headers={"If-None-Match": '"old"'}).status_code == 200


def test_a_changed_table_changes_the_etag(client: httpx.Client) -> None:
    pages: dict[str, Reply | bytes | str] = {"/": "one"}
    with Site(routes(pages)) as site:
        etag = client.get(site.url()).headers["etag"]
        pages["/"] = "two"
        assert client.get(site.url(), headers={"If-None-Match": etag}).text == "two"


def test_a_drip_is_sent_piece_by_piece_without_a_length(client: httpx.Client) -> None:
    with Site(lambda request: Reply(b"a", drip=[b"b", b"c"])) as site:
        answer = client.get(site.url())
    assert answer.content == b"abc"
    assert "content-length" not in answer.headers


def test_requests_are_remembered_with_body_and_headers(client: httpx.Client) -> None:
    with Site(lambda request: Reply(status=204)) as site:
        client.post(site.url("/hook"), content=b"hello", headers={"Webhook-Id": "msg_1"})
    [request] = site.requests
    assert (request.method, request.path, request.body) == ("POST", "/hook", b"hello")
    assert request.headers["webhook-id"] == "msg_1"
    assert site.hits("/hook") == 1


def test_replies_overlap_and_the_busiest_moment_is_counted() -> None:
    both = threading.Barrier(2, timeout=10)

    def answer(request: Request) -> Reply:
        both.wait()
        return Reply(b"met")

    with Site(answer) as site:
        threads = [threading.Thread(target=httpx.get, args=(site.url(),)) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert site.busiest == 2


def test_sites_stand_side_by_side_on_their_own_ports() -> None:
    with Site(routes({})) as one, Site(routes({})) as two:
        assert one.port != two.port
