"""Addresses of the EPCIS interface, under /api/v1/epcis/."""

from django.urls import path, re_path
from drf_spectacular.utils import extend_schema, extend_schema_view

from traceability.api import views


def _named(operation: str) -> type[views.EventsView]:
    """The same view at another address, under a name of its own in the schema."""
    named = extend_schema(operation_id=operation)
    return extend_schema_view(get=named)(type(operation, (views.EventsView,), {}))


urlpatterns = [
    path("capture", views.CaptureView.as_view(), name="epcis-capture"),
    path("capture/<uuid:number>", views.CaptureJobView.as_view(), name="epcis-capture-job"),
    path("events", _named("epcis_events").as_view(), name="epcis-events"),
    re_path(r"^events/(?P<event_id>[^\s/][^\s]*)$", views.EventView.as_view(), name="epcis-event"),
    re_path(
        r"^epcs/(?P<thing>[^\s]+)/events$", _named("epcis_events_of_thing").as_view(), name="epcis-epc-events"
    ),
    re_path(
        r"^bizSteps/(?P<EQ_bizStep>[^\s,]+)/events$",
        _named("epcis_events_of_step").as_view(),
        name="epcis-step-events",
    ),
    path("eventTypes", views.EventTypesView.as_view(), name="epcis-event-types"),
    re_path(
        r"^eventTypes/(?P<eventType>[A-Za-z]+)/events$",
        _named("epcis_events_of_type").as_view(),
        name="epcis-type-events",
    ),
]
