/* The manifest as the vendor's own library reads it. Microsoft's full validation runs on a server of theirs; see
   docs/how-to/advice-in-outlook.md for the command. */
"use strict";

const assert = require("node:assert/strict");
const path = require("node:path");
const { test } = require("node:test");
const { OfficeAddinManifest } = require("office-addin-manifest");

const MANIFEST = path.join(__dirname, "../../src/kommunpost/site/outlook/files/manifest.xml");

test("the vendor's library reads the manifest", async () => {
  const read = await OfficeAddinManifest.readManifestFile(MANIFEST);
  assert.deepEqual(
    [read.officeAppType, read.displayName, read.permissions, read.version, read.hosts, read.defaultLocale],
    ["MailApp", "Kommunpost råd", "ReadWriteItem", "1.0.0.0", ["Mailbox"], "sv-SE"]
  );
});
