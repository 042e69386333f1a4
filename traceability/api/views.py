"""EPCIS 2.0 over REST (8.2): capture and query the events of one producer's lots."""

import json
import uuid
from typing import Any
from urllib.parse import urlencode

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from traceability import exports
from traceability.api.access import EpcisView
from traceability.errors import InvalidCapture
from traceability.models import CaptureJob
from traceability.selectors import epcis
from traceability.services import captures

_BEHAVIOUR = "GS1-Capture-Error-Behaviour"
_OBJECT = OpenApiTypes.OBJECT
_REFUSALS = {
    400: OpenApiResponse(_OBJECT, description="Chưa đúng: problem JSON nêu chỗ sai"),
    401: OpenApiResponse(_OBJECT, description="Thiếu mã kết nối, mã sai hoặc đã hủy"),
    429: OpenApiResponse(_OBJECT, description="Gửi quá nhanh"),
}
_QUERY = [
    OpenApiParameter(name, str, "query", description=words)
    for name, words in (
        *((name, "Một hoặc nhiều giá trị, cách nhau bằng dấu phẩy") for name in epcis.PARAMETERS[:-6]),
        *((name, "Ngày giờ kèm múi giờ") for name in epcis.PARAMETERS[-6:-2]),
        ("perPage", "1 đến 100, mặc định 30"),
        ("nextPageToken", "Lấy từ đầu mục Link của trang trước"),
    )
]


class CaptureView(EpcisView):
    @extend_schema(
        operation_id="epcis_capture",
        summary="Gửi một tài liệu EPCIS 2.0",
        description="Tối đa 500 sự kiện và 2 MB. Mỗi sự kiện phải nêu đúng một lô của chủ thể. Gửi lại "
        "cùng eventID và cùng nội dung: vẫn là một sự kiện.",
        parameters=[
            OpenApiParameter(
                _BEHAVIOUR,
                str,
                "header",
                enum=CaptureJob.Behaviour.values,
                description="rollback (mặc định): nhận hết hoặc không gì cả; proceed: nhận sự kiện đúng",
            )
        ],
        request={"application/json": _OBJECT, "application/ld+json": _OBJECT},
        responses={
            202: OpenApiResponse(_OBJECT, description="Kết quả từng sự kiện; xem lại ở Location"),
            403: OpenApiResponse(_OBJECT, description="Mã kết nối chỉ được đọc"),
            413: OpenApiResponse(_OBJECT, description="Quá 500 sự kiện hoặc 2 MB"),
            **_REFUSALS,
        },
    )
    def post(self, request: Request) -> Response:
        behaviour = request.headers.get(_BEHAVIOUR, CaptureJob.Behaviour.ROLLBACK)
        if behaviour not in CaptureJob.Behaviour.values:
            raise InvalidCapture(f"{_BEHAVIOUR}: rollback, proceed", data={"path": _BEHAVIOUR})
        job = captures.capture(
            document=request.data, token=self.token, behaviour=CaptureJob.Behaviour(behaviour)
        )
        location = reverse("epcis-capture-job", args=[job.number], request=request)
        headers = {"Location": location, _BEHAVIOUR: behaviour}
        return Response(_job(job), status=status.HTTP_202_ACCEPTED, headers=headers)


class CaptureJobView(EpcisView):
    @extend_schema(
        operation_id="epcis_capture_job",
        summary="Kết quả của một lần gửi",
        responses={200: _OBJECT, 404: OpenApiResponse(_OBJECT, description="Không có"), **_REFUSALS},
    )
    def get(self, request: Request, number: uuid.UUID) -> Response:
        job = epcis.capture_job(token=self.token, number=number)
        if job is None:
            raise NotFound
        return Response(_job(job))


class EventsView(EpcisView):
    """All events; only those of a business step or a type; or those that name a thing."""

    @extend_schema(
        summary="Hỏi các sự kiện",
        parameters=_QUERY,
        responses={200: _OBJECT, **_REFUSALS},
    )
    def get(self, request: Request, thing: str = "", **fixed: str) -> Response:
        query = {name: request.query_params.getlist(name) for name in request.query_params}
        query |= {name: [value] for name, value in fixed.items()}
        page = epcis.events(token=self.token, query=query, thing=thing)
        response = Response(exports.as_query_document(page.events))
        if page.following:
            asked = [(name, value) for name, values in query.items() for value in values]
            asked = [pair for pair in asked if pair[0] != "nextPageToken" and pair[0] not in fixed]
            address = request.build_absolute_uri(request.path)
            following = urlencode([*asked, ("nextPageToken", page.following)])
            response["Link"] = f'<{address}?{following}>; rel="next"'
        return response


class EventView(EpcisView):
    @extend_schema(
        operation_id="epcis_event",
        summary="Một sự kiện",
        responses={200: _OBJECT, 404: OpenApiResponse(_OBJECT, description="Không có"), **_REFUSALS},
    )
    def get(self, request: Request, event_id: str) -> Response:
        event = epcis.event(token=self.token, event_id=event_id)
        if event is None:
            raise NotFound
        return Response({"@context": exports.context(), **json.loads(event.body)})


class EventTypesView(EpcisView):
    @extend_schema(
        operation_id="epcis_event_types",
        summary="Các loại sự kiện đang có",
        responses={200: _OBJECT, **_REFUSALS},
    )
    def get(self, request: Request) -> Response:
        types = epcis.event_types(token=self.token)
        return Response({"@context": exports.context(), "type": "Collection", "member": types})


def _job(job: CaptureJob) -> dict[str, Any]:
    """The standard's capture job, with the result of every event beside its errors."""
    bad = [result for result in job.results if not result["ok"]]
    return {
        "captureID": str(job.number),
        "createdAt": job.created_at,
        "finishedAt": job.finished_at,
        "running": False,
        "success": job.success,
        "captureErrorBehaviour": job.behaviour,
        "errors": [
            {
                "type": "epcisException:ValidationException",
                "title": result["eventID"] or f"eventList[{result['index']}]",
                "status": 400,
                "detail": "; ".join(f"{error['path']}: {error['detail']}" for error in result["errors"]),
            }
            for result in bad
        ],
        "results": job.results,
    }
