import type { TerminalEvent } from "../terminal/contract.ts";
import { type Answer, NO_ANSWER, type TerminalPort } from "./devices.ts";

/** The terminal answers within its own bounds; past this the process itself is in trouble. */
const CALL_MS_MAX = 30_000;
/** The insurance terminal's own windows take the patient's time. */
const FACE_MS_MAX = 100_000;
const RECONNECT_MS = 1_500;
const WRONG_TOKEN = "terminal.wrong_token";
const TOKEN_IN_PAGE = /<meta name="kiosk-token" content="([0-9a-f]+)">/;

interface Place {
  /** Per-boot token that the terminal writes into the page; renewed when the terminal restarted. */
  token: string;
  readonly origin: string;
}

/** The real terminal process on loopback (`terminal/contract.ts`). */
export function localTerminal(started: Readonly<Place>): TerminalPort {
  const place = { ...started };
  function get<Value>(path: string): Promise<Answer<Value>> {
    return call(place, { method: "GET", path });
  }
  function post<Value>(path: string, body: unknown = {}): Promise<Answer<Value>> {
    return call(place, { method: "POST", path, body });
  }
  return {
    settings: () => get("/settings"),
    beat: (size) => post("/screen/beat", size),
    endSession: () => post("/sessions/end"),
    wantScanner: (want) => post("/scanner/want", { want }),
    identify: (credential, service) =>
      post("/identify", { credential, ...(service !== null && { service }) }),
    identifyByFace: (request) =>
      call(place, { method: "POST", path: "/face", body: request, waitMsMax: FACE_MS_MAX }),
    present: (request) =>
      call(place, { method: "POST", path: "/present", body: request, waitMsMax: FACE_MS_MAX }),
    relatives: (identificationId) => get(`/relatives${query({ identificationId })}`),
    giveConsent: (request) =>
      call(place, { method: "POST", path: "/relatives", body: request, waitMsMax: FACE_MS_MAX }),
    withdrawConsent: (consentId, identificationId) =>
      post(`/relatives/${consentId}/withdrawal`, { identificationId }),
    stopFace: () => post("/face/stop"),
    createProfile: (identificationId, phone) => post("/profile", { identificationId, phone }),
    bills: (identificationId) => get(`/bills${query({ identificationId })}`),
    departments: (identificationId) => get(`/departments${query({ identificationId })}`),
    schedules: (identificationId, department) =>
      get(`/schedules${query({ identificationId, department })}`),
    slots: (identificationId, schedule) => get(`/slots${query({ identificationId, schedule })}`),
    createOrder: (request) => post("/orders", request),
    order: (id) => get(`/orders/${id}`),
    confirm: (id, quoteVersion) => post(`/orders/${id}/confirm`, { quoteVersion }),
    tender: (id, choice) => post(`/orders/${id}/tender`, choice),
    closeTender: (id) => post(`/orders/${id}/tender/close`),
    payLink: (id) => post(`/orders/${id}/pay-link`),
    payByCard: (id) => post(`/orders/${id}/card`),
    actOnCard: (id, act) => post(`/orders/${id}/card/act`, { act }),
    cancel: (id) => post(`/orders/${id}/cancel`),
    refundables: (identificationId) => get(`/refundable${query({ identificationId })}`),
    refundable: (identificationId, orderId) =>
      get(`/refundable/one${query({ identificationId, orderId })}`),
    requestRefund: (request) => post("/refunds", request),
    refund: (id) => get(`/refunds/${id}`),
    inpatient: (identificationId) => get(`/inpatient${query({ identificationId })}`),
    requestDischarge: (identificationId) => post("/discharge-refunds", { identificationId }),
    discharge: (id) => get(`/discharge-refunds/${id}`),
    printDischarge: (id) => post(`/discharge-refunds/${id}/print`),
    printRefund: (id) => post(`/refunds/${id}/print`),
    print: (id, slip) => post(`/orders/${id}/print`, { slip }),
    callStaff: (reason, orderId) => post("/calls", { reason, orderId }),
    listen: (listener) => listen(place, listener),
  };
}

function query(parameters: Record<string, string>): string {
  return `?${new URLSearchParams(parameters)}`;
}

interface Call {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body?: unknown;
  readonly waitMsMax?: number;
}

/** A restarted terminal refuses the old token before it does anything, so asking again is safe. */
async function call<Value>(place: Place, request: Call): Promise<Answer<Value>> {
  const used = place.token;
  const answer = await callOnce<Value>(place, request);
  if (answer.ok || answer.code !== WRONG_TOKEN) return answer;
  if (place.token === used) await renewToken(place);
  return place.token === used ? answer : await callOnce<Value>(place, request);
}

async function callOnce<Value>(
  place: Place,
  { method, path, body, waitMsMax = CALL_MS_MAX }: Call,
): Promise<Answer<Value>> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), waitMsMax);
  try {
    const response = await fetch(`${place.origin}/local/v1${path}`, {
      method,
      headers: { "x-kiosk-token": place.token, "content-type": "application/json" },
      signal: abort.signal,
      cache: "no-store",
      ...(method === "POST" ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    const parsed = text === "" ? null : JSON.parse(text);
    if (response.ok) return { ok: true, value: parsed };
    return { ok: false, code: typeof parsed?.code === "string" ? parsed.code : NO_ANSWER };
  } catch {
    // Cut off, too late or not JSON: the screens treat all three as "not known".
    return { ok: false, code: NO_ANSWER };
  } finally {
    clearTimeout(timer);
  }
}

/**
 * The token stands in the page, which only this origin can read. Loading the page again instead
 * would take the order off the screen of a patient who still stands there.
 */
async function renewToken(place: Place): Promise<void> {
  try {
    const page = await (await fetch(`${place.origin}/`, { cache: "no-store" })).text();
    place.token = TOKEN_IN_PAGE.exec(page)?.[1] ?? place.token;
  } catch {
    // The terminal is down just now: the next call tries again.
  }
}

function listen(place: Place, listener: (event: TerminalEvent) => void): () => void {
  let ended = false;
  let socket: WebSocket | null = null;
  function open(): void {
    const origin = place.origin.replace(/^http/, "ws");
    socket = new WebSocket(`${origin}/local/v1/events${query({ token: place.token })}`);
    socket.onmessage = (message) => listener(JSON.parse(String(message.data)));
    socket.onclose = () => {
      if (ended) return;
      listener({ kind: "platform", connection: "connecting" });
      setTimeout(() => void reopen(), RECONNECT_MS);
    };
  }
  /** A refused socket does not say why; it may have been the token. */
  async function reopen(): Promise<void> {
    await renewToken(place);
    if (!ended) open();
  }
  open();
  return () => {
    ended = true;
    socket?.close();
  };
}
