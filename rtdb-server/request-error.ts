export type ErrorStatus =
  | "permission_denied"
  | "invalid_token"
  | "expired_token"
  | "datastale"
  | "write_too_big"
  | "invalid_data"
  | "no_index"
  | "limit_exceeded"
  | "unsupported";

/** A request that the server refuses. The status goes over the realtime protocol as it is; REST maps it to an HTTP status. */
export class RequestError extends Error {
  readonly status: ErrorStatus;

  constructor(status: ErrorStatus, message: string) {
    super(message);
    this.name = "RequestError";
    this.status = status;
  }
}

export const expiredToken = (): RequestError => new RequestError("expired_token", "Auth token is expired.");
export const writeTooBig = (): RequestError =>
  new RequestError(
    "write_too_big",
    "Data to write exceeds the maximum size that can be modified with a single request.",
  );
export const permissionDenied = (): RequestError => new RequestError("permission_denied", "Permission denied");
export const invalidData = (message: string): RequestError => new RequestError("invalid_data", message);
export const limitExceeded = (message: string): RequestError => new RequestError("limit_exceeded", message);
