"""Every page's address. Names are what templates and redirects use."""

from django.urls import include, path

from kommunpost.site.views import (
    account,
    audit,
    door,
    handbook,
    operations,
    outbox,
    programs,
    public_diary,
    reset,
    start,
)

handler400 = "kommunpost.site.views.errors.bad_request"
handler403 = "kommunpost.site.views.errors.forbidden"
handler404 = "kommunpost.site.views.errors.not_found"
handler500 = "kommunpost.site.views.errors.server_error"

urlpatterns = [
    path("", start.start, name="start"),
    path("logga-in/", door.sign_in, name="sign-in"),
    path("logga-in/som/<int:account_id>/", door.sign_in_as, name="sign-in-as"),
    path("logga-ut/", door.sign_out, name="sign-out"),
    path("logga-in/kod/", door.second_step, name="second-step"),
    path("losenord/<str:uidb64>/<str:token>/", reset.set_password, name="set-password"),
    path("konto/", account.account, name="account"),
    path("konto/losenord/", account.change_password, name="change-password"),
    path("konto/kod/", account.enrol, name="enrol"),
    path("konto/kod/reservkoder/", account.recovery_codes, name="recovery-codes"),
    path("konto/kod/ta-bort/", account.remove_second_factor, name="remove-second-factor"),
    path("konto/logga-ut-overallt/", account.sign_out_everywhere, name="sign-out-everywhere"),
    path("konto/<int:account_id>/nollstall-kod/", reset.reset_second_factor, name="reset-second-factor"),
    path("tangenter/", start.keys, name="keys"),
    path("granskning/", audit.audit, name="audit"),
    path("granskning/fil/", audit.audit_export, name="audit-export"),
    path("granskning/kontrollera/", audit.audit_verify, name="audit-verify"),
    path("granskning/sok/<slug:key>/", audit.audit_search, name="audit-search"),
    path("drift/", operations.operations, name="operations"),
    path("drift/halsa/", operations.ask_doctor, name="operations-doctor"),
    path("drift/kontrollera/", operations.ask_proof, name="operations-verify"),
    path("drift/arbete/<uuid:task_id>/", operations.see_to_task, name="operations-task"),
    path("drift/mejl/<int:outgoing_id>/", operations.resolve_mail, name="operations-mail"),
    path("drift/program/", programs.programs, name="programs"),
    path("drift/program/<int:client_id>/aterkalla/", programs.revoke_program, name="program-revoke"),
    path("handbok/", handbook.handbook, name="handbook"),
    path("handbok/kommunens-val/", handbook.handbook_choices, name="handbook-choices"),
    path("handbok/<slug:slug>/", handbook.handbook_clause, name="handbook-clause"),
    path("inkorg/", include("kommunpost.apps.inbox.urls")),
    path("kunskap/", include("kommunpost.apps.inbox.knowledge_urls")),
    path("inkorg/", include("kommunpost.apps.mailflow.urls")),
    path("", include("kommunpost.site.health")),
    path("skriv/", include("kommunpost.apps.composing.urls")),
    path("skriv/<int:draft_id>/avgor/", outbox.resolve, name="outbox-resolve"),
    path("api/v1/", include("kommunpost.site.api.urls", namespace="api-1")),
    path("", include("kommunpost.site.outlook.urls")),
    path("logg/", include("kommunpost.apps.maillog.urls")),
    path("", include("kommunpost.apps.register.urls")),
    path("oppet-diarium/", public_diary.diary, name="public-diary"),
    path("oppet-diarium/postlista/", public_diary.postlist, name="public-postlist"),
    path("oppet-diarium/postlista.json", public_diary.postlist_json, name="public-postlist-json"),
    path("oppet-diarium/postlista.rss", public_diary.postlist_rss, name="public-postlist-rss"),
    path("oppet-diarium/arende/<path:designation>/", public_diary.case, name="public-case"),
    path("katalog/", include("kommunpost.apps.directory.urls")),
]
