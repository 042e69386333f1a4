"""Keys for matching typed names, and trigram indexes for the type-ahead."""

from django.db import migrations, models

from core import names


def fill(apps, schema_editor):
    communes = apps.get_model("core", "Commune").objects
    rows = list(communes.all())
    for row in rows:
        row.key = names.words(row.short_name)
    communes.bulk_update(rows, ["key"], batch_size=1000)
    former = apps.get_model("core", "LegacyCommune").objects
    rows = list(former.all())
    for row in rows:
        row.ward_key = names.key(row.ward)
        row.district_key = names.key(row.district)
        row.province_key = names.key(row.province)
    former.bulk_update(rows, ["ward_key", "district_key", "province_key"], batch_size=1000)


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [
        migrations.AddField(
            "commune",
            "key",
            models.CharField(default="", editable=False, max_length=60),
            preserve_default=False,
        ),
        migrations.AddField(
            "legacycommune",
            "ward_key",
            models.CharField(default="", editable=False, max_length=80),
            preserve_default=False,
        ),
        migrations.AddField(
            "legacycommune",
            "district_key",
            models.CharField(default="", editable=False, max_length=80),
            preserve_default=False,
        ),
        migrations.AddField(
            "legacycommune",
            "province_key",
            models.CharField(default="", editable=False, max_length=60),
            preserve_default=False,
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
