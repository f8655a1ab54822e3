/** The typed REST client: paths, bodies and answers as docs/openapi.yaml has them. */
import createClient, { type Client, type Middleware } from "openapi-fetch";
import type { components, paths } from "./generated/rest.js";
import { type Problem, ProblemError, SignedOut } from "./problem.js";

export type { components, paths } from "./generated/rest.js";
export type TokenPair = components["schemas"]["TokenPair"];

export interface SessionOptions {
  /** Where the server is, without a path: `https://api.example.com`. */
  baseUrl: string;
  /** The pair of an earlier sign-in, if the application kept one. */
  tokens?: TokenPair;
  /** Called with each new pair, and with null when the session has ended: keep it, or forget it. */
  onTokens?: (tokens: TokenPair | null) => void;
  fetch?: typeof fetch;
}

/** Return what a call answered, or throw ProblemError: openapi-fetch returns both side by side. */
export function unwrap<Answer>(result: { data?: Answer; error?: unknown; response: Response }): Answer {
  if (result.response.ok) return result.data as Answer;
  throw new ProblemError(problemOf(result.error, result.response));
}

function problemOf(body: unknown, response: Response): Problem {
  if (typeof body === "object" && body !== null && "code" in body) return body as Problem;
  // A proxy in between answered, not the server.
  const title = response.statusText || `HTTP ${response.status}`;
  return { type: "about:blank", title, status: response.status, detail: title, code: "unknown", request_id: "", errors: [] };
}

/**
 * One signed-in device. `rest` sends the access token with every call, exchanges it when it has run out, and gives
 * each POST an `Idempotency-Key`, so that the repetition after an exchange is never a second act.
 */
export class Session {
  readonly baseUrl: string;
  readonly rest: Client<paths>;
  private readonly anonymous: Client<paths>;
  private readonly fetch: typeof fetch;
  private readonly onTokens: (tokens: TokenPair | null) => void;
  private tokens: TokenPair | null;
  private exchange: Promise<void> | null = null;

  constructor(options: SessionOptions) {
    this.baseUrl = options.baseUrl.replace(/\/+$/, "");
    this.fetch = options.fetch ?? ((input, init) => fetch(input, init));
    this.onTokens = options.onTokens ?? (() => undefined);
    this.tokens = options.tokens ?? null;
    this.anonymous = createClient<paths>({ baseUrl: this.baseUrl, fetch: (request) => this.fetch(request) });
    this.rest = createClient<paths>({ baseUrl: this.baseUrl, fetch: (request) => this.authorised(request) });
    this.rest.use(idempotent);
  }

  get signedIn(): boolean {
    return this.tokens !== null;
  }

  /** Sign in; throws ProblemError, with code `mfa_required` and a challenge when a second step is owed. */
  async signIn(email: string, password: string): Promise<void> {
    this.keep(unwrap(await this.anonymous.POST("/api/v1/auth/login/", { body: { email, password } })));
  }

  /** Finish a sign-in that asked for a code. */
  async finishSignIn(challenge: string, code: string): Promise<void> {
    this.keep(unwrap(await this.anonymous.POST("/api/v1/auth/login/mfa/", { body: { challenge, code } })));
  }

  /** End the session here and on the server; the pair is forgotten even when the server cannot be reached. */
  async signOut(): Promise<void> {
    try {
      await this.rest.POST("/api/v1/auth/logout/");
    } finally {
      this.keep(null);
    }
  }

  /**
   * Exchange the refresh token; many callers at once share one exchange. Throws SignedOut when the server refuses
   * the token, and lets the error of a network that is away through: then the pair is kept for another try.
   */
  async renew(): Promise<void> {
    this.exchange ??= this.exchangeOnce().finally(() => (this.exchange = null));
    return this.exchange;
  }

  private async exchangeOnce(): Promise<void> {
    if (this.tokens === null) throw new SignedOut();
    const { refresh } = this.tokens;
    const result = await this.anonymous.POST("/api/v1/auth/refresh/", { body: { refresh } });
    if (result.response.status === 401) {
      this.keep(null);
      throw new SignedOut();
    }
    this.keep(unwrap(result));
  }

  private keep(tokens: TokenPair | null): void {
    this.tokens = tokens;
    this.onTokens(tokens);
  }

  private async authorised(request: Request): Promise<Response> {
    const again = request.clone(); // a body can be read once
    const used = this.tokens?.access;
    const answer = await this.fetch(withToken(request, used));
    if (answer.status !== 401 || used === undefined) return answer;
    if (this.tokens?.access === used) await this.renew(); // another call may have renewed meanwhile
    return this.fetch(withToken(again, this.tokens?.access));
  }
}

function withToken(request: Request, access: string | undefined): Request {
  if (access !== undefined) request.headers.set("Authorization", `Bearer ${access}`);
  return request;
}

const idempotent: Middleware = {
  onRequest({ request }) {
    if (request.method === "POST" && !request.headers.has("Idempotency-Key")) {
      request.headers.set("Idempotency-Key", crypto.randomUUID());
    }
    return request;
  },
};
