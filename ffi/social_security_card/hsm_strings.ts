/**
 * What the encryption machine of the platform is asked, when the kiosk has no PSAM that can do it:
 * `pOutInfo` of `iReadCardBas_HSM_Step1`, 区划|复位信息|算法标识|卡识别码|随机数1…4|[终端编码|].
 */
export interface HsmChallenge {
  readonly region: string;
  /** Answer to reset, 26 hex digits. */
  readonly atr: string;
  /** "03": SM4. */
  readonly algorithm: string;
  readonly cardIdentifier: string;
  /** 16 hex digits each; the first two for internal, the others for external authentication. */
  readonly randoms: readonly [string, string, string, string];
  readonly terminal: string | null;
}

const REGION = /^\d{6}$/;
const ATR = /^[0-9A-Fa-f]{26}$/;
const ALGORITHM = /^[0-9A-Fa-f]{2}$/;
const IDENTIFIER = /^[0-9A-Fa-f]{32}$/;
const RANDOM = /^[0-9A-Fa-f]{16}$/;
const FIELDS_MAX = 16;
const TERMINAL = /^[0-9A-Za-z]{1,32}$/;

/** Null for anything that is not of this shape. */
export function parseHsmChallenge(text: string): HsmChallenge | null {
  const fields = text.split("|", FIELDS_MAX).map((field) => field.trim());
  const [region = "", atr = "", algorithm = "", cardIdentifier = ""] = fields;
  const [first = "", second = "", third = "", fourth = "", terminal = ""] = fields.slice(4);
  const randoms = [first, second, third, fourth] as const;
  const isChallenge = REGION.test(region) && ATR.test(atr) && ALGORITHM.test(algorithm) &&
    IDENTIFIER.test(cardIdentifier) && randoms.every((random) => RANDOM.test(random));
  if (!isChallenge) return null;
  const known = TERMINAL.test(terminal) ? terminal : null;
  return { region, atr, algorithm, cardIdentifier, randoms, terminal: known };
}

const PROOF = /^[0-9A-Fa-f]{32}\|[0-9A-Fa-f]{32}$/;

/**
 * `pKey` of Step2: 内部认证|外部认证|, 32 hex digits each. Front ends differ in the last bar (some
 * leave it out for SM4): exactly one is handed on. Null for another shape.
 */
export function toStep2Key(proof: string): string | null {
  const trimmed = proof.trim().replace(/\|+$/, "");
  return PROOF.test(trimmed) ? `${trimmed}|` : null;
}
