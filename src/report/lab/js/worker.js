/** What a worker does: steps until it is told to stop, and a frame of what is shown a few times a second. */

import { Session } from "./training.js";

/** Milliseconds of steps before messages are heard, between frames, and between test accuracies. */
const [SLICE, FRAME, TEST] = [20, 110, 1000];

/** Runs a network for the page; `post` sends a message with what may be moved. @param {(message: any) => void} post @returns {(message: any) => void} hears messages */
export function trainer(post) {
  /** @type {Session | null} */ let session = null;
  /** @type {any} */ let data = null;
  let [until, pace, generation, scheduled, accuracy, tested, framed, told] = [0, 0, 0, false, NaN, -Infinity, -Infinity, 0];
  const idle = () => !session || session.diverged || session.losses.length >= until;
  const frame = () => {
    if (!session) return;
    const now = performance.now();
    if (now - tested > TEST || idle()) [accuracy, tested] = [session.accuracy(), now];
    framed = now;
    const { losses, diverged } = session;
    const fresh = losses.slice(told);
    told = losses.length;
    // Accuracy goes through the same arrays; what is shown is the last batch.
    session.network.forward(session.x, session.batch, true);
    post({ generation, steps: losses.length, fresh, diverged, accuracy, layers: session.layers(), images: session.data.side > 0 ? session.images() : null, plane: session.data.width === 2 && session.data.classes === 2 ? session.plane(40) : null, theory: session.theory });
  };
  const work = () => {
    scheduled = false;
    if (!session || idle()) return;
    const start = performance.now();
    do session.step(); while (!idle() && pace === 0 && performance.now() - start < SLICE);
    if (idle() || performance.now() - framed > FRAME) frame();
    schedule();
  };
  const schedule = () => {
    if (scheduled || idle()) return;
    scheduled = true;
    setTimeout(work, pace);
  };
  return (message) => {
    if (message.data) ({ data } = message);
    if (message.build) {
      session = new Session(data, message.build, message.table, message.seed);
      [generation, until, tested, told] = [message.generation, 0, -Infinity, 0];
      frame();
    }
    if (message.pace !== undefined) ({ pace } = message);
    if (!session) return;
    if (message.step) until = session.losses.length + message.step;
    if (message.until !== undefined) ({ until } = message);
    if (!idle()) schedule();
    else if (told < session.losses.length) frame();
  };
}
