// A complete client in miniature: ticket, hello, resume, heartbeat. The access token stays in memory.
"use strict";

const door = document.getElementById("door");
const desk = document.getElementById("desk");
const log = document.getElementById("log");
const drop = document.getElementById("drop");
const resume = document.getElementById("resume");
const send = desk.querySelector("button");

let token = "";
let socket = null;
let lastSeen = null; // the seq of the last durable frame that was taken in
let number = 0;

function show(mark, text) {
  log.textContent += `\n${mark} ${text}`;
  log.scrollTop = log.scrollHeight;
}

async function post(path, body) {
  const headers = { "Content-Type": "application/json" };
  if (token) headers.Authorization = `Bearer ${token}`;
  const answer = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
  const data = await answer.json();
  if (!answer.ok) throw new Error(data.detail || data.title);
  return data;
}

function command(type, data) {
  const text = JSON.stringify({ id: ++number, type, data });
  socket.send(text);
  show("→", text);
}

function take(text) {
  const frame = JSON.parse(text);
  show("←", text);
  if (frame.type === "hello") {
    if (lastSeen === null) lastSeen = frame.data.seq;
    else command("resume", { after: lastSeen });
  } else if (frame.type === "heartbeat" && !("re" in frame)) {
    command("heartbeat", {});
  } else if (frame.type === "resync") {
    lastSeen = frame.data.seq; // a real client would read the state anew here
  } else if ("seq" in frame) {
    if (frame.seq === lastSeen + 1) lastSeen = frame.seq;
    else if (frame.seq > lastSeen) command("resume", { after: lastSeen });
  }
}

async function connect() {
  const { ticket } = await post("/api/v1/realtime/tickets/", {});
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const opened = new WebSocket(`${scheme}://${location.host}${door.elements.address.value}`, ["umemployed.v1", `ticket.${ticket}`]);
  socket?.close(); // of whoever was signed in before; what it still says is not for this one
  socket = opened;
  socket.onopen = () => {
    send.disabled = drop.disabled = false;
    resume.disabled = true;
  };
  socket.onmessage = (event) => opened === socket && take(event.data);
  socket.onclose = (event) => {
    if (opened !== socket) return;
    show("×", `closed ${event.code} ${event.reason}`);
    send.disabled = drop.disabled = true;
    resume.disabled = !token;
  };
}

function report(error) {
  show("!", error.message);
}

door.addEventListener("submit", (event) => {
  event.preventDefault();
  token = "";
  lastSeen = null;
  const { email, password } = door.elements;
  post("/api/v1/auth/login/", { email: email.value, password: password.value })
    .then((answer) => {
      token = answer.access;
      show("✓", `signed in as ${email.value}`);
      return connect();
    })
    .catch(report);
});

drop.addEventListener("click", () => socket.close());
resume.addEventListener("click", () => connect().catch(report));
desk.addEventListener("submit", (event) => {
  event.preventDefault();
  try {
    command(desk.elements.type.value, JSON.parse(desk.elements.data.value));
  } catch (error) {
    report(error);
  }
});
