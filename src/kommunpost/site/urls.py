"""Every page's address. Names are what templates and redirects use."""

from django.urls import include, path

from kommunpost.site.views import audit, door, handbook, operations, start

handler400 = "kommunpost.site.views.errors.bad_request"
handler403 = "kommunpost.site.views.errors.forbidden"
handler404 = "kommunpost.site.views.errors.not_found"
handler500 = "kommunpost.site.views.errors.server_error"

urlpatterns = [
    path("", start.start, name="start"),
    path("logga-in/", door.sign_in, name="sign-in"),
    path("logga-in/som/<int:account_id>/", door.sign_in_as, name="sign-in-as"),
    path("logga-ut/", door.sign_out, name="sign-out"),
    path("konto/", door.account, name="account"),
    path("granskning/", audit.audit, name="audit"),
    path("granskning/fil/", audit.audit_export, name="audit-export"),
    path("granskning/kontrollera/", audit.audit_verify, name="audit-verify"),
    path("granskning/sok/<slug:key>/", audit.audit_search, name="audit-search"),
    path("drift/", operations.operations, name="operations"),
    path("drift/halsa/", operations.ask_doctor, name="operations-doctor"),
    path("drift/kontrollera/", operations.ask_proof, name="operations-verify"),
    path("drift/arbete/<uuid:task_id>/", operations.see_to_task, name="operations-task"),
    path("drift/mejl/<int:outgoing_id>/", operations.resolve_mail, name="operations-mail"),
    path("handbok/", handbook.handbook, name="handbook"),
    path("handbok/kommunens-val/", handbook.handbook_choices, name="handbook-choices"),
    path("handbok/<slug:slug>/", handbook.handbook_clause, name="handbook-clause"),
    path("inkorg/", include("kommunpost.apps.mailflow.urls")),
    path("", include("kommunpost.site.health")),
    path("logg/", include("kommunpost.apps.maillog.urls")),
    path("katalog/", include("kommunpost.apps.directory.urls")),
]
