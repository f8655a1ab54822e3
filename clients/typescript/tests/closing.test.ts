import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";
import { CLOSE_CODES, closingOf, pause } from "../src/index.js";

const within = { min_ms: 250, max_ms: 5000 };

test("every code of the guide is in the table, and no other", async () => {
  const guide = await readFile(new URL("../../../../docs/realtime.md", import.meta.url), "utf8");
  const told = [...guide.matchAll(/^\| (\d{4}) \|/gm)].map((row) => Number(row[1]));
  assert.ok(told.length >= 8, "the guide has a table of codes");
  assert.deepEqual([...told, 1009].sort(), Object.keys(CLOSE_CODES).map(Number).sort());
});

test("an unknown code is a lost network", () => {
  assert.deepEqual(closingOf(1006), { name: "lost", remedy: "resume" });
});

test("pauses are spread over the server's own range, grow, and end at a minute", () => {
  assert.equal(pause(0, "resume", within, () => 0), 250);
  assert.equal(pause(0, "resume", within, () => 1), 5000);
  assert.equal(pause(1, "resume", within, () => 1), 10_000);
  assert.equal(pause(50, "resume", within, () => 1), 60_000);
  assert.ok(pause(0, "wait", within, () => 0) >= 30_000);
  const spread = new Set(Array.from({ length: 100 }, () => pause(0, "resume", within, Math.random)));
  assert.ok(spread.size > 90, "a hundred clients come back at a hundred moments");
});
