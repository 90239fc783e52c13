// Counts the last seconds until the controller does what it said. Nothing happens at their end.

const LAST_S = 20; // Before, nobody is hurried: most have paid by then.
const STEP_S = 1;
const STEP_CALM_S = 5; // For whoever asked the system for less that moves.

const calm = matchMedia("(prefers-reduced-motion: reduce)");

export class Countdown {
  #draw;
  #endsAt = 0;
  #timer = 0;

  /** Calls `draw` whenever there is another number to be shown. */
  constructor(draw) {
    this.#draw = draw;
  }

  /** Counts to this moment of `performance.now()`; one that is over, or none, to nothing. */
  until(endsAt = 0) {
    clearTimeout(this.#timer);
    this.#endsAt = endsAt;
    this.#next();
  }

  /** The number to be shown, 0 for none. */
  left() {
    const step = calm.matches ? STEP_CALM_S : STEP_S;
    const left = Math.ceil((this.#endsAt - performance.now()) / 1000 / step) * step;
    return left > LAST_S ? 0 : Math.max(left, 0);
  }

  #next() {
    const left_ms = this.#endsAt - performance.now();
    if (left_ms <= 0) return;
    const wait_ms = left_ms > 1000 * LAST_S ? left_ms - 1000 * LAST_S : left_ms % 1000 || 1000;
    this.#timer = setTimeout(() => {
      this.#draw();
      this.#next();
    }, wait_ms);
  }
}
