/** One socket of one person, kept open: ticket, hello, resume, heartbeat, and coming back after every loss. */
import { closingOf, type Jitter, pause, type Remedy } from "./closing.js";
import { ADDRESSES, type Sockets } from "./generated/sockets.js";
import { ConnectionLost, type Problem, ProblemError, SignedOut } from "./problem.js";
import { type Session, unwrap } from "./rest.js";

export type { Sockets } from "./generated/sockets.js";
type Name = keyof Sockets;
type Commands<S extends Name> = Sockets[S]["commands"];
type Events<S extends Name> = Sockets[S]["events"];
type DataOf<C> = C extends { data: infer Data } ? Data : never;
type ReplyOf<C> = C extends { reply: infer Reply } ? Reply : never;

/** What we use of a WebSocket: the browser's own, or any class of the same shape (such as `ws` in Node 20). */
export interface WebSocketLike {
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  send(text: string): void;
  close(code?: number, reason?: string): void;
}

/** `waiting` comes back by itself; `signed_out` and `stopped` do not. */
export type Status = "idle" | "connecting" | "open" | "waiting" | "signed_out" | "stopped";

/** A frame with a number arrives once and in order; one without may be lost. */
export interface Told<Data> {
  seq?: number;
  type: string;
  at: string;
  data: Data;
}

export interface SocketOptions {
  /** The last `seq` that was taken in by an earlier run; without one the client begins from the bootstrap. */
  after?: number;
  connect?: (url: string, protocols: string[]) => WebSocketLike;
  /** Between 0 and 1; for tests. */
  random?: () => number;
}

export interface CommandOptions {
  /**
   * Send the command again after a loss, until it is answered. Only for those that may come twice, such as
   * `message.send` with one `client_msg_id`. Without it a loss rejects with ConnectionLost.
   */
  repeat?: boolean;
}

interface Pending {
  frame: string;
  repeat: boolean;
  resolve: (data: never) => void;
  reject: (error: Error) => void;
}

/** The members that any frame of the server may have. */
interface Incoming {
  re?: number;
  ok?: boolean;
  problem?: Problem;
  seq?: number;
  type?: string;
  at?: string;
  data?: unknown;
}

interface Hello {
  seq: number;
  silence_seconds: number;
  reconnect: Jitter;
}

const PROTOCOL = "umemployed.v1";
const UNTOLD: Jitter = { min_ms: 250, max_ms: 5000 }; // until the first hello
const STEADY_MS = 5000; // an open connection this old makes the next loss the first again
const UNHEARD_MS = 15_000; // from connecting to hello
const NORMAL = 1000;
const NO_STATUS = 1006; // what a browser reports for a connection that ended without a close frame

/**
 * `new Socket(session, "chat").on("message.created", …).open()`.
 *
 * Handlers run in the order of the frames; every frame with a `seq` reaches them once, whatever the network does. When
 * the gap is too old to replay, or access was lost, `onState` receives the state to start from instead.
 */
export class Socket<S extends Name> {
  /** The last number taken in; keep it across runs, together with what was built from the frames. */
  seq: number | null;
  status: Status = "idle";
  private socket: WebSocketLike | null = null;
  private readonly url: string;
  private attempt = 0;
  private number = 0;
  private jitter = UNTOLD;
  private openedAt = 0;
  private silence = 0;
  private watchdog: ReturnType<typeof setTimeout> | undefined;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private resuming: number | null = null; // the id of the resume that is not answered yet
  private rereading = false;
  private readonly pending = new Map<number, Pending>();
  private readonly handlers = new Map<string, Set<(data: never, frame: never) => void>>();
  private readonly stateHandlers = new Set<(state: Record<string, unknown>, seq: number) => void>();
  private readonly statusHandlers = new Set<(status: Status, why: string) => void>();
  private readonly connect: NonNullable<SocketOptions["connect"]>;
  private readonly random: () => number;

  constructor(
    private readonly session: Session,
    readonly name: S,
    options: SocketOptions = {},
  ) {
    this.seq = options.after ?? null;
    this.connect = options.connect ?? ((url, protocols) => new WebSocket(url, protocols));
    this.random = options.random ?? Math.random;
    this.url = session.baseUrl.replace(/^http/, "ws") + ADDRESSES[name];
  }

