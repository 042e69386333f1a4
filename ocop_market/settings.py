"""Settings of the market, read from the environment (see docs/operator.md).

Every secret may also come from a file: ``SECRET_KEY_FILE`` and so on. What is unset falls
back to the embedded services and local defaults; ``ocop_market.checks`` refuses to start
a production process on a default that would be unsafe there.
"""

import os
import sys
from pathlib import Path

import environ

from ocop_market import admin_theme, beat
from ocop_market.runtime import locate

env = environ.FileAwareEnv()
BASE_DIR = Path(__file__).resolve().parent.parent
TESTING = "pytest" in sys.modules
DEBUG = env.bool("DEBUG", default=False)
# bin/market names the folder of its embedded services and files; production leaves it unset.
DATA_DIR = Path(env("MARKET_DATA", default=str(BASE_DIR / ".data"))).resolve()
LOCAL = TESTING or DEBUG or "MARKET_DATA" in os.environ or locate.is_embedded(DATA_DIR)

SECRET_KEY = locate.secret_key(DATA_DIR) or ("local-key-of-tests-and-development" if LOCAL else "")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if LOCAL else [])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SITE_URL = env("SITE_URL", default=f"http://127.0.0.1:{env('PORT', default='8000')}")

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "django.contrib.admin.apps.SimpleAdminConfig",  # two sites of our own, no default one
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.sitemaps",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "django_prometheus",
    "phonenumber_field",
    "core",
    "accounts",
    "notifications",
    "producers",
    "catalog",
    "ratings",
    "traceability",
    "payments",
    "orders",
    "ocop_market",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "ocop_market.urls"
WSGI_APPLICATION = "ocop_market.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": [
                "core.templatetags.market",
                "django.templatetags.i18n",
                "django.templatetags.static",
            ],
        },
    }
]

# --- Database, cache, broker ---------------------------------------------------------------
DATABASES = {
    "default": {
        **env.db_url_config(locate.database_url(DATA_DIR)),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "TEST": {"NAME": env("TEST_DB", default="test_ocop_market")},
    }
}
REDIS_URL = locate.redis_url(DATA_DIR)
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 3},  # seconds; the shop does without it
        # Two databases on one broker must not remember each other's counts.
        "KEY_PREFIX": DATABASES["default"]["TEST"]["NAME"] if TESTING else DATABASES["default"]["NAME"],
    },
    # In this process: what a release never changes, such as the drawn foot of every page.
    "local": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}
SESSION_ENGINE = "core.sessions"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not LOCAL
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=not LOCAL)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 0 if LOCAL else 31_536_000
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]

# Values measured against SIGKILLed workers; the outbox covers what the broker still loses.
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 300,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "global_keyprefix": env("CELERY_KEY_PREFIX", default="test." if TESTING else ""),
}
CELERY_TIMEZONE = "Asia/Ho_Chi_Minh"
CELERY_TASK_ALWAYS_EAGER = False
CELERY_BEAT_SCHEDULE = beat.SCHEDULE

