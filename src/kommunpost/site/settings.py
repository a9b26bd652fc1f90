"""Django's settings. What an installation may choose comes from the environment; see docs/reference/settings.md."""

from pathlib import Path

from kommunpost.apps.directory.rules import Role
from kommunpost.site import environment, logs

PACKAGE = Path(__file__).resolve().parent.parent
DATA_FOLDER = environment.data_folder()

DEBUG = environment.boolean("KOMMUNPOST_DEBUG", default=False)
SECRET_KEY = environment.secret_key(DATA_FOLDER)
SECRET_KEY_FALLBACKS = environment.words("KOMMUNPOST_SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = environment.words("KOMMUNPOST_HOSTS", default="localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = environment.words("KOMMUNPOST_ORIGINS")

# --- What is Kommunpost's own ---
PROFILE = environment.text("KOMMUNPOST_PROFILE", default="botkyrka")
BLOB_STORE = environment.text("KOMMUNPOST_BLOBS", default=str(DATA_FOLDER / "blobs"))
WEB_ADDRESS = environment.text("KOMMUNPOST_WEB", default="127.0.0.1:8025")
SMTP_ADDRESS = environment.text("KOMMUNPOST_SMTP", default="127.0.0.1:2525")
LMTP_ADDRESS = environment.text("KOMMUNPOST_LMTP")
SMTP_CERTIFICATE = environment.text("KOMMUNPOST_SMTP_CERTIFICATE")
SMTP_CERTIFICATE_KEY = environment.text("KOMMUNPOST_SMTP_CERTIFICATE_KEY")
FILE_ROOM = environment.text("KOMMUNPOST_ROOM")
SCHEMA_FOLDER = environment.text("KOMMUNPOST_SCHEMAS")
PACKAGE_FOLDER = environment.text("KOMMUNPOST_PACKAGES", default=str(DATA_FOLDER / "packages"))
HANDOVER_FOLDER = environment.text("KOMMUNPOST_HANDOVERS", default=str(DATA_FOLDER / "handovers"))
FILE_ROOM_LINK = environment.text("KOMMUNPOST_ROOM_LINK")
SUBMISSION_ADDRESS = environment.text("KOMMUNPOST_SUBMISSION")
SPELLING = environment.boolean("KOMMUNPOST_SPELLING", default=True)
OUTLOOK_ADVICE = environment.boolean("KOMMUNPOST_OUTLOOK_ADVICE", default=True)
CLAMD_URL = environment.text("KOMMUNPOST_CLAMD")
DELIVERY_REPORTS = environment.boolean("KOMMUNPOST_DELIVERY_REPORTS", default=True)
RELAY_URL = environment.text("KOMMUNPOST_RELAY")
# Machines in front of us whose X-Forwarded-For is believed: without them every visitor would seem to be the proxy.
TRUSTED_PROXIES = environment.words("KOMMUNPOST_PROXIES")
# Sovereign clouds have other addresses than the rest of the world.
GRAPH_URL = environment.text("KOMMUNPOST_GRAPH", default="https://graph.microsoft.com/v1.0").rstrip("/")
GRAPH_SIGN_IN = environment.text("KOMMUNPOST_GRAPH_SIGN_IN", default="https://login.microsoftonline.com").rstrip("/")
OWN_DOMAINS = environment.words("KOMMUNPOST_DOMAINS")
# Only what these say of a mail's origin is heeded: anybody can write an Authentication-Results field.
AUTHENTICATION_SERVERS = environment.words("KOMMUNPOST_AUTHSERV")
TRUSTED_NETWORKS = environment.words("KOMMUNPOST_TRUSTED", default="127.0.0.0/8,::1/128")
PROCESS_NAME = environment.text("KOMMUNPOST_PROCESS", default="main")
METRICS_TOKEN = environment.text("KOMMUNPOST_METRICS_TOKEN")
# How long a backup is kept: until then it holds what has been removed here, and the protocol of a removal says so.
BACKUP_DAYS = environment.number("KOMMUNPOST_BACKUP_DAYS", default=35)
DEMO = environment.boolean("KOMMUNPOST_DEMO", default=False)
REQUIRE_TOTP = environment.choices("KOMMUNPOST_REQUIRE_TOTP", allowed=["off", "all", *map(str, Role)], default="off")

# --- Django ---
LOGGING = logs.configuration(level=environment.text("KOMMUNPOST_LOG_LEVEL", default="INFO").upper())
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_tasks",
    "django_tasks_db",
    "kommunpost.apps.audit",
    "kommunpost.apps.directory",
    "kommunpost.apps.mailflow",
    "kommunpost.apps.maillog",
    "kommunpost.apps.register",
    "kommunpost.apps.composing",
    "kommunpost.apps.inbox",
    "kommunpost.site.worker",
    "kommunpost.site.operations",
    "kommunpost.site.api",
    "kommunpost.site.submission",
    "kommunpost.site",
]
MIDDLEWARE = [
    "kommunpost.site.metrics.RequestTimes",
    "django.middleware.security.SecurityMiddleware",
    "kommunpost.site.middleware.ContentSecurityPolicyMiddleware",
    "kommunpost.site.static_files.HashedFilesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "kommunpost.site.middleware.SignedInMiddleware",
    "kommunpost.site.middleware.ActorMiddleware",
    "kommunpost.site.middleware.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "kommunpost.site.urls"
WSGI_APPLICATION = "kommunpost.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "site" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "kommunpost.site.context.shell",
            ],
            "builtins": [
                "django.templatetags.static",
                "django.templatetags.i18n",
                "kommunpost.site.templatetags.kommunpost",
                "kommunpost.site.templatetags.components",
                "kommunpost.site.templatetags.lists",
                "kommunpost.site.templatetags.panels",
                "kommunpost.site.templatetags.records",
            ],
        },
    },
]
DATABASES = {"default": environment.database(DATA_FOLDER)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "directory.Account"
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}

AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "start"
LOGOUT_REDIRECT_URL = "sign-in"

LANGUAGE_CODE = "sv"
LANGUAGES = [("sv", "Svenska"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "site" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Stockholm"

STATIC_URL = "static/"
# Served from the installed package, with a hash in the name: nothing to collect, nothing to forget at an upgrade.
STATICFILES_DIRS = [PACKAGE / "site" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "kommunpost.site.static_files.HashedStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_MAX_AGE = 0

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = environment.boolean("KOMMUNPOST_HTTPS", default=False)
CSRF_FAILURE_VIEW = "kommunpost.site.views.errors.csrf_failed"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
