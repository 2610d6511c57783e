"""What becomes of collected money: refunds, disputes, payouts, the balance and the rows that make it."""

from tests.sandbox.engine import balance, disputes, files, funds, payouts, refunds, topups
from tests.sandbox.engine.dispute_evidence import FILES, TEXTS
from tests.sandbox.operations.operation import PAGING, Operation, listing, retrieval

_EVIDENCE = " ".join(f"evidence.{name}" for name in (*TEXTS, *FILES))

_REFUNDS = (
    Operation(
        "POST",
        "/v1/refunds",
        "RefundCreateParams",
        refunds.create,
        "charge payment_intent amount reason metadata",
    ),
    listing("/v1/refunds", "RefundListParams", "refund", "charge", "payment_intent"),
    retrieval("/v1/refunds/{id}", "RefundRetrieveParams", "refund"),
    Operation("POST", "/v1/refunds/{id}", "RefundUpdateParams", refunds.update, "metadata"),
    Operation("POST", "/v1/refunds/{id}/cancel", "RefundCancelParams", refunds.cancel),
)

_DISPUTES = (
    listing("/v1/disputes", "DisputeListParams", "dispute", "charge", "payment_intent"),
    retrieval("/v1/disputes/{id}", "DisputeRetrieveParams", "dispute"),
    Operation(
        "POST",
        "/v1/disputes/{id}",
        "DisputeUpdateParams",
        disputes.update,
        f"{_EVIDENCE} submit metadata",
    ),
    Operation("POST", "/v1/disputes/{id}/close", "DisputeCloseParams", disputes.close),
    listing(
        "/v1/radar/early_fraud_warnings",
        "radar.EarlyFraudWarningListParams",
        "radar.early_fraud_warning",
        "charge",
        "payment_intent",
    ),
    retrieval(
        "/v1/radar/early_fraud_warnings/{id}",
        "radar.EarlyFraudWarningRetrieveParams",
        "radar.early_fraud_warning",
        "early fraud warning",
    ),
)

_FILES = (
    Operation("POST", "/v1/files", "FileCreateParams", files.create, "file purpose"),
    listing("/v1/files", "FileListParams", "file", "purpose"),
    retrieval("/v1/files/{id}", "FileRetrieveParams", "file"),
)

_BALANCE = (
    Operation("GET", "/v1/balance", "BalanceRetrieveParams", funds.retrieve),
    Operation(
        "GET",
        "/v1/balance_transactions",
        "BalanceTransactionListParams",
        balance.list_transactions,
        f"{PAGING} source type currency payout",
    ),
    retrieval(
        "/v1/balance_transactions/{id}",
        "BalanceTransactionRetrieveParams",
        "balance_transaction",
        "balance transaction",
    ),
)

_PAYOUTS = (
    Operation(
        "POST",
        "/v1/payouts",
        "PayoutCreateParams",
        payouts.create,
        "amount currency description metadata method source_type statement_descriptor",
    ),
    Operation(
        "GET",
        "/v1/payouts",
        "PayoutListParams",
        payouts.list_payouts,
        f"{PAGING} status destination arrival_date",
    ),
    retrieval("/v1/payouts/{id}", "PayoutRetrieveParams", "payout"),
    Operation("POST", "/v1/payouts/{id}", "PayoutUpdateParams", payouts.update, "metadata"),
    Operation("POST", "/v1/payouts/{id}/cancel", "PayoutCancelParams", payouts.cancel),
    Operation("POST", "/v1/payouts/{id}/reverse", "PayoutReverseParams", payouts.reverse),
)

_TOPUPS = (
    Operation(
        "POST",
        "/v1/topups",
        "TopupCreateParams",
        topups.create,
        "amount currency description metadata statement_descriptor transfer_group",
    ),
    listing("/v1/topups", "TopupListParams", "topup", "status"),
    retrieval("/v1/topups/{id}", "TopupRetrieveParams", "topup"),
    Operation(
        "POST", "/v1/topups/{id}", "TopupUpdateParams", topups.update, "description metadata"
    ),
    Operation("POST", "/v1/topups/{id}/cancel", "TopupCancelParams", topups.cancel),
)

MONEY_OPERATIONS = _REFUNDS + _DISPUTES + _FILES + _BALANCE + _PAYOUTS + _TOPUPS
