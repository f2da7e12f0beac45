"""Which licenses data may have to train what the project ships."""

from __future__ import annotations

import re

_PERMISSIVE = (
    re.compile(r"MIT|MIT-0|ISC|Apache-2\.0|Unlicense|PSF(?:-2\.0)?|Zlib|W3C", re.I),
    re.compile(r"BSD(?:-[0-9]-Clause)?", re.I),
    re.compile(r"CC0(?:-1\.0)?|public domain(?: \(CC0\))?", re.I),
    re.compile(r"CC[ -]BY(?:[ -][34]\.0)?", re.I),
)
_ASIDE = re.compile(r"\([^)]*left out\)")


def permissive(license_name: str | None) -> bool:
    """Whether every license named lets us train and ship: share-alike and non-commercial ones do not."""
    if not license_name:
        return False
    names = re.split(r"\s+or\s+|\s+and\s+|\s*/\s*|,\s*", _ASIDE.sub("", license_name).strip())
    return all(any(pattern.fullmatch(name.strip()) for pattern in _PERMISSIVE) for name in names)
