// Search over all apps. Every page works without it; what partners wrote is put in as text alone.
"use strict";

(() => {
  const SHOWN = 50;
  const form = document.querySelector("form.search");
  if (!form) return;
  form.hidden = false;
  const results = document.getElementById("results");
  if (!results || typeof launchwindowApps === "undefined") return;

  const found = document.getElementById("found");
  const { environments, partners, words, classes } = launchwindowApps;
  const rows = partners.flatMap(([partner, called, apps]) =>
    apps.map(([environment, app, name, states]) => ({
      partner, called, app, name, states, environment: environments[environment],
      text: `${partner} ${called} ${app} ${name} ${environments[environment]}/${partner}/${app}`.toLowerCase(),
    })),
  );
  let matching = [];
  let shown = 0;

  function element(name, text, attributes = {}) {
    const made = document.createElement(name);
    if (text !== null) made.textContent = text;
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  }

  function link(text, parts) {
    return element("a", text, { href: `${parts.map(encodeURIComponent).join("/")}.html` });
  }

  function row(one) {
    const states = element("span", null, { class: "tags" });
    for (const letter of one.states) {
      states.append(element("span", words[letter], { class: `tag ${classes[letter]}` }), " ");
    }
    if (!one.states) states.append("nothing open");
    const cells = [
      ["th", "App", link(one.app, ["apps", one.environment, one.partner, one.app])],
      ["td", "Name", element("bdi", one.name || "—")],
      ["td", "Partner", link(one.called || one.partner, ["partners", one.partner])],
      ["td", "Environment", document.createTextNode(one.environment)],
      ["td", "Now", states],
    ];
    const made = element("tr", null, { role: "row" });
    for (const [name, label, inside] of cells) {
      const cell = element(name, null, { role: name === "th" ? "rowheader" : "cell", "data-label": label });
      if (name === "th") cell.setAttribute("scope", "row");
      cell.append(inside);
      made.append(cell);
    }
    return made;
  }

  function table() {
    const made = element("table", null, { role: "table" });
    made.append(element("caption", "Apps that match", { class: "unseen" }));
    const head = element("tr", null, { role: "row" });
    for (const one of ["App", "Name", "Partner", "Environment", "Now"]) {
      head.append(element("th", one, { scope: "col", role: "columnheader" }));
    }
    const top = element("thead", null, { role: "rowgroup" });
    top.append(head);
    made.append(top, element("tbody", null, { role: "rowgroup" }));
    return made;
  }

  function number(count) {
    return `${count.toLocaleString("en-US")} ${count === 1 ? "app" : "apps"}`;
  }

  function tell() {
    if (!matching.length) found.textContent = "No app matches. Try fewer letters, or other filters.";
    else if (shown < matching.length) found.textContent = `${number(matching.length)} match. The first ${shown} are shown.`;
    else if (matching.length === rows.length) found.textContent = `${number(rows.length)}.`;
    else found.textContent = `${number(matching.length)} ${matching.length === 1 ? "matches" : "match"}.`;
  }

  function more() {
    const body = results.querySelector("tbody");
    const next = matching.slice(shown, shown + SHOWN).map(row);
    body.append(...next);
    shown += next.length;
    const button = results.querySelector("button");
    if (button) button.hidden = shown >= matching.length;
    tell();
    return next[0];
  }

  function search() {
    const wanted = form.q.value.toLowerCase().split(/\s+/).filter(Boolean);
    const environment = form.environment.value;
    const state = form.state.value;
    matching = rows.filter((one) =>
      (!environment || one.environment === environment) && (!state || one.states.includes(state)) &&
      wanted.every((word) => one.text.includes(word)));
    shown = 0;
    results.replaceChildren();
    if (!matching.length) return tell();
    const button = element("button", `Show ${SHOWN} more`, { type: "button" });
    button.addEventListener("click", () => {
      const first = more();
      // The button moves away or goes: whoever pressed it goes on with what came.
      if (first) first.querySelector("a").focus();
    });
    results.append(table(), button);
    more();
    return undefined;
  }

  function remember() {
    const asked = new URLSearchParams();
    for (const name of ["q", "environment", "state"]) if (form[name].value) asked.set(name, form[name].value);
    history.replaceState(null, "", asked.size ? `?${asked}` : location.pathname);
  }

  const given = new URLSearchParams(location.search);
  for (const name of ["q", "environment", "state"]) {
    const value = given.get(name);
    if (value !== null) form[name].value = value;
    // A filter that this board does not have filters nothing.
    if (form[name].selectedIndex === -1) form[name].value = "";
  }
  let waiting;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => { search(); remember(); }, 200);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(waiting);
    search();
    remember();
  });
  search();
})();
