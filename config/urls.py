"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("accounts/", include("membership.accounts.urls")),
    path("admin/", admin.site.urls),
    path("", include("payments.urls")),
    path("", include("membership.urls")),
]
