/* The pane where somebody connects their Outlook: the token is kept in the settings of the mailbox, which follow it from
   one computer to the next. */
"use strict";

Office.onReady(function () {
  var form = document.getElementById("form");
  var field = document.getElementById("token");
  var settings = Office.context.roamingSettings;
  say(settings.get("kommunpost-token") ? "connected" : "unconnected");
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    save(field.value.trim());
  });
  document.getElementById("remove").addEventListener("click", function () { keep("", "unconnected"); });

  function save(token) {
    say("trying");
    fetch("/api/v1/advice", {
      method: "POST",
      credentials: "omit",
      headers: { "Content-Type": "application/json", Authorization: "Bearer " + token },
      body: JSON.stringify({ from: "" }),
    }).then(
      function (response) {
        if (response.ok) keep(token, "connected");
        else say(response.status === 401 || response.status === 403 ? "wrong" : "unreachable");
      },
      function () { say("unreachable"); }
    );
  }

  function keep(token, state) {
    if (token) settings.set("kommunpost-token", token);
    else settings.remove("kommunpost-token");
    settings.saveAsync(function (result) {
      var isKept = result.status === Office.AsyncResultStatus.Succeeded;
      if (isKept) field.value = "";
      say(isKept ? state : "unkept");
    });
  }

  function say(state) {
    document.querySelectorAll("[data-state]").forEach(function (one) { one.hidden = one.dataset.state !== state; });
  }
});
