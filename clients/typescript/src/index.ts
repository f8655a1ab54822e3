/** REST and sockets of Umemployed for frontends. Begin with `new Session(…)`; README.md has the whole story. */
export { CLOSE_CODES, type Closing, closingOf, type Jitter, pause, type Remedy } from "./closing.js";
export { ConnectionLost, type Problem, ProblemError, SignedOut } from "./problem.js";
export { type components, type paths, Session, type SessionOptions, type TokenPair, unwrap } from "./rest.js";
export { type CommandOptions, Socket, type SocketOptions, type Sockets, type Status, type Told, type WebSocketLike } from "./socket.js";
