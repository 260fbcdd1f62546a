import type { State } from "./state.ts";

export interface Store {
  readonly state: State;
  /** Makes the next moment of this one. What follows from it is drawn once, however many come in a row. */
  update(next: (state: State) => State): void;
  set(part: Partial<State>): void;
}

/** Keeps the one state and calls `draw` after it changed. */
export function makeStore(initial: State, draw: (store: Store) => void): Store {
  let state = initial;
  let isDue = false;
  const store: Store = {
    get state() {
      return state;
    },
    update(next) {
      state = next(state);
      if (isDue) return;
      isDue = true;
      queueMicrotask(() => {
        isDue = false;
        draw(store);
        // Said once: the next drawing must not take the focus again.
        state = { ...state, focus: null, reveal: null };
      });
    },
    set: (part) => store.update((before) => ({ ...before, ...part })),
  };
  return store;
}
