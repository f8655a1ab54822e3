/** What the server answers when it refuses: RFC 9457, the same document over REST and sockets. */
import type { components } from "./generated/rest.js";

export type Problem = components["schemas"]["Problem"];

/** A refused request or command. Branch on `problem.code`; show `problem.detail`. */
export class ProblemError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail || problem.title);
    this.name = "ProblemError";
  }
}

/** The connection ended before a command was answered: whether it was carried out is not known. */
export class ConnectionLost extends Error {
  constructor(why: string) {
    super(`The connection ended before the answer came (${why}).`);
    this.name = "ConnectionLost";
  }
}

/** The session has ended; a person must sign in again. */
export class SignedOut extends Error {
  constructor() {
    super("The session has ended: sign in again.");
    this.name = "SignedOut";
  }
}
