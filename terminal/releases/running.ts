import { readWords, RELEASES_FOLDER, REQUEST_NAMES, REQUESTS_FOLDER, TOLD_MODE } from "./layout.ts";

/** Where this terminal's releases lie and where it tells the updater. */
export interface ReleasePlaces {
  readonly releases: string;
  readonly requests: string;
}

/** Null where no package made the folders, as on a developer's machine: nobody updates it. */
export async function findReleases(dataFolder: string): Promise<ReleasePlaces | null> {
  const places = {
    releases: `${dataFolder}/${RELEASES_FOLDER}`,
    requests: `${dataFolder}/${REQUESTS_FOLDER}`,
  };
  for (const path of Object.values(places)) {
    const info = await Deno.stat(path).catch(() => null);
    if (!info?.isDirectory) return null;
  }
  return places;
}

/** Tells the updater, by a lock that ends with the process, that patients may be here. */
export async function tellRunning({ requests }: ReleasePlaces): Promise<Disposable> {
  const path = `${requests}/${REQUEST_NAMES.running}`;
  const file = await Deno.open(path, { create: true, write: true });
  await Deno.chmod(path, TOLD_MODE);
  // Whoever looks takes it for a moment.
  await file.lock(true);
  return file;
}

/** The devices that were offline when the release before was held for this one. */
export async function readOfflineBefore({ requests }: ReleasePlaces): Promise<ReadonlySet<string>> {
  const [, ...devices] = await readWords(`${requests}/${REQUEST_NAMES.drained}`) ?? [];
  return new Set(devices);
}
