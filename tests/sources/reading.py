"""Read a file as an import does, and sort out what it yields."""

from dataclasses import dataclass
from pathlib import Path

from service.sources import SourceFile, detect, source_named
from service.sources.raw import ImportOptions, RawComment, RawPost, Rejection, Remark

FIXTURES = Path(__file__).parent / "fixtures"


@dataclass(frozen=True)
class Outcome:
    """What a file gave, by kind and in order."""

    source: str
    records: list

    @property
    def posts(self):
        return [record for record in self.records if isinstance(record, RawPost)]

    @property
    def comments(self):
        return [record for record in self.records if isinstance(record, RawComment)]

    @property
    def rejections(self):
        return [record for record in self.records if isinstance(record, Rejection)]

    @property
    def remarks(self):
        return [record for record in self.records if isinstance(record, Remark)]

    @property
    def reasons(self):
        return [rejection.reason for rejection in self.rejections]

    def counts(self):
        """(posts, comments, rejections, remarks)."""
        return tuple(map(len, (self.posts, self.comments, self.rejections, self.remarks)))


def read(path, *, source=None, **options):
    """A path, or the name of a fixture, read to its end."""
    file = SourceFile(FIXTURES / path if isinstance(path, str) else path)
    chosen = source_named(source) if source else detect(file)
    return Outcome(chosen.name, list(chosen.records(file, ImportOptions(**options))))
