from typing import Any

import django.db.models.deletion
import pinax.stripe.models.fields
from django.db import migrations, models


def label_what_is_signed(apps: Any, schema_editor: Any) -> None:
    """Events that were signed before labels were kept stay signed."""
    events = apps.get_model("pinax_stripe", "Event").objects.using(schema_editor.connection.alias)
    events.filter(signed=True, signed_by="").update(signed_by="a secret")


class Migration(migrations.Migration):
    dependencies = [
        ("pinax_stripe", "0007_status_indexes"),
    ]

    operations = [
        migrations.AddField(
            model_name="event",
            name="signed_by",
            field=models.CharField(
                blank=True,
                default="",
                help_text="The label of the webhook secret that vouches for what was posted; never the secret.",
                max_length=255,
                verbose_name="signed by",
            ),
        ),
        migrations.AddField(
            model_name="rejecteddelivery",
            name="cause",
            field=models.CharField(
                choices=[
                    ("not signed", "not signed"),
                    ("malformed", "the signature cannot be read"),
                    ("no match", "signed with another secret"),
                    ("stale", "signed too long ago, or ahead of time"),
                    ("changed", "changed on the way"),
                    ("no secret", "no webhook secret is set"),
                    ("differs", "Stripe says otherwise"),
                ],
                default="differs",
                help_text="Why it was refused, in a word.",
                max_length=20,
                verbose_name="cause",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="rejecteddelivery",
            name="kind",
            field=models.CharField(
                blank=True,
                default="",
                help_text="The event type that the body claims.",
                max_length=255,
                verbose_name="kind",
            ),
        ),
        migrations.AddField(
            model_name="rejecteddelivery",
            name="size",
            field=models.PositiveIntegerField(
                blank=True,
                help_text="How large the body was, in bytes; empty where nobody counted.",
                null=True,
                verbose_name="size",
            ),
        ),
        migrations.AlterField(
            model_name="rejecteddelivery",
            name="body",
            field=models.TextField(
                help_text="What was posted, the first 64 Ki characters; what is beyond ASCII is escaped.",
                verbose_name="body",
            ),
        ),
        migrations.AlterField(
            model_name="rejecteddelivery",
            name="event",
            field=models.ForeignKey(
                blank=True,
                help_text="The event whose id it claims, where it was read as one; empty where its signature was refused.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="rejected",
                to="pinax_stripe.event",
                verbose_name="event",
            ),
        ),
        migrations.AlterField(
            model_name="rejecteddelivery",
            name="stripe_id",
            field=pinax.stripe.models.fields.StripeId(
                blank=True,
                db_index=True,
                default="",
                help_text="The event id that the body claims; empty where it claims none.",
                max_length=255,
                verbose_name="id",
            ),
        ),
        migrations.RunPython(label_what_is_signed, migrations.RunPython.noop),
    ]
