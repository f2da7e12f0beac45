from __future__ import annotations

import pytest

from smallsense.text.decoding import UndecodableError, decode


def test_text_keeps_its_byte_order_mark_so_that_offsets_stay_right():
    data = b"\xef\xbb\xbfHello"
    assert decode(data) == "\ufeffHello"
    assert decode(data).encode() == data


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("Hello".encode("utf-16"), "UTF-16"),
        ("Hello".encode("utf-32"), "UTF-32"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "binary"),
        (b"caf\xe9", "0xe9 at offset 3"),
        (b"\xed\xa0\x80", "0xed at offset 0"),
    ],
)
def test_what_is_not_text_is_refused_with_a_reason(data, message):
    with pytest.raises(UndecodableError, match=message):
        decode(data)


def test_nothing_at_all_is_text():
    assert decode(b"") == ""
