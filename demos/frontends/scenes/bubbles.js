/* Circles over two axes, the one below with equal factors; a press on one sets an input to its value.
   data: words, sets (the input's name), chosen (its value), x and y: {title, low, high}, largest: the size of the largest
   circle's area, hint: what a press does, bubbles: [{name, value, x, y, size, about}]. */
export default function scene(root, send) {
    const LEFT = 48, BOTTOM = 46, TOP = 8, RIGHT = 10, LINE = 16;
    let data = null, width = 0, height = 0;
    const svg = make("svg", { class: "bubbles" }, root);
    const about = document.createElement("p");
    about.className = "about";
    about.setAttribute("role", "status");
    root.append(about);

    function make(name, attributes, parent, words) {
        const element = document.createElementNS("http://www.w3.org/2000/svg", name);
        for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
        if (words !== undefined) element.textContent = words;
        parent.append(element);
        return element;
    }
    const along = (axis, value, scale) => (scale(value) - scale(axis.low)) / (scale(axis.high) - scale(axis.low));
    const across = (x) => LEFT + (width - LEFT - RIGHT) * along(data.x, x, Math.log);
    const down = (y) => TOP + (height - TOP - BOTTOM) * (1 - along(data.y, y, Number));
    const short = (n) => (n >= 1e9 ? `${n / 1e9} G` : n >= 1e6 ? `${n / 1e6} M` : n.toLocaleString("en"));

    function factors({ low, high }) {
        const few = Math.log10(high / low) > 2 ? [1] : [1, 2, 5], found = [];
        for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power += 1)
            for (const digit of few) found.push(digit * 10 ** power);
        return found.filter((tick) => tick >= low && tick <= high);
    }
    function steps({ low, high }) {
        const step = [1, 2, 5, 10, 20, 50].find((size) => (high - low) / size <= 6) ?? 100, found = [];
        for (let tick = Math.ceil(low / step) * step; tick <= high; tick += step) found.push(tick);
        return found;
    }
    function drawAxes() {
        for (const tick of factors(data.x)) {
            make("path", { class: "grid", d: `M${across(tick)} ${TOP}V${height - BOTTOM}` }, svg);
            make("text", { x: across(tick), y: height - BOTTOM + 17, "text-anchor": "middle" }, svg, short(tick));
        }
        for (const tick of steps(data.y)) {
            make("path", { class: "grid", d: `M${LEFT} ${down(tick)}H${width - RIGHT}` }, svg);
            make("text", { x: LEFT - 6, y: down(tick) + 5, "text-anchor": "end" }, svg, tick);
        }
        make("text", { x: LEFT + (width - LEFT - RIGHT) / 2, y: height - 8, "text-anchor": "middle" }, svg, data.x.title);
        const middle = `translate(13 ${(height - BOTTOM) / 2}) rotate(-90)`;
        make("text", { transform: middle, "text-anchor": "middle" }, svg, data.y.title);
    }

    const radius = ({ size }) => Math.max(4, Math.min(44, width / (width < 400 ? 16 : 14)) * Math.sqrt(size / data.largest));
    const overlap = (one, other) => one.x < other.x + other.w && other.x < one.x + one.w && one.y < other.y + other.h && other.y < one.y + one.h;
    /* The first place beside its circle at which a name covers nothing; else it goes without: hover and focus say it. */
    function place(text, bubble, taken, needed) {
        const x = across(bubble.x), y = down(bubble.y), r = radius(bubble) + 5, w = text.getComputedTextLength();
        const lifts = [0, 1, -1, 2, -2, 3, -3, 4, -4].map((lines) => lines * LINE);
        const beside = (far) => lifts.flatMap((lift) => [[x + r + far, y + lift], [x - r - w - far, y + lift]]);
        const tried = [...beside(0), [x - w / 2, y - r - 6], [x - w / 2, y + r + 6], ...beside(40), ...beside(80)];
        const boxes = tried.map(([left, middle]) => ({ x: left, y: middle - LINE / 2, w, h: LINE }));
        const inside = (box) => box.x >= LEFT && box.x + w <= width && box.y >= 0 && box.y + LINE <= height - BOTTOM;
        const free = boxes.find((box) => inside(box) && !taken.some((other) => overlap(box, other))) ?? (needed && boxes.find(inside));
        if (!free) return text.remove();
        taken.push(free);
        text.setAttribute("x", free.x);
        text.setAttribute("y", free.y + LINE - 4);
        const gap = Math.max(free.x - x, x - free.x - w) - r;
        if ((Math.abs(free.y + LINE / 2 - y) <= LINE && gap < LINE) || (free.x < x && free.x + w > x)) return;
        const end = free.x > x ? free.x - 2 : free.x + w + 2;  // a name that stands lower, higher or farther away is led to its circle
        make("path", { class: "lead", d: `M${x} ${y}L${end} ${free.y + LINE / 2}` }, text.parentNode);
    }
    const say = (bubble) => (about.textContent = bubble ? bubble.about : data.hint);
    const chosen = () => data.bubbles.find(({ value }) => value === data.chosen);

    function draw() {
        const focused = root.getRootNode().activeElement?.getAttribute?.("data-value");
        width = Math.max(svg.clientWidth, 260);
        height = Math.min(380, Math.round((width < 400 ? 1.1 : 0.85) * width)); // names need lines of their own on a telephone
        svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
        svg.replaceChildren();
        drawAxes();
        const circles = make("g", {}, svg), names = make("g", { "aria-hidden": "true" }, svg), taken = [];
        const sorted = [...data.bubbles].sort((one, other) => other.size - one.size);  // small ones lie above large ones
        for (const bubble of sorted) {
            const x = across(bubble.x), y = down(bubble.y), r = radius(bubble), is = bubble.value === data.chosen;
            const circle = make("circle", {
                class: "bubble", cx: x, cy: y, r, tabindex: 0, role: "button", "aria-pressed": is, "aria-label": bubble.about, "data-value": bubble.value,
            }, circles);
            taken.push({ x: x - r, y: y - r, w: 2 * r, h: 2 * r });
            const choose = () => send({ [data.sets]: bubble.value });
            circle.addEventListener("click", choose);
            circle.addEventListener("keydown", (event) => {
                if (event.key !== "Enter" && event.key !== " ") return;
                event.preventDefault();
                choose();
            });
            for (const kind of ["pointerenter", "focus"]) circle.addEventListener(kind, () => say(bubble));
            for (const kind of ["pointerleave", "blur"]) circle.addEventListener(kind, () => say(chosen()));
            if (focused === bubble.value) circle.focus();
        }
        for (const bubble of [...sorted].sort((one, other) => (other.value === data.chosen) - (one.value === data.chosen))) {
            const is = bubble.value === data.chosen;
            place(make("text", { class: is ? "name chosen" : "name" }, names, bubble.name), bubble, taken, is);
        }
        say(chosen());
    }
    new ResizeObserver(() => data && Math.max(svg.clientWidth, 260) !== width && draw()).observe(svg);

    return (fresh) => {
        data = fresh;
        draw();
    };
}
