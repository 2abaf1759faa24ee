import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from boligsak.withheld import withhold


class Migration(migrations.Migration):
    dependencies = [
        ("pghistory", "0007_auto_20250421_0444"),
        ("tenants", "0023_letters_in_english"),
    ]

    operations = [
        migrations.CreateModel(
            name="GuardianshipEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("guardian_name", models.CharField(max_length=160, verbose_name="guardian")),
                ("phone", models.CharField(blank=True, max_length=20, verbose_name="phone")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                (
                    "post_address",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        max_length=200,
                        verbose_name="postal address",
                    ),
                ),
                ("mandate", models.CharField(max_length=200, verbose_name="mandate")),
                ("from_on", models.DateField(verbose_name="from")),
                ("to_on", models.DateField(blank=True, null=True, verbose_name="to")),
                ("version", models.IntegerField(default=1, editable=False)),
            ],
            options={
                "abstract": False,
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="person",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="person",
            name="delete_delete",
        ),
        migrations.AddField(
            model_name="guardianship",
            name="post_address",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=200, verbose_name="postal address"
            ),
        ),
        migrations.AddField(
            model_name="guardianship",
            name="version",
            field=models.IntegerField(default=1, editable=False),
        ),
        migrations.AddField(
            model_name="person",
            name="email_used_on",
            field=models.DateField(
                blank=True,
                help_text="The last day the person is known to have used or confirmed the address.",
                null=True,
                verbose_name="e-mail last used",
            ),
        ),
        migrations.AddField(
            model_name="personevent",
            name="email_used_on",
            field=models.DateField(
                blank=True,
                help_text="The last day the person is known to have used or confirmed the address.",
                null=True,
                verbose_name="e-mail last used",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="guardianship",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "tenants_guardianshipevent" ("email", "from_on", "guardian_name", "id", "mandate", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "post_address", "to_on", "version") VALUES (OLD."email", OLD."from_on", OLD."guardian_name", OLD."id", OLD."mandate", OLD."person_id", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."phone", OLD."post_address", OLD."to_on", OLD."version"); RETURN NULL;',
                    hash="020d87270ab4028b79ff685dd2166ddcc66c15b3",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_6e0a4",
                    table="tenants_guardianship",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="guardianship",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "tenants_guardianshipevent" ("email", "from_on", "guardian_name", "id", "mandate", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "post_address", "to_on", "version") VALUES (OLD."email", OLD."from_on", OLD."guardian_name", OLD."id", OLD."mandate", OLD."person_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."phone", OLD."post_address", OLD."to_on", OLD."version"); RETURN NULL;',
                    hash="037709537cac220243cbd93ec74e6985194474bf",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_8c53d",
                    table="tenants_guardianship",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="person",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."born_on" IS DISTINCT FROM (NEW."born_on") OR OLD."died_on" IS DISTINCT FROM (NEW."died_on") OR OLD."email" IS DISTINCT FROM (NEW."email") OR OLD."email_used_on" IS DISTINCT FROM (NEW."email_used_on") OR OLD."family_name" IS DISTINCT FROM (NEW."family_name") OR OLD."given_name" IS DISTINCT FROM (NEW."given_name") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_reserved" IS DISTINCT FROM (NEW."is_reserved") OR OLD."language" IS DISTINCT FROM (NEW."language") OR OLD."needs_interpreter" IS DISTINCT FROM (NEW."needs_interpreter") OR OLD."phone" IS DISTINCT FROM (NEW."phone") OR OLD."post_address" IS DISTINCT FROM (NEW."post_address") OR OLD."protection" IS DISTINCT FROM (NEW."protection") OR OLD."safety_note" IS DISTINCT FROM (NEW."safety_note") OR OLD."version" IS DISTINCT FROM (NEW."version"))',
                    func='INSERT INTO "tenants_personevent" ("born_on", "died_on", "email", "email_used_on", "family_name", "given_name", "id", "is_reserved", "language", "needs_interpreter", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "post_address", "protection", "safety_note", "version") VALUES (OLD."born_on", OLD."died_on", OLD."email", OLD."email_used_on", OLD."family_name", OLD."given_name", OLD."id", OLD."is_reserved", OLD."language", OLD."needs_interpreter", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."phone", OLD."post_address", OLD."protection", OLD."safety_note", OLD."version"); RETURN NULL;',
                    hash="1615ed428b80a86464af8aad1ba40afaa75b4cd1",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_ded29",
                    table="tenants_person",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="person",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "tenants_personevent" ("born_on", "died_on", "email", "email_used_on", "family_name", "given_name", "id", "is_reserved", "language", "needs_interpreter", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "post_address", "protection", "safety_note", "version") VALUES (OLD."born_on", OLD."died_on", OLD."email", OLD."email_used_on", OLD."family_name", OLD."given_name", OLD."id", OLD."is_reserved", OLD."language", OLD."needs_interpreter", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."phone", OLD."post_address", OLD."protection", OLD."safety_note", OLD."version"); RETURN NULL;',
                    hash="45034cc080e5f2216606e1a584e0c0b742920537",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_c64a0",
                    table="tenants_person",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("email_used_on__isnull", True),
                    models.Q(("email", ""), _negated=True),
                    _connector="OR",
                ),
                name="tenants_person_uses_an_email",
            ),
        ),
        migrations.AddField(
            model_name="guardianshipevent",
            name="person",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="tenants.person",
            ),
        ),
        migrations.AddField(
            model_name="guardianshipevent",
            name="pgh_context",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="pghistory.context",
            ),
        ),
        migrations.AddField(
            model_name="guardianshipevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="tenants.guardianship",
            ),
        ),
        withhold("UPDATE, DELETE", "tenants_guardianshipevent"),
    ]