  /** Hear one type of event. */
  on<T extends keyof Events<S> & string>(
    type: T,
    handler: (data: Events<S>[T], frame: Told<Events<S>[T]>) => void,
  ): this {
    const known = this.handlers.get(type) ?? new Set();
    this.handlers.set(type, known.add(handler));
    return this;
  }

  /** Hear the state to start from: at the first connection, and whenever what was missed cannot be replayed. */
  onState(handler: (state: Record<string, unknown>, seq: number) => void): this {
    this.stateHandlers.add(handler);
    return this;
  }

  onStatus(handler: (status: Status, why: string) => void): this {
    this.statusHandlers.add(handler);
    return this;
  }

  /** Connect, and stay connected until `close`. */
  open(): this {
    if (this.status === "idle" || this.status === "signed_out" || this.status === "stopped") void this.enter();
    return this;
  }

  /** Leave for good; commands that wait are rejected. */
  close(): void {
    clearTimeout(this.retry);
    this.leave();
    this.fail(() => true, "closed by the application");
    this.be("idle", "closed by the application");
  }

  /** Send a command; resolves with its reply, rejects with ProblemError, ConnectionLost or SignedOut. */
  async command<T extends keyof Commands<S> & string>(
    type: T,
    data: DataOf<Commands<S>[T]>,
    options: CommandOptions = {},
  ): Promise<ReplyOf<Commands<S>[T]>> {
    const id = ++this.number;
    const frame = JSON.stringify({ id, type, data });
    return new Promise((resolve, reject) => {
      const repeat = options.repeat ?? false;
      if (this.status !== "open" && !repeat) return reject(new ConnectionLost(`not open but ${this.status}`));
      this.pending.set(id, { frame, repeat, resolve, reject });
      if (this.status === "open") this.socket?.send(frame);
    });
  }

  // --- Coming in -------------------------------------------------------------------------------
  private async enter(): Promise<void> {
    this.be("connecting", "");
    try {
      if (this.seq === null) await this.reread();
      const { ticket } = unwrap(await this.session.rest.POST("/api/v1/realtime/tickets/"));
      if (this.status === "connecting") this.attach(this.connect(this.url, [PROTOCOL, `ticket.${ticket}`]));
    } catch (error) {
      if (error instanceof SignedOut) this.end("signed_out", "the session has ended");
      else if (this.status === "connecting") this.comeBack(remedyOf(error), String(error));
    }
  }

  /** Read the state as it is now, and go on from its number. */
  private async reread(): Promise<void> {
    const { sockets } = unwrap(await this.session.rest.GET("/api/v1/realtime/bootstrap/"));
    const { seq, state } = sockets[this.name] ?? { seq: 0, state: {} };
    this.seq = seq;
    for (const handler of this.stateHandlers) handler(state as Record<string, unknown>, seq);
  }

  private attach(socket: WebSocketLike): void {
    this.socket = socket;
    this.resuming = null;
    this.rereading = false;
    this.listen(UNHEARD_MS);
    socket.onmessage = (event: { data: unknown }) => {
      if (this.socket === socket) this.take(JSON.parse(String(event.data)) as Incoming);
    };
    socket.onclose = (event: { code: number; reason: string }) => {
      if (this.socket === socket) this.lost(event.code, event.reason);
    };
    socket.onerror = () => undefined; // a close follows, and says more
  }

  // --- Frames ----------------------------------------------------------------------------------
  private take(frame: Incoming): void {
    this.listen(this.silence || UNHEARD_MS);
    if (frame.re !== undefined && frame.re === this.resuming) this.resuming = null;
    else if (frame.re !== undefined) this.settle(frame.re, frame);
    else if (frame.type === "hello") this.greet(frame.data as Hello);
    else if (frame.type === "heartbeat") this.answer((frame.data as { seq: number }).seq);
    else if (frame.type === "resync") void this.resync();
    else if (frame.seq === undefined) this.tell(frame);
    else this.takeNumbered(frame, frame.seq);
  }

