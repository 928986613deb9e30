"""Answers to HTTP requests, each with the headers that every one of them bears."""

from __future__ import annotations

import json
from http import HTTPStatus

from aiohttp import web

from lmdmd.surfaces.web_files import File, policy

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
NOW_ONLY = {"Cache-Control": "no-store"}


def refusal(status: int, why: str = "") -> web.Response:
    """An error in one sentence; 204 has none."""
    text = None if status == HTTPStatus.NO_CONTENT else f"{why or HTTPStatus(status).phrase}\n"
    return web.Response(status=status, text=text, headers=HEADERS | NOW_ONLY)


def passcode_wanted() -> web.Response:
    """A refusal that lets a browser ask its user for a passcode."""
    answer = refusal(401, "This needs a passcode.")
    answer.headers["WWW-Authenticate"] = 'Basic realm="lmdmd", charset="UTF-8"'
    return answer


def json_answer(record: object) -> web.Response:
    """A record, as it is at this moment."""
    return text_answer(json.dumps(record), "application/json")


def text_answer(text: str, content_type: str) -> web.Response:
    """A text, as it is at this moment; ``content_type`` with all its parameters."""
    return web.Response(body=text.encode(), headers=HEADERS | NOW_ONLY | {"Content-Type": content_type})


def elsewhere(path: str) -> web.Response:
    """Go there."""
    return web.Response(status=HTTPStatus.FOUND, headers=HEADERS | NOW_ONLY | {"Location": path})


def file_answer(file: File, host: str, known_tags: str) -> web.Response:
    """A file of the page, or that it is still what the browser has."""
    headers = HEADERS | {"Cache-Control": "no-cache", "ETag": file.tag}
    if file.tag in (tag.strip().removeprefix("W/") for tag in known_tags.split(",")):
        return web.Response(status=HTTPStatus.NOT_MODIFIED, headers=headers)
    headers |= {"Content-Type": file.content_type, "Content-Security-Policy": policy(host)}
    return web.Response(body=file.body, headers=headers)
