"""Addresses of the knowledge base."""

from django.urls import path

from kommunpost.apps.inbox.views import knowledge

urlpatterns = [
    path("", knowledge.articles, name="knowledge"),
    path("sok/<slug:key>/", knowledge.search, name="knowledge-search"),
    path("ny/", knowledge.edit, name="article-add"),
    path("<int:article_id>/", knowledge.article, name="article"),
    path("<int:article_id>/andra/", knowledge.edit, name="article-change"),
]
