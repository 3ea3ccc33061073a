"""The live page: one document, whose style and script are allowed by their hashes and nothing else is."""

from __future__ import annotations

import base64
import hashlib

from netlynx.topology.style import STYLE

_LOOK = """
:root{color-scheme:light dark;--ink:#1b222b;--soft:#586373;--paper:#fff;--rim:#c9d1db;--new:#1f7a3a;--gone:#b3261e}
@media (prefers-color-scheme:dark){
:root{--ink:#e6eaf0;--soft:#a3adba;--paper:#14171c;--rim:#3a434f;--new:#4ac26b;--gone:#ff8a80}}
body{margin:0;background:var(--paper);color:var(--ink);font:14px ui-monospace,'DejaVu Sans Mono',Menlo,monospace}
header{position:sticky;top:0;left:0;display:flex;gap:1.5em;padding:.6em 26px;background:var(--paper);
border-bottom:1px solid var(--rim)}
header a{color:inherit}
#state{color:var(--soft)}
#state.bad{color:var(--gone)}
#log{margin:0;padding:.6em 26px;list-style:none;color:var(--soft);border-top:1px solid var(--rim)}
#log .new{color:var(--new)}#log .gone{color:var(--gone)}
"""

_SCRIPT = """
'use strict';
const state = document.getElementById('state'), log = document.getElementById('log');
let known = null, busy = false, again = false;
const fresh = new Map();
function tell(text, bad) { state.textContent = text; state.className = bad ? 'bad' : ''; }
function named(topology) {
  const found = new Map();
  for (const space of topology.namespaces) {
    found.set(space.id, 'namespace ' + space.label);
    for (const link of space.links) found.set(link.id, link.name + ' (' + link.kind + ') in ' + space.label);
  }
  return found;
}
function note(what, text) {
  const line = document.createElement('li');
  line.className = what;
  line.textContent = new Date().toLocaleTimeString() + '  ' + (what === 'new' ? '+ ' : '- ') + text;
  log.prepend(line);
  while (log.children.length > 50) log.lastChild.remove();
}
async function text(path) {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(answer.statusText);
  return answer.text();
}
async function draw() {
  if (busy) { again = true; return; }
  busy = true;
  try {
    const [json, svg] = await Promise.all([text('topology.json'), text('topology.svg')]);
    const now = named(JSON.parse(json));
    const picture = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement;
    document.getElementById('picture').replaceChildren(document.importNode(picture, true));
    if (known !== null) {
      for (const [id, name] of now) {
        if (known.has(id)) continue;
        note('new', name);
        fresh.set(id, Date.now());
      }
      for (const [id, name] of known) if (!now.has(id)) note('gone', name);
    }
    for (const [id, since] of fresh) {
      const card = document.querySelector('[data-link="' + CSS.escape(id) + '"]');
      if (Date.now() - since > 8000 || card === null) fresh.delete(id); else card.classList.add('new');
    }
    known = now;
    tell('live, as of ' + new Date().toLocaleTimeString());
  } catch (error) {
    tell('not drawn: ' + error.message, true);
  }
  busy = false;
  if (again) { again = false; draw(); }
}
const events = new EventSource('events');
events.onmessage = (event) => {
  const said = JSON.parse(event.data);
  if (said.problem) tell(said.problem, true); else draw();
};
events.onerror = () => tell('the connection is lost: trying again', true);
"""

PAGE = f"""<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>netlynx topology</title><link rel="icon" href="data:,">
<meta name="viewport" content="width=device-width"><style>{_LOOK}</style></head>
<body>
<header><b>netlynx topology</b><span id="state">connecting</span>
<a href="topology.svg" download>SVG</a><a href="topology.json">JSON</a></header>
<main id="picture"></main>
<ul id="log"></ul>
<script>{_SCRIPT}</script>
</body>
</html>
"""


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


POLICY = "; ".join(
    (
        "default-src 'none'",
        f"script-src {_hash(_SCRIPT)}",
        f"style-src {_hash(_LOOK)} {_hash(STYLE)}",
        "img-src data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
"""Content-Security-Policy of everything that is served."""
