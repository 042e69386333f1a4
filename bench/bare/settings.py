"""The yardstick: a plain Django project on the market's database, as ``startproject`` makes it."""

from ocop_market import settings as market

SECRET_KEY = "bench"  # noqa: S105  (serves one page to loopback)
ALLOWED_HOSTS = ["127.0.0.1"]
INSTALLED_APPS = [app for app in market.INSTALLED_APPS if not app.startswith("allauth")]
AUTH_USER_MODEL = market.AUTH_USER_MODEL
DATABASES = market.DATABASES
DEFAULT_AUTO_FIELD = market.DEFAULT_AUTO_FIELD
ROOT_URLCONF = "bench.bare.urls"
USE_TZ = True
STATIC_URL = "/static/"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [market.BASE_DIR / "bench" / "bare" / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
