"""/healthz and /metrics as another program sees them."""

import http.client
import json
import re
import socket

import pytest
from serving_samples import Ticks

from trendwatch.errors import TrendwatchError
from trendwatch.serving.board import HELP, STALE_S, STUCK_S, Board
from trendwatch.serving.endpoints import MOST, Endpoints


@pytest.fixture
def board():
    return Board(Ticks(), resident=lambda: 12345)


@pytest.fixture
def server(board):
    with Endpoints(board) as opened:
        yield opened


def ask(server, path, method="GET", **headers):
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=5)
    connection.request(method, path, headers=headers)
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer, body


def test_health_is_200_while_all_is_well_or_a_restart_would_not_help(server, board):
    answer, body = ask(server, "/healthz")
    assert (answer.status, json.loads(body)["status"]) == (200, "ok")
    board.fails("configuration", "sources.yaml:3:1: no")
    answer, body = ask(server, "/healthz")
    assert (answer.status, json.loads(body)["status"]) == (200, "degraded")
    assert json.loads(body)["failing"] == {"configuration": "sources.yaml:3:1: no"}
    board.well("configuration")
    assert json.loads(ask(server, "/healthz")[1])["status"] == "ok"


def test_health_is_503_when_the_store_fails_or_rounds_stand_still(server, board):
    board.fails("store", "no room is left")
    assert ask(server, "/healthz")[0].status == 503
    board.well("store")
    board._monotonic.now += STALE_S + 1
    answer, body = ask(server, "/healthz")
    assert answer.status == 503
    assert "no round has ended" in json.loads(body)["failing"]["rounds"]
    board.begin()
    assert ask(server, "/healthz")[0].status == 200
    board._monotonic.now += STALE_S + 1
    assert ask(server, "/healthz")[0].status == 200, "a long round is at work"
    board._monotonic.now += STUCK_S
    assert ask(server, "/healthz")[0].status == 503


LINE = re.compile(r'trendwatch_[a-z_]+(\{[a-z_]+="(?:[^"\\\n]|\\["\\n])*"(,[a-z_]+="(?:[^"\\\n]|\\["\\n])*")*\})? [-+0-9.e]+')


def test_metrics_are_in_prometheus_text_format_each_with_help_and_type(server, board):
    board.count("visits_total", outcome="ok")
    board.count("visits_total", 2, outcome="ok")
    board.count("deliveries_total", deliverer='a"b\\c\nd', state="sent")
    board.show("store_rows", {"items": 7, "visits": 1}, "what")
    board.fails("store", "full")
    answer, text = ask(server, "/metrics")
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert text.endswith("\n")
    for row in text.splitlines():
        assert row.startswith(("# HELP trendwatch_", "# TYPE trendwatch_")) or LINE.fullmatch(row), row
    assert 'trendwatch_visits_total{outcome="ok"} 3\n' in text
    assert 'trendwatch_deliveries_total{deliverer="a\\"b\\\\c\\nd",state="sent"} 1\n' in text
    assert 'trendwatch_store_rows{what="items"} 7\n' in text
    assert 'trendwatch_failing{step="store"} 1\n' in text
    assert "trendwatch_healthy 0\n" in text
    assert "trendwatch_resident_bytes 12345\n" in text
    assert re.findall(r"# TYPE trendwatch_(\w+)", text) == list(HELP)


@pytest.mark.parametrize(
    "host", ["evil.example.org", "evil.example.org:9713", "127.0.0.1.evil.example.org", "localhost.", "", "10.0.0.1"]
)
def test_who_asks_by_another_name_is_refused(server, host):
    for path in ("/healthz", "/metrics"):
        answer, body = ask(server, path, Host=host)
        assert answer.status == 403
        assert "trendwatch_" not in body


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "127.0.0.1:9713", "[::1]:9713"])
def test_loopback_names_are_answered(server, host):
    assert ask(server, "/healthz", Host=host)[0].status == 200


def test_two_hosts_and_none_are_refused(server):
    for hosts in (b"", b"Host: localhost\r\nHost: evil.example.org\r\n"):
        with socket.create_connection(("127.0.0.1", server.server_port), timeout=5) as connection:
            connection.sendall(b"GET /metrics HTTP/1.0\r\n" + hosts + b"\r\n")
            assert b" 403 " in connection.recv(100)


def test_nothing_else_is_there_and_nothing_can_be_changed(server):
    assert ask(server, "/")[0].status == 404
    assert ask(server, "/../../etc/passwd")[0].status == 404
    assert ask(server, "/healthz?x=1")[0].status == 200
    answer, body = ask(server, "/metrics", "HEAD")
    assert (answer.status, body) == (200, "")
    for method in ("POST", "PUT", "DELETE"):
        assert ask(server, "/healthz", method)[0].status == 501
    headers = ask(server, "/nothing")[0].headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "Python" not in headers["Server"]


def test_it_listens_on_loopback_only_and_a_taken_port_is_named(server, board):
    assert server.server_address[0] == "127.0.0.1"
    with pytest.raises(TrendwatchError, match=rf"port {server.server_port} .*--port"):
        Endpoints(board, server.server_port)


def test_callers_who_say_nothing_take_no_more_than_their_room(server):
    silent = [socket.create_connection(("127.0.0.1", server.server_port), timeout=5) for _ in range(MOST + 4)]
    ended = 0
    for connection in silent[MOST:]:
        ended += connection.recv(1) == b""
    assert ended == 4
    for connection in silent:
        connection.close()
