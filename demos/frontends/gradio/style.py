"""The look of the Gradio page: one accent colour, the system's own fonts, sizes that are readable from the last row."""

import gradio as gr
from gradio.themes.utils.colors import Color

ACCENT = Color(
    name="accent", c50="#eefafa", c100="#d3f1f1", c200="#a8e2e3", c300="#6fcacd", c400="#37abb0", c500="#168f95",
    c600="#0b747b", c700="#0b5d63", c800="#0e4a50", c900="#0f3d42", c950="#04262a",
)  # fmt: skip
SANS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "sans-serif")
MONOSPACED = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "DejaVu Sans Mono", "monospace")


LOOK = {
    "body_background_fill": ("#fcfcfb", "#131416"),
    "body_text_color": ("#1c1d1f", "#ececee"),
    "body_text_color_subdued": ("#5d6066", "#a3a6ad"),
    "block_background_fill": ("transparent", "transparent"),
    "block_border_width": ("0px", "0px"),
    "block_shadow": ("none", "none"),
    "block_label_background_fill": ("transparent", "transparent"),
    "block_label_border_width": ("0px", "0px"),
    "block_label_text_color": ("*body_text_color_subdued", "*body_text_color_subdued"),
    "block_title_text_color": ("*body_text_color", "*body_text_color"),
    "block_info_text_color": ("*body_text_color_subdued", "*body_text_color_subdued"),
    "input_background_fill": ("#ffffff", "#1d1f22"),
    "input_border_width": ("1px", "1px"),
    "input_border_color": ("#d6d7da", "#3a3d42"),
    "border_color_primary": ("#e3e4e6", "#303338"),
    "slider_color": ("*primary_600", "*primary_400"),
    "checkbox_label_background_fill": ("transparent", "transparent"),
    "checkbox_label_border_width": ("1px", "1px"),
    "checkbox_label_border_color": ("#d6d7da", "#3a3d42"),
    "checkbox_label_border_color_selected": ("*primary_600", "*primary_400"),
    "checkbox_background_color_selected": ("*primary_600", "*primary_500"),
    "button_primary_background_fill": ("*primary_600", "*primary_600"),
    "button_primary_background_fill_hover": ("*primary_700", "*primary_500"),
    "button_primary_text_color": ("#ffffff", "#ffffff"),
    "button_secondary_background_fill": ("transparent", "transparent"),
    "button_secondary_border_color": ("#c9cbcf", "#46494f"),
    "button_border_width": ("1px", "1px"),
    "stat_background_fill": ("*primary_200", "*primary_800"),
    "link_text_color": ("*primary_700", "*primary_300"),
    "background_fill_primary": (None, "#131416"),
}
"""Setting -> (light, dark); None leaves the theme's own."""


def theme() -> gr.themes.Base:
    """The theme, light and dark; what it cannot say stands in css/."""
    base = gr.themes.Base(
        primary_hue=ACCENT,
        secondary_hue=ACCENT,
        neutral_hue=gr.themes.colors.zinc,
        text_size=gr.themes.sizes.text_lg,
        spacing_size=gr.themes.sizes.spacing_lg,
        radius_size=gr.themes.sizes.radius_md,
        font=SANS,
        font_mono=MONOSPACED,
    )
    light = {name: pair[0] for name, pair in LOOK.items() if pair[0] is not None}
    dark = {f"{name}_dark": pair[1] for name, pair in LOOK.items() if pair[1] is not None}
    return base.set(**light, **dark)
