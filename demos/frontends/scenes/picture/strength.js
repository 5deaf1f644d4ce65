/* A slider that says how strongly what is painted covers the picture: --strength, 0..1, for the frame's styles. */
function strengthOf(frame) {
    const slider = make("input", { type: "range", min: 0, max: 100, step: 5, value: 50 });
    const row = make("label", { class: "strength" }, "Opacity", slider);
    const value = () => slider.value / 100;
    const fade = () => frame.style.setProperty("--strength", value());
    slider.addEventListener("input", fade);
    fade();
    return { row, value };
}
