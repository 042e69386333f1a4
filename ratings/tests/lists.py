"""Lists made in the tests, and handed in with the guesses taken."""

import io

import openpyxl

from ratings.services import import_batches

HEADINGS = ["Tên sản phẩm", "Tên chủ thể", "Tỉnh", "Hạng sao", "Số QĐ", "Ngày ký"]
GOOD = ["Mật ong", "HTX Rừng", "Đà Nẵng", "4", "12/QĐ-UBND", "15/10/2025"]


def xlsx(*rows, title="Danh sách"):
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def checked(content, officer, province, name="danh-sach.xlsx", sheet=None):
    """Handed in and checked, with the guesses taken."""
    batch = import_batches.upload(content=content, name=name, province=province, actor=officer)
    if sheet is not None:
        import_batches.choose(
            batch=batch,
            sheet=sheet,
            header_row=batch.header_row,
            header_height=batch.header_height,
            actor=officer,
        )
    mapping = {int(column): field for column, field in batch.mapping.items()}
    return import_batches.map_columns(batch=batch, mapping=mapping, actor=officer)
