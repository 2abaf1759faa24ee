"""What gunicorn serves while pages are measured: the product on the benchmark's database."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "boligsak.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402

from bench.database import use  # noqa: E402

settings.ROOT_URLCONF = "bench.urls"
use(os.environ["BENCH_DATABASE"])
application = get_wsgi_application()
