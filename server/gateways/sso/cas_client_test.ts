import assert from "node:assert/strict";
import { type CasConfig, openCasClient } from "./cas_client.ts";
import { readCasReply } from "./cas_reply.ts";
import type { SsoWay } from "./sso_client.ts";

const CONFIG: CasConfig = {
  title: "CAS",
  url: "https://sso.test/cas",
  redirect_url: "https://platform.test/api/console/v1/sso/cas/callback",
  trusted_strength: ["mfa-sm2"],
  timeout_ms: 1_000,
};

const WAY: SsoWay = { state: "a1".repeat(32), nonce: "b2", verifier: "c3" };
const TICKET = "ST-1-abc";
const XMLNS = `xmlns:cas="http://www.yale.edu/tp/cas"`;

function success(inside = "<cas:user>zhangsan</cas:user>"): string {
  return `<cas:serviceResponse ${XMLNS}><cas:authenticationSuccess>${inside}` +
    "</cas:authenticationSuccess></cas:serviceResponse>";
}

/** A CAS server that answers as told and keeps what it was asked. */
function serverThat(answer: () => Response) {
  const asked: URL[] = [];
  const client = openCasClient(CONFIG, {
    fetch: (url) => {
      asked.push(new URL(url));
      return Promise.resolve(answer());
    },
  });
  return { client, asked };
}

const back = (query: Record<string, string>) => `?${new URLSearchParams(query)}`;

Deno.test("CAS: the ticket is shown with the very service address the browser was sent with", async () => {
  const { client, asked } = serverThat(() => new Response(success()));
  const start = new URL(await client.startUrl(WAY));
  assert.equal(start.origin + start.pathname, "https://sso.test/cas/login");
  const answer = await client.finish(back({ state: WAY.state, ticket: TICKET }), WAY);
  assert.deepEqual(answer, { kind: "identity", subject: "zhangsan", isStrong: false });
  const [validate] = asked;
  assert.equal(validate?.pathname, "/cas/p3/serviceValidate");
  assert.equal(validate?.searchParams.get("service"), start.searchParams.get("service"));
  assert.equal(validate?.searchParams.get("ticket"), TICKET);
});

Deno.test("CAS: a second factor counts where the server says a word the profile lists", async () => {
  const word = (text: string) =>
    success(
      `<cas:user>z</cas:user><cas:attributes><cas:authnContextClass>${text}` +
        "</cas:authnContextClass><cas:mail>mfa-sm2</cas:mail></cas:attributes>",
    );
  for (const [text, isStrong] of [["mfa-sm2", true], ["mfa-sms", false]] as const) {
    const { client } = serverThat(() => new Response(word(text)));
    const answer = await client.finish(back({ state: WAY.state, ticket: TICKET }), WAY);
    assert.deepEqual(answer, { kind: "identity", subject: "z", isStrong });
  }
});

Deno.test("CAS: another state, no ticket, two of them or one of another kind ask nobody", async () => {
  const { client, asked } = serverThat(() => new Response(success()));
  const state = WAY.state;
  for (
    const search of [
      back({ ticket: TICKET }),
      back({ state }),
      back({ state: "x", ticket: TICKET }),
      `?state=${state}&state=${state}&ticket=${TICKET}`,
      `?state=${state}&ticket=${TICKET}&ticket=ST-2`,
      back({ state, ticket: "PT-1-abc" }),
      back({ state, ticket: `ST-${"a".repeat(300)}` }),
      back({ state, ticket: "ST-a b" }),
      back({ state, ticket: TICKET, more: "x".repeat(5_000) }),
    ]
  ) {
    assert.equal((await client.finish(search, WAY)).kind, "refused");
  }
  assert.deepEqual(asked, []);
});

Deno.test("CAS: a used ticket, a slow, broken, redirecting or endless server let nobody in", async () => {
  const failure =
    `<cas:serviceResponse ${XMLNS}><cas:authenticationFailure code="INVALID_TICKET">` +
    "no</cas:authenticationFailure></cas:serviceResponse>";
  const cases: [() => Response, string, string][] = [
    [() => new Response(failure), "refused", "INVALID_TICKET"],
    [() => new Response("", { status: 500 }), "unavailable", "status_500"],
    [() => Response.redirect("https://elsewhere.test/"), "unavailable", "status_302"],
    [() => new Response("x".repeat(300_000)), "unavailable", "Cannot read the answer"],
    [
      () => {
        throw new DOMException("Signal timed out", "TimeoutError");
      },
      "unavailable",
      "Signal timed out",
    ],
  ];
  for (const [answer, kind, why] of cases) {
    const { client } = serverThat(answer);
    const got = await client.finish(back({ state: WAY.state, ticket: TICKET }), WAY);
    assert.equal(got.kind, kind);
    assert.ok(got.kind !== "identity" && got.why.includes(why));
  }
});

Deno.test("readCasReply() takes one verdict of the right namespace, and expands nothing", () => {
  assert.deepEqual(readCasReply(success()), { kind: "success", user: "zhangsan", strengths: [] });
  const laughs = `<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>`;
  const file = `<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>`;
  const malformed = [
    "",
    "not xml",
    "<html></html>",
    success().slice(0, -5),
    laughs + success("<cas:user>&b;</cas:user>"),
    file + success("<cas:user>&f;</cas:user>"),
    success("<cas:user>&unknown;</cas:user>"),
    success("<cas:user>a</cas:user><cas:user>b</cas:user>"),
    success("<cas:user></cas:user>"),
    success("<cas:user>two words</cas:user>"),
    success(`<cas:user>${"x".repeat(256)}</cas:user>`),
    success("<user>zhangsan</user>"),
    success("<cas:user>a</cas:user><cas:proxies><cas:proxy>p</cas:proxy></cas:proxies>"),
    success("<cas:attributes><cas:user>a</cas:user></cas:attributes>"),
    success().replaceAll("http://www.yale.edu/tp/cas", "http://elsewhere.test"),
    success() + success(),
    success().replace(
      "</cas:serviceResponse>",
      `<cas:authenticationSuccess><cas:user>admin</cas:user></cas:authenticationSuccess>` +
        "</cas:serviceResponse>",
    ),
  ];
  for (const text of malformed) {
    assert.deepEqual(readCasReply(text), { kind: "malformed" }, text.slice(0, 120));
  }
  const commented = success("<cas:user>ad<!-- x -->min</cas:user>");
  assert.deepEqual(readCasReply(commented), { kind: "success", user: "admin", strengths: [] });
});

Deno.test("readCasReply() answers random bytes with malformed, and never throws", () => {
  const good = success();
  for (let round = 0; round < 300; round++) {
    const at = Math.floor(Math.random() * good.length);
    const letter = String.fromCharCode(Math.floor(Math.random() * 256));
    const reply = readCasReply(good.slice(0, at) + letter + good.slice(at + 1));
    assert.ok(["success", "malformed", "failure"].includes(reply.kind));
  }
});
