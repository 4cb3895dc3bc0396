"""Every reason a reader rejects something, in one table: stable codes, safe to group and to filter by."""

from __future__ import annotations

from extract.model import DELETED

REASONS: dict[str, str] = {
    "bad-json": "A JSON value that does not parse (syntax, unclosed quote or brace, nesting too deep).",
    "bad-csv": "A row with an unclosed quote or with more or fewer cells than the header.",
    "bad-xml": "A record whose XML is not well-formed or that holds the start of the next one.",
    "bad-bibtex": "A BibTeX entry whose braces or quotes do not close.",
    "bad-record": "An entry of a tagged or labelled text that has no beginning or no end.",
    "bad-encoding": "Bytes that are not text in the encoding of the dump (UTF-8 unless told otherwise).",
    "wrong-type": "A value of another kind where a paper was expected (a number, a list, a text).",
    "empty-paper": "Neither a title nor an abstract.",
    "too-large": "A line, field or record over the size limit; it is passed over without being held.",
    DELETED: "A record that the source marks as deleted.",
    "unsafe-xml": "An XML document that declares entities; it is refused before anything is expanded.",
    "damaged-stream": "The file or compressed stream is cut or corrupt from here on; what stood before came out.",
    "no-paper": "A dump that is not empty, and nothing in it was recognised as a paper.",
    "unknown-format": "A file of a folder or member of an archive that looks like data of no format known here.",
    "unsupported-member": "A member of an archive that is encrypted or itself an archive.",
}

DAMAGE = frozenset({"damaged-stream", "unsafe-xml"})
"""The reasons that end a dump early: the rest of it was not read."""
UNRECOGNISED = frozenset({"empty-paper", "wrong-type", "no-paper", "unknown-format"})
"""The reasons that, when a dump has no others and no paper, say that it was not understood."""
NOT_READ = frozenset({"no-paper", "unknown-format"})
"""The reasons that, as the first item of a dump, say that none of it was read."""
