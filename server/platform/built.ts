import project from "../../deno.json" with { type: "json" };

/** What of a release is decided when it is built. */
export interface Built {
  /** `bundled`: the pinned runtime beside one script; `compiled`: one executable; see docs/releases.md. */
  readonly form: "source" | "bundled" | "compiled";
  readonly version: string;
  /** Of the sources; null when they are what runs. */
  readonly commit: string | null;
}

/** As it runs from source; a build puts its own values in the place of this file. */
export const BUILT: Built = { form: "source", version: project.version, commit: null };
