import type { JSX } from "preact";
import type { PackView } from "../../../server/modules/compliance/contract.ts";
import { momentText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { Button } from "../../ui/library.ts";
import { saveFile } from "../../ui/save_file.ts";
import type { EvidencePacksModelInstance } from "./model.ts";

const WORDS = ZH.packs;
const MIB_BYTES = 1024 * 1024;

interface PackFileProps {
  readonly flow: EvidencePacksModelInstance;
  readonly pack: PackView;
}

export function PackFile({ flow, pack }: PackFileProps): JSX.Element | null {
  const { file, state, expiresAt, id } = pack;
  if (file === null || state !== "made") return null;
  const { name, bytes, files, digest } = file;
  async function save(): Promise<void> {
    const got = await flow.fetch(pack);
    if (got) saveFile(name, got);
  }
  return (
    <div class="cell-stack">
      <Button
        size="sm"
        loading={flow.fetching.value === id}
        onClick={() => void save()}
        aria-label={WORDS.downloadOf(WORDS.span(pack.from, pack.to))}
        data-testid="download-pack"
      >
        {WORDS.download}
      </Button>
      <span class="cell-detail">{WORDS.size((bytes / MIB_BYTES).toFixed(1), files)}</span>
      <span class="cell-detail">
        {WORDS.digest} <code class="digest">{digest}</code>
      </span>
      {expiresAt !== null && <span class="cell-detail">{WORDS.expires(momentText(expiresAt))}
      </span>}
    </div>
  );
}
