/* Faces in a row each, with how alike they are, and a threshold across them. A press on a person sets the input "claimed"
   to that name, a second one to ""; the line is dragged, or moved by arrow keys, and sets the input "threshold".
   data: words, asked (a picture's address), threshold, low and high (between which it can be moved),
   people: [{name, alike, picture, claimed}], the most alike first. Alike is a cosine: the tracks reach from low to 1. */
export default function scene(root, send) {
    const STEP = 0.01, KEYS = { ArrowRight: STEP, ArrowUp: STEP, ArrowLeft: -STEP, ArrowDown: -STEP };
    let data = null, value = 0, dragged = false;

    function add(name, attributes, parent, words) {
        const element = document.createElement(name);
        for (const [key, given] of Object.entries(attributes)) element.setAttribute(key, given);
        if (words !== undefined) element.textContent = words;
        parent.append(element);
        return element;
    }
    const list = add("div", { class: "people" }, root);
    const line = add("div", { class: "threshold", tabindex: 0, role: "slider", "aria-label": "threshold" }, list);
    const about = add("p", { class: "about", role: "status" }, root);
    const share = (number) => Math.max(0, Math.min(1, (number - data.low) / (1 - data.low)));
    const rounded = (number) => Math.round(Math.max(data.low, Math.min(data.high, number)) * 100) / 100;
    const rows = () => [...list.querySelectorAll("button.person")];

    /* Where the tracks lie in the list: [left, width]. */
    function track() {
        const box = list.querySelector(".track").getBoundingClientRect();
        return [box.left - list.getBoundingClientRect().left, box.width];
    }
    function show(threshold) {
        value = threshold;
        line.hidden = !data.people.length;
        if (line.hidden) return void (about.textContent = "");
        const [left, width] = track(), first = rows()[0];
        line.style.left = `${left + width * share(value)}px`;
        line.style.top = `${first.offsetTop}px`;
        line.setAttribute("aria-valuemin", data.low);
        line.setAttribute("aria-valuemax", data.high);
        line.setAttribute("aria-valuenow", value);
        const reached = data.people.filter(({ alike }) => alike >= value).length;
        rows().forEach((row, k) => row.classList.toggle("reaches", data.people[k].alike >= value));
        about.textContent = `Threshold ${value.toFixed(2)}: ${reached} of ${data.people.length} ${reached === 1 ? "reaches" : "reach"} it.`;
    }
    function drawPerson({ name, alike, picture, claimed }) {
        const row = add("button", { type: "button", class: "person", "aria-pressed": claimed, "data-name": name }, list);
        row.setAttribute("aria-label", `${name}, similarity ${alike.toFixed(2)}. Claim this name`);
        add("span", { class: "tick" }, row, claimed ? "✓" : "");
        add("img", { src: picture, alt: "" }, row);
        add("span", { class: "called" }, row, name);
        const [left, right] = [share(Math.min(alike, 0)), share(Math.max(alike, 0))];
        add("i", { style: `left: ${100 * left}%; width: ${100 * (right - left)}%` }, add("span", { class: "track" }, row));
        add("span", { class: "alike" }, row, alike.toFixed(2));
        row.addEventListener("click", () => send({ claimed: claimed ? "" : name }));
    }

    const under = (event) => {
        const [left, width] = track(), x = event.clientX - list.getBoundingClientRect().left;
        return rounded(data.low + ((x - left) / width) * (1 - data.low));
    };
    line.addEventListener("pointerdown", (event) => {
        line.setPointerCapture(event.pointerId);
        dragged = true;
    });
    line.addEventListener("pointermove", (event) => dragged && show(under(event)));
    line.addEventListener("pointerup", () => {
        if (dragged) send({ threshold: value });
        dragged = false;
    });
    line.addEventListener("pointercancel", () => (dragged = false));
    line.addEventListener("keydown", (event) => {
        const by = KEYS[event.key];
        if (!by) return;
        event.preventDefault();
        show(rounded(value + by));
        send({ threshold: value });
    });
    new ResizeObserver(() => data && show(value)).observe(list);

    return (fresh) => {
        data = fresh;
        const focused = root.getRootNode().activeElement?.dataset?.name;
        for (const row of list.querySelectorAll(".person")) row.remove();
        const asked = add("div", { class: "person asked" }, list);
        add("span", {}, asked);
        add("img", { src: data.asked, alt: "" }, asked);
        add("span", {}, asked, "Who is this?");
        data.people.forEach(drawPerson);
        list.append(line);
        rows().find((row) => row.dataset.name === focused)?.focus();
        show(data.threshold);
    };
}
