"""Addresses of the directory. No name stands in them: entries are known by id, searches by key (ADR 0008)."""

from django.urls import path

from kommunpost.apps.directory import editing, granting, listing, views

urlpatterns = [
    path("", listing.list_page, {"kind": "enheter"}, name="directory"),
    path("personer/", listing.list_page, {"kind": "personer"}, name="directory-people"),
    path("brevlador/", listing.list_page, {"kind": "brevlador"}, name="directory-mailboxes"),
    path("grupper/", listing.list_page, {"kind": "grupper"}, name="directory-groups"),
    path("namnder/", listing.list_page, {"kind": "namnder"}, name="directory-committees"),
    path("roller/", views.roles, name="directory-roles"),
    path("sok/", listing.search, name="directory-search"),
    path("sok/<slug:key>/<slug:kind>/", listing.found, name="directory-found"),
    path("<slug:kind>/fil/", listing.list_file, name="directory-list-file"),
    path("<slug:kind>/ny/", editing.add, name="directory-add"),
    path("<slug:kind>/<int:entry_id>/andra/", editing.change, name="directory-change"),
    path("<slug:kind>/<int:entry_id>/medlem/", editing.set_member, name="directory-member"),
    path("<slug:kind>/<int:entry_id>/", views.entry, name="directory-entry"),
    path("personer/<int:entry_id>/konto/", granting.change_account, name="directory-account"),
    path("personer/<int:entry_id>/lank/", granting.give_link, name="directory-password-link"),
    path("<slug:kind>/<int:entry_id>/stang/", views.close, name="directory-close"),
    path("<slug:kind>/<int:entry_id>/oppna/", views.reopen, name="directory-reopen"),
]
