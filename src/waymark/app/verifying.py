"""Hashes everything again that a library's folder holds, and says of each thing whether it is as it was left.

The catalogue judges itself (`waymark.library.integrity`) and so does the index (`waymark.index.integrity`); here stand the
files around them.
"""

from pathlib import Path

from waymark.app import exports
from waymark.app.librarian.people import People
from waymark.app.reports.keeping import Reports
from waymark.index.integrity import faults as index_faults
from waymark.library import link_table
from waymark.library.catalogue import Catalogue
from waymark.library.checks import table
from waymark.sources.captures import Captures


def verify(catalogue: Catalogue, index_folder: Path) -> list[str]:
    """Return a sentence for each thing that is not as it was left; an empty list when everything is."""
    return [
        *catalogue.verify(),
        *exports.faults(catalogue),
        *Reports(catalogue).faults(),
        *People(catalogue).faults(),
        *Captures(catalogue.folder / "captures").faults(),
        *index_faults(index_folder),
        *table.faults(catalogue.folder),
        *link_table.faults(catalogue.folder),
    ]
