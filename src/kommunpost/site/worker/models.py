"""What the workers tell each other: who is alive, who keeps the schedule, and when each job last ran."""

from django.db import models


class Heartbeat(models.Model):
    """A living worker process. Removed when it stops in good order; stale when it died."""

    worker_id = models.CharField(max_length=64, primary_key=True)
    host = models.CharField(max_length=255)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.worker_id


class Lease(models.Model):
    """The right to keep the schedule, held by one process at a time and lost when it is not renewed."""

    name = models.CharField(max_length=40, primary_key=True)
    holder = models.CharField(max_length=64)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name}: {self.holder}"


class LastRun(models.Model):
    """When a job of the schedule was last begun, so that a restart does not run the daily ones again."""

    name = models.CharField(max_length=60, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
