"""All settings. The environment is read once, at the top, and what is wrong in it fails loudly.

docs/operations.md explains every variable. `BOLIGSAK_MODE` has no default: `./run` sets it.
"""

import os
from pathlib import Path
from typing import Any

import environ
import structlog
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from boligsak import embedded

BASE_DIR = Path(__file__).resolve().parent.parent

# --- The environment --------------------------------------------------------------------------

env = environ.Env()

MODE: str = env("BOLIGSAK_MODE", default="")
if MODE not in ("demo", "test", "production"):
    raise ImproperlyConfigured(
        f"BOLIGSAK_MODE is {MODE!r}; set it to demo, test or production (./run sets it for you)."
    )
PRODUCTION = MODE == "production"

# Known to everybody who reads this file, so production refuses each of them.
OPEN_KEY = f"open-{MODE}-key-never-for-real-data-0123456789-abcdefghij-ABCDEFGHIJ"


def _secrets(name: str, separator: str | None = None) -> list[str]:
    """Keys, newest first: from the environment in production; elsewhere the open one will do."""
    text: str = env(name, default="")
    values = text.split(separator) if separator and text else [text] * bool(text)
    if not PRODUCTION:
        return values or [OPEN_KEY]
    if not values or any(len(value) < 32 or value.startswith("open-") for value in values):
        raise ImproperlyConfigured(
            f"{name} must be set in production: at least 32 secret characters."
        )
    return values


DEBUG: bool = env.bool("DEBUG", default=False)
if PRODUCTION and DEBUG:
    raise ImproperlyConfigured("DEBUG must be off in production.")

SECRET_KEY = _secrets("SECRET_KEY")[0]
FIELD_KEYS = _secrets("FIELD_KEYS", ",")  # seal columns and files (boligsak/sealed.py)
FIELD_MAC_KEY = _secrets("FIELD_MAC_KEY")[0]

DATA_DIR = Path(env("DATA_DIR", default="" if PRODUCTION else str(BASE_DIR / ".data" / MODE)))
if not DATA_DIR.is_absolute():
    raise ImproperlyConfigured("DATA_DIR must be the absolute path of the folder for files.")
INBOX_DIR = DATA_DIR / "inbox"  # payment files waiting for the night
FILES_DIR = DATA_DIR / "files"  # sealed documents
# Packages for the municipality's digital post (docs/channels.md).
OUTGOING_DIR = Path(env("OUTGOING_DIR", default=str(DATA_DIR / "outgoing")))
if not OUTGOING_DIR.is_absolute():
    raise ImproperlyConfigured("OUTGOING_DIR must be the absolute path of a folder.")

DATABASE_URL: str = env("DATABASE_URL", default="")
DATABASE_OWNER_URL: str = env("DATABASE_OWNER_URL", default="")
DATABASE_ROLE: str = env("DATABASE_ROLE", default="app")
REDIS_URL: str = env("REDIS_URL", default="")
WITHOUT_DATABASE: bool = env.bool("WITHOUT_DATABASE", default=False)

ALLOWED_HOSTS: list[str] = env.list(
    "ALLOWED_HOSTS", default=[] if PRODUCTION else ["localhost", "127.0.0.1", "[::1]", "testserver"]
)
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])
BEHIND_HTTPS_PROXY: bool = env.bool("BEHIND_HTTPS_PROXY", default=False)

OIDC_SERVER_URL: str = env("OIDC_SERVER_URL", default="")
OIDC_CLIENT_ID: str = env("OIDC_CLIENT_ID", default="")
OIDC_CLIENT_SECRET: str = env("OIDC_CLIENT_SECRET", default="")
OIDC_NAME: str = env("OIDC_NAME", default="Entra ID")
OIDC = bool(OIDC_SERVER_URL)
if OIDC and not (OIDC_CLIENT_ID and OIDC_CLIENT_SECRET):
    raise ImproperlyConfigured("OIDC_SERVER_URL also needs OIDC_CLIENT_ID and OIDC_CLIENT_SECRET.")

