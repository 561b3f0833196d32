import type { OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "./access.ts";

/** The groups of the document. A route names one of them. */
const TAGS = {
  Comments: "Post, read, edit, delete and report comments, and follow a video's changes.",
  Videos: "Read a video's settings.",
  Users: "Register, and manage your own account.",
  Sessions: "Sign in and out, and renew tokens.",
  Devices: "See where you are signed in, and sign a device out.",
  Realtime: "Connect to the Firebase Realtime Database, where browsers listen.",
  Moderation:
    "Change a video's settings, review and erase comments, and ban users. For moderators and admins; users list their own held comments.",
  Administration: "Manage users, and read the audit log. For admins.",
  Operation: "Watch over the service and repair the mirror in the Realtime Database.",
};

export type OpenApiDocument = ReturnType<OpenAPIHono["getOpenAPI31Document"]>;

/** The OpenAPI document of an app's routes. */
export function buildOpenApiDocument(app: OpenAPIHono<AppEnv>): OpenApiDocument {
  app.openAPIRegistry.registerComponent("securitySchemes", "access_token", {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
  });
  return app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "live-comments",
      version: "1",
      description: "Live comments on videos.",
      license: { name: "Apache-2.0", url: "https://www.apache.org/licenses/LICENSE-2.0" },
    },
    servers: [{ url: "/", description: "The site that serves this document." }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
  });
}