  private greet(hello: Hello): void {
    this.jitter = hello.reconnect;
    this.silence = hello.silence_seconds * 1000;
    this.openedAt = Date.now();
    this.be("open", "");
    // The server holds live frames back for a moment after hello, so that the replay comes first.
    if (hello.seq !== this.seq) this.resume();
    for (const command of this.pending.values()) this.socket?.send(command.frame);
  }

  private answer(seq: number): void {
    this.socket?.send(JSON.stringify({ id: ++this.number, type: "heartbeat" }));
    if (this.seq !== null && seq > this.seq) this.resume();
  }

  private takeNumbered(frame: Incoming, seq: number): void {
    if (this.rereading) return; // the resume afterwards brings it
    const last = this.seq ?? seq - 1;
    if (seq <= last) return; // told before
    if (seq > last + 1) return this.resume();
    this.seq = seq;
    this.tell(frame);
  }

  private resume(): void {
    if (this.resuming !== null || this.seq === null) return;
    this.resuming = ++this.number;
    this.socket?.send(JSON.stringify({ id: this.resuming, type: "resume", data: { after: this.seq } }));
  }

  private async resync(): Promise<void> {
    const socket = this.socket;
    this.rereading = true;
    try {
      await this.reread();
      if (this.socket !== socket) return;
      this.rereading = false;
      this.resume();
    } catch (error) {
      this.seq = null; // the next entry reads it
      this.leave();
      if (error instanceof SignedOut) this.end("signed_out", "the session has ended");
      else this.comeBack(remedyOf(error), String(error));
    }
  }

  private tell(frame: Incoming): void {
    for (const handler of this.handlers.get(frame.type ?? "") ?? []) {
      handler(frame.data as never, frame as never);
    }
  }

  private settle(id: number, frame: Incoming): void {
    const command = this.pending.get(id);
    this.pending.delete(id);
    if (frame.ok) command?.resolve(frame.data as never);
    else if (frame.problem) command?.reject(new ProblemError(frame.problem));
  }

  // --- Going and coming back -------------------------------------------------------------------
  private lost(code: number, reason: string): void {
    const closing = closingOf(code);
    const why = reason || closing.name;
    if (this.status === "open" && Date.now() - this.openedAt > STEADY_MS) this.attempt = 0;
    this.leave();
    this.fail((command) => !command.repeat || closing.remedy === "stop", why);
    if (closing.remedy === "stop") return this.end("stopped", why);
    if (closing.remedy === "reread") this.seq = null;
    if (closing.remedy === "renew") return void this.renewThenEnter(why);
    this.comeBack(closing.remedy, why);
  }

  private async renewThenEnter(why: string): Promise<void> {
    this.be("waiting", why);
    try {
      await this.session.renew();
      this.comeBack("renew", why);
    } catch (error) {
      if (error instanceof SignedOut) this.end("signed_out", why);
      else this.comeBack("resume", String(error));
    }
  }

  private comeBack(remedy: Remedy, why: string): void {
    this.be("waiting", why);
    clearTimeout(this.retry);
    this.retry = setTimeout(() => void this.enter(), pause(this.attempt++, remedy, this.jitter, this.random));
  }

  private end(status: "signed_out" | "stopped", why: string): void {
    const error = status === "signed_out" ? new SignedOut() : undefined;
    this.fail(() => true, why, error);
    this.be(status, why);
  }

  private leave(): void {
    clearTimeout(this.watchdog);
    const socket = this.socket;
    this.socket = null;
    socket?.close(NORMAL);
  }

  /** A server that says nothing for longer than its own limit is gone, though the network has not noticed. */
  private listen(limit: number): void {
    clearTimeout(this.watchdog);
    this.watchdog = setTimeout(() => this.lost(NO_STATUS, "the server fell silent"), limit);
  }

  private fail(which: (command: Pending) => boolean, why: string, error?: Error): void {
    for (const [id, command] of this.pending) {
      if (!which(command)) continue;
      this.pending.delete(id);
      command.reject(error ?? new ConnectionLost(why));
    }
  }

  private be(status: Status, why: string): void {
    if (status === this.status) return;
    this.status = status;
    for (const handler of this.statusHandlers) handler(status, why);
  }
}

function remedyOf(error: unknown): Remedy {
  return error instanceof ProblemError && error.problem.status === 429 ? "wait" : "resume";
}
