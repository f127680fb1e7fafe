/** Where in the console somebody is, as the address says it; kept over a sign-in. */
export interface Place {
  /** First part of the path: `accounts`; empty at home. */
  readonly section: string;
  /** Second part, of one thing. */
  readonly id: string | null;
  /** What a list is narrowed to. */
  readonly query: Readonly<Record<string, string>>;
}

const CONSOLE_PATH = "/console/";

/** Of `location.pathname` and `location.search`. */
export function parsePlace(path: string, search: string): Place {
  const parts = path.startsWith(CONSOLE_PATH) ? path.slice(CONSOLE_PATH.length).split("/") : [];
  const [section = "", id = ""] = parts.map(decodePart);
  return {
    section,
    id: id === "" ? null : id,
    query: Object.fromEntries(new URLSearchParams(search)),
  };
}

export function hrefOf({ section, id = null, query = {} }: PlaceGiven): string {
  const path = [section, ...(id === null ? [] : [id])].map(encodeURIComponent).join("/");
  const filled = Object.entries(query).filter(([, value]) => value !== "");
  const search = filled.length === 0 ? "" : `?${new URLSearchParams(filled)}`;
  return `${CONSOLE_PATH}${path}${search}`;
}

export type PlaceGiven = Pick<Place, "section"> & Partial<Place>;

/** A path that somebody typed may hold a lone percent sign. */
function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The browser's history, or a test's. */
export interface History {
  current(): Place;
  /** `replace` leaves no way back to where one was. */
  go(place: PlaceGiven, how?: { readonly replace?: boolean }): void;
  /** Called when somebody goes back or forward. */
  listen(moved: () => void): () => void;
}

export function browserHistory(): History {
  return {
    current: () => parsePlace(location.pathname, location.search),
    go(place, { replace = false } = {}) {
      if (replace) history.replaceState(null, "", hrefOf(place));
      else history.pushState(null, "", hrefOf(place));
    },
    listen(moved) {
      addEventListener("popstate", moved);
      return () => removeEventListener("popstate", moved);
    },
  };
}
