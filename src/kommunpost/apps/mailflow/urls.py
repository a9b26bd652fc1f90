"""Addresses of the mailbox room. Each page of a mail exists under its mailbox, and under the holding pen."""

from django.urls import URLPattern, path

from kommunpost.apps.mailflow import views


def _message_pages(prefix: str, name: str) -> list[URLPattern]:
    one = f"{prefix}<int:delivery_id>/"
    return [
        path(one, views.message, name=name),
        path(f"{one}formaterad/", views.body, name=f"{name}-body"),
        path(f"{one}bilaga/<int:number>/", views.attachment, name=f"{name}-attachment"),
        path(f"{one}mejl.eml", views.source, name=f"{name}-source"),
    ]


urlpatterns = [
    path("utan-mottagare/", views.pen, name="pen"),
    *_message_pages("utan-mottagare/", "pen-message"),
    path("<int:mailbox_id>/", views.mailbox, name="mailbox"),
    *_message_pages("<int:mailbox_id>/", "message"),
]
