import { NetworkError } from "./errors.ts";

/** Loads a file of the client that few readers need. @throws NetworkError if it cannot be had now */
export async function loadCode<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    throw new NetworkError("The client's code cannot be loaded", { cause: error });
  }
}
