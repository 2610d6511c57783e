"""The addresses of the desk, below /staff/prompts/."""

from django.urls import path

from membership.prompts.desk import (
    campaign_views,
    edit_views,
    history_views,
    list_views,
    preview_views,
    publish_views,
    rules_views,
    simulation_views,
)

urlpatterns = [
    path("", list_views.desk, name="prompts_desk"),
    path("new/", edit_views.new_campaign, name="prompt_new"),
    path("publish/", publish_views.publish_desk, name="prompt_publish"),
    path(
        "publish/<int:number>/withdraw/",
        publish_views.withdraw,
        name="prompt_withdraw",
    ),
    path("simulate/", simulation_views.simulate_choice, name="prompt_simulate"),
    path("simulations/<uuid:reference>/", simulation_views.simulation, name="prompt_simulation"),
    path("rules/", rules_views.rules, name="prompt_rules"),
    path("rules/edit/", rules_views.edit_rules, name="prompt_rules_edit"),
    path("rules/<int:number>/review/", rules_views.review, name="prompt_rules_review"),
    path("campaigns/<slug:key>/preview/", preview_views.preview, name="prompt_preview"),
    path("history/", history_views.history, name="prompt_history"),
    path(
        "history/<slug:sha256>/roll-back/",
        history_views.roll_prompts_back,
        name="prompt_roll_back",
    ),
    path("switch/", history_views.switch, name="prompt_switch"),
    path("campaigns/<slug:key>/", campaign_views.campaign, name="prompt_campaign"),
    path("campaigns/<slug:key>/edit/", edit_views.edit_campaign, name="prompt_edit"),
    path(
        "campaigns/<slug:key>/changes/",
        campaign_views.changes,
        name="prompt_changes",
    ),
    path("campaigns/<slug:key>/move/", list_views.move, name="prompt_move"),
    path(
        "campaigns/<slug:key>/review/<int:number>/",
        campaign_views.review,
        name="prompt_review",
    ),
    path(
        "campaigns/<slug:key>/take-off/",
        campaign_views.take_campaign_off,
        name="prompt_take_off",
    ),
    path("campaigns/<slug:key>/archive/", campaign_views.archive, name="prompt_archive"),
    path("campaigns/<slug:key>/restore/", list_views.restore, name="prompt_restore"),
]
