"""Label sheets as PDF from plain data: papers, what stands on a label, the file. No database."""

from traceability.labels.face import Face, Mark
from traceability.labels.papers import PAPERS, Paper
from traceability.labels.sheet import write

__all__ = ["PAPERS", "Face", "Mark", "Paper", "write"]
