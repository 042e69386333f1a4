"""Base classes of every admin: an office sees its own rows only, and may do nothing unasked."""

from collections.abc import Sequence
from typing import Any

from django.contrib.admin import RelatedFieldListFilter
from django.contrib.admin.utils import get_fields_from_path
from django.db import models
from django.db.models import QuerySet
from django.forms import BaseModelFormSet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.widgets import UnfoldAdminTextareaWidget

from core.errors import MarketError
from core.labels import speak
from core.models import AuditEntry
from core.services import records
from core.sites import OfficeSite
from core.steps import StepsMixin


class ScopedRelatedFilter(RelatedFieldListFilter):
    """A filter by a related row, offering the office's rows only."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[Any]:
        rows = model_admin.admin_site.choices(field.related_model._default_manager.all(), request.user)
        return [(row.pk, str(row)) for row in rows]


class ScopedChoices:
    """Foreign keys in forms offer the office's rows, public reference data, or nothing."""

    admin_site: OfficeSite

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["queryset"] = self._choices(db_field, request, kwargs.get("queryset"))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["queryset"] = self._choices(db_field, request, kwargs.get("queryset"))
        return super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]

    def _choices(self, db_field: Any, request: HttpRequest, given: QuerySet[Any] | None) -> QuerySet[Any]:
        rows = given if given is not None else db_field.remote_field.model._default_manager.all()
        return self.admin_site.choices(rows, request.user)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        for link in ("can_add_related", "can_change_related", "can_delete_related", "can_view_related"):
            if field is not None and hasattr(field.widget, link):
                setattr(field.widget, link, False)
        return field


class ScopedAdmin(ScopedChoices, StepsMixin, ModelAdmin):
    """Shows only rows of the actor's office; nothing may be added, changed or deleted
    unless a subclass says so with ``may_add``, ``may_change``, ``may_delete``.

    Rows out of scope answer 404, as if they did not exist. Saving goes through services:
    ``create_row`` and ``change_row`` here, the same names on inlines.
    """

    may_add = may_change = may_delete = False
    list_per_page = 30
    list_fullwidth = True
    list_filter_submit = True
    list_filter_sheet = False
    compressed_fields = True
    actions: Sequence[Any] | None = ()
    formfield_overrides = {models.TextField: {"widget": UnfoldAdminTextareaWidget(attrs={"rows": 4})}}

    def __init__(self, model: type[models.Model], admin_site: OfficeSite) -> None:
        speak(model)
        super().__init__(model, admin_site)

    # --- Rows and permissions ---

    def rows(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The office's share; override only where the model has no scoped queryset."""
        return self.admin_site.rows(queryset, request.user)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return self.rows(request, super().get_queryset(request))

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        found = super().get_object(request, object_id, from_field)
        if found is None:
            raise Http404
        return found

    def _in_scope(self, request: HttpRequest, obj: Any) -> bool:
        if obj is None or obj.pk is None:
            return True
        known = request.__dict__.setdefault("_in_scope", {})
        key = (self.admin_site.name, type(obj), obj.pk)
        if key not in known:
            known[key] = self.get_queryset(request).filter(pk=obj.pk).exists()
        return known[key]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.admin_site.has_permission(request) and self._in_scope(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may_add and self.has_view_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_change and self.has_view_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_delete and self.has_view_permission(request, obj)

    def get_list_filter(self, request: HttpRequest) -> Sequence[Any]:
        return [self._scoped_filter(item) for item in super().get_list_filter(request)]

    def _scoped_filter(self, item: Any) -> Any:
        if not isinstance(item, str):
            return item
        is_relation = get_fields_from_path(self.model, item)[-1].is_relation
        return (item, ScopedRelatedFilter) if is_relation else item

    # --- Saving ---

    def create_row(self, request: HttpRequest, obj: Any, form: Any) -> Any:
        """Insert what the add form describes; returns the row that now exists."""
        return records.create(obj=obj, actor=request.user)

    def change_row(self, request: HttpRequest, obj: Any, form: Any) -> None:
        """Save the changed fields of the change form."""
        values = {name: form.cleaned_data[name] for name in form.changed_data}
        if values:
            records.update(obj=obj, values=values, actor=request.user)

    def after_save(self, request: HttpRequest, obj: Any) -> None:
        """Once the form and its inlines are saved, in the same transaction."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            self.change_row(request, obj, form)
        else:
            obj.__dict__.update(self.create_row(request, obj, form).__dict__)

    def save_formset(self, request: HttpRequest, form: Any, formset: BaseModelFormSet, change: bool) -> None:
        inline = next(i for i in self.get_inline_instances(request) if i.model is formset.model)
        formset.save(commit=False)
        for obj in formset.deleted_objects:
            inline.remove_row(request, obj)
        for obj, fields in formset.changed_objects:
            inline.change_row(request, obj, fields)
        for obj in formset.new_objects:
            inline.create_row(request, obj)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        self.after_save(request, form.instance)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        records.remove(obj=obj, actor=request.user)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """A service's refusal comes back as an error of the form, with everything typed still there."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except MarketError as refusal:
            request.__dict__["_refusal"] = str(refusal)
            return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form_class = super().get_form(request, obj, change=change, **kwargs)
        refusal = request.__dict__.get("_refusal")
        if not refusal:
            return form_class

        def clean(form: Any) -> Any:
            form.add_error(None, refusal)
            return form_class.clean(form)

        return type(form_class.__name__, (form_class,), {"clean": clean})

    # --- The trail: ours, not Django's own log ---

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:
        return None

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> None:
        return None

    def log_deletions(self, request: HttpRequest, queryset: Any) -> None:
        return None

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        obj = self.get_object(request, object_id)
        if not self.has_view_permission(request, obj):
            raise Http404
        entries = AuditEntry.objects.filter(object_type=self.model._meta.label_lower, object_id=str(obj.pk))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Dấu vết: %s") % obj,
            "opts": self.opts,
            "object": obj,
            "entries": entries[:200],
        }
        return TemplateResponse(request, "admin/trail.html", context)


class ScopedInline(ScopedChoices, TabularInline):
    """Rows of one parent. As closed as ScopedAdmin: nothing may be done unless the class says so."""

    may_add = may_change = may_delete = False
    extra = 0
    hide_title = True

    def __init__(self, parent_model: type[models.Model], admin_site: OfficeSite) -> None:
        speak(self.model)
        super().__init__(parent_model, admin_site)

    def _parent_is_ours(self, request: HttpRequest, obj: Any) -> bool:
        parent = self.admin_site._registry.get(self.parent_model)
        return bool(parent and parent.has_view_permission(request, obj))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._parent_is_ours(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_add and self._parent_is_ours(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_change and self._parent_is_ours(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_delete and self._parent_is_ours(request, obj)

    def create_row(self, request: HttpRequest, obj: models.Model) -> None:
        records.create(obj=obj, actor=request.user)

    def change_row(self, request: HttpRequest, obj: models.Model, fields: Sequence[str]) -> None:
        records.update(obj=obj, values={name: getattr(obj, name) for name in fields}, actor=request.user)

    def remove_row(self, request: HttpRequest, obj: models.Model) -> None:
        records.remove(obj=obj, actor=request.user)
