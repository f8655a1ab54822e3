// Makes src/generated/ from the two published documents: rest.ts from OpenAPI, sockets.ts from AsyncAPI.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";
import { parse } from "yaml";

const docs = new URL("../../../docs/", import.meta.url);
const target = new URL("../src/generated/", import.meta.url);

/** Present the frames to the generator as the schemas of an OpenAPI document: both speak JSON Schema 2020-12. */
function asOpenApi(asyncapi) {
  const frames = Object.entries(asyncapi.components.messages).map(([name, message]) => [name, message.payload]);
  return {
    openapi: "3.1.0",
    info: { title: asyncapi.info.title, version: asyncapi.info.version },
    paths: {},
    components: { schemas: { ...asyncapi.components.schemas, ...Object.fromEntries(frames) } },
  };
}

/** Write one member of `Sockets`: the address, and per type what a command takes, is answered by, and what is told. */
function socketType(name, channel) {
  const keys = Object.keys(channel.messages);
  const of = (kind) => keys.filter((key) => key.startsWith(`${kind}.`));
  const type = (key) => key.slice(key.indexOf(".") + 1).replace(`${name}.`, "");
  const data = (key) => `Data<"${key}">`;
  const commands = of("command").map((key) => {
    const answer = key.replace("command", "reply");
    return `      "${type(key)}": { data: ${data(key)}; reply: ${data(answer)} };`;
  });
  const events = of("event").map((key) => `      "${type(key)}": ${data(key)};`);
  return [
    `  "${name}": {`,
    `    address: "${channel.address}";`,
    "    commands: {",
    ...commands,
    "    };",
    "    events: {",
    ...events,
    "    };",
    "  };",
  ].join("\n");
}

const HEAD = "// Generated from the published documents by scripts/generate.mjs; not kept in the repository.\n";
const rest = await openapiTS(new URL("openapi.yaml", docs), { alphabetize: true });
const asyncapi = parse(await readFile(new URL("asyncapi.yaml", docs), "utf8"));
const frames = await openapiTS(asOpenApi(asyncapi));
const channels = Object.entries(asyncapi.channels).filter(([, channel]) => "event.hello" in channel.messages);
const sockets = `
type Frames = components["schemas"];
/** What a frame carries; nothing where it needs no data. */
type Data<Key extends keyof Frames> = Frames[Key] extends { data: infer Carried } ? Carried : Record<string, never>;

/** Every JSON socket of the server: its address, its commands with their replies, and its events. */
export interface Sockets {
${channels.map(([name, channel]) => socketType(name, channel)).join("\n")}
}
`;
const addresses = Object.fromEntries(channels.map(([name, channel]) => [name, channel.address]));

await mkdir(target, { recursive: true });
await writeFile(new URL("rest.ts", target), HEAD + astToString(rest));
await writeFile(
  new URL("sockets.ts", target),
  `${HEAD}${astToString(frames)}${sockets}\nexport const ADDRESSES = ${JSON.stringify(addresses, null, 2)} as const;\n`,
);
