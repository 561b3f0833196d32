/** The part of the Web Locks API (`navigator.locks`) that is used: one holder of a name in the whole browser. */
export interface Locks {
  request<T>(name: string, work: () => Promise<T>): Promise<T>;
  request<T>(name: string, options: { signal: AbortSignal }, work: () => Promise<T>): Promise<T>;
}