MUNICIPALITY = {
    "name": env("MUNICIPALITY_NAME", default="Trondheim"),
    "logo": env("MUNICIPALITY_LOGO", default=""),
    "color": env("MUNICIPALITY_COLOR", default=""),
    # What a letter that asks for money must hold: where to pay, and whom to ask.
    "account": env("MUNICIPALITY_ACCOUNT", default="" if PRODUCTION else "12345678903"),
    "contact": env("MUNICIPALITY_CONTACT", default=""),
    # The foot of every letter: postal address, organisation number; parts apart by semicolons.
    "foot": env("MUNICIPALITY_FOOT", default=""),
    # Where a warning to Nav goes: name, then the lines of its postal address, by semicolons.
    "nav": env("MUNICIPALITY_NAV", default="Nav"),
    "letter_color": env("MUNICIPALITY_LETTER_COLOR", default="#0b5394"),
}
EMAIL_FROM: str = env("EMAIL_FROM", default="boligsak@localhost")
if PRODUCTION and not (env("EMAIL_URL", default="") and env("EMAIL_FROM", default="")):
    raise ImproperlyConfigured("Production needs EMAIL_URL and EMAIL_FROM: letters go by e-mail.")
# Elsewhere what would be mailed lies in a folder, where it can be looked at.
EMAIL_SETTINGS: dict[str, Any] = (
    env.email_url("EMAIL_URL")
    if env("EMAIL_URL", default="")
    else {
        "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
        "EMAIL_FILE_PATH": str(DATA_DIR / "mail"),
    }
)
if PRODUCTION and not EMAIL_SETTINGS["EMAIL_BACKEND"].endswith(".smtp.EmailBackend"):
    # A letter that is printed to a log would count as sent.
    raise ImproperlyConfigured("EMAIL_URL must name a mail server in production: smtp+tls://…")
LOG_LEVEL: str = env("LOG_LEVEL", default="INFO")

# --- Database, broker, cache ------------------------------------------------------------------

EMBEDDED = not (DATABASE_URL and REDIS_URL) and not WITHOUT_DATABASE
DATABASE_ADMIN_URL = ""  # the embedded cluster's superuser: tests make their databases with it
if EMBEDDED:
    if PRODUCTION:
        raise ImproperlyConfigured(
            "Production needs DATABASE_URL and REDIS_URL; the embedded engines are for the demo."
        )
    _engines = embedded.serve(DATA_DIR)
    if not DATABASE_URL:
        DATABASE_URL = _engines.app_url
        DATABASE_OWNER_URL = _engines.owner_url
        DATABASE_ADMIN_URL = _engines.admin_url
    # Every test process keeps to a Valkey database of its own, so that runs do not meet.
    REDIS_URL = REDIS_URL or _engines.redis_url(os.getpid() % 64 if MODE == "test" else 0)
elif WITHOUT_DATABASE:
    DATABASE_URL = DATABASE_URL or "postgres:///nowhere"
    REDIS_URL = REDIS_URL or "redis://127.0.0.1:1/0"


def _database(url: str) -> dict[str, Any]:
    config = dict(env.db_url_config(url))
    if config["ENGINE"] != "django.db.backends.postgresql":
        raise ImproperlyConfigured("The database must be PostgreSQL 15 or newer.")
    return config | {
        "CONN_MAX_AGE": 0 if MODE == "test" else 60,
        "CONN_HEALTH_CHECKS": True,
        "TEST": {},
    }


_role_url = (DATABASE_OWNER_URL or DATABASE_URL) if DATABASE_ROLE == "owner" else DATABASE_URL
DATABASES = {
    "default": _database(_role_url),
    # The same database on a connection of its own: what a job writes here is seen at once,
    # while the job's own transaction is still open.
    "progress": _database(_role_url) | {"TEST": {"MIRROR": "default"}},
}
DATABASE_APP_ROLE = "boligsak_app"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
    }
}

CELERY_BROKER_URL = (
    "redis+socket://" + REDIS_URL.removeprefix("unix://").replace("?db=", "?virtual_host=")
    if REDIS_URL.startswith("unix://")
    else REDIS_URL
)
CELERY_TIMEZONE = "Europe/Oslo"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True  # a job whose worker died is taken up again; all are safe to repeat
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 6 * 3600}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULER = "boligsak.celery:NightScheduler"
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat")
CELERY_TASK_ALWAYS_EAGER = MODE == "test"
CELERY_TASK_EAGER_PROPAGATES = True

# --- Apps, middleware, templates --------------------------------------------------------------

INSTALLED_APPS = [
    "boligsak.apps.BoligsakConfig",
    "boligsak.desk",
    "meetings",
    "arrears",
    "tenants",
    "boligsak.letters",
    "boligsak.accounts",
    "boligsak.jobs",
    "boligsak.rates",
    "boligsak.administration.apps.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "crispy_forms",
    "django_filters",
    "django_htmx",
    "pgtrigger",
    "pghistory",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_structlog",
]
if OIDC:
    INSTALLED_APPS += ["allauth.socialaccount", "allauth.socialaccount.providers.openid_connect"]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "pghistory.middleware.HistoryMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "boligsak.accounts.middleware.LookUpMiddleware",
    "boligsak.letters.middleware.RegisterAwayMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "boligsak.urls"
