import type { Scene } from "../views/parts.ts";
import type { Bookings } from "./bookings.ts";

/** What the later views are made from. */
export interface LaterScene extends Scene {
  readonly bookings: Bookings;
}
