"""Settings. Everything an office changes comes from the environment; the defaults run the demo."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import secrets
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.utils.csp import CSP

from config.embedded_pg import EmbeddedPostgres
from demo.sign_ins import SIGN_INS

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("DONGHANH_VAR", ROOT / "var"))
DEBUG = os.environ.get("DONGHANH_DEBUG") == "1"
ALLOWED_HOSTS = os.environ.get("DONGHANH_HOSTS", "localhost,127.0.0.1,testserver").split(",")
DEMO_DAY = os.environ.get("DONGHANH_DEMO_DAY", "")  # "2025-06-16": the day on which the demo plays; empty: the real day
DEMO_ACCOUNTS = SIGN_INS if DEMO_DAY else ()  # offered on the sign-in page


def _kept(variable: str, name: str, make: Callable[[], str]) -> str:
    """A secret from the environment, else made once and kept beside the data, readable by its owner alone."""
    if given := os.environ.get(variable):
        return given
    place = VAR / name
    if not place.exists():
        VAR.mkdir(parents=True, exist_ok=True)
        handle, whole = tempfile.mkstemp(dir=VAR)  # readable by its owner alone
        with os.fdopen(handle, "w") as file:
            file.write(make())
        with contextlib.suppress(FileExistsError):  # two first starts at once: the first one's key holds
            os.link(whole, place)
        Path(whole).unlink()
    return place.read_text()


def _lock_key() -> str:
    """A new key in the shape that Fernet wants."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def _signing_key() -> str:
    """A new RSA key as PEM, with which we sign who somebody is for other applications."""
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _doors() -> list[dict[str, Any]]:
    """DONGHANH_SIGN_IN_WITH: OpenID Connect servers people may sign in with, as JSON (docs/sign-in.md)."""
    return [
        {
            "provider_id": door["id"],
            "name": door["name"],
            "client_id": door["client"],
            "secret": door["secret"],
            "settings": {"server_url": door["server"], "oauth_pkce_enabled": True, "fetch_userinfo": False},
        }
        for door in json.loads(os.environ.get("DONGHANH_SIGN_IN_WITH") or "[]")
    ]


def _database() -> dict[str, Any]:
    """DATABASE_URL (postgresql://user:password@host:port/name), else the embedded server."""
    if url := os.environ.get("DATABASE_URL"):
        parts = urlsplit(url)
        place = {
            "HOST": unquote(parts.hostname or ""),
            "PORT": str(parts.port or ""),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "NAME": parts.path.lstrip("/"),
        }
    else:
        durable = os.environ.get("DONGHANH_DURABLE", "1") == "1"
        place = EmbeddedPostgres(VAR / "postgres", durable=durable).ensure()
        place["NAME"] = os.environ.get("DONGHANH_DATABASE", place["NAME"])
    pool = {"min_size": 1, "max_size": 8, "timeout": 10}
    return {"ENGINE": "donghanh.kernel.postgresql", "OPTIONS": {"pool": pool, "assume_role": "donghanh_app"}, **place}


def _mailers() -> dict[str, dict[str, Any]]:
    """The mail server of DONGHANH_SMTP; where it is not set, one that sends nothing."""
    parts = urlsplit(os.environ.get("DONGHANH_SMTP", ""))
    if not parts.hostname:
        return {"default": {"BACKEND": "django.core.mail.backends.dummy.EmailBackend"}}
    secure = parts.scheme == "smtps"
    name = {"username": unquote(parts.username), "password": unquote(parts.password or "")} if parts.username else {}
    options = {
        "host": parts.hostname, "port": parts.port or (465 if secure else 587), "use_ssl": secure, "timeout": 20,
        "use_tls": parts.scheme == "smtp" and bool(name), **name,
    }  # fmt: skip
    return {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}}


SECRET_KEY = _kept("DONGHANH_SECRET_KEY", "secret-key", lambda: secrets.token_urlsafe(50))
# Of the lock around certificates, the newest first: docs/signing.md.
CERTIFICATE_KEYS = _kept("DONGHANH_CERTIFICATE_KEYS", "certificate-key", _lock_key).split(",")
DATABASES = {"default": _database()}
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

