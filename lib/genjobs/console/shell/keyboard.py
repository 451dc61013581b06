"""What Streamlit's screens lack for people who use a keyboard, a touch screen, or a screen reader."""

from __future__ import annotations

import streamlit as st

STYLE = """<style>
[data-testid=stElementToolbar]:focus-within { opacity: 1 }
[data-testid=stElementToolbar] :is(
    [aria-label^="Show data:"], [aria-label^="Download as PNG:"], [aria-label^="Copy Vega-Lite spec:"]
) { display: none }
[class*=st-key-refused-] { scroll-margin-top: 4.5rem }
@media (hover: none) {
    :not(:hover, :focus-within) > [data-testid=stElementToolbar]:not(:has([aria-label^="Close fullscreen"])) {
        opacity: 0; pointer-events: none
    }
}
</style>"""
"""A toolbar is seen where it has the focus. On a touch screen those of all tables would always be seen and
cover the end of the line above: each comes when its table is touched. A chart's own data and picture are left
out: below each chart are files with money in cents and without formulas. What is scrolled to stands below the
header, which is opaque on a phone."""

SCRIPT = """<script>
(() => {
  if (window.genjobsKeyboard) return;
  window.genjobsKeyboard = true;
  let byKey = false;
  addEventListener("keydown", () => { byKey = true; }, true);
  addEventListener("pointerdown", () => { byKey = false; }, true);
  const said = document.createElement("div");
  said.setAttribute("role", "status");
  said.style.cssText = "position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)";
  document.body.append(said);
  const added = {
    "[data-testid=stPopoverBody]": (body) => {
      const opener = document.activeElement;
      if (!byKey || !opener?.matches("[data-testid=stPopoverButton]")) return;
      body.setAttribute("aria-label", (opener.querySelector("p") ?? opener).innerText);
      body.tabIndex = -1;
      body.focus();
    },
    "[class*=st-key-refused-]": (error) => error.scrollIntoView({ block: "nearest" }),
    "[data-testid=stToastText]": (text) => {
      said.replaceChildren(...[...said.children].slice(-4), document.createElement("p"));
      said.lastChild.textContent = text.innerText;
    },
  };
  const look = (node) => {
    if (!(node instanceof Element)) return;
    for (const [what, act] of Object.entries(added)) {
      if (node.matches(what)) act(node);
      node.querySelectorAll(what).forEach(act);
    }
  };
  new MutationObserver((changes) => changes.forEach((one) => one.addedNodes.forEach(look)))
    .observe(document.body, { childList: true, subtree: true });
})();
</script>"""
"""A popover that was opened by a key gets the focus: its body is at the end of the document, dozens of stops
away. What a notice says is announced. An error that answers a click is scrolled to where the click was far
below it, as on a phone."""


def help_along() -> None:
    """Draw both; they take no room in the page. Call it in the sidebar."""
    st.html(STYLE)
    st.html(SCRIPT, unsafe_allow_javascript=True)
