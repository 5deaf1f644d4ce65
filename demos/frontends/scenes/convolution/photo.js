/* The photo, small, with a frame around the window: dragged, pressed, or moved by arrow keys (Shift: a whole window).
   Needs grids.js. moved(left, top) tells where it is put. */
class PhotoFrame {
    constructor(parent, moved) {
        this.moved = moved;
        this.element = make(parent, "div", "cv-photo");
        this.image = make(this.element, "img");
        this.image.alt = "";
        this.image.draggable = false;
        this.frame = make(this.element, "div", "cv-window");
        Object.assign(this.frame, { tabIndex: 0 });
        this.frame.setAttribute("role", "slider");
        this.frame.setAttribute("aria-label", "window in the photo");
        this.frame.setAttribute("aria-valuemin", 0);
        const press = (event) => {
            const box = this.element.getBoundingClientRect();
            this.put(((event.clientX - box.left) / box.width) * this.width - this.wide / 2, ((event.clientY - box.top) / box.height) * this.height - this.high / 2);
        };
        this.element.addEventListener("pointerdown", (event) => {
            event.preventDefault();
            this.frame.focus({ preventScroll: true });
            this.element.setPointerCapture(event.pointerId);
            press(event);
        });
        this.element.addEventListener("pointermove", (event) => event.buttons && this.element.hasPointerCapture(event.pointerId) && press(event));
        this.frame.addEventListener("keydown", (event) => {
            const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
            if (!way) return;
            event.preventDefault();
            const far = event.shiftKey ? this.wide : 1;
            this.put(this.left + far * way[0], this.top + far * way[1]);
        });
    }

    put(left, top) {
        const within = (value, most) => Math.max(0, Math.min(most, Math.round(value)));
        this.moved(within(left, this.width - this.wide), within(top, this.height - this.high));
    }

    draw({ photo, width, height, left, top, wide, high }) {
        Object.assign(this, { width, height, left, top, wide, high });
        if (this.image.getAttribute("src") !== photo) this.image.src = photo;
        this.element.style.aspectRatio = `${width} / ${height}`;
        this.element.style.setProperty("--ratio", width / height);
        const share = (part, whole) => `${(100 * part) / whole}%`;
        Object.assign(this.frame.style, { left: share(left, width), top: share(top, height), width: share(wide, width), height: share(high, height) });
        this.frame.setAttribute("aria-valuemax", width - wide);
        this.frame.setAttribute("aria-valuenow", left);
        this.frame.setAttribute("aria-valuetext", `from column ${left} and row ${top} on, of ${width} × ${height}`);
    }
}
