import assert from "node:assert/strict";
import test from "node:test";
import { ProblemError, Session, SignedOut, type TokenPair, unwrap } from "../src/index.js";
import { signedIn, world } from "./world.js";

test("a session reads what is its own", async () => {
  const session = await signedIn(world.alice);
  const me = unwrap(await session.rest.GET("/api/v1/me/"));
  assert.equal(me.email, world.alice.email);
});

test("a refusal is a problem with a code", async () => {
  const session = new Session({ baseUrl: world.url });
  const refused = session.signIn(world.alice.email, "not the password");
  await assert.rejects(refused, (error) => error instanceof ProblemError && error.problem.code === "bad_credentials");
  assert.equal(session.signedIn, false);
});

test("an unknown parameter cannot be written, and would be refused", async () => {
  const session = await signedIn(world.alice);
  // @ts-expect-error the document has no such parameter
  const answer = session.rest.GET("/api/v1/jobs/", { params: { query: { colour: "blue" } } });
  assert.equal((await answer).response.status, 400);
});

test("a run-out token is exchanged once, however many calls find out", async () => {
  const kept: (TokenPair | null)[] = [];
  let exchanges = 0;
  const counting: typeof fetch = (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    if (url.endsWith("/auth/refresh/")) exchanges += 1;
    return fetch(input, init);
  };
  const first = new Session({ baseUrl: world.url, onTokens: (tokens) => kept.push(tokens) });
  await first.signIn(world.alice.email, world.password);
  const tokens = { ...(kept[0] as TokenPair), access: "run.out.token" };
  const later = new Session({ baseUrl: world.url, tokens, fetch: counting });
  const answers = await Promise.all(Array.from({ length: 10 }, () => later.rest.GET("/api/v1/me/")));
  assert.deepEqual(new Set(answers.map((answer) => answer.response.status)), new Set([200]));
  assert.equal(exchanges, 1);
});

test("a session that was ended elsewhere says so", async () => {
  const kept: (TokenPair | null)[] = [];
  const session = new Session({ baseUrl: world.url, onTokens: (tokens) => kept.push(tokens) });
  await session.signIn(world.alice.email, world.password);
  const twin = new Session({ baseUrl: world.url, tokens: kept[0] as TokenPair });
  await twin.signOut();
  await assert.rejects(async () => session.rest.GET("/api/v1/me/"), SignedOut);
  assert.equal(kept.at(-1), null);
});
