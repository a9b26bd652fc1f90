"""What every screen of the register begins with: who may, and what a refusal looks like."""

from collections.abc import Iterator
from contextlib import contextmanager

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404

from kommunpost.apps.directory.requests import AuthenticatedRequest
from kommunpost.apps.directory.rules import NotAllowed, Permission
from kommunpost.apps.mailflow.queries import NotVisible
from kommunpost.apps.register.rules.states import RegisterRefused
from kommunpost.apps.register.wording import refusal_words

MOST = 1 << 62


def check(request: AuthenticatedRequest, permission: Permission) -> None:
    """Answer 403 unless whoever asks may."""
    if not request.actor.may(permission):
        raise PermissionDenied


@contextmanager
def found_or_404() -> Iterator[None]:
    """What is not there, and what is not for the reader, answer alike."""
    try:
        yield
    except NotVisible as absent:
        raise Http404 from absent
    except NotAllowed as refusal:
        raise PermissionDenied from refusal


@contextmanager
def told_in(form: forms.Form) -> Iterator[None]:
    """A refusal is told at the top of the form; ``form.errors`` says afterwards that there was one."""
    try:
        yield
    except RegisterRefused as refusal:
        form.add_error(None, refusal_words(refusal.code))


def number(text: str) -> int | None:
    """A number out of an address, small enough for the database."""
    return int(text) if text.isdecimal() and len(text) < 19 else None  # noqa: PLR2004 - a 64-bit number
