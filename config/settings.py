"""Settings, read from the environment; safe for production by default.

`settings_demo` and `settings_test` set the environment that they need and import everything from here. Every name is
described in docs/settings.md.
"""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from config.environment import Environment

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment()

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.secret_key("SECRET_KEY", may_be_short=DEBUG)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
_site = env.site("SITE_URL")
SITE_URL = _site.geturl()
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[_site.hostname])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[SITE_URL])

# The newspaper's article pages: the only hosts besides ours to which a sign-in returns a reader.
ARTICLE_HOSTS = env.list("ARTICLE_HOSTS", default=[])
# Plain HTTP is for articles on this machine, as in the demo.
ARTICLE_ORIGINS = [
    f"{'http' if host.partition(':')[0] in ('127.0.0.1', 'localhost') else 'https'}://{host.lower()}"
    for host in ARTICLE_HOSTS
]
STATUS_COOKIE_DOMAIN = env("STATUS_COOKIE_DOMAIN", default="")

# How many proxies of ours stand in front; 0 trusts no X-Forwarded-For at all.
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)

# The header in which a CDN of ours writes the reader's country; none is read unless it is named.
COUNTRY_HEADER = env("COUNTRY_HEADER", default="")
PROMPT_SIGNING_KEY = env("PROMPT_SIGNING_KEY", default="").replace("\\n", "\n")

INSTALLED_APPS = [
    "membership",
    "payments",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "anymail",
    "csp",
    "django_countries",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "payments.webhooks.middleware.WebhookMiddleware",
    "membership.prompts.middleware.BundleMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "membership.middleware.StatusCookieMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "membership.accounts.middleware.StaffMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

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
        },
    }
]

# --- Storage of rows -------------------------------------------------------------------------------------------------

