"""Files built for a test: rows in, bytes or a page out."""

import csv
import io

import openpyxl

from core import spreadsheets


def xlsx(rows, merged=()):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    for area in merged:
        book.active.merge_cells(area)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def comma_separated(rows, encoding="utf-8-sig", delimiter=","):
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter).writerows(rows)
    return stream.getvalue().encode(encoding)


def page(rows, merged=()):
    return spreadsheets.read(xlsx(rows, merged), "sao-ke.xlsx").pages[0]


def page_of_csv(rows, **how):
    return spreadsheets.read(comma_separated(rows, **how), "sao-ke.csv").pages[0]
