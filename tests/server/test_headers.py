import io

import pytest

from smallsense.server.headers import Headers


@pytest.mark.parametrize(
    "line",
    [
        b"Content-Length: 12\r\n",
        b"content-length: 12\r\n",
        b"CONTENT-LENGTH:12 \n",
        b'{"stray": "body"}Content-Length: 12\r\n',
        b"\xff\x00Content-Length: 12\r\n",
    ],
)
def test_a_header_is_found_wherever_a_line_ends_in_one(line: bytes) -> None:
    assert Headers(io.BytesIO(line)).readline() == b"Content-Length: 12\r\n"


def test_an_absurd_length_is_passed_over() -> None:
    assert Headers(io.BytesIO(b"Content-Length: 99999999999999\r\n")).readline() == b"\n"


def test_all_else_comes_through_as_it_is() -> None:
    headers = Headers(io.BytesIO(b"Content-Type: x\r\n\r\nbody"))
    assert headers.readline() == b"Content-Type: x\r\n"
    assert headers.readline() == b"\r\n"
    assert headers.read(4) == b"body"
    assert headers.readline() == b""