WSGI_APPLICATION = "boligsak.wsgi.application"
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"
CRISPY_ALLOWED_TEMPLATE_PACKS = ("designsystemet",)
CRISPY_TEMPLATE_PACK = "designsystemet"
CRISPY_FAIL_SILENTLY = False

# Who changed a row is told to the triggers of its history. A GET changes none, and is not held up.
PGHISTORY_MIDDLEWARE_METHODS = ("POST", "PUT", "PATCH", "DELETE")

_loaders = [
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "builtins": [
                "boligsak.counted",
                "boligsak.show",
                "boligsak.kept",
                "boligsak.said",
                "django.templatetags.static",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
            ],
            "loaders": _loaders if DEBUG else [("django.template.loaders.cached.Loader", _loaders)],
        },
    }
]

# --- Who may come in --------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
# Our grants stand last: force_login and sessions take the first backend that knows a user.
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
    "boligsak.accounts.backends.GrantsBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
if MODE == "test":
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
for _validator in AUTH_PASSWORD_VALIDATORS:
    if _validator["NAME"].endswith("MinimumLengthValidator"):
        _validator["OPTIONS"] = {"min_length": 12}  # type: ignore[assignment]

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "boligsak.accounts.adapter.Adapter"
SOCIALACCOUNT_ADAPTER = "boligsak.accounts.oidc.SignInAdapter"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS: dict[str, str] | bool = False if MODE == "test" else {}
MFA_TOTP_ISSUER = "Boligsak"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "municipality",
                "name": OIDC_NAME,
                "client_id": OIDC_CLIENT_ID,
                "secret": OIDC_CLIENT_SECRET,
                "settings": {"server_url": OIDC_SERVER_URL},
            }
        ],
    }
}

SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = 10 * 3600  # a working day
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_NAME = "boligsak_session"
CSRF_COOKIE_NAME = "boligsak_csrf"
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # asked for from inside, over plain HTTP
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if BEHIND_HTTPS_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000  # bulk steps tick hundreds of rows
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600
# Documents that are sent in: the biggest that is taken, and the command that scans each for viruses
# (boligsak/letters/services/uploads.py). Without a command nothing is scanned; the page says so.
UPLOAD_MOST_BYTES: int = env.int("UPLOAD_MOST_MB", default=25) * 1024 * 1024
UPLOAD_SCANNER: str = env("UPLOAD_SCANNER", default="")

# --- Language and time ------------------------------------------------------------------------

LANGUAGE_CODE = "nb"
LANGUAGES = [("nb", _("Norwegian")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_NAME = "boligsak_language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Oslo"

# --- Static files -----------------------------------------------------------------------------

STATIC_URL = "/static/"
STATICFILES_DIRS = [("dist", BASE_DIR / "static" / "dist")]  # static/src is what it is made from
STATIC_ROOT = Path(env("STATIC_ROOT", default=str(BASE_DIR / ".data" / "static")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if MODE == "test"
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = MODE == "test"
WHITENOISE_AUTOREFRESH = DEBUG

# --- Mail, logs, checks -----------------------------------------------------------------------

DEFAULT_FROM_EMAIL = SERVER_EMAIL = EMAIL_FROM
vars().update(EMAIL_SETTINGS)
# Shorter than the time after which a worker counts as cut off (boligsak/letters/rules/outbox.py).
EMAIL_TIMEOUT = 60

# Logs carry ids and counts, never names, numbers or texts about people; no address of a client.
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
_processors: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.StackInfoRenderer(),
]
structlog.configure(
    processors=[*_processors, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
_renderer: list[Any] = (
    [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    if PRODUCTION
    # Plain: the pretty tracebacks print every local variable, and people are among them.
    else [
        structlog.dev.ConsoleRenderer(
            colors=False, exception_formatter=structlog.dev.plain_traceback
        )
    ]
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "boligsak": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": _processors,
            "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_renderer],
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "boligsak"}},
    "root": {"handlers": ["console"], "level": "WARNING" if MODE == "test" else LOG_LEVEL},
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
        "celery.beat": {"level": "WARNING"},
        "pikepdf": {"level": "WARNING"},  # greets at every start of every command
    },
}
SILENCED_SYSTEM_CHECKS: list[str] = []
