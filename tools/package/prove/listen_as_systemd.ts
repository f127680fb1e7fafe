/** systemd's end of sd_notify(3). */
export interface HearingManager extends Disposable {
  /** Waits till the service says it; what it says meanwhile is passed over. */
  hear(state: string): Promise<void>;
}

const HEAR_MS_MAX = 120_000;
const EVERYBODY = 0o666;

export function listenAsManager(path: string): HearingManager {
  const socket = Deno.listenDatagram({ transport: "unixpacket", path });
  Deno.chmodSync(path, EVERYBODY);
  async function hear(state: string): Promise<void> {
    for (;;) {
      const [bytes] = await socket.receive();
      if (new TextDecoder().decode(bytes) === state) return;
    }
  }
  return {
    hear: (state) => inTime(hear(state), `Nobody said ${state}`),
    [Symbol.dispose]() {
      socket.close();
      Deno.removeSync(path);
    },
  };
}

async function inTime(heard: Promise<void>, complaint: string): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(complaint)), HEAR_MS_MAX);
  });
  try {
    await Promise.race([heard, late]);
  } finally {
    clearTimeout(timer);
  }
}
