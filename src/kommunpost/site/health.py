"""For those who watch over us: ``/healthz`` (the process lives), ``/readyz`` (it can do its work), ``/metrics``."""

import ipaddress
import secrets
import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from kommunpost.apps.mailflow import blobs
from kommunpost.apps.mailflow.blobs.contract import BlobError
from kommunpost.apps.mailflow.queries.connections import states
from kommunpost.apps.register.queries.handovers import handover_states
from kommunpost.site import metrics
from kommunpost.site.worker import queue
from kommunpost.site.worker.models import Heartbeat

WORKER_SILENT_AFTER = timedelta(seconds=45)
_ABSENT_DIGEST = "0" * 64
_PROXY_HEADERS = ("X-Forwarded-For", "Forwarded", "X-Real-Ip")


@login_not_required
@never_cache
@require_safe
def alive(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - the answer is the same for all
    """200 as long as the process answers at all. Asks nothing of database or disk."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@never_cache
@require_safe
def ready(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """200 when every part works, else 503; the body says which: ``{"database": true, …}``."""
    parts = readiness(now=timezone.now())
    return JsonResponse(parts, status=200 if all(parts.values()) else 503)


@login_not_required
@never_cache
@require_safe
def numbers(request: HttpRequest) -> HttpResponse:
    """Prometheus' text. For this machine itself, or whoever shows ``KOMMUNPOST_METRICS_TOKEN``; others see 404."""
    if not _may_read_numbers(request):
        return HttpResponse(status=404)
    return HttpResponse(generate_latest(metrics.REGISTRY), content_type=CONTENT_TYPE_LATEST)


urlpatterns = [
    path("healthz", alive, name="health-alive"),
    path("readyz", ready, name="health-ready"),
    path("metrics", numbers, name="health-metrics"),
]


def readiness(*, now: datetime) -> dict[str, bool]:
    """Whether each part works: ``database``, ``migrations``, ``blobs``, ``worker`` (some process has a living one)."""
    return {
        "database": _works(_database_answers),
        "migrations": _works(_migrations_done),
        "blobs": _works(blobs_answer),
        "worker": _works(lambda: Heartbeat.objects.filter(seen_at__gt=now - WORKER_SILENT_AFTER).exists()),
    }


def _works(question: Callable[[], bool]) -> bool:
    try:
        return question()
    except (Error, OSError, BlobError, sqlite3.Error):  # the last: a volume of blobs that cannot be read
        return False


def _database_answers() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone())


def _migrations_done() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def blobs_answer() -> bool:
    """True when the blob store gives an answer; its own errors go through."""
    # That a blob is not there is an answer as good as any; what counts is that the store gives one.
    blobs.store().exists(_ABSENT_DIGEST)
    return True


def _may_read_numbers(request: HttpRequest) -> bool:
    token = settings.METRICS_TOKEN
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token and secrets.compare_digest(given.encode(), token.encode()):
        return True
    # Behind a proxy on this machine every visitor seems local; such a request says so in a header.
    if any(header in request.headers for header in _PROXY_HEADERS):
        return False
    return ipaddress.ip_address(request.META["REMOTE_ADDR"]).is_loopback


metrics.REGISTRY.register(metrics.QueueSizes(queue.sizes))
metrics.REGISTRY.register(metrics.MailboxStates(states))
metrics.REGISTRY.register(metrics.HandoverStates(handover_states))
