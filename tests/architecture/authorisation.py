"""Who may open what: one line for each address and method, one column for each kind of visitor.

`ok` is the page itself, `in` the way to sign in, `2nd` the way to set up a second step, `->` a redirect elsewhere; a
number is that status. An address that no line names fails the test.
"""

from dataclasses import dataclass

# The receipt and the plan are the reader's; a stranger is another reader, to whom nothing here belongs. The passkey is
# of someone who is not in the table. The last but one is a superuser whose session proved no second factor.
VISITORS = (
    "anonymous",
    "reader",
    "stranger",
    "support",
    "finance",
    "finance lead",
    "editor",
    "auditor",
    "admin",
    "one factor",
    "superuser",
)
STAFF = (*VISITORS[3:9], "superuser")


@dataclass(frozen=True, slots=True)
class Line:
    """The answers to one method at one address, by visitor."""

    method: str
    name: str
    answers: dict[str, str]


def _lines(table: str) -> list[Line]:
    lines = []
    for row in table.strip().splitlines():
        method, name, *answers = row.split()
        lines.append(Line(method, name, dict(zip(VISITORS, answers, strict=True))))
    return lines


PAGES = _lines("""
GET  membership:home                  ->   ->   ->   ->   ->   ->   ->   ->   ->   ->   ->
GET  membership:api_me                401  ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
POST membership:api_me                405  405  405  405  405  405  405  405  405  405  405
GET  membership:api_status            ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
GET  membership:api_description       ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
GET  membership:favicon               ->   ->   ->   ->   ->   ->   ->   ->   ->   ->   ->
GET  membership:donate                ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
GET  membership:thank_you             ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
GET  membership:payment_state         ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
GET  membership:cancelled             ->   ->   ->   ->   ->   ->   ->   ->   ->   ->   ->
GET  membership:link                  ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
GET  membership:my_support            in   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
GET  membership:membership_card       in   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
POST membership:my_support            405  405  405  405  405  405  405  405  405  405  405
GET  membership:consents              in   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
POST membership:consents              in   ->   ->   ->   ->   ->   ->   ->   ->   ->   ->
GET  membership:statements            in   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
POST membership:statements            in   ->   ->   ->   ->   ->   ->   ->   ->   ->   ->
GET  membership:statement_download    in   ok   404  404  404  404  404  404  404  404  404
GET  membership:statements_archive    in   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
GET  membership:own_data              in   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
GET  membership:sessions              in   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
POST membership:sessions              in   ->   ->   ->   ->   ->   ->   ->   ->   ->   ->
GET  membership:erase_account         in   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
POST membership:erase_account         in   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
GET  membership:plan_stop             in   ok   404  404  404  404  404  404  404  404  404
GET  membership:plan_card             in   ok   404  404  404  404  404  404  404  404  404
POST membership:plan_card             in   ->   404  404  404  404  404  404  404  404  404
GET  membership:plan_change           in   ok   404  404  404  404  404  404  404  404  404
POST membership:plan_change           in   ok   404  404  404  404  404  404  404  404  404
GET  membership:card_done             404  404  404  404  404  404  404  404  404  404  404
GET  membership:plan_keep             405  405  405  405  405  405  405  405  405  405  405
POST membership:plan_keep             in   ->   404  404  404  404  404  404  404  404  404
POST membership:plan_stop             in   ->   404  404  404  404  404  404  404  404  404
GET  membership:receipt_download      in   ok   404  404  404  404  404  404  404  404  404
GET  membership:unsubscribe           ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
POST membership:unsubscribe           ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
GET  membership:reminder              ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
POST membership:reminder              422  422  422  422  422  422  422  422  422  422  422
GET  membership:reminder_asked        ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
GET  membership:reminder_confirm      ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
POST membership:reminder_confirm      ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
GET  membership:reminder_stop         ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
POST membership:reminder_stop         ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
GET  membership:mail_events           404  404  404  404  404  404  404  404  404  404  404
POST membership:mail_events           404  404  404  404  404  404  404  404  404  404  404
GET  membership:prompt_events         405  405  405  405  405  405  405  405  405  405  405
POST membership:prompt_events         400  400  400  400  400  400  400  400  400  400  400
GET  membership:prompt_pointer        ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
POST membership:prompt_pointer        405  405  405  405  405  405  405  405  405  405  405
GET  membership:prompt_why            ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
POST membership:prompt_why            ->   ->   ->   ->   ->   ->   ->   ->   ->   ->   ->
GET  membership:prompt_trace          in   403  403  ok   403  403  ok   403  403  2nd  ok
POST membership:prompt_trace          in   403  403  ok   403  403  ok   403  403  2nd  ok
GET  membership:prompt_fragment       ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
POST membership:prompt_fragment       405  405  405  405  405  405  405  405  405  405  405
GET  membership:api_decide            405  405  405  405  405  405  405  405  405  405  405
POST membership:api_decide            415  415  415  415  415  415  415  415  415  415  415
GET  membership:prompt_bundle         404  404  404  404  404  404  404  404  404  404  404
GET  membership:prompts_desk          in   403  403  403  403  403  ok   403  403  2nd  ok
GET  membership:prompt_new            in   403  403  403  403  403  ok   403  403  2nd  ok
GET  membership:prompt_campaign       in   403  403  403  403  403  ok   403  403  2nd  ok
GET  membership:prompt_edit           in   403  403  403  403  403  ok   403  403  2nd  ok
POST membership:prompt_edit           in   403  403  403  403  403  400  403  403  2nd  400
GET  membership:prompt_changes        in   403  403  403  403  403  ok   403  403  2nd  ok
POST membership:prompt_move           in   403  403  403  403  403  ->   403  403  2nd  ->
POST membership:prompt_review         in   403  403  403  403  403  404  403  403  2nd  404
POST membership:prompt_take_off       in   403  403  403  403  403  ->   403  403  2nd  ->
POST membership:prompt_archive        in   403  403  403  403  403  ->   403  403  2nd  ->
POST membership:prompt_restore        in   403  403  403  403  403  ->   403  403  2nd  ->
GET  membership:prompt_publish        in   403  403  403  403  403  ok   403  403  2nd  ok
POST membership:prompt_publish        in   403  403  403  403  403  400  403  403  2nd  400
POST membership:prompt_withdraw       in   403  403  403  403  403  404  403  403  2nd  404
GET  membership:prompt_history        in   403  403  403  403  403  ok   403  403  2nd  ok
POST membership:prompt_roll_back      in   403  403  403  403  403  404  403  403  2nd  404
POST membership:prompt_simulate       in   403  403  403  403  403  ->   403  403  2nd  ->
GET  membership:prompt_simulation     in   403  403  403  403  403  404  403  403  2nd  404
GET  membership:prompt_preview        in   403  403  403  403  403  ok   403  403  2nd  ok
GET  membership:prompt_rules          in   403  403  403  403  403  ok   403  403  2nd  ok
GET  membership:prompt_rules_edit     in   403  403  403  403  403  ok   403  403  2nd  ok
POST membership:prompt_rules_edit     in   403  403  403  403  403  400  403  403  2nd  400
POST membership:prompt_rules_review   in   403  403  403  403  403  404  403  403  2nd  404
GET  membership:prompt_switch         in   403  403  403  403  403  ok   403  403  2nd  ok
POST membership:prompt_switch         in   403  403  403  403  403  404  403  403  2nd  404
GET  membership:results               in   403  403  403  ok   ok   ok   ok   403  2nd  ok
GET  membership:campaign_results      in   403  403  403  ok   ok   ok   ok   403  2nd  ok
POST membership:propose_weights       in   403  403  403  403  403  404  403  403  2nd  404
GET  membership:letter_list           in   403  403  ok   403  403  ok   403  403  2nd  ok
GET  membership:letter_preview        in   403  403  ok   403  403  ok   403  403  2nd  ok
GET  membership:letter_html           in   403  403  ok   403  403  ok   403  403  2nd  ok
GET  payments:stripe_webhook          405  405  405  405  405  405  405  405  405  405  405
POST payments:stripe_webhook          400  400  400  400  400  400  400  400  400  400  400
GET  payments:finance                 in   403  403  403  ok   ok   403  ok   403  2nd  ok
GET  payments:disputes                in   403  403  ok   ok   ok   403  ok   403  2nd  ok
GET  payments:dispute                 in   403  403  ok   ok   ok   403  ok   403  2nd  ok
POST payments:dispute_evidence        in   403  403  403  422  422  403  403  403  2nd  422
GET  payments:dispute_file            in   403  403  404  404  404  403  403  403  2nd  404
POST payments:dispute_accept          in   403  403  403  422  422  403  403  403  2nd  422
GET  payments:refunds                 in   403  403  ok   ok   ok   403  ok   403  2nd  ok
GET  payments:refund                  in   403  403  ok   ok   ok   403  ok   403  2nd  ok
POST payments:refund_decide           in   403  403  403  422  422  403  403  403  2nd  422
GET  payments:payment                 in   403  403  ok   ok   ok   403  ok   403  2nd  ok
POST payments:payment_refund          in   403  403  422  422  422  403  403  403  2nd  422
GET  payments:fund_releases           in   403  403  403  ok   ok   403  ok   403  2nd  ok
GET  payments:new_release             in   403  403  403  ok   ok   403  403  403  2nd  ok
POST payments:new_release             in   403  403  403  422  422  403  403  403  2nd  422
GET  payments:fund_release            in   403  403  403  ok   ok   403  ok   403  2nd  ok
POST payments:release_decide          in   403  403  403  422  422  403  403  403  2nd  422
POST payments:release_take_back       in   403  403  403  422  422  403  403  403  2nd  422
GET  payments:suspense                in   403  403  403  ok   ok   403  ok   403  2nd  ok
POST payments:suspense                in   403  403  403  422  422  403  403  403  2nd  422
GET  payments:reports                 in   403  403  403  ok   ok   403  ok   403  2nd  ok
GET  payments:report                  in   403  403  403  ok   ok   403  ok   403  2nd  ok
GET  payments:payouts                 in   403  403  403  ok   ok   403  ok   403  2nd  ok
GET  payments:payout                  in   403  403  403  ok   ok   403  ok   403  2nd  ok
POST payments:settle_payout           in   403  403  403  400  400  403  403  403  2nd  400
GET  payments:exceptions              in   403  403  403  ok   ok   403  ok   403  2nd  ok
GET  payments:charts                  in   403  403  403  ok   ok   403  ok   403  2nd  ok
GET  payments:saved_views             in   403  403  403  ok   ok   403  ok   403  2nd  ok
GET  payments:open_view               in   403  403  403  404  404  403  404  403  2nd  404
POST payments:rename_view             in   403  403  403  404  404  403  404  403  2nd  404
POST payments:delete_view             in   403  403  403  404  404  403  404  403  2nd  404
POST payments:save_view               in   403  403  403  400  400  403  400  403  2nd  400
POST payments:settle_exception        in   403  403  403  400  400  403  403  403  2nd  400
GET  payments:bank                    in   403  403  403  ok   ok   403  ok   403  2nd  ok
POST payments:add_bank_account        in   403  403  403  400  400  403  403  403  2nd  400
GET  payments:bank_account            in   403  403  403  ok   ok   403  ok   403  2nd  ok
POST payments:upload_statement        in   403  403  403  400  400  403  403  403  2nd  400
GET  payments:statement               in   403  403  403  404  404  403  403  403  2nd  404
POST payments:import_statement        in   403  403  403  404  404  403  403  403  2nd  404
GET  payments:bank_line               in   403  403  403  ok   ok   403  ok   403  2nd  ok
POST payments:decide_bank_line        in   403  403  403  400  400  403  403  403  2nd  400
GET  payments:drift_audits            in   403  403  403  ok   ok   403  ok   403  2nd  ok
POST payments:new_drift_audit         in   403  403  403  400  400  403  403  403  2nd  400
GET  payments:drift_audit             in   403  403  403  ok   ok   403  ok   403  2nd  ok
GET  payments:gift_register           in   403  403  403  ok   ok   403  ok   403  2nd  ok
GET  payments:journals                in   403  403  403  ok   ok   403  ok   403  2nd  ok
POST payments:export_journals         in   403  403  403  400  400  403  400  403  2nd  400
GET  payments:accounts                in   403  403  403  ok   ok   403  ok   403  2nd  ok
GET  payments:new_mapping             in   403  403  403  403  ok   403  403  403  2nd  ok
POST payments:new_mapping             in   403  403  403  403  400  403  403  403  2nd  400
GET  payments:mapping                 in   403  403  403  403  404  403  403  403  2nd  404
POST payments:remove_mapping          in   403  403  403  403  404  403  403  403  2nd  404
GET  payments:months                  in   403  403  403  ok   ok   403  ok   403  2nd  ok
GET  payments:month                   in   403  403  403  ok   ok   403  ok   403  2nd  ok
POST payments:month_close             in   403  403  403  409  409  403  403  403  2nd  409
POST payments:month_lock              in   403  403  403  403  409  403  403  403  2nd  409
POST payments:month_reopen            in   403  403  403  403  400  403  403  403  2nd  400
POST payments:month_waive             in   403  403  403  400  400  403  403  403  2nd  400
GET  payments:month_files             in   403  403  403  404  404  403  404  403  2nd  404
GET  payments:kept_download           in   403  403  403  404  404  403  404  403  2nd  404
GET  payments:kept_figures            in   403  403  403  404  404  403  404  403  2nd  404
POST payments:new_export              in   403  403  403  400  400  403  400  403  2nd  400
GET  payments:exports                 in   403  403  403  ok   ok   403  ok   403  2nd  ok
GET  payments:export                  in   403  403  403  ok   ok   403  ok   403  2nd  ok
POST payments:export_cancel           in   403  403  403  404  404  403  404  403  2nd  404
GET  payments:export_download         in   403  403  403  ok   ok   403  ok   403  2nd  ok
GET  payments:export_manifest         in   403  403  403  ok   ok   403  ok   403  2nd  ok
GET  account_login                    ok   ->   ->   ->   ->   ->   ->   ->   ->   ->   ->
GET  account_confirm_login_code       in   ->   ->   ->   ->   ->   ->   ->   ->   ->   ->
POST account_confirm_login_code       in   ->   ->   ->   ->   ->   ->   ->   ->   ->   ->
GET  account_logout                   in   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
GET  account_inactive                 ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
GET  mfa_login_webauthn               in   ->   ->   ->   ->   ->   ->   ->   ->   ->   ->
POST mfa_login_webauthn               in   ->   ->   ->   ->   ->   ->   ->   ->   ->   ->
GET  mfa_authenticate                 in   ->   ->   ->   ->   ->   ->   ->   ->   ->   ->
GET  mfa_index                        in   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
GET  mfa_reauthenticate               in   403  403  403  403  403  403  403  403  403  403
GET  mfa_reauthenticate_webauthn      in   403  403  403  403  403  403  403  403  403  403
GET  mfa_activate_totp                in   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
GET  mfa_deactivate_totp              in   404  404  404  404  404  404  404  404  404  404
GET  mfa_add_webauthn                 in   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
GET  mfa_remove_webauthn              in   404  404  404  404  404  404  404  404  404  404
POST mfa_remove_webauthn              in   404  404  404  404  404  404  404  404  404  404
GET  mfa_view_recovery_codes          in   404  404  404  404  404  404  404  404  404  404
GET  mfa_generate_recovery_codes      in   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
GET  admin:index                      in   403  403  ok   ok   ok   ok   ok   ok   2nd  ok
GET  admin:login                      in   403  403  ->   ->   ->   ->   ->   ->   2nd  ->
POST admin:login                      in   403  403  ok   ok   ok   ok   ok   ok   2nd  ok
GET  admin:logout                     in   403  403  405  405  405  405  405  405  2nd  405
GET  admin:password_change            in   403  403  ok   ok   ok   ok   ok   ok   2nd  ok
GET  admin:password_change_done       in   403  403  ok   ok   ok   ok   ok   ok   2nd  ok
GET  admin:autocomplete               in   403  403  404  404  404  404  404  404  2nd  404
GET  admin:jsi18n                     in   403  403  ok   ok   ok   ok   ok   ok   2nd  ok
GET  admin:view_on_site               in   403  403  404  404  404  404  404  404  2nd  404
GET  admin:app_list                   in   403  403  ok   ok   ok   ok   ok   ok   2nd  ok
GET  admin:payments_webhookevent_replay  in  403 403 405 405 405 405 405 405 2nd  405
POST admin:payments_webhookevent_replay  in  403 403 403 403 404 403 403 403 2nd  404
GET  admin:                           in   403  403  404  404  404  404  404  404  2nd  404
""")


