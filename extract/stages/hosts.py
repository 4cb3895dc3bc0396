"""What stands behind an address: kind, host, owner and repository."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlsplit

import regex

from extract.rulebook import Rulebook

# The word that says what a link holds, nearest to it, when its host does not.
_SAID = regex.compile(
    r"""\b(?: (?P<video> videos? ) | (?P<demo> demos? | playground | live\ system )
      | (?P<dataset> datasets? | corpus | corpora | benchmarks? | data | annotations )
      | (?P<project> (?:project|web|home)[\ -]?(?:page|site)s? | website | pages? | samples | showcased )
      | (?P<code> source\ code | codes? | codebase | implementation | repository | software | toolkit | library )
      | (?P<model> models? | weights | checkpoints? ) )\b""",
    regex.VERBOSE | regex.IGNORECASE,
)
_FORGE = regex.compile(r"(?:^|\.)(?:git|gitlab|gitea|bitbucket|svn|code|codeberg|gite|forge)\.|(?:^|\.)git\.|gitlab\.")


_LISTS = {"code": "code", "video": "video", "dataset": "data", "demo": "demo", "project": "page", "other": "paper"}


class Host(NamedTuple):
    """The description of one link, in the words of the record."""

    kind: str
    host: str
    owner: str | None
    repo: str | None


class Hosts:
    """Describes addresses by the host lists of the rules."""

    def __init__(self, book: Rulebook) -> None:
        self.kinds = {kind: tuple(book.words(f"link_{name}_hosts")) for kind, name in _LISTS.items()}
        self.placeholders = frozenset(book.words("link_placeholders"))

    def real(self, url: str) -> bool:
        """Whether an address leads anywhere: no placeholder (`github.com/xxxxx`), no bare host of a forge."""
        parts = urlsplit_safe(url)
        if parts is None:
            return False
        host, path = parts
        pieces = [p for p in path.split("/") if p]
        if host in ("github.com", "gitlab.com", "huggingface.co", "bitbucket.org"):
            if not pieces:
                return False
            if pieces[0].casefold() in self.placeholders or (
                len(pieces) > 1 and pieces[1].casefold() in self.placeholders
            ):
                return False
            return not regex.fullmatch(r"[xX*.\-_]+", pieces[-1])
        return True

    def describe(self, url: str, before: str, after: str) -> Host:
        """Kind and parts of an address; `before` and `after` are the words of its clause."""
        host, path = urlsplit_safe(url) or ("", "")
        pieces = [p for p in path.split("/") if p]
        if host in ("huggingface.co", "hf.co"):
            return self._hugging_face(host, pieces)
        if host == "github.com" or host in ("gitee.com", "bitbucket.org", "codeberg.org"):
            if len(pieces) < 2:
                return Host("other", host, pieces[0] if pieces else None, None)
            return Host("code", host, pieces[0], pieces[1].removesuffix(".git"))
        if "gitlab" in host and not host.endswith("gitlab.io"):
            return _gitlab(host, pieces)
        if host == "anonymous.4open.science":
            return Host("code", host, None, pieces[1] if len(pieces) > 1 else None)
        target = f"{host}/{path.lstrip('/')}"
        for kind, hosts in self.kinds.items():
            if any(host == h or host.endswith("." + h) or ("/" in h and target.startswith(h)) for h in hosts):
                return Host(kind, host, None, None)
        if host in ("doi.org", "dx.doi.org"):
            archive = regex.match(r"/10\.(?:5281|6084|5061|7910|17605)/", path)
            return Host((_said(before) or "dataset") if archive else "other", host, None, None)
        if _FORGE.search(host):
            return Host("code", host, "/".join(pieces[:-1]) or None, pieces[-1] if pieces else None)
        if not pieces and len({match.lastgroup for match in _SAID.finditer(before[-90:])}) > 1:
            return Host("project", host, None, None)  # "code, data and models are at http://a.org"
        return Host(_said(before) or _said(after[:40]) or "project", host, None, None)

    def _hugging_face(self, host: str, pieces: list[str]) -> Host:
        first = pieces[0] if pieces else ""
        if first in ("datasets", "spaces") and len(pieces) > 1:
            owner, repo = pieces[1], pieces[2] if len(pieces) > 2 else None
            return Host("dataset" if first == "datasets" else "demo", host, owner, repo)
        if first in ("papers", "blog", "docs", "posts", "join"):
            return Host("other", host, None, None)
        if first == "collections":
            return Host("model", host, pieces[1] if len(pieces) > 1 else None, None)
        return Host("model", host, first or None, pieces[1] if len(pieces) > 1 else None)


def urlsplit_safe(url: str) -> tuple[str, str] | None:
    """Host (lower case, without www) and path of an address; None when it has no host."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    return (host.removeprefix("www."), parts.path) if host else None


def same_place(url: str) -> str:
    """An address in the form in which two of the same place are equal: no scheme, `www.`, case or trailing slash."""
    return regex.sub(r"^https?://(?:www\.)?", "", url).rstrip("/").casefold()


def _gitlab(host: str, pieces: list[str]) -> Host:
    """GitLab nests groups: everything before the last part of the path is the owner."""
    if "-" in pieces:
        pieces = pieces[: pieces.index("-")]
    if len(pieces) < 2:
        return Host("other", host, pieces[0] if pieces else None, None)
    return Host("code", host, "/".join(pieces[:-1]), pieces[-1])


def _said(words: str) -> str | None:
    """The kind that the last telling word names."""
    last = None
    for match in _SAID.finditer(words):
        last = match.lastgroup
    return last
