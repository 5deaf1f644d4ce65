/* Zoom and pan: `frame` is the window, and what it shows stands at (x, y), k times as large; `moved` draws that.
   Ctrl and the wheel, two fingers, + and -; a drag moves what is enlarged. `tapped` gets presses that are no drag,
   `dragged` drags over what is not enlarged. */
function zooming(frame, moved, tapped, dragged) {
    const CLICK = 4; // pixels that a hand may tremble
    const at = { k: 1, x: 0, y: 0, most: 16 };
    const fingers = new Map();
    let drag = null;

    const place = () => {
        at.x = Math.min(0, Math.max(frame.clientWidth * (1 - at.k), at.x));
        at.y = Math.min(0, Math.max(frame.clientHeight * (1 - at.k), at.y));
        frame.classList.toggle("enlarged", at.k > 1);
        moved(at);
    };
    const zoom = (factor, px = frame.clientWidth / 2, py = frame.clientHeight / 2) => {
        const k = Math.min(at.most, Math.max(1, at.k * factor));
        at.x = px - ((px - at.x) * k) / at.k;
        at.y = py - ((py - at.y) * k) / at.k;
        at.k = k < 1.01 ? 1 : k;
        place();
    };
    const pan = (dx, dy) => {
        at.x += dx;
        at.y += dy;
        place();
    };
    const within = (event) => {
        const box = frame.getBoundingClientRect();
        return { x: event.clientX - box.left - frame.clientLeft, y: event.clientY - box.top - frame.clientTop };
    };
    const spread = () => {
        const [one, other] = [...fingers.values()];
        return { x: (one.x + other.x) / 2, y: (one.y + other.y) / 2, wide: Math.hypot(one.x - other.x, one.y - other.y) || 1 };
    };

    frame.addEventListener("wheel", (event) => {
        if (!event.ctrlKey && !event.metaKey) return;
        event.preventDefault();
        const { x, y } = within(event);
        zoom(Math.exp(-Math.max(-60, Math.min(60, event.deltaY)) * 0.01), x, y);
    }, { passive: false });
    frame.addEventListener("pointerdown", (event) => {
        if (event.button) return;
        fingers.set(event.pointerId, within(event));
        drag = fingers.size === 1 ? { ...within(event), far: false } : null;
    });
    frame.addEventListener("pointermove", (event) => {
        if (!fingers.has(event.pointerId)) return;
        if (fingers.size === 2) {
            const before = spread();
            fingers.set(event.pointerId, within(event));
            const after = spread();
            pan(after.x - before.x, after.y - before.y);
            zoom(after.wide / before.wide, after.x, after.y);
            return;
        }
        const before = fingers.get(event.pointerId), now = within(event);
        if (drag && !drag.far && Math.hypot(now.x - drag.x, now.y - drag.y) > CLICK) {
            drag.far = true;
            frame.setPointerCapture(event.pointerId);
        }
        if (drag?.far && at.k > 1) pan(now.x - before.x, now.y - before.y);
        else if (drag?.far) dragged(event);
        fingers.set(event.pointerId, now);
    });
    const lifted = (event) => {
        if (!fingers.delete(event.pointerId)) return;
        if (event.type === "pointerup" && drag && !drag.far && !fingers.size) tapped(event);
        drag = null;
    };
    for (const end of ["pointerup", "pointercancel"]) frame.addEventListener(end, lifted);
    frame.addEventListener("pointerleave", (event) => fingers.size && !frame.hasPointerCapture(event.pointerId) && lifted(event));
    frame.addEventListener("keydown", (event) => {
        const factor = { "+": 1.25, "=": 1.25, "-": 0.8, _: 0.8 }[event.key];
        const step = { ArrowLeft: [48, 0], ArrowRight: [-48, 0], ArrowUp: [0, 48], ArrowDown: [0, -48] }[event.key];
        if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
        if (factor) zoom(factor);
        else if (event.key === "0") zoom(0);
        else if (step && at.k > 1 && event.target === frame && !frame.matches(".asked")) pan(...step); // those move a cross
        else return;
        event.preventDefault();
    });
    /* Moves what is enlarged so that (px, py), in pixels of the frame, is in view. */
    const follow = (px, py) => {
        const out = (value, most) => (value < 0 ? -value + most / 4 : value > most ? most - value - most / 4 : 0);
        const dx = out(px, frame.clientWidth), dy = out(py, frame.clientHeight);
        if (dx || dy) pan(dx, dy);
    };
    return { at, zoom, place, within, follow };
}
