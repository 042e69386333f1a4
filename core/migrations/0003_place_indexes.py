import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0002_place_keys")]

    operations = [
        migrations.AlterField(
            model_name="commune",
            name="key",
            field=models.CharField(db_index=True, editable=False, max_length=60),
        ),
        migrations.AddIndex(
            model_name="commune",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(models.F("search_text"), name="gin_trgm_ops"),
                name="commune_trgm",
            ),
        ),
        migrations.AddIndex(
            model_name="commune",
            index=models.Index(fields=["province", "sort_key"], name="commune_by_province"),
        ),
        migrations.AddIndex(
            model_name="legacycommune",
            index=models.Index(fields=["ward_key", "district_key"], name="legacy_by_ward"),
        ),
        migrations.AddIndex(
            model_name="legacycommune",
            index=models.Index(fields=["district_key"], name="legacy_by_district"),
        ),
        migrations.AddIndex(
            model_name="legacycommune",
            index=models.Index(fields=["province_key"], name="legacy_by_province"),
        ),
        migrations.AddIndex(
            model_name="legacycommune",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(models.F("search_text"), name="gin_trgm_ops"),
                name="legacy_trgm",
            ),
        ),
    ]
