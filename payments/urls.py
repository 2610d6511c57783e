"""The index of payments' addresses: imports only."""

from django.urls import URLPattern, URLResolver, path

from payments.desk import dispute_views, file_views, refund_views
from payments.desk.releases import views as release_views
from payments.desk.suspense.views import suspense
from payments.drift import views as drift_views
from payments.finance import export_views, report_views
from payments.finance.charts.views import charts
from payments.finance.dashboard.views import dashboard
from payments.finance.journals import views as journal_views
from payments.finance.kept import views as kept_views
from payments.finance.months import views as month_views
from payments.finance.queue import views as queue_views
from payments.finance.saved import views as saved_views
from payments.reconciliation import bank_views, payout_views, statement_views
from payments.webhooks.views import receive

app_name = "payments"
urlpatterns: list[URLPattern | URLResolver] = [
    path("webhooks/stripe/", receive, name="stripe_webhook"),
    path("finance/", dashboard, name="finance"),
    path("finance/disputes/", dispute_views.disputes, name="disputes"),
    path("finance/disputes/<uuid:reference>/", dispute_views.dispute, name="dispute"),
    path(
        "finance/disputes/<uuid:reference>/evidence/",
        dispute_views.dispute_evidence,
        name="dispute_evidence",
    ),
    path(
        "finance/disputes/<uuid:reference>/accept/",
        dispute_views.dispute_accept,
        name="dispute_accept",
    ),
    path(
        "finance/disputes/<uuid:reference>/files/<uuid:file>/",
        file_views.dispute_file,
        name="dispute_file",
    ),
    path("finance/refunds/", refund_views.refunds, name="refunds"),
    path("finance/refunds/<uuid:reference>/", refund_views.refund, name="refund"),
    path(
        "finance/refunds/<uuid:reference>/decide/", refund_views.refund_decide, name="refund_decide"
    ),
    path("finance/releases/", release_views.fund_releases, name="fund_releases"),
    path("finance/releases/<uuid:reference>/", release_views.fund_release, name="fund_release"),
    path(
        "finance/releases/<uuid:reference>/decide/",
        release_views.release_decide,
        name="release_decide",
    ),
    path(
        "finance/releases/<uuid:reference>/take-back/",
        release_views.release_take_back,
        name="release_take_back",
    ),
    path(
        "finance/releases/<slug:entity>/<slug:fund>/<slug:currency>/",
        release_views.new_release,
        name="new_release",
    ),
    path("finance/payments/<uuid:reference>/", refund_views.payment, name="payment"),
    path(
        "finance/payments/<uuid:reference>/refund/",
        refund_views.payment_refund,
        name="payment_refund",
    ),
    path("finance/reports/", report_views.reports, name="reports"),
    path("finance/reports/<slug:name>/", report_views.report, name="report"),
    path("finance/gifts/", report_views.report, {"name": "gift_register"}, name="gift_register"),
    path("finance/payouts/", payout_views.payouts, name="payouts"),
    path("finance/payouts/<uuid:reference>/", payout_views.payout, name="payout"),
    path("finance/payouts/<uuid:reference>/settle/", payout_views.settle, name="settle_payout"),
    path("finance/views/", saved_views.saved_views, name="saved_views"),
    path("finance/views/<uuid:reference>/", saved_views.open_view, name="open_view"),
    path("finance/views/<uuid:reference>/rename/", saved_views.rename, name="rename_view"),
    path("finance/views/<uuid:reference>/delete/", saved_views.delete, name="delete_view"),
    path("finance/reports/<slug:report>/save/", saved_views.save, name="save_view"),
    path("finance/charts/", charts, name="charts"),
    path("finance/exceptions/", queue_views.exception_queue, name="exceptions"),
    path("finance/exceptions/settle/", queue_views.settle, name="settle_exception"),
    path("finance/suspense/<str:stripe_id>/", suspense, name="suspense"),
    path("finance/bank/", bank_views.bank, name="bank"),
    path("finance/bank/add/", bank_views.add_account, name="add_bank_account"),
    path("finance/bank/<uuid:reference>/", bank_views.bank_account, name="bank_account"),
    path(
        "finance/bank/<uuid:reference>/upload/",
        statement_views.upload_statement,
        name="upload_statement",
    ),
    path("finance/bank/files/<uuid:reference>/", statement_views.statement, name="statement"),
    path(
        "finance/bank/files/<uuid:reference>/import/",
        statement_views.import_statement,
        name="import_statement",
    ),
    path("finance/bank/lines/<uuid:reference>/", bank_views.bank_line, name="bank_line"),
    path(
        "finance/bank/lines/<uuid:reference>/decide/",
        bank_views.decide,
        name="decide_bank_line",
    ),
    path("finance/audits/", drift_views.drift_audits, name="drift_audits"),
    path("finance/audits/new/", drift_views.new_audit, name="new_drift_audit"),
    path("finance/audits/<uuid:reference>/", drift_views.drift_audit, name="drift_audit"),
    path("finance/journals/", journal_views.journals, name="journals"),
    path("finance/journals/export/", journal_views.export_journals, name="export_journals"),
    path("finance/<slug:report>/export/", export_views.new_export, name="new_export"),
    path("finance/journals/<slug:entity>/accounts/", journal_views.accounts, name="accounts"),
    path("finance/journals/<slug:entity>/accounts/add/", journal_views.mapping, name="new_mapping"),
    path(
        "finance/journals/<slug:entity>/accounts/<int:pk>/", journal_views.mapping, name="mapping"
    ),
    path(
        "finance/journals/<slug:entity>/accounts/<int:pk>/remove/",
        journal_views.remove,
        name="remove_mapping",
    ),
    path("finance/months/", month_views.months, name="months"),
    path("finance/months/<slug:entity>/<slug:key>/", month_views.month, name="month"),
    path("finance/months/<slug:entity>/<slug:key>/close/", month_views.close, name="month_close"),
    path("finance/months/<slug:entity>/<slug:key>/lock/", month_views.lock, name="month_lock"),
    path(
        "finance/months/<slug:entity>/<slug:key>/reopen/",
        month_views.reopen,
        name="month_reopen",
    ),
    path("finance/months/<slug:entity>/<slug:key>/waive/", month_views.waive, name="month_waive"),
    path(
        "finance/months/<slug:entity>/<slug:key>/files/",
        kept_views.month_files,
        name="month_files",
    ),
    path("finance/kept/<uuid:reference>/", kept_views.kept_download, name="kept_download"),
    path("finance/kept/<uuid:reference>/figures/", kept_views.kept_figures, name="kept_figures"),
    path("finance/exports/", export_views.exports, name="exports"),
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
