"""The index of membership's addresses: imports only."""

from django.urls import URLPattern, URLResolver, include, path, re_path

from membership import api
from membership.checkout_pages.home_views import favicon, home
from membership.checkout_pages.return_views import cancelled, payment_state, thank_you
from membership.checkout_pages.views import donate
from membership.letters.preview_views import letter_html, letter_list, letter_preview
from membership.letters.provider_views import mail_events
from membership.letters.unsubscribe_views import unsubscribe
from membership.portal.card_views import membership_card
from membership.portal.change_views import plan_change
from membership.portal.consent_views import consents
from membership.portal.link_views import link
from membership.portal.payment_card_views import card_done, plan_card
from membership.portal.session_views import sessions
from membership.portal.statement_views import (
    statement_download,
    statements,
    statements_archive,
)
from membership.portal.stop_views import plan_keep, plan_stop
from membership.portal.views import my_support, receipt_download
from membership.privacy.views import erase_account, own_data
from membership.prompts import bundle_views, edge_views
from membership.prompts.trace_views import trace
from membership.prompts.why_views import why
from membership.reminders.link_views import confirm, stop
from membership.reminders.views import asked, remind
from membership.results.event_views import prompt_events
from membership.results.views import campaign_results, results
from membership.results.weight_views import propose_weights

app_name = "membership"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("api/v1/me/", api.me, name="api_me"),
    path("api/v1/status/", api.status, name="api_status"),
    path("api/v1/prompts/decide", edge_views.decide, name="api_decide"),
    path("api/v1/openapi.json", api.openapi, name="api_description"),
    path("favicon.ico", favicon, name="favicon"),
    path("donate/<slug:slug>/", donate, name="donate"),
    path("donate/<slug:slug>/thank-you/<uuid:reference>/", thank_you, name="thank_you"),
    path(
        "donate/<slug:slug>/thank-you/<uuid:reference>/state/", payment_state, name="payment_state"
    ),
    path("donate/<slug:slug>/cancelled/<uuid:reference>/", cancelled, name="cancelled"),
    path("letters/<slug:purpose>/<str:token>/", link, name="link"),
    path("unsubscribe/<str:token>/", unsubscribe, name="unsubscribe"),
    path("reminders/confirm/<str:token>/", confirm, name="reminder_confirm"),
    path("reminders/stop/<str:token>/", stop, name="reminder_stop"),
    path("reminders/<slug:slug>/", remind, name="reminder"),
    path("reminders/<slug:slug>/asked/", asked, name="reminder_asked"),
    path("webhooks/mail/", mail_events, name="mail_events"),
    path("prompts/events/", prompt_events, name="prompt_events"),
    path("prompts/why/", why, name="prompt_why"),
    path("prompts/pointer.json", bundle_views.pointer, name="prompt_pointer"),
    re_path(
        r"^prompts/bundle/(?P<sha256>[0-9a-f]{64})\.json$",
        bundle_views.bundle,
        name="prompt_bundle",
    ),
    path(
        "prompts/fragment/<str:slot>/<str:edition>/<str:country>/<str:state>/",
        edge_views.fragment,
        name="prompt_fragment",
    ),
    path("staff/letters/", letter_list, name="letter_list"),
    path("staff/letters/<slug:kind>/<slug:edition>/", letter_preview, name="letter_preview"),
    path("staff/letters/<slug:kind>/<slug:edition>/html/", letter_html, name="letter_html"),
    path("staff/prompts/", include("membership.prompts.desk.urls")),
    path("staff/prompts/trace/", trace, name="prompt_trace"),
    path("staff/results/", results, name="results"),
    path("staff/results/<slug:campaign>/", campaign_results, name="campaign_results"),
    path("staff/results/<slug:campaign>/weights/", propose_weights, name="propose_weights"),
    path("support/", my_support, name="my_support"),
    path("support/card/", membership_card, name="membership_card"),
    path("support/statements/", statements, name="statements"),
    path("support/statements/all/", statements_archive, name="statements_archive"),
    path("support/statements/<uuid:reference>/", statement_download, name="statement_download"),
    path("support/letters/", consents, name="consents"),
    path("support/sessions/", sessions, name="sessions"),
    path("support/data/", own_data, name="own_data"),
    path("support/delete/", erase_account, name="erase_account"),
    path("support/plans/<uuid:reference>/card/", plan_card, name="plan_card"),
    path("support/cards/<uuid:reference>/", card_done, name="card_done"),
    path("support/plans/<uuid:reference>/stop/", plan_stop, name="plan_stop"),
    path("support/plans/<uuid:reference>/keep/", plan_keep, name="plan_keep"),
    path("support/plans/<uuid:reference>/<slug:change>/", plan_change, name="plan_change"),
    path("support/receipts/<uuid:reference>/", receipt_download, name="receipt_download"),
]
