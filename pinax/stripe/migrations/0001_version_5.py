import django.db.models.deletion
import jsonfield.fields
import pinax.stripe.models.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CommandRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(help_text="The name of the command.", max_length=100, unique=True)),
                ("started_at", models.DateTimeField(help_text="When the process started that was last active.")),
                ("active_at", models.DateTimeField(help_text="When it was last active.")),
            ],
            options={
                "db_table": "pinaxstripe_commandrun",
            },
        ),
        migrations.CreateModel(
            name="Price",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "stripe_id",
                    pinax.stripe.models.fields.StripeId(help_text="The object's id at Stripe.", max_length=255),
                ),
                (
                    "stripe_account",
                    pinax.stripe.models.fields.StripeId(
                        blank=True,
                        default="",
                        help_text="The connected account that the object belongs to; empty for the platform account.",
                        max_length=255,
                    ),
                ),
                ("livemode", models.BooleanField(help_text="True for live mode, false for test mode and sandboxes.")),
                (
                    "created",
                    models.DateTimeField(blank=True, help_text="When the object was created at Stripe.", null=True),
                ),
                (
                    "data",
                    models.JSONField(
                        blank=True, help_text="The whole object as JSON, in its last known state.", null=True
                    ),
                ),
                (
                    "as_of",
                    models.DateTimeField(
                        blank=True,
                        help_text="The time, by Stripe's clock, at which the object had this state.",
                        null=True,
                    ),
                ),
                (
                    "fetched_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the object was last fetched from Stripe, by Stripe's clock.",
                        null=True,
                    ),
                ),
                (
                    "synced_at",
                    models.DateTimeField(
                        blank=True, help_text="When the row was last written; empty for a stub.", null=True
                    ),
                ),
                (
                    "deleted_at",
                    models.DateTimeField(blank=True, help_text="When the object was deleted at Stripe.", null=True),
                ),
                (
                    "incomplete",
                    models.BooleanField(
                        default=False,
                        help_text="Whether a list in the object, such as its items, is truncated and could not be completed.",
                    ),
                ),
                (
                    "erased_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When personal data was erased from the row; sync does not restore it.",
                        null=True,
                    ),
                ),
                ("lookup_key", models.CharField(blank=True, db_index=True, default="", max_length=255)),
                ("nickname", models.CharField(blank=True, default="", max_length=255)),
                ("active", models.BooleanField(blank=True, null=True)),
                ("type", models.CharField(blank=True, db_index=True, default="", max_length=255)),
                ("currency", models.CharField(blank=True, default="", max_length=255)),
                ("unit_amount", models.BigIntegerField(blank=True, null=True)),
                ("unit_amount_decimal", models.DecimalField(blank=True, decimal_places=12, max_digits=30, null=True)),
                ("billing_scheme", models.CharField(blank=True, default="", max_length=255)),
                ("tax_behavior", models.CharField(blank=True, default="", max_length=255)),
                ("interval", models.CharField(blank=True, default="", max_length=255)),
                ("interval_count", models.BigIntegerField(blank=True, null=True)),
                ("usage_type", models.CharField(blank=True, default="", max_length=255)),
                ("meter", models.CharField(blank=True, default="", max_length=255)),
                ("trial_period_days", models.BigIntegerField(blank=True, null=True)),
            ],
            options={
                "db_table": "pinaxstripe_price",
                "abstract": False,
                "indexes": [models.Index(fields=["created"], name="pinaxstripe_created_c74d68_idx")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("stripe_id", "stripe_account", "livemode"), name="pinaxstripe_price_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Account",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "stripe_id",
                    pinax.stripe.models.fields.StripeId(help_text="The object's id at Stripe.", max_length=255),
                ),
                (
                    "stripe_account",
                    pinax.stripe.models.fields.StripeId(
                        blank=True,
                        default="",
                        help_text="The connected account that the object belongs to; empty for the platform account.",
                        max_length=255,
                    ),
                ),
                ("livemode", models.BooleanField(help_text="True for live mode, false for test mode and sandboxes.")),
                (
                    "created",
                    models.DateTimeField(blank=True, help_text="When the object was created at Stripe.", null=True),
                ),
                (
                    "data",
                    models.JSONField(
                        blank=True, help_text="The whole object as JSON, in its last known state.", null=True
                    ),
                ),
                (
                    "as_of",
                    models.DateTimeField(
                        blank=True,
                        help_text="The time, by Stripe's clock, at which the object had this state.",
                        null=True,
                    ),
                ),
                (
                    "fetched_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the object was last fetched from Stripe, by Stripe's clock.",
                        null=True,
                    ),
                ),
                (
                    "synced_at",
                    models.DateTimeField(
                        blank=True, help_text="When the row was last written; empty for a stub.", null=True
                    ),
                ),
                (
                    "deleted_at",
                    models.DateTimeField(blank=True, help_text="When the object was deleted at Stripe.", null=True),
                ),
                (
                    "incomplete",
                    models.BooleanField(
                        default=False,
                        help_text="Whether a list in the object, such as its items, is truncated and could not be completed.",
                    ),
                ),
                (
                    "erased_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When personal data was erased from the row; sync does not restore it.",
                        null=True,
                    ),
                ),
                ("type", models.CharField(blank=True, db_index=True, default="", max_length=255)),
                ("controller_type", models.CharField(blank=True, default="", max_length=255)),
                ("business_type", models.CharField(blank=True, default="", max_length=255)),
                ("business_name", models.CharField(blank=True, default="", max_length=255)),
                ("business_url", models.CharField(blank=True, default="", max_length=255)),
                ("display_name", models.CharField(blank=True, default="", max_length=255)),
                ("email", models.CharField(blank=True, db_index=True, default="", max_length=255)),
                ("country", models.CharField(blank=True, default="", max_length=255)),
                ("default_currency", models.CharField(blank=True, default="", max_length=255)),
                ("charges_enabled", models.BooleanField(blank=True, null=True)),
                ("payouts_enabled", models.BooleanField(blank=True, null=True)),
                ("details_submitted", models.BooleanField(blank=True, null=True)),
                ("disabled_reason", models.CharField(blank=True, default="", max_length=255)),
                ("current_deadline", models.DateTimeField(blank=True, null=True)),
                ("tos_accepted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "authorized_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the account was connected, if an event reported it; not part of Stripe's object.",
                        null=True,
                    ),
                ),
                (
                    "deauthorized_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the account was disconnected; not part of Stripe's object.",
                        null=True,
                    ),
                ),
            ],
            options={
                "db_table": "pinaxstripe_account",
                "abstract": False,
                "indexes": [models.Index(fields=["created"], name="pinaxstripe_created_bd74ee_idx")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("stripe_id", "stripe_account", "livemode"), name="pinaxstripe_account_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BalanceTransaction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "stripe_id",
                    pinax.stripe.models.fields.StripeId(help_text="The object's id at Stripe.", max_length=255),
                ),
                (
                    "stripe_account",
                    pinax.stripe.models.fields.StripeId(
                        blank=True,
                        default="",
                        help_text="The connected account that the object belongs to; empty for the platform account.",
                        max_length=255,
                    ),
                ),
                ("livemode", models.BooleanField(help_text="True for live mode, false for test mode and sandboxes.")),
                (
                    "created",
                    models.DateTimeField(blank=True, help_text="When the object was created at Stripe.", null=True),
                ),
                (
                    "data",
                    models.JSONField(
                        blank=True, help_text="The whole object as JSON, in its last known state.", null=True
                    ),
                ),
                (
                    "as_of",
                    models.DateTimeField(
                        blank=True,
                        help_text="The time, by Stripe's clock, at which the object had this state.",
                        null=True,
                    ),
                ),
                (
                    "fetched_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the object was last fetched from Stripe, by Stripe's clock.",
                        null=True,
                    ),
                ),
                (
                    "synced_at",
                    models.DateTimeField(
                        blank=True, help_text="When the row was last written; empty for a stub.", null=True
                    ),
                ),
                (
                    "deleted_at",
                    models.DateTimeField(blank=True, help_text="When the object was deleted at Stripe.", null=True),
                ),
                (
                    "incomplete",
                    models.BooleanField(
                        default=False,
                        help_text="Whether a list in the object, such as its items, is truncated and could not be completed.",
                    ),
                ),
                (
                    "erased_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When personal data was erased from the row; sync does not restore it.",
                        null=True,
                    ),
                ),
                ("amount", models.BigIntegerField(blank=True, null=True)),
                ("fee", models.BigIntegerField(blank=True, null=True)),
                ("net", models.BigIntegerField(blank=True, null=True)),
                ("currency", models.CharField(blank=True, default="", max_length=255)),
                ("type", models.CharField(blank=True, db_index=True, default="", max_length=255)),
                ("reporting_category", models.CharField(blank=True, db_index=True, default="", max_length=255)),
                ("status", models.CharField(blank=True, db_index=True, default="", max_length=255)),
                ("available_on", models.DateTimeField(blank=True, null=True)),
                ("balance_type", models.CharField(blank=True, default="", max_length=255)),
                ("exchange_rate", models.DecimalField(blank=True, decimal_places=12, max_digits=30, null=True)),
                ("source_id", models.CharField(blank=True, db_index=True, default="", max_length=255)),
                ("description", models.TextField(blank=True, default="")),
            ],
            options={
                "db_table": "pinaxstripe_balancetransaction",
                "abstract": False,
                "indexes": [
                    models.Index(fields=["created"], name="pinaxstripe_created_414f25_idx"),
                    models.Index(fields=["currency"], name="pinaxstripe_currenc_1b8c6c_idx"),
                    models.Index(fields=["stripe_account"], name="pinaxstripe_stripe__8df320_idx"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("stripe_id", "stripe_account", "livemode"), name="pinaxstripe_balancetransaction_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ApplicationFee",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "stripe_id",
                    pinax.stripe.models.fields.StripeId(help_text="The object's id at Stripe.", max_length=255),
                ),
                (
                    "stripe_account",
                    pinax.stripe.models.fields.StripeId(
                        blank=True,
                        default="",
                        help_text="The connected account that the object belongs to; empty for the platform account.",
                        max_length=255,
                    ),
                ),
                ("livemode", models.BooleanField(help_text="True for live mode, false for test mode and sandboxes.")),
                (
                    "created",
                    models.DateTimeField(blank=True, help_text="When the object was created at Stripe.", null=True),
                ),
                (
                    "data",
                    models.JSONField(
                        blank=True, help_text="The whole object as JSON, in its last known state.", null=True
                    ),
                ),
                (
                    "as_of",
                    models.DateTimeField(
                        blank=True,
                        help_text="The time, by Stripe's clock, at which the object had this state.",
                        null=True,
                    ),
                ),
                (
                    "fetched_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the object was last fetched from Stripe, by Stripe's clock.",
                        null=True,
                    ),
                ),
                (
                    "synced_at",
                    models.DateTimeField(
                        blank=True, help_text="When the row was last written; empty for a stub.", null=True
                    ),
                ),
                (
                    "deleted_at",
                    models.DateTimeField(blank=True, help_text="When the object was deleted at Stripe.", null=True),
                ),
                (
                    "incomplete",
                    models.BooleanField(
                        default=False,
                        help_text="Whether a list in the object, such as its items, is truncated and could not be completed.",
                    ),
                ),
                (
                    "erased_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When personal data was erased from the row; sync does not restore it.",
                        null=True,
                    ),
                ),
                ("amount", models.BigIntegerField(blank=True, null=True)),
                ("amount_refunded", models.BigIntegerField(blank=True, null=True)),
                ("currency", models.CharField(blank=True, default="", max_length=255)),
                ("refunded", models.BooleanField(blank=True, null=True)),
                ("application", models.CharField(blank=True, default="", max_length=255)),
                ("charge", models.CharField(blank=True, db_index=True, default="", max_length=255)),
                ("originating_transaction", models.CharField(blank=True, default="", max_length=255)),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="application_fees",
                        to="pinax_stripe.account",
                    ),
                ),
                (
                    "balance_transaction",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="application_fees",
                        to="pinax_stripe.balancetransaction",
                    ),
                ),
            ],
            options={
                "db_table": "pinaxstripe_applicationfee",
                "abstract": False,
                "indexes": [
                    models.Index(fields=["created"], name="pinaxstripe_created_9c19c5_idx"),
                    models.Index(fields=["currency"], name="pinaxstripe_currenc_cdb1c6_idx"),
                    models.Index(fields=["stripe_account"], name="pinaxstripe_stripe__864609_idx"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("stripe_id", "stripe_account", "livemode"), name="pinaxstripe_applicationfee_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Capability",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "stripe_id",
                    pinax.stripe.models.fields.StripeId(help_text="The object's id at Stripe.", max_length=255),
                ),
                (
                    "stripe_account",
                    pinax.stripe.models.fields.StripeId(
                        blank=True,
                        default="",
                        help_text="The connected account that the object belongs to; empty for the platform account.",
                        max_length=255,
                    ),
                ),
                ("livemode", models.BooleanField(help_text="True for live mode, false for test mode and sandboxes.")),
                (
                    "created",
                    models.DateTimeField(blank=True, help_text="When the object was created at Stripe.", null=True),
                ),
                (
                    "data",
                    models.JSONField(
                        blank=True, help_text="The whole object as JSON, in its last known state.", null=True
                    ),
                ),
                (
                    "as_of",
                    models.DateTimeField(
                        blank=True,
                        help_text="The time, by Stripe's clock, at which the object had this state.",
                        null=True,
                    ),
                ),
                (
                    "fetched_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the object was last fetched from Stripe, by Stripe's clock.",
                        null=True,
                    ),
                ),
                (
                    "synced_at",
                    models.DateTimeField(
                        blank=True, help_text="When the row was last written; empty for a stub.", null=True
                    ),
                ),
                (
                    "deleted_at",
                    models.DateTimeField(blank=True, help_text="When the object was deleted at Stripe.", null=True),
                ),
                (
                    "incomplete",
                    models.BooleanField(
                        default=False,
                        help_text="Whether a list in the object, such as its items, is truncated and could not be completed.",
                    ),
                ),
                (
                    "erased_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When personal data was erased from the row; sync does not restore it.",
                        null=True,
                    ),
                ),
                ("status", models.CharField(blank=True, db_index=True, default="", max_length=255)),
                ("requested", models.BooleanField(blank=True, null=True)),
                ("requested_at", models.DateTimeField(blank=True, null=True)),
                ("disabled_reason", models.CharField(blank=True, default="", max_length=255)),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="capabilities",
                        to="pinax_stripe.account",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "capabilities",
                "db_table": "pinaxstripe_capability",
                "abstract": False,
                "indexes": [models.Index(fields=["created"], name="pinaxstripe_created_6bc8d1_idx")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("stripe_id", "stripe_account", "livemode"), name="pinaxstripe_capability_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Coupon",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "stripe_id",
                    pinax.stripe.models.fields.StripeId(help_text="The object's id at Stripe.", max_length=255),
                ),
                (
                    "stripe_account",
                    pinax.stripe.models.fields.StripeId(
                        blank=True,
                        default="",
                        help_text="The connected account that the object belongs to; empty for the platform account.",
                        max_length=255,
                    ),
                ),
                ("livemode", models.BooleanField(help_text="True for live mode, false for test mode and sandboxes.")),
                (
                    "created",
                    models.DateTimeField(blank=True, help_text="When the object was created at Stripe.", null=True),
                ),
                (
                    "data",
                    models.JSONField(
                        blank=True, help_text="The whole object as JSON, in its last known state.", null=True
                    ),
                ),
                (
                    "as_of",
                    models.DateTimeField(
                        blank=True,
                        help_text="The time, by Stripe's clock, at which the object had this state.",
                        null=True,
                    ),
                ),
                (
                    "fetched_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the object was last fetched from Stripe, by Stripe's clock.",
                        null=True,
                    ),
                ),
                (
                    "synced_at",
                    models.DateTimeField(
                        blank=True, help_text="When the row was last written; empty for a stub.", null=True
                    ),
                ),
                (
                    "deleted_at",
                    models.DateTimeField(blank=True, help_text="When the object was deleted at Stripe.", null=True),
                ),
                (
                    "incomplete",
                    models.BooleanField(
                        default=False,
                        help_text="Whether a list in the object, such as its items, is truncated and could not be completed.",
                    ),
                ),
                (
                    "erased_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When personal data was erased from the row; sync does not restore it.",
                        null=True,
                    ),
                ),
                ("name", models.CharField(blank=True, default="", max_length=255)),
                ("percent_off", models.DecimalField(blank=True, decimal_places=12, max_digits=30, null=True)),
                ("amount_off", models.BigIntegerField(blank=True, null=True)),
                ("currency", models.CharField(blank=True, default="", max_length=255)),
                ("duration", models.CharField(blank=True, default="", max_length=255)),
                ("duration_in_months", models.BigIntegerField(blank=True, null=True)),
                ("max_redemptions", models.BigIntegerField(blank=True, null=True)),
                ("times_redeemed", models.BigIntegerField(blank=True, null=True)),
                ("redeem_by", models.DateTimeField(blank=True, null=True)),
                ("valid", models.BooleanField(blank=True, null=True)),
            ],
            options={
                "db_table": "pinaxstripe_coupon",
                "abstract": False,
                "indexes": [models.Index(fields=["created"], name="pinaxstripe_created_3c433d_idx")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("stripe_id", "stripe_account", "livemode"), name="pinaxstripe_coupon_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Customer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "stripe_id",
                    pinax.stripe.models.fields.StripeId(help_text="The object's id at Stripe.", max_length=255),
                ),
                (
                    "stripe_account",
                    pinax.stripe.models.fields.StripeId(
                        blank=True,
                        default="",
                        help_text="The connected account that the object belongs to; empty for the platform account.",
                        max_length=255,
                    ),
                ),
                ("livemode", models.BooleanField(help_text="True for live mode, false for test mode and sandboxes.")),
                (
                    "created",
                    models.DateTimeField(blank=True, help_text="When the object was created at Stripe.", null=True),
                ),
                (
                    "data",
                    models.JSONField(
                        blank=True, help_text="The whole object as JSON, in its last known state.", null=True
                    ),
                ),
                (
                    "as_of",
                    models.DateTimeField(
                        blank=True,
                        help_text="The time, by Stripe's clock, at which the object had this state.",
                        null=True,
                    ),
                ),
                (
                    "fetched_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the object was last fetched from Stripe, by Stripe's clock.",
                        null=True,
                    ),
                ),
                (
                    "synced_at",
                    models.DateTimeField(
                        blank=True, help_text="When the row was last written; empty for a stub.", null=True
                    ),
                ),
                (
                    "deleted_at",
                    models.DateTimeField(blank=True, help_text="When the object was deleted at Stripe.", null=True),
                ),
                (
                    "incomplete",
                    models.BooleanField(
                        default=False,
                        help_text="Whether a list in the object, such as its items, is truncated and could not be completed.",
                    ),
                ),
                (
                    "erased_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When personal data was erased from the row; sync does not restore it.",
                        null=True,
                    ),
                ),
                ("email", models.CharField(blank=True, db_index=True, default="", max_length=255)),
                ("name", models.CharField(blank=True, default="", max_length=255)),
                ("lowercase_email", models.CharField(blank=True, db_index=True, default="", max_length=255)),
                ("lowercase_name", models.CharField(blank=True, db_index=True, default="", max_length=255)),
                ("lowercase_family_name", models.CharField(blank=True, db_index=True, default="", max_length=255)),
                ("phone", models.CharField(blank=True, default="", max_length=255)),
                ("description", models.TextField(blank=True, default="")),
                ("currency", models.CharField(blank=True, default="", max_length=255)),
                ("balance", models.BigIntegerField(blank=True, null=True)),
                ("delinquent", models.BooleanField(blank=True, null=True)),
                ("tax_exempt", models.CharField(blank=True, default="", max_length=255)),
                ("customer_account", models.CharField(blank=True, default="", max_length=255)),
                ("default_source_id", models.CharField(blank=True, default="", max_length=255)),
                (
                    "erasure_unfinished",
                    models.BooleanField(
                        default=False,
                        help_text="Whether the erasure of the customer is unfinished; the next stripe_prune continues it.",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        help_text="The project's user that is this customer; not part of Stripe's object.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="stripe_customers",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "pinaxstripe_customer",
                "abstract": False,
                "indexes": [
                    models.Index(fields=["created"], name="pinaxstripe_created_80313d_idx"),
                    models.Index(
                        condition=models.Q(("erasure_unfinished", True)),
                        fields=["erasure_unfinished"],
                        name="pinaxstripe_unfinished_erasure",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("stripe_id", "stripe_account", "livemode"), name="pinaxstripe_customer_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Charge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "stripe_id",
                    pinax.stripe.models.fields.StripeId(help_text="The object's id at Stripe.", max_length=255),
                ),
                (
                    "stripe_account",
                    pinax.stripe.models.fields.StripeId(
                        blank=True,
                        default="",
                        help_text="The connected account that the object belongs to; empty for the platform account.",
                        max_length=255,
                    ),
                ),
                ("livemode", models.BooleanField(help_text="True for live mode, false for test mode and sandboxes.")),
                (
                    "created",
                    models.DateTimeField(blank=True, help_text="When the object was created at Stripe.", null=True),
                ),
                (
                    "data",
                    models.JSONField(
                        blank=True, help_text="The whole object as JSON, in its last known state.", null=True
                    ),
                ),
                (
                    "as_of",
                    models.DateTimeField(
                        blank=True,
                        help_text="The time, by Stripe's clock, at which the object had this state.",
                        null=True,
                    ),
                ),
                (
                    "fetched_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the object was last fetched from Stripe, by Stripe's clock.",
                        null=True,
                    ),
                ),
                (
                    "synced_at",
                    models.DateTimeField(
                        blank=True, help_text="When the row was last written; empty for a stub.", null=True
                    ),
                ),
                (
                    "deleted_at",
                    models.DateTimeField(blank=True, help_text="When the object was deleted at Stripe.", null=True),
                ),
                (
                    "incomplete",
                    models.BooleanField(
                        default=False,
                        help_text="Whether a list in the object, such as its items, is truncated and could not be completed.",
                    ),
                ),
                (
                    "erased_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When personal data was erased from the row; sync does not restore it.",
                        null=True,
                    ),
                ),
                ("amount", models.BigIntegerField(blank=True, null=True)),
                ("amount_captured", models.BigIntegerField(blank=True, null=True)),
                ("amount_refunded", models.BigIntegerField(blank=True, null=True)),
                ("application_fee_amount", models.BigIntegerField(blank=True, null=True)),
                ("currency", models.CharField(blank=True, default="", max_length=255)),
                ("status", models.CharField(blank=True, db_index=True, default="", max_length=255)),
                ("paid", models.BooleanField(blank=True, null=True)),
                ("captured", models.BooleanField(blank=True, null=True)),
                ("refunded", models.BooleanField(blank=True, null=True)),
                ("disputed", models.BooleanField(blank=True, null=True)),
                ("source_id", models.CharField(blank=True, default="", max_length=255)),
                ("source_type", models.CharField(blank=True, default="", max_length=255)),
                ("brand", models.CharField(blank=True, default="", max_length=255)),
                ("last4", models.CharField(blank=True, default="", max_length=255)),
                ("fingerprint", models.CharField(blank=True, default="", max_length=255)),
                ("email", models.CharField(blank=True, default="", max_length=255)),
                ("risk_level", models.CharField(blank=True, default="", max_length=255)),
                ("failure_code", models.CharField(blank=True, default="", max_length=255)),
                ("failure_message", models.TextField(blank=True, default="")),
                ("receipt_email", models.CharField(blank=True, default="", max_length=255)),
                ("receipt_number", models.CharField(blank=True, default="", max_length=255)),
                ("transfer_group", models.CharField(blank=True, default="", max_length=255)),
                ("description", models.TextField(blank=True, default="")),
                ("application_fee", models.CharField(blank=True, default="", max_length=255)),
                ("source_transfer", models.CharField(blank=True, default="", max_length=255)),
                (
                    "balance_transaction",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="charges",
                        to="pinax_stripe.balancetransaction",
                    ),
                ),
                (
                    "destination",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pinax_stripe.account",
                    ),
                ),
                (
                    "on_behalf_of",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pinax_stripe.account",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="charges",
                        to="pinax_stripe.customer",
                    ),
                ),
            ],
            options={
                "db_table": "pinaxstripe_charge",
                "abstract": False,
                "indexes": [
                    models.Index(fields=["created"], name="pinaxstripe_created_8ea58b_idx"),
                    models.Index(fields=["currency"], name="pinaxstripe_currenc_c6d1e6_idx"),
                    models.Index(fields=["stripe_account"], name="pinaxstripe_stripe__694565_idx"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("stripe_id", "stripe_account", "livemode"), name="pinaxstripe_charge_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Card",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "stripe_id",
                    pinax.stripe.models.fields.StripeId(help_text="The object's id at Stripe.", max_length=255),
                ),
                (
                    "stripe_account",
                    pinax.stripe.models.fields.StripeId(
                        blank=True,
                        default="",
                        help_text="The connected account that the object belongs to; empty for the platform account.",
                        max_length=255,
                    ),
                ),
                ("livemode", models.BooleanField(help_text="True for live mode, false for test mode and sandboxes.")),
                (
                    "created",
                    models.DateTimeField(blank=True, help_text="When the object was created at Stripe.", null=True),
                ),
                (
                    "data",
                    models.JSONField(
                        blank=True, help_text="The whole object as JSON, in its last known state.", null=True
                    ),
                ),
                (
                    "as_of",
                    models.DateTimeField(
                        blank=True,
                        help_text="The time, by Stripe's clock, at which the object had this state.",
                        null=True,
                    ),
                ),
                (
                    "fetched_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the object was last fetched from Stripe, by Stripe's clock.",
                        null=True,
                    ),
                ),
                (
                    "synced_at",
                    models.DateTimeField(
                        blank=True, help_text="When the row was last written; empty for a stub.", null=True
                    ),
                ),
                (
                    "deleted_at",
                    models.DateTimeField(blank=True, help_text="When the object was deleted at Stripe.", null=True),
                ),
                (
                    "incomplete",
                    models.BooleanField(
                        default=False,
                        help_text="Whether a list in the object, such as its items, is truncated and could not be completed.",
                    ),
                ),
                (
                    "erased_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When personal data was erased from the row; sync does not restore it.",
                        null=True,
                    ),
                ),
                ("name", models.CharField(blank=True, default="", max_length=255)),
                ("brand", models.CharField(blank=True, default="", max_length=255)),
                ("last4", models.CharField(blank=True, default="", max_length=255)),
                ("exp_month", models.BigIntegerField(blank=True, null=True)),
                ("exp_year", models.BigIntegerField(blank=True, null=True)),
                ("funding", models.CharField(blank=True, default="", max_length=255)),
                ("country", models.CharField(blank=True, default="", max_length=255)),
                ("currency", models.CharField(blank=True, default="", max_length=255)),
                ("fingerprint", models.CharField(blank=True, default="", max_length=255)),
                ("default_for_currency", models.BooleanField(blank=True, null=True)),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cards",
                        to="pinax_stripe.account",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cards",
                        to="pinax_stripe.customer",
                    ),
                ),
            ],
            options={
                "db_table": "pinaxstripe_card",
                "abstract": False,
                "indexes": [models.Index(fields=["created"], name="pinaxstripe_created_96e87e_idx")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("stripe_id", "stripe_account", "livemode"), name="pinaxstripe_card_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BankAccount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "stripe_id",
                    pinax.stripe.models.fields.StripeId(help_text="The object's id at Stripe.", max_length=255),
                ),
                (
                    "stripe_account",
                    pinax.stripe.models.fields.StripeId(
                        blank=True,
                        default="",
                        help_text="The connected account that the object belongs to; empty for the platform account.",
                        max_length=255,
                    ),
                ),
                ("livemode", models.BooleanField(help_text="True for live mode, false for test mode and sandboxes.")),
                (
                    "created",
                    models.DateTimeField(blank=True, help_text="When the object was created at Stripe.", null=True),
                ),
                (
                    "data",
                    models.JSONField(
                        blank=True, help_text="The whole object as JSON, in its last known state.", null=True
                    ),
                ),
                (
                    "as_of",
                    models.DateTimeField(
                        blank=True,
                        help_text="The time, by Stripe's clock, at which the object had this state.",
                        null=True,
                    ),
                ),
                (
                    "fetched_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the object was last fetched from Stripe, by Stripe's clock.",
                        null=True,
                    ),
                ),
                (
                    "synced_at",
                    models.DateTimeField(
                        blank=True, help_text="When the row was last written; empty for a stub.", null=True
                    ),
                ),
                (
                    "deleted_at",
                    models.DateTimeField(blank=True, help_text="When the object was deleted at Stripe.", null=True),
                ),
                (
                    "incomplete",
                    models.BooleanField(
                        default=False,
                        help_text="Whether a list in the object, such as its items, is truncated and could not be completed.",
                    ),
                ),
                (
                    "erased_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When personal data was erased from the row; sync does not restore it.",
                        null=True,
                    ),
                ),
                ("status", models.CharField(blank=True, db_index=True, default="", max_length=255)),
                ("account_holder_name", models.CharField(blank=True, default="", max_length=255)),
                ("account_holder_type", models.CharField(blank=True, default="", max_length=255)),
                ("bank_name", models.CharField(blank=True, default="", max_length=255)),
                ("country", models.CharField(blank=True, default="", max_length=255)),
                ("currency", models.CharField(blank=True, default="", max_length=255)),
                ("last4", models.CharField(blank=True, default="", max_length=255)),
                ("routing_number", models.CharField(blank=True, default="", max_length=255)),
                ("fingerprint", models.CharField(blank=True, default="", max_length=255)),
                ("default_for_currency", models.BooleanField(blank=True, null=True)),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bank_accounts",
                        to="pinax_stripe.account",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bank_accounts",
                        to="pinax_stripe.customer",
                    ),
                ),
            ],
            options={
                "db_table": "pinaxstripe_bankaccount",
                "abstract": False,
                "indexes": [models.Index(fields=["created"], name="pinaxstripe_created_c709ed_idx")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("stripe_id", "stripe_account", "livemode"), name="pinaxstripe_bankaccount_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "stripe_id",
                    pinax.stripe.models.fields.StripeId(
                        help_text="The event's id at Stripe, evt_…", max_length=255, verbose_name="id"
                    ),
                ),
                (
                    "thin_id",
                    pinax.stripe.models.fields.StripeId(
                        blank=True,
                        help_text="The id under which Stripe sends it as a thin event; empty if that is not known.",
                        max_length=255,
                        null=True,
                        verbose_name="id of the thin event",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        db_index=True,
                        help_text="The event type, e.g. invoice.paid.",
                        max_length=255,
                        verbose_name="kind",
                    ),
                ),
                (
                    "platform",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="The platform with whose keys it is verified; empty for the default one.",
                        max_length=100,
                        verbose_name="platform",
                    ),
                ),
                (
                    "stripe_account",
                    pinax.stripe.models.fields.StripeId(
                        blank=True,
                        default="",
                        help_text="The account it belongs to; empty for the default platform itself.",
                        max_length=255,
                        verbose_name="account",
                    ),
                ),
                (
                    "livemode",
                    models.BooleanField(
                        help_text="True for live mode, false for test mode and sandboxes.", verbose_name="live mode"
                    ),
                ),
                (
                    "api_version",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="The API version in which the object is rendered.",
                        max_length=255,
                        verbose_name="API version",
                    ),
                ),
                (
                    "created",
                    models.DateTimeField(help_text="When it happened, by Stripe's clock.", verbose_name="created"),
                ),
                (
                    "request_id",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="The API request that caused it, req_….",
                        max_length=255,
                        verbose_name="request",
                    ),
                ),
                (
                    "object_type",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="The type of its object, e.g. invoice.",
                        max_length=255,
                        verbose_name="object type",
                    ),
                ),
                (
                    "object_id",
                    pinax.stripe.models.fields.StripeId(
                        blank=True,
                        default="",
                        help_text="The id of its object.",
                        max_length=255,
                        verbose_name="object id",
                    ),
                ),
                (
                    "webhook_message",
                    jsonfield.fields.JSONField(
                        help_text="The body that was posted, which may be forged; empty once pruned.",
                        verbose_name="webhook message",
                    ),
                ),
                (
                    "signed",
                    models.BooleanField(
                        default=False,
                        help_text="Whether the delivery was signed with a webhook secret.",
                        verbose_name="signed",
                    ),
                ),
                (
                    "signed_by",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="The label of the webhook secret that signed the delivery; never the secret itself.",
                        max_length=255,
                        verbose_name="signed by",
                    ),
                ),
                (
                    "validated_message",
                    jsonfield.fields.JSONField(
                        blank=True,
                        help_text="Stripe's own copy, if it differs from what was posted. See Event.message.",
                        null=True,
                        verbose_name="validated message",
                    ),
                ),
                (
                    "pruned_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When its messages were blanked; the other columns stay.",
                        null=True,
                        verbose_name="pruned at",
                    ),
                ),
                (
                    "valid",
                    models.BooleanField(
                        blank=True,
                        help_text="Whether Stripe confirms the event; unknown until it is verified.",
                        null=True,
                        verbose_name="valid",
                    ),
                ),
                (
                    "verification_note",
                    models.TextField(
                        blank=True,
                        default="",
                        help_text="How the event was verified, and the result.",
                        verbose_name="verification note",
                    ),
                ),
                (
                    "skipped",
                    models.BooleanField(
                        default=False,
                        help_text="Only recorded: its type is switched off, its mode has no key, or it was given up and erased.",
                        verbose_name="skipped",
                    ),
                ),
                (
                    "skip_cause",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("no key", "no key for its mode"),
                            ("switched off", "its type is switched off"),
                            ("not wanted", "the hook wants() did not want it"),
                        ],
                        default="",
                        help_text="Why it was only recorded; empty if it is not skipped.",
                        max_length=20,
                        verbose_name="skip cause",
                    ),
                ),
                (
                    "processed",
                    models.BooleanField(
                        default=False, help_text="Synced, and all receivers succeeded.", verbose_name="processed"
                    ),
                ),
                (
                    "processed_at",
                    models.DateTimeField(
                        blank=True, help_text="When it was processed.", null=True, verbose_name="processed at"
                    ),
                ),
                (
                    "attempts",
                    models.PositiveIntegerField(
                        default=0, help_text="The number of attempts.", verbose_name="attempts"
                    ),
                ),
                (
                    "failures",
                    models.PositiveIntegerField(
                        default=0,
                        help_text="The number of failed attempts, except those that failed at Stripe; too many, and it is given up.",
                        verbose_name="failures",
                    ),
                ),
                (
                    "synced_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When its object was written, if a receiver failed afterwards.",
                        null=True,
                        verbose_name="synced at",
                    ),
                ),
                (
                    "next_attempt_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When stripe_process attempts it again, unless it is processed before.",
                        null=True,
                        verbose_name="next attempt at",
                    ),
                ),
                (
                    "given_up_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When it was given up, because it had failed too often.",
                        null=True,
                        verbose_name="given up at",
                    ),
                ),
                (
                    "received_at",
                    models.DateTimeField(
                        auto_now_add=True, help_text="When it was first posted.", verbose_name="received at"
                    ),
                ),
                (
                    "deliveries",
                    models.PositiveIntegerField(
                        default=1,
                        help_text="The number of deliveries, except rejected ones; 0 if it was never delivered.",
                        verbose_name="deliveries",
                    ),
                ),
                (
                    "receivers",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text="The receivers that succeeded in the last attempt, with the duration of each in seconds.",
                        verbose_name="receivers",
                    ),
                ),
                (
                    "answer",
                    models.JSONField(
                        blank=True,
                        help_text="What was answered, if Stripe asked a question with the event.",
                        null=True,
                        verbose_name="answer",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        help_text="The customer that its object names; set when it is processed.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="events",
                        to="pinax_stripe.customer",
                        verbose_name="customer",
                    ),
                ),
            ],
            options={
                "verbose_name": "event",
                "verbose_name_plural": "events",
                "db_table": "pinaxstripe_event",
                "ordering": ["-created", "-pk"],
                "permissions": [("view_payload", "Can view the content of deliveries and error messages")],
                "indexes": [
                    models.Index(fields=["created"], name="pinaxstripe_event_created"),
                    models.Index(fields=["received_at"], name="pinaxstripe_event_received_at"),
                    models.Index(fields=["next_attempt_at"], name="pinaxstripe_event_next_attempt"),
                    models.Index(fields=["given_up_at"], name="pinaxstripe_event_given_up"),
                    models.Index(fields=["valid", "created"], name="pinaxstripe_event_valid"),
                    models.Index(fields=["customer", "created"], name="pinaxstripe_event_customer"),
                    models.Index(
                        condition=models.Q(("platform", ""), _negated=True),
                        fields=["platform", "created"],
                        name="pinaxstripe_event_platform",
                    ),
                    models.Index(fields=["stripe_account"], name="pinaxstripe_event_account"),
                    models.Index(fields=["object_id"], name="pinaxstripe_event_object"),
                    models.Index(fields=["request_id"], name="pinaxstripe_event_request"),
                    models.Index(fields=["skip_cause"], name="pinaxstripe_event_skip_cause"),
                    models.Index(fields=["pruned_at", "processed_at"], name="pinaxstripe_event_prune"),
                    models.Index(
                        condition=models.Q(("signed", True), ("valid", False)),
                        fields=["received_at"],
                        name="pinaxstripe_event_signed_false",
                    ),
                    models.Index(
                        condition=models.Q(("signed", False), ("valid__isnull", True)),
                        fields=["received_at"],
                        name="pinaxstripe_event_unconfirmed",
                    ),
                    models.Index(fields=["skipped", "received_at"], name="pinaxstripe_event_skipped"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("stripe_id",), name="pinaxstripe_event_once"),
                    models.UniqueConstraint(fields=("thin_id",), name="pinaxstripe_event_thin_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("processed", False), models.Q(("valid", True), ("valid__isnull", False)), _connector="OR"
                        ),
                        name="pinaxstripe_event_processed_is_valid",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EventProcessingException",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("verify", "verifying the event"),
                            ("fetch", "fetching the object's current state"),
                            ("sync", "writing local rows"),
                            ("receiver", "calling a receiver"),
                            ("commit", "marking the event as processed"),
                        ],
                        help_text="The step that failed.",
                        max_length=20,
                        verbose_name="stage",
                    ),
                ),
                (
                    "receiver",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="The identity of the receiver that raised the error: its dispatch_uid, or its dotted path.",
                        max_length=255,
                        verbose_name="receiver",
                    ),
                ),
                ("message", models.TextField(help_text="The error message.", verbose_name="message")),
                ("traceback", models.TextField(help_text="The traceback of the error.", verbose_name="traceback")),
                (
                    "created_at",
                    models.DateTimeField(auto_now_add=True, help_text="When it failed.", verbose_name="created at"),
                ),
                (
                    "event",
                    models.ForeignKey(
                        help_text="The event that was processed.",
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="exceptions",
                        to="pinax_stripe.event",
                        verbose_name="event",
                    ),
                ),
            ],
            options={
                "verbose_name": "event processing exception",
                "verbose_name_plural": "event processing exceptions",
                "db_table": "pinaxstripe_eventprocessingexception",
                "ordering": ["-pk"],
                "indexes": [models.Index(fields=["created_at"], name="pinaxstripe_error_created_at")],
            },
        ),
        migrations.CreateModel(
            name="EventReceipt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "receiver",
                    pinax.stripe.models.fields.StripeId(
                        help_text="The identity of the receiver: its dispatch_uid, or its dotted path.",
                        max_length=255,
                        verbose_name="receiver",
                    ),
                ),
                (
                    "succeeded_at",
                    models.DateTimeField(
                        auto_now_add=True, help_text="When the receiver succeeded.", verbose_name="succeeded at"
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        help_text="The event for which the receiver was called.",
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="receipts",
                        to="pinax_stripe.event",
                        verbose_name="event",
                    ),
                ),
            ],
            options={
                "verbose_name": "event receipt",
                "verbose_name_plural": "event receipts",
                "db_table": "pinaxstripe_eventreceipt",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("event", "receiver"), name="pinaxstripe_eventreceipt_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="EventReplay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "stripe_id",
                    pinax.stripe.models.fields.StripeId(
                        db_index=True,
                        help_text="The id at Stripe of the event, evt_…, or of the object that the action concerns.",
                        max_length=255,
                        verbose_name="id",
                    ),
                ),
                (
                    "action",
                    models.CharField(
                        choices=[
                            ("replay", "replay"),
                            ("process", "process now"),
                            ("verify", "verify again"),
                            ("give up", "give up"),
                            ("retry", "retry after giving up"),
                            ("prune", "prune the payload"),
                            ("fetch", "fetch from Stripe"),
                            ("reconcile", "reconcile now"),
                        ],
                        default="replay",
                        help_text="What was requested.",
                        max_length=20,
                        verbose_name="action",
                    ),
                ),
                (
                    "batch",
                    models.CharField(
                        blank=True,
                        db_index=True,
                        default="",
                        help_text="The same for all actions of one confirmation; empty on the command line.",
                        max_length=32,
                        verbose_name="batch",
                    ),
                ),
                (
                    "requested_by",
                    models.CharField(help_text="Who requested it.", max_length=255, verbose_name="requested by"),
                ),
                ("reason", models.TextField(help_text="Why it was requested.", verbose_name="reason")),
                (
                    "receiver",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="The identity of the receiver that was called; empty for all receivers.",
                        max_length=255,
                        verbose_name="receiver",
                    ),
                ),
                (
                    "again",
                    models.BooleanField(
                        default=False,
                        help_text="Whether receivers that had succeeded before were called again, too.",
                        verbose_name="again",
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="The outcome of the action.",
                        max_length=255,
                        verbose_name="outcome",
                    ),
                ),
                (
                    "requested_at",
                    models.DateTimeField(
                        auto_now_add=True, help_text="When it was requested.", verbose_name="requested at"
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        blank=True,
                        help_text="The event that the action concerns.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="replays",
                        to="pinax_stripe.event",
                        verbose_name="event",
                    ),
                ),
            ],
            options={
                "verbose_name": "operator action",
                "verbose_name_plural": "operator actions",
                "db_table": "pinaxstripe_eventreplay",
                "ordering": ["-pk"],
                "permissions": [
                    ("process_event", "Can process events now"),
                    ("replay_event", "Can replay events"),
                    ("verify_event", "Can verify events again"),
                    ("give_up_event", "Can give events up"),
                    ("retry_event", "Can retry events that are given up"),
                    ("prune_event", "Can prune the payloads of events"),
                    ("fetch_object", "Can fetch objects from Stripe"),
                    ("reconcile", "Can reconcile events with Stripe"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportProgress",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("object_type", models.CharField(help_text="The object type that is listed.", max_length=100)),
                (
                    "stripe_account",
                    pinax.stripe.models.fields.StripeId(
                        blank=True,
                        default="",
                        help_text="The connected account it is listed for; empty for the platform account.",
                        max_length=255,
                    ),
                ),
                ("livemode", models.BooleanField(help_text="True for live mode, false for test mode and sandboxes.")),
                (
                    "since",
                    models.BigIntegerField(
                        default=0, help_text="Objects created before this Unix timestamp are left out; 0 for none."
                    ),
                ),
                (
                    "cursor",
                    pinax.stripe.models.fields.StripeId(
                        blank=True,
                        default="",
                        help_text="The last object of the last page that was written.",
                        max_length=255,
                    ),
                ),
                (
                    "reached",
                    models.BigIntegerField(
                        blank=True,
                        help_text="When that object was created, as a Unix timestamp, in case it is deleted meanwhile.",
                        null=True,
                    ),
                ),
                (
                    "newest",
                    pinax.stripe.models.fields.StripeId(
                        blank=True, default="", help_text="The first object of the first page.", max_length=255
                    ),
                ),
                ("pages", models.PositiveIntegerField(default=0, help_text="The number of pages that were written.")),
                (
                    "started_at",
                    models.DateTimeField(
                        blank=True, help_text="When the first page was requested, by Stripe's clock.", null=True
                    ),
                ),
                ("listed_at", models.DateTimeField(blank=True, help_text="When the last page was written.", null=True)),
                ("finished_at", models.DateTimeField(blank=True, help_text="When the import was complete.", null=True)),
            ],
            options={
                "verbose_name": "import",
                "db_table": "pinaxstripe_importprogress",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("object_type", "stripe_account", "livemode", "since"),
                        name="pinaxstripe_importprogress_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Invoice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "stripe_id",
                    pinax.stripe.models.fields.StripeId(help_text="The object's id at Stripe.", max_length=255),
                ),
                (
                    "stripe_account",
                    pinax.stripe.models.fields.StripeId(
                        blank=True,
                        default="",
                        help_text="The connected account that the object belongs to; empty for the platform account.",
                        max_length=255,
                    ),
                ),
                ("livemode", models.BooleanField(help_text="True for live mode, false for test mode and sandboxes.")),
                (
                    "created",
                    models.DateTimeField(blank=True, help_text="When the object was created at Stripe.", null=True),
                ),
                (
                    "data",
                    models.JSONField(
                        blank=True, help_text="The whole object as JSON, in its last known state.", null=True
                    ),
                ),
                (
                    "as_of",
                    models.DateTimeField(
                        blank=True,
                        help_text="The time, by Stripe's clock, at which the object had this state.",
                        null=True,
                    ),
                ),
                (
                    "fetched_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the object was last fetched from Stripe, by Stripe's clock.",
                        null=True,
                    ),
                ),
                (
                    "synced_at",
                    models.DateTimeField(
                        blank=True, help_text="When the row was last written; empty for a stub.", null=True
                    ),
                ),
                (
                    "deleted_at",
                    models.DateTimeField(blank=True, help_text="When the object was deleted at Stripe.", null=True),
                ),
                (
                    "incomplete",
                    models.BooleanField(
                        default=False,
                        help_text="Whether a list in the object, such as its items, is truncated and could not be completed.",
                    ),
                ),
                (
                    "erased_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When personal data was erased from the row; sync does not restore it.",
                        null=True,
                    ),
                ),
                ("customer_account", models.CharField(blank=True, default="", max_length=255)),
                ("number", models.CharField(blank=True, db_index=True, default="", max_length=255)),
                ("status", models.CharField(blank=True, db_index=True, default="", max_length=255)),
                ("billing_reason", models.CharField(blank=True, default="", max_length=255)),
                ("collection_method", models.CharField(blank=True, default="", max_length=255)),
                ("currency", models.CharField(blank=True, default="", max_length=255)),
                ("amount_due", models.BigIntegerField(blank=True, null=True)),
                ("amount_paid", models.BigIntegerField(blank=True, null=True)),
                ("amount_paid_off_stripe", models.BigIntegerField(blank=True, null=True)),
                ("amount_overpaid", models.BigIntegerField(blank=True, null=True)),
                ("amount_remaining", models.BigIntegerField(blank=True, null=True)),
                ("subtotal", models.BigIntegerField(blank=True, null=True)),
                ("subtotal_excluding_tax", models.BigIntegerField(blank=True, null=True)),
                ("total", models.BigIntegerField(blank=True, null=True)),
                ("total_excluding_tax", models.BigIntegerField(blank=True, null=True)),
                ("tax", models.BigIntegerField(blank=True, null=True)),
                ("starting_balance", models.BigIntegerField(blank=True, null=True)),
                ("ending_balance", models.BigIntegerField(blank=True, null=True)),
                ("attempted", models.BooleanField(blank=True, null=True)),
                ("attempt_count", models.BigIntegerField(blank=True, null=True)),
                ("auto_advance", models.BooleanField(blank=True, null=True)),
                ("next_payment_attempt", models.DateTimeField(blank=True, null=True)),
                ("due_date", models.DateTimeField(blank=True, null=True)),
                ("effective_at", models.DateTimeField(blank=True, null=True)),
                ("period_start", models.DateTimeField(blank=True, null=True)),
                ("period_end", models.DateTimeField(blank=True, null=True)),
                ("finalized_at", models.DateTimeField(blank=True, null=True)),
                ("paid_at", models.DateTimeField(blank=True, null=True)),
                ("voided_at", models.DateTimeField(blank=True, null=True)),
                ("marked_uncollectible_at", models.DateTimeField(blank=True, null=True)),
                ("receipt_number", models.CharField(blank=True, default="", max_length=255)),
                ("description", models.TextField(blank=True, default="")),
                (
                    "charge",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pinax_stripe.charge",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoices",
                        to="pinax_stripe.customer",
                    ),
                ),
                (
                    "on_behalf_of",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pinax_stripe.account",
                    ),
                ),
            ],
            options={
                "db_table": "pinaxstripe_invoice",
                "abstract": False,
                "indexes": [
                    models.Index(fields=["created"], name="pinaxstripe_created_99adb8_idx"),
                    models.Index(fields=["currency"], name="pinaxstripe_currenc_da189f_idx"),
                    models.Index(fields=["stripe_account"], name="pinaxstripe_stripe__062357_idx"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("stripe_id", "stripe_account", "livemode"), name="pinaxstripe_invoice_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CreditNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "stripe_id",
                    pinax.stripe.models.fields.StripeId(help_text="The object's id at Stripe.", max_length=255),
                ),
                (
                    "stripe_account",
                    pinax.stripe.models.fields.StripeId(
                        blank=True,
                        default="",
                        help_text="The connected account that the object belongs to; empty for the platform account.",
                        max_length=255,
                    ),
                ),
                ("livemode", models.BooleanField(help_text="True for live mode, false for test mode and sandboxes.")),
                (
                    "created",
                    models.DateTimeField(blank=True, help_text="When the object was created at Stripe.", null=True),
                ),
                (
                    "data",
                    models.JSONField(
                        blank=True, help_text="The whole object as JSON, in its last known state.", null=True
                    ),
                ),
                (
                    "as_of",
                    models.DateTimeField(
                        blank=True,
                        help_text="The time, by Stripe's clock, at which the object had this state.",
                        null=True,
                    ),
                ),
                (
                    "fetched_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the object was last fetched from Stripe, by Stripe's clock.",
                        null=True,
                    ),
                ),
                (
                    "synced_at",
                    models.DateTimeField(
                        blank=True, help_text="When the row was last written; empty for a stub.", null=True
                    ),
                ),
                (
                    "deleted_at",
                    models.DateTimeField(blank=True, help_text="When the object was deleted at Stripe.", null=True),
                ),
                (
                    "incomplete",
                    models.BooleanField(
                        default=False,
                        help_text="Whether a list in the object, such as its items, is truncated and could not be completed.",
                    ),
                ),
                (
                    "erased_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When personal data was erased from the row; sync does not restore it.",
                        null=True,
                    ),
                ),
                ("customer_account", models.CharField(blank=True, default="", max_length=255)),
                ("number", models.CharField(blank=True, db_index=True, default="", max_length=255)),
                ("status", models.CharField(blank=True, db_index=True, default="", max_length=255)),
                ("type", models.CharField(blank=True, default="", max_length=255)),
                ("reason", models.CharField(blank=True, default="", max_length=255)),
                ("currency", models.CharField(blank=True, default="", max_length=255)),
                ("amount", models.BigIntegerField(blank=True, null=True)),
                ("subtotal", models.BigIntegerField(blank=True, null=True)),
                ("subtotal_excluding_tax", models.BigIntegerField(blank=True, null=True)),
                ("total", models.BigIntegerField(blank=True, null=True)),
                ("total_excluding_tax", models.BigIntegerField(blank=True, null=True)),
                ("pre_payment_amount", models.BigIntegerField(blank=True, null=True)),
                ("post_payment_amount", models.BigIntegerField(blank=True, null=True)),
                ("out_of_band_amount", models.BigIntegerField(blank=True, null=True)),
                ("effective_at", models.DateTimeField(blank=True, null=True)),
                ("voided_at", models.DateTimeField(blank=True, null=True)),
                ("memo", models.TextField(blank=True, default="")),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credit_notes",
                        to="pinax_stripe.customer",
                    ),
                ),
                (
                    "invoice",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credit_notes",
                        to="pinax_stripe.invoice",
                    ),
                ),
            ],
            options={
                "db_table": "pinaxstripe_creditnote",
                "abstract": False,
                "indexes": [
                    models.Index(fields=["created"], name="pinaxstripe_created_051c76_idx"),
                    models.Index(fields=["currency"], name="pinaxstripe_currenc_8d0878_idx"),
                    models.Index(fields=["stripe_account"], name="pinaxstripe_stripe__06c7c5_idx"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("stripe_id", "stripe_account", "livemode"), name="pinaxstripe_creditnote_once"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="charge",
            name="invoice",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="charges",
                to="pinax_stripe.invoice",
            ),
        ),
        migrations.CreateModel(
            name="OtherObject",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "stripe_id",
                    pinax.stripe.models.fields.StripeId(help_text="The object's id at Stripe.", max_length=255),
                ),
                (
                    "stripe_account",
                    pinax.stripe.models.fields.StripeId(
                        blank=True,
                        default="",
                        help_text="The connected account that the object belongs to; empty for the platform account.",
                        max_length=255,
                    ),
                ),
                ("livemode", models.BooleanField(help_text="True for live mode, false for test mode and sandboxes.")),
                (
                    "created",
                    models.DateTimeField(blank=True, help_text="When the object was created at Stripe.", null=True),
                ),
                (
                    "data",
                    models.JSONField(
                        blank=True, help_text="The whole object as JSON, in its last known state.", null=True
                    ),
                ),
                (
                    "as_of",
                    models.DateTimeField(
                        blank=True,
                        help_text="The time, by Stripe's clock, at which the object had this state.",
                        null=True,
                    ),
                ),
                (
                    "fetched_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the object was last fetched from Stripe, by Stripe's clock.",
                        null=True,
                    ),
                ),
                (
                    "synced_at",
                    models.DateTimeField(
                        blank=True, help_text="When the row was last written; empty for a stub.", null=True
                    ),
                ),
                (
                    "deleted_at",
                    models.DateTimeField(blank=True, help_text="When the object was deleted at Stripe.", null=True),
                ),
                (
                    "incomplete",
                    models.BooleanField(
                        default=False,
                        help_text="Whether a list in the object, such as its items, is truncated and could not be completed.",
                    ),
                ),
                (
                    "erased_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When personal data was erased from the row; sync does not restore it.",
                        null=True,
                    ),
                ),
                ("object_type", models.CharField(blank=True, db_index=True, default="", max_length=255)),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="other_objects",
                        to="pinax_stripe.customer",
                    ),
                ),
            ],
            options={
                "db_table": "pinaxstripe_otherobject",
                "indexes": [models.Index(fields=["created"], name="pinaxstripe_created_9fce60_idx")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("stripe_id", "object_type", "stripe_account", "livemode"),
                        name="pinaxstripe_otherobject_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ActiveEntitlement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "stripe_id",
                    pinax.stripe.models.fields.StripeId(help_text="The object's id at Stripe.", max_length=255),
                ),
                (
                    "stripe_account",
                    pinax.stripe.models.fields.StripeId(
                        blank=True,
                        default="",
                        help_text="The connected account that the object belongs to; empty for the platform account.",
                        max_length=255,
                    ),
                ),
                ("livemode", models.BooleanField(help_text="True for live mode, false for test mode and sandboxes.")),
                (
                    "created",
                    models.DateTimeField(blank=True, help_text="When the object was created at Stripe.", null=True),
                ),
                (
                    "data",
                    models.JSONField(
                        blank=True, help_text="The whole object as JSON, in its last known state.", null=True
                    ),
                ),
                (
                    "as_of",
                    models.DateTimeField(
                        blank=True,
                        help_text="The time, by Stripe's clock, at which the object had this state.",
                        null=True,
                    ),
                ),
                (
                    "fetched_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the object was last fetched from Stripe, by Stripe's clock.",
                        null=True,
                    ),
                ),
                (
                    "synced_at",
                    models.DateTimeField(
                        blank=True, help_text="When the row was last written; empty for a stub.", null=True
                    ),
                ),
                (
                    "deleted_at",
                    models.DateTimeField(blank=True, help_text="When the object was deleted at Stripe.", null=True),
                ),
                (
                    "incomplete",
                    models.BooleanField(
                        default=False,
                        help_text="Whether a list in the object, such as its items, is truncated and could not be completed.",
                    ),
                ),
                (
                    "erased_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When personal data was erased from the row; sync does not restore it.",
                        null=True,
                    ),
                ),
                ("feature", models.CharField(blank=True, default="", max_length=255)),
                ("lookup_key", models.CharField(blank=True, db_index=True, default="", max_length=255)),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entitlements",
                        to="pinax_stripe.customer",
                    ),
                ),
                (
                    "summary",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entitlements",
                        to="pinax_stripe.otherobject",
                    ),
                ),
            ],
            options={
                "db_table": "pinaxstripe_activeentitlement",
                "abstract": False,
                "indexes": [models.Index(fields=["created"], name="pinaxstripe_created_5a3b4c_idx")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("stripe_id", "stripe_account", "livemode"), name="pinaxstripe_activeentitlement_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PaymentIntent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "stripe_id",
                    pinax.stripe.models.fields.StripeId(help_text="The object's id at Stripe.", max_length=255),
                ),
                (
                    "stripe_account",
                    pinax.stripe.models.fields.StripeId(
                        blank=True,
                        default="",
                        help_text="The connected account that the object belongs to; empty for the platform account.",
                        max_length=255,
                    ),
                ),
                ("livemode", models.BooleanField(help_text="True for live mode, false for test mode and sandboxes.")),
                (
                    "created",
                    models.DateTimeField(blank=True, help_text="When the object was created at Stripe.", null=True),
                ),
                (
                    "data",
                    models.JSONField(
                        blank=True, help_text="The whole object as JSON, in its last known state.", null=True
                    ),
                ),
                (
                    "as_of",
                    models.DateTimeField(
                        blank=True,
                        help_text="The time, by Stripe's clock, at which the object had this state.",
                        null=True,
                    ),
                ),
                (
                    "fetched_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the object was last fetched from Stripe, by Stripe's clock.",
                        null=True,
                    ),
                ),
                (
                    "synced_at",
                    models.DateTimeField(
                        blank=True, help_text="When the row was last written; empty for a stub.", null=True
                    ),
                ),
                (
                    "deleted_at",
                    models.DateTimeField(blank=True, help_text="When the object was deleted at Stripe.", null=True),
                ),
                (
                    "incomplete",
                    models.BooleanField(
                        default=False,
                        help_text="Whether a list in the object, such as its items, is truncated and could not be completed.",
                    ),
                ),
                (
                    "erased_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When personal data was erased from the row; sync does not restore it.",
                        null=True,
                    ),
                ),
                ("customer_account", models.CharField(blank=True, default="", max_length=255)),
                ("amount", models.BigIntegerField(blank=True, null=True)),
                ("amount_capturable", models.BigIntegerField(blank=True, null=True)),
                ("amount_received", models.BigIntegerField(blank=True, null=True)),
                ("application_fee_amount", models.BigIntegerField(blank=True, null=True)),
                ("currency", models.CharField(blank=True, default="", max_length=255)),
                ("status", models.CharField(blank=True, db_index=True, default="", max_length=255)),
                ("capture_method", models.CharField(blank=True, default="", max_length=255)),
                ("setup_future_usage", models.CharField(blank=True, default="", max_length=255)),
                ("payment_record", models.CharField(blank=True, default="", max_length=255)),
                ("canceled_at", models.DateTimeField(blank=True, null=True)),
                ("cancellation_reason", models.CharField(blank=True, default="", max_length=255)),
                ("error_code", models.CharField(blank=True, default="", max_length=255)),
                ("receipt_email", models.CharField(blank=True, default="", max_length=255)),
                ("transfer_group", models.CharField(blank=True, default="", max_length=255)),
                ("description", models.TextField(blank=True, default="")),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payment_intents",
                        to="pinax_stripe.customer",
                    ),
                ),
                (
                    "destination",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pinax_stripe.account",
                    ),
                ),
                (
                    "invoice",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payment_intents",
                        to="pinax_stripe.invoice",
                    ),
                ),
                (
                    "latest_charge",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pinax_stripe.charge",
                    ),
                ),
                (
                    "on_behalf_of",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pinax_stripe.account",
                    ),
                ),
            ],
            options={
                "db_table": "pinaxstripe_paymentintent",
                "abstract": False,
                "indexes": [
                    models.Index(fields=["created"], name="pinaxstripe_created_f6720e_idx"),
                    models.Index(fields=["currency"], name="pinaxstripe_currenc_3c4825_idx"),
                    models.Index(fields=["stripe_account"], name="pinaxstripe_stripe__121fd3_idx"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("stripe_id", "stripe_account", "livemode"), name="pinaxstripe_paymentintent_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="InvoicePayment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "stripe_id",
                    pinax.stripe.models.fields.StripeId(help_text="The object's id at Stripe.", max_length=255),
                ),
                (
                    "stripe_account",
                    pinax.stripe.models.fields.StripeId(
                        blank=True,
                        default="",
                        help_text="The connected account that the object belongs to; empty for the platform account.",
                        max_length=255,
                    ),
                ),
                ("livemode", models.BooleanField(help_text="True for live mode, false for test mode and sandboxes.")),
                (
                    "created",
                    models.DateTimeField(blank=True, help_text="When the object was created at Stripe.", null=True),
                ),
                (
                    "data",
                    models.JSONField(
                        blank=True, help_text="The whole object as JSON, in its last known state.", null=True
                    ),
                ),
                (
                    "as_of",
                    models.DateTimeField(
                        blank=True,
                        help_text="The time, by Stripe's clock, at which the object had this state.",
                        null=True,
                    ),
                ),
                (
                    "fetched_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the object was last fetched from Stripe, by Stripe's clock.",
                        null=True,
                    ),
                ),
                (
                    "synced_at",
                    models.DateTimeField(
                        blank=True, help_text="When the row was last written; empty for a stub.", null=True
                    ),
                ),
                (
                    "deleted_at",
                    models.DateTimeField(blank=True, help_text="When the object was deleted at Stripe.", null=True),
                ),
                (
                    "incomplete",
                    models.BooleanField(
                        default=False,
                        help_text="Whether a list in the object, such as its items, is truncated and could not be completed.",
                    ),
                ),
                (
                    "erased_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When personal data was erased from the row; sync does not restore it.",
                        null=True,
                    ),
                ),
                ("payment_record", models.CharField(blank=True, default="", max_length=255)),
                ("type", models.CharField(blank=True, default="", max_length=255)),
                ("status", models.CharField(blank=True, db_index=True, default="", max_length=255)),
                ("is_default", models.BooleanField(blank=True, null=True)),
                ("amount_requested", models.BigIntegerField(blank=True, null=True)),
                ("amount_paid", models.BigIntegerField(blank=True, null=True)),
                ("currency", models.CharField(blank=True, default="", max_length=255)),
                ("paid_at", models.DateTimeField(blank=True, null=True)),
                ("canceled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "charge",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoice_payments",
                        to="pinax_stripe.charge",
                    ),
                ),
                (
                    "invoice",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="pinax_stripe.invoice",
                    ),
                ),
                (
                    "payment_intent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoice_payments",
                        to="pinax_stripe.paymentintent",
                    ),
                ),
            ],
            options={
                "db_table": "pinaxstripe_invoicepayment",
                "abstract": False,
                "indexes": [
                    models.Index(fields=["created"], name="pinaxstripe_created_9d920e_idx"),
                    models.Index(fields=["currency"], name="pinaxstripe_currenc_4a0241_idx"),
                    models.Index(fields=["stripe_account"], name="pinaxstripe_stripe__a41c29_idx"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("stripe_id", "stripe_account", "livemode"), name="pinaxstripe_invoicepayment_once"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="invoice",
            name="payment_intent",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="pinax_stripe.paymentintent",
            ),
        ),
        migrations.CreateModel(
            name="EarlyFraudWarning",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "stripe_id",
                    pinax.stripe.models.fields.StripeId(help_text="The object's id at Stripe.", max_length=255),
                ),
                (
                    "stripe_account",
                    pinax.stripe.models.fields.StripeId(
                        blank=True,
                        default="",
                        help_text="The connected account that the object belongs to; empty for the platform account.",
                        max_length=255,
                    ),
                ),
                ("livemode", models.BooleanField(help_text="True for live mode, false for test mode and sandboxes.")),
                (
                    "created",
                    models.DateTimeField(blank=True, help_text="When the object was created at Stripe.", null=True),
                ),
                (
                    "data",
                    models.JSONField(
                        blank=True, help_text="The whole object as JSON, in its last known state.", null=True
                    ),
                ),
                (
                    "as_of",
                    models.DateTimeField(
                        blank=True,
                        help_text="The time, by Stripe's clock, at which the object had this state.",
                        null=True,
                    ),
                ),
                (
                    "fetched_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the object was last fetched from Stripe, by Stripe's clock.",
                        null=True,
                    ),
                ),
                (
                    "synced_at",
                    models.DateTimeField(
                        blank=True, help_text="When the row was last written; empty for a stub.", null=True
                    ),
                ),
                (
                    "deleted_at",
                    models.DateTimeField(blank=True, help_text="When the object was deleted at Stripe.", null=True),
                ),
                (
                    "incomplete",
                    models.BooleanField(
                        default=False,
                        help_text="Whether a list in the object, such as its items, is truncated and could not be completed.",
                    ),
                ),
                (
                    "erased_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When personal data was erased from the row; sync does not restore it.",
                        null=True,
                    ),
                ),
                ("fraud_type", models.CharField(blank=True, default="", max_length=255)),
                ("actionable", models.BooleanField(blank=True, null=True)),
                (
                    "charge",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="early_fraud_warnings",
                        to="pinax_stripe.charge",
                    ),
                ),
                (
                    "payment_intent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="early_fraud_warnings",
                        to="pinax_stripe.paymentintent",
                    ),
                ),
            ],
            options={
                "db_table": "pinaxstripe_earlyfraudwarning",
                "abstract": False,
                "indexes": [models.Index(fields=["created"], name="pinaxstripe_created_9490cd_idx")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("stripe_id", "stripe_account", "livemode"), name="pinaxstripe_earlyfraudwarning_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Dispute",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "stripe_id",
                    pinax.stripe.models.fields.StripeId(help_text="The object's id at Stripe.", max_length=255),
                ),
                (
                    "stripe_account",
                    pinax.stripe.models.fields.StripeId(
                        blank=True,
                        default="",
                        help_text="The connected account that the object belongs to; empty for the platform account.",
                        max_length=255,
                    ),
                ),
                ("livemode", models.BooleanField(help_text="True for live mode, false for test mode and sandboxes.")),
                (
                    "created",
                    models.DateTimeField(blank=True, help_text="When the object was created at Stripe.", null=True),
                ),
                (
                    "data",
                    models.JSONField(
                        blank=True, help_text="The whole object as JSON, in its last known state.", null=True
                    ),
                ),
                (
                    "as_of",
                    models.DateTimeField(
                        blank=True,
                        help_text="The time, by Stripe's clock, at which the object had this state.",
                        null=True,
                    ),
                ),
                (
                    "fetched_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the object was last fetched from Stripe, by Stripe's clock.",
                        null=True,
                    ),
                ),
                (
                    "synced_at",
                    models.DateTimeField(
                        blank=True, help_text="When the row was last written; empty for a stub.", null=True
                    ),
                ),
                (
                    "deleted_at",
                    models.DateTimeField(blank=True, help_text="When the object was deleted at Stripe.", null=True),
                ),
                (
                    "incomplete",
                    models.BooleanField(
                        default=False,
                        help_text="Whether a list in the object, such as its items, is truncated and could not be completed.",
                    ),
                ),
                (
                    "erased_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When personal data was erased from the row; sync does not restore it.",
                        null=True,
                    ),
                ),
                ("amount", models.BigIntegerField(blank=True, null=True)),
                ("currency", models.CharField(blank=True, default="", max_length=255)),
                ("status", models.CharField(blank=True, db_index=True, default="", max_length=255)),
                ("reason", models.CharField(blank=True, default="", max_length=255)),
                ("network_reason_code", models.CharField(blank=True, default="", max_length=255)),
                ("due_by", models.DateTimeField(blank=True, null=True)),
                ("has_evidence", models.BooleanField(blank=True, null=True)),
                ("submission_count", models.BigIntegerField(blank=True, null=True)),
                ("is_charge_refundable", models.BooleanField(blank=True, null=True)),
                (
                    "charge",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disputes",
                        to="pinax_stripe.charge",
                    ),
                ),
                (
                    "payment_intent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disputes",
                        to="pinax_stripe.paymentintent",
                    ),
                ),
            ],
            options={
                "db_table": "pinaxstripe_dispute",
                "abstract": False,
                "indexes": [
                    models.Index(fields=["created"], name="pinaxstripe_created_b76a3a_idx"),
                    models.Index(fields=["currency"], name="pinaxstripe_currenc_15a667_idx"),
                    models.Index(fields=["stripe_account"], name="pinaxstripe_stripe__d26d1d_idx"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("stripe_id", "stripe_account", "livemode"), name="pinaxstripe_dispute_once"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="charge",
            name="payment_intent",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="charges",
                to="pinax_stripe.paymentintent",
            ),
        ),
        migrations.CreateModel(
            name="PaymentLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "stripe_id",
                    pinax.stripe.models.fields.StripeId(help_text="The object's id at Stripe.", max_length=255),
                ),
                (
                    "stripe_account",
                    pinax.stripe.models.fields.StripeId(
                        blank=True,
                        default="",
                        help_text="The connected account that the object belongs to; empty for the platform account.",
                        max_length=255,
                    ),
                ),
                ("livemode", models.BooleanField(help_text="True for live mode, false for test mode and sandboxes.")),
                (
                    "created",
                    models.DateTimeField(blank=True, help_text="When the object was created at Stripe.", null=True),
                ),
                (
                    "data",
                    models.JSONField(
                        blank=True, help_text="The whole object as JSON, in its last known state.", null=True
                    ),
                ),
                (
                    "as_of",
                    models.DateTimeField(
                        blank=True,
                        help_text="The time, by Stripe's clock, at which the object had this state.",
                        null=True,
                    ),
                ),
                (
                    "fetched_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the object was last fetched from Stripe, by Stripe's clock.",
                        null=True,
                    ),
                ),
                (
                    "synced_at",
                    models.DateTimeField(
                        blank=True, help_text="When the row was last written; empty for a stub.", null=True
                    ),
                ),
                (
                    "deleted_at",
                    models.DateTimeField(blank=True, help_text="When the object was deleted at Stripe.", null=True),
                ),
                (
                    "incomplete",
                    models.BooleanField(
                        default=False,
                        help_text="Whether a list in the object, such as its items, is truncated and could not be completed.",
                    ),
                ),
                (
                    "erased_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When personal data was erased from the row; sync does not restore it.",
                        null=True,
                    ),
                ),
                ("active", models.BooleanField(blank=True, null=True)),
                ("url", models.TextField(blank=True, default="")),
                ("currency", models.CharField(blank=True, default="", max_length=255)),
                ("submit_type", models.CharField(blank=True, default="", max_length=255)),
                ("application_fee_amount", models.BigIntegerField(blank=True, null=True)),
                (
                    "on_behalf_of",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pinax_stripe.account",
                    ),
                ),
            ],
            options={
                "db_table": "pinaxstripe_paymentlink",
                "abstract": False,
                "indexes": [models.Index(fields=["created"], name="pinaxstripe_created_412138_idx")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("stripe_id", "stripe_account", "livemode"), name="pinaxstripe_paymentlink_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CheckoutSession",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "stripe_id",
                    pinax.stripe.models.fields.StripeId(help_text="The object's id at Stripe.", max_length=255),
                ),
                (
                    "stripe_account",
                    pinax.stripe.models.fields.StripeId(
                        blank=True,
                        default="",
                        help_text="The connected account that the object belongs to; empty for the platform account.",
                        max_length=255,
                    ),
                ),
                ("livemode", models.BooleanField(help_text="True for live mode, false for test mode and sandboxes.")),
                (
                    "created",
                    models.DateTimeField(blank=True, help_text="When the object was created at Stripe.", null=True),
                ),
                (
                    "data",
                    models.JSONField(
                        blank=True, help_text="The whole object as JSON, in its last known state.", null=True
                    ),
                ),
                (
                    "as_of",
                    models.DateTimeField(
                        blank=True,
                        help_text="The time, by Stripe's clock, at which the object had this state.",
                        null=True,
                    ),
                ),
                (
                    "fetched_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the object was last fetched from Stripe, by Stripe's clock.",
                        null=True,
                    ),
                ),
                (
                    "synced_at",
                    models.DateTimeField(
                        blank=True, help_text="When the row was last written; empty for a stub.", null=True
                    ),
                ),
                (
                    "deleted_at",
                    models.DateTimeField(blank=True, help_text="When the object was deleted at Stripe.", null=True),
                ),
                (
                    "incomplete",
                    models.BooleanField(
                        default=False,
                        help_text="Whether a list in the object, such as its items, is truncated and could not be completed.",
                    ),
                ),
                (
                    "erased_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When personal data was erased from the row; sync does not restore it.",
                        null=True,
                    ),
                ),
                ("customer_account", models.CharField(blank=True, default="", max_length=255)),
                ("client_reference_id", models.CharField(blank=True, db_index=True, default="", max_length=255)),
                ("email", models.CharField(blank=True, db_index=True, default="", max_length=255)),
                ("mode", models.CharField(blank=True, default="", max_length=255)),
                ("status", models.CharField(blank=True, db_index=True, default="", max_length=255)),
                ("payment_status", models.CharField(blank=True, db_index=True, default="", max_length=255)),
                ("currency", models.CharField(blank=True, default="", max_length=255)),
                ("amount_subtotal", models.BigIntegerField(blank=True, null=True)),
                ("amount_total", models.BigIntegerField(blank=True, null=True)),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checkout_sessions",
                        to="pinax_stripe.customer",
                    ),
                ),
                (
                    "invoice",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checkout_sessions",
                        to="pinax_stripe.invoice",
                    ),
                ),
                (
                    "payment_intent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checkout_sessions",
                        to="pinax_stripe.paymentintent",
                    ),
                ),
                (
                    "payment_link",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checkout_sessions",
                        to="pinax_stripe.paymentlink",
                    ),
                ),
            ],
            options={
                "db_table": "pinaxstripe_checkoutsession",
                "abstract": False,
                "indexes": [
                    models.Index(fields=["created"], name="pinaxstripe_created_7d16f7_idx"),
                    models.Index(fields=["currency"], name="pinaxstripe_currenc_ac1ebf_idx"),
                    models.Index(fields=["stripe_account"], name="pinaxstripe_stripe__5ac809_idx"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("stripe_id", "stripe_account", "livemode"), name="pinaxstripe_checkoutsession_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PaymentMethod",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "stripe_id",
                    pinax.stripe.models.fields.StripeId(help_text="The object's id at Stripe.", max_length=255),
                ),
                (
                    "stripe_account",
                    pinax.stripe.models.fields.StripeId(
                        blank=True,
                        default="",
                        help_text="The connected account that the object belongs to; empty for the platform account.",
                        max_length=255,
                    ),
                ),
                ("livemode", models.BooleanField(help_text="True for live mode, false for test mode and sandboxes.")),
                (
                    "created",
                    models.DateTimeField(blank=True, help_text="When the object was created at Stripe.", null=True),
                ),
                (
                    "data",
                    models.JSONField(
                        blank=True, help_text="The whole object as JSON, in its last known state.", null=True
                    ),
                ),
                (
                    "as_of",
                    models.DateTimeField(
                        blank=True,
                        help_text="The time, by Stripe's clock, at which the object had this state.",
                        null=True,
                    ),
                ),
                (
                    "fetched_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the object was last fetched from Stripe, by Stripe's clock.",
                        null=True,
                    ),
                ),
                (
                    "synced_at",
                    models.DateTimeField(
                        blank=True, help_text="When the row was last written; empty for a stub.", null=True
                    ),
                ),
                (
                    "deleted_at",
                    models.DateTimeField(blank=True, help_text="When the object was deleted at Stripe.", null=True),
                ),
                (
                    "incomplete",
                    models.BooleanField(
                        default=False,
                        help_text="Whether a list in the object, such as its items, is truncated and could not be completed.",
                    ),
                ),
                (
                    "erased_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When personal data was erased from the row; sync does not restore it.",
                        null=True,
                    ),
                ),
                ("customer_account", models.CharField(blank=True, default="", max_length=255)),
                ("type", models.CharField(blank=True, db_index=True, default="", max_length=255)),
                ("email", models.CharField(blank=True, default="", max_length=255)),
                ("name", models.CharField(blank=True, default="", max_length=255)),
                ("brand", models.CharField(blank=True, default="", max_length=255)),
                ("last4", models.CharField(blank=True, default="", max_length=255)),
                ("bank_name", models.CharField(blank=True, default="", max_length=255)),
                ("exp_month", models.BigIntegerField(blank=True, null=True)),
                ("exp_year", models.BigIntegerField(blank=True, null=True)),
                ("funding", models.CharField(blank=True, default="", max_length=255)),
                ("country", models.CharField(blank=True, default="", max_length=255)),
                ("fingerprint", models.CharField(blank=True, default="", max_length=255)),
                ("wallet", models.CharField(blank=True, default="", max_length=255)),
                ("allow_redisplay", models.CharField(blank=True, default="", max_length=255)),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payment_methods",
                        to="pinax_stripe.customer",
                    ),
                ),
            ],
            options={
                "db_table": "pinaxstripe_paymentmethod",
                "abstract": False,
                "indexes": [models.Index(fields=["created"], name="pinaxstripe_created_783be0_idx")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("stripe_id", "stripe_account", "livemode"), name="pinaxstripe_paymentmethod_once"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="paymentintent",
            name="payment_method",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="payment_intents",
                to="pinax_stripe.paymentmethod",
            ),
        ),
        migrations.CreateModel(
            name="Mandate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "stripe_id",
                    pinax.stripe.models.fields.StripeId(help_text="The object's id at Stripe.", max_length=255),
                ),
                (
                    "stripe_account",
                    pinax.stripe.models.fields.StripeId(
                        blank=True,
                        default="",
                        help_text="The connected account that the object belongs to; empty for the platform account.",
                        max_length=255,
                    ),
                ),
                ("livemode", models.BooleanField(help_text="True for live mode, false for test mode and sandboxes.")),
                (
                    "created",
                    models.DateTimeField(blank=True, help_text="When the object was created at Stripe.", null=True),
                ),
                (
                    "data",
                    models.JSONField(
                        blank=True, help_text="The whole object as JSON, in its last known state.", null=True
                    ),
                ),
                (
                    "as_of",
                    models.DateTimeField(
                        blank=True,
                        help_text="The time, by Stripe's clock, at which the object had this state.",
                        null=True,
                    ),
                ),
                (
                    "fetched_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the object was last fetched from Stripe, by Stripe's clock.",
                        null=True,
                    ),
                ),
                (
                    "synced_at",
                    models.DateTimeField(
                        blank=True, help_text="When the row was last written; empty for a stub.", null=True
                    ),
                ),
                (
                    "deleted_at",
                    models.DateTimeField(blank=True, help_text="When the object was deleted at Stripe.", null=True),
                ),
                (
                    "incomplete",
                    models.BooleanField(
                        default=False,
                        help_text="Whether a list in the object, such as its items, is truncated and could not be completed.",
                    ),
                ),
                (
                    "erased_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When personal data was erased from the row; sync does not restore it.",
                        null=True,
                    ),
                ),
                ("status", models.CharField(blank=True, db_index=True, default="", max_length=255)),
                ("type", models.CharField(blank=True, default="", max_length=255)),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "on_behalf_of",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pinax_stripe.account",
                    ),
                ),
                (
                    "payment_method",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mandates",
                        to="pinax_stripe.paymentmethod",
                    ),
                ),
            ],
            options={
                "db_table": "pinaxstripe_mandate",
                "abstract": False,
                "indexes": [models.Index(fields=["created"], name="pinaxstripe_created_23dde6_idx")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("stripe_id", "stripe_account", "livemode"), name="pinaxstripe_mandate_once"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="invoice",
            name="default_payment_method",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="pinax_stripe.paymentmethod",
            ),
        ),
        migrations.AddField(
            model_name="customer",
            name="default_payment_method",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="pinax_stripe.paymentmethod",
            ),
        ),
        migrations.AddField(
            model_name="charge",
            name="payment_method",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="charges",
                to="pinax_stripe.paymentmethod",
            ),
        ),
        migrations.CreateModel(
            name="Payout",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "stripe_id",
                    pinax.stripe.models.fields.StripeId(help_text="The object's id at Stripe.", max_length=255),
                ),
                (
                    "stripe_account",
                    pinax.stripe.models.fields.StripeId(
                        blank=True,
                        default="",
                        help_text="The connected account that the object belongs to; empty for the platform account.",
                        max_length=255,
                    ),
                ),
                ("livemode", models.BooleanField(help_text="True for live mode, false for test mode and sandboxes.")),
                (
                    "created",
                    models.DateTimeField(blank=True, help_text="When the object was created at Stripe.", null=True),
                ),
                (
                    "data",
                    models.JSONField(
                        blank=True, help_text="The whole object as JSON, in its last known state.", null=True
                    ),
                ),
                (
                    "as_of",
                    models.DateTimeField(
                        blank=True,
                        help_text="The time, by Stripe's clock, at which the object had this state.",
                        null=True,
                    ),
                ),
                (
                    "fetched_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the object was last fetched from Stripe, by Stripe's clock.",
                        null=True,
                    ),
                ),
                (
                    "synced_at",
                    models.DateTimeField(
                        blank=True, help_text="When the row was last written; empty for a stub.", null=True
                    ),
                ),
                (
                    "deleted_at",
                    models.DateTimeField(blank=True, help_text="When the object was deleted at Stripe.", null=True),
                ),
                (
                    "incomplete",
                    models.BooleanField(
                        default=False,
                        help_text="Whether a list in the object, such as its items, is truncated and could not be completed.",
                    ),
                ),
                (
                    "erased_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When personal data was erased from the row; sync does not restore it.",
                        null=True,
                    ),
                ),
                ("amount", models.BigIntegerField(blank=True, null=True)),
                ("currency", models.CharField(blank=True, default="", max_length=255)),
                ("status", models.CharField(blank=True, db_index=True, default="", max_length=255)),
                ("destination_id", models.CharField(blank=True, default="", max_length=255)),
                ("type", models.CharField(blank=True, default="", max_length=255)),
                ("method", models.CharField(blank=True, default="", max_length=255)),
                ("source_type", models.CharField(blank=True, default="", max_length=255)),
                ("automatic", models.BooleanField(blank=True, null=True)),
                ("arrival_date", models.DateTimeField(blank=True, null=True)),
                ("reconciliation_status", models.CharField(blank=True, default="", max_length=255)),
                ("failure_code", models.CharField(blank=True, default="", max_length=255)),
                ("failure_message", models.TextField(blank=True, default="")),
                ("description", models.TextField(blank=True, default="")),
                (
                    "balance_transaction",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payouts",
                        to="pinax_stripe.balancetransaction",
                    ),
                ),
                (
                    "original_payout",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pinax_stripe.payout",
                    ),
                ),
                (
                    "reversed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pinax_stripe.payout",
                    ),
                ),
            ],
            options={
                "db_table": "pinaxstripe_payout",
                "abstract": False,
                "indexes": [
                    models.Index(fields=["created"], name="pinaxstripe_created_836a6c_idx"),
                    models.Index(fields=["currency"], name="pinaxstripe_currenc_799db7_idx"),
                    models.Index(fields=["stripe_account"], name="pinaxstripe_stripe__e75f39_idx"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("stripe_id", "stripe_account", "livemode"), name="pinaxstripe_payout_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "stripe_id",
                    pinax.stripe.models.fields.StripeId(help_text="The object's id at Stripe.", max_length=255),
                ),
                (
                    "stripe_account",
                    pinax.stripe.models.fields.StripeId(
                        blank=True,
                        default="",
                        help_text="The connected account that the object belongs to; empty for the platform account.",
                        max_length=255,
                    ),
                ),
                ("livemode", models.BooleanField(help_text="True for live mode, false for test mode and sandboxes.")),
                (
                    "created",
                    models.DateTimeField(blank=True, help_text="When the object was created at Stripe.", null=True),
                ),
                (
                    "data",
                    models.JSONField(
                        blank=True, help_text="The whole object as JSON, in its last known state.", null=True
                    ),
                ),
                (
                    "as_of",
                    models.DateTimeField(
                        blank=True,
                        help_text="The time, by Stripe's clock, at which the object had this state.",
                        null=True,
                    ),
                ),
                (
                    "fetched_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the object was last fetched from Stripe, by Stripe's clock.",
                        null=True,
                    ),
                ),
                (
                    "synced_at",
                    models.DateTimeField(
                        blank=True, help_text="When the row was last written; empty for a stub.", null=True
                    ),
                ),
                (
                    "deleted_at",
                    models.DateTimeField(blank=True, help_text="When the object was deleted at Stripe.", null=True),
                ),
                (
                    "incomplete",
                    models.BooleanField(
                        default=False,
                        help_text="Whether a list in the object, such as its items, is truncated and could not be completed.",
                    ),
                ),
                (
                    "erased_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When personal data was erased from the row; sync does not restore it.",
                        null=True,
                    ),
                ),
                ("first_name", models.CharField(blank=True, default="", max_length=255)),
                ("last_name", models.CharField(blank=True, default="", max_length=255)),
                ("email", models.CharField(blank=True, db_index=True, default="", max_length=255)),
                ("verification_status", models.CharField(blank=True, default="", max_length=255)),
                ("representative", models.BooleanField(blank=True, null=True)),
                ("owner", models.BooleanField(blank=True, null=True)),
                ("director", models.BooleanField(blank=True, null=True)),
                ("executive", models.BooleanField(blank=True, null=True)),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="persons",
                        to="pinax_stripe.account",
                    ),
                ),
            ],
            options={
                "db_table": "pinaxstripe_person",
                "abstract": False,
                "indexes": [models.Index(fields=["created"], name="pinaxstripe_created_d33e37_idx")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("stripe_id", "stripe_account", "livemode"), name="pinaxstripe_person_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Product",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "stripe_id",
                    pinax.stripe.models.fields.StripeId(help_text="The object's id at Stripe.", max_length=255),
                ),
                (
                    "stripe_account",
                    pinax.stripe.models.fields.StripeId(
                        blank=True,
                        default="",
                        help_text="The connected account that the object belongs to; empty for the platform account.",
                        max_length=255,
                    ),
                ),
                ("livemode", models.BooleanField(help_text="True for live mode, false for test mode and sandboxes.")),
                (
                    "created",
                    models.DateTimeField(blank=True, help_text="When the object was created at Stripe.", null=True),
                ),
                (
                    "data",
                    models.JSONField(
                        blank=True, help_text="The whole object as JSON, in its last known state.", null=True
                    ),
                ),
                (
                    "as_of",
                    models.DateTimeField(
                        blank=True,
                        help_text="The time, by Stripe's clock, at which the object had this state.",
                        null=True,
                    ),
                ),
                (
                    "fetched_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the object was last fetched from Stripe, by Stripe's clock.",
                        null=True,
                    ),
                ),
                (
                    "synced_at",
                    models.DateTimeField(
                        blank=True, help_text="When the row was last written; empty for a stub.", null=True
                    ),
                ),
                (
                    "deleted_at",
                    models.DateTimeField(blank=True, help_text="When the object was deleted at Stripe.", null=True),
                ),
                (
                    "incomplete",
                    models.BooleanField(
                        default=False,
                        help_text="Whether a list in the object, such as its items, is truncated and could not be completed.",
                    ),
                ),
                (
                    "erased_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When personal data was erased from the row; sync does not restore it.",
                        null=True,
                    ),
                ),
                ("name", models.CharField(blank=True, default="", max_length=255)),
                ("active", models.BooleanField(blank=True, null=True)),
                ("type", models.CharField(blank=True, default="", max_length=255)),
                ("tax_code", models.CharField(blank=True, default="", max_length=255)),
                ("updated", models.DateTimeField(blank=True, null=True)),
                ("description", models.TextField(blank=True, default="")),
                (
                    "default_price",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pinax_stripe.price",
                    ),
                ),
            ],
            options={
                "db_table": "pinaxstripe_product",
                "abstract": False,
                "indexes": [models.Index(fields=["created"], name="pinaxstripe_created_e6d70d_idx")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("stripe_id", "stripe_account", "livemode"), name="pinaxstripe_product_once"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="price",
            name="product",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="prices",
                to="pinax_stripe.product",
            ),
        ),
        migrations.CreateModel(
            name="Plan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "stripe_id",
                    pinax.stripe.models.fields.StripeId(help_text="The object's id at Stripe.", max_length=255),
                ),
                (
                    "stripe_account",
                    pinax.stripe.models.fields.StripeId(
                        blank=True,
                        default="",
                        help_text="The connected account that the object belongs to; empty for the platform account.",
                        max_length=255,
                    ),
                ),
                ("livemode", models.BooleanField(help_text="True for live mode, false for test mode and sandboxes.")),
                (
                    "created",
                    models.DateTimeField(blank=True, help_text="When the object was created at Stripe.", null=True),
                ),
                (
                    "data",
                    models.JSONField(
                        blank=True, help_text="The whole object as JSON, in its last known state.", null=True
                    ),
                ),
                (
                    "as_of",
                    models.DateTimeField(
                        blank=True,
                        help_text="The time, by Stripe's clock, at which the object had this state.",
                        null=True,
                    ),
                ),
                (
                    "fetched_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the object was last fetched from Stripe, by Stripe's clock.",
                        null=True,
                    ),
                ),
                (
                    "synced_at",
                    models.DateTimeField(
                        blank=True, help_text="When the row was last written; empty for a stub.", null=True
                    ),
                ),
                (
                    "deleted_at",
                    models.DateTimeField(blank=True, help_text="When the object was deleted at Stripe.", null=True),
                ),
                (
                    "incomplete",
                    models.BooleanField(
                        default=False,
                        help_text="Whether a list in the object, such as its items, is truncated and could not be completed.",
                    ),
                ),
                (
                    "erased_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When personal data was erased from the row; sync does not restore it.",
                        null=True,
                    ),
                ),
                ("nickname", models.CharField(blank=True, default="", max_length=255)),
                ("active", models.BooleanField(blank=True, null=True)),
                ("currency", models.CharField(blank=True, default="", max_length=255)),
                ("amount", models.BigIntegerField(blank=True, null=True)),
                ("amount_decimal", models.DecimalField(blank=True, decimal_places=12, max_digits=30, null=True)),
                ("billing_scheme", models.CharField(blank=True, default="", max_length=255)),
                ("interval", models.CharField(blank=True, default="", max_length=255)),
                ("interval_count", models.BigIntegerField(blank=True, null=True)),
                ("usage_type", models.CharField(blank=True, default="", max_length=255)),
                ("meter", models.CharField(blank=True, default="", max_length=255)),
                ("trial_period_days", models.BigIntegerField(blank=True, null=True)),
                (
                    "product",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="plans",
                        to="pinax_stripe.product",
                    ),
                ),
            ],
            options={
                "db_table": "pinaxstripe_plan",
                "abstract": False,
                "indexes": [models.Index(fields=["created"], name="pinaxstripe_created_b79954_idx")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("stripe_id", "stripe_account", "livemode"), name="pinaxstripe_plan_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CheckoutLineItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "stripe_id",
                    pinax.stripe.models.fields.StripeId(help_text="The object's id at Stripe.", max_length=255),
                ),
                (
                    "stripe_account",
                    pinax.stripe.models.fields.StripeId(
                        blank=True,
                        default="",
                        help_text="The connected account that the object belongs to; empty for the platform account.",
                        max_length=255,
                    ),
                ),
                ("livemode", models.BooleanField(help_text="True for live mode, false for test mode and sandboxes.")),
                (
                    "created",
                    models.DateTimeField(blank=True, help_text="When the object was created at Stripe.", null=True),
                ),
                (
                    "data",
                    models.JSONField(
                        blank=True, help_text="The whole object as JSON, in its last known state.", null=True
                    ),
                ),
                (
                    "as_of",
                    models.DateTimeField(
                        blank=True,
                        help_text="The time, by Stripe's clock, at which the object had this state.",
                        null=True,
                    ),
                ),
                (
                    "fetched_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the object was last fetched from Stripe, by Stripe's clock.",
                        null=True,
                    ),
                ),
                (
                    "synced_at",
                    models.DateTimeField(
                        blank=True, help_text="When the row was last written; empty for a stub.", null=True
                    ),
                ),
                (
                    "deleted_at",
                    models.DateTimeField(blank=True, help_text="When the object was deleted at Stripe.", null=True),
                ),
                (
                    "incomplete",
                    models.BooleanField(
                        default=False,
                        help_text="Whether a list in the object, such as its items, is truncated and could not be completed.",
                    ),
                ),
                (
                    "erased_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When personal data was erased from the row; sync does not restore it.",
                        null=True,
                    ),
                ),
                ("description", models.TextField(blank=True, default="")),
                ("quantity", models.BigIntegerField(blank=True, null=True)),
                ("currency", models.CharField(blank=True, default="", max_length=255)),
                ("amount_subtotal", models.BigIntegerField(blank=True, null=True)),
                ("amount_discount", models.BigIntegerField(blank=True, null=True)),
                ("amount_tax", models.BigIntegerField(blank=True, null=True)),
                ("amount_total", models.BigIntegerField(blank=True, null=True)),
                (
                    "checkout_session",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="line_items",
                        to="pinax_stripe.checkoutsession",
                    ),
                ),
                (
                    "price",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checkout_line_items",
                        to="pinax_stripe.price",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checkout_line_items",
                        to="pinax_stripe.product",
                    ),
                ),
            ],
            options={
                "db_table": "pinaxstripe_checkoutlineitem",
                "abstract": False,
                "indexes": [models.Index(fields=["created"], name="pinaxstripe_created_8fdf43_idx")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("stripe_id", "stripe_account", "livemode"), name="pinaxstripe_checkoutlineitem_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PromotionCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "stripe_id",
                    pinax.stripe.models.fields.StripeId(help_text="The object's id at Stripe.", max_length=255),
                ),
                (
                    "stripe_account",
                    pinax.stripe.models.fields.StripeId(
                        blank=True,
                        default="",
                        help_text="The connected account that the object belongs to; empty for the platform account.",
                        max_length=255,
                    ),
                ),
                ("livemode", models.BooleanField(help_text="True for live mode, false for test mode and sandboxes.")),
                (
                    "created",
                    models.DateTimeField(blank=True, help_text="When the object was created at Stripe.", null=True),
                ),
                (
                    "data",
                    models.JSONField(
                        blank=True, help_text="The whole object as JSON, in its last known state.", null=True
                    ),
                ),
                (
                    "as_of",
                    models.DateTimeField(
                        blank=True,
                        help_text="The time, by Stripe's clock, at which the object had this state.",
                        null=True,
                    ),
                ),
                (
                    "fetched_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the object was last fetched from Stripe, by Stripe's clock.",
                        null=True,
                    ),
                ),
                (
                    "synced_at",
                    models.DateTimeField(
                        blank=True, help_text="When the row was last written; empty for a stub.", null=True
                    ),
                ),
                (
                    "deleted_at",
                    models.DateTimeField(blank=True, help_text="When the object was deleted at Stripe.", null=True),
                ),
                (
                    "incomplete",
                    models.BooleanField(
                        default=False,
                        help_text="Whether a list in the object, such as its items, is truncated and could not be completed.",
                    ),
                ),
                (
                    "erased_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When personal data was erased from the row; sync does not restore it.",
                        null=True,
                    ),
                ),
                ("customer_account", models.CharField(blank=True, default="", max_length=255)),
                ("code", models.CharField(blank=True, db_index=True, default="", max_length=255)),
                ("active", models.BooleanField(blank=True, null=True)),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("max_redemptions", models.BigIntegerField(blank=True, null=True)),
                ("times_redeemed", models.BigIntegerField(blank=True, null=True)),
                (
                    "coupon",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="promotion_codes",
                        to="pinax_stripe.coupon",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="promotion_codes",
                        to="pinax_stripe.customer",
                    ),
                ),
            ],
            options={
                "db_table": "pinaxstripe_promotioncode",
                "abstract": False,
                "indexes": [models.Index(fields=["created"], name="pinaxstripe_created_d23859_idx")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("stripe_id", "stripe_account", "livemode"), name="pinaxstripe_promotioncode_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Quote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "stripe_id",
                    pinax.stripe.models.fields.StripeId(help_text="The object's id at Stripe.", max_length=255),
                ),
                (
                    "stripe_account",
                    pinax.stripe.models.fields.StripeId(
                        blank=True,
                        default="",
                        help_text="The connected account that the object belongs to; empty for the platform account.",
                        max_length=255,
                    ),
                ),
                ("livemode", models.BooleanField(help_text="True for live mode, false for test mode and sandboxes.")),
                (
                    "created",
                    models.DateTimeField(blank=True, help_text="When the object was created at Stripe.", null=True),
                ),
                (
                    "data",
                    models.JSONField(
                        blank=True, help_text="The whole object as JSON, in its last known state.", null=True
                    ),
                ),
                (
                    "as_of",
                    models.DateTimeField(
                        blank=True,
                        help_text="The time, by Stripe's clock, at which the object had this state.",
                        null=True,
                    ),
                ),
                (
                    "fetched_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the object was last fetched from Stripe, by Stripe's clock.",
                        null=True,
                    ),
                ),
                (
                    "synced_at",
                    models.DateTimeField(
                        blank=True, help_text="When the row was last written; empty for a stub.", null=True
                    ),
                ),
                (
                    "deleted_at",
                    models.DateTimeField(blank=True, help_text="When the object was deleted at Stripe.", null=True),
                ),
                (
                    "incomplete",
                    models.BooleanField(
                        default=False,
                        help_text="Whether a list in the object, such as its items, is truncated and could not be completed.",
                    ),
                ),
                (
                    "erased_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When personal data was erased from the row; sync does not restore it.",
                        null=True,
                    ),
                ),
                ("customer_account", models.CharField(blank=True, default="", max_length=255)),
                ("number", models.CharField(blank=True, db_index=True, default="", max_length=255)),
                ("status", models.CharField(blank=True, db_index=True, default="", max_length=255)),
                ("collection_method", models.CharField(blank=True, default="", max_length=255)),
                ("currency", models.CharField(blank=True, default="", max_length=255)),
                ("amount_subtotal", models.BigIntegerField(blank=True, null=True)),
                ("amount_total", models.BigIntegerField(blank=True, null=True)),
                ("application_fee_amount", models.BigIntegerField(blank=True, null=True)),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="quotes",
                        to="pinax_stripe.customer",
                    ),
                ),
                (
                    "invoice",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pinax_stripe.invoice",
                    ),
                ),
                (
                    "on_behalf_of",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pinax_stripe.account",
                    ),
                ),
            ],
            options={
                "db_table": "pinaxstripe_quote",
                "abstract": False,
                "indexes": [models.Index(fields=["created"], name="pinaxstripe_created_24987c_idx")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("stripe_id", "stripe_account", "livemode"), name="pinaxstripe_quote_once"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="invoice",
            name="quote",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="invoices",
                to="pinax_stripe.quote",
            ),
        ),
        migrations.CreateModel(
            name="Reconciliation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "stripe_account",
                    pinax.stripe.models.fields.StripeId(
                        blank=True,
                        default="",
                        help_text="The connected account; empty for the platform account.",
                        max_length=255,
                    ),
                ),
                ("livemode", models.BooleanField(help_text="True for live mode, false for test mode and sandboxes.")),
                (
                    "reached",
                    models.DateTimeField(
                        blank=True, help_text="All events before this time, by Stripe's clock, are recorded.", null=True
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, help_text="When the first run started.")),
                ("started_at", models.DateTimeField(blank=True, help_text="When the last run started.", null=True)),
                (
                    "finished_at",
                    models.DateTimeField(
                        blank=True, help_text="When the last run finished; empty if it did not finish.", null=True
                    ),
                ),
                (
                    "at_stripe",
                    models.PositiveIntegerField(default=0, help_text="The number of events that Stripe listed."),
                ),
                (
                    "here",
                    models.PositiveIntegerField(
                        default=0, help_text="The number of listed events that were recorded already."
                    ),
                ),
                (
                    "recovered",
                    models.PositiveIntegerField(
                        default=0, help_text="The number of missing events that it has recorded."
                    ),
                ),
                ("failed", models.PositiveIntegerField(default=0, help_text="The number of errors.")),
            ],
            options={
                "db_table": "pinaxstripe_reconciliation",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("stripe_account", "livemode"), name="pinaxstripe_reconciliation_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Refund",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "stripe_id",
                    pinax.stripe.models.fields.StripeId(help_text="The object's id at Stripe.", max_length=255),
                ),
                (
                    "stripe_account",
                    pinax.stripe.models.fields.StripeId(
                        blank=True,
                        default="",
                        help_text="The connected account that the object belongs to; empty for the platform account.",
                        max_length=255,
                    ),
                ),
                ("livemode", models.BooleanField(help_text="True for live mode, false for test mode and sandboxes.")),
                (
                    "created",
                    models.DateTimeField(blank=True, help_text="When the object was created at Stripe.", null=True),
                ),
                (
                    "data",
                    models.JSONField(
                        blank=True, help_text="The whole object as JSON, in its last known state.", null=True
                    ),
                ),
                (
                    "as_of",
                    models.DateTimeField(
                        blank=True,
                        help_text="The time, by Stripe's clock, at which the object had this state.",
                        null=True,
                    ),
                ),
                (
                    "fetched_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the object was last fetched from Stripe, by Stripe's clock.",
                        null=True,
                    ),
                ),
                (
                    "synced_at",
                    models.DateTimeField(
                        blank=True, help_text="When the row was last written; empty for a stub.", null=True
                    ),
                ),
                (
                    "deleted_at",
                    models.DateTimeField(blank=True, help_text="When the object was deleted at Stripe.", null=True),
                ),
                (
                    "incomplete",
                    models.BooleanField(
                        default=False,
                        help_text="Whether a list in the object, such as its items, is truncated and could not be completed.",
                    ),
                ),
                (
                    "erased_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When personal data was erased from the row; sync does not restore it.",
                        null=True,
                    ),
                ),
                ("customer_account", models.CharField(blank=True, default="", max_length=255)),
                ("amount", models.BigIntegerField(blank=True, null=True)),
                ("currency", models.CharField(blank=True, default="", max_length=255)),
                ("status", models.CharField(blank=True, db_index=True, default="", max_length=255)),
                ("reason", models.CharField(blank=True, default="", max_length=255)),
                ("pending_reason", models.CharField(blank=True, default="", max_length=255)),
                ("failure_reason", models.CharField(blank=True, default="", max_length=255)),
                ("receipt_number", models.CharField(blank=True, default="", max_length=255)),
                ("description", models.TextField(blank=True, default="")),
                (
                    "balance_transaction",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refunds",
                        to="pinax_stripe.balancetransaction",
                    ),
                ),
                (
                    "charge",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refunds",
                        to="pinax_stripe.charge",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refunds",
                        to="pinax_stripe.customer",
                    ),
                ),
                (
                    "payment_intent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refunds",
                        to="pinax_stripe.paymentintent",
                    ),
                ),
                (
                    "payment_method",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refunds",
                        to="pinax_stripe.paymentmethod",
                    ),
                ),
            ],
            options={
                "db_table": "pinaxstripe_refund",
                "abstract": False,
                "indexes": [
                    models.Index(fields=["created"], name="pinaxstripe_created_4f1216_idx"),
                    models.Index(fields=["currency"], name="pinaxstripe_currenc_39f2b0_idx"),
                    models.Index(fields=["stripe_account"], name="pinaxstripe_stripe__099c69_idx"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("stripe_id", "stripe_account", "livemode"), name="pinaxstripe_refund_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RejectedDelivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "stripe_id",
                    pinax.stripe.models.fields.StripeId(
                        blank=True,
                        db_index=True,
                        default="",
                        help_text="The event id in the body; empty if there is none.",
                        max_length=255,
                        verbose_name="id",
                    ),
                ),
                (
                    "platform",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="The platform to whose URL it was posted; empty for the default one.",
                        max_length=100,
                        verbose_name="platform",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="The event type in the body.",
                        max_length=255,
                        verbose_name="kind",
                    ),
                ),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("not signed", "not signed"),
                            ("malformed", "the signature cannot be read"),
                            ("no match", "signed with another secret"),
                            ("stale", "signed too long ago, or ahead of time"),
                            ("changed", "changed in transit"),
                            ("no secret", "no webhook secret is set"),
                            ("differs", "not confirmed by Stripe"),
                            ("unreadable", "sent by Stripe, but unreadable"),
                            ("compared", "in another API version, only compared"),
                        ],
                        help_text="Why it was rejected.",
                        max_length=20,
                        verbose_name="cause",
                    ),
                ),
                ("reason", models.TextField(help_text="Why it was rejected, in detail.", verbose_name="reason")),
                (
                    "size",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="The size of the body, in bytes; empty if it is unknown.",
                        null=True,
                        verbose_name="size",
                    ),
                ),
                (
                    "body",
                    models.TextField(
                        help_text="The first 65,536 characters of the body; characters other than ASCII are escaped.",
                        verbose_name="body",
                    ),
                ),
                (
                    "received_at",
                    models.DateTimeField(
                        auto_now_add=True, help_text="When it was rejected.", verbose_name="received at"
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        blank=True,
                        help_text="The event whose id the body contains; empty if the signature was rejected.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="rejected",
                        to="pinax_stripe.event",
                        verbose_name="event",
                    ),
                ),
            ],
            options={
                "verbose_name": "rejected delivery",
                "verbose_name_plural": "rejected deliveries",
                "db_table": "pinaxstripe_rejecteddelivery",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="Review",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "stripe_id",
                    pinax.stripe.models.fields.StripeId(help_text="The object's id at Stripe.", max_length=255),
                ),
                (
                    "stripe_account",
                    pinax.stripe.models.fields.StripeId(
                        blank=True,
                        default="",
                        help_text="The connected account that the object belongs to; empty for the platform account.",
                        max_length=255,
                    ),
                ),
                ("livemode", models.BooleanField(help_text="True for live mode, false for test mode and sandboxes.")),
                (
                    "created",
                    models.DateTimeField(blank=True, help_text="When the object was created at Stripe.", null=True),
                ),
                (
                    "data",
                    models.JSONField(
                        blank=True, help_text="The whole object as JSON, in its last known state.", null=True
                    ),
                ),
                (
                    "as_of",
                    models.DateTimeField(
                        blank=True,
                        help_text="The time, by Stripe's clock, at which the object had this state.",
                        null=True,
                    ),
                ),
                (
                    "fetched_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the object was last fetched from Stripe, by Stripe's clock.",
                        null=True,
                    ),
                ),
                (
                    "synced_at",
                    models.DateTimeField(
                        blank=True, help_text="When the row was last written; empty for a stub.", null=True
                    ),
                ),
                (
                    "deleted_at",
                    models.DateTimeField(blank=True, help_text="When the object was deleted at Stripe.", null=True),
                ),
                (
                    "incomplete",
                    models.BooleanField(
                        default=False,
                        help_text="Whether a list in the object, such as its items, is truncated and could not be completed.",
                    ),
                ),
                (
                    "erased_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When personal data was erased from the row; sync does not restore it.",
                        null=True,
                    ),
                ),
                ("open", models.BooleanField(blank=True, null=True)),
                ("reason", models.CharField(blank=True, default="", max_length=255)),
                ("opened_reason", models.CharField(blank=True, default="", max_length=255)),
                ("closed_reason", models.CharField(blank=True, default="", max_length=255)),
                (
                    "charge",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviews",
                        to="pinax_stripe.charge",
                    ),
                ),
                (
                    "payment_intent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviews",
                        to="pinax_stripe.paymentintent",
                    ),
                ),
            ],
            options={
                "db_table": "pinaxstripe_review",
                "abstract": False,
                "indexes": [models.Index(fields=["created"], name="pinaxstripe_created_5214fd_idx")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("stripe_id", "stripe_account", "livemode"), name="pinaxstripe_review_once"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="paymentintent",
            name="review",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="pinax_stripe.review",
            ),
        ),
        migrations.AddField(
            model_name="charge",
            name="review",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="pinax_stripe.review",
            ),
        ),
        migrations.CreateModel(
            name="SetupIntent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "stripe_id",
                    pinax.stripe.models.fields.StripeId(help_text="The object's id at Stripe.", max_length=255),
                ),
                (
                    "stripe_account",
                    pinax.stripe.models.fields.StripeId(
                        blank=True,
                        default="",
                        help_text="The connected account that the object belongs to; empty for the platform account.",
                        max_length=255,
                    ),
                ),
                ("livemode", models.BooleanField(help_text="True for live mode, false for test mode and sandboxes.")),
                (
                    "created",
                    models.DateTimeField(blank=True, help_text="When the object was created at Stripe.", null=True),
                ),
                (
                    "data",
                    models.JSONField(
                        blank=True, help_text="The whole object as JSON, in its last known state.", null=True
                    ),
                ),
                (
                    "as_of",
                    models.DateTimeField(
                        blank=True,
                        help_text="The time, by Stripe's clock, at which the object had this state.",
                        null=True,
                    ),
                ),
                (
                    "fetched_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the object was last fetched from Stripe, by Stripe's clock.",
                        null=True,
                    ),
                ),
                (
                    "synced_at",
                    models.DateTimeField(
                        blank=True, help_text="When the row was last written; empty for a stub.", null=True
                    ),
                ),
                (
                    "deleted_at",
                    models.DateTimeField(blank=True, help_text="When the object was deleted at Stripe.", null=True),
                ),
                (
                    "incomplete",
                    models.BooleanField(
                        default=False,
                        help_text="Whether a list in the object, such as its items, is truncated and could not be completed.",
                    ),
                ),
                (
                    "erased_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When personal data was erased from the row; sync does not restore it.",
                        null=True,
                    ),
                ),
                ("customer_account", models.CharField(blank=True, default="", max_length=255)),
                ("status", models.CharField(blank=True, db_index=True, default="", max_length=255)),
                ("usage", models.CharField(blank=True, default="", max_length=255)),
                ("cancellation_reason", models.CharField(blank=True, default="", max_length=255)),
                ("error_code", models.CharField(blank=True, default="", max_length=255)),
                ("description", models.TextField(blank=True, default="")),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="setup_intents",
                        to="pinax_stripe.customer",
                    ),
                ),
                (
                    "mandate",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="setup_intents",
                        to="pinax_stripe.mandate",
                    ),
                ),
                (
                    "on_behalf_of",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pinax_stripe.account",
                    ),
                ),
                (
                    "payment_method",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="setup_intents",
                        to="pinax_stripe.paymentmethod",
                    ),
                ),
            ],
            options={
                "db_table": "pinaxstripe_setupintent",
                "abstract": False,
                "indexes": [models.Index(fields=["created"], name="pinaxstripe_created_0f4a4a_idx")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("stripe_id", "stripe_account", "livemode"), name="pinaxstripe_setupintent_once"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="checkoutsession",
            name="setup_intent",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="checkout_sessions",
                to="pinax_stripe.setupintent",
            ),
        ),
        migrations.CreateModel(
            name="Source",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "stripe_id",
                    pinax.stripe.models.fields.StripeId(help_text="The object's id at Stripe.", max_length=255),
                ),
                (
                    "stripe_account",
                    pinax.stripe.models.fields.StripeId(
                        blank=True,
                        default="",
                        help_text="The connected account that the object belongs to; empty for the platform account.",
                        max_length=255,
                    ),
                ),
                ("livemode", models.BooleanField(help_text="True for live mode, false for test mode and sandboxes.")),
                (
                    "created",
                    models.DateTimeField(blank=True, help_text="When the object was created at Stripe.", null=True),
                ),
                (
                    "data",
                    models.JSONField(
                        blank=True, help_text="The whole object as JSON, in its last known state.", null=True
                    ),
                ),
                (
                    "as_of",
                    models.DateTimeField(
                        blank=True,
                        help_text="The time, by Stripe's clock, at which the object had this state.",
                        null=True,
                    ),
                ),
                (
                    "fetched_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the object was last fetched from Stripe, by Stripe's clock.",
                        null=True,
                    ),
                ),
                (
                    "synced_at",
                    models.DateTimeField(
                        blank=True, help_text="When the row was last written; empty for a stub.", null=True
                    ),
                ),
                (
                    "deleted_at",
                    models.DateTimeField(blank=True, help_text="When the object was deleted at Stripe.", null=True),
                ),
                (
                    "incomplete",
                    models.BooleanField(
                        default=False,
                        help_text="Whether a list in the object, such as its items, is truncated and could not be completed.",
                    ),
                ),
                (
                    "erased_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When personal data was erased from the row; sync does not restore it.",
                        null=True,
                    ),
                ),
                ("type", models.CharField(blank=True, db_index=True, default="", max_length=255)),
                ("status", models.CharField(blank=True, db_index=True, default="", max_length=255)),
                ("usage", models.CharField(blank=True, default="", max_length=255)),
                ("flow", models.CharField(blank=True, default="", max_length=255)),
                ("amount", models.BigIntegerField(blank=True, null=True)),
                ("currency", models.CharField(blank=True, default="", max_length=255)),
                ("email", models.CharField(blank=True, default="", max_length=255)),
                ("brand", models.CharField(blank=True, default="", max_length=255)),
                ("last4", models.CharField(blank=True, default="", max_length=255)),
                ("exp_month", models.BigIntegerField(blank=True, null=True)),
                ("exp_year", models.BigIntegerField(blank=True, null=True)),
                ("fingerprint", models.CharField(blank=True, default="", max_length=255)),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="legacy_sources",
                        to="pinax_stripe.customer",
                    ),
                ),
            ],
            options={
                "db_table": "pinaxstripe_source",
                "abstract": False,
                "indexes": [models.Index(fields=["created"], name="pinaxstripe_created_6e2cf2_idx")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("stripe_id", "stripe_account", "livemode"), name="pinaxstripe_source_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Subscription",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "stripe_id",
                    pinax.stripe.models.fields.StripeId(help_text="The object's id at Stripe.", max_length=255),
                ),
                (
                    "stripe_account",
                    pinax.stripe.models.fields.StripeId(
                        blank=True,
                        default="",
                        help_text="The connected account that the object belongs to; empty for the platform account.",
                        max_length=255,
                    ),
                ),
                ("livemode", models.BooleanField(help_text="True for live mode, false for test mode and sandboxes.")),
                (
                    "created",
                    models.DateTimeField(blank=True, help_text="When the object was created at Stripe.", null=True),
                ),
                (
                    "data",
                    models.JSONField(
                        blank=True, help_text="The whole object as JSON, in its last known state.", null=True
                    ),
                ),
                (
                    "as_of",
                    models.DateTimeField(
                        blank=True,
                        help_text="The time, by Stripe's clock, at which the object had this state.",
                        null=True,
                    ),
                ),
                (
                    "fetched_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the object was last fetched from Stripe, by Stripe's clock.",
                        null=True,
                    ),
                ),
                (
                    "synced_at",
                    models.DateTimeField(
                        blank=True, help_text="When the row was last written; empty for a stub.", null=True
                    ),
                ),
                (
                    "deleted_at",
                    models.DateTimeField(blank=True, help_text="When the object was deleted at Stripe.", null=True),
                ),
                (
                    "incomplete",
                    models.BooleanField(
                        default=False,
                        help_text="Whether a list in the object, such as its items, is truncated and could not be completed.",
                    ),
                ),
                (
                    "erased_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When personal data was erased from the row; sync does not restore it.",
                        null=True,
                    ),
                ),
                ("customer_account", models.CharField(blank=True, default="", max_length=255)),
                ("quantity", models.BigIntegerField(blank=True, null=True)),
                ("status", models.CharField(blank=True, db_index=True, default="", max_length=255)),
                ("currency", models.CharField(blank=True, default="", max_length=255)),
                ("collection_method", models.CharField(blank=True, default="", max_length=255)),
                ("current_period_start", models.DateTimeField(blank=True, null=True)),
                ("current_period_end", models.DateTimeField(blank=True, null=True)),
                ("start_date", models.DateTimeField(blank=True, null=True)),
                ("billing_cycle_anchor", models.DateTimeField(blank=True, null=True)),
                ("trial_start", models.DateTimeField(blank=True, null=True)),
                ("trial_end", models.DateTimeField(blank=True, null=True)),
                ("cancel_at_period_end", models.BooleanField(blank=True, null=True)),
                ("cancel_at", models.DateTimeField(blank=True, null=True)),
                ("canceled_at", models.DateTimeField(blank=True, null=True)),
                ("cancellation_reason", models.CharField(blank=True, default="", max_length=255)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("pause_behavior", models.CharField(blank=True, default="", max_length=255)),
                ("pause_resumes_at", models.DateTimeField(blank=True, null=True)),
                ("paused_at", models.DateTimeField(blank=True, null=True)),
                ("pause_reason", models.CharField(blank=True, default="", max_length=255)),
                ("days_until_due", models.BigIntegerField(blank=True, null=True)),
                (
                    "application_fee_percent",
                    models.DecimalField(blank=True, decimal_places=12, max_digits=30, null=True),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="subscriptions",
                        to="pinax_stripe.customer",
                    ),
                ),
                (
                    "default_payment_method",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pinax_stripe.paymentmethod",
                    ),
                ),
                (
                    "latest_invoice",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pinax_stripe.invoice",
                    ),
                ),
                (
                    "on_behalf_of",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pinax_stripe.account",
                    ),
                ),
                (
                    "pending_setup_intent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pinax_stripe.setupintent",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="subscriptions",
                        to="pinax_stripe.plan",
                    ),
                ),
            ],
            options={
                "db_table": "pinaxstripe_subscription",
                "abstract": False,
                "indexes": [models.Index(fields=["created"], name="pinaxstripe_created_4f0ff9_idx")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("stripe_id", "stripe_account", "livemode"), name="pinaxstripe_subscription_once"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="quote",
            name="subscription",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="quotes",
                to="pinax_stripe.subscription",
            ),
        ),
        migrations.CreateModel(
            name="InvoiceItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "stripe_id",
                    pinax.stripe.models.fields.StripeId(help_text="The object's id at Stripe.", max_length=255),
                ),
                (
                    "stripe_account",
                    pinax.stripe.models.fields.StripeId(
                        blank=True,
                        default="",
                        help_text="The connected account that the object belongs to; empty for the platform account.",
                        max_length=255,
                    ),
                ),
                ("livemode", models.BooleanField(help_text="True for live mode, false for test mode and sandboxes.")),
                (
                    "created",
                    models.DateTimeField(blank=True, help_text="When the object was created at Stripe.", null=True),
                ),
                (
                    "data",
                    models.JSONField(
                        blank=True, help_text="The whole object as JSON, in its last known state.", null=True
                    ),
                ),
                (
                    "as_of",
                    models.DateTimeField(
                        blank=True,
                        help_text="The time, by Stripe's clock, at which the object had this state.",
                        null=True,
                    ),
                ),
                (
                    "fetched_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the object was last fetched from Stripe, by Stripe's clock.",
                        null=True,
                    ),
                ),
                (
                    "synced_at",
                    models.DateTimeField(
                        blank=True, help_text="When the row was last written; empty for a stub.", null=True
                    ),
                ),
                (
                    "deleted_at",
                    models.DateTimeField(blank=True, help_text="When the object was deleted at Stripe.", null=True),
                ),
                (
                    "incomplete",
                    models.BooleanField(
                        default=False,
                        help_text="Whether a list in the object, such as its items, is truncated and could not be completed.",
                    ),
                ),
                (
                    "erased_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When personal data was erased from the row; sync does not restore it.",
                        null=True,
                    ),
                ),
                ("customer_account", models.CharField(blank=True, default="", max_length=255)),
                ("amount", models.BigIntegerField(blank=True, null=True)),
                ("net_amount", models.BigIntegerField(blank=True, null=True)),
                ("currency", models.CharField(blank=True, default="", max_length=255)),
                ("unit_amount_decimal", models.DecimalField(blank=True, decimal_places=12, max_digits=30, null=True)),
                ("quantity", models.BigIntegerField(blank=True, null=True)),
                ("quantity_decimal", models.DecimalField(blank=True, decimal_places=12, max_digits=30, null=True)),
                ("proration", models.BooleanField(blank=True, null=True)),
                ("period_start", models.DateTimeField(blank=True, null=True)),
                ("period_end", models.DateTimeField(blank=True, null=True)),
                ("description", models.TextField(blank=True, default="")),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoice_items",
                        to="pinax_stripe.customer",
                    ),
                ),
                (
                    "invoice",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoice_items",
                        to="pinax_stripe.invoice",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoice_items",
                        to="pinax_stripe.plan",
                    ),
                ),
                (
                    "price",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoice_items",
                        to="pinax_stripe.price",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoice_items",
                        to="pinax_stripe.product",
                    ),
                ),
                (
                    "subscription",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoice_items",
                        to="pinax_stripe.subscription",
                    ),
                ),
            ],
            options={
                "db_table": "pinaxstripe_invoiceitem",
                "abstract": False,
                "indexes": [models.Index(fields=["created"], name="pinaxstripe_created_6acacf_idx")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("stripe_id", "stripe_account", "livemode"), name="pinaxstripe_invoiceitem_once"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="invoice",
            name="subscription",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="invoices",
                to="pinax_stripe.subscription",
            ),
        ),
        migrations.AddField(
            model_name="checkoutsession",
            name="subscription",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="checkout_sessions",
                to="pinax_stripe.subscription",
            ),
        ),
        migrations.CreateModel(
            name="SubscriptionItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "stripe_id",
                    pinax.stripe.models.fields.StripeId(help_text="The object's id at Stripe.", max_length=255),
                ),
                (
                    "stripe_account",
                    pinax.stripe.models.fields.StripeId(
                        blank=True,
                        default="",
                        help_text="The connected account that the object belongs to; empty for the platform account.",
                        max_length=255,
                    ),
                ),
                ("livemode", models.BooleanField(help_text="True for live mode, false for test mode and sandboxes.")),
                (
                    "created",
                    models.DateTimeField(blank=True, help_text="When the object was created at Stripe.", null=True),
                ),
                (
                    "data",
                    models.JSONField(
                        blank=True, help_text="The whole object as JSON, in its last known state.", null=True
                    ),
                ),
                (
                    "as_of",
                    models.DateTimeField(
                        blank=True,
                        help_text="The time, by Stripe's clock, at which the object had this state.",
                        null=True,
                    ),
                ),
                (
                    "fetched_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the object was last fetched from Stripe, by Stripe's clock.",
                        null=True,
                    ),
                ),
                (
                    "synced_at",
                    models.DateTimeField(
                        blank=True, help_text="When the row was last written; empty for a stub.", null=True
                    ),
                ),
                (
                    "deleted_at",
                    models.DateTimeField(blank=True, help_text="When the object was deleted at Stripe.", null=True),
                ),
                (
                    "incomplete",
                    models.BooleanField(
                        default=False,
                        help_text="Whether a list in the object, such as its items, is truncated and could not be completed.",
                    ),
                ),
                (
                    "erased_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When personal data was erased from the row; sync does not restore it.",
                        null=True,
                    ),
                ),
                ("quantity", models.BigIntegerField(blank=True, null=True)),
                ("current_period_start", models.DateTimeField(blank=True, null=True)),
                ("current_period_end", models.DateTimeField(blank=True, null=True)),
                (
                    "plan",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="subscription_items",
                        to="pinax_stripe.plan",
                    ),
                ),
                (
                    "price",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="subscription_items",
                        to="pinax_stripe.price",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="subscription_items",
                        to="pinax_stripe.product",
                    ),
                ),
                (
                    "subscription",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="pinax_stripe.subscription",
                    ),
                ),
            ],
            options={
                "db_table": "pinaxstripe_subscriptionitem",
                "abstract": False,
                "indexes": [models.Index(fields=["created"], name="pinaxstripe_created_bf4f91_idx")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("stripe_id", "stripe_account", "livemode"), name="pinaxstripe_subscriptionitem_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="InvoiceLineItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "stripe_id",
                    pinax.stripe.models.fields.StripeId(help_text="The object's id at Stripe.", max_length=255),
                ),
                (
                    "stripe_account",
                    pinax.stripe.models.fields.StripeId(
                        blank=True,
                        default="",
                        help_text="The connected account that the object belongs to; empty for the platform account.",
                        max_length=255,
                    ),
                ),
                ("livemode", models.BooleanField(help_text="True for live mode, false for test mode and sandboxes.")),
                (
                    "created",
                    models.DateTimeField(blank=True, help_text="When the object was created at Stripe.", null=True),
                ),
                (
                    "data",
                    models.JSONField(
                        blank=True, help_text="The whole object as JSON, in its last known state.", null=True
                    ),
                ),
                (
                    "as_of",
                    models.DateTimeField(
                        blank=True,
                        help_text="The time, by Stripe's clock, at which the object had this state.",
                        null=True,
                    ),
                ),
                (
                    "fetched_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the object was last fetched from Stripe, by Stripe's clock.",
                        null=True,
                    ),
                ),
                (
                    "synced_at",
                    models.DateTimeField(
                        blank=True, help_text="When the row was last written; empty for a stub.", null=True
                    ),
                ),
                (
                    "deleted_at",
                    models.DateTimeField(blank=True, help_text="When the object was deleted at Stripe.", null=True),
                ),
                (
                    "incomplete",
                    models.BooleanField(
                        default=False,
                        help_text="Whether a list in the object, such as its items, is truncated and could not be completed.",
                    ),
                ),
                (
                    "erased_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When personal data was erased from the row; sync does not restore it.",
                        null=True,
                    ),
                ),
                ("type", models.CharField(blank=True, default="", max_length=255)),
                ("amount", models.BigIntegerField(blank=True, null=True)),
                ("subtotal", models.BigIntegerField(blank=True, null=True)),
                ("currency", models.CharField(blank=True, default="", max_length=255)),
                ("unit_amount_decimal", models.DecimalField(blank=True, decimal_places=12, max_digits=30, null=True)),
                ("quantity", models.BigIntegerField(blank=True, null=True)),
                ("quantity_decimal", models.DecimalField(blank=True, decimal_places=12, max_digits=30, null=True)),
                ("proration", models.BooleanField(blank=True, null=True)),
                ("period_start", models.DateTimeField(blank=True, null=True)),
                ("period_end", models.DateTimeField(blank=True, null=True)),
                ("description", models.TextField(blank=True, default="")),
                (
                    "invoice",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="pinax_stripe.invoice",
                    ),
                ),
                (
                    "invoice_item",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoice_lines",
                        to="pinax_stripe.invoiceitem",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoice_lines",
                        to="pinax_stripe.plan",
                    ),
                ),
                (
                    "price",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoice_lines",
                        to="pinax_stripe.price",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoice_lines",
                        to="pinax_stripe.product",
                    ),
                ),
                (
                    "subscription",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoice_lines",
                        to="pinax_stripe.subscription",
                    ),
                ),
                (
                    "subscription_item",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoice_lines",
                        to="pinax_stripe.subscriptionitem",
                    ),
                ),
            ],
            options={
                "db_table": "pinaxstripe_invoicelineitem",
                "abstract": False,
                "indexes": [models.Index(fields=["created"], name="pinaxstripe_created_b7930f_idx")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("stripe_id", "stripe_account", "livemode"), name="pinaxstripe_invoicelineitem_once"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="invoiceitem",
            name="subscription_item",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="invoice_items",
                to="pinax_stripe.subscriptionitem",
            ),
        ),
        migrations.CreateModel(
            name="Discount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "stripe_id",
                    pinax.stripe.models.fields.StripeId(help_text="The object's id at Stripe.", max_length=255),
                ),
                (
                    "stripe_account",
                    pinax.stripe.models.fields.StripeId(
                        blank=True,
                        default="",
                        help_text="The connected account that the object belongs to; empty for the platform account.",
                        max_length=255,
                    ),
                ),
                ("livemode", models.BooleanField(help_text="True for live mode, false for test mode and sandboxes.")),
                (
                    "created",
                    models.DateTimeField(blank=True, help_text="When the object was created at Stripe.", null=True),
                ),
                (
                    "data",
                    models.JSONField(
                        blank=True, help_text="The whole object as JSON, in its last known state.", null=True
                    ),
                ),
                (
                    "as_of",
                    models.DateTimeField(
                        blank=True,
                        help_text="The time, by Stripe's clock, at which the object had this state.",
                        null=True,
                    ),
                ),
                (
                    "fetched_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the object was last fetched from Stripe, by Stripe's clock.",
                        null=True,
                    ),
                ),
                (
                    "synced_at",
                    models.DateTimeField(
                        blank=True, help_text="When the row was last written; empty for a stub.", null=True
                    ),
                ),
                (
                    "deleted_at",
                    models.DateTimeField(blank=True, help_text="When the object was deleted at Stripe.", null=True),
                ),
                (
                    "incomplete",
                    models.BooleanField(
                        default=False,
                        help_text="Whether a list in the object, such as its items, is truncated and could not be completed.",
                    ),
                ),
                (
                    "erased_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When personal data was erased from the row; sync does not restore it.",
                        null=True,
                    ),
                ),
                ("customer_account", models.CharField(blank=True, default="", max_length=255)),
                ("start", models.DateTimeField(blank=True, null=True)),
                ("end", models.DateTimeField(blank=True, null=True)),
                (
                    "checkout_session",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="discounts",
                        to="pinax_stripe.checkoutsession",
                    ),
                ),
                (
                    "coupon",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="discounts",
                        to="pinax_stripe.coupon",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="discounts",
                        to="pinax_stripe.customer",
                    ),
                ),
                (
                    "invoice",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="discounts",
                        to="pinax_stripe.invoice",
                    ),
                ),
                (
                    "invoice_item",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="discounts",
                        to="pinax_stripe.invoiceitem",
                    ),
                ),
                (
                    "promotion_code",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="discounts",
                        to="pinax_stripe.promotioncode",
                    ),
                ),
                (
                    "subscription",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="discounts",
                        to="pinax_stripe.subscription",
                    ),
                ),
                (
                    "subscription_item",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="discounts",
                        to="pinax_stripe.subscriptionitem",
                    ),
                ),
            ],
            options={
                "db_table": "pinaxstripe_discount",
                "abstract": False,
                "indexes": [models.Index(fields=["created"], name="pinaxstripe_created_2a769b_idx")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("stripe_id", "stripe_account", "livemode"), name="pinaxstripe_discount_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SubscriptionSchedule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "stripe_id",
                    pinax.stripe.models.fields.StripeId(help_text="The object's id at Stripe.", max_length=255),
                ),
                (
                    "stripe_account",
                    pinax.stripe.models.fields.StripeId(
                        blank=True,
                        default="",
                        help_text="The connected account that the object belongs to; empty for the platform account.",
                        max_length=255,
                    ),
                ),
                ("livemode", models.BooleanField(help_text="True for live mode, false for test mode and sandboxes.")),
                (
                    "created",
                    models.DateTimeField(blank=True, help_text="When the object was created at Stripe.", null=True),
                ),
                (
                    "data",
                    models.JSONField(
                        blank=True, help_text="The whole object as JSON, in its last known state.", null=True
                    ),
                ),
                (
                    "as_of",
                    models.DateTimeField(
                        blank=True,
                        help_text="The time, by Stripe's clock, at which the object had this state.",
                        null=True,
                    ),
                ),
                (
                    "fetched_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the object was last fetched from Stripe, by Stripe's clock.",
                        null=True,
                    ),
                ),
                (
                    "synced_at",
                    models.DateTimeField(
                        blank=True, help_text="When the row was last written; empty for a stub.", null=True
                    ),
                ),
                (
                    "deleted_at",
                    models.DateTimeField(blank=True, help_text="When the object was deleted at Stripe.", null=True),
                ),
                (
                    "incomplete",
                    models.BooleanField(
                        default=False,
                        help_text="Whether a list in the object, such as its items, is truncated and could not be completed.",
                    ),
                ),
                (
                    "erased_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When personal data was erased from the row; sync does not restore it.",
                        null=True,
                    ),
                ),
                ("customer_account", models.CharField(blank=True, default="", max_length=255)),
                ("status", models.CharField(blank=True, db_index=True, default="", max_length=255)),
                ("end_behavior", models.CharField(blank=True, default="", max_length=255)),
                ("current_phase_start", models.DateTimeField(blank=True, null=True)),
                ("current_phase_end", models.DateTimeField(blank=True, null=True)),
                ("canceled_at", models.DateTimeField(blank=True, null=True)),
                ("completed_at", models.DateTimeField(blank=True, null=True)),
                ("released_at", models.DateTimeField(blank=True, null=True)),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="subscription_schedules",
                        to="pinax_stripe.customer",
                    ),
                ),
                (
                    "released_subscription",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="released_schedules",
                        to="pinax_stripe.subscription",
                    ),
                ),
                (
                    "subscription",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="schedules",
                        to="pinax_stripe.subscription",
                    ),
                ),
            ],
            options={
                "db_table": "pinaxstripe_subscriptionschedule",
                "abstract": False,
                "indexes": [models.Index(fields=["created"], name="pinaxstripe_created_01f0e6_idx")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("stripe_id", "stripe_account", "livemode"), name="pinaxstripe_subscriptionschedule_once"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="subscription",
            name="schedule",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="pinax_stripe.subscriptionschedule",
            ),
        ),
        migrations.AddField(
            model_name="quote",
            name="subscription_schedule",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="quotes",
                to="pinax_stripe.subscriptionschedule",
            ),
        ),
        migrations.CreateModel(
            name="TaxId",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "stripe_id",
                    pinax.stripe.models.fields.StripeId(help_text="The object's id at Stripe.", max_length=255),
                ),
                (
                    "stripe_account",
                    pinax.stripe.models.fields.StripeId(
                        blank=True,
                        default="",
                        help_text="The connected account that the object belongs to; empty for the platform account.",
                        max_length=255,
                    ),
                ),
                ("livemode", models.BooleanField(help_text="True for live mode, false for test mode and sandboxes.")),
                (
                    "created",
                    models.DateTimeField(blank=True, help_text="When the object was created at Stripe.", null=True),
                ),
                (
                    "data",
                    models.JSONField(
                        blank=True, help_text="The whole object as JSON, in its last known state.", null=True
                    ),
                ),
                (
                    "as_of",
                    models.DateTimeField(
                        blank=True,
                        help_text="The time, by Stripe's clock, at which the object had this state.",
                        null=True,
                    ),
                ),
                (
                    "fetched_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the object was last fetched from Stripe, by Stripe's clock.",
                        null=True,
                    ),
                ),
                (
                    "synced_at",
                    models.DateTimeField(
                        blank=True, help_text="When the row was last written; empty for a stub.", null=True
                    ),
                ),
                (
                    "deleted_at",
                    models.DateTimeField(blank=True, help_text="When the object was deleted at Stripe.", null=True),
                ),
                (
                    "incomplete",
                    models.BooleanField(
                        default=False,
                        help_text="Whether a list in the object, such as its items, is truncated and could not be completed.",
                    ),
                ),
                (
                    "erased_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When personal data was erased from the row; sync does not restore it.",
                        null=True,
                    ),
                ),
                ("customer_account", models.CharField(blank=True, default="", max_length=255)),
                ("type", models.CharField(blank=True, db_index=True, default="", max_length=255)),
                ("value", models.CharField(blank=True, default="", max_length=255)),
                ("country", models.CharField(blank=True, default="", max_length=255)),
                ("verification_status", models.CharField(blank=True, default="", max_length=255)),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tax_ids",
                        to="pinax_stripe.customer",
                    ),
                ),
            ],
            options={
                "db_table": "pinaxstripe_taxid",
                "abstract": False,
                "indexes": [models.Index(fields=["created"], name="pinaxstripe_created_0a785a_idx")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("stripe_id", "stripe_account", "livemode"), name="pinaxstripe_taxid_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TaxRate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "stripe_id",
                    pinax.stripe.models.fields.StripeId(help_text="The object's id at Stripe.", max_length=255),
                ),
                (
                    "stripe_account",
                    pinax.stripe.models.fields.StripeId(
                        blank=True,
                        default="",
                        help_text="The connected account that the object belongs to; empty for the platform account.",
                        max_length=255,
                    ),
                ),
                ("livemode", models.BooleanField(help_text="True for live mode, false for test mode and sandboxes.")),
                (
                    "created",
                    models.DateTimeField(blank=True, help_text="When the object was created at Stripe.", null=True),
                ),
                (
                    "data",
                    models.JSONField(
                        blank=True, help_text="The whole object as JSON, in its last known state.", null=True
                    ),
                ),
                (
                    "as_of",
                    models.DateTimeField(
                        blank=True,
                        help_text="The time, by Stripe's clock, at which the object had this state.",
                        null=True,
                    ),
                ),
                (
                    "fetched_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the object was last fetched from Stripe, by Stripe's clock.",
                        null=True,
                    ),
                ),
                (
                    "synced_at",
                    models.DateTimeField(
                        blank=True, help_text="When the row was last written; empty for a stub.", null=True
                    ),
                ),
                (
                    "deleted_at",
                    models.DateTimeField(blank=True, help_text="When the object was deleted at Stripe.", null=True),
                ),
                (
                    "incomplete",
                    models.BooleanField(
                        default=False,
                        help_text="Whether a list in the object, such as its items, is truncated and could not be completed.",
                    ),
                ),
                (
                    "erased_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When personal data was erased from the row; sync does not restore it.",
                        null=True,
                    ),
                ),
                ("display_name", models.CharField(blank=True, default="", max_length=255)),
                ("percentage", models.DecimalField(blank=True, decimal_places=12, max_digits=30, null=True)),
                ("effective_percentage", models.DecimalField(blank=True, decimal_places=12, max_digits=30, null=True)),
                ("inclusive", models.BooleanField(blank=True, null=True)),
                ("active", models.BooleanField(blank=True, null=True)),
                ("country", models.CharField(blank=True, default="", max_length=255)),
                ("state", models.CharField(blank=True, default="", max_length=255)),
                ("jurisdiction", models.CharField(blank=True, default="", max_length=255)),
                ("tax_type", models.CharField(blank=True, default="", max_length=255)),
                ("rate_type", models.CharField(blank=True, default="", max_length=255)),
            ],
            options={
                "db_table": "pinaxstripe_taxrate",
                "abstract": False,
                "indexes": [models.Index(fields=["created"], name="pinaxstripe_created_947dd0_idx")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("stripe_id", "stripe_account", "livemode"), name="pinaxstripe_taxrate_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TopUp",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "stripe_id",
                    pinax.stripe.models.fields.StripeId(help_text="The object's id at Stripe.", max_length=255),
                ),
                (
                    "stripe_account",
                    pinax.stripe.models.fields.StripeId(
                        blank=True,
                        default="",
                        help_text="The connected account that the object belongs to; empty for the platform account.",
                        max_length=255,
                    ),
                ),
                ("livemode", models.BooleanField(help_text="True for live mode, false for test mode and sandboxes.")),
                (
                    "created",
                    models.DateTimeField(blank=True, help_text="When the object was created at Stripe.", null=True),
                ),
                (
                    "data",
                    models.JSONField(
                        blank=True, help_text="The whole object as JSON, in its last known state.", null=True
                    ),
                ),
                (
                    "as_of",
                    models.DateTimeField(
                        blank=True,
                        help_text="The time, by Stripe's clock, at which the object had this state.",
                        null=True,
                    ),
                ),
                (
                    "fetched_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the object was last fetched from Stripe, by Stripe's clock.",
                        null=True,
                    ),
                ),
                (
                    "synced_at",
                    models.DateTimeField(
                        blank=True, help_text="When the row was last written; empty for a stub.", null=True
                    ),
                ),
                (
                    "deleted_at",
                    models.DateTimeField(blank=True, help_text="When the object was deleted at Stripe.", null=True),
                ),
                (
                    "incomplete",
                    models.BooleanField(
                        default=False,
                        help_text="Whether a list in the object, such as its items, is truncated and could not be completed.",
                    ),
                ),
                (
                    "erased_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When personal data was erased from the row; sync does not restore it.",
                        null=True,
                    ),
                ),
                ("amount", models.BigIntegerField(blank=True, null=True)),
                ("currency", models.CharField(blank=True, default="", max_length=255)),
                ("status", models.CharField(blank=True, db_index=True, default="", max_length=255)),
                ("expected_availability_date", models.DateTimeField(blank=True, null=True)),
                ("failure_code", models.CharField(blank=True, default="", max_length=255)),
                ("failure_message", models.TextField(blank=True, default="")),
                ("transfer_group", models.CharField(blank=True, default="", max_length=255)),
                ("description", models.TextField(blank=True, default="")),
                (
                    "balance_transaction",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="top_ups",
                        to="pinax_stripe.balancetransaction",
                    ),
                ),
            ],
            options={
                "db_table": "pinaxstripe_topup",
                "abstract": False,
                "indexes": [
                    models.Index(fields=["created"], name="pinaxstripe_created_cc24d3_idx"),
                    models.Index(fields=["currency"], name="pinaxstripe_currenc_c121b1_idx"),
                    models.Index(fields=["stripe_account"], name="pinaxstripe_stripe__5e7a4b_idx"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("stripe_id", "stripe_account", "livemode"), name="pinaxstripe_topup_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Transfer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "stripe_id",
                    pinax.stripe.models.fields.StripeId(help_text="The object's id at Stripe.", max_length=255),
                ),
                (
                    "stripe_account",
                    pinax.stripe.models.fields.StripeId(
                        blank=True,
                        default="",
                        help_text="The connected account that the object belongs to; empty for the platform account.",
                        max_length=255,
                    ),
                ),
                ("livemode", models.BooleanField(help_text="True for live mode, false for test mode and sandboxes.")),
                (
                    "created",
                    models.DateTimeField(blank=True, help_text="When the object was created at Stripe.", null=True),
                ),
                (
                    "data",
                    models.JSONField(
                        blank=True, help_text="The whole object as JSON, in its last known state.", null=True
                    ),
                ),
                (
                    "as_of",
                    models.DateTimeField(
                        blank=True,
                        help_text="The time, by Stripe's clock, at which the object had this state.",
                        null=True,
                    ),
                ),
                (
                    "fetched_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the object was last fetched from Stripe, by Stripe's clock.",
                        null=True,
                    ),
                ),
                (
                    "synced_at",
                    models.DateTimeField(
                        blank=True, help_text="When the row was last written; empty for a stub.", null=True
                    ),
                ),
                (
                    "deleted_at",
                    models.DateTimeField(blank=True, help_text="When the object was deleted at Stripe.", null=True),
                ),
                (
                    "incomplete",
                    models.BooleanField(
                        default=False,
                        help_text="Whether a list in the object, such as its items, is truncated and could not be completed.",
                    ),
                ),
                (
                    "erased_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When personal data was erased from the row; sync does not restore it.",
                        null=True,
                    ),
                ),
                ("amount", models.BigIntegerField(blank=True, null=True)),
                ("amount_reversed", models.BigIntegerField(blank=True, null=True)),
                ("currency", models.CharField(blank=True, default="", max_length=255)),
                ("reversed", models.BooleanField(blank=True, null=True)),
                ("source_type", models.CharField(blank=True, default="", max_length=255)),
                ("transfer_group", models.CharField(blank=True, default="", max_length=255)),
                ("description", models.TextField(blank=True, default="")),
                ("destination_payment", models.CharField(blank=True, default="", max_length=255)),
                ("status", models.CharField(blank=True, db_index=True, default="", max_length=255)),
                ("type", models.CharField(blank=True, default="", max_length=255)),
                ("arrival_date", models.DateTimeField(blank=True, null=True)),
                (
                    "balance_transaction",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transfers",
                        to="pinax_stripe.balancetransaction",
                    ),
                ),
                (
                    "destination",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transfers",
                        to="pinax_stripe.account",
                    ),
                ),
                (
                    "source_transaction",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transfers",
                        to="pinax_stripe.charge",
                    ),
                ),
            ],
            options={
                "db_table": "pinaxstripe_transfer",
                "abstract": False,
                "indexes": [
                    models.Index(fields=["created"], name="pinaxstripe_created_cca4e6_idx"),
                    models.Index(fields=["currency"], name="pinaxstripe_currenc_c57db3_idx"),
                    models.Index(fields=["stripe_account"], name="pinaxstripe_stripe__1ae26e_idx"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("stripe_id", "stripe_account", "livemode"), name="pinaxstripe_transfer_once"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="charge",
            name="transfer",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="pinax_stripe.transfer",
            ),
        ),
        migrations.CreateModel(
            name="TransferReversal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "stripe_id",
                    pinax.stripe.models.fields.StripeId(help_text="The object's id at Stripe.", max_length=255),
                ),
                (
                    "stripe_account",
                    pinax.stripe.models.fields.StripeId(
                        blank=True,
                        default="",
                        help_text="The connected account that the object belongs to; empty for the platform account.",
                        max_length=255,
                    ),
                ),
                ("livemode", models.BooleanField(help_text="True for live mode, false for test mode and sandboxes.")),
                (
                    "created",
                    models.DateTimeField(blank=True, help_text="When the object was created at Stripe.", null=True),
                ),
                (
                    "data",
                    models.JSONField(
                        blank=True, help_text="The whole object as JSON, in its last known state.", null=True
                    ),
                ),
                (
                    "as_of",
                    models.DateTimeField(
                        blank=True,
                        help_text="The time, by Stripe's clock, at which the object had this state.",
                        null=True,
                    ),
                ),
                (
                    "fetched_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the object was last fetched from Stripe, by Stripe's clock.",
                        null=True,
                    ),
                ),
                (
                    "synced_at",
                    models.DateTimeField(
                        blank=True, help_text="When the row was last written; empty for a stub.", null=True
                    ),
                ),
                (
                    "deleted_at",
                    models.DateTimeField(blank=True, help_text="When the object was deleted at Stripe.", null=True),
                ),
                (
                    "incomplete",
                    models.BooleanField(
                        default=False,
                        help_text="Whether a list in the object, such as its items, is truncated and could not be completed.",
                    ),
                ),
                (
                    "erased_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When personal data was erased from the row; sync does not restore it.",
                        null=True,
                    ),
                ),
                ("amount", models.BigIntegerField(blank=True, null=True)),
                ("currency", models.CharField(blank=True, default="", max_length=255)),
                ("destination_payment_refund", models.CharField(blank=True, default="", max_length=255)),
                (
                    "balance_transaction",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transfer_reversals",
                        to="pinax_stripe.balancetransaction",
                    ),
                ),
                (
                    "source_refund",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pinax_stripe.refund",
                    ),
                ),
                (
                    "transfer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversals",
                        to="pinax_stripe.transfer",
                    ),
                ),
            ],
            options={
                "db_table": "pinaxstripe_transferreversal",
                "abstract": False,
                "indexes": [models.Index(fields=["created"], name="pinaxstripe_created_61df70_idx")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("stripe_id", "stripe_account", "livemode"), name="pinaxstripe_transferreversal_once"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="refund",
            name="transfer_reversal",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="pinax_stripe.transferreversal",
            ),
        ),
        migrations.CreateModel(
            name="ApplicationFeeRefund",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "stripe_id",
                    pinax.stripe.models.fields.StripeId(help_text="The object's id at Stripe.", max_length=255),
                ),
                (
                    "stripe_account",
                    pinax.stripe.models.fields.StripeId(
                        blank=True,
                        default="",
                        help_text="The connected account that the object belongs to; empty for the platform account.",
                        max_length=255,
                    ),
                ),
                ("livemode", models.BooleanField(help_text="True for live mode, false for test mode and sandboxes.")),
                (
                    "created",
                    models.DateTimeField(blank=True, help_text="When the object was created at Stripe.", null=True),
                ),
                (
                    "data",
                    models.JSONField(
                        blank=True, help_text="The whole object as JSON, in its last known state.", null=True
                    ),
                ),
                (
                    "as_of",
                    models.DateTimeField(
                        blank=True,
                        help_text="The time, by Stripe's clock, at which the object had this state.",
                        null=True,
                    ),
                ),
                (
                    "fetched_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the object was last fetched from Stripe, by Stripe's clock.",
                        null=True,
                    ),
                ),
                (
                    "synced_at",
                    models.DateTimeField(
                        blank=True, help_text="When the row was last written; empty for a stub.", null=True
                    ),
                ),
                (
                    "deleted_at",
                    models.DateTimeField(blank=True, help_text="When the object was deleted at Stripe.", null=True),
                ),
                (
                    "incomplete",
                    models.BooleanField(
                        default=False,
                        help_text="Whether a list in the object, such as its items, is truncated and could not be completed.",
                    ),
                ),
                (
                    "erased_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When personal data was erased from the row; sync does not restore it.",
                        null=True,
                    ),
                ),
                ("amount", models.BigIntegerField(blank=True, null=True)),
                ("currency", models.CharField(blank=True, default="", max_length=255)),
                (
                    "fee",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refunds",
                        to="pinax_stripe.applicationfee",
                    ),
                ),
                (
                    "balance_transaction",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="application_fee_refunds",
                        to="pinax_stripe.balancetransaction",
                    ),
                ),
            ],
            options={
                "db_table": "pinaxstripe_applicationfeerefund",
                "abstract": False,
                "indexes": [models.Index(fields=["created"], name="pinaxstripe_created_8e7622_idx")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("stripe_id", "stripe_account", "livemode"), name="pinaxstripe_applicationfeerefund_once"
                    )
                ],
            },
        ),
    ]
