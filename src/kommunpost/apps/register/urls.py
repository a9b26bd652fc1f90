"""Addresses of the queue and of the diary."""

from django.urls import path

from kommunpost.apps.register.views import cases, diary, lists, packages, queue, setting_up

urlpatterns = [
    path("registrera/", queue.queue, name="register"),
    path("registrera/undantagna/", lists.decided, name="register-decided"),
    path("registrera/fragor/", lists.questions, name="register-questions"),
    path("registrera/fragor/mina/", lists.my_questions, name="register-my-questions"),
    path("registrera/fragor/<int:question_id>/", lists.question, name="register-question"),
    path("registrera/fragor/<int:question_id>/ta-tillbaka/", lists.withdraw, name="register-withdraw"),
    path("registrera/vagledning/<int:guidance_id>/ta-bort/", lists.retire_guidance, name="register-retire"),
    path("registrera/<int:record_id>/", queue.record, name="register-record"),
    path("registrera/<int:record_id>/inte/", queue.not_register, name="register-not"),
    path("registrera/<int:record_id>/tillbaka/", queue.reopen, name="register-reopen"),
    path("registrera/<int:record_id>/fraga/", queue.ask, name="register-ask"),
    path("diarium/", diary.diary, name="diary"),
    path("diarium/fil/", diary.diary_export, name="diary-export"),
    path("diarium/sok/<slug:key>/", diary.diary_search, name="diary-search"),
    path("diarium/post/<int:entry_id>/", diary.entry, name="diary-entry"),
    path("diarium/post/<int:entry_id>/ratta/", diary.correct, name="diary-correct"),
    path("diarium/post/<int:entry_id>/makulera/", diary.void, name="diary-void"),
    path("diarium/post/<int:entry_id>/fil/<int:message_id>/<int:place>/", diary.entry_file, name="diary-file"),
    path("diarium/arenden/", cases.cases, name="cases"),
    path("diarium/arenden/nytt/", cases.new_case, name="case-new"),
    path("diarium/arende/<int:case_id>/", cases.case, name="case"),
    path("diarium/arende/<int:case_id>/andra/", cases.change_case, name="case-change"),
    path("diarium/arende/<int:case_id>/avsluta/", cases.close_case, name="case-close"),
    path("diarium/arende/<int:case_id>/oppna/", cases.reopen_case, name="case-reopen"),
    path("diarium/arende/<int:case_id>/part/", cases.add_party, name="case-party"),
    path("diarium/arende/<int:case_id>/part/<int:party_id>/ta-bort/", cases.remove_party, name="case-party-remove"),
    path("diarium/arende/<int:case_id>/anteckning/", cases.add_note, name="case-note"),
    path("diarium/paket/", packages.packages, name="packages"),
    path("diarium/paket/nytt/", packages.new_package, name="package-new"),
    path("diarium/paket/<int:package_id>/fil/", packages.package_file, name="package-file"),
    path("diarium/paket/<int:package_id>/ta-bort/", packages.remove_package, name="package-remove"),
    path("diarium/paket/<int:package_id>/igen/", packages.again, name="package-again"),
    path("diarium/installningar/", setting_up.diaries, name="diaries"),
    path("diarium/installningar/<int:committee_id>/", setting_up.set_diary, name="diary-settings"),
    path("diarium/samling/ny/", setting_up.new_collection, name="collection-new"),
    path("diarium/samling/<int:collection_id>/stang/", setting_up.close_collection, name="collection-close"),
]
