import type { State } from "./state.ts";

export interface Store {
  readonly state: State;
  /** Makes the next moment of this one. What follows from it is drawn once, however many come in a row. */
  update(next: (state: State) => State): void;
  set(part: Partial<State>): void;
}

/** Keeps the one state and calls `draw` after it changed; it says whether what the focus goes to was there. */
export function makeStore(initial: State, draw: () => boolean): Store {
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
        const isFocused = draw();
        // Said once: the next drawing must not take the focus again. What is still to be loaded gets it then.
        state = { ...state, focus: isFocused ? null : state.focus, reveal: null };
      });
    },
    set: (part) => store.update((before) => ({ ...before, ...part })),
  };
  return store;
}
