import { z } from "@hono/zod-openapi";
import { DEVICE_ID, VIDEO_ID } from "../../contract/patterns.ts";
import { matching } from "./strings.ts";

export const EXAMPLE_VIDEO_ID = "dQw4w9WgXcQ";
export const EXAMPLE_COMMENT_ID = "01968c2e-5b7a-7c3e-9a51-3d2f6b8c4e10";
export const EXAMPLE_USER_ID = "01968c2b-1f0e-7d62-8b1c-5a0c9e7d3f21";

const characters = "must be 1 to 128 of A-Z, a-z, 0-9, _ and -";

export const VideoId = matching(VIDEO_ID, characters).openapi({ example: EXAMPLE_VIDEO_ID });

/** The client's own id of its device. */
export const ClientDeviceId = matching(DEVICE_ID, characters).openapi({ example: "ada-phone" });

// An id is compared byte for byte, so only one spelling of a UUID is accepted.
const uuid = (example: string) => z.uuid().lowercase().openapi({ format: "uuid", example });

export const CommentId = uuid(EXAMPLE_COMMENT_ID);
export const UserId = uuid(EXAMPLE_USER_ID);
export const DeviceId = uuid("01968c2d-77c4-7a09-8f6e-0b1d2c3e4f50");
