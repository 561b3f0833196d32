/** Each role may do what the ones before it may do. */
export const ROLES = ["user", "moderator", "admin"] as const;
export type Role = (typeof ROLES)[number];

/** The prefixes of names and the domains of addresses that the service itself gives to accounts. Nobody can register them. */
export const SERVICE_NAME_PREFIXES = { erased: "erased-", imported: "imported-" } as const;
export const SERVICE_EMAIL_DOMAINS = {
  erased: "erased.invalid",
  imported: "imported.invalid",
  released: "released.invalid",
} as const;

export interface User {
  id: string;
  email: string;
  username: string;
  role: Role;
  created_at: string;
}

export interface UserResponse {
  user: User;
}

/** A user as admins see them. */
export interface AdminUser extends User {
  is_active: boolean;
  last_login_at: string | null;
}

export interface AdminUserResponse {
  user: AdminUser;
}

export interface UserPage {
  /** In the order of registration. */
  users: AdminUser[];
  next_cursor: string | null;
}

export interface Usernames {
  /** By id. An id that no user has is missing. */
  usernames: Record<string, string>;
}

export interface Registration {
  email: string;
  username: string;
  password: string;
}

export interface SignInRequest {
  email: string;
  password: string;
  device: {
    /** The client's own id of the device, made once and kept. */
    id: string;
    /** What helps a person to recognize the device in a list. */
    info?: Record<string, string>;
    /** The `device_token`s that earlier sign-ins on this device returned, of whichever accounts. */
    tokens?: string[];
  };
}

export interface SignedIn {
  access_token: string;
  token_type: "Bearer";
  /** Seconds. */
  expires_in: number;
  refresh_token: string;
  /** Seconds. */
  refresh_expires_in: number;
  /** For Firebase's `signInWithCustomToken`; null if none can be signed now: all but presence works without it. */
  firebase_token: string | null;
  /** Proves at later sign-ins that this account has signed in on this device. It gives no access. */
  device_token: string;
  user: User;
  session: { id: string; device_id: string };
}

/** The `typ` of an access token (RFC 9068): no other JWT under the same key can pass for one. */
export const ACCESS_TOKEN_TYPE = "at+jwt";

/** The claims of a Firebase token. The security rules read `sid` and `ends`. */
export interface FirebaseClaims {
  /** The session's id, by which its revocation is found. */
  sid: string;
  /** Milliseconds since 1970: the session's absolute end. */
  ends: number;
  role: Role;
}

export interface Device {
  id: string;
  /** The client's own id of the device. */
  device_id: string;
  name: string;
  info: Record<string, string>;
  /** May be five minutes old. */
  last_seen_at: string;
  created_at: string;
  /** Whether the request came from this device. */
  is_current: boolean;
}

export interface DeviceList {
  /** The last seen first. */
  devices: Device[];
}

/** A session in which a user is signed in, as an admin sees it. */
export interface UserSession {
  id: string;
  /** A name by which a person may recognize the device. */
  device: string;
  /** May be five minutes old. */
  last_seen_at: string;
  created_at: string;
  expires_at: string;
}

export interface UserSessionList {
  /** The last begun first. */
  sessions: UserSession[];
}

export interface EndedSessions {
  /** How many. */
  ended: number;
}

export interface RealtimeSettings {
  project_id: string;
  /** For the Firebase SDK's `databaseURL`. */
  database_url: string;
  /** Null except on a developer's machine. */
  auth_emulator_url: string | null;
}

export interface RealtimeTokenRequest {
  /** The video on which the session will be present. */
  video_id?: string;
}

export interface RealtimeToken {
  /** Null if none can be signed now: all but presence works without it. */
  firebase_token: string | null;
  database_url: string;
}
