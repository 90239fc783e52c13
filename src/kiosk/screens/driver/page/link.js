// The way to the controller: pictures come in, touches go out, and silence is noticed.

const SILENT_MS = 2300; // The controller says something every second.
const LOOK_MS = 200;
const AGAIN_MS = 500;

const build = new URL(import.meta.url).pathname.split("/")[1];

/** Calls `shown(picture)` for every picture, and `gone()` once when nothing is heard any more. */
export function listen(shown, gone) {
  let heard = performance.now();
  let latest = null;
  let lost = false;

  function hear() {
    heard = performance.now();
    if (lost && latest !== null) shown(latest);
    if (latest !== null) lost = false;
  }

  function connect() {
    const source = new EventSource("/events");
    latest = null;
    source.addEventListener("build", (event) => {
      if (event.data !== build) location.reload();
    });
    source.addEventListener("beat", hear);
    source.addEventListener("message", (event) => {
      heard = performance.now();
      latest = JSON.parse(event.data);
      latest.helpAt = heard + 1000 * (latest.help_in_s ?? 0);
      lost = false;
      shown(latest);
    });
    source.addEventListener("error", () => {
      source.close();
      setTimeout(connect, AGAIN_MS);
    });
  }

  setInterval(() => {
    if (!lost && performance.now() - heard > SILENT_MS) {
      lost = true;
      gone();
    }
  }, LOOK_MS);
  connect();
}

/** Tells the controller of a touch; true if it was taken. */
export async function touch(message) {
  try {
    const answer = await fetch("/touch", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(message),
    });
    return answer.ok;
  } catch {
    return false;
  }
}
