// The pages work without this file. It makes them quicker to handle.
import "htmx.org/dist/htmx.esm.js";
import "./clocks.js";
import "./drawer.js";
import "./forms.js";
import "./keyboard.js";
import "./lists.js";
import "./menus.js";
import "./suggest.js";
import "./swap.js";
