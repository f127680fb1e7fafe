/** What the line must not forget when the power fails; the journal keeps it. */
export interface LineMemory {
  enrolment(): Enrolment | null;
  /** The first one stays: a second process that began at the same moment goes on with it. */
  beginEnrolment(enrolment: Enrolment): Enrolment;
  moveEnrolment(enrolment: Enrolment): void;
  forgetEnrolment(id: string): void;
  /** Higher than ever before, on disk when it returns. */
  nextGeneration(): number;
}

/** An enrolment under way, or, once it has a terminal id, what the line rests on. */
export interface Enrolment {
  readonly id: string;
  readonly terminalNumber: string;
  /** 32 bytes, hex. */
  readonly nonce: string;
  /** The terminal's own signing key: another one in the key file has to be enrolled anew. */
  readonly signKey: string;
  /** Null till it answered. */
  readonly platform: EnrolledPlatform | null;
  /** Null till it was approved. */
  readonly terminalId: string | null;
}

export interface EnrolledPlatform {
  readonly signKey: string;
  readonly agreeKey: string;
  readonly nonce: string;
}

/** What a session is opened with. */
export interface EnrolledTerminal {
  readonly terminalId: string;
  readonly platform: EnrolledPlatform;
}

export function enrolledOf(enrolment: Enrolment | null): EnrolledTerminal | null {
  if (!enrolment?.terminalId || !enrolment.platform) return null;
  return { terminalId: enrolment.terminalId, platform: enrolment.platform };
}