# --- Language, time, files -----------------------------------------------------------------
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_I18N = USE_TZ = True
FORMAT_MODULE_PATH = ["core.formats"]
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / ("test-media" if TESTING else "media")
MEDIA_URL_STORAGE = env("MEDIA_URL_STORAGE", default="")
STORAGES = {
    "default": (
        {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": locate.s3_options(MEDIA_URL_STORAGE)}
        if MEDIA_URL_STORAGE
        else {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    ),
    # Papers of dossiers: never under a public address, served only through a permission check.
    "private": (
        {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {
                **locate.s3_options(MEDIA_URL_STORAGE),
                "location": "private",
                "default_acl": "private",
                "querystring_auth": True,
            },
        }
        if MEDIA_URL_STORAGE
        else {
            "BACKEND": "core.storage.PrivateStorage",
            "OPTIONS": {
                "location": DATA_DIR / ("test-private" if TESTING else "private"),
                "file_permissions_mode": 0o600,
                "directory_permissions_mode": 0o700,
            },
        }
    ),
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if TESTING or DEBUG
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
WHITENOISE_USE_FINDERS = TESTING
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# --- Mail ----------------------------------------------------------------------------------
EMAIL_CONFIG = env.email(
    "EMAIL_URL", default=f"filemail://{DATA_DIR / 'mail'}" if LOCAL else "consolemail://"
)
EMAIL_FILE_PATH = str(DATA_DIR / "mail")
vars().update({k: v for k, v in EMAIL_CONFIG.items() if k != "EMAIL_FILE_PATH"})
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="Chợ OCOP <khong-tra-loi@cho-ocop.example>")

# --- Accounts ------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/tai-khoan/"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email", "phone"}
ACCOUNT_SIGNUP_FIELDS = ["phone", "email", "password1*"]  # the form asks for one of the first two
# W005, W021: whether sub-domains and browser lists follow HSTS is for the owner of the domain to say.
SILENCED_SYSTEM_CHECKS = ["account.W001", "security.W005", "security.W021"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PHONE_VERIFICATION_ENABLED = False
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "20/m/ip,5/5m/key", "signup": "10/m/ip"}
ACCOUNT_FORMS = {
    "login": "accounts.forms.LoginForm",
    "signup": "accounts.forms.SignupForm",
    "reset_password": "accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.ResetPasswordKeyForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "set_password": "accounts.forms.SetPasswordForm",
}
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
PHONENUMBER_DEFAULT_REGION = "VN"
PHONENUMBER_DB_FORMAT = "E164"

# --- Payment gateways: offered once they are named ------------------------------------------
# bin/market names its stand-in here, and in its data folder for manage.py beside it.
_STANDIN = locate.payment_standin(DATA_DIR) if LOCAL else {}
VNPAY_TMN_CODE = env("VNPAY_TMN_CODE", default=_STANDIN.get("VNPAY_TMN_CODE", ""))
VNPAY_HASH_SECRET = env("VNPAY_HASH_SECRET", default=_STANDIN.get("VNPAY_HASH_SECRET", ""))
VNPAY_PAY_URL = env("VNPAY_PAY_URL", default=_STANDIN.get("VNPAY_PAY_URL", ""))
VNPAY_API_URL = env("VNPAY_API_URL", default=_STANDIN.get("VNPAY_API_URL", ""))

# --- Browser security ----------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": ("/api/docs/",),
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:", *env.list("CSP_IMG_HOSTS", default=[])],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        # Browsers hold also the redirect after a form to this: a checkout may end at the gateway.
        "form-action": ["'self'", *filter(None, [locate.origin(VNPAY_PAY_URL)])],
        "frame-ancestors": ["'none'"],
    },
}
# The admin sites run Alpine.js, which needs eval and inline handlers (core.sites sets this header).
ADMIN_CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'none'"
)
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"

# --- Admin sites ---------------------------------------------------------------------------
UNFOLD_PRODUCER = admin_theme.PRODUCER
UNFOLD_PROVINCE = admin_theme.PROVINCE

# --- API -----------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticatedOrReadOnly"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.PageNumberPagination",
    "PAGE_SIZE": 20,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.AnonRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {"anon": "120/min", "orders": "30/min", "epcis": "120/min"},
    "EXCEPTION_HANDLER": "core.api.errors.handle",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Chợ OCOP",
    "DESCRIPTION": "Sản phẩm OCOP, công nhận, chủ thể, đơn hàng và truy xuất.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {"PaymentMethodEnum": "payments.states.Method"},
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "/static/img/favicon-32.png",
}

