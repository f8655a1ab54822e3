import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";
import { DiagnosticSeverity, Parser } from "@asyncapi/parser";
import { ADDRESSES } from "../src/generated/sockets.js";

test("the document of the sockets is valid by the rules of AsyncAPI 3 itself", async () => {
  const text = await readFile(new URL("../../../../docs/asyncapi.yaml", import.meta.url), "utf8");
  const { document, diagnostics } = await new Parser().parse(text);
  const wrong = diagnostics.filter((each) => each.severity <= DiagnosticSeverity.Warning);
  assert.deepEqual(wrong.map((each) => `${each.path.join(".")}: ${each.message}`), []);
  assert.equal(document?.version(), "3.0.0");
  const addresses = document?.channels().all().map((channel) => channel.address()) ?? [];
  for (const address of Object.values(ADDRESSES)) assert.ok(addresses.includes(address), address);
});
