import { parse } from "smol-toml";
import { z } from "zod";
import { packageVersion } from "./version.ts";

/** `deploy/common/changelog.toml`, the newest first. */
const shape = z.strictObject({
  release: z.array(z.strictObject({
    version: z.string(),
    at: z.iso.datetime({ offset: true }),
    changes: z.array(z.string().min(1)).min(1),
  })).min(1),
});

export type ReleaseNotes = Readonly<z.infer<typeof shape>["release"][number]>;

/** Of the packages; a purchaser's own may stand in its place (`--maintainer`). */
export const MAINTAINER = "Yikatong packages <packages@yikatong.example>";

const LINE_CHARS_MAX = 72;
const CHINA_OFFSET_MS = 8 * 3_600_000;

export function readChangelog(text: string): readonly ReleaseNotes[] {
  return shape.parse(parse(text)).release;
}

/** deb-changelog(5). */
export function debianChangelog(
  name: string,
  notes: readonly ReleaseNotes[],
  maintainer: string,
): string {
  return notes.map(({ version, at, changes }) =>
    [
      `${name} (${packageVersion(version)}) stable; urgency=medium`,
      "",
      ...changes.flatMap((change) => bullet(change, "  * ", "    ")),
      "",
      ` -- ${maintainer}  ${chinaDate(at).replace("GMT", "+0800")}`,
      "",
    ].join("\n")
  ).join("\n");
}

/** `* Mon Nov 23 2026 Name <mail> - 0.7.0-1` */
export function rpmChangelog(notes: readonly ReleaseNotes[], maintainer: string): string {
  return notes.map(({ version, at, changes }) => {
    const [weekday, day, month, year] = chinaDate(at).replace(",", "").split(" ");
    return [
      `* ${weekday} ${month} ${day} ${year} ${maintainer} - ${packageVersion(version)}-1`,
      ...changes.flatMap((change) => bullet(change, "- ", "  ")),
      "",
    ].join("\n");
  }).join("\n");
}

/** As in `Mon, 23 Nov 2026 17:00:00 GMT`, in Beijing's time. */
function chinaDate(at: string): string {
  return new Date(Date.parse(at) + CHINA_OFFSET_MS).toUTCString();
}

/** Chinese has no spaces to break at: cut by length. */
function bullet(text: string, first: string, next: string): string[] {
  const characters = [...text];
  const lines: string[] = [];
  for (let at = 0; at < characters.length; at += LINE_CHARS_MAX) {
    lines.push(
      `${at === 0 ? first : next}${characters.slice(at, at + LINE_CHARS_MAX).join("").trim()}`,
    );
  }
  return lines;
}
