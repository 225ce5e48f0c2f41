// The service: its administrative interface, and operations that are signed as any client signs them.

/** An answer that is not a success. */
export class Refused extends Error {}

async function admin(method, path, body) {
  const response = await fetch(`/_local/${path}`, { method, body, headers: { "x-chime-local": "admin" } });
  if (!response.ok) {
    const { Message } = await response.json().catch(() => ({}));
    throw new Refused(Message ?? `${method} /_local/${path} was answered with ${response.status}`);
  }
  return response;
}

/** Reads JSON from a path below `/_local/`. Parameters that are undefined are left out. */
export async function get(path, parameters = {}) {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined);
  const query = given.length ? `?${new URLSearchParams(given)}`.replaceAll("+", "%20") : "";
  return (await admin("GET", path + query)).json();
}

/** Changes something below `/_local/`. */
export async function change(method, path, body) {
  return (await admin(method, path, body)).json();
}

/** The world as a file. */
export async function exportWorld() {
  return (await admin("GET", "world")).blob();
}

/** The lines of the service's event stream, which is endless. */
export async function* lines() {
  const response = await admin("GET", "events");
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const parts = (rest + value).split("\n");
    rest = parts.pop();
    for (const part of parts) yield JSON.parse(part);
  }
}

const encoder = new TextEncoder();
const hex = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const sha256 = async (text) => hex(await crypto.subtle.digest("SHA-256", encoder.encode(text)));

async function hmac(key, text) {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const bytes = typeof key === "string" ? encoder.encode(key) : key;
  const imported = await crypto.subtle.importKey("raw", bytes, algorithm, false, ["sign"]);
  return crypto.subtle.sign("HMAC", imported, encoder.encode(text));
}

/** The headers that sign a request with Signature Version 4. */
async function sign({ method, path, query, body, bearer }) {
  const { AccessKeyId, SecretAccessKey, SessionToken, Region } = await get("credentials");
  const date = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
  const signed = { host: location.host, "x-amz-chime-bearer": bearer, "x-amz-date": date };
  if (SessionToken) signed["x-amz-security-token"] = SessionToken;
  const names = Object.keys(signed).sort();
  const headers = names.map((name) => `${name}:${signed[name]}\n`).join("");
  // The path is escaped once more than it is sent.
  const escaped = path.replaceAll("%", "%25");
  const canonical = [method, escaped, query, headers, names.join(";"), await sha256(body)].join("\n");
  const scope = [date.slice(0, 8), Region, "chime", "aws4_request"];
  const text = ["AWS4-HMAC-SHA256", date, scope.join("/"), await sha256(canonical)].join("\n");
  let key = `AWS4${SecretAccessKey}`;
  for (const part of scope) key = await hmac(key, part);
  const signature = hex(await hmac(key, text));
  const credential = `Credential=${AccessKeyId}/${scope.join("/")}`;
  const { host, ...sent } = signed;
  const authorization = `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=${names.join(";")}, Signature=${signature}`;
  return { ...sent, authorization };
}

/**
 * Calls an operation as a user: the outcome, whether it is a success or a refusal. The parts of the path are escaped,
 * parameters and members that are empty are left out.
 */
export async function call(bearer, operation, method, parts, { query = {}, body } = {}) {
  if (!globalThis.crypto?.subtle) {
    throw new Refused("Requests can be signed only on localhost or over HTTPS; open this page there");
  }
  const path = `/${parts.map(encodeURIComponent).join("/")}`;
  const given = Object.entries(query).filter(([, value]) => value);
  const joined = given.map((pair) => pair.map(encodeURIComponent).join("=")).sort().join("&");
  const text = body ? JSON.stringify(body, (_, value) => (value === "" ? undefined : value)) : "";
  const headers = await sign({ method, path, query: joined, body: text, bearer });
  if (body) headers["content-type"] = "application/json";
  const response = await fetch(path + (joined && `?${joined}`), { method, headers, body: text || undefined });
  const answer = await response.json().catch(() => ({}));
  return {
    operation,
    isSuccess: response.ok,
    status: response.status,
    exception: response.headers.get("x-amzn-errortype"),
    message: answer.Message ?? answer.message,
    requestId: response.headers.get("x-amzn-requestid"),
  };
}
