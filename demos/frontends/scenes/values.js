/* A bar for each value of a layer, up from 0 or down; hover and focus say its name, a press chooses it.
   data: words, sets (the input's name), chosen: a number, title: what they are together, names, short (as written
   in the drawing) and values: equally many. */
export default function scene(root, send) {
    const HEIGHT = 240, EDGE = 26, LINE = 16, KEYS = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 };
    let data = null, width = 0, at = 0, top = 1, low = 0;

    function make(name, attributes, parent, words) {
        const element = document.createElementNS("http://www.w3.org/2000/svg", name);
        for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
        if (words !== undefined) element.textContent = words;
        parent.append(element);
        return element;
    }
    const svg = make("svg", { class: "values" }, root);
    const bars = make("g", {}, svg);
    const cursor = make("rect", { class: "cursor", y: 0, height: HEIGHT, tabindex: 0, role: "slider", "aria-valuemin": 0 }, svg);
    const names = make("g", { "aria-hidden": "true" }, svg);
    const about = document.createElement("p");
    about.className = "about";
    root.append(about);

    const each = () => width / data.values.length;
    const down = (value) => EDGE + ((HEIGHT - 2 * EDGE) * (top - value)) / (top - low);
    const said = (k) => `${data.names[k]}: ${data.values[k].toFixed(2)}`;
    function point(k) {
        at = k;
        const wide = Math.max(each(), 5);
        cursor.setAttribute("x", (k + 0.5) * each() - wide / 2);
        cursor.setAttribute("width", wide);
        cursor.setAttribute("aria-valuenow", k);
        cursor.setAttribute("aria-valuetext", said(k));
        about.textContent = said(k);
    }
    const under = (event) => {
        const box = svg.getBoundingClientRect(), k = Math.floor((data.values.length * (event.clientX - box.left)) / box.width);
        return Math.max(0, Math.min(data.values.length - 1, k));
    };
    const choose = (k) => send({ [data.sets]: String(k) });
    svg.addEventListener("pointermove", (event) => point(under(event)));
    svg.addEventListener("pointerleave", () => point(data.chosen));
    svg.addEventListener("click", (event) => choose(under(event)));
    cursor.addEventListener("keydown", (event) => {
        const last = data.values.length - 1;
        const goal = { Home: 0, End: last }[event.key] ?? at + (KEYS[event.key] ?? NaN);
        if (event.key === "Enter" || event.key === " ") choose(at);
        else if (Number.isNaN(goal)) return;
        else point(Math.max(0, Math.min(last, goal)));
        event.preventDefault();
    });

    /* Names stand at the tips of their bars, the strongest first, as long as they cover no other name. */
    function write() {
        const strongest = [...data.values.keys()].sort((one, other) => Math.abs(data.values[other]) - Math.abs(data.values[one]));
        const taken = [];
        for (const k of strongest.slice(0, 40)) {
            const y = data.values[k] < 0 ? down(data.values[k]) + LINE - 2 : down(data.values[k]) - 5;
            const text = make("text", { class: "name", y }, names, data.short[k]), half = text.getComputedTextLength() / 2;
            const x = Math.max(half, Math.min(width - half, (k + 0.5) * each()));
            text.setAttribute("x", x);
            const covers = (other) => Math.abs(other.x - x) < other.half + half + 6 && Math.abs(other.y - y) < LINE;
            const onBars = data.values.some((value, j) => {
                const tip = down(value), middle = (j + 0.5) * each();
                return j !== k && Math.abs(middle - x) < half && Math.min(tip, down(0)) < y && Math.max(tip, down(0)) > y - LINE + 4;
            });
            if (taken.some(covers) || onBars) text.remove();
            else taken.push({ x, y, half });
        }
    }
    function draw() {
        width = Math.max(svg.clientWidth, 240);
        svg.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
        top = Math.max(...data.values, 0);
        low = Math.min(...data.values, 0);
        if (top === low) top += 1;
        bars.replaceChildren();
        names.replaceChildren();
        const gap = each() > 4 ? 1 : 0;
        data.values.forEach((value, k) => {
            const kind = k === data.chosen ? "bar chosen" : "bar", y = Math.min(down(value), down(0));
            make("rect", { class: kind, x: k * each() + gap / 2, width: each() - gap, y, height: Math.abs(down(value) - down(0)) }, bars);
        });
        make("path", { class: "zero", d: `M0 ${down(0)}H${width}` }, bars);
        write();
        cursor.setAttribute("aria-label", data.title);
        cursor.setAttribute("aria-valuemax", data.values.length - 1);
        point(data.chosen);
    }
    new ResizeObserver(() => data && Math.max(svg.clientWidth, 240) !== width && draw()).observe(svg);

    return (fresh) => {
        data = fresh;
        draw();
    };
}
