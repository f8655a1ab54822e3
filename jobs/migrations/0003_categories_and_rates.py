"""The first fields of work, and a dated snapshot of exchange rates.

Rates: euro reference rates of the European Central Bank for the day named below; XAF and XOF by their
fixed parity with the euro, AED and SAR by their peg to the US dollar. Newer ones are loaded by
``manage.py load_exchange_rates``.
"""

from datetime import date
from decimal import Decimal

from django.db import migrations

CATEGORIES = """
administration|Administration and office|Administration et secrétariat
agriculture|Agriculture and environment|Agriculture et environnement
arts|Arts and media|Arts et médias
business-development|Business development and strategy|Développement commercial et stratégie
construction|Construction and trades|Bâtiment et métiers manuels
consulting|Consulting|Conseil
customer-service|Customer service|Service client
data|Data and analytics|Données et analyse
design|Design|Design
education|Education and training|Enseignement et formation
engineering|Engineering and architecture|Ingénierie et architecture
finance|Finance and accounting|Finance et comptabilité
health|Health and care|Santé et soins
hospitality|Hospitality and tourism|Hôtellerie et tourisme
human-resources|Human resources|Ressources humaines
information-technology|Information technology|Informatique
legal|Legal|Droit
logistics|Logistics and transport|Logistique et transport
maintenance|Maintenance and operations|Maintenance et exploitation
management|Management|Direction
manufacturing|Manufacturing and production|Industrie et production
marketing|Marketing and communication|Marketing et communication
other|Other|Autre
product|Product and project management|Gestion de produit et de projet
public-service|Public service and policy|Service public et politiques
research|Science and research|Science et recherche
retail|Retail|Commerce de détail
sales|Sales|Vente
security|Safety and security|Sécurité
social|Social and community work|Travail social
software|Software development|Développement logiciel
"""
DAY = date(2024, 12, 31)
RATES = """
USD 1.0389  JPY 163.06  BGN 1.9558  CZK 25.185  DKK 7.4578  GBP 0.82918  HUF 411.35  PLN 4.275  RON 4.9743
SEK 11.459  CHF 0.9412  ISK 143.9  NOK 11.795  TRY 36.7372  AUD 1.6772  BRL 6.4253  CAD 1.4948  CNY 7.5833
HKD 8.0686  IDR 16820.88  ILS 3.7885  INR 88.9335  KRW 1532.15  MXN 21.5504  MYR 4.6454  NZD 1.8532
PHP 60.301  SGD 1.4164  THB 35.676  ZAR 19.6188  XAF 655.957  XOF 655.957  AED 3.8154  SAR 3.8959
"""


def load(apps, schema_editor):
    """Insert both, leaving alone what is there."""
    Category = apps.get_model("jobs", "Category")
    rows = (line.split("|") for line in CATEGORIES.strip().splitlines())
    Category.objects.bulk_create(
        (Category(slug=slug, name=name, name_fr=name_fr) for slug, name, name_fr in rows), ignore_conflicts=True
    )
    ExchangeRate = apps.get_model("jobs", "ExchangeRate")
    words = iter(RATES.split())
    ExchangeRate.objects.bulk_create(
        (
            ExchangeRate(currency=currency, on=DAY, per_reference=Decimal(rate), source="snapshot")
            for currency, rate in zip(words, words)
        ),
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):

    dependencies = [
        ('jobs', '0002_search'),
    ]

    operations = [
        migrations.RunPython(load, migrations.RunPython.noop, elidable=False),
    ]
