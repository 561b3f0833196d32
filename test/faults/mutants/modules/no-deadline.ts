import {
  type ConnectionLimits,
  DeadlineConnection as Original,
} from "../../../../functions/src/database/connections/deadline-connection.ts";

export type * from "../../../../functions/src/database/connections/deadline-connection.ts";

/** The longest time of a timer, 25 days. */
const NEVER_MS = 2 ** 31 - 1;

export class DeadlineConnection extends Original {
  constructor(raw: ConstructorParameters<typeof Original>[0], options: ConstructorParameters<typeof Original>[1]) {
    super(raw, { ...options, statementMs: NEVER_MS } satisfies ConnectionLimits & typeof options);
  }
}