DATABASES = {
    "default": env.database("DATABASE_URL", default=f"sqlite:///{BASE_DIR}/var/masthead.sqlite3")
}
_database = DATABASES["default"]
if _database["ENGINE"].endswith("sqlite3"):
    # WAL lets readers go on while one writes; an immediate transaction takes the write lock at its beginning, so that
    # "lock, look again, write" holds on SQLite as it does on PostgreSQL.
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
else:
    _database["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
    _database["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Storage of files ------------------------------------------------------------------------------------------------

_documents_bucket = env("DOCUMENTS_S3_BUCKET", default="")
_documents: dict[str, object] = (
    {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": _documents_bucket,
            "endpoint_url": env("DOCUMENTS_S3_ENDPOINT", default=None),
            "default_acl": "private",
            "file_overwrite": False,
        },
    }
    if _documents_bucket
    else {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": env("DOCUMENTS_ROOT", default=str(BASE_DIR / "var" / "documents"))},
    }
)
STORAGES = {
    "default": _documents,
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
STATIC_URL = "/static/"
STATIC_ROOT = env("STATIC_ROOT", default=str(BASE_DIR / "var" / "static"))

# --- Language and time -----------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English (UK)"), ("en-us", "English (US)")]
TIME_ZONE = "UTC"
USE_TZ = True

# --- Sign-in ---------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "membership.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/support/"

ACCOUNT_ADAPTER = "membership.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = "membership.accounts.adapter.display_name"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
# The code that signs in proves the address; allauth has nothing left to verify.
ACCOUNT_EMAIL_VERIFICATION = "none"
# A mail says so when a second factor is added or removed.
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
# Counted in the cache: without Redis each web process counts for itself.
ACCOUNT_RATE_LIMITS = {
    "request_login_code": "30/10m/ip,5/15m/key",  # the key is the address
    "login": "30/10m/ip",
    "login_failed": "10/5m/key",  # of a second factor; the key is the user
}
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT

MFA_ADAPTER = "membership.accounts.adapter.MFAAdapter"
MFA_FORMS = {
    "authenticate": "membership.accounts.second_steps.SecondStepForm",
    "reauthenticate": "membership.accounts.second_steps.ConfirmForm",
    "activate_totp": "membership.accounts.second_steps.AddAppForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
# Browsers offer passkeys over plain HTTP at this one name.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = _site.hostname == "localhost"
# Accept the code before and after the current one: telephones' clocks are off by seconds.
MFA_TOTP_TOLERANCE = 1
# How long a proven second factor opens the staff pages.
STAFF_SESSION_HOURS = env.int("STAFF_SESSION_HOURS", default=12)

# --- Safety ----------------------------------------------------------------------------------------------------------

_https = _site.scheme == "https"
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=_https)
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000 if _https else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("SECURE_HSTS_INCLUDE_SUBDOMAINS", default=_https)
SECURE_HSTS_PRELOAD = env.bool("SECURE_HSTS_PRELOAD", default=_https)
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXY_COUNT else None
SESSION_COOKIE_SECURE = _https
SESSION_COOKIE_NAME = "__Host-session" if _https else "session"
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 90 * 24 * 3600
CSRF_COOKIE_SECURE = _https
CSRF_COOKIE_NAME = "__Host-csrf" if _https else "csrf"
CSRF_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000

STRIPE_CHECKOUT_ORIGIN = env("STRIPE_CHECKOUT_ORIGIN", default="https://checkout.stripe.com")
# Where a payer confirms a renewal that their bank asks about.
STRIPE_INVOICE_ORIGIN = env("STRIPE_INVOICE_ORIGIN", default="https://invoice.stripe.com")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        # The authenticator app's QR code is a data: image.
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        # Browsers apply form-action to the redirect that follows a POST: to the hosted pages of checkouts and
        # invoices, and back to the article that a reader signed in from.
        "form-action": [SELF, STRIPE_CHECKOUT_ORIGIN, STRIPE_INVOICE_ORIGIN, *ARTICLE_ORIGINS],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# --- Stripe ----------------------------------------------------------------------------------------------------------

STRIPE_API_KEY = env("STRIPE_API_KEY", default="")
STRIPE_API_BASE = env("STRIPE_API_BASE", default="https://api.stripe.com")
STRIPE_LIVEMODE = env.bool("STRIPE_LIVEMODE", default=not DEBUG)
# A list, because two secrets are valid while one is being rotated.
STRIPE_WEBHOOK_SECRETS = env.list("STRIPE_WEBHOOK_SECRETS", default=[])
STRIPE_TIMEOUT = env.int("STRIPE_TIMEOUT", default=20)
# The pace of all processes together, below Stripe's limits of 100 live and 25 in test mode; 0 sets none.
STRIPE_REQUESTS_PER_SECOND = env.int(
    "STRIPE_REQUESTS_PER_SECOND", default=60 if STRIPE_LIVEMODE else 20
)

# --- Tasks, cache and limits -----------------------------------------------------------------------------------------

REDIS_URL = env("REDIS_URL", default="")
CELERY_BROKER_URL = env("CELERY_BROKER_URL", default=REDIS_URL or "memory://localhost/")
# Celery's Django fixup closes the connection around every task unless this says how many tasks may share it.
CELERY_DB_REUSE_MAX = 200
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 600
CELERY_TASK_SOFT_TIME_LIMIT = 540
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = "UTC"
# A publish to a dead broker gives up at once: the rows are the queue and a sweep finds them.
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "redis": {"socket_connect_timeout": 2, "socket_timeout": 5, "visibility_timeout": 1800},
    "memory": {"polling_interval": 0.05},
}.get(urlsplit(CELERY_BROKER_URL).scheme, {})
# Where abuse limits are counted: shared by all web processes when Redis is there.
LIMITS_STORAGE_URL = env("LIMITS_STORAGE_URL", default=REDIS_URL or "memory://")
PROMPT_EVENTS_STREAM = env("PROMPT_EVENTS_STREAM", default="masthead:prompt-events")

CACHES = {
    "default": (
        {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
        if REDIS_URL
        else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    )
}

# --- Mail ------------------------------------------------------------------------------------------------------------

EMAIL_BACKEND = env("EMAIL_BACKEND", default="django.core.mail.backends.smtp.EmailBackend")
if EMAIL_BACKEND.endswith("smtp.EmailBackend"):
    vars().update(env.mail("EMAIL_URL", default="smtp://localhost:25"))
EMAIL_TIMEOUT = 15
ANYMAIL = env.json("ANYMAIL", default={})
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default=f"support@{_site.hostname}")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# A stream of its own, which a subdomain keeps apart in the eyes of mailbox providers.
MARKETING_FROM_EMAIL = env("MARKETING_FROM_EMAIL", default=DEFAULT_FROM_EMAIL)

# --- Logs ------------------------------------------------------------------------------------------------------------

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env("LOG_LEVEL", default="INFO")},
    "loggers": {
        # Tells of every character that no font holds: letters of a reader's name do not belong in a log.
        "weasyprint": {"level": "ERROR"},
        "weasyprint.progress": {"level": "ERROR"},
        "fontTools": {"level": "WARNING"},
        # Below this level it logs the bodies of requests, which name people.
        "stripe": {"level": "WARNING"},
    },
}
