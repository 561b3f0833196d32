export type Status =
  "permission_denied" | "invalid_token" | "datastale" | "too_big" | "invalid_data" | "no_index" | "unsupported";

/** A request that cannot be done, with the status word of the realtime protocol; REST maps the word to an HTTP status. */
export class Refusal extends Error {
  readonly status: Status;

  constructor(status: Status, message: string) {
    super(message);
    this.name = "Refusal";
    this.status = status;
  }
}

export const permissionDenied = (): Refusal => new Refusal("permission_denied", "Permission denied");
export const invalid = (message: string): Refusal => new Refusal("invalid_data", message);
