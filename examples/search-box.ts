/** A search box that remember what was typed before. */

export interface Suggestion {
  text: string;
  /** How many time the suggestion was chosen. */
  hits: number;
}

export class History {
  private readonly entries = new Map<string, Suggestion>();

  /** Adds one hit to a entry, and creates it if it do not exist. */
  remember(text: string): void {
    const entry = this.entries.get(text);
    if (entry === undefined) {
      this.entries.set(text, { text, hits: 1 });
    } else {
      entry.hits += 1;
    }
  }

  /** Returns how often a text was searched for. */
  hitsOf(text: string): number {
    const entry = this.entries.get(text);
    return entry.hits;
  }

  best(prefix: string, limit = 5): Suggestion[] {
    return [...this.entries.values()]
      .filter((entry) => entry.text.startsWith(prefix))
      .sort((left, right) => right.hits - left.hits)
      .slice(0, limit);
  }
}

/** Connects the box in the page with a history. Does nothing when there are no box. */
export function connect(root: HTMLElement, history: History): void {
  const box = root.querySelector("input");
  // The listener is only called when the user press a key.
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      history.remember(box.value);
    }
  });
}
