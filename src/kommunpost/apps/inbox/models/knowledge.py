"""The knowledge base: answers to questions that come again, who answers for each, and when it must be reviewed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kommunpost.apps.inbox.models.conversations import Conversation


class ArticleState(models.TextChoices):
    """Only published articles are suggested."""

    DRAFT = "draft", _("Utkast")
    PUBLISHED = "published", _("Publicerad")
    RETIRED = "retired", _("Tagen ur bruk")


class Article(models.Model):
    """A question and its answer as they stand now. Earlier wordings are versions. ``keywords``: to be found by."""

    question = models.CharField(max_length=300)
    answer = models.TextField()
    keywords = models.CharField(max_length=500, blank=True)
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    owner = models.ForeignKey("directory.Person", on_delete=models.PROTECT, related_name="+")
    review_on = models.DateField()
    state = models.CharField(max_length=10, choices=ArticleState.choices, default=ArticleState.DRAFT)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=ArticleState.values), name="inbox_article_state_known"),
        ]
        indexes = [models.Index(fields=["state", "review_on"], name="inbox_article_review")]

    def __str__(self) -> str:
        return f"article:{self.pk}"


class ArticleVersion(models.Model):
    """What an article said, from when, by whom. Never changed."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    question = models.CharField(max_length=300)
    answer = models.TextField()
    keywords = models.CharField(max_length=500, blank=True)
    author = models.ForeignKey("directory.Person", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "number"], name="inbox_article_version_once")]

    def __str__(self) -> str:
        return f"article_version:{self.pk}"


class ArticleUse(models.Model):
    """An article was put into an answer. Which conversation, not who: people are not counted."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="uses")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "conversation"], name="inbox_article_use_once")]

    def __str__(self) -> str:
        return f"article_use:{self.pk}"
