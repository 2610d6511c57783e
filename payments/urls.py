"""The index of payments' addresses: imports only."""

from django.urls import URLPattern, URLResolver, path

from payments.finance import export_views, report_views
from payments.webhooks.views import receive

app_name = "payments"
urlpatterns: list[URLPattern | URLResolver] = [
    path("webhooks/stripe/", receive, name="stripe_webhook"),
    path("finance/", export_views.finance, name="finance"),
    path("finance/reports/", report_views.reports, name="reports"),
    path("finance/reports/<slug:name>/", report_views.report, name="report"),
    path("finance/gifts/", report_views.report, {"name": "gift_register"}, name="gift_register"),
    path("finance/<slug:report>/export/", export_views.new_export, name="new_export"),
    path("finance/exports/<uuid:reference>/", export_views.export, name="export"),
    path(
        "finance/exports/<uuid:reference>/cancel/",
        export_views.export_cancel,
        name="export_cancel",
    ),
    path(
        "finance/exports/<uuid:reference>/download/",
        export_views.export_download,
        name="export_download",
    ),
    path(
        "finance/exports/<uuid:reference>/manifest/",
        export_views.manifest,
        name="export_manifest",
    ),
]
