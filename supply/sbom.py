"""Writes the list of parts: every locked library that runs, as CycloneDX 1.6. `make sbom`.

It is made from the lock file alone, but for licences, which the installed libraries declare. It
names no place to download from.
"""

import sys
import tomllib
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import ExternalReference, ExternalReferenceType, HashAlgorithm, HashType, XsUri
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import License, LicenseExpression
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from supply.lock import Pin, read_pins

ROOT = Path(__file__).parent.parent
LOCK = ROOT / "requirements.txt"
LONGEST_LICENCE = 60
"""Some libraries put the whole text where the name of their licence belongs."""


def bill(pins: Iterable[Pin], *, made_at: datetime) -> str:
    """Return the list of parts as JSON. The same pins at the same moment give the same text."""
    pins = tuple(pins)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    itself = Component(
        type=ComponentType.APPLICATION,
        name=project["name"],
        version=project["version"],
        bom_ref=project["name"],
    )
    parts = {pin.name: _part(pin) for pin in pins}
    bom = Bom(components=parts.values())
    bom.serial_number = uuid5(NAMESPACE_URL, repr(pins))
    bom.metadata.component = itself
    bom.metadata.timestamp = made_at
    for whole in (itself, *parts.values()):
        needed = [parts[pin.name] for pin in pins if whole.name in pin.wanted_by]
        bom.register_dependency(whole, needed)
    return JsonV1Dot6(bom).output_as_string(indent=2) + "\n"


def _part(pin: Pin) -> Component:
    purl = PackageURL("pypi", name=pin.name, version=pin.version)
    hashes = [HashType(alg=HashAlgorithm.SHA_256, content=one) for one in pin.hashes]
    return Component(
        type=ComponentType.LIBRARY,
        name=pin.name,
        version=pin.version,
        purl=purl,
        bom_ref=purl.to_string(),
        licenses=_licences(pin),
        external_references=[
            ExternalReference(
                type=ExternalReferenceType.DISTRIBUTION, url=XsUri(str(purl)), hashes=hashes
            )
        ],
    )


def _licences(pin: Pin) -> list[License | LicenseExpression]:
    """Return what the library declares, where this very version of it is installed."""
    try:
        declared = metadata(pin.name)
    except PackageNotFoundError:
        return []
    told = [declared[field] for field in ("License-Expression", "License") if field in declared]
    if declared["Version"] != pin.version or not told or len(told[0]) > LONGEST_LICENCE:
        return []
    return [LicenseFactory().make_from_string(told[0])]


def main(file: Path) -> None:
    """Write it to a file."""
    file.write_text(bill(read_pins(LOCK), made_at=datetime.now(UTC)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
