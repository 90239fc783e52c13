// Shows the picture that the controller says, in the driver's language. Decides nothing.

import setup from "./setup.js";
import { put as putCodes } from "./codes.js";
import { Countdown } from "./countdown.js";
import { listen, touch } from "./link.js";
import { character, rows, spaced, whole } from "./plates.js";

const LANGUAGE_MS = 60000; // Nobody came: the next reader finds the usual language.
const HELPED_MS = 30000; // Nobody came yet: help may be called again.
const ANSWER_MS = 1500; // A plate that changed nothing on the screen may be typed again.
const CAN_TYPE = ["no-plate", "no-stay", "asked"];
const CAN_PAY = ["asked", "unpaid"];
const KEYED = ["ask-plate", "help"];
const NOTICE = ["why", "how", "what", "who"];
const CHARS_MIN = 2;
const countdown = new Countdown(drawCountdown);

const NOTHING = { exit: "", plate: "", amount: "", note: "", codes: [], card: false };
const GONE = { ...NOTHING, picture: "out-of-service", gone: true };
const $ = (id) => document.getElementById(id);

let shown = { ...NOTHING, picture: "wait" };
let car = ""; // The exit that the last picture with a car was of.
let language = setup.language;
let languageTimer = 0;
let typed = "";
let kind = setup.keyboards[0];
let typing = false; // The driver opened the keyboard on the help picture.
let sent = false;
let sentTimer = 0;
let helped = false;
let helpedTimer = 0;
let laidOut = "";

// Words.

/** The text for `key`, the one for this note or this kind of lane first. */
function say(key, ...kinds) {
  const texts = setup.texts[language];
  const names = [...kinds.map((each) => key + each), `${key}@${setup.role}`, key];
  const name = names.find((each) => each in texts);
  return name === undefined ? "" : texts[name].replace("{hours}", setup.hours);
}

/** The text for `key` with this number in it. */
function count(key, number) {
  return say(key).replace("{n}", number);
}