def _rows(table: str) -> dict[str, dict[str, str]]:
    rows = {}
    for row in table.strip().splitlines():
        model, *rights = row.split()
        rows[model] = dict(zip(STAFF, rights, strict=True))
    return rows


# In the administration: v(iew), a(dd), c(hange), d(elete) by role; readers and strangers never come so far.
ADMIN = _rows("""
auth_group                    -     -     -     -     -     v     vacd
membership_letter             v     -     -     -     -     -     v
membership_promptbundle       v     -     -     v     -     -     v
membership_promptcampaign     -     -     -     v     -     -     v
membership_promptpublication  -     -     -     v     -     -     v
membership_promptrelease      -     -     -     v     -     -     v
membership_promptrevision     -     -     -     v     -     -     v
membership_promptrules        -     -     -     v     -     -     v
membership_suppression        v     -     -     -     -     -     v
membership_supporter          v     -     -     -     -     -     v
membership_tier               v     -     -     vac   -     -     vac
membership_tierchange         v     -     -     -     -     -     v
membership_tieroverride       va    -     -     -     -     -     va
membership_tierstanding       v     -     -     -     -     -     v
membership_user               -     -     -     -     -     vac   vac
mfa_authenticator             -     -     -     -     -     vd    vd
payments_auditentry           -     -     v     -     v     -     v
payments_accesslog            -     -     v     -     v     -     v
payments_balancetransaction   -     v     v     -     v     -     v
payments_bankline             -     v     v     -     v     -     v
payments_campaign             -     v     v     vac   v     -     vac
payments_checkout             v     -     -     -     -     -     v
payments_customer             v     -     v     -     -     -     v
payments_dispute              v     v     v     -     v     -     v
payments_donation             v     v     v     -     v     -     v
payments_driftaudit           -     v     v     -     v     -     v
payments_fund                 -     v     v     vac   v     -     vac
payments_ledgerposting        -     v     v     -     v     -     v
payments_legalentity          -     v     v     v     v     vac   vac
payments_numberseries         -     v     v     -     v     -     v
payments_payment              v     v     v     -     v     -     v
payments_payout               -     v     v     -     v     -     v
payments_receipt              v     v     v     -     v     -     v
payments_recurringplan        v     v     v     -     v     -     v
payments_refund               v     v     v     -     v     -     v
payments_webhookevent         v     v     v     -     v     -     v
""")
