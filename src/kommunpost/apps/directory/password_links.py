"""The address at which somebody chooses a password, once: a token that ends with its use, a sign-in, or its time."""

from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from kommunpost.apps.directory.models import Account


def path_of_link(account: Account) -> str:
    """``/losenord/…/…/`` for the account. Whoever has it may choose the password: it belongs in no log."""
    return reverse(
        "set-password",
        args=[urlsafe_base64_encode(force_bytes(account.pk)), default_token_generator.make_token(account)],
    )