function money({ amount, currency }) {
  if (!amount) return "";
  const [number] = amount.split(" ");
  const digits = number.split(".")[1]?.length ?? 0;
  return new Intl.NumberFormat(say("locale"), {
    style: "currency",
    currency,
    currencyDisplay: "narrowSymbol",
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(Number(number));
}

// The picture.

function show(picture) {
  const before = shown;
  const next = picture.exit !== "" && car !== "" && picture.exit !== car;
  shown = picture;
  car = picture.exit || car;
  if (next || (picture.picture === "welcome" && before.picture !== "welcome")) {
    language = setup.language;
    helped = false;
    car = picture.exit;
  }
  const keeps = picture.exit === before.exit && KEYED.includes(picture.picture);
  if (!keeps) {
    typed = "";
    kind = setup.keyboards[0];
  }
  if (!keeps || picture.picture === "ask-plate") typing = false;
  clearTimeout(sentTimer);
  sent = false;
  countdown.until(picture.helpAt);
  draw();
}

function draw() {
  const { picture, note, gone } = shown;
  const asks = picture === "ask-plate" || typing;
  const pays = picture === "help" && CAN_PAY.includes(note) && shown.amount && way() !== "@none";
  const priced = picture === "due" || picture === "paying" || pays;
  const scans = (picture === "due" || pays) && shown.codes.length > 0;
  const receipt = picture === "drive" ? shown.codes.slice(0, 1) : [];
  document.documentElement.lang = say("locale");
  fill("note", "span", note ? say(`${picture}.note:${note}`) : "");
  document.body.dataset.picture = asks ? "ask-plate" : picture;
  document.body.dataset.codes = receipt.length > 0 ? "receipt" : scans ? shown.codes.length : 0;
  document.body.dataset.noted = !$("note").hidden;
  document.body.dataset.exit = shown.exit;
  $("icon").firstElementChild.setAttribute("href", `#icon-${icon(picture, note)}`);
  text("title", asks ? say("ask-plate.title") : say(`${picture}.title`));
  text("amount", priced ? money(shown) : "");
  fill("plate", "b", priced ? shown.plate : "");
  $("plate").firstElementChild.textContent = say("plate");
  fill("hint", "span", asks ? "" : hint(picture, gone, pays));
  $("hint").firstElementChild.toggleAttribute("hidden", !(scans && way() === "@both"));
  drawNotice(picture === "welcome");
  drawKeyboard(asks);
  const offers = picture === "help" && !typing && !pays && canType();
  text("primary", offers ? say("help.type") : "");
  drawBar();
  document.querySelectorAll("#title, #amount, #typed").forEach(fit);
  if (receipt.length > 0) putCodes(receipt, "", () => say("drive.receipt"));
  else putCodes(scans ? shown.codes : [], say("due.code"), (by) => say(`by:${by}`) || by);
}

function hint(picture, gone, pays) {
  if (gone) return say("gone.hint");
  if (pays) return say("help.pay", way());
  return say(`${picture}.hint`, `:${shown.note}${way()}`, `:${shown.note}`, way());
}

/** The picture's sign: a card only where one can be tapped. */
function icon(picture, note) {
  if (picture === "due" && way() === "@none") return "wait";
  return picture === "paying" && note === "phone" ? "phone" : picture;
}

/** How this can be paid now. */
function way() {
  if (shown.codes.length > 0) return shown.card ? "@both" : "@code";
  return shown.card ? "@card" : "@none";
}

function canType() {
  return CAN_TYPE.includes(shown.note) && shown.exit !== "" && shown.amount === "";
}

function drawNotice(visible) {
  $("notice").hidden = !visible;
  if (!visible) return;
  text("notice-title", say("notice.title"));
  const version = document.createElement("small");
  version.textContent = ` ${count("version", setup.notice)}`;
  $("notice-title").append(version);
  const lines = NOTICE.flatMap((name) => [
    element("dt", say(`notice.${name}.label`)),
    element("dd", say(`notice.${name}`)),
  ]);
  document.querySelector("#notice dl").replaceChildren(...lines);
}

function drawBar() {
  $("languages").setAttribute("aria-label", say("languages"));
  for (const button of $("languages").children) {
    button.setAttribute("aria-pressed", String(button.lang === language));
  }
  const called = helped || shown.picture === "help";
  fill("help", "span", shown.gone ? "" : say(called ? "help.called" : "help.button"));
  $("help").disabled = called;
  drawCountdown();
}

/** In the last seconds before a person is called by itself, how many: nobody need press. */
function drawCountdown() {
  const left = $("help").disabled || shown.gone ? 0 : countdown.left();
  text("help-in", left > 0 ? count("help.in", left) : "");
}

function drawKeyboard(visible) {
  $("keyboard").hidden = !visible;
  if (!visible) return;
  layOut();
  $("typed").textContent = spaced(typed);
  $("typed").setAttribute("aria-label", say("keys.typed"));
  const done = document.querySelector("#keys .done");
  done.textContent = say(sent ? "keys.sent" : "keys.done");
  done.disabled = sent || typed.length < CHARS_MIN;
}

/** Puts the keys there anew if they are others than before: a focused key stays focused. */
function layOut() {
  const lines = rows(kind, typed, language, setup.provinces);
  const layout = `${language} ${lines}`;
  if (layout === laidOut) return;
  laidOut = layout;
  const keys = lines.map((line) => {
    const row = element("div", "", "row");
    row.append(...Array.from(line, (char) => key(char, () => type(char))));
    return row;
  });
  const acts = element("div", "", "row acts");
  const other = setup.keyboards.find((each) => each !== kind);
  if (other) acts.append(key(say(`keys.${other}`), () => change(other), "other"));
  acts.append(key(say("keys.delete"), erase, "delete"), key("", send, "done"));
  $("keys").style.setProperty("--columns", lines[0].length);
  $("keys").replaceChildren(...keys, acts);
}

// Typing.

function key(label, pressed, name = "") {
  const button = element("button", label, name);
  button.type = "button";
  button.addEventListener("click", pressed);
  return button;
}

function type(char) {
  if (sent || char === "" || whole(typed)) return;
  typed += char;
  draw();
}

function erase() {
  if (sent) return;
  typed = typed.slice(0, -1);
  draw();
}

function change(other) {
  if (sent) return;
  kind = other;
  typed = "";
  draw();
}

async function send() {
  if (sent || typed.length < CHARS_MIN) return;
  sent = true;
  draw();
  await touch({ touch: "plate", plate: typed });
  if (!sent) return;
  clearTimeout(sentTimer);
  sentTimer = setTimeout(() => {
    sent = false;
    draw();
  }, ANSWER_MS);
}

function pressed(event) {
  if ($("keyboard").hidden || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === "Backspace") erase();
  else if (event.key === "Enter" && document.activeElement?.tagName !== "BUTTON") send();
  else type(character(event.key, setup.provinces));
}

// The bar.

function speak(chosen) {
  language = chosen;
  clearTimeout(languageTimer);
  languageTimer = setTimeout(() => {
    if (shown.picture !== "welcome") return;
    language = setup.language;
    draw();
  }, LANGUAGE_MS);
  draw();
}

async function call() {
  helped = await touch({ touch: "help" });
  clearTimeout(helpedTimer);
  helpedTimer = setTimeout(() => {
    helped = false;
    draw();
  }, HELPED_MS);
  draw();
}

// The page itself.

function element(tag, content, name = "") {
  const made = document.createElement(tag);
  made.textContent = content;
  if (name) made.className = name;
  return made;
}

function text(id, content) {
  put($(id), $(id), content);
}

function fill(id, inner, content) {
  put($(id), document.querySelector(`#${id} > ${inner}`), content);
}

/** A text that stays is left alone, or a screen reader would say it again. */
function put(box, words, content) {
  if (words.textContent !== content) words.textContent = content;
  box.hidden = content === "";
}

/** Makes one line smaller until it fits its box. */
function fit(line) {
  for (let size = 100; size >= 40; size -= 4) {
    line.style.setProperty("--fit", size / 100);
    if (line.scrollWidth <= line.clientWidth) return;
  }
}

for (const [name, texts] of Object.entries(setup.texts)) {
  const button = key(texts.language, () => speak(name));
  button.lang = name;
  $("languages").append(button);
}
$("help").addEventListener("click", call);
$("primary").addEventListener("click", () => {
  typing = true;
  draw();
});
document.addEventListener("keydown", pressed);
document.addEventListener("contextmenu", (event) => event.preventDefault());
// A tapped key takes no focus: the Enter key of a real keyboard would press it again.
document.addEventListener("mousedown", (event) => event.preventDefault());
window.addEventListener("resize", draw);
draw();
listen(show, () => show(GONE));
