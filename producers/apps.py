from django.apps import AppConfig
from django.utils.translation import pgettext_lazy


class ProducersConfig(AppConfig):
    name = "producers"
    verbose_name = pgettext_lazy("plural", "Chủ thể")
