/* What happens when somebody presses Send in Outlook: the mail is shown to the municipality's adviser, and its writer is
   asked about what it says. Whatever goes wrong, the mail is sent: advice is never a reason for a mail not to leave.

   One file without imports and in ECMAScript 2016: classic Outlook on Windows runs it without a page, in a runtime that
   knows no more. Nothing is logged, and nothing of the mail is kept. */
"use strict";

var KOMMUNPOST = "https://kommunpost.example"; // The site puts its own address here.
var LIMIT = 4000; // Milliseconds. Who presses Send should not have to wait for us.
var ASKED = "kommunpost-asked";
var TOKEN = "kommunpost-token";
var GO = { allowEvent: true };

function onMessageSendHandler(event) {
  var timer = null;
  var isOver = false;
  function answer(options) {
    if (isOver) return;
    isOver = true;
    clearTimeout(timer);
    event.completed(options);
  }
  timer = setTimeout(function () { answer(GO); }, LIMIT);
  try {
    advised(Office.context.mailbox.item).then(answer, function () { answer(GO); });
  } catch (error) {
    answer(GO);
  }
}

/* What to tell Outlook about the mail. */
function advised(item) {
  var token = Office.context.roamingSettings.get(TOKEN);
  if (!token) return Promise.resolve(GO);
  return draftOf(item)
    .then(function (draft) { return ask(draft, token); })
    .then(function (said) {
      if (!said || said.allow !== false || typeof said.message !== "string" || !said.message) return GO;
      return remember(item, said.shown).then(function () {
        return { allowEvent: false, errorMessage: said.message };
      });
    });
}

function draftOf(item) {
  return Promise.all([
    read(item.from), read(item.to), read(item.cc), read(item.bcc), read(item.subject),
    body(item), files(item), asked(item),
  ]).then(function (parts) {
    return {
      from: written(parts[0]),
      to: parts[1].map(written),
      cc: parts[2].map(written),
      bcc: parts[3].map(written),
      subject: parts[4],
      body: parts[5],
      attachments: parts[6],
      shown: parts[7],
      language: Office.context.displayLanguage || "sv",
    };
  });
}

function written(person) {
  return (person.displayName || "").replace(/[<>\r\n]/g, " ") + " <" + person.emailAddress + ">";
}

function read(field) {
  return called(function (done) { field.getAsync(done); });
}

function body(item) {
  return called(function (done) { item.body.getAsync(Office.CoercionType.Text, done); });
}

function files(item) {
  return called(function (done) { item.getAttachmentsAsync(done); }).then(function (all) {
    return all.filter(function (one) { return !one.isInline; }).map(function (one) {
      return { name: one.name, type: "", size: one.size };
    });
  });
}

/* The clauses that the writer has been asked about already, while this mail was written. */
function asked(item) {
  return called(function (done) { item.sessionData.getAsync(ASKED, done); }).then(
    function (kept) { return kept ? kept.split(" ") : []; },
    function () { return []; }
  );
}

function remember(item, clauses) {
  return asked(item).then(function (before) {
    var all = before.concat(clauses.filter(function (one) { return before.indexOf(one) < 0; })).join(" ");
    return called(function (done) { item.sessionData.setAsync(ASKED, all, done); });
  }).catch(function () {});
}

function called(work) {
  return new Promise(function (resolve, reject) {
    work(function (result) {
      if (result.status === Office.AsyncResultStatus.Succeeded) resolve(result.value);
      else reject(new Error("Outlook"));
    });
  });
}

function ask(draft, token) {
  return fetch(KOMMUNPOST + "/api/v1/outlook/on-send", {
    method: "POST",
    credentials: "omit",
    headers: { "Content-Type": "application/json", Authorization: "Bearer " + token },
    body: JSON.stringify(draft),
  }).then(function (response) { return response.ok ? response.json() : null; });
}

Office.actions.associate("onMessageSendHandler", onMessageSendHandler);
