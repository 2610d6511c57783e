"""The demo: SQLite in var/, the memory transport, mail to files, Stripe's base address at the sandbox."""

import os
from pathlib import Path

_port = os.environ.setdefault("DEMO_PORT", "8000")
_sandbox = os.environ.setdefault("DEMO_SANDBOX_URL", "http://127.0.0.1:12111")
_var = Path(os.environ.get("DEMO_VAR") or Path(__file__).resolve().parent.parent / "var")

os.environ.setdefault("SECRET_KEY", "demo-only-secret-key-that-guards-nothing-real-0123456789")
# By name, not by number: browsers offer no passkeys at an IP address.
os.environ.setdefault("SITE_URL", f"http://localhost:{_port}")
os.environ.setdefault("ALLOWED_HOSTS", "127.0.0.1,localhost")
os.environ.setdefault("ARTICLE_HOSTS", f"127.0.0.1:{_port},localhost:{_port}")
os.environ.setdefault("DATABASE_URL", f"sqlite:///{_var}/demo.sqlite3")
os.environ.setdefault("STRIPE_API_KEY", "sk_test_demo")
os.environ.setdefault("STRIPE_API_BASE", _sandbox)
os.environ.setdefault("STRIPE_CHECKOUT_ORIGIN", _sandbox)
os.environ.setdefault("STRIPE_LIVEMODE", "false")
os.environ.setdefault("STRIPE_REQUESTS_PER_SECOND", "0")
os.environ.setdefault("STRIPE_WEBHOOK_SECRETS", "whsec_demo")
os.environ.setdefault("EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend")
os.environ.setdefault("DEFAULT_FROM_EMAIL", "The Harbour Courier <support@courier.example>")
os.environ.setdefault("DOCUMENTS_ROOT", str(_var / "documents"))
os.environ.setdefault("LOG_LEVEL", "WARNING")

from config.settings import *  # noqa: E402, F403  the environment above must be set first
from config.settings import (  # noqa: E402
    CONTENT_SECURITY_POLICY,
    INSTALLED_APPS,
    LOGGING,
    SITE_URL,
    STORAGES,
)

INSTALLED_APPS = [*INSTALLED_APPS, "tests.demo"]
# A page that is refused is answered in the browser; here its address may hold a sign-in link's token.
LOGGING["loggers"]["django.request"] = {"level": "ERROR"}
ROOT_URLCONF = "tests.demo.urls"
EMAIL_FILE_PATH = str(_var / "mail")
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
# The articles are on this site too; their script asks it by its name, also where they were opened by its number.
CONTENT_SECURITY_POLICY["DIRECTIVES"]["connect-src"].append(SITE_URL)
