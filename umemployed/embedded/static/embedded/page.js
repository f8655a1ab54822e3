// One form over the public API: sign in where the page asks for it, call, and say what came of it.
"use strict";

const form = document.getElementById("act");
const told = document.getElementById("told");
const shown = document.getElementById("shown");

class Refused extends Error {
  constructor(problem) {
    super(problem.detail || problem.title);
    this.problem = problem;
  }
}

async function call(method, path, body, access) {
  const headers = { Accept: "application/json", "Accept-Language": document.documentElement.lang };
  if (body) headers["Content-Type"] = "application/json";
  if (access) headers.Authorization = `Bearer ${access}`;
  const answer = await fetch(`/api/v1/${path}`, { method, headers, body: body && JSON.stringify(body), credentials: "omit" });
  const text = await answer.text();
  const data = text ? JSON.parse(text) : null;
  if (!answer.ok) throw new Refused(data);
  return data;
}

function say(text, isBad) {
  told.textContent = text;
  told.className = isBad ? "bad" : "";
  told.setAttribute("role", isBad ? "alert" : "status");
  told.focus();
}

function mark(name, text) {
  const field = form.elements[name];
  if (!field) return false;
  document.getElementById(`${name}-wrong`).textContent = text;
  if (text) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
  return true;
}

let challenge = ""; // of a sign-in that waits for its second step

async function signIn({ email, password, code }) {
  if (challenge) return (await call("POST", "auth/login/mfa/", { challenge, code })).access;
  try {
    return (await call("POST", "auth/login/", { email, password })).access;
  } catch (error) {
    if (error instanceof Refused && error.problem.code === "mfa_required") {
      challenge = error.problem.challenge;
      document.getElementById("second-step").hidden = false;
      form.elements.code.required = true;
      form.elements.code.focus();
    }
    throw error;
  }
}

async function act() {
  const { method, path, token, id, signsIn } = form.dataset;
  const given = Object.fromEntries([...new FormData(form)].filter(([, value]) => value !== ""));
  const access = signsIn === undefined ? "" : await signIn(given);
  const address = path.replace("{token}", encodeURIComponent(token)).replace("{id}", id);
  let body = null;
  if (method === "POST") {
    body = signsIn === undefined ? given : {};
    if (token && !path.includes("{token}")) body.token = token;
  }
  const data = await call(method, address, body, access);
  if (method === "GET") {
    shown.textContent = JSON.stringify(data, null, 2);
    shown.hidden = false;
  }
}

function explain(error) {
  if (!(error instanceof Refused)) {
    say(form.dataset.lost, true);
    return;
  }
  const { code, errors = [] } = error.problem;
  if (code === "challenge_expired" || code === "bad_challenge") challenge = "";
  const elsewhere = errors.filter((one) => !mark(one.attr, one.detail)).map((one) => one.detail);
  if (errors.length && !elsewhere.length) {
    told.textContent = "";
    form.elements[errors[0].attr].focus();
  } else if (code === "mfa_required") {
    told.textContent = error.message;
  } else {
    say([...new Set([error.message, ...elsewhere])].join(" "), true);
  }
}

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  for (const field of form.elements) if (field.name) mark(field.name, "");
  button.disabled = true;
  try {
    await act();
    form.hidden = true;
    say(form.dataset.done, false);
  } catch (error) {
    explain(error);
  } finally {
    button.disabled = false;
  }
});
