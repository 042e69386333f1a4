from traceability.models.epcis import CaptureJob, EpcisToken
from traceability.models.event import DailyRoot, TraceEvent
from traceability.models.label import LabelJob, Serial
from traceability.models.location import Location
from traceability.models.lot import Code, Lot, LotInput, LotPaper
from traceability.models.recall import Recall, RecallLot
from traceability.models.scan import Scan, ScanDay, ScanReport, Suspicion
from traceability.models.stock import LotMovement, LotStock

__all__ = [
    "CaptureJob",
    "Code",
    "DailyRoot",
    "EpcisToken",
    "LabelJob",
    "Location",
    "Lot",
    "LotInput",
    "LotMovement",
    "LotPaper",
    "LotStock",
    "Recall",
    "RecallLot",
    "Scan",
    "ScanDay",
    "ScanReport",
    "Serial",
    "Suspicion",
    "TraceEvent",
]
