"""Django's settings, made from the configuration that `kentongan.config` found; nothing is decided here twice."""

from __future__ import annotations

from csp.constants import NONCE, NONE, SELF

from kentongan.config import find_config, load_config
from kentongan.secret import read_secret
from kentongan.single_sign_on import describe_provider, get_origins
from storage.dialect import describe_database, use_current_sqlite

use_current_sqlite()

CONFIG = load_config(find_config())
_WEB = CONFIG.web
_TLS = bool(_WEB.trusted_proxies)  # TLS ends at the proxy; without one we answer on this machine or inside the office

# ---- the store -------------------------------------------------------------------------------------------------
DATABASES = {"default": describe_database(CONFIG.storage.url, CONFIG.path.parent)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "storage.User"

# ---- what is put together --------------------------------------------------------------------------------------
DEBUG = False
SECRET_KEY = read_secret(CONFIG.get_path(CONFIG.storage.data_dir))
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "storage",
    "inbox",  # before allauth: its templates stand in front
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "django_htmx",
]
ROOT_URLCONF = "kentongan.urls"
WSGI_APPLICATION = "kentongan.wsgi.application"
MIDDLEWARE = [
    "inbox.middleware.header.HeaderMiddleware",
    "csp.middleware.CSPMiddleware",
    "inbox.middleware.proxy.ProxyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "inbox.middleware.session.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "inbox.middleware.limit.LimitMiddleware",
    "inbox.middleware.origin.OriginMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "inbox.middleware.session.SessionAgeMiddleware",
    "inbox.middleware.language.LanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "inbox.middleware.gate.GateMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "inbox.context.office",
            ]
        },
    }
]
STATIC_URL = "/static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},  # attachments live in the store
    "staticfiles": {"BACKEND": "inbox.static_file.StaticFiles"},
}
WHITENOISE_USE_FINDERS = True  # no build step, no collectstatic
WHITENOISE_MAX_AGE = 300
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
LOGGING_CONFIG = None  # kentongan/log.py

# ---- language and time -----------------------------------------------------------------------------------------
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = CONFIG.agency.language
LANGUAGES = [("id", "Bahasa Indonesia"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SECURE = _TLS
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
AGENCY_ZONE = CONFIG.agency.timezone
AGENCY_NAME = CONFIG.agency.name
INTAKE = "kentongan.handed_in.Intake"  # stores what people hand in (inbox/intake.py)
UPLOADS = CONFIG.get_path(CONFIG.storage.data_dir) / "uploads"  # tables between upload and import, for a day

# ---- who may ask, and how much (W6, W10, W11) --------------------------------------------------------------------
ALLOWED_HOSTS = [*_WEB.allowed_hosts, _WEB.host, "localhost", "127.0.0.1", "[::1]"]
TRUSTED_PROXIES = _WEB.trusted_proxies
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _TLS else None
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024**2
DATA_UPLOAD_MAX_NUMBER_FIELDS = 100
DATA_UPLOAD_MAX_NUMBER_FILES = 2
MAX_UPLOAD = 10 * 1024**2
APPEND_SLASH = False

# ---- what an answer says to the browser (W8) ---------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [NONCE],
        "style-src": [SELF],
        "img-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF, *get_origins(_WEB)],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = None  # inbox/middleware/header.py says why
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _TLS else 0

# ---- sessions and forms (W3, W6) ---------------------------------------------------------------------------------
_HOST = "__Host-" if _TLS else ""
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_NAME = f"{_HOST}kentongan"
SESSION_COOKIE_AGE = 30 * 60  # idle; inbox/middleware/session.py ends it after 12 hours in all
SESSION_COOKIE_SECURE = _TLS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_NAME = f"{_HOST}form"
CSRF_COOKIE_SECURE = _TLS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "inbox.views.error.refuse_form"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# ---- logging in (W1, W2) -----------------------------------------------------------------------------------------
PASSWORD_HASHERS = ["inbox.account.password.PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "inbox.account.password.LengthValidator"},
    {"NAME": "inbox.account.password.KnownPasswordValidator"},
]
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
SECOND_FACTOR = _WEB.second_factor
ACCOUNT_ADAPTER = "inbox.account.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_UNIQUE_EMAIL = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if _TLS else "http"
ACCOUNT_RATE_LIMITS = {"login_failed": "10/15m/key,50/15m/ip", "login": "100/m/ip"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = CONFIG.agency.name
MFA_ALLOW_UNVERIFIED_EMAIL = True  # no mail is sent, so none is verified
USERSESSIONS_TRACK_ACTIVITY = False  # inbox/middleware/session.py notes it once a minute
SOCIALACCOUNT_ADAPTER = "inbox.account.single_sign_on.SingleSignOnAdapter"
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": describe_provider(CONFIG)}}
SINGLE_SIGN_ON_CLAIM = _WEB.oidc_claim
