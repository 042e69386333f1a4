"""Which reader books which kind of file, and the work on files in the background."""

from orders.services import remittances, statements
from payments.models import FileKind, MoneyFile
from payments.services import files
from payments.services.files import Reader

READERS: dict[str, Reader] = {
    FileKind.STATEMENT: statements.READER,
    FileKind.REMITTANCE: remittances.READER,
}


def work(*, file_id: int) -> None:
    """Book a confirmed file; never inside a transaction of the caller's."""
    kind = MoneyFile.objects.values_list("kind", flat=True).get(pk=file_id)
    files.work(reader=READERS[kind], file_id=file_id)


def resume() -> int:
    """Go on with files whose work was cut off; returns how many."""
    silent = files.claim_silent()
    for file_id in silent:
        work(file_id=file_id)
    return len(silent)
