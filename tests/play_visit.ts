import assert from "node:assert/strict";
import type { TerminalEvent } from "../terminal/contract.ts";

const STEP_MS_MAX = 60_000;
const EVERY_MS = 100;

/**
 * One paid visit at the kiosk of a running `yikatong dev`, as its screens would do it: a card is put
 * in, all bills are chosen, insurance settles, the phone pays. Returns the receipt's title.
 */
export async function playVisit(kioskUrl: string, personTitle: RegExp): Promise<string> {
  const token = await readToken(kioskUrl);
  const ask = asker(kioskUrl, token);
  const call = caller(ask);
  using events = openEvents(kioskUrl, token);
  const { persons } = await call("GET", "/dev/persons");
  const person = persons.find(({ title }: { readonly title: string }) => personTitle.test(title));
  assert.ok(person, `a person like ${personTitle}`);
  await insertCard(ask, person.id);
  const credential = await events.next("credential");
  const { id: identificationId } = await call("POST", "/local/v1/identify", {
    credential: credential.credential,
  });
  const { bills } = await call("GET", `/local/v1/bills?identificationId=${identificationId}`);
  const { id } = await call("POST", "/local/v1/orders", {
    identificationId,
    payable: { kind: "bills", billIds: bills.map((bill: { readonly id: string }) => bill.id) },
    settlement: "insurance",
  });
  const order = `/local/v1/orders/${id}`;
  const stage = (wanted: RegExp) => reached(() => call("GET", order), wanted);
  const quoted = await stage(/^confirm$/);
  await call("POST", `${order}/confirm`, { quoteVersion: quoted.quote.version });
  await stage(/^choose_tender$/);
  await call("POST", `${order}/tender`, { mode: "show_code" });
  const { tender: { codeText } } = await reached(
    () => call("GET", order),
    /^pay$/,
    ({ tender }) => tender?.codeText !== null,
  );
  const paid = await call("POST", "/dev/phone", { do: "pay", codeText });
  assert.equal(paid.kind, "done", JSON.stringify(paid));
  const { receipt } = await reached(
    () => call("GET", order),
    /^completed$/,
    (view) => view.receipt !== null,
  );
  await call("POST", "/local/v1/sessions/end");
  return receipt.title;
}

type Answer = ReturnType<typeof JSON.parse>;

async function readToken(kioskUrl: string): Promise<string> {
  const page = await (await fetch(kioskUrl)).text();
  return /name="kiosk-token" content="([0-9a-f]+)"/.exec(page)?.[1] ?? "";
}

type Ask = (method: "GET" | "POST", path: string, body?: unknown) => Promise<Response>;

function asker(kioskUrl: string, token: string): Ask {
  return async (method, path, body) =>
    await fetch(`${kioskUrl}${path}`, {
      method,
      headers: { "x-kiosk-token": token, "content-type": "application/json", origin: kioskUrl },
      ...(method === "POST" && { body: JSON.stringify(body ?? {}) }),
    });
}

function caller(ask: Ask) {
  return async (...[method, path, body]: Parameters<Ask>): Promise<Answer> => {
    const response = await ask(method, path, body);
    const text = await response.text();
    assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
    return text === "" ? null : JSON.parse(text);
  };
}

/** A slot is shut until its reader has started; whoever stands there tries again. */
async function insertCard(ask: Ask, personId: string): Promise<void> {
  const until = Date.now() + STEP_MS_MAX;
  for (;;) {
    const response = await ask("POST", "/dev/devices", { do: "insert_card", personId });
    const text = await response.text();
    if (response.ok) return;
    assert.match(text, /"terminal\.hand_refused"/);
    assert.ok(Date.now() < until, `a card that is taken within ${STEP_MS_MAX} ms: ${text}`);
    await new Promise((resume) => setTimeout(resume, EVERY_MS));
  }
}

async function reached(
  ask: () => Promise<Answer>,
  stage: RegExp,
  isEnough: (view: Answer) => boolean = () => true,
): Promise<Answer> {
  const until = Date.now() + STEP_MS_MAX;
  for (let last = "nothing"; Date.now() < until;) {
    const { view } = await ask();
    if (view && stage.test(view.stage) && isEnough(view)) return view;
    last = view?.stage ?? "nothing";
    assert.notEqual(last, "attention", `an order that should be ${stage}`);
    await new Promise((resume) => setTimeout(resume, EVERY_MS));
  }
  throw new Error(`Cannot see ${stage} in ${STEP_MS_MAX} ms`);
}

interface Events extends Disposable {
  next<Kind extends TerminalEvent["kind"]>(
    kind: Kind,
  ): Promise<Extract<TerminalEvent, { readonly kind: Kind }>>;
}

function openEvents(kioskUrl: string, token: string): Events {
  const url = `${kioskUrl.replace("http", "ws")}/local/v1/events?token=${token}`;
  const socket = new WebSocket(url);
  const came: TerminalEvent[] = [];
  socket.onmessage = ({ data }) => came.push(JSON.parse(data));
  return {
    async next(kind) {
      const until = Date.now() + STEP_MS_MAX;
      while (Date.now() < until) {
        for (const event of came) {
          if (event.kind === kind) return event as Answer;
        }
        await new Promise((resume) => setTimeout(resume, EVERY_MS));
      }
      throw new Error(`Cannot see "${kind}" in ${STEP_MS_MAX} ms, only ${came.length} events`);
    },
    [Symbol.dispose]: () => socket.close(),
  };
}
