/* The handler as Outlook runs it, on the vendor's mock of Office.js. It gets no page, no window and no document: classic
   Outlook on Windows has none either. */
"use strict";

const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");
const { test } = require("node:test");
const vm = require("node:vm");
const { OfficeMockObject } = require("office-addin-mock");

const FILES = path.join(__dirname, "../../src/kommunpost/site/outlook/files");
const SOURCE = fs.readFileSync(path.join(FILES, "handler.js"), "utf8");
const SAYS = { active: true, allow: false, stop: false, message: "Innan du skickar:\n• Skriv datum.", shown: ["reply-by-date"] };
const LATE = 5000;

const answers = (value) => ({ getAsync: (...all) => all.at(-1)({ status: "succeeded", value }) });
const fails = { getAsync: (...all) => all.at(-1)({ status: "failed", error: { message: "x" } }) };

/* A mail being sent, and what the handler did about it. `server` answers in place of the network. */
async function send(server, { token = "kommunpost_1_x", item = {}, session = {}, clock } = {}) {
  const asked = [];
  const completed = [];
  const mock = new OfficeMockObject({
    host: "outlook",
    AsyncResultStatus: { Succeeded: "succeeded" },
    CoercionType: { Text: "text" },
    context: {
      displayLanguage: "sv-SE",
      roamingSettings: { get: (name) => (name === "kommunpost-token" ? token : undefined) },
      mailbox: {
        item: {
          from: answers({ displayName: "Ola Ek", emailAddress: "ola@kommun.example" }),
          to: answers([{ displayName: "Mona <chef>", emailAddress: "mona@kommun.example" }]),
          cc: answers([]),
          bcc: answers([]),
          subject: answers("Hej"),
          body: answers("Kan du svara?"),
          getAttachmentsAsync: (done) => done({ status: "succeeded", value: [
            { name: "karta.pdf", size: 9, isInline: false }, { name: "logga.png", size: 3, isInline: true },
          ] }),
          sessionData: {
            getAsync: (name, done) => done(name in session ? { status: "succeeded", value: session[name] } : { status: "failed" }),
            setAsync: (name, value, done) => { session[name] = value; done({ status: "succeeded" }); },
          },
          ...item,
        },
      },
    },
    actions: { associate: (name, handler) => { handlers[name] = handler; } },
  });
  const handlers = {};
  const fetch = (url, options) => { asked.push({ url, options }); return server(); };
  const context = vm.createContext({ Office: mock, fetch, setTimeout: clock?.set ?? setTimeout, clearTimeout: clock?.clear ?? clearTimeout });
  vm.runInContext(SOURCE, context);
  handlers.onMessageSendHandler({ completed: (options) => completed.push({ ...options }) });
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  return { asked, completed, session };
}

const says = (body, ok = true) => () => Promise.resolve({ ok, json: () => Promise.resolve(body) });

test("a good mail is sent at once", async () => {
  const { asked, completed } = await send(says({ ...SAYS, allow: true, message: "" }));
  assert.deepEqual(completed, [{ allowEvent: true }]);
  assert.equal(asked[0].url, "https://kommunpost.example/api/v1/outlook/on-send");
  assert.equal(asked[0].options.headers.Authorization, "Bearer kommunpost_1_x");
  assert.deepEqual(JSON.parse(asked[0].options.body), {
    from: "Ola Ek <ola@kommun.example>",
    to: ["Mona  chef  <mona@kommun.example>"],
    cc: [], bcc: [], subject: "Hej", body: "Kan du svara?",
    attachments: [{ name: "karta.pdf", type: "", size: 9 }],
    shown: [], language: "sv-SE",
  });
});

test("advice is asked about, and what was asked is told the next time", async () => {
  const first = await send(says(SAYS));
  assert.deepEqual(first.completed, [{ allowEvent: false, errorMessage: SAYS.message }]);
  const second = await send(says({ ...SAYS, shown: ["reply-by-date", "tone"] }), { session: first.session });
  assert.deepEqual(JSON.parse(second.asked[0].options.body).shown, ["reply-by-date"]);
  assert.equal(second.session["kommunpost-asked"], "reply-by-date tone");
});

test("a mailbox without a token is left alone", async () => {
  const { asked, completed } = await send(says(SAYS), { token: "" });
  assert.deepEqual([asked.length, completed], [0, [{ allowEvent: true }]]);
});

const wrong = {
  "the add-in is switched off": says({ ...SAYS, active: false, allow: true }),
  "the token is refused": says({ code: "token_wrong" }, false),
  "the server fails": says("", false),
  "the server cannot be reached": () => Promise.reject(new Error("network")),
  "fetch is not there": () => { throw new TypeError("fetch is not a function"); },
  "the answer is no JSON": () => Promise.resolve({ ok: true, json: () => Promise.reject(new SyntaxError()) }),
  "the answer is null": says(null),
  "the answer has no message": says({ ...SAYS, message: "" }),
  "the answer says no with another word": says({ allow: "no", message: "x" }),
};
for (const [name, server] of Object.entries(wrong)) {
  test(`the mail is sent when ${name}`, async () => {
    assert.deepEqual((await send(server)).completed, [{ allowEvent: true }]);
  });
}

for (const field of ["from", "to", "subject", "body"]) {
  test(`the mail is sent when Outlook does not tell its ${field}`, async () => {
    assert.deepEqual((await send(says(SAYS), { item: { [field]: fails } })).completed, [{ allowEvent: true }]);
  });
}

test("the mail is sent when Outlook lacks a part of its interface", async () => {
  const { completed } = await send(says(SAYS), { item: { getAttachmentsAsync: undefined } });
  assert.deepEqual(completed, [{ allowEvent: true }]);
});

test("advice is given also where a mail has no memory", async () => {
  const { completed } = await send(says(SAYS), { item: { sessionData: undefined } });
  assert.deepEqual(completed, [{ allowEvent: false, errorMessage: SAYS.message }]);
});

test("who waits too long is let go, and a late answer changes nothing", async () => {
  let alarm;
  let reply;
  const clock = { set: (work, after) => { alarm = { work, after }; return 1; }, clear: () => {} };
  const slow = () => new Promise((resolve) => { reply = () => resolve({ ok: true, json: () => Promise.resolve(SAYS) }); });
  const { completed } = await send(slow, { clock });
  assert.deepEqual(completed, []);
  assert.ok(alarm.after < LATE);
  alarm.work();
  reply();
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(completed, [{ allowEvent: true }]);
});

test("the script keeps to what the oldest runtime knows", () => {
  assert.doesNotMatch(SOURCE, /\b(?:async|await|import|export|class|let|const)\b(?! who)|=>|\?\.|\?\?|`|\.\.\.|console/);
});
