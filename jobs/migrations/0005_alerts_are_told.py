"""Whether a match of a saved search waits to be told, and how its person is mailed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("jobs", "0004_levels_of_skills")]

    operations = [
        migrations.AddField(
            model_name="alertmatch",
            name="awaits_telling",
            field=models.BooleanField(db_default=False, default=False, verbose_name="awaits telling"),
        ),
        migrations.AddField(
            model_name="savedsearch",
            name="frequency",
            field=models.CharField(
                choices=[("now", "at once"), ("daily", "in the summary of the day"), ("off", "never")],
                db_default="daily",
                default="daily",
                max_length=5,
                verbose_name="frequency",
            ),
        ),
        migrations.AddIndex(
            model_name="alertmatch",
            index=models.Index(condition=models.Q(("awaits_telling", True)), fields=["id"], name="alertmatch_untold"),
        ),
    ]
