// Loads the second part of the module. Only the hash that the first part carries is run: what an `integrity` attribute
// promised of the first holds for the second.
import type { makeLater } from "./later/later.ts";

/** Put in by the build. */
declare const KALENDS_LATER: { path: string; integrity: string };

export interface LaterModule {
  readonly makeLater: typeof makeLater;
}

/** Rejects where it cannot be had; asking again is all right. */
export async function loadLater(server: string): Promise<LaterModule> {
  const url = new URL(KALENDS_LATER.path, server).href;
  // import() takes no hash of its own, but it runs what such a link has fetched and checked.
  const link = document.createElement("link");
  await new Promise<void>((resolve, reject) => {
    link.rel = "modulepreload";
    link.crossOrigin = "anonymous";
    link.integrity = KALENDS_LATER.integrity;
    link.href = url;
    link.onload = () => resolve();
    link.onerror = () => reject(new Error("Cannot load the widget's second part"));
    document.head.append(link);
  }).finally(() => link.remove());
  return (await import(url)) as LaterModule;
}
