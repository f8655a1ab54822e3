import django.db.models.deletion
import umemployed.api.ids
import umemployed.files.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='StoredFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=umemployed.api.ids.new_public_id, editable=False, unique=True, verbose_name='public id')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                ('purpose', models.CharField(max_length=40, verbose_name='purpose')),
                ('name', models.CharField(max_length=150, verbose_name='name')),
                ('size', models.PositiveIntegerField(help_text='bytes', verbose_name='size')),
                ('sha256', models.CharField(blank=True, max_length=64, verbose_name='SHA-256')),
                ('content_type', models.CharField(max_length=100, verbose_name='content type')),
                ('status', models.CharField(choices=[('pending', 'waiting for the upload'), ('uploaded', 'waiting for the inspection'), ('available', 'available'), ('rejected', 'rejected')], default='pending', max_length=10, verbose_name='status')),
                ('rejection', models.CharField(blank=True, max_length=40, verbose_name='reason of the rejection')),
                ('upload_key', models.CharField(default=umemployed.files.models.upload_key, editable=False, max_length=80, unique=True, verbose_name='upload key')),
                ('key', models.CharField(blank=True, editable=False, max_length=80, verbose_name='key')),
                ('attached_at', models.DateTimeField(blank=True, null=True, verbose_name='attached at')),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='owner')),
            ],
            options={
                'verbose_name': 'file',
                'verbose_name_plural': 'files',
                'ordering': ['-pk'],
                'indexes': [models.Index(condition=models.Q(('attached_at', None)), fields=['created_at'], name='file_orphans'), models.Index(condition=models.Q(('status', 'uploaded')), fields=['updated_at'], name='file_waiting')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('status', 'available'), _negated=True), models.Q(('key', ''), ('sha256', ''), _connector='OR', _negated=True), _connector='OR'), name='file_available_has_bytes')],
            },
        ),
    ]