ROOMS = [
    "home", "api", "flows", "reporting", "explorer", "programmes", "recognition", "inspections",
    "statistics", "questionnaires", "documents", "papers", "agenda",
    "collaborators", "guardians", "rosters", "privacy",
    "people", "organisations", "measures", "periods", "files", "audit", "kernel",
]  # fmt: skip
INSTALLED_APPS = [
    "demo",
    *(f"donghanh.{room}" for room in ROOMS),
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",  # FORM_RENDERER reads its widget templates
    "django_tables2",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.idp.oidc",
    "procrastinate.contrib.django",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "donghanh.kernel.language.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "donghanh.people.middleware.MembershipMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "donghanh.kernel.refusals.RefusalMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "donghanh.home.context.chrome",
            ],
            "builtins": ["donghanh.kernel.templatetags.dh"],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

AUTH_USER_MODEL = "people.Account"
LOGIN_URL = "people:sign_in"
LOGIN_REDIRECT_URL = "home:my_work"
LOGOUT_REDIRECT_URL = "people:sign_in"
PASSWORD_HASHERS = ["donghanh.people.passwords.TunedArgon2id"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("MinimumLengthValidator", {"min_length": 8}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
        ("UserAttributeSimilarityValidator", {"user_attributes": ["username", "full_name"]}),
    )
]

# Sign-in: allauth keeps second factors, sessions and OpenID Connect both ways; people/adapters.py bends it to us.
ACCOUNT_ADAPTER = "donghanh.people.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]  # nobody signs up; this says that there is no e-mail address
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_FORMS = {"reauthenticate": "donghanh.people.forms.PasswordAgainForm"}
ACCOUNT_RATE_LIMITS = {"login_failed": "300/15m/ip,10/15m/key"}  # codes; passwords have people.rules
MFA_ADAPTER = "donghanh.people.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "donghanh.people.forms.CodeForm",
    "reauthenticate": "donghanh.people.forms.CodeAgainForm",
    "activate_totp": "donghanh.people.forms.FirstCodeForm",
    "add_webauthn": "donghanh.people.forms.PasskeyForm",
}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RATE_LIMITS = {"webauthn_login": "300/15m/ip"}
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Đồng Hành"
MFA_TOTP_TOLERANCE = 1  # steps of 30 seconds: clocks of phones are not exact
SOCIALACCOUNT_ADAPTER = "donghanh.people.adapters.OutsideAccountAdapter"
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {"openid_connect": {"APPS": _doors(), "SCOPE": ["openid", "profile"]}}
IDP_OIDC_ADAPTER = "donghanh.people.openid.ProviderAdapter"
IDP_OIDC_PRIVATE_KEY = _kept("DONGHANH_SIGNING_KEY", "signing-key.pem", _signing_key)
CACHES = {  # shared by all processes: a code that was used, guesses that were made, a grant not yet fetched
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "people_shortlived",
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    }
}

# Figures sent by schedule: DONGHANH_SMTP (smtp://user:password@host:587, smtps://…:465); without it nothing is mailed.
MAILERS = _mailers()
SENDS_MAIL = "DONGHANH_SMTP" in os.environ
DEFAULT_FROM_EMAIL = os.environ.get("DONGHANH_MAIL_FROM", "dong-hanh@localhost")
SITE_ADDRESS = os.environ.get("DONGHANH_ADDRESS", "http://localhost:8000").rstrip("/")  # of links in letters

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = [ROOT / "locale"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
USE_THOUSAND_SEPARATOR = True
FORMAT_MODULE_PATH = ["config.formats"]

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [ROOT / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.static.HashedFiles"},
}
FILES_FOLDER = VAR / "files"  # uploads and papers, by hash
FACTS_FOLDER = VAR / "facts"  # wide Parquet; may be deleted, one command makes it anew
TRUST_FOLDER = VAR / "trust"  # roots (*.pem) and revocation lists (*.crl) of digital signatures: docs/signing.md
FONTS_FOLDER = ROOT / "static/vendor/fonts"

SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "worker-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}
BEHIND_TLS = os.environ.get("DONGHANH_TLS") == "1"  # set behind a proxy that ends TLS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"  # a sentence costs no write to the database
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024  # bytes; a form of 13 items takes about 3 kB
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

DJANGO_TABLES2_TEMPLATE = "components/table.html"
PROCRASTINATE_ON_APP_READY = "config.schedule.register"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
