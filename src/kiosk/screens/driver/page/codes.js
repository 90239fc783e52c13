// Codes to scan: modules that the controller drew, in the frames of the page. Says nothing itself.

const frames = [...document.querySelectorAll("#codes figure")];

/** Puts these codes there; one that is not drawn yet keeps its place, one that is gone is wiped. */
export function put(codes, label, name) {
  document.getElementById("codes").hidden = codes.length === 0;
  frames.forEach((frame, at) => (frame.hidden = at >= codes.length));
  frames.forEach((frame, at) => fill(frame, codes[at] ?? {}, label, name));
}

function fill(frame, { across = 0, path = "", by = "" }, label, name) {
  const [svg, caption] = frame.querySelectorAll("svg, figcaption");
  svg.setAttribute("viewBox", `0 0 ${across} ${across}`);
  svg.setAttribute("aria-label", [label, name(by)].filter(Boolean).join(" "));
  svg.firstElementChild.setAttribute("d", path);
  caption.textContent = name(by);
  caption.hidden = caption.textContent === "";
  size(svg, across);
}

/** As large as its sheet allows, each module on whole pixels: a blurred edge is harder to read. */
function size(svg, across) {
  const { clientWidth, clientHeight } = svg.parentElement;
  const ratio = window.devicePixelRatio;
  const pixels = across && Math.floor((Math.min(clientWidth, clientHeight) * ratio) / across);
  svg.style.setProperty("--code", `${(pixels * across) / ratio}px`);
  svg.style.removeProperty("translate");
  const { x, y } = svg.getBoundingClientRect();
  const off = (at) => Math.round(at * ratio) / ratio - at;
  svg.style.setProperty("translate", `${off(x)}px ${off(y)}px`);
}
