"""Where the add-in lies. Outlook asks without a sign-in; nothing here is secret."""

from django.urls import path

from kommunpost.site.outlook import views

urlpatterns = [
    path("outlook/manifest.xml", views.manifest, name="outlook-manifest"),
    path("outlook/pane.html", views.pane, name="outlook-pane"),
    path("outlook/<str:name>", views.file, name="outlook-file"),
    path(".well-known/microsoft-officeaddins-allowed.json", views.allowed, name="outlook-allowed"),
]
