/** A CAS server as its protocol says: a ticket is good once, for the service it was made for. */
export class CasServer {
  readonly url = "https://cas.test/cas";
  /** What is said beside the name. */
  strength = "pwd";
  readonly #tickets = new Map<string, { readonly user: string; readonly service: string }>();
  #made = 0;

  /** Somebody signs in there and is sent back: the query the browser comes with. */
  signIn(startUrl: string, user: string): string {
    const service = new URL(startUrl).searchParams.get("service") ?? "";
    const ticket = `ST-${++this.#made}-x`;
    this.#tickets.set(ticket, { user, service });
    const back = new URL(service);
    back.searchParams.set("ticket", ticket);
    return back.search;
  }

  /** As `fetch`. */
  readonly fetch = (url: string): Promise<Response> => {
    const { pathname, searchParams } = new URL(url);
    const ticket = searchParams.get("ticket") ?? "";
    const known = this.#tickets.get(ticket);
    this.#tickets.delete(ticket);
    const isGood = pathname === "/cas/p3/serviceValidate" &&
      known?.service === searchParams.get("service");
    const verdict = isGood
      ? `<cas:authenticationSuccess><cas:user>${known?.user}</cas:user><cas:attributes>` +
        `<cas:authnContextClass>${this.strength}</cas:authnContextClass></cas:attributes>` +
        "</cas:authenticationSuccess>"
      : `<cas:authenticationFailure code="INVALID_TICKET">no</cas:authenticationFailure>`;
    return Promise.resolve(
      new Response(
        `<cas:serviceResponse xmlns:cas="http://www.yale.edu/tp/cas">${verdict}` +
          "</cas:serviceResponse>",
      ),
    );
  };
}
