from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0007_user_erased_at"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="maker_unknown",
            field=models.BooleanField(
                db_default=False,
                default=False,
                editable=False,
                help_text="The address was proved by a link alone: somebody else may have set the password.",
                verbose_name="maker unknown",
            ),
        ),
    ]
