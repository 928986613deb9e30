"""Which requests may come in, by what a browser says of who sends them."""

from __future__ import annotations

import socket

import pytest

from lmdmd.surfaces.web_guard import announced_name, host_name, is_our_host, is_trusted, origin_host, own_names

NAMES = frozenset({"localhost", "stage", "stage.local"})


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1:9080", "127.0.0.1", "192.168.1.7:9080", "[::1]:9080", "[fe80::1]"),
        *("localhost:9080", "LocalHost", "stage:9080", "stage.local", "STAGE.local.:80"),
    ],
)
def test_an_address_and_a_name_of_ours_call_us(host):
    assert is_our_host(host, NAMES)


@pytest.mark.parametrize(
    "host",
    [
        *("evil.example", "evil.example:9080", "localhost.evil.example", "127.0.0.1.evil.example", "evilstage", ""),
        *(":9080", "127.0.0.1:9080@evil.example", "127.0.0.1 evil", "127.0.0.1:99999999", "[::1", "1.2.3"),
        *("[1::2::3]", "localhost\r\nX: y", "localhost/", "löcalhost", "localhost:", "2130706433", "0x7f.1"),
    ],
)
def test_any_other_name_does_not(host):
    assert not is_our_host(host, NAMES)


def test_our_names_are_the_machine_s_own():
    name = socket.gethostname().lower()
    assert {"localhost", name, announced_name()} <= own_names()
    assert not is_our_host("evil.example", own_names())


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        (None, "127.0.0.1:9080"),
        ("http://127.0.0.1:9080", "127.0.0.1:9080"),
        ("https://stage.local", "Stage.local"),
        ("HTTP://[::1]:9080", "[::1]:9080"),
        ("http://show.example:8000", "127.0.0.1:9080"),
        ("null", "127.0.0.1"),
    ],
)
def test_our_own_page_a_trusted_one_and_no_page_at_all_may_use_us(origin, host):
    assert is_trusted(origin, host, frozenset({"http://show.example:8000", "null"}))


@pytest.mark.parametrize(
    "origin",
    [
        *("http://evil.example", "http://127.0.0.1", "http://127.0.0.1:9081", "null", "", "127.0.0.1:9080", "file://"),
        *("http://127.0.0.1:9080.evil.example", "http://evil.example/127.0.0.1:9080", "ftp://127.0.0.1:9080"),
        *("http://127.0.0.1:9080/", "http://user@127.0.0.1:9080", "http://127.0.0.1:9080 "),
    ],
)
def test_any_other_page_may_not(origin):
    assert not is_trusted(origin, "127.0.0.1:9080", frozenset())


def test_names_are_read_out_of_headers():
    assert host_name("Stage:80") == "stage"
    assert host_name("[::1]:80") == "::1"
    assert origin_host("http://show.local:8000") == "show.local"
    assert origin_host("null") is None
