"""The tests: a fast hasher, files in memory, nothing that leaves the process but HTTP to the sandbox."""

import os
import tempfile

os.environ.setdefault("SECRET_KEY", "test-only-secret-key-that-guards-nothing-real-0123456789")
os.environ.setdefault("SITE_URL", "http://testserver")
os.environ.setdefault("ALLOWED_HOSTS", "*")
os.environ.setdefault("ARTICLE_HOSTS", "articles.example.org")
os.environ.setdefault("STRIPE_API_KEY", "sk_test_tests")
os.environ.setdefault("STRIPE_API_BASE", "http://127.0.0.1:9")
os.environ.setdefault("STRIPE_CHECKOUT_ORIGIN", "http://127.0.0.1:9")
os.environ.setdefault("STRIPE_LIVEMODE", "false")
os.environ.setdefault("STRIPE_REQUESTS_PER_SECOND", "0")
os.environ.setdefault("STRIPE_WEBHOOK_SECRETS", "whsec_tests")
# Parallel workers come from one address: each counts its own attempts.
os.environ.setdefault("LIMITS_STORAGE_URL", "memory://")
os.environ.setdefault("EMAIL_BACKEND", "django.core.mail.backends.locmem.EmailBackend")

from config.settings import *  # noqa: F403  the environment above must be set first

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, as in production: an in-memory database cannot let two threads race.
    DATABASES["default"]["TEST"] = {
        "NAME": f"{tempfile.gettempdir()}/masthead-tests-{os.getpid()}.sqlite3"
    }
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
# Limits are counted in the cache by address, and all tests that run at once have the same one.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
