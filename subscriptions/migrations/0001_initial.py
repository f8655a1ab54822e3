import django.db.models.deletion
import umemployed.api.ids
from django.conf import settings
from django.db import migrations, models

from umemployed.schema import CreateModels


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('companies', '0001_initial'),
    ]

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name='Plan',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.UUIDField(default=umemployed.api.ids.new_public_id, editable=False, unique=True, verbose_name='public id')),
                        ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                        ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                        ('code', models.SlugField(max_length=40, unique=True, verbose_name='code')),
                        ('audience', models.CharField(choices=[('seeker', 'Seeker'), ('company', 'Company')], max_length=16, verbose_name='audience')),
                        ('name', models.CharField(max_length=80, verbose_name='name')),
                        ('description', models.TextField(blank=True, verbose_name='description')),
                        ('rank', models.PositiveSmallIntegerField(default=0, help_text='Lower stands first in the list.', verbose_name='rank')),
                        ('is_default', models.BooleanField(default=False, help_text='The plan of everyone who subscribes to nothing.', verbose_name='default')),
                        ('is_offered', models.BooleanField(default=True, help_text='Shown in the public list of plans.', verbose_name='offered')),
                    ],
                    options={
                        'verbose_name': 'plan',
                        'verbose_name_plural': 'plans',
                        'ordering': ['audience', 'rank', 'pk'],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('audience',), name='plan_one_default_per_audience')],
                    },
                ),
                migrations.CreateModel(
                    name='PlanLimit',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('key', models.CharField(choices=[('applications_per_day', 'Applications per day'), ('live_jobs', 'Live jobs')], max_length=40, verbose_name='what')),
                        ('amount', models.PositiveIntegerField(blank=True, help_text='Empty: unlimited.', null=True, verbose_name='amount')),
                        ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='limits', to='subscriptions.plan', verbose_name='plan')),
                    ],
                    options={
                        'verbose_name': 'limit',
                        'verbose_name_plural': 'limits',
                        'ordering': ['plan', 'key', 'pk'],
                        'constraints': [models.UniqueConstraint(fields=('plan', 'key'), name='planlimit_one_per_key')],
                    },
                ),
                migrations.CreateModel(
                    name='PlanPrice',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('currency', models.CharField(help_text='ISO 4217.', max_length=3, verbose_name='currency')),
                        ('interval', models.CharField(choices=[('month', 'Month'), ('year', 'Year')], max_length=8, verbose_name='interval')),
                        ('amount', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='amount')),
                        ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='prices', to='subscriptions.plan', verbose_name='plan')),
                    ],
                    options={
                        'verbose_name': 'price',
                        'verbose_name_plural': 'prices',
                        'ordering': ['plan', 'currency', 'interval', 'pk'],
                        'constraints': [models.UniqueConstraint(fields=('plan', 'currency', 'interval'), name='planprice_one_per_interval'), models.CheckConstraint(condition=models.Q(('amount__gte', 0)), name='planprice_is_not_negative'), models.CheckConstraint(condition=models.Q(('currency__regex', '^[A-Z]{3}$')), name='planprice_currency_is_iso')],
                    },
                ),
                migrations.CreateModel(
                    name='Subscription',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.UUIDField(default=umemployed.api.ids.new_public_id, editable=False, unique=True, verbose_name='public id')),
                        ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                        ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                        ('status', models.CharField(choices=[('active', 'Active'), ('past_due', 'Past due'), ('ended', 'Ended')], default='active', max_length=16, verbose_name='status')),
                        ('current_period_start_at', models.DateTimeField(verbose_name='period starts at')),
                        ('current_period_end_at', models.DateTimeField(blank=True, help_text='Empty: until ended.', null=True, verbose_name='period ends at')),
                        ('company', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='subscriptions', to='companies.company', verbose_name='company')),
                        ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='subscriptions', to='subscriptions.plan', verbose_name='plan')),
                        ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='subscriptions', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                    ],
                    options={
                        'verbose_name': 'subscription',
                        'verbose_name_plural': 'subscriptions',
                        'ordering': ['-pk'],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('company__isnull', True), ('user__isnull', False)), models.Q(('company__isnull', False), ('user__isnull', True)), _connector='OR'), name='subscription_one_subject'), models.UniqueConstraint(condition=models.Q(('status__in', ('active', 'past_due'))), fields=('user',), name='subscription_one_per_user'), models.UniqueConstraint(condition=models.Q(('status__in', ('active', 'past_due'))), fields=('company',), name='subscription_one_per_company'), models.CheckConstraint(condition=models.Q(('current_period_end_at', None), ('current_period_end_at__gt', models.F('current_period_start_at')), _connector='OR'), name='subscription_period_has_length')],
                    },
                ),
                migrations.CreateModel(
                    name='UsageCounter',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('key', models.CharField(choices=[('applications_per_day', 'Applications per day'), ('live_jobs', 'Live jobs')], max_length=40, verbose_name='what')),
                        ('window_start_at', models.DateTimeField(verbose_name='window starts at')),
                        ('used', models.PositiveIntegerField(default=0, verbose_name='used')),
                        ('company', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to='companies.company', verbose_name='company')),
                        ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL, verbose_name='person')),
                    ],
                    options={
                        'verbose_name': 'usage',
                        'verbose_name_plural': 'usage',
                        'ordering': ['-window_start_at', '-pk'],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('company__isnull', True), ('user__isnull', False)), models.Q(('company__isnull', False), ('user__isnull', True)), _connector='OR'), name='usagecounter_one_subject'), models.UniqueConstraint(condition=models.Q(('user__isnull', False)), fields=('user', 'key', 'window_start_at'), name='usagecounter_one_per_user'), models.UniqueConstraint(condition=models.Q(('company__isnull', False)), fields=('company', 'key', 'window_start_at'), name='usagecounter_one_per_company')],
                    },
                ),
            ],
        ),
    ]
