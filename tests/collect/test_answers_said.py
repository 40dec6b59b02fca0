"""What an API says about an error reaches the person who wrote the query."""

from __future__ import annotations

import pytest

from trendwatch.collect.answers import trouble

JSON = {"content-type": "application/json; charset=utf-8"}
DATED = {"date": "Mon, 02 Mar 2026 12:00:00 GMT", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1772453400"}


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (
            422,
            b'{"error": "Unexpected parameters: filter_colour"}',
            "HTTP 422: not a usable answer (Unexpected parameters: filter_colour)",
        ),
        (403, b'{"error": "Invalid query", "message": "colour is no field"}', "HTTP 403: forbidden (colour is no field)"),
        (404, b'{"message": "Not\\u0007 \\n Found", "status": "404"}', "HTTP 404: not found (Not Found)"),
        (500, b'{"detail": ""}', "HTTP 500: the server failed"),
        (400, b'{"message": ["x"]}', "HTTP 400: not a usable answer"),
        (400, b'{"message": "cut o', "HTTP 400: not a usable answer"),
        (400, b"[" * 9000, "HTTP 400: not a usable answer"),
    ],
)
def test_the_message_of_an_error_in_json_is_told_on_one_line(status, body, said):
    error = trouble(status, JSON, body)
    assert str(error) == said


def test_a_page_for_people_is_not_quoted():
    assert str(trouble(404, {"content-type": "text/html"}, b'{"message": "x"}')) == "HTTP 404: not found"


def test_a_403_for_a_limit_that_is_used_up_is_for_later_and_says_when():
    error = trouble(403, JSON | DATED, b'{"message": "API rate limit exceeded for 192.0.2.1."}')
    assert error is not None
    assert (error.outcome, error.retry_after_s) == ("transient", 600.0)
    assert "a key or token raises it" in str(error)


def test_any_other_403_is_permanent():
    error = trouble(403, JSON | {"x-ratelimit-remaining": "55"}, b"{}")
    assert error is not None
    assert error.outcome == "permanent"
