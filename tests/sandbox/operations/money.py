"""What becomes of collected money: refunds, the balance and the rows that make it."""

from tests.sandbox.engine import balance, refunds
from tests.sandbox.operations.operation import Operation, listing, retrieval

MONEY_OPERATIONS = (
    Operation(
        "POST",
        "/v1/refunds",
        "RefundCreateParams",
        refunds.create,
        "charge payment_intent amount reason metadata",
    ),
    listing("/v1/refunds", "RefundListParams", "refund", "charge", "payment_intent"),
    retrieval("/v1/refunds/{id}", "RefundRetrieveParams", "refund"),
    Operation("GET", "/v1/balance", "BalanceRetrieveParams", balance.retrieve),
    listing(
        "/v1/balance_transactions",
        "BalanceTransactionListParams",
        "balance_transaction",
        "source",
        "type",
        "currency",
        "payout",
    ),
    retrieval(
        "/v1/balance_transactions/{id}",
        "BalanceTransactionRetrieveParams",
        "balance_transaction",
        "balance transaction",
    ),
)
