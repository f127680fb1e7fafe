/** What one call of the console's API is told, and what it answers. */
export interface Endpoint<Request, Reply> {
  readonly request: Request;
  readonly reply: Reply;
}

/** Nothing is told but the address. */
export type Bare = Readonly<Record<never, never>>;

export interface Sends<Body> {
  readonly body: Body;
}

/** What is left out is not narrowed by. */
export interface Asks<Query> {
  readonly query: Partial<Query>;
}

/** Of one thing. */
export interface OfOne {
  readonly path: { readonly id: string };
}

/** A file as it is. */
export interface SendsFile {
  readonly file: Blob;
}
