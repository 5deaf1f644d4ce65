/* A picture's pixels, asked by hovering or by a cross that the arrow keys move (with Shift by one pixel):
   what class they have and how likely the best ones are; a press, or Enter at the cross, is a click on the pixel. */
function pixelsOver(frame, clip, view, card, clicked) {
    const cross = makeSvg("svg", { class: "cross", viewBox: "-12 -12 24 24", "aria-hidden": "true" });
    cross.append(makeSvg("path", { d: "M-11 0H-3M3 0H11M0-11V-3M0 3V11" }), makeSvg("path", { d: "M-11 0H-3M3 0H11M0-11V-3M0 3V11" }));
    const said = make("span", { class: "said", role: "status" });
    clip.append(cross);
    frame.append(said);
    let data = { width: 1, height: 1 }, classes = null, best = null, at = null, keyed = false;

    const scale = () => (view.at.k * frame.clientWidth) / data.width;
    const onFrame = ({ x, y }) => [view.at.x + (x + 0.5) * scale(), view.at.y + (y + 0.5) * scale()];
    const bound = (value, most) => Math.max(0, Math.min(most - 1, Math.floor(value)));
    const under = (event) => {
        const { x, y } = view.within(event);
        return { x: bound((x - view.at.x) / scale(), data.width), y: bound((y - view.at.y) / scale(), data.height) };
    };
    const known = ({ x, y }) => {
        const { rows, columns, names, n } = classes;
        const cell = Math.floor((y * rows) / data.height) * columns + Math.floor((x * columns) / data.width);
        const values = best.subarray(2 * n * cell, 2 * n * (cell + 1));
        return Array.from({ length: n }, (_, k) => ({ ...names[values[k]], share: values[n + k] / 255 }));
    };
    const percent = (share) => (share > 0.994 && share < 1 ? ">99%" : share < 0.005 ? "<1%" : `${Math.round(100 * share)}%`);
    const line = ({ name, colour, share }) => {
        const swatch = make("i", { class: "swatch" });
        swatch.style.color = colour;
        return make("span", { class: "class" }, swatch, name, make("b", {}, percent(share)));
    };
    const tell = (pixel) => classes && card.show([`x ${pixel.x}, y ${pixel.y}`, ...known(pixel).map(line)], ...onFrame(pixel));

    const place = () => {
        cross.style.display = at && (keyed || data.clickable) ? "" : "none";
        if (!at) return;
        const [px, py] = onFrame(at);
        cross.style.transform = `translate(${px}px, ${py}px)`;
    };
    const go = (x, y) => {
        at = { x: bound(x, data.width), y: bound(y, data.height) };
        keyed = true;
        view.follow(...onFrame(at));
        place();
        tell(at);
        const words = classes ? known(at).map(({ name, share }) => `${name} ${percent(share)}`).join(", ") : "";
        said.textContent = `x ${at.x}, y ${at.y}${words && `: ${words}`}`;
    };
    frame.addEventListener("pointermove", (event) => !event.buttons && tell(under(event)));
    frame.addEventListener("pointerleave", (event) => classes && event.pointerType === "mouse" && card.hide());
    frame.addEventListener("blur", () => classes && card.hide());
    frame.addEventListener("keydown", (event) => {
        if (event.target !== frame || event.ctrlKey || event.metaKey || event.altKey || !(classes || data.clickable)) return;
        const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
        const step = event.shiftKey ? 1 : Math.max(1, Math.round(data.width / 100));
        const from = at ?? { x: data.width / 2, y: data.height / 2 };
        if (by) go(from.x + step * by[0], from.y + step * by[1]);
        else if ((event.key === "Enter" || event.key === " ") && data.clickable) press(from);
        else return;
        event.preventDefault();
    });
    const press = ({ x, y }) => {
        at = { x: Math.floor(x), y: Math.floor(y) };
        place();
        clicked([at.x, at.y]);
    };
    const tap = (event) => {
        if (classes) tell(under(event));
        if (data.clickable) press(under(event));
    };
    const show = (fresh) => {
        if (data.width !== fresh.width || data.height !== fresh.height) at = null;
        data = fresh;
        classes = fresh.classes ?? null;
        best = classes && Uint8Array.from(atob(classes.best), (letter) => letter.charCodeAt(0));
        frame.classList.toggle("asked", Boolean(classes || data.clickable));
    };
    return { show, place, tap };
}
