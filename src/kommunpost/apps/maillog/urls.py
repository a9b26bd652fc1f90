from django.urls import path

from kommunpost.apps.maillog import views

urlpatterns = [
    path("", views.log, name="log"),
]
