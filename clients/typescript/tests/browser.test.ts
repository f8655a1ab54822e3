/** The same client in headless Chromium, as a page of another origin: CORS, the Origin check and the real WebSocket. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { after, before, test } from "node:test";
import bundled from "@sparticuz/chromium";
import { type Browser, chromium, type Page } from "playwright-core";
import { world } from "./world.js";

const ROOT = new URL("../../", import.meta.url);
const PAGE = `<!doctype html><meta charset="utf-8"><title>A frontend</title>
<script type="importmap">{"imports": {
  "openapi-fetch": "/node_modules/openapi-fetch/dist/index.mjs", "@umemployed/client": "/dist/src/index.js"}}</script>
<ol id="heard"></ol>`;

let site: Server;
let browser: Browser;

before(async () => {
  site = createServer(async (request, response) => {
    const path = request.url ?? "/";
    if (path === "/") return response.setHeader("Content-Type", "text/html").end(PAGE);
    try {
      response.setHeader("Content-Type", "text/javascript").end(await readFile(new URL(`.${path}`, ROOT)));
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((ready) => site.listen(Number(new URL(world.origin).port), "127.0.0.1", ready));
  browser = await chromium.launch({
    executablePath: process.env["CHROMIUM"] ?? (await bundled.executablePath()),
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
  });
});

after(async () => {
  await browser?.close();
  site.close();
});

async function open(person: { email: string }): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  page.on("pageerror", (error) => assert.fail(error));
  await page.goto(world.origin);
  await page.evaluate(
    async ({ url, email, password }) => {
      const name = "@umemployed/client"; // the page's import map knows it, this compiler does not
      const { Session, Socket } = (await import(name)) as typeof import("../src/index.js");
      const session = new Session({ baseUrl: url });
      await session.signIn(email, password);
      const wires: WebSocket[] = [];
      const connect = (address: string, protocols: string[]) => {
        const wire = new WebSocket(address, protocols);
        wires.push(wire);
        return wire;
      };
      const socket = new Socket(session, "chat", { connect, random: () => 0 });
      socket.on("message.created", (message) => {
        const line = document.createElement("li");
        line.textContent = message.body;
        document.getElementById("heard")?.append(line);
      });
      Object.assign(window, { socket, cut: () => wires.at(-1)?.close(3000) });
      socket.open();
    },
    { url: world.url, email: person.email, password: world.password },
  );
  await page.waitForFunction(() => (window as unknown as Held).socket.status === "open");
  return page;
}

interface Held {
  socket: import("../src/index.js").Socket<"chat">;
  cut: () => void;
}

function say(page: Page, body: string): Promise<unknown> {
  return page.evaluate(
    async ({ conversation, body }) => {
      const message = { conversation, client_msg_id: crypto.randomUUID(), body };
      await (window as unknown as Held).socket.command("message.send", message, { repeat: true });
    },
    { conversation: world.conversation, body },
  );
}

test("two pages talk; one drops and misses nothing", async () => {
  const [alice, bob] = [await open(world.alice), await open(world.bob)];
  await say(bob, "before");
  await alice.waitForSelector("li:has-text('before')");
  await alice.evaluate(() => (window as unknown as Held).cut());
  for (let n = 0; n < 5; n++) await say(bob, `missed ${n}`);
  await alice.waitForSelector("li:has-text('missed 4')");
  const heard = await alice.locator("li").allTextContents();
  assert.deepEqual(heard, ["before", "missed 0", "missed 1", "missed 2", "missed 3", "missed 4"]);
});
