// The keys that number plates are typed with. Which text is a plate, the controller says.

const CHARS_MAX = 10;
const CHARS_MAX_CHINESE = 8; // New-energy plates; others have seven.

const EMBASSY = "使"; // Starts a plate as provinces do (GA 36-2018).
const PROVINCE_KEYS = /.{1,8}/gu;
const DIGITS = "1234567890";
const CHINESE = ["QWERTYUP学警", "ASDFGHJKL领", "ZXCVBNM挂港澳"];
const ROWS = { de: ["QWERTZUIOP", "ASDFGHJKLÄ", "YXCVBNMÖÜ"] };
const ROWS_ELSEWHERE = ["QWERTYUIOP", "ASDFGHJKLÄ", "ZXCVBNMÖÜ"];

/** The rows of keys for what comes next on this plate; all but provinces ten keys wide. */
export function rows(kind, typed, language, provinces) {
  if (kind === "eu") return [DIGITS, ...(ROWS[language] ?? ROWS_ELSEWHERE)];
  if (typed !== "") return [DIGITS, ...CHINESE];
  return (provinces + EMBASSY).match(PROVINCE_KEYS);
}

/** Whether no plate has more characters. */
export function whole(typed) {
  return typed.length >= (isChinese(typed) ? CHARS_MAX_CHINESE : CHARS_MAX);
}

function isChinese(typed) {
  return /^[^\x00-\x7fÄÖÜ]/u.test(typed);
}

/** What is typed as it stands on a plate: 沪A·12345. */
export function spaced(typed) {
  return isChinese(typed) && typed.length > 2 ? `${typed.slice(0, 2)}·${typed.slice(2)}` : typed;
}

/** The character that a physical key types, or nothing. */
export function character(key, provinces) {
  const upper = key.toUpperCase();
  return /^[A-Z0-9ÄÖÜ]$/u.test(upper) || (provinces + EMBASSY).includes(key) ? upper : "";
}
