/** A route that asks nobody who he is, and why that is right. */
export interface PublicRoute {
  readonly method: "GET" | "POST";
  /** As the router has it. */
  readonly path: string;
  readonly why: string;
}

/**
 * All of them (GB/T 22239-2019 8.1.4.2 a: anonymous access is bounded). A route that is neither
 * here, nor behind the terminals' door, nor behind the console's with a permission fails
 * `tests/routes_test.ts`.
 */
export const PUBLIC_ROUTES: readonly PublicRoute[] = [
  { method: "GET", path: "/healthz", why: "says only that the process runs" },
  { method: "GET", path: "/readyz", why: "load balancers ask; says which part is not there" },
  {
    method: "GET",
    path: "/console/*",
    why: "the console's pages and scripts, the same for all, no data",
  },
  { method: "GET", path: "/openapi.json", why: "describes the terminals' interface, no data" },
  { method: "GET", path: "/reference", why: "the same for people" },
  { method: "GET", path: "/reference/healthz", why: "the same as /healthz for that page" },
  { method: "GET", path: "/reference/open.js", why: "the page's script" },
  { method: "GET", path: "/reference/:asset", why: "two files of a package, by name" },
  { method: "GET", path: "/m/pay.css", why: "the style of the pay page, the same for all" },
  {
    method: "GET",
    path: "/m/pay/:token",
    why: "a phone sees one order's amount, by 128 random bits good for minutes; limited by address",
  },
  {
    method: "POST",
    path: "/m/pay/:token",
    why: "the same phone chooses how to pay that order",
  },
  {
    method: "GET",
    path: "/m/slip/:token",
    why:
      "a phone sees one slip's bills and a masked name, by 128 random bits good for days; limited by address and slip",
  },
  {
    method: "POST",
    path: "/m/slip/:token",
    why: "the same phone pays them",
  },
  {
    method: "POST",
    path: "/api/notify/aggregate-pay",
    why: "the bank calls; the notice is signed by its key and limited by address",
  },
  {
    method: "POST",
    path: "/api/notify/mobile-insurance",
    why: "the centre for mobile payment calls; signed by its key and limited by address",
  },
  {
    method: "POST",
    path: "/api/line/v1/enrolments",
    why: "a terminal that is not known yet asks to be; people approve, limited by address",
  },
  {
    method: "POST",
    path: "/api/line/v1/enrolments/:id/nonce",
    why: "a step of it, by an id only the terminal has",
  },
  {
    method: "POST",
    path: "/api/line/v1/enrolments/:id/state",
    why: "a step of it, by an id and a code only the terminal has",
  },
  {
    method: "POST",
    path: "/api/line/v1/sessions",
    why: "the request itself is signed by the terminal's enrolled key",
  },
  {
    method: "POST",
    path: "/api/line/v1/retirements/intent",
    why: "signed by the terminal's enrolled key; changes nothing",
  },
  {
    method: "POST",
    path: "/api/line/v1/retirements",
    why: "signed by the terminal's enrolled key; an administrator suspended it before",
  },
  {
    method: "POST",
    path: "/api/console/v1/sign-in",
    why: "who signs in is not known before; counted, delayed, locked",
  },
  {
    method: "POST",
    path: "/api/console/v1/sign-in/password",
    why: "a step of it, with the attempt's cookie",
  },
  {
    method: "POST",
    path: "/api/console/v1/sign-in/second-factor",
    why: "a step of it, with the attempt's cookie",
  },
  {
    method: "POST",
    path: "/api/console/v1/sign-in/certificate-challenge",
    why: "a step of it, with the attempt's cookie",
  },
  {
    method: "POST",
    path: "/api/console/v1/sign-in/totp",
    why: "a step of it, with the attempt's cookie",
  },
  {
    method: "POST",
    path: "/api/console/v1/sign-in/totp/confirm",
    why: "a step of it, with the attempt's cookie",
  },
  {
    method: "GET",
    path: "/api/console/v1/sso/providers",
    why: "names the identity providers on the sign-in page, no data",
  },
  {
    method: "GET",
    path: "/api/console/v1/sso/:provider/start",
    why: "who signs in is not known before; limited by address",
  },
  {
    method: "GET",
    path: "/api/console/v1/sso/:provider/callback",
    why: "the way back from there, with the way's cookie, once",
  },
  {
    method: "POST",
    path: "/api/program/v1/tokens",
    why: "the request itself is signed by a program's key; limited by address",
  },
];
