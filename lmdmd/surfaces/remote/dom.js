/* Elements in one call. Text always goes in as text: what comes from the network is never markup. */

/** An element `tag.class.class` with properties (`on…` listens, those with a dash are attributes) and children. */
export function el(spec, properties = {}, ...children) {
  const [tag, ...classes] = spec.split(".");
  const node = document.createElement(tag || "div");
  if (classes.length) node.className = classes.join(" ");
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name.includes("-") || name === "role") node.setAttribute(name, value);
    else node[name] = value;
  }
  node.append(...children);
  return node;
}

const SVG = "http://www.w3.org/2000/svg";

/** An element of a drawing, with attributes. */
export function draw(tag, attributes = {}, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/** Set an element's text only where it is another. */
export function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

const OLD_MS = 1000;

/**
 * Call `act` once for a touch, at its beginning; a keyboard's click counts, the click after a touch does not. A touch
 * that a page which hung is handed so late is none any more.
 */
export function onPress(node, act) {
  node.addEventListener("pointerdown", (event) => {
    if (event.isPrimary && event.button === 0 && performance.now() - event.timeStamp < OLD_MS) act(event);
  });
  node.addEventListener("click", (event) => {
    if (event.detail === 0) act(event);
  });
  return node;
}

/** Call `act` when a finger has rested on an element for `hold_ms`; `--held` goes from 0 to 1 meanwhile. */
export function onHold(node, hold_ms, act) {
  let began_ms = 0;
  let frame = 0;
  const end = () => {
    cancelAnimationFrame(frame);
    began_ms = 0;
    node.style.setProperty("--held", 0);
  };
  const follow = () => {
    const part = Math.min(1, (performance.now() - began_ms) / hold_ms);
    node.style.setProperty("--held", part);
    if (part < 1) frame = requestAnimationFrame(follow);
    else {
      end();
      act();
    }
  };
  node.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary || began_ms) return;
    node.setPointerCapture(event.pointerId);
    began_ms = performance.now();
    frame = requestAnimationFrame(follow);
  });
  for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) node.addEventListener(name, end);
  node.addEventListener("click", (event) => {
    if (event.detail === 0) act();
  });
  return node;
}
