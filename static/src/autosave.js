// A form that is saved as it is typed. It says "saved" only when the server has answered that it is;
// until then it says that it is not, keeps trying, and lets nobody leave by accident.
const PAUSE = 900;
const MACHINERY = new Set(["submission_id", "version", "csrfmiddlewaretoken"]);
const AGAIN = [2000, 4000, 8000, 15000];

/** A random id that also works where the page is not served over TLS. */
function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

class Autosave {
  constructor(form) {
    this.form = form;
    this.status = form.querySelector("[data-save-status]");
    this.box = form.querySelector("[data-save-refused]");
    this.isDirty = false;
    this.isRefused = false;
    this.pending = null; // what is on its way: sent again unchanged until there is an answer
    this.tries = 0;
    this.waiters = [];
    this.kept = this.typed();
    form.addEventListener("input", () => this.touched(PAUSE));
    form.addEventListener("change", () => this.touched(0));
    form.addEventListener("submit", (event) => this.pressed(event));
    this.box?.querySelector("[data-save-again]")?.addEventListener("click", () => this.mine());
    window.addEventListener("online", () => this.send());
    window.addEventListener("focus", () => this.pending && this.send());
    window.addEventListener("beforeunload", (event) => {
      if (this.isClean()) return;
      event.preventDefault();
      event.returnValue = "";
    });
  }

  /** What a person has typed and chosen, as one text. */
  typed() {
    const words = [...new FormData(this.form)].filter(([name]) => !MACHINERY.has(name));
    return JSON.stringify(words);
  }

  isClean() {
    return !this.isDirty && !this.pending;
  }

  say(text, is) {
    if (!this.status) return;
    if (this.status.textContent !== text) this.status.textContent = text;
    this.status.dataset.is = is;
  }

  touched(pause) {
    // Leaving a field says "change" too, also when all in it is saved already.
    if (!this.isDirty && this.typed() === this.kept) return;
    this.isDirty = true;
    if (this.isRefused) return;
    this.say(this.form.dataset.waiting, "waiting");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), pause);
  }

  /** Resolves to whether everything is saved. */
  flush() {
    if (this.isClean()) return Promise.resolve(true);
    if (this.isRefused) return Promise.resolve(false);
    clearTimeout(this.timer);
    return new Promise((resolve) => {
      this.waiters.push(resolve);
      this.send();
    });
  }

  settle(isSaved) {
    for (const resolve of this.waiters.splice(0)) resolve(isSaved);
  }

  async send() {
    if (this.isSending || this.isRefused || this.isClean()) return;
    if (!this.pending) {
      this.form.elements.submission_id.value = uuid();
      this.pending = new FormData(this.form);
      this.kept = this.typed();
      this.isDirty = false;
    }
    this.isSending = true;
    clearTimeout(this.timer);
    const answer = await this.ask();
    this.isSending = false;
    if (answer === null) {
      this.timer = setTimeout(() => this.send(), AGAIN[Math.min(this.tries++, AGAIN.length - 1)]);
      this.settle(false);
      return;
    }
    this.tries = 0;
    this.pending = null;
    if (answer.refused) {
      this.refuse(answer);
    } else {
      if (answer.version) this.form.elements.version.value = answer.version;
      if (this.isDirty) {
        this.send();
      } else {
        this.say(answer.saved, answer.is_whole === false ? "waiting" : "saved");
        this.settle(answer.is_whole !== false);
      }
    }
  }

  /** The answer of the server, or null while there is none to rely on. */
  async ask() {
    try {
      const response = await fetch(this.form.action, {
        method: "POST",
        body: this.pending,
        headers: { Accept: "application/json" },
        credentials: "same-origin",
      });
      const isAnswer = (response.headers.get("Content-Type") || "").includes("application/json");
      if (isAnswer && (response.ok || response.status === 409)) return await response.json();
      if (response.redirected || response.status === 403) await this.renew();
      else this.say(this.form.dataset.away, "refused");
    } catch {
      this.say(this.form.dataset.away, "refused");
    }
    return null;
  }

  /** Somebody who logged in again in another window has another token: take it from the page. */
  async renew() {
    const response = await fetch(window.location.pathname, { credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const token = page.querySelector("form[data-autosave] [name=csrfmiddlewaretoken]");
    if (token) {
      this.form.elements.csrfmiddlewaretoken.value = token.value;
      this.pending.set("csrfmiddlewaretoken", token.value);
    } else {
      this.say(this.form.dataset.out || this.form.dataset.away, "refused");
    }
  }

  refuse(answer) {
    this.isRefused = true;
    this.isDirty = true;
    this.kept = null;
    this.say(answer.refused, "refused");
    this.newer = answer.version;
    if (this.box) {
      this.box.querySelector("[data-save-refusal]").textContent = answer.refused;
      this.box.hidden = false;
    }
    this.settle(false);
    if (!this.box) this.isRefused = false;
  }

  /** The secretary has seen what was refused and why, and tries anew with what stands here. */
  mine() {
    if (this.newer) this.form.elements.version.value = this.newer;
    this.isRefused = false;
    this.box.hidden = true;
    this.send();
  }

  async pressed(event) {
    event.preventDefault();
    const goesOn = event.submitter?.value === "next";
    this.isDirty = true;
    const isSaved = await this.flush();
    const next = document.querySelector("[data-after]");
    if (isSaved && goesOn && next) window.location.assign(next.href);
  }
}

const forms = [...document.querySelectorAll("form[data-autosave]")].map((form) => new Autosave(form));

/** Away from the page only when all is saved; whoever presses again after a refusal may go. */
async function leave(href) {
  const saved = await Promise.all(forms.map((form) => form.flush()));
  if (saved.every(Boolean)) window.location.assign(href);
  else document.querySelector("[data-save-refused]:not([hidden]), [data-save-status]")?.scrollIntoView();
}

const room = document.querySelector("[data-room]");
if (room) {
  room.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-leave]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    leave(link.href);
  });

  // Single letters can be turned off (they disturb those who speak to their machine).
  const button = room.querySelector("[data-keys]");
  const KEPT = "boligsak-letter-keys";
  let letters = localStorage.getItem(KEPT) !== "off";
  const show = () => {
    button.setAttribute("aria-pressed", String(letters));
    for (const key of room.querySelectorAll("[data-key]")) key.hidden = !letters;
  };
  room.querySelector("[data-needs-keys]").hidden = false;
  button.addEventListener("click", () => {
    letters = !letters;
    localStorage.setItem(KEPT, letters ? "on" : "off");
    show();
  });
  show();

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const key = event.key;
    if (key.length === 1 && !letters) return;
    const to = { n: "after", ArrowRight: "after", p: "before", ArrowLeft: "before" }[key];
    const link = to && room.querySelector(`a[data-${to}]`);
    const names = room.querySelector(".room__who");
    if (link) leave(link.href);
    else if (key === "o" && names) names.open = !names.open;
    else return;
    event.preventDefault();
  });
}

/** A field that one choice alone asks for stays away for the others. */
for (const field of document.querySelectorAll("[data-only-for]")) {
  const [name, value] = field.dataset.onlyFor.split("=");
  const choice = field.form.elements[name];
  const whole = field.closest(".ds-field");
  const fit = () => { whole.hidden = choice.value !== value; };
  choice.addEventListener("change", fit);
  fit();
}
