"""The fields of Stripe's objects that no column reads, by model, each group with its reason.

A star stands for any characters. What a column of the model is called may not hide behind one: it stands here in full.
"""

TEXT = "words for people; nothing is filtered or joined by it"
HOW = "how something is shown, collected or sent; not what happened"
ONE_KIND = "what one kind of payment method says of itself; nothing is filtered by it"
ADDRESS = "personal, and not filtered by"
ELSEWHERE = "a row of its own, or a column of another row, says it"
LEGACY = "of a legacy object; what is left of it is read, not filtered"
URL = "an address on the web"
PRIVATE = "a secret, or only for the browser"
RISK = "why a bank or a network decided as it did; read from `data`, one by one"
NO_MODEL = "the id of an object that has no model"
TEST_CLOCK = "of test mode only"
SAME_WORD = "called like a column, and something else"

UNREAD = {
    "Account": {
        TEXT: "business_profile.* controller.requirement_collection tos_acceptance.service_agreement",
        HOW: "controller.is_controller settings.dashboard.timezone",
        ADDRESS: "tos_acceptance.ip tos_acceptance.user_agent",
        ELSEWHERE: "individual",
    },
    "ApplicationFee": {TEXT: "fee_source.type", ELSEWHERE: "fee_source.payout"},
    "BankAccount": {TEXT: "account_type"},
    "Capability": {ELSEWHERE: "requirements.current_deadline"},
    "Card": {
        ADDRESS: "address_*",
        RISK: "cvc_check regulated_status",
        TEXT: "description issuer iin dynamic_last4 tokenization_method status",
        HOW: "allow_redisplay",
    },
    "Charge": {
        NO_MODEL: "application",
        RISK: "outcome.* authorization_code",
        ADDRESS: "billing_details.name billing_details.phone billing_details.tax_id",
        TEXT: "*statement_descriptor* receipt_url",
        ELSEWHERE: "failure_balance_transaction transfer_data.amount",
        ONE_KIND: "payment_method_details.*",
        SAME_WORD: "payment_method_details.card.description payment_method_details.card_present.description"
        " payment_method_details.interac_present.description",
    },
    "CheckoutSession": {
        HOW: "allow_promotion_codes billing_address_collection customer_creation locale origin_context submit_type"
        " ui_mode payment_method_collection redirect_on_completion integration_identifier recovered_from",
        URL: "cancel_url return_url success_url url",
        PRIVATE: "client_secret",
        ADDRESS: "customer_details.*",
    },
    "CreditNote": {
        ELSEWHERE: "amount_shipping discount_amount customer_balance_transaction",
        TEXT: "lines",
        URL: "pdf",
    },
    "Customer": {
        ELSEWHERE: "cash_balance discount subscriptions invoice_credit_balance",
        HOW: "invoice_prefix invoice_settings.footer next_invoice_sequence",
        TEST_CLOCK: "test_clock",
    },
    "Discount": {TEXT: "source.type"},
    "Dispute": {
        HOW: "evidence_details.past_due evidence_details.submission_method intended_submission_method",
        ONE_KIND: "payment_method_details.*",
    },
    "Invoice": {
        TEXT: "account_country account_name footer statement_descriptor parent.type",
        ELSEWHERE: "amount_shipping p*_payment_credit_notes_amount latest_revision parent.subscription_details.*"
        " webhooks_*",
        NO_MODEL: "application",
        HOW: "automatically_finalizes_at",
        ADDRESS: "customer_email customer_name customer_phone customer_tax_exempt",
        LEGACY: "default_source",
        URL: "hosted_invoice_url invoice_pdf",
        TEST_CLOCK: "test_clock",
    },
    "InvoiceItem": {HOW: "discountable", TEXT: "parent.type pricing.type", TEST_CLOCK: "test_clock"},
    "InvoiceLineItem": {HOW: "discountable", TEXT: "pricing.type"},
    "Mandate": {TEXT: "customer_acceptance.type"},
    "PaymentIntent": {
        NO_MODEL: "application",
        PRIVATE: "client_secret",
        HOW: "confirmation_method",
        RISK: "last_payment_error.*",
        SAME_WORD: "last_payment_error.payment_method transfer_data.amount transfer_data.description",
        LEGACY: "source",
        TEXT: "statement_descriptor*",
        ELSEWHERE: "transfer_data.*",
    },
    "PaymentLink": {
        HOW: "allow_promotion_codes billing_address_collection customer_creation payment_method_collection",
        NO_MODEL: "application",
        TEXT: "inactive_message line_items",
        ELSEWHERE: "application_fee_percent",
    },
    "PaymentMethod": {
        ADDRESS: "billing_details.phone billing_details.tax_id",
        ONE_KIND: "*_debit.* bizum.* blik.* boleto.* card.* card_present.* cashapp.* custom.display_name custom.type"
        " fpx.account_holder_type ideal.* interac_present.* link.* naver_pay.* nz_bank_account.* paypal.* payto.* upi.*"
        " us_bank_account.*",
        HOW: "radar_options.session",
    },
    "Payout": {
        ELSEWHERE: "application_fee application_fee_amount failure_balance_transaction",
        TEXT: "payout_method statement_descriptor",
    },
    "Person": {
        ADDRESS: "first_name_* last_name_* maiden_name gender nationality phone political_exposure *_provided",
        TEXT: "relationship.* verification.*",
    },
    "Plan": {HOW: "tiers_mode"},
    "Price": {HOW: "tiers_mode"},
    "Product": {HOW: "tax_details.performance_location", TEXT: "shippable statement_descriptor unit_label", URL: "url"},
    "PromotionCode": {TEXT: "promotion.type"},
    "Quote": {
        NO_MODEL: "application",
        ELSEWHERE: "application_fee_percent",
        TEXT: "description footer header line_items",
        TEST_CLOCK: "test_clock",
    },
    "Refund": {ELSEWHERE: "failure_balance_transaction source_transfer_reversal", ADDRESS: "instructions_email"},
    "Review": {ADDRESS: "billing_zip ip_address"},
    "SetupIntent": {
        NO_MODEL: "application latest_attempt",
        PRIVATE: "client_secret",
        HOW: "attach_to_self",
        RISK: "last_setup_error.*",
        SAME_WORD: "last_setup_error.payment_method",
    },
    "Source": {
        SAME_WORD: "ach_debit.type code_verification.status redirect.status source_order.amount source_order.currency"
        " source_order.email three_d_secure.customer",
        ONE_KIND: "*.*",
        HOW: "allow_redisplay",
        PRIVATE: "client_secret",
        TEXT: "statement_descriptor",
    },
    "Subscription": {
        NO_MODEL: "application",
        TEXT: "cancellation_details.* description status_details.paused.type",
        LEGACY: "default_source",
        HOW: "next_pending_invoice_item_invoice",
        TEST_CLOCK: "test_clock",
    },
    "SubscriptionItem": {ELSEWHERE: "billed_until"},
    "SubscriptionSchedule": {NO_MODEL: "application", TEST_CLOCK: "test_clock"},
    "TaxId": {ELSEWHERE: "owner.account owner.application owner.type", ADDRESS: "verification.*"},
    "TaxRate": {TEXT: "description jurisdiction_level"},
    "TopUp": {ELSEWHERE: "payment_method source", TEXT: "initiated_by statement_descriptor"},
}
