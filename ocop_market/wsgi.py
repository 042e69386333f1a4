"""WSGI entry point for gunicorn."""

import os

from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ocop_market.settings")
application = get_wsgi_application()

# gunicorn does not run system checks by itself: refuse to serve on an unsafe default.
call_command("check", "--tag", "security", "--fail-level", "ERROR")