# --- Market rules (amounts in đồng, durations in minutes/hours) ------------------------------
CART_MAX_LINES = 100
CART_MAX_QUANTITY = 999
ORDER_LOOKUP_RATE = "10/10m"
SCRATCH_RATE = env("SCRATCH_RATE", default="10/10m")  # numbers under the film that one address may try
# Header in which a proxy says the visitor's province (two digits); it must set or drop it on every request.
SCAN_PROVINCE_HEADER = env("SCAN_PROVINCE_HEADER", default="")
SCAN_REPORT_RATE = "5/10m"  # reports about labels, per address
RESERVATION_MINUTES = env.int("RESERVATION_MINUTES", default=15)  # goods wait so long for the money
# A visit to a gateway that ended without a word is asked about after so long; an unpaid order
# whose visit is still open gets a little more time to hear of it.
GATEWAY_QUERY_MINUTES = env.int("GATEWAY_QUERY_MINUTES", default=3)
GATEWAY_GRACE_MINUTES = env.int("GATEWAY_GRACE_MINUTES", default=5)
SERVER_IP = env("SERVER_IP", default="127.0.0.1")  # what gateways are told of who asks them
CONFIRM_HOURS = env.int("CONFIRM_HOURS", default=48)  # then an unconfirmed order is cancelled by itself
# A parcel that brings so much cash (đồng) is confirmed only after a call that reached the buyer; the
# market's own rule. 0 switches it off.
COD_CONFIRM_FROM = env.int("COD_CONFIRM_FROM", default=1_000_000)
# "reserve": money that comes late buys what is still there; "refund": it always goes back.
LATE_PAYMENT = env("LATE_PAYMENT", default="reserve")
# The market's own window for asking anything back; wrong information on the page: Luật 19/2023/QH15, Đ.38.
RETURN_DAYS = env.int("RETURN_DAYS", default=7)
WRONG_INFORMATION_DAYS = 30
COD_REMIT_DAYS = env.int("COD_REMIT_DAYS", default=7)  # a carrier that keeps cash longer is asked for it
CASE_ANSWER_DAYS = env.int("CASE_ANSWER_DAYS", default=3)  # then the buyer may call the province
CASE_DISPUTE_DAYS = env.int("CASE_DISPUTE_DAYS", default=7)  # to call it after a refusal
CASE_GOODS_DAYS = env.int("CASE_GOODS_DAYS", default=14)  # for goods to come back; then either side may
# A producer's money below this waits for the next payout: a transfer costs more than it brings.
PAYOUT_MINIMUM = env.int("PAYOUT_MINIMUM", default=50_000)
# Where transfers go: account of the market. Unset: transfers are not offered in production.
MARKET_BANK_BIN = env("MARKET_BANK_BIN", default="970436" if LOCAL else "")
MARKET_BANK_ACCOUNT = env("MARKET_BANK_ACCOUNT", default="0900000000001" if LOCAL else "")
MARKET_BANK_NAME = env("MARKET_BANK_NAME", default="CHO OCOP MINH HOA" if LOCAL else "")
# Secret of the bank's signed reports; unset, none is believed.
BANK_WEBHOOK_SECRET = env("BANK_WEBHOOK_SECRET", default="local-bank-webhook" if LOCAL else "")
REFUSED_NOTICE_RATE = "30/10m"  # kept of those whose signature is wrong, per address
# A buyer who paid a little too little gets the goods if a treasurer says so: at most this much.
UNDERPAID_LIMIT = env.int("UNDERPAID_LIMIT", default=5_000)
# Days that each desk has for a dossier. The official time limits are not known here, so these are
# the market's own and a province sets what it works by.
RATING_DESK_DAYS = {"submitted": 5, "commune_check": 10, "advisory": 15, "council": 30, "returned": 30}
# Share of a council's members, its chair among them, that must be there (Tây Ninh 2020: 75 %).
RATING_QUORUM_PERCENT = 75
RATING_REMINDER_DAYS = (180, 90, 30)

# --- Carriers (a carrier without credentials is not offered; see orders.carriers) ----------------
CARRIERS = {
    "ghn": {
        "token": env("GHN_TOKEN", default=""),
        "shop_id": env("GHN_SHOP_ID", default=""),
        "url": env("GHN_URL", default="https://online-gateway.ghn.vn"),
        "webhook_secret": env("GHN_WEBHOOK_SECRET", default=""),
    },
    "ghtk": {
        "token": env("GHTK_TOKEN", default=""),
        "client_source": env("GHTK_CLIENT_SOURCE", default=""),
        "url": env("GHTK_URL", default="https://services.giaohangtietkiem.vn"),
        "webhook_secret": env("GHTK_WEBHOOK_SECRET", default=""),
    },
    "viettel_post": {
        "user": env("VTP_USER", default=""),
        "password": env("VTP_PASSWORD", default=""),
        "url": env("VTP_URL", default="https://partner.viettelpost.vn"),
        "service": env("VTP_SERVICE", default="VHT"),
        "webhook_secret": env("VTP_WEBHOOK_SECRET", default=""),
    },
}

# Dotted path of a class like orders.invoices.InvoiceProvider; "" offers the data as a file only.
INVOICE_PROVIDER = env("INVOICE_PROVIDER", default="")

SENTRY_DSN = env("SENTRY_DSN", default="")
if SENTRY_DSN:
    import sentry_sdk

    sentry_sdk.init(dsn=SENTRY_DSN, send_default_pii=False)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
}
