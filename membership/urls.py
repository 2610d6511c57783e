"""The index of membership's addresses: imports only."""

from django.urls import URLPattern, URLResolver, path

from membership.portal.views import my_support, receipt_download

app_name = "membership"
urlpatterns: list[URLPattern | URLResolver] = [
    path("support/", my_support, name="my_support"),
    path("support/receipts/<uuid:reference>/", receipt_download, name="receipt_download"),
]
