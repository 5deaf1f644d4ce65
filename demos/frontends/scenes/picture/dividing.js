/* A divider between two pictures of one size: `before` lies on the other and is cut at the divider, a slider that moves by
   drag, by a press anywhere and by the arrow keys. */
function dividing(frame, clip, before, view) {
    const line = make("div", { class: "divider", role: "slider", tabindex: 0, "aria-valuemin": 0, "aria-valuemax": 100 });
    line.append(makeSvg("svg", { viewBox: "-12 -12 24 24", "aria-hidden": "true" }, makeSvg("path", { d: "M-3-5L-8 0l5 5M3-5l5 5-5 5" })));
    clip.append(line);
    let share = 0.5, there = false;

    const place = () => {
        line.hidden = !there;
        before.style.clipPath = "";
        if (!there) return;
        line.style.left = `${100 * share}%`;
        line.setAttribute("aria-valuenow", Math.round(100 * share));
        line.setAttribute("aria-valuetext", `${Math.round(100 * share)}% before`);
        before.style.clipPath = `inset(0 ${100 - 100 * within()}% 0 0)`;
    };
    /* The divider's place within the picture, 0..1, however that is enlarged. */
    const within = () => Math.max(0, Math.min(1, (share * frame.clientWidth - view().at.x) / view().at.k / (frame.clientWidth || 1)));
    const set = (value) => {
        share = Math.max(0, Math.min(1, value));
        place();
    };
    const go = (event) => there && set(view().within(event).x / frame.clientWidth);
    line.addEventListener("pointerdown", (event) => {
        event.stopPropagation();
        line.setPointerCapture(event.pointerId);
    });
    line.addEventListener("pointermove", (event) => line.hasPointerCapture(event.pointerId) && go(event));
    line.addEventListener("keydown", (event) => {
        const step = { ArrowLeft: -0.02, ArrowDown: -0.02, ArrowRight: 0.02, ArrowUp: 0.02, Home: -1, End: 1 }[event.key];
        if (!step) return;
        event.preventDefault();
        set(share + step);
    });
    const show = (wanted, title) => {
        there = wanted;
        frame.classList.toggle("divided", wanted);
        line.setAttribute("aria-label", `${title}: how much of the picture before is shown`);
    };
    return { show, place, go, within };
}
