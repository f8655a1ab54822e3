/** Why the server closes a connection, and what a client does then: the table of docs/realtime.md as code. */

/**
 * - `resume`: come back soon; nothing is lost.
 * - `wait`: come back, but not soon.
 * - `renew`: exchange the tokens first; if that fails the session is over.
 * - `reread`: what one may see has changed; read the state anew, then come back.
 * - `stop`: the client itself is wrong; coming back would only repeat it.
 */
export type Remedy = "resume" | "wait" | "renew" | "reread" | "stop";

export interface Closing {
  name: string;
  remedy: Remedy;
}

export const CLOSE_CODES: Readonly<Record<number, Closing>> = {
  1009: { name: "far_too_large", remedy: "stop" },
  1012: { name: "restart", remedy: "resume" },
  4400: { name: "bad_frame", remedy: "stop" },
  4401: { name: "unauthenticated", remedy: "renew" },
  4403: { name: "access_lost", remedy: "reread" },
  4408: { name: "timeout", remedy: "resume" },
  4413: { name: "too_large", remedy: "stop" },
  4429: { name: "slow_down", remedy: "wait" },
  4490: { name: "slow_consumer", remedy: "resume" },
};

/** Any other code (1006 above all) is a lost network or proxy. */
export function closingOf(code: number): Closing {
  return CLOSE_CODES[code] ?? { name: "lost", remedy: "resume" };
}

export interface Jitter {
  min_ms: number;
  max_ms: number;
}

const LONGEST_MS = 60_000;
const WAIT_MS = 30_000;

/**
 * Return how long to wait before attempt `attempt` (0 is the first after a loss), in milliseconds.
 *
 * Full jitter: a random time up to a limit that doubles, so that the clients of a server that restarted do not come
 * back as one. `within` is the server's own wish, from its last `hello`; `random` returns [0, 1).
 */
export function pause(attempt: number, remedy: Remedy, within: Jitter, random: () => number): number {
  const floor = remedy === "wait" ? WAIT_MS : within.min_ms;
  const limit = Math.min(within.max_ms * 2 ** attempt, LONGEST_MS);
  return Math.round(floor + random() * Math.max(0, limit - within.min_ms));
}
