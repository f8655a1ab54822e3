"""How frequent tokens are, by which plans are chosen; and an index in the order of pay, for searches that find much.

The first row of the frequencies is the number of live postings. The index is walked where a twentieth of all postings are
found: a page is then met within some hundred rows.
"""

from django.db import migrations, models


PAY = "CREATE INDEX jobs_search_pay ON jobs_jobsearch (coalesce(sal_max, -1) DESC, ord DESC);"


class Migration(migrations.Migration):

    dependencies = [
        ('jobs', '0006_skill_weights'),
    ]

    operations = [
        migrations.CreateModel(
            name='TokenFrequency',
            fields=[
                ('token', models.TextField(db_collation='C', primary_key=True, serialize=False, verbose_name='token')),
                ('postings', models.PositiveIntegerField(verbose_name='postings')),
            ],
            options={
                'verbose_name': 'token frequency',
                'verbose_name_plural': 'token frequencies',
                'ordering': ['-postings'],
            },
        ),
        migrations.RunSQL(PAY, "DROP INDEX jobs_search_pay;"),
    ]
