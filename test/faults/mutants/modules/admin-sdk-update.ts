import { type App, initializeApp } from "firebase-admin/app";
import { getDatabase } from "firebase-admin/database";
import { setTimeout as sleep } from "node:timers/promises";
import { RealtimeError } from "../../../../functions/src/realtime/errors.ts";
import * as realtime from "../../../../functions/src/realtime/realtime.ts";

export * from "../../../../functions/src/realtime/realtime.ts";

export class Realtime extends realtime.Realtime {
  readonly #app: App;
  readonly #timeoutMs: number;

  constructor(options: realtime.RealtimeOptions) {
    super(options);
    this.#app = initializeApp({ databaseURL: options.url }, "admin-sdk-update");
    this.#timeoutMs = options.timeoutMs;
  }

  override async update(values: Record<string, unknown>): Promise<void> {
    const late = sleep(this.#timeoutMs).then(() => {
      throw new RealtimeError("away", "the SDK got no reply");
    });
    await Promise.race([getDatabase(this.#app).ref().update(values), late]);
  }
}
