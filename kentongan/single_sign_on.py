"""What [web] says of the office's own log-in server (OpenID Connect), as allauth wants to hear it."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import urlsplit

from kentongan.config import Config
from kentongan.error import ConfigError
from kentongan.section import Web

PROVIDER = "sso"  # in the address: /account/oidc/sso/login/


def describe_provider(config: Config) -> list[dict[str, Any]]:
    """The one provider, or none; ConfigError when its secret is missing."""
    web = config.web
    if not web.oidc_server:
        return []
    return [
        {
            "provider_id": PROVIDER,
            "name": web.oidc_name,
            "client_id": web.oidc_client_id,
            "secret": _get_secret(config),
            "settings": {"server_url": web.oidc_server, "oauth_pkce_enabled": True},
        }
    ]


def get_origins(web: Web) -> tuple[str, ...]:
    """The server's origin: a form of ours leads there."""
    parts = urlsplit(web.oidc_server)
    return (f"{parts.scheme}://{parts.netloc}",) if web.oidc_server else ()


def _get_secret(config: Config) -> str:
    name = config.web.oidc_secret_env or ""
    secret = os.environ.get(name, "").strip()
    if not secret:
        raise ConfigError(f"{config.path.name}, [web]: the environment variable {name} (oidc_secret_env) is not set")
    return secret
