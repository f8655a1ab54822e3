import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { afterEach, test } from "node:test";
import { ConnectionLost, ProblemError, SignedOut, Socket } from "../src/index.js";
import { chat, converse, hangUp, Network, say, signedIn, signInAnew, until, world } from "./world.js";

afterEach(hangUp);
const numbered = (word: string, count: number) => Array.from({ length: count }, (_, n) => `${word} ${n}`);

test("both sides hear what is said, once and in order", async () => {
  const [alice, bob] = [await chat(world.alice), await chat(world.bob)];
  for (const word of numbered("hello", 5)) await say(bob, word);
  await until("five are heard", () => alice.heard.length >= 5 && bob.heard.length >= 5);
  assert.deepEqual(alice.heard, numbered("hello", 5));
  assert.deepEqual(bob.heard, numbered("hello", 5));
});

test("the state comes first, with the number that goes on from it", async () => {
  const session = await signedIn(world.alice);
  const states: number[] = [];
  const socket = new Socket(session, "notifications", { connect: new Network().connect });
  socket.onState((_, seq) => states.push(seq)).open();
  await until("the state is there", () => states.length === 1);
  assert.equal(socket.seq, states[0]);
  socket.close();
});

test("what was said while the line was cut comes exactly once", async () => {
  const [alice, bob] = [await chat(world.alice), await chat(world.bob)];
  alice.network.cut();
  for (const word of numbered("missed", 5)) await say(bob, word);
  await until("five are heard", () => alice.heard.length >= 5);
  assert.deepEqual(alice.heard, numbered("missed", 5));
  assert.deepEqual(alice.statuses.slice(-3), ["waiting", "connecting", "open"]);
});

test("frames that the network loses or doubles are told once", async () => {
  const [alice, bob] = [await chat(world.alice), await chat(world.bob)];
  let count = 0;
  const verdicts = ["pass", "double", "drop", "double", "pass", "drop", "pass"] as const;
  alice.network.incoming = (frame) => (frame.type === "message.created" ? (verdicts[count++] ?? "pass") : "pass");
  await converse([alice, bob], numbered("rough", 10));
  await until("ten are heard", () => alice.heard.length >= 10);
  assert.deepEqual(alice.heard, numbered("rough", 10));
});

test("200 messages over a line that is cut again and again", async () => {
  const [alice, bob] = [await chat(world.alice), await chat(world.bob)];
  let random = 7; // a linear congruential generator: the same cuts in every run
  const knife = setInterval(() => {
    random = (random * 1103515245 + 12345) % 2 ** 31;
    (random % 2 ? alice : bob).network.cut();
  }, 150);
  await converse([alice, bob], numbered("storm", 200));
  clearInterval(knife);
  await until("all are heard", () => alice.heard.length >= 200 && bob.heard.length >= 200);
  assert.deepEqual(alice.heard, numbered("storm", 200));
  assert.deepEqual(bob.heard, numbered("storm", 200));
  assert.ok(alice.network.connections + bob.network.connections > 4, "the line was cut");
});

test("a command whose answer was lost is repeated, and acts once", async () => {
  const [alice, bob] = [await chat(world.alice), await chat(world.bob)];
  bob.network.incoming = (frame) => {
    if (frame.re === undefined || frame.re < 1) return "pass";
    bob.network.incoming = () => "pass";
    queueMicrotask(() => bob.network.cut());
    return "drop";
  };
  await say(bob, "only once");
  await until("it is heard", () => alice.heard.length > 0);
  await say(bob, "and then this");
  await until("the next is heard", () => alice.heard.length > 1);
  assert.deepEqual(alice.heard, ["only once", "and then this"]);
});

test("a command that may not be repeated tells that its fate is unknown", async () => {
  const bob = await chat(world.bob);
  const typing = bob.socket.command("typing", { conversation: world.conversation });
  bob.network.cut();
  await assert.rejects(typing, ConnectionLost);
});

test("a refused command is the same problem as over REST", async () => {
  const bob = await chat(world.bob);
  const message = { conversation: randomUUID(), client_msg_id: randomUUID(), body: "to nobody" };
  const refused = bob.socket.command("message.send", message);
  await assert.rejects(refused, (error) => error instanceof ProblemError && error.problem.code === "not_found");
});

test("signing out elsewhere ends the socket for good", async () => {
  const alice = await chat(world.alice, await signInAnew(world.alice));
  await alice.session.rest.POST("/api/v1/auth/logout/");
  await until("it is over", () => alice.socket.status === "signed_out");
  await assert.rejects(
    alice.socket.command("typing", { conversation: world.conversation }),
    (error) => error instanceof ConnectionLost || error instanceof SignedOut,
  );
});

test("a frame that nobody can read stops the client instead of repeating it", async () => {
  const alice = await chat(world.alice);
  alice.network.inject("this is not JSON");
  await until("it has stopped", () => alice.socket.status === "stopped");
});

test("one connection too many waits instead of hammering", async () => {
  const session = await signedIn(world.alice);
  for (let n = 0; n < 10; n++) await chat(world.alice, session);
  const socket = new Socket(session, "chat", { connect: new Network().connect, random: () => 0 });
  const whys: string[] = [];
  socket.onStatus((status, why) => status === "waiting" && whys.push(why)).open();
  await until("it is told to slow down", () => whys.length > 0);
  assert.deepEqual(whys, ["slow_down"]);
  socket.close();
});

test("a number that is not of this stream leads to the state as it is", async () => {
  const states: number[] = [];
  const alice = await chat(world.alice, undefined, 10 ** 9);
  alice.socket.onState((_, seq) => states.push(seq));
  await until("the state was read", () => states.length > 0);
  const bob = await chat(world.bob);
  await say(bob, "after the state");
  await until("it is heard", () => alice.heard.includes("after the state"));
});
