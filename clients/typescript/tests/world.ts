/** The people of the running server, told by whoever started it, and a network between us that can be told to fail. */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import WebSocket from "ws";
import { Session, Socket, type Sockets, type Status, type WebSocketLike } from "../src/index.js";

export interface World {
  url: string;
  origin: string;
  alice: { email: string };
  bob: { email: string };
  password: string;
  conversation: string;
}

export const world = JSON.parse(process.env["UMEMPLOYED_WORLD"] ?? "{}") as World;

const sessions = new Map<string, Promise<Session>>();

/** One session for each person and suite: the server takes ten passwords in five minutes. */
export function signedIn(person: { email: string }): Promise<Session> {
  const known = sessions.get(person.email) ?? signInAnew(person);
  sessions.set(person.email, known);
  return known;
}

export async function signInAnew(person: { email: string }): Promise<Session> {
  const session = new Session({ baseUrl: world.url });
  await session.signIn(person.email, world.password);
  return session;
}

/** Wait until something is true; fails after ten seconds. */
export async function until(what: string, condition: () => boolean): Promise<void> {
  const late = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > late) throw new Error(`not within ten seconds: ${what}`);
    await sleep(10);
  }
}

type Verdict = "pass" | "drop" | "double";

/** Carries the frames of one client, and loses, doubles or cuts as the test says. */
export class Network {
  /** Judges each frame of the server before the client has it. */
  incoming: (frame: { type?: string; seq?: number; re?: number }) => Verdict = () => "pass";
  connections = 0;
  private live: WebSocket | null = null;

  readonly connect = (url: string, protocols: string[]): WebSocketLike => {
    this.connections += 1;
    const raw = new WebSocket(url, protocols, { origin: world.origin });
    this.live = raw;
    const carried: WebSocketLike = {
      onopen: null,
      onmessage: null,
      onclose: null,
      onerror: null,
      send: (text) => raw.readyState === WebSocket.OPEN && raw.send(text),
      close: (code) => raw.close(code),
    };
    raw.on("message", (bytes) => {
      const text = bytes.toString();
      const verdict = this.incoming(JSON.parse(text) as { type?: string; seq?: number });
      const times = { pass: 1, drop: 0, double: 2 }[verdict];
      for (let n = 0; n < times; n++) carried.onmessage?.({ data: text } as never);
    });
    raw.on("close", (code, reason) => carried.onclose?.({ code, reason: reason.toString() } as never));
    raw.on("error", () => undefined);
    return carried;
  };

  /** End the connection as a lost network does: without a close frame. */
  cut(): void {
    this.live?.terminate();
  }

  /** Put bytes on the wire that no client of ours would send. */
  inject(text: string): void {
    this.live?.send(text);
  }
}

export interface Line {
  socket: Socket<"chat">;
  network: Network;
  session: Session;
  heard: string[];
  statuses: Status[];
}

const opened: Socket<keyof Sockets>[] = [];

/** One person's chat: what they heard, in the order in which they heard it. */
export async function chat(person: { email: string }, session?: Session, after?: number): Promise<Line> {
  const own = session ?? (await signedIn(person));
  const network = new Network();
  const socket = new Socket(own, "chat", {
    connect: network.connect,
    random: () => 0,
    ...(after === undefined ? {} : { after }),
  });
  const line: Line = { socket, network, session: own, heard: [], statuses: [] };
  socket.on("message.created", (message) => line.heard.push(message.body));
  socket.onStatus((status) => line.statuses.push(status));
  opened.push(socket);
  socket.open();
  await until("the socket is open", () => socket.status === "open" || after !== undefined);
  return line;
}

export function hangUp(): void {
  for (const socket of opened.splice(0)) socket.close();
}

export async function say(line: Line, body: string): Promise<void> {
  const message = { conversation: world.conversation, client_msg_id: randomUUID(), body };
  await line.socket.command("message.send", message, { repeat: true });
}

/** Say the words in turns: nobody may send more than twenty messages that nobody answers. */
export async function converse(lines: readonly [Line, Line], words: string[]): Promise<void> {
  for (const [turn, word] of words.entries()) await say(lines[turn % 2 ? 1 : 0], word);
}
