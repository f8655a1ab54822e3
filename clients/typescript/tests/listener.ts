/** Prints what one person's chat hears, for a test that restarts the server meanwhile. */
import { chat, world } from "./world.js";

const line = await chat(world.alice);
console.log("status open");
line.socket.onStatus((status, why) => {
  if (status === "waiting" && why === "restart") console.log("status waiting restart");
  if (status === "open") console.log("status open");
});
line.socket.on("message.created", (message) => console.log(`heard ${message.body}`));
